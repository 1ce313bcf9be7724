"""`{% load accounts %}`: what pages about accounts need to say."""

from __future__ import annotations

import re
from dataclasses import dataclass

from django.conf import settings
from django.template import Context, Library
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from eduraise.accounts.models import Role

register = Library()

#: Said on the demo's sign-in page; its accounts exist nowhere else.
DEMO_PASSWORD = "demo-eduraise"  # noqa: S105

_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
# in this order: each names itself as those after it too
_BROWSERS = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)


@register.filter
def role_word(role: str) -> str | Promise:
    """ "Teacher" for `teacher`."""
    return Role(role).label


@register.filter
def device(user_agent: str) -> str:
    """ "Firefox, Windows" from what a browser says of itself; it may lie, so this only helps one's memory."""
    browser = next((name for mark, name in _BROWSERS if f"{mark}/" in user_agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in user_agent), "")
    return ", ".join(part for part in (browser, system) if part) or _("An unknown device")


@register.filter
def qr_code(svg: str) -> SafeString:
    """The library's QR code drawn into the page: a picture by `data:` is blocked by our policy.

    Only its size and its one path are taken over, black on white in either theme, since cameras want that.
    """
    box, path = (
        re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', svg),
        re.search(r'\bd="([MLHVZ\d., -]+)"', svg, re.I),
    )
    if box is None or path is None:
        raise ValueError("the library draws its QR code in another way now")
    return format_html(
        '<svg class="qr" viewBox="0 0 {0} {1}" width="200" height="200" role="img" aria-label="{3}">'
        '<rect width="{0}" height="{1}" fill="#fff"/><path d="{2}" fill="#000"/></svg>',
        box[1],
        box[2],
        path[1],
        _("QR code for your authenticator app"),
    )


@register.simple_tag(takes_context=True)
def asked_for(context: Context) -> str:
    """What somebody wanted to open when she was sent to sign in: "class", "page" or nothing in particular."""
    address = context["request"].GET.get("next", "")
    if address.startswith("/j/"):
        return "class"
    return "page" if address not in ("", "/") else ""


@dataclass(frozen=True)
class DemoAccount:
    """Somebody whom anybody may be, in the demo."""

    name: str
    email: str
    password: str


@register.simple_tag
def demo_accounts() -> list[DemoAccount]:
    """The demo's three people; nobody anywhere else."""
    if not settings.DEMO:
        return []
    return [
        DemoAccount(str(Role(role).label), f"{role}@demo.example", DEMO_PASSWORD)
        for role in (Role.ADMIN, Role.TEACHER, Role.STUDENT)
    ]
