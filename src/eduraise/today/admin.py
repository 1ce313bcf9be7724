"""An admin's home: what needs somebody, what is on, what comes next, the week in five numbers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from eduraise.accounts.models import User
from eduraise.classes import queries
from eduraise.classes.enums import ClassState
from eduraise.classes.listing import by_day
from eduraise.classes.looked_over import with_settled
from eduraise.classes.models import ClassSession
from eduraise.classes.numbers import WeekNumbers, numbers_of_span
from eduraise.classes.rows import teacher_rows
from eduraise.classes.states import has_paused
from eduraise.live.board import beside, board, kept_board, read_beside
from eduraise.live.models import Snapshot
from eduraise.live.watching import Watch, reach_of
from eduraise.programs.models import Assignment, Enrolment, Program
from eduraise.today.common import Home, first_held, needs_of
from eduraise.ui.times import week_of
from eduraise.zoom.enums import USABLE, HostKind, Licence
from eduraise.zoom.models import ZoomUser

AHEAD = timedelta(hours=24)
# How many are shown of those to come
SHOWN = 20


@dataclass(frozen=True)
class Organisation:
    """The organisation at present. teachers: who are assigned to a program that is not archived; connected:
    those of them whose Zoom works; students: who are enrolled in a running program. hosts: the Zoom users
    that work, teachers' and the shared ones; licensed, basic, unlicensed: how many of these. Basic
    ends what is longer than 40 minutes, and without a licence nobody holds a meeting."""

    programs: int
    teachers: int
    connected: int
    students: int
    hosts: int
    licensed: int
    basic: int
    unlicensed: int


def admin_page(person: User, now: datetime) -> Home:
    """All that an admin's home shows, in as many queries for one class or program as for a hundred."""
    needs = needs_of(person, now)
    numbers, kept = organisation(person, now)
    watch = _watch(person, now, kept)
    coming = list(with_settled(queries.coming_for_all(now, within=AHEAD, most=SHOWN + 1)))
    rest = [session for session in coming if not (session.code in watch.codes or has_paused(session, now))]
    enrolled = {session.program_id: session.enrolled for session in coming}
    days = teacher_rows(
        by_day(rest[:SHOWN]), person, now, enrolled=enrolled, has_board=True, tells_of_look=True
    )
    return Home(
        {
            "watch": watch,
            "is_urgent": any(not line.rank for line in watch.present),
            "days": days,
            "is_unready": any(row.is_ready is False for _day, rows in days for row in rows),
            "has_more": len(rest) > SHOWN,
            "next": first_held(_not_on(coming), now),
            "week": week_numbers(now),
            "organisation": numbers,
        },
        needs=needs,
    )


def watch_of(person: User, now: datetime) -> Watch:
    """The live board of all classes; one query."""
    return _watch(person, now, kept_board())


def _watch(person: User, now: datetime, kept: Snapshot | None) -> Watch:
    return Watch(board(now, kept), reach_of(person, now, as_admin=True), now)


def _not_on(coming: Iterable[ClassSession]) -> list[ClassSession]:
    return [session for session in coming if session.shown_state != ClassState.LIVE]


def week_numbers(now: datetime) -> WeekNumbers:
    """The reader's present week, Monday to Sunday."""
    return numbers_of_span(*week_of(now, timezone.get_current_timezone()), now)


def organisation(person: User, now: datetime) -> tuple[Organisation, Snapshot | None]:
    """The organisation's numbers and the live board's snapshot, in one query that hangs on the reader's own
    row."""
    # few are excluded: looking for them is less than looking at the person and program of every row
    inactive = User.objects.filter(is_active=False).values("pk")
    archived = Program.objects.filter(archived_at__isnull=False).values("pk")
    drafts = Program.objects.filter(opened_at__isnull=True).values("pk")
    teaching = Assignment.objects.active(now).filter(only_for__isnull=True)
    teaching = teaching.exclude(person__in=inactive).exclude(program__in=archived)
    connected = ZoomUser.objects.filter(state__in=USABLE, teacher__isnull=False).values("teacher")
    # whose teacher teaches at present isn't asked: that would go through all assignments once for each number
    hosts = ZoomUser.objects.filter(Q(teacher__isnull=False) | Q(kind=HostKind.POOL), state__in=USABLE)
    learning = Enrolment.objects.active(now)
    learning = learning.exclude(person__in=inactive).exclude(program__in=archived.union(drafts))
    row = (
        User.objects.filter(pk=person.pk)
        .annotate(
            programs=_counted(Program.objects.unarchived(), "pk"),
            teachers=_counted(teaching, "person"),
            connected=_counted(teaching.filter(person__in=connected), "person"),
            students=_counted(learning, "person"),
            hosts=_counted(hosts, "pk"),
            licensed=_counted(hosts.filter(licence=Licence.LICENSED), "pk"),
            basic=_counted(hosts.filter(licence=Licence.BASIC), "pk"),
            unlicensed=_counted(hosts.filter(licence=Licence.NONE), "pk"),
            **beside(),
        )
        .values(*(one.name for one in fields(Organisation)), *beside())
        .get()
    )
    kept = read_beside(row)
    return Organisation(**row), kept


def _counted(rows: QuerySet[Any], what: str) -> Coalesce:
    one = rows.order_by().annotate(all_of_them=Value(1)).values("all_of_them")
    return Coalesce(Subquery(one.annotate(number=Count(F(what), distinct=True)).values("number")), 0)
