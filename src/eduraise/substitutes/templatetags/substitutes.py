"""``{% load substitutes %}``: what speaks for and against a candidate, in words."""

from __future__ import annotations

from django.template import Library
from django.utils import timezone
from django.utils.translation import gettext as _

from eduraise.substitutes.candidates import Candidate
from eduraise.ui import times
from eduraise.zoom.enums import Way

register = Library()


@register.filter
def free_words(one: Candidate) -> str:
    """Whether she is free then, and if not, what is in the way."""
    if one.busy is not None:
        span = times.span(*one.busy, timezone.get_current_timezone())
        return _("Teaches another class then, %(span)s.") % {"span": span}
    if one.absence is not None:
        return _("Has that day off.") if one.absence.off else _("Outside the hours that she gives.")
    return _("Has another meeting in Zoom then.") if one.at_zoom else _("Free then.")


@register.filter
def host_words(one: Candidate) -> str:
    """Whether she can host it, and in which way; else why not."""
    match one.holding.way:
        case None:
            return _("Cannot host: %(why)s") % {"why": one.holding.why}
        case Way.OWN:
            said = _("Can host, on her own Zoom.")
        case Way.TRANSFER:
            said = _("Can host: Zoom is asked to give her the meeting.")
        case Way.ALTERNATIVE:
            said = _("Can host, as alternative host: Zoom is asked to let her.")
        case _:
            said = _("Can host, on a shared Zoom host.")
    return f"{said} {one.holding.why}".strip()
