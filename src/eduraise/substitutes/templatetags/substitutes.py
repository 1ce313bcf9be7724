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
        return _("Has that day off.") if one.absence.off else _("Outside of their hours.")
    return _("Has another meeting in Zoom then.") if one.at_zoom else _("Free then.")


@register.filter
def host_words(one: Candidate) -> str:
    """Whether she can host it, and in which way; else why not."""
    match one.holding.way:
        case None:
            return _("Cannot host: %(why)s") % {"why": one.holding.why}
        case Way.OWN:
            said = _("Can host, on their own Zoom.")
        case Way.TRANSFER:
            said = _("Can host: Zoom is asked to give them the meeting.")
        case Way.ALTERNATIVE:
            said = _("Can host, as alternative host, if Zoom agrees.")
        case _:
            said = _("Can host, on a shared Zoom host.")
    return f"{said} {one.holding.why}".strip()


@register.filter
def to_herself(one: Candidate) -> str:
    """The same to the candidate herself: what is in her way, and where the class would be held."""
    return " ".join(part for part in (_in_her_way(one), _where(one)) if part)


@register.filter
def way_to_herself(way: str) -> str:
    """Where a class is held, to whoever takes it."""
    words = {
        Way.OWN: _("On your own Zoom"),
        Way.SHARED: _("On a shared Zoom host"),
        Way.TRANSFER: _("The meeting goes to your Zoom user"),
        Way.ALTERNATIVE: _("As alternative host of the meeting that stands"),
    }
    return words[Way(way)] if way else ""


def _in_her_way(one: Candidate) -> str:
    if one.busy is not None:
        span = times.span(*one.busy, timezone.get_current_timezone())
        return _("You teach another class then, %(span)s.") % {"span": span}
    if one.absence is not None:
        return _("You have that day off.") if one.absence.off else _("It lies outside of your hours.")
    return _("You have another meeting in Zoom then.") if one.at_zoom else ""


def _where(one: Candidate) -> str:
    words = {
        Way.OWN: _("It is held on your own Zoom."),
        Way.SHARED: _("It is held on a shared Zoom host."),
        Way.TRANSFER: _("Zoom is asked to give you its meeting."),
        Way.ALTERNATIVE: _("You start it as alternative host, signed in to Zoom."),
    }
    said = words[one.holding.way] if one.holding.way is not None else ""
    return f"{said} {one.holding.why}".strip()
