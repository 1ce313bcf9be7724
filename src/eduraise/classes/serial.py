"""Planning a series: classes at one local hour, every so many weeks, in one recurring meeting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction

from eduraise.accounts.models import User
from eduraise.classes.agendas import agenda_of_series
from eduraise.classes.claims import claim_teacher, lock_teachers
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession, Series
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.rules import require_hours, settle_settings
from eduraise.classes.scheduling import (
    lock_running,
    record_scheduled,
    require_may_teach,
    take_host,
    want_its_meeting,
    write_class,
)
from eduraise.core import crash
from eduraise.core.errors import DomainError
from eduraise.programs.models import Program
from eduraise.zoom.choosing import hosts_for
from eduraise.zoom.claims import busy_between, lock_hosts
from eduraise.zoom.models import ZoomOccurrence, ZoomUser
from eduraise.zoom.series import MOST_DATES, Rule, Sitting, coming, want_series


@dataclass(frozen=True)
class DatedClass:
    """One class of a series. original_on: its date by the rule; starts_at: when it is held."""

    original_on: date
    starts_at: datetime
    topic: str


@dataclass(frozen=True, kw_only=True)
class SeriesDraft:
    """A series as wanted: at `local_start` in `zone`, every `every_weeks` weeks, for `duration`.

    topic: what the meeting is called at Zoom, which holds one title for all its dates. classes: in order,
    each on a date of the rule. reason: why at short notice. tell_with: the batch that people hear of it with.
    """

    program: Program
    teacher: User
    topic: str
    zone: str
    local_start: time
    duration: timedelta
    every_weeks: int
    classes: Sequence[DatedClass]
    chosen: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    slot_uid: UUID | None = None
    tell_with: UUID | None = None


@dataclass
class Scheduled:
    """What came of a series: the classes by their date, and why others were refused."""

    booked: dict[date, ClassSession] = field(default_factory=dict)
    refused: dict[date, DomainError] = field(default_factory=dict)
    series: Series | None = None


@retried
@transaction.atomic
def schedule_series(
    *, by: User, draft: SeriesDraft, now: datetime, continues: Series | None = None
) -> Scheduled:
    """Plan the classes of one series and want one recurring meeting for those that can be.

    Each class is taken or refused alone: a teacher or a host who is busy on one date keeps none of the others
    back. One class alone gets a single meeting. Zoom is called by the worker, after commit.
    Raises ProgramOver, NotATeacherHere, NotConnected, SettingRequired: then none of them can be.
    """
    note_commit()
    program = lock_running(draft.program)
    require_may_teach(by, program, draft.teacher, now)
    chosen = settle_settings(program.class_settings, draft.chosen)
    first = draft.classes[0].starts_at
    hosts = hosts_for(draft.teacher, starts_at=first, length=draft.duration)
    lock_teachers([draft.teacher])
    lock_hosts(hosts)
    host = _most_free(hosts, draft, now)
    result = Scheduled()
    for one in draft.classes:
        try:
            with transaction.atomic():
                result.booked[one.original_on] = _take(by, draft, one, chosen, host, now)
        except DomainError as refused:
            result.refused[one.original_on] = refused
    if result.booked:
        _want(by, draft, result, host, chosen, continues, now)
    crash.point("classes.action.written")
    return result


def _take(
    by: User,
    draft: SeriesDraft,
    one: DatedClass,
    chosen: dict[str, Any],
    host: ZoomUser,
    now: datetime,
) -> ClassSession:
    """Write one class and take its hours. Raises what refuses it."""
    wish = ClassDraft(
        program=draft.program,
        teacher=draft.teacher,
        topic=one.topic,
        starts_at=one.starts_at,
        duration=draft.duration,
        zone=draft.zone,
        reason=draft.reason,
    )
    require_hours(draft.program, wish.starts_at, wish.ends_at, now, draft.reason)
    session = write_class(by, wish, chosen, now, tell_with=draft.tell_with)
    claim_teacher(session, now=now)
    take_host(session, [host], now)
    record_scheduled(session, by, now)
    return session


def _want(
    by: User,
    draft: SeriesDraft,
    result: Scheduled,
    host: ZoomUser,
    chosen: dict[str, Any],
    continues: Series | None,
    now: datetime,
) -> None:
    """Want the meeting of those that were taken, and point them to it."""
    if len(result.booked) == 1:
        [session] = result.booked.values()
        want_its_meeting(session, host, by=by, now=now)
        return
    result.series = want_meeting_of_series(
        draft, result.booked, host, chosen, by=by, now=now, continues=continues
    )


def want_meeting_of_series(
    draft: SeriesDraft,
    booked: Mapping[date, ClassSession],
    host: ZoomUser,
    settings: dict[str, Any],
    *,
    by: User,
    now: datetime,
    continues: Series | None = None,
    not_before: datetime | None = None,
) -> Series:
    """Want one recurring meeting for these classes by their dates on the rule, and point them to it."""
    taken = _want_dates(draft, booked, host, settings, by=by, now=now, not_before=not_before)
    series = Series.objects.create(
        program=draft.program,
        teacher=draft.teacher,
        meeting=next(iter(taken.values())).meeting,
        slot_uid=draft.slot_uid,
        topic=draft.topic[:150],
        zone=draft.zone,
        local_start=draft.local_start,
        minutes=draft.duration // timedelta(minutes=1),
        every_weeks=draft.every_weeks,
        starts_on=min(booked),
        ends_on=max(booked),
        continues=continues,
        created_at=now,
    )
    _point(booked, series, taken)
    return series


def want_meeting_anew(
    series: Series,
    booked: Mapping[date, ClassSession],
    host: ZoomUser,
    *,
    by: User,
    now: datetime,
) -> None:
    """Want another recurring meeting for these classes of a series, whose dates in its own went. The series
    stays what it is where nothing else is held in that meeting; else they become one that goes on from it.
    """
    draft = SeriesDraft(
        program=series.program,
        teacher=next(iter(booked.values())).teacher,
        topic=series.topic,
        zone=series.zone,
        local_start=series.local_start,
        duration=timedelta(minutes=series.minutes),
        every_weeks=series.every_weeks,
        classes=(),  # they stand already
        slot_uid=series.slot_uid,
    )
    settings = series.meeting.wanted_settings
    if coming(series.meeting, now).exists():
        want_meeting_of_series(draft, booked, host, settings, by=by, now=now, continues=series)
        return
    taken = _want_dates(draft, booked, host, settings, by=by, now=now)
    series.meeting = next(iter(taken.values())).meeting
    series.save(update_fields=["meeting"])
    _point(booked, series, taken)


def _want_dates(
    draft: SeriesDraft,
    booked: Mapping[date, ClassSession],
    host: ZoomUser,
    settings: dict[str, Any],
    *,
    by: User,
    now: datetime,
    not_before: datetime | None = None,
) -> dict[UUID, ZoomOccurrence]:
    return want_series(
        host=host,
        program=draft.program,
        topic=draft.topic,
        agenda=agenda_of_series(draft.program),
        settings=settings,
        rule=rule_for(draft, sorted(booked)),
        sittings=[
            Sitting(session.uid, _instant(draft, on), session.starts_at, session.ends_at)
            for on, session in sorted(booked.items())
        ],
        now=now,
        by=by,
        not_before=not_before,
    )


def _point(booked: Mapping[date, ClassSession], series: Series, taken: Mapping[UUID, ZoomOccurrence]) -> None:
    """Let classes be held on these dates of a series."""
    for on, session in booked.items():
        session.series, session.original_on = series, on
        session.occurrence = taken[session.uid]
    ClassSession.objects.bulk_update(booked.values(), ["series", "original_on", "occurrence"])


def rule_for(draft: SeriesDraft, days: Sequence[date]) -> Rule:
    """The rule that holds these days, from the first to the last. Raises ValueError where they are more than
    Zoom holds, or don't lie on one rule."""
    step = timedelta(weeks=draft.every_weeks)
    times, rest = divmod(days[-1] - days[0], step)
    if rest or times + 1 > MOST_DATES:
        raise ValueError(f"no one series: {days[0]} to {days[-1]} every {draft.every_weeks} weeks")
    return Rule(
        first=_instant(draft, days[0]),
        zone=draft.zone,
        every_weeks=draft.every_weeks,
        minutes=int(draft.duration / timedelta(minutes=1)),
        times=times + 1,
    )


def _instant(draft: SeriesDraft, on: date) -> datetime:
    return datetime.combine(on, draft.local_start, ZoneInfo(draft.zone)).astimezone(UTC)


def _most_free(hosts: Sequence[ZoomUser], draft: SeriesDraft, now: datetime) -> ZoomUser:
    """The host that can hold most of the classes; of equals the first."""
    if len(hosts) == 1:
        return hosts[0]

    def free_on(host: ZoomUser) -> int:
        spans = ((one.starts_at, one.starts_at + draft.duration) for one in draft.classes)
        return sum(not busy_between(host, starts_at, ends_at, now) for starts_at, ends_at in spans)

    return max(hosts, key=free_on)
