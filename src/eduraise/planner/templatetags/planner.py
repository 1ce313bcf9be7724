"""Words of plans in templates."""

from __future__ import annotations

from django import template
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eduraise.planner.enums import Verdict
from eduraise.planner.showing import Day

register = template.Library()


@register.filter
def tile(day: Day) -> str:
    """The one word under a date: its weekday, or what is wrong with it."""
    if day.look == "clash":
        busy = {Verdict.TEACHER_BUSY, Verdict.HOST_BUSY, Verdict.TWICE} & day.row.codes
        return _("busy") if busy else _("can’t")
    return date_format(day.row.held_on, "D")
