"""Changing several classes of a series together: from one of them on, or all that are to come.

Zoom can't split a series, and forgets what was changed on its dates when its rule is sent again. So the
classes that move get a recurring meeting of their own, and the former one ends before them; their links stay.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.classes import messages, snapshots
from eduraise.classes.being_there import Teaching, require_there
from eduraise.classes.cancelling import cancel_together
from eduraise.classes.changing import (
    ClassOver,
    end_differences,
    read_current,
    write_change,
)
from eduraise.classes.claims import TeacherBusy, claim_teacher, lock_teachers
from eduraise.classes.enums import ClassState
from eduraise.classes.models import Change, ClassSession, Series, TeacherClaim
from eduraise.classes.queries import students_told
from eduraise.classes.replacing import FORMER_STAYS
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.rules import require_hours
from eduraise.classes.scheduling import lock_running
from eduraise.classes.serial import SeriesDraft, want_meeting_of_series
from eduraise.classes.states import state_of
from eduraise.classes.texts import clean_message
from eduraise.classes.times import local_written, read_local, tzdata_version, zone_named
from eduraise.core import audit, crash
from eduraise.core.errors import DomainError
from eduraise.notifications.actions import tell_all
from eduraise.ui import times
from eduraise.zoom import claims as host_claims
from eduraise.zoom.claims import HostBusy, claim_host, lock_hosts
from eduraise.zoom.series import want_end_before


class Scope(models.TextChoices):
    """Which classes of a series are meant."""

    FOLLOWING = "following", gettext_lazy("This and all that follow")
    ALL = "all", gettext_lazy("All that are to come")


class NotASeries(DomainError):
    """The class is one by itself, or the only one that is left."""

    code = "not_a_series"


class ClashAmongThem(DomainError):
    """One of the classes can't be then."""

    code = "clash_among_them"


@dataclass(frozen=True)
class Part:
    """Classes of a series that are meant. moving: those on its rule; kept: those that somebody had put
    elsewhere, which stay where they are."""

    series: Series
    moving: list[ClassSession]
    kept: list[ClassSession]

    @property
    def classes(self) -> list[ClassSession]:
        """All of them, by date."""
        return sorted([*self.moving, *self.kept], key=lambda session: session.starts_at)


def part_of(session: ClassSession, scope: Scope, now: datetime) -> Part:
    """The classes that a choice of scope means, as they are now. Raises NotASeries."""
    series = session.series
    if series is None or session.original_on is None:
        raise NotASeries(_("This class is no part of a series."))
    rows = ClassSession.objects.coming(now).filter(
        series=series, teacher=session.teacher_id, occurrence__meeting=series.meeting_id
    )
    if scope is Scope.FOLLOWING:
        rows = rows.filter(original_on__gte=session.original_on)
    found = list(
        rows.select_related(
            "teacher", "program__class_settings", "occurrence__meeting__host__account"
        ).order_by("original_on")
    )
    on_rule = [one for one in found if one.occurrence and one.starts_at == one.occurrence.rule_starts_at]
    return Part(series, on_rule, [one for one in found if one not in on_rule])


@retried
@transaction.atomic
def move_together(
    *,
    session: ClassSession,
    seen_version: int,
    scope: Scope,
    starts_at: datetime,
    duration: timedelta,
    by: User,
    now: datetime,
    message: str = "",
    reason: str = "",
    despite: str | None = None,
) -> list[ClassSession]:
    """Move several classes of a series as far as this one moves, and make them as long; those that moved.

    starts_at: this class's new start. The others keep their distance in days and get its hour of the wall.
    Those that lie elsewhere already stay. All are moved or none; people hear of it once.
    despite: see `being_there.require_there`. Raises Changed, ClassOver, NotASeries, ClashAmongThem, NotThere,
    and what `rules` refuses.
    """
    note_commit()
    program = lock_running(session.program)
    lock_teachers([session.teacher])
    if session.occurrence is not None:
        lock_hosts([session.occurrence.meeting.host])
    session = _current(session, seen_version, now)
    part = part_of(session, scope, now)
    if len(part.classes) == 1:
        raise NotASeries(_("Only this class is meant by that. Change it alone."))
    if session not in part.moving:
        raise NotASeries(_("This class lies elsewhere already. Change it alone."))
    told = clean_message(message)
    before = {one.pk: snapshots.take(one) for one in part.moving}
    first_before = snapshots.written_span(part.moving[0])
    days = (starts_at.astimezone(zone_named(session.zone)).date() - _local(session).date()).days
    hour = starts_at.astimezone(zone_named(session.zone)).time()
    for one in part.moving:
        _put(one, days, hour, duration)
        require_hours(program, one.starts_at, one.ends_at, now, reason)
    wanted = [Teaching(one.teacher, one.starts_at, one.ends_at) for one in part.moving]
    require_there(wanted, program=program, by=by, now=now, despite=despite)
    _take_hours(part.moving, now)
    for one in part.moving:
        changes = snapshots.differences(before[one.pk], snapshots.take(one))
        write_change(one, before[one.pk], changes, by=by, now=now, message=told, undo_for=timedelta())
        end_differences(one, now)
    _want_anew(part, days, hour, duration, by, now)
    _tell_moved(part, first_before, by, now)
    audit.record_all("class.changed", by=by, at=now, things=part.moving, program_uid=program.uid)
    crash.point("classes.action.written")
    return part.moving


@retried
@transaction.atomic
def cancel_part(
    *,
    session: ClassSession,
    seen_version: int,
    scope: Scope,
    by: User,
    now: datetime,
    message: str = "",
) -> list[ClassSession]:
    """Cancel several classes of a series; people hear of it once. There is no way back.

    Raises Changed, ClassOver, NotASeries.
    """
    note_commit()
    lock_running(session.program)
    session = _current(session, seen_version, now)
    part = part_of(session, scope, now)
    told_before = [one.pk for one in part.classes if one.told_booked]
    keys = [one.pk for one in part.classes]
    gone = cancel_together(ClassSession.objects.filter(pk__in=keys), by=by, now=now, are_told_apart=False)
    ClassSession.objects.filter(pk__in=keys).update(cancel_message=clean_message(message))
    if told_before:
        _tell(messages.SEVERAL_CANCELLED, part.classes[0], gone, by, now, {"number": len(told_before)})
    crash.point("classes.action.written")
    return gone


def _current(session: ClassSession, seen_version: int, now: datetime) -> ClassSession:
    current = read_current(session, seen_version, now)
    if state_of(current, now).shown_state == ClassState.LIVE:
        raise ClassOver(_("This class has begun. Choose a later one."))
    return current


def _local(session: ClassSession) -> datetime:
    return session.starts_at.astimezone(zone_named(session.zone))


def _put(session: ClassSession, days: int, hour: time, duration: timedelta) -> None:
    on = _local(session).date() + timedelta(days=days)
    session.starts_at = read_local(datetime.combine(on, hour), session.zone).at
    session.ends_at = session.starts_at + duration
    session.local_start, session.fold = local_written(session.starts_at, session.zone)
    session.tzdata = tzdata_version()


def _take_hours(moving: Sequence[ClassSession], now: datetime) -> None:
    """Give all their hours back, then take the new ones: one may go where another was."""
    uids = [one.uid for one in moving]
    TeacherClaim.objects.filter(held_for__in=uids).delete()
    host_claims.release_all(uids)
    for one in moving:
        assert one.occurrence
        try:
            claim_teacher(one, now=now)
            claim_host(
                host=one.occurrence.meeting.host,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                held_for=one.uid,
                now=now,
            )
        except (TeacherBusy, HostBusy) as problem:
            raise _clash(one, problem, now) from problem


def _clash(session: ClassSession, problem: DomainError, now: datetime) -> ClashAmongThem:
    zone = timezone.get_current_timezone()
    day = times.day(session.starts_at.astimezone(zone).date(), now.astimezone(zone).date())
    return ClashAmongThem(f"{day}: {problem.message}", field="time")


def _want_anew(part: Part, days: int, hour: time, duration: timedelta, by: User, now: datetime) -> None:
    """A recurring meeting of their own for the classes that are meant; the former one ends before them."""
    former, shift = part.series, timedelta(days=days)
    first = part.classes[0]
    assert first.occurrence
    rows = [one.occurrence for one in part.classes if one.occurrence]
    begins = min(row.rule_starts_at for row in rows if row.rule_starts_at)
    host = first.occurrence.meeting.host
    want_end_before(former.meeting, begins, not_before=now + FORMER_STAYS, now=now, by=by)
    draft = SeriesDraft(
        program=first.program,
        teacher=first.teacher,
        topic=former.topic,
        zone=former.zone,
        local_start=hour,
        duration=duration,
        every_weeks=former.every_weeks,
        classes=(),  # they stand already
        slot_uid=former.slot_uid,
    )
    booked = {one.original_on + shift: one for one in part.classes if one.original_on}
    want_meeting_of_series(
        draft, booked, host, former.meeting.wanted_settings, by=by, now=now, continues=former
    )


def _tell_moved(part: Part, before: str, by: User, now: datetime) -> None:
    first = part.moving[0]
    data = {
        "number": len(part.moving),
        "before": before,
        "change": Change.objects.filter(session=first, version=first.version).values_list("pk", flat=True)[0],
    }
    told = [one.pk for one in part.moving if one.told_booked]
    ClassSession.objects.filter(pk__in=told).update(told_version=F("version"))
    if told:
        _tell(messages.SEVERAL_MOVED, first, part.moving, by, now, data)


def _tell(
    kind: str,
    session: ClassSession,
    classes: Sequence[ClassSession],
    by: User,
    now: datetime,
    data: dict[str, object],
) -> None:
    program = session.program
    people = students_told(program, now)
    if session.teacher_id != by.pk:
        people.append(session.teacher)
    tell_all(
        people=people,
        kind=kind,
        fact_key=f"{session.uid}:{session.version}:{kind}",
        thing_uid=session.uid,
        program_uid=program.uid,
        data=data,
        stale_at=max(one.ends_at for one in classes),
        by=by,
        now=now,
    )
