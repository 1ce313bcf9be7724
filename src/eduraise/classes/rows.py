"""A class as a row of a list: what its reader is shown of it, and what can be done at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from eduraise.accounts.models import User
from eduraise.classes import queries
from eduraise.classes.enums import Attention, ClassState
from eduraise.classes.joining import Door, can_be_started, door_of, opens_at
from eduraise.classes.looked_over import look_of
from eduraise.classes.models import ClassSession
from eduraise.classes.states import has_paused, was_missed
from eduraise.programs.queries import enrolled_counts

type Days = list[tuple[date, list[ClassSession]]]

# Which of the rail's nodes a state is drawn with
NODES = {
    ClassState.LIVE.value: "live",
    ClassState.ENDED.value: "over",
    ClassState.CANCELLED.value: "cancelled",
}
# Which chip says it; what is normal has none
CHIPS = {
    ClassState.LIVE.value: "live",
    ClassState.CANCELLED.value: "cancelled",
    ClassState.BEING_BOOKED.value: "booking",
    ClassState.SILENT.value: "silent",
}


def chip_of(session: ClassSession, now: datetime) -> str:
    """Which chip says how a class of `with_states` stands; "" for what is normal."""
    if has_paused(session, now):
        return "paused"
    if session.shown_state == ClassState.BEING_BOOKED and session.stands_at_zoom:
        return "changing"
    return "missed" if was_missed(session) else CHIPS.get(session.shown_state, "")


@dataclass(frozen=True)
class Row:
    """One class in a list.

    node, chip: names of the page's parts, "" for none. trouble: why it needs attention, in three words.
    moved_from: when it was to be. action: "start", "join" or "". opens_at: when that will be, if it will.
    is_now: whether its action is the one on the page that is for now. may_change: whether its reader can
    change or cancel it. pick: its code, where it can be ticked. is_ready: what the last look at Zoom came to,
    None where that isn't told.
    """

    session: ClassSession
    node: str
    chip: str
    trouble: str = ""
    moved_from: datetime | None = None
    action: str = ""
    is_now: bool = False
    opens_at: datetime | None = None
    enrolled: int | None = None
    may_change: bool = False
    pick: str = ""
    is_ready: bool | None = None

    @property
    def is_cancelled(self) -> bool:
        """Whether it isn't held."""
        return self.session.cancelled_at is not None


def teacher_rows(
    days: Days,
    reader: User,
    now: datetime,
    *,
    enrolled: Mapping[int, int] | None = None,
    has_board: bool = False,
    is_picked_from: bool = False,
    tells_of_look: bool = False,
) -> list[tuple[date, list[Row]]]:
    """Rows for somebody who teaches: state, trouble, how many are enrolled, and Start on the soonest.

    enrolled: of those programs of which the caller knows it already. has_board: a board above them has the
    button that is for now. tells_of_look: each says what the last look at Zoom came to.
    """
    known = enrolled or {}
    programs = {session.program_id for _day, sessions in days for session in sessions}
    if unknown := programs - known.keys():
        known = {**known, **enrolled_counts(unknown, now)}
    startable = _first(days, lambda session: _may_start(session, reader, now))
    return [
        (
            day,
            [
                _row(
                    session,
                    now,
                    trouble=_trouble(session),
                    enrolled=known.get(session.program_id, 0),
                    action="start" if session is startable else "",
                    is_now=session is startable and not has_board,
                    may_change=_may_change(session),
                    is_picked_from=is_picked_from,
                    is_ready=look_of(session, now) if tells_of_look else None,
                )
                for session in sessions
            ],
        )
        for day, sessions in days
    ]


def student_rows(days: Days, now: datetime, *, has_board: bool = False) -> list[tuple[date, list[Row]]]:
    """Rows for a student: state, what changed, and Join on what is open, or when it will be.

    has_board: a board above them has the button that is for now.
    """
    first = None if has_board else _first(days, lambda session: door_of(session, now).is_open)
    return [
        (day, [_student_row(session, now, is_now=session is first) for session in sessions])
        for day, sessions in days
    ]


def _student_row(session: ClassSession, now: datetime, *, is_now: bool) -> Row:
    door = door_of(session, now)
    return _row(
        session,
        now,
        action="join" if door.is_open else "",
        is_now=is_now,
        opens_at=opens_at(session) if door in (Door.BEFORE, Door.BEING_BOOKED) else None,
    )


def _row(
    session: ClassSession,
    now: datetime,
    *,
    trouble: str = "",
    action: str = "",
    is_now: bool = False,
    opens_at: datetime | None = None,
    enrolled: int | None = None,
    may_change: bool = False,
    is_picked_from: bool = False,
    is_ready: bool | None = None,
) -> Row:
    state = session.shown_state
    moved = queries.moved_from(session) if state != ClassState.CANCELLED else None
    node = "attention" if trouble else NODES.get(state, "")
    return Row(
        session,
        node=node,
        chip=chip_of(session, now),
        moved_from=moved[0] if moved and moved[0] != session.starts_at else None,
        trouble=trouble,
        action=action,
        is_now=is_now,
        opens_at=opens_at,
        enrolled=enrolled,
        may_change=may_change,
        pick=session.code if may_change and is_picked_from else "",
        is_ready=is_ready,
    )


def _may_change(session: ClassSession) -> bool:
    """Of classes that were read with the right to edit them; elsewhere rows have no menu."""
    is_to_come = session.shown_state not in (ClassState.CANCELLED, ClassState.ENDED, ClassState.LIVE)
    is_running = session.program.archived_at is None
    return is_to_come and is_running and getattr(session, "may_edit", False)


def _trouble(session: ClassSession) -> str:
    reason = session.attention
    return str(Attention(reason).label) if reason else ""


def _may_start(session: ClassSession, reader: User, now: datetime) -> bool:
    return (
        session.teacher_id == reader.pk
        and session.attention != Attention.NO_TEACHER
        and can_be_started(session, now)
    )


def _first(days: Days, good: object) -> ClassSession | None:
    assert callable(good)
    rows: Iterable[ClassSession] = (session for _day, sessions in days for session in sessions)
    return next((session for session in rows if good(session)), None)
