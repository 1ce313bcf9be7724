"""A teacher's home: her next class, what is broken, the rest of the week, each of her programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import OneToOneRel

from eduraise.accounts.models import User
from eduraise.classes import queries
from eduraise.classes.joining import Standing
from eduraise.classes.listing import by_day
from eduraise.classes.models import ClassSession
from eduraise.classes.numbers import ProgramNumbers
from eduraise.classes.progressing import ProgressRow, progress_rows
from eduraise.classes.rows import teacher_rows
from eduraise.live.board import beside, kept_board, read_beside
from eduraise.live.board import board as live_board
from eduraise.live.models import Snapshot
from eduraise.live.watching import Reach, Watch, reach_of
from eduraise.notes.leaving import Left, left_for, with_left
from eduraise.programs.enums import Permission
from eduraise.programs.models import Assignment, Program
from eduraise.programs.queries import Taught, colleagues_of, teaching_of
from eduraise.today.common import (
    MOST,
    PROGRAMS,
    Home,
    board_of,
    first_held,
    is_today,
    needs_of,
    of_the_week,
    without,
)
from eduraise.zoom import hosts, pool
from eduraise.zoom.enums import HostState

LATELY = timedelta(days=14)
DONE = 4
COLLEAGUES = 4
# Links that hold nothing and wait for nobody: never made, or ended by the teacher herself
UNLINKED = (HostState.KNOWN, HostState.CLOSED)


@dataclass(frozen=True)
class OwnProgram:
    """A program as its teacher's home shows it."""

    program: Program
    progress: ProgressRow | None
    enrolled: int
    colleagues: list[Assignment]
    may_create: bool
    takes_next: ClassSession | None = None
    note: Left | None = None

    @property
    def numbers(self) -> ProgramNumbers:
        """Its numbers; of those that aren't shown, none."""
        return self.progress.progress.numbers if self.progress else ProgramNumbers()

    @property
    def colleagues_shown(self) -> list[Assignment]:
        """The first few by name."""
        return self.colleagues[:COLLEAGUES]

    @property
    def colleague_names(self) -> list[str]:
        """Their names."""
        return [other.person.name for other in self.colleagues_shown]

    @property
    def colleagues_more(self) -> int:
        """How many there are beside them."""
        return max(0, len(self.colleagues) - COLLEAGUES)


def teacher_page(person: User, now: datetime) -> Home:
    """All that her home shows, in as many queries for one program or class as for a hundred."""
    kept = _read_along(person)
    teaching = teaching_of(person, now)
    enrolled = {one.assignment.program_id: one.assignment.enrolled for one in teaching}
    coming = list(with_left(queries.coming_for_teacher(person, now, most=MOST)))
    own = [session for session in coming if session.teacher_id == person.pk]
    board = board_of(own, person, now, lambda session: _standing(person, session, teaching))
    if board:
        board.enrolled = enrolled.get(board.session.program_id, 0)
    needs, zoom = needs_of(person, now), hosts.linked_to(person)
    watch = _watch(now, kept, _reach(person, teaching), but=board.session.code if board else "")
    later = [one for one in without(of_the_week(coming, now), board) if one.code not in watch.codes]
    week = by_day(later)
    programs = _programs(person, teaching, enrolled, _soonest(coming, now), now)
    return Home(
        {
            "watch": watch,
            "days": teacher_rows(week, person, now, enrolled=enrolled, has_board=board is not None),
            "left_today": _left_today(own, now),
            "next": first_held(without(own, board), now),
            "programs": programs[:PROGRAMS],
            "has_more_programs": len(programs) > PROGRAMS,
            "may_schedule": any(one.may_create for one in programs),
            "had_programs": bool(programs) or _had_programs(person, now),
            "done": list(queries.lately_taught(person, now, since=now - LATELY)[:DONE]),
            "note": left_for(board.session) if board else None,
            "zoom": zoom,
            "asks_zoom": (
                _may_hold(person, teaching)
                and (zoom is None or zoom.state in UNLINKED)
                and not pool.usable().exists()
            ),
        },
        board,
        needs,
    )


def watch_of(person: User, now: datetime, *, but: str = "") -> Watch:
    """The live board of her programs, but for the class on her own board; two queries. What is to come stands
    in the list of her week."""
    return _watch(now, kept_board(), reach_of(person, now, as_admin=False), but=but)


def _watch(now: datetime, kept: Snapshot | None, reach: Reach, *, but: str) -> Watch:
    return Watch(live_board(now, kept), reach, now, but=but, with_coming=False)


def _read_along(person: User) -> Snapshot | None:
    """The live board's snapshot, read with her Zoom, which is kept on `person`; one query."""
    row = User.objects.select_related("zoom_user").annotate(**beside()).get(pk=person.pk)
    link = User._meta.get_field("zoom_user")
    assert isinstance(link, OneToOneRel)
    link.set_cached_value(person, getattr(row, "zoom_user", None))
    return read_beside(vars(row))


def _reach(person: User, teaching: list[Taught]) -> Reach:
    """What she may know of, by the assignments at hand."""
    counts = [
        (one.assignment.program_id, one.assignment.only_for, Permission.SEE_ATTENDANCE in one.held)
        for one in teaching
    ]
    programs = {program: may for program, only_for, may in counts if only_for is None}
    return Reach(person.pk, False, programs, {str(uid): may for _program, uid, may in counts if uid})


def _programs(
    person: User,
    teaching: list[Taught],
    enrolled: Mapping[int, int],
    soonest: Mapping[int, ClassSession],
    now: datetime,
) -> list[OwnProgram]:
    """Her programs; what else is told of them only of those that are shown."""
    whole = [one for one in teaching if one.assignment.only_for is None]
    shown = [one.assignment.program for one in whole[:PROGRAMS]]
    progress = {row.program.pk: row for row in progress_rows(shown, now)}
    colleagues = colleagues_of(person, shown, now)
    return [
        OwnProgram(
            program := one.assignment.program,
            progress.get(program.pk),
            enrolled[program.pk],
            colleagues.get(program.pk, []),
            may_create=person.is_admin or Permission.CREATE in one.held,
            takes_next=(following := soonest.get(program.pk)),
            note=left_for(following) if following else None,
        )
        for one in whole
    ]


def _soonest(coming: list[ClassSession], now: datetime) -> dict[int, ClassSession]:
    """The next class of each program, as far as it is among those at hand."""
    found: dict[int, ClassSession] = {}
    for session in coming:
        if session.cancelled_at is None and session.starts_at > now:
            found.setdefault(session.program_id, session)
    return found


def _standing(person: User, session: ClassSession, teaching: list[Taught]) -> Standing:
    """What she is to a class of hers, by the assignments at hand."""
    held = frozenset(
        permission
        for one in teaching
        if one.assignment.program_id == session.program_id and one.assignment.only_for in (None, session.uid)
        for permission in one.held
    )
    teaches_it = session.teacher_id == person.pk
    return Standing(teaches_it, attends=False, is_admin=person.is_admin, permissions=held)


def _may_hold(person: User, teaching: list[Taught]) -> bool:
    """Whether she schedules classes or holds those that others schedule, for which Zoom is needed."""
    return person.is_admin or any({Permission.CREATE, Permission.HOST} & one.held for one in teaching)


def _left_today(own: list[ClassSession], now: datetime) -> int:
    """How many of her classes are still to be held today, the one on the board among them."""
    return sum(1 for session in own if session.cancelled_at is None and is_today(session.starts_at, now))


def _had_programs(person: User, now: datetime) -> bool:
    """Whether she was ever on a program; asked only while she is on none."""
    return Assignment.objects.filter(person=person, from_at__lte=now).exists()
