"""The drawn calendar: a week's columns with their blocks, a month's days with their lines."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

from eduraise.calendars.layout import Block, hours_of, lay_out, piece_of
from eduraise.calendars.spans import Span
from eduraise.classes.enums import ClassState
from eduraise.classes.models import ClassSession
from eduraise.classes.texts import titled

# Of a month's day, so many lines; one more than fits is a link to the day
MOST_LINES = 4
MOST_DOTS = 3
# As calendar.css draws a block: a quarter's height, what stands above its title, and a line of that
QUARTER_PX, PADDING_PX, LINE_PX = 13.12, 21.2, 15.6


@dataclass(frozen=True)
class Shown:
    """One block: where it stands, what it says, how it looks. look: "", "now", "off" or "troubled"."""

    block: Block
    row: int
    session: ClassSession | None
    look: str = ""

    @property
    def lines(self) -> int:
        """How many lines its title has room for below its hour; 0: none, it stands beside it."""
        return max(0, min(5, int((self.block.length * QUARTER_PX - PADDING_PX) // LINE_PX)))


@dataclass(frozen=True)
class Numbers:
    """How many classes of a day are held, and how many are cancelled."""

    held: int
    cancelled: int

    @property
    def dots(self) -> list[str]:
        """As many as fit, each with its look: those of classes that are held come first."""
        return ([""] * self.held + ["off"] * self.cancelled)[:MOST_DOTS]


@dataclass(frozen=True)
class DayColumn:
    """A day of a week. hours: those of its rows; now_row: where the present is, on its day."""

    on: date
    is_today: bool
    holiday: str
    shown: list[Shown]
    numbers: Numbers
    hours: range
    now_row: int | None


@dataclass
class Line:
    """A class in a month: as much of it as a line shows. lesson: its topic of the syllabus, for those that
    are shown."""

    pk: int
    code: str
    topic: str
    starts_at: datetime
    cancelled_at: datetime | None
    program_code: str
    program_title: str
    lesson: str = ""

    @property
    def title(self) -> str:
        """What it is called."""
        return titled(self.topic, self.lesson, self.program_title)


@dataclass(frozen=True)
class MonthDay:
    """A day of a month, with its first classes and how many more there are."""

    on: date
    is_today: bool
    is_outside: bool
    holiday: str
    lines: Sequence[Line]
    more: int
    numbers: Numbers


def columns_of(
    span: Span,
    sessions: Iterable[ClassSession],
    holidays: Mapping[date, str],
    zone: tzinfo,
    now: datetime,
    *,
    shows_trouble: bool,
    all_day: bool,
) -> list[DayColumn]:
    """Each day with its classes in their hours. shows_trouble: whether what is in their way is marked;
    all_day: whether hours without any class are drawn too."""
    sessions = list(sessions)
    current = _current(sessions, zone, now)
    pieces = {
        on: [
            piece
            for one in sessions
            if (piece := piece_of(one, one.starts_at, one.ends_at, on, zone)) is not None
        ]
        for on in span.days
    }
    first, last = hours_of((piece for day in pieces.values() for piece in day), all_day=all_day)
    there = now.astimezone(zone)
    now_row = there.hour * 4 + there.minute // 15 - first * 4 + 1
    return [
        DayColumn(
            on=on,
            is_today=on == there.date(),
            holiday=holidays.get(on, ""),
            shown=[
                _shown(block, first, is_current=block.thing is current, shows_trouble=shows_trouble)
                for block in lay_out(pieces[on])
            ],
            numbers=_numbers(piece.thing for piece in pieces[on]),
            hours=range(first, last),
            now_row=now_row if on == there.date() and first <= there.hour < last else None,
        )
        for on in span.days
    ]


def month_of(
    span: Span, lines: Iterable[Line], holidays: Mapping[date, str], zone: tzinfo, now: datetime
) -> list[list[MonthDay]]:
    """Each week with its days; a class stands on the day on which it starts."""
    found: dict[date, list[Line]] = defaultdict(list)
    for line in lines:
        found[line.starts_at.astimezone(zone).date()].append(line)
    today = now.astimezone(zone).date()
    return [
        [
            MonthDay(
                on=on,
                is_today=on == today,
                is_outside=on.month != span.on.month,
                holiday=holidays.get(on, ""),
                lines=(kept := _fitting(found[on])),
                more=len(found[on]) - len(kept),
                numbers=_numbers(found[on]),
            )
            for on in week
        ]
        for week in span.weeks
    ]


def _numbers(things: Iterable[object]) -> Numbers:
    off = [getattr(one, "cancelled_at", None) is not None for one in things]
    return Numbers(held=off.count(False), cancelled=off.count(True))


def _fitting(lines: list[Line]) -> list[Line]:
    return lines if len(lines) <= MOST_LINES else lines[: MOST_LINES - 1]


def _shown(block: Block, first_hour: int, *, is_current: bool, shows_trouble: bool) -> Shown:
    session = block.thing if isinstance(block.thing, ClassSession) else None
    row = block.start - first_hour * 4 + 1
    if session is None:
        return Shown(block, row, None)
    if session.cancelled_at is not None:
        return Shown(block, row, session, "off")
    if is_current:
        return Shown(block, row, session, "now")
    return Shown(block, row, session, "troubled" if shows_trouble and session.attention else "")


def _current(sessions: Sequence[ClassSession], zone: tzinfo, now: datetime) -> ClassSession | None:
    """The class that is on; if none is, today's next one."""
    held = [one for one in sessions if one.cancelled_at is None]
    live = next((one for one in held if one.shown_state == ClassState.LIVE), None)
    today = now.astimezone(zone).date()
    coming = (one for one in held if one.starts_at > now and one.starts_at.astimezone(zone).date() == today)
    return live or next(coming, None)
