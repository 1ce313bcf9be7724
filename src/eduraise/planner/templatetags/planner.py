"""Words of plans in templates."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eduraise.planner.enums import Verdict
from eduraise.planner.models import PlannedClass
from eduraise.planner.showing import Day
from eduraise.planner.words import hour_of
from eduraise.ui import times
from eduraise.zoom.models import ZoomUser

register = template.Library()


@register.filter
def tile(day: Day) -> str:
    """The one word under a date: its weekday, what is wrong with it, or how many classes it has."""
    if day.look == "clash":
        codes = {code for row in day.rows for code in row.codes}
        return _("busy") if {Verdict.TEACHER_BUSY, Verdict.HOST_BUSY, Verdict.TWICE} & codes else _("can’t")
    if len(day.rows) > 1:
        return f"{date_format(day.on, 'D')} ×{len(day.rows)}"
    return date_format(day.on, "D")


@register.filter
def week_hour(row: PlannedClass) -> str:
    """Its hour of the week."""
    return hour_of(row)


@register.filter
def hours(row: PlannedClass) -> str:
    """From when until when a class is, by its program's clocks; with the hours that the reader's show where
    they are others."""
    zone, own = ZoneInfo(row.zone), timezone.get_current_timezone()
    said = times.span(row.starts_at, row.ends_at, zone)
    if not times.differs(row.starts_at, zone, own):
        return said
    return f"{said} {times.city(row.zone)} ({times.span(row.starts_at, row.ends_at, own)} {times.city(own)})"


@register.filter
def host_of(row: PlannedClass) -> ZoomUser | None:
    """The host that holds a class, or that would."""
    occurrence = row.session.occurrence if row.session else None
    return occurrence.meeting.host if occurrence else row.host
