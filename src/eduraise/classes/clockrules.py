"""Zones whose clock rules changed after classes were planned: what was typed stays on the wall, and so the
instant moves. Governments decide such things at short notice; the zone database brings them with an update.

Each class keeps what was typed and the edition of the database that it was read with. Those of an older
edition are read again; where the answer differs they are moved, at Zoom too, and whoever is concerned hears
of it once for each program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import structlog
from django.db import transaction
from django.db.models import F

from eduraise.accounts.models import User
from eduraise.classes import kept_hours, snapshots
from eduraise.classes.changing import (
    end_differences,
    move_claims,
    read_current,
    want_as_it_stands,
    write_change,
)
from eduraise.classes.claims import TeacherBusy, lock_teachers
from eduraise.classes.clock_messages import CLOCKS
from eduraise.classes.enums import DifferenceField
from eduraise.classes.models import Change, ClassSession
from eduraise.classes.queries import students_told
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.scheduling import lock_running
from eduraise.classes.times import UnknownZone, local_written, read_local, tzdata_version
from eduraise.classes.told import keep
from eduraise.core import audit, crash
from eduraise.core.errors import DomainError
from eduraise.notifications.actions import tell_all
from eduraise.ui.zones import present_name
from eduraise.zoom import series
from eduraise.zoom.claims import HostBusy, lock_hosts

#: Classes that were put right and of which nobody has heard yet wait under this batch.
BATCH = UUID("c10c0000-0000-4000-8000-000000000001")
#: Classes read again in one turn.
TURN = 2000

log = structlog.get_logger(__name__)


def mend_due(now: datetime) -> dict[str, int]:
    """Read again the coming classes of an older edition of the zone database, put right what it says
    otherwise now, and tell of it; what was done, counted. Call it outside a transaction."""
    edition, counts = tzdata_version(), Counter[str]()
    found = ClassSession.objects.coming(now).exclude(tzdata=edition).order_by("starts_at", "pk")
    differing: list[tuple[ClassSession, timedelta]] = []
    same: list[int] = []
    for session in found[:TURN]:
        if shift := _shift_of(session):
            differing.append((session, shift))
        else:
            same.append(session.pk)
    ClassSession.objects.filter(pk__in=same).update(tzdata=edition)
    for session, _shift in sorted(differing, key=_in_turn):
        counts[_mend(session, edition, now)] += 1
    counts["told"] = _tell_due(now)
    return dict(+counts)


def _shift_of(session: ClassSession) -> timedelta:
    """By how much a class's instant is another now than what was typed means; nothing for an unknown zone."""
    try:
        return _reading(session) - session.starts_at
    except (UnknownZone, ValueError):
        return timedelta()


def _reading(session: ClassSession) -> datetime:
    return read_local(datetime.fromisoformat(session.local_start), session.zone, session.fold).at


def _in_turn(one: tuple[ClassSession, timedelta]) -> tuple[bool, float, int]:
    """Those that go later from the last on, those that go earlier from the first on: then each goes where the
    next one has just left, and classes back to back are in nobody's way."""
    session, shift = one
    begins = session.starts_at.timestamp()
    return shift < timedelta(), -begins if shift > timedelta() else begins, session.pk


def _mend(session: ClassSession, edition: str, now: datetime) -> str:
    try:
        return _put_right(session, edition, now)
    except DomainError as problem:
        # changed, cancelled or begun meanwhile: what is left to do shows at the next turn
        log.info("a class is not put right", session=str(session.uid), reason=problem.code)
        return "put off"


@retried
@transaction.atomic
def _put_right(session: ClassSession, edition: str, now: datetime) -> str:
    """Hold one class at the hour that was typed: "moved"; where its teacher or its host is taken then it
    stays at its instant, and what clocks show then is its hour from now on: "kept". Raises what
    `read_current` does."""
    note_commit()
    lock_running(session.program)
    lock_teachers([session.teacher])
    if session.occurrence is not None:
        lock_hosts([session.occurrence.meeting.host])
    session = read_current(session, session.version, now)
    before = snapshots.take(session)
    length = session.duration
    session.starts_at = _reading(session)
    session.ends_at, session.tzdata = session.starts_at + length, edition
    has_moved = _took_hours(session, now)
    if not has_moved:
        snapshots.put_back(session, before)
        session.tzdata = edition
        session.local_start, session.fold = local_written(session.starts_at, session.zone)
    changes = snapshots.differences(before, snapshots.take(session))
    if not has_moved:
        changes[kept_hours.FIELD] = (before["local_start"], session.local_start)
    write_change(session, before, changes, by=None, now=now, undo_for=timedelta())
    waits = session.told_booked and session.tell_with is None
    ClassSession.objects.filter(pk=session.pk).update(undo=None, **({"tell_with": BATCH} if waits else {}))
    if not has_moved:
        kept_hours.tell(session, edition, now)
    else:
        end_differences(session, now, DifferenceField.TIME)
        _keep_rule(session)
        want_as_it_stands(session, by=None, now=now, not_before=now)
    audit.record(
        "class.clocks_changed",
        by=None,
        label="tzdata",
        thing=session,
        at=now,
        program_uid=session.program.uid,
        before={"starts_at": before["starts_at"]},
        after={"starts_at": session.starts_at.isoformat()},
    )
    crash.point("classes.action.written")
    return "moved" if has_moved else "kept"


def _took_hours(session: ClassSession, now: datetime) -> bool:
    """Take teacher and host for the new hours and give the old ones back; False where one is taken."""
    try:
        with transaction.atomic():
            move_claims(session, now=now, keep_until=None)
    except (TeacherBusy, HostBusy):
        return False
    return True


def _keep_rule(session: ClassSession) -> None:
    """Let the series' rule have the instant that its hour of the wall has now, and this date of it too."""
    own, occurrence = session.series, session.occurrence
    if own is None or occurrence is None or session.original_on is None or not occurrence.meeting.is_series:
        return
    zone = ZoneInfo(own.zone)
    first = datetime.combine(own.starts_on, own.local_start, zone).astimezone(UTC)
    on_rule = datetime.combine(session.original_on, own.local_start, zone).astimezone(UTC)
    series.keep_wall_clock(occurrence, first=first, on_rule=on_rule)


def _tell_due(now: datetime) -> int:
    """Tell of what was put right, once for each program; of how many."""
    waiting = ClassSession.objects.filter(tell_with=BATCH)
    programs = waiting.order_by("program").values_list("program", flat=True).distinct()
    return sum(_tell_of(program, now) for program in list(programs))


@transaction.atomic
def _tell_of(program_id: int, now: datetime) -> bool:
    waiting = ClassSession.objects.filter(tell_with=BATCH, program=program_id)
    found = list(waiting.select_related("program", "teacher").order_by("starts_at"))
    taken = waiting.filter(pk__in=[one.pk for one in found]).update(tell_with=None, told_version=F("version"))
    if not found or taken != len(found):
        transaction.set_rollback(True)
        return False
    moved = set(
        Change.objects.filter(session__in=found, version=F("session__version"), field="time").values_list(
            "session", flat=True
        )
    )
    first, last = found[0], found[-1]
    tell_all(
        people=_concerned(found, moved, now),
        kind=CLOCKS,
        fact_key=f"{first.program.uid}:{first.uid}:{first.version}:clocks",
        thing_uid=first.uid,
        program_uid=first.program.uid,
        data={"number": len(moved), "kept": len(found) - len(moved), **keep(first)},
        stale_at=last.ends_at,
        now=now,
    )
    return True


def _concerned(found: Iterable[ClassSession], moved: set[int], now: datetime) -> list[User]:
    """Its teachers and the admins; of the students those for whom the hour is another one than before."""
    classes = list(found)
    zones = {present_name(one.zone) for one in classes}
    stays = all(one.pk in moved for one in classes)
    students = [
        person
        for person in students_told(classes[0].program, now)
        if not stays or zones != {present_name(person.zone)}
    ]
    if not moved:
        return students  # who can move them hears of it with the way to do so
    admins = User.objects.filter(is_admin=True, is_active=True)
    return list(dict.fromkeys([*(one.teacher for one in classes), *admins, *students]))
