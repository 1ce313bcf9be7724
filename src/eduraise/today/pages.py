"""What each role's home page holds: the next class on the board, what needs somebody, the days ahead."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from eduraise.access import rules
from eduraise.accounts.models import User
from eduraise.classes import queries
from eduraise.classes.detailing import Detail
from eduraise.classes.joining import standing_of
from eduraise.classes.listing import by_day
from eduraise.classes.models import ClassSession
from eduraise.classes.numbers import numbers_of
from eduraise.classes.rows import student_rows, teacher_rows
from eduraise.core import hooks
from eduraise.core.hooks import Problem
from eduraise.programs.enums import Permission
from eduraise.zoom import hosts

WEEK = timedelta(days=7)
MOST = 60
PROGRAMS = 12


def teacher_page(person: User, now: datetime) -> dict[str, Any]:
    """Her next class, what is broken, the rest of the week, each of her programs."""
    coming = list(queries.coming_for_teacher(person, now, within=WEEK)[:MOST])
    board = board_of([session for session in coming if session.teacher_id == person.pk], person, now)
    programs = list(
        rules.taught_programs(person, now).filter(archived_at__isnull=True).order_by("code_key")[:PROGRAMS]
    )
    numbers = numbers_of(programs, now)
    may_create = set(rules.programs_with(person, Permission.CREATE, now).values_list("pk", flat=True))
    return {
        "board": board,
        "days": teacher_rows(by_day(without(coming, board)), person, now),
        "needs": needs_of(person, now),
        "programs": [(program, numbers[program.pk], program.pk in may_create) for program in programs],
        "may_schedule": bool(may_create),
        "zoom": hosts.connection_of(person),
    }


def student_page(person: User, now: datetime) -> dict[str, Any]:
    """The next class with Join, or when it opens; then the week."""
    coming = list(queries.coming_for_student(person, now, within=WEEK)[:MOST])
    board = board_of(coming, person, now)
    later = None
    if not coming:
        later = queries.next_class(queries.coming_for_student(person, now))
    return {"board": board, "days": student_rows(by_day(without(coming, board)), now), "later": later}


def admin_page(person: User, now: datetime) -> dict[str, Any]:
    """What needs somebody first, then what is on and what comes next."""
    live = list(queries.live_now(now)[:MOST])
    coming = list(queries.coming_for_all(now, within=timedelta(hours=24))[:20])
    return {
        "needs": needs_of(person, now),
        "live": teacher_rows(by_day(live), person, now),
        "days": teacher_rows(by_day(row for row in coming if row not in live), person, now),
        "figures": figures(now),
        "next": queries.next_class(queries.coming_for_all(now)),
    }


def figures(now: datetime) -> list[tuple[str, int]]:
    """The week in numbers: classes to come, live now, programs, teachers, students."""
    from eduraise.programs.models import Assignment, Enrolment, Program

    week = ClassSession.objects.not_cancelled().filter(starts_at__gte=now, starts_at__lt=now + WEEK)
    return [
        ("classes", week.count()),
        ("programs", Program.objects.running().count()),
        ("teachers", Assignment.objects.active(now).values("person").distinct().count()),
        ("students", Enrolment.objects.active(now).values("person").distinct().count()),
    ]


def board_of(coming: Iterable[ClassSession], person: User, now: datetime) -> Detail | None:
    """The soonest class that is near enough to stand on the board."""
    for session in coming:
        if session.cancelled_at is None:
            detail = Detail(session, standing_of(person, session, now), person, now)
            return detail if detail.has_board else None
    return None


def without(coming: Iterable[ClassSession], board: Detail | None) -> list[ClassSession]:
    """The rest, so that no class stands twice."""
    return [session for session in coming if board is None or session.pk != board.session.pk]


def needs_of(person: User, now: datetime) -> list[Problem]:
    """What needs this person: worst first, then longest."""
    found = hooks.needs_of.ask(person=person, now=now)
    return sorted(found, key=lambda one: (one.severity != "bad", one.since is None, one.since or now))
