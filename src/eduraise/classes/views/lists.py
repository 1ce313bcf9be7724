"""The teacher's list of classes, and the student's."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import render

from eduraise.access.decorators import student_only
from eduraise.access.roles import RoleRequest
from eduraise.access.rules import attended_programs
from eduraise.accounts.models import User
from eduraise.classes import queries
from eduraise.classes.decorators import teachers_and_admins
from eduraise.classes.listing import MENU_LONGEST, STATES, by_day, list_classes
from eduraise.classes.models import ClassSession
from eduraise.classes.rows import student_rows, teacher_rows
from eduraise.core import clock
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program
from eduraise.programs.queries import teaching_of

STUDENTS_MOST = 100


@teachers_and_admins
def classes(request: RoleRequest) -> HttpResponse:
    """All classes of the programs that this person teaches in; of all programs for an admin."""
    now, reader = clock.now(), request.user
    own = ClassSession.objects.taught_in_programs_of(reader, now)
    programs, may_schedule, enrolled = _programs(reader, now, request.GET.get("program", ""))
    listing = list_classes(own, programs, request.GET, reader, now)
    days = teacher_rows(listing.days, reader, now, enrolled=enrolled, is_picked_from=True)
    context = {
        "now": now,
        "listing": listing,
        "states": STATES,
        "days": days,
        "has_picks": any(row.pick for _day, rows in days for row in rows),
        "may_schedule": may_schedule,
        "is_empty": not listing.filters.is_narrow and not any(listing.counts.values()),
    }
    return render(request, "classes/list.html", context)


@student_only
def upcoming(request: RoleRequest) -> HttpResponse:
    """What a student's next weeks hold, across her programs, by her own days."""
    now, reader = clock.now(), request.user
    programs = list(attended_programs(reader, now).order_by("code_key"))
    chosen = next((each for each in programs if each.code == request.GET.get("program")), None)
    coming = queries.coming_for_student(reader, now)
    if chosen:
        coming = coming.filter(program=chosen)
    sessions = list(coming[: STUDENTS_MOST + 1])
    context = {
        "now": now,
        "programs": programs,
        "chosen": chosen,
        "days": student_rows(by_day(sessions[:STUDENTS_MOST]), now),
        "has_more": len(sessions) > STUDENTS_MOST,
    }
    return render(request, "classes/upcoming.html", context)


def _programs(reader: User, now: datetime, code: str) -> tuple[list[Program], bool, dict[int, int] | None]:
    """The programs to choose from, whether there is one in which the reader may schedule, and how many are
    enrolled in each of hers; of an admin's, who sees all, that is not known."""
    if reader.is_admin:
        every = Program.objects.unarchived().order_by("code_key").only("code", "code_key", "title")
        offered = list(every[: MENU_LONGEST + 1])
        if code and code.casefold() not in {one.code_key for one in offered}:
            offered += Program.objects.filter(code_key=code.casefold())
        return offered, bool(offered), None
    own = teaching_of(reader, now)
    enrolled = {one.assignment.program_id: one.assignment.enrolled for one in own}
    whole = [one for one in own if one.assignment.only_for is None]
    may_schedule = any(Permission.CREATE in one.held for one in whole)
    return [one.assignment.program for one in whole], may_schedule, enrolled
