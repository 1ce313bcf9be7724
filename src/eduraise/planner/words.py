"""A plan in sentences: what was found of each class, and what would be done."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.planner.columns import Column
from eduraise.planner.enums import IN_THE_WAY, Verdict
from eduraise.planner.models import PastedTable, PlannedClass
from eduraise.ui import times
from eduraise.ui.written_dates import Order


def words_of_reading(table: PastedTable) -> str:
    """How a table's columns were read: "Date, Start, Length, Title; day before month"."""
    columns = ", ".join(str(Column(name).label) for name in table.columns if name)
    first = _("month before day") if table.order == Order.MONTH_FIRST else _("day before month")
    return f"{columns}; {first}"


def words_of(row: PlannedClass) -> list[str]:
    """What was found of a class, in the reader's language and zone; what hinders it first."""
    found = sorted(row.verdicts, key=lambda verdict: verdict["code"] not in IN_THE_WAY)
    return [_sentence(row, verdict) for verdict in found]


def hour_of(row: PlannedClass) -> str:
    """Its hour of the week: "Tue 18:00–19:30"."""
    begins = datetime.combine(row.on, row.local_start)
    ends = begins + timedelta(minutes=row.minutes)
    return f"{date_format(row.on, 'D')} {begins:%H:%M}–{ends:%H:%M}"


def _sentence(row: PlannedClass, verdict: Mapping[str, Any]) -> str:
    code = Verdict(verdict["code"])
    name = row.teacher.name if row.teacher else ""
    match code:
        case Verdict.NOT_ALLOWED | Verdict.NOT_CONNECTED | Verdict.OUTSIDE | Verdict.NOT_THERE:
            return str(verdict["words"])
        case Verdict.TEACHER_BUSY:
            return _("%(name)s has another class then, %(span)s.") % {"name": name, "span": _span(verdict)}
        case Verdict.HOST_BUSY:
            return _("Zoom is taken then, %(span)s.") % {"span": _span(verdict)}
        case Verdict.TWICE:
            return _("%(name)s would teach twice then: another class of this plan, %(span)s.") % {
                "name": name,
                "span": _span(verdict),
            }
        case Verdict.NO_TEACHER if verdict.get("said"):
            return _("Nobody called “%(name)s” may teach here.") % {"name": verdict["said"]}
        case Verdict.ZOOM_BUSY:
            return _("In Zoom there is something else, %(span)s (seen %(age)s).") % {
                "span": _span(verdict),
                "age": _age(verdict),
            }
        case Verdict.STUDENTS_BUSY:
            number = verdict["number"]
            return ngettext(
                "%(number)d student has another class then.",
                "%(number)d students have another class then.",
                number,
            ) % {"number": number}
        case Verdict.CUT_SHORT:
            return _("Zoom ends it after %(minutes)d minutes.") % {"minutes": verdict["minutes"]}
        case Verdict.SKIPPED_HOUR:
            words = {"hour": f"{row.local_start:%H:%M}", "at": verdict["at"]}
            return _("Clocks skip %(hour)s that day: it would begin at %(at)s. Is that meant?") % words
        case Verdict.TOO_MANY_HOURS:
            return _("More than the %(hours)g hours of a week that %(name)s wants at most.") % {
                "hours": verdict["hours"],
                "name": name,
            }
        case _:
            return f"{code.label}."


def _span(verdict: Mapping[str, Any]) -> str:
    zone = timezone.get_current_timezone()
    return times.span(datetime.fromisoformat(verdict["from"]), datetime.fromisoformat(verdict["until"]), zone)


def _age(verdict: Mapping[str, Any]) -> str:
    """How long ago a host's list was looked at when this was found."""
    zone = timezone.get_current_timezone()
    seen_at, looked_at = (datetime.fromisoformat(verdict[name]) for name in ("seen_at", "looked_at"))
    return times.age(seen_at, zone, looked_at)
