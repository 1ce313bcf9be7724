"""The live board: one snapshot of all classes that are near, made once for all who watch, each shown theirs.

A snapshot is good for five seconds. Then the first who asks makes the next one, under a lease, and the others
are given the one from before meanwhile: ten watchers cost what one does.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from django.db.models import F, Q, Subquery

from eduraise.classes.spare_rooms import spare_host_of
from eduraise.core import clock
from eduraise.live.enums import Stand
from eduraise.live.gathering import Near, near_classes
from eduraise.live.models import Snapshot

NAME = "board"
# The columns of a snapshot, for a query that reads it beside something else
COLUMNS = ("pk", "payload", "made_at", "fence")
FRESH = timedelta(seconds=5)
# Longer than any making takes; a process that dies holds the others up no longer
LEASE = timedelta(seconds=20)
# Who comes after nobody has watched for a while is not given what was then
STALE = timedelta(seconds=30)
# A class with less than half of its people is pointed at after this long
PATIENCE = timedelta(minutes=10)


@dataclass(frozen=True)
class BoardClass:
    """One class on the board, as it is kept in the snapshot. topic: what it is called. program, teacher:
    their keys; absent: of the teacher for whom somebody else takes it, with the name. spare_host: of the room
    that is kept for it.

    excused: how many of those enrolled need not come. here, unknown, waiting: how many of those enrolled are
    in it, how many of whom nobody knows, and how many in its waiting room; None until Zoom told of anybody.
    has_alarm: somebody was told that its teacher is
    missing.
    """

    uid: str
    code: str
    program: int
    program_code: str
    topic: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    teacher: int
    teacher_name: str
    stand: Stand
    since: datetime | None = None
    attention: str = ""
    enrolled: int = 0
    excused: int = 0
    here: int | None = None
    unknown: int = 0
    waiting: int = 0
    has_alarm: bool = False
    absent: int | None = None
    absent_name: str = ""
    spare_host: str = ""

    @classmethod
    def of(cls, near: Near, now: datetime) -> Self:
        """As it stands at `now`."""
        session = near.session
        stand, since = near.stand(now)
        absent, absent_name = session.absent or (None, "")
        return cls(
            uid=str(session.uid),
            code=session.code,
            program=session.program_id,
            program_code=session.program.code,
            topic=session.title,
            starts_at=session.starts_at,
            ends_at=session.ends_at,
            zone=session.zone,
            teacher=session.teacher_id,
            teacher_name=session.teacher.name,
            stand=stand,
            since=since,
            attention=session.attention,
            enrolled=session.enrolled,
            excused=vars(session).get("excused", 0),
            here=near.here.here if near.here else None,
            unknown=near.here.unknown if near.here else 0,
            waiting=near.here.waiting if near.here else 0,
            has_alarm=near.alarm is not None and near.alarm.ended_at is None,
            absent=absent,
            absent_name=absent_name,
            spare_host=spare_host_of(session),
        )

    @classmethod
    def read(cls, kept: dict[str, Any]) -> Self:
        """From the snapshot."""
        values = {name: kept[name] for name in cls.__dataclass_fields__ if name in kept}
        for name in ("starts_at", "ends_at", "since"):
            values[name] = datetime.fromisoformat(values[name]) if values.get(name) else None
        return cls(**values | {"stand": Stand(kept["stand"])})

    def kept(self) -> dict[str, Any]:
        """For the snapshot."""
        return {
            name: value.isoformat() if isinstance(value, datetime) else value
            for name, value in asdict(self).items()
        }


@dataclass(frozen=True)
class Board:
    """Classes that are near, as of `made_at`."""

    classes: list[BoardClass] = field(default_factory=list)
    made_at: datetime | None = None


def kept_board() -> Snapshot | None:
    """The snapshot as it is kept; one query."""
    return Snapshot.objects.filter(name=NAME).first()


def board(now: datetime, kept: Snapshot | None) -> Board:
    """All classes that are near, by the snapshot as it was read; without a query while it is fresh."""
    if kept is not None and _is_good(kept, now, FRESH):
        return _read(kept)
    fence = _take(kept)
    if fence is not None:
        return _make(fence, now)
    if kept is not None and _is_good(kept, now, STALE):
        return _read(kept)
    return Board([BoardClass.of(near, now) for near in near_classes(now)], now)


def beside(prefix: str = "board_") -> dict[str, Subquery]:
    """What to annotate another query with, so that it reads the snapshot too; `read_beside` takes it."""
    rows = Snapshot.objects.filter(name=NAME)
    return {f"{prefix}{name}": Subquery(rows.values(name)[:1]) for name in COLUMNS}


def read_beside(row: dict[str, Any], prefix: str = "board_") -> Snapshot | None:
    """The snapshot of a row that was annotated with `beside`; its columns are taken out of it."""
    found = {name: row.pop(f"{prefix}{name}") for name in COLUMNS}
    return Snapshot(name=NAME, **found) if found["pk"] is not None else None


def _is_good(kept: Snapshot, now: datetime, longest: timedelta) -> bool:
    """A clock that was set back makes what was kept no fresher."""
    return kept.made_at is not None and timedelta() <= now - kept.made_at < longest


def _read(kept: Snapshot) -> Board:
    return Board([BoardClass.read(one) for one in kept.payload], kept.made_at)


def _take(kept: Snapshot | None) -> int | None:
    """Have the making of the next one for this process alone; its fence, or None if another has it."""
    if kept is None:
        Snapshot.objects.bulk_create([Snapshot(name=NAME)], ignore_conflicts=True)
        kept = Snapshot.objects.get(name=NAME)
    lease_now = clock.lease_now()
    free = Q(lease_until__isnull=True) | Q(lease_until__lte=lease_now)
    # who read it while it was being made holds its fence already, but not what was made
    mine = Snapshot.objects.filter(free, pk=kept.pk, fence=kept.fence, made_at=kept.made_at)
    taken = mine.update(lease_until=lease_now + LEASE, fence=F("fence") + 1)
    return kept.fence + 1 if taken else None


def _make(fence: int, now: datetime) -> Board:
    mine = Snapshot.objects.filter(name=NAME, fence=fence)
    try:
        made = [BoardClass.of(near, now) for near in near_classes(now)]
    except Exception:
        mine.update(lease_until=None)
        raise
    mine.update(payload=[one.kept() for one in made], made_at=now, lease_until=None)
    return Board(made, now)
