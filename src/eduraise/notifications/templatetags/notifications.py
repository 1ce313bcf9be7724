"""`{% load notifications %}`: why a mail failed, and a demo mail's links."""

from __future__ import annotations

import re

from django.conf import settings
from django.template import Library
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from eduraise.notifications import capping

register = Library()


@register.filter
def why_failed(code: str) -> str:
    """What an outcome's code means to an admin."""
    if code == "may_have_arrived":
        return _("It was handed over, but no answer came: it may have arrived.")
    if code == "not_written":
        return _("It could not be written; the log says why.")
    if code == capping.HELD:
        return _("It is held: the person whose act it tells of has sent very many mails today.")
    if code.startswith("unreachable"):
        return _("The mail server could not be reached for a day.")
    if code.startswith("refused for now"):
        return _("The mail server put it off for a day.")
    if code.startswith("not_sendable"):
        return _("No mail can be sent to this address.")
    return _("The mail server refused it.")


@register.filter
def our_links(line: str) -> SafeString:
    """A line of a mail, where addresses of this installation, and no others, are links."""
    pattern = re.compile(re.escape(settings.BASE_URL) + r"/[\w/.:%?=&-]*")
    parts, at = [], 0
    for found in pattern.finditer(line):
        parts += [escape(line[at : found.start()]), format_html('<a href="{0}">{0}</a>', found[0])]
        at = found.end()
    return mark_safe("".join([*parts, escape(line[at:])]))  # noqa: S308 every part is escaped
