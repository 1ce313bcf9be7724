"""An admin's home: what needs somebody, what is on, what comes next, the week in five numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from eduraise.accounts.models import User
from eduraise.classes import queries
from eduraise.classes.enums import ClassState
from eduraise.classes.listing import by_day
from eduraise.classes.models import ClassSession
from eduraise.classes.numbers import WeekNumbers, numbers_of_span
from eduraise.classes.rows import Row, teacher_rows
from eduraise.classes.states import has_paused
from eduraise.programs.models import Assignment, Enrolment, Program
from eduraise.today.common import Home, first_held, needs_of
from eduraise.ui.times import week_of
from eduraise.zoom.enums import USABLE
from eduraise.zoom.models import ZoomUser

AHEAD = timedelta(hours=24)
# How many are shown of those to come
SHOWN = 20
# A live class with less than half of its people is pointed at after this long
PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True)
class LiveClass:
    """A class that is on: how many of those enrolled came through its door."""

    row: Row
    joined: int
    is_thin: bool

    @property
    def missing(self) -> int:
        """How many of those enrolled have not come."""
        return max(0, (self.row.enrolled or 0) - self.joined)


@dataclass(frozen=True)
class Organisation:
    """The organisation at present. teachers: who are assigned to a program that is not archived; connected:
    those of them whose Zoom works; students: who are enrolled in a running program."""

    programs: int
    teachers: int
    connected: int
    students: int


def admin_page(person: User, now: datetime) -> Home:
    """All that an admin's home shows, in as many queries for one class or program as for a hundred."""
    needs = needs_of(person, now)
    coming = list(queries.coming_for_all(now, within=AHEAD, most=SHOWN + 1))
    live = [session for session in coming if _is_live(session)]
    rest = [session for session in coming if not (_is_live(session) or has_paused(session, now))]
    enrolled = {session.program_id: session.enrolled for session in coming}
    return Home(
        {
            "live": [
                _live_class(row, now)
                for _day, rows in teacher_rows(by_day(live), person, now, enrolled=enrolled)
                for row in rows
            ],
            "joined": sum(session.joined for session in live),
            "days": teacher_rows(by_day(rest[:SHOWN]), person, now, enrolled=enrolled, has_board=True),
            "has_more": len(rest) > SHOWN,
            "next": first_held(rest, now),
            "week": week_numbers(now),
            "organisation": organisation(person, now),
        },
        needs=needs,
        is_near=bool(live),
    )


def _is_live(session: ClassSession) -> bool:
    return session.shown_state == ClassState.LIVE


def _live_class(row: Row, now: datetime) -> LiveClass:
    joined: int = row.session.joined
    is_late = now >= row.session.starts_at + PATIENCE
    return LiveClass(row, joined, is_thin=is_late and 2 * joined < (row.enrolled or 0))


def week_numbers(now: datetime) -> WeekNumbers:
    """The reader's present week, Monday to Sunday."""
    return numbers_of_span(*week_of(now, timezone.get_current_timezone()), now)


def organisation(person: User, now: datetime) -> Organisation:
    """The organisation's numbers, in one query that hangs on the reader's own row."""
    # few are excluded: looking for them is less than looking at the person and program of every row
    inactive = User.objects.filter(is_active=False).values("pk")
    archived = Program.objects.filter(archived_at__isnull=False).values("pk")
    drafts = Program.objects.filter(opened_at__isnull=True).values("pk")
    teaching = Assignment.objects.active(now).filter(only_for__isnull=True)
    teaching = teaching.exclude(person__in=inactive).exclude(program__in=archived)
    connected = ZoomUser.objects.filter(state__in=USABLE, teacher__isnull=False).values("teacher")
    learning = Enrolment.objects.active(now)
    learning = learning.exclude(person__in=inactive).exclude(program__in=archived.union(drafts))
    row = (
        User.objects.filter(pk=person.pk)
        .annotate(
            programs=_counted(Program.objects.unarchived(), "pk"),
            teachers=_counted(teaching, "person"),
            connected=_counted(teaching.filter(person__in=connected), "person"),
            students=_counted(learning, "person"),
        )
        .values("programs", "teachers", "connected", "students")
        .get()
    )
    return Organisation(**row)


def _counted(rows: QuerySet[Any], what: str) -> Coalesce:
    one = rows.order_by().annotate(all_of_them=Value(1)).values("all_of_them")
    return Coalesce(Subquery(one.annotate(number=Count(F(what), distinct=True)).values("number")), 0)
