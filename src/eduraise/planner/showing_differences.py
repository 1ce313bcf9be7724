"""Where booked classes and a timetable differ, as its page shows it and whoever moved classes is told."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.access.rules import can
from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.classes.several import MOST_AT_ONCE
from eduraise.core.hooks import Act, PagePart
from eduraise.planner.aligning import may_take_over
from eduraise.planner.comparing import Apart, Comparison, Missing, compare
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program
from eduraise.ui import times

NAMED_DAYS = 4


@dataclass(frozen=True)
class Line:
    """One difference: in a sentence, the days that it is about, and what can be done."""

    said: str
    days: str
    acts: Sequence[Act]


def timetable_part(*, program: Program, reader: User, now: datetime, **_more: object) -> Iterator[PagePart]:
    """On a timetable: where it and the booked classes differ, to whoever manages it."""
    found = Comparison() if program.archived_at is not None else compare(program, now)
    if found and can(reader, Permission.TIMETABLE, program, now):
        context = {
            "program": program,
            "missing": bool(found.missing),
            "lines": lines_of(found, program, reader, now),
        }
        yield PagePart(_("Booked classes and the timetable differ"), "planner/differences.html", context)


def moved_from_timetable(
    *, class_uids: Collection[UUID], reader: User, now: datetime, **_more: object
) -> Iterator[Act]:
    """Once classes were moved together: that the timetable says otherwise of them, to whoever manages it."""
    programs = Program.objects.unarchived().filter(classes__uid__in=class_uids).distinct()
    for program in programs.select_related("class_settings").order_by("pk")[:NAMED_DAYS]:
        if can(reader, Permission.TIMETABLE, program, now) and _is_about(compare(program, now), class_uids):
            yield Act(
                _("The timetable says otherwise: see what differs"),
                reverse("programs:timetable", args=[program.code]),
                "calendar-clock",
            )


def _is_about(found: Comparison, class_uids: Collection[UUID]) -> bool:
    return any(session.uid in class_uids for one in found.apart for session in one.sessions)


def lines_of(found: Comparison, program: Program, reader: User, now: datetime) -> list[Line]:
    """Each difference in words, with what this reader can do about it."""
    may_move = can(reader, Permission.EDIT, program, now)
    may_cancel = can(reader, Permission.CANCEL, program, now)
    today = now.astimezone(ZoneInfo(program.zone)).date()
    apart = [
        Line(
            words_of(one),
            days_words(one.days, today),
            [*_moving(one, program, may_move, may_cancel), *_taking_over(one, program)],
        )
        for one in found.apart
    ]
    return apart + [Line(_missing_words(one), days_words(one.days, today), ()) for one in found.missing]


def words_of(apart: Apart) -> str:
    """ "12 classes are on Thu 19:00–20:00; the timetable says Thu 18:00–19:00." """
    number = len(apart.sessions)
    if apart.is_outside:
        said = ngettext(
            "%(n)d class on %(hour)s is on a day that the timetable doesn’t have.",
            "%(n)d classes on %(hour)s are on days that the timetable doesn’t have.",
            number,
        )
    elif apart.slot is None:
        said = ngettext(
            "%(n)d class is on %(hour)s; the timetable has no such hour.",
            "%(n)d classes are on %(hour)s; the timetable has no such hour.",
            number,
        )
    else:
        said = ngettext(
            "%(n)d class is on %(hour)s; the timetable says %(said)s.",
            "%(n)d classes are on %(hour)s; the timetable says %(said)s.",
            number,
        )
    return said % {"n": number, "hour": apart.hour, "said": apart.slot_hour}


def _missing_words(missing: Missing) -> str:
    words = ngettext(
        "%(hour)s: no class is booked on %(n)d day.",
        "%(hour)s: no class is booked on %(n)d days.",
        len(missing.days),
    )
    return words % {"hour": str(missing.hour), "n": len(missing.days)}


def days_words(days: Sequence[date], today: date) -> str:
    """A few days by name, of more the first and the last."""
    if len(days) > NAMED_DAYS:
        return f"{times.day(days[0], today)} – {times.day(days[-1], today)}"
    return ", ".join(times.day(on, today) for on in days)


def _moving(apart: Apart, program: Program, may_move: bool, may_cancel: bool) -> Iterator[Act]:
    """To the pages on which classes are changed, with these chosen and the hour that the timetable says."""
    here = reverse("programs:timetable", args=[program.code])
    asked: dict[str, Any] = {"back": here, "pick": [one.code for one in apart.sessions[:MOST_AT_ONCE]]}
    said = apart.slot_hour
    if may_move and said is not None and not apart.is_outside:
        if (said.weekday, said.local_start) == (apart.hour.weekday, apart.hour.local_start):
            first: ClassSession = apart.sessions[0]
            yield Act(_("Change the classes"), reverse("classes:change", args=[first.code]), "clock")
        else:
            to = {"how": "to", "weekday": said.weekday, "hour": f"{said.local_start:%H:%M}"}
            yield Act(_("Move the classes"), _address("classes:move_several", to | asked), "calendar-clock")
        return
    if may_move:
        yield Act(_("Move the classes"), _address("classes:move_several", asked), "calendar-clock")
    if may_cancel:
        yield Act(_("Cancel the classes"), _address("classes:cancel_several", asked), "x")


def _taking_over(apart: Apart, program: Program) -> Iterator[Act]:
    """To where the timetable is changed."""
    if may_take_over(apart):
        address = reverse("planner:take_over", args=[program.code])
        yield Act(_("Change the timetable"), f"{address}?{urlencode({'hour': apart.key})}", "pencil")
    elif apart.is_outside and apart.slot is not None:
        days = apart.days
        in_term = (not program.starts_on or days[0] >= program.starts_on) and (
            not program.ends_on or days[-1] <= program.ends_on
        )
        slot = reverse("programs:slot", args=[program.code, apart.slot.uid])
        term = reverse("programs:term", args=[program.code])
        yield Act(_("Change the timetable"), slot if in_term else term, "pencil")


def _address(name: str, asked: dict[str, Any]) -> str:
    return f"{reverse(name)}?{urlencode(asked, doseq=True)}"
