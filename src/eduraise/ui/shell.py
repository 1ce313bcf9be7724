"""What stands around every page: brand, navigation, the person's menu, the strip of a pretended Zoom.

The shell knows no room. Rooms tell it what it needs once, in ``AppConfig.ready``:

    shell.wire(sign_out="account_logout", switch_role="accounts:role", theme="accounts:theme")

and a middleware above may put ``request.role`` (one of nav.ROLES) and ``request.roles`` (all the person has).
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.functional import Promise, cached_property
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

from eduraise.ui import nav

log = logging.getLogger(__name__)
THEMES = {"": _("System"), "light": _("Light"), "dark": _("Dark")}
ZOOM_HOSTS = ("zoom.us", "zoomgov.com")
ROLE_NAMES = {"admin": _("Admin"), "teacher": _("Teacher"), "student": _("Student")}


@dataclass(frozen=True, kw_only=True)
class WayOut:
    """What still works, for a page that tells of an error: "Join “Algebra”, 18:00"."""

    text: str | Promise
    href: str
    now: bool = False


@dataclass(kw_only=True)
class Wiring:
    """URL names and questions that the shell passes on to the rooms above. Empty ones are not drawn."""

    home: str = ""
    find: str = ""
    sign_in: str = ""
    sign_out: str = ""
    switch_role: str = ""  # POST, field "role"
    theme: str = ""  # POST, field "theme": "", light or dark
    bell: str = ""  # the list of what somebody was told
    unread: Callable[[HttpRequest], int] = lambda request: 0
    mails: str = ""  # the demo's mails, which would have been sent
    zone: str = ""  # POST, fields "zone" and "answer": yes or no
    organisation: Callable[[], str] = lambda: settings.ORGANISATION
    asks_zone: Callable[[HttpRequest], bool] = lambda request: False
    ways_out: Callable[[HttpRequest], list[WayOut]] = lambda request: []


wiring = Wiring()


def wire(**given: Any) -> None:
    """Set fields of the Wiring; an unknown one is an error at start."""
    for name, value in given.items():
        if not hasattr(wiring, name):
            raise AttributeError(f"the shell has no {name!r}")
        setattr(wiring, name, value)


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: ``shell`` in every template, worked out only where it is drawn."""
    return {"shell": Shell(request)}


class Shell:
    """The shell of one request."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    @cached_property
    def user(self) -> Any:
        """Who is signed in, or None."""
        user = getattr(self.request, "user", None)
        return user if user is not None and user.is_authenticated else None

    @cached_property
    def person(self) -> str:
        """The signed-in person's name, or "" for a visitor."""
        return str(self.user) if self.user else ""

    @cached_property
    def role(self) -> str | None:
        """The role this page is drawn for."""
        return getattr(self.request, "role", None) if self.person else None

    @cached_property
    def role_name(self) -> str | Promise:
        return ROLE_NAMES.get(self.role or "", "")

    @cached_property
    def other_roles(self) -> list[tuple[str, str | Promise]]:
        """Roles to switch to, with their names; never a mixed menu."""
        roles = getattr(self.request, "roles", ()) if self.person else ()
        return [(role, ROLE_NAMES[role]) for role in roles if role != self.role]

    @cached_property
    def main(self) -> list[nav.Link]:
        return nav.links(self.request, self.role, "main")

    @cached_property
    def more(self) -> list[nav.Link]:
        return nav.links(self.request, self.role, "more")

    @cached_property
    def above(self) -> nav.Link | None:
        """The entry below which this page stands."""
        return nav.above(self.request, self.role)

    @cached_property
    def personal(self) -> list[nav.Link]:
        return nav.links(self.request, self.role, "person")

    @cached_property
    def theme(self) -> str:
        """ "light", "dark", or "" to follow the system; a view may set ``request.theme`` for its page."""
        asked = getattr(self.request, "theme", None) or getattr(self.user, "theme", "")
        return asked if asked in THEMES else ""

    @property
    def themes(self) -> dict[str, Any]:
        return THEMES

    @cached_property
    def direction(self) -> str:
        return getattr(self.request, "direction", None) or ("rtl" if get_language_bidi() else "ltr")

    @property
    def organisation(self) -> str:
        return wiring.organisation()

    @property
    def is_simulated(self) -> bool:
        """Whether what stands behind is not Zoom but something that pretends to be."""
        host = urlsplit(settings.ZOOM_API_URL).hostname or ""
        return not host.endswith(ZOOM_HOSTS)

    @property
    def zone_name(self) -> str:
        return timezone.get_current_timezone_name()

    @property
    def asks_zone(self) -> bool:
        return bool(self.person and wiring.zone and wiring.asks_zone(self.request))

    @property
    def home_url(self) -> str:
        return _address(wiring.home) or "/"

    @property
    def find_url(self) -> str:
        return _address(wiring.find) if self.person else ""

    @property
    def bell_url(self) -> str:
        return _address(wiring.bell) if self.person else ""

    @cached_property
    def unread(self) -> int:
        """How much the person has not read of what she was told."""
        return wiring.unread(self.request) if self.person else 0

    @property
    def mails_url(self) -> str:
        return _address(wiring.mails) if settings.DEMO else ""

    @property
    def sign_in_url(self) -> str:
        return _address(wiring.sign_in)

    @property
    def sign_out_url(self) -> str:
        return _address(wiring.sign_out)

    @property
    def switch_role_url(self) -> str:
        return _address(wiring.switch_role)

    @property
    def theme_url(self) -> str:
        return _address(wiring.theme)

    @property
    def zone_url(self) -> str:
        return _address(wiring.zone)

    @property
    def language(self) -> str:
        return get_language() or settings.LANGUAGE_CODE

    @property
    def ways_out(self) -> list[WayOut]:
        """What still works; asked on a page that tells of an error, so nothing here may raise another."""
        try:
            return wiring.ways_out(self.request)
        except Exception:  # whatever broke the page may break this too, and the page must still stand
            log.exception("ways_out_failed")
            return []


def _address(url_name: str) -> str:
    try:
        return reverse(url_name) if url_name else ""
    except NoReverseMatch as error:
        raise NoReverseMatch(f"the shell is wired to {url_name!r}, which no urls.py names") from error
