"""Series: one recurring meeting at Zoom that holds many classes, each on a date of its own.

A series is cheap at Zoom: one call books a term. What differs on single dates (a class that was moved, a
holiday that has none) is a change or a removal of that one date. What Zoom can't hold for one date, its title
or its host, is held by the class.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, Q, QuerySet

from eduraise.accounts.models import User
from eduraise.core.codes import new_uid
from eduraise.programs.models import Program
from eduraise.zoom import planning
from eduraise.zoom.enums import OperationKind, OperationState
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomOperation, ZoomUser
from eduraise.zoom.wishes import new_meeting, want

# Zoom's pages name 60 and 50 (POST /users/{userId}/meetings: `end_times`, `occurrences`; read 2026-11-23)
MOST_DATES = 50
# Zoom's longest interval of a weekly series (the same page: `repeat_interval`)
MOST_WEEKS = 50
# What Zoom lets differ on one date, in our words (PATCH /meetings/{meetingId} with an occurrence_id, read
# 2026-11-23)
SETTINGS_OF_A_DATE = ("entry", "mutes_on_entry", "auto_recording")


@dataclass(frozen=True)
class Rule:
    """Every so many weeks at the same local time. first: aware; its weekday in `zone` is the series'."""

    first: datetime
    zone: str
    every_weeks: int
    minutes: int
    times: int

    def instants(self) -> list[datetime]:
        """When the series meets, in UTC, the local time staying the same through clock changes. A time that a
        change skips comes out later by the gap, as at Zoom."""
        zone = ZoneInfo(self.zone)
        local = self.first.astimezone(zone)
        days = (local.date() + timedelta(weeks=self.every_weeks * turn) for turn in range(self.times))
        return [datetime.combine(on, local.time(), zone).astimezone(UTC) for on in days]

    def after(self, now: datetime) -> Self:
        """What is left of it: Zoom turns a beginning in the past into "now"."""
        past = sum(instant <= now for instant in self.instants())
        if not past or past == self.times:
            return self
        return replace(self, first=self.instants()[past], times=self.times - past)

    def stored(self) -> dict[str, Any]:
        """As `ZoomMeeting.wanted_recurrence` keeps it."""
        return {
            "first": self.first.astimezone(UTC).isoformat(),
            "zone": self.zone,
            "every_weeks": self.every_weeks,
            "minutes": self.minutes,
            "times": self.times,
        }


def rule_of(meeting: ZoomMeeting) -> Rule:
    """The rule of a series as it is wanted. Raises ValueError for a single meeting."""
    kept = meeting.wanted_recurrence
    if kept is None:
        raise ValueError(f"{meeting} is no series")
    return Rule(**{**kept, "first": datetime.fromisoformat(kept["first"])})


@dataclass(frozen=True)
class Sitting:
    """A class on a date of a series. on_rule: the instant that the rule has; starts_at, ends_at: when it is
    held."""

    held_for: UUID
    on_rule: datetime
    starts_at: datetime
    ends_at: datetime


def want_series(
    *,
    host: ZoomUser,
    program: Program,
    topic: str,
    agenda: str,
    settings: dict[str, Any],
    rule: Rule,
    sittings: Iterable[Sitting],
    now: datetime,
    by: User | None,
    not_before: datetime | None = None,
) -> dict[UUID, ZoomOccurrence]:
    """Want one recurring meeting for several classes; their occurrences, by the class's uid.

    Dates of the rule that none of them takes are removed once Zoom has made them. The worker books it.
    Raises ValueError for a class on no date of the rule.
    """
    meeting = new_meeting(
        host=host,
        program=program,
        topic=topic,
        agenda=agenda,
        settings=settings,
        zone=rule.zone,
        now=now,
        type=ZoomMeeting.RECURRING,
        wanted_recurrence=rule.stored(),
    )
    rows = list(_rows(meeting, rule, sittings))
    ZoomOccurrence.objects.bulk_create(rows)
    taken = {row.held_for: row for row in rows if not row.wanted_gone}
    last = max(row.wanted_ends_at for row in taken.values())
    want(meeting, OperationKind.CREATE, not_before=not_before or now, deadline_at=last, now=now, by=by)
    for row in taken.values():
        planning.wake_before(host, row.wanted_starts_at, now)
    return taken


def _rows(meeting: ZoomMeeting, rule: Rule, sittings: Iterable[Sitting]) -> Iterator[ZoomOccurrence]:
    by_date = {sitting.on_rule: sitting for sitting in sittings}
    for instant in rule.instants():
        sitting = by_date.pop(instant, None)
        if sitting is None:
            yield gap(meeting, instant, rule.minutes)
            continue
        yield ZoomOccurrence(
            meeting=meeting,
            held_for=sitting.held_for,
            rule_starts_at=instant,
            wanted_starts_at=sitting.starts_at,
            wanted_ends_at=sitting.ends_at,
        )
    if by_date:
        raise ValueError(f"no date of the series: {sorted(by_date)}")


def gap(meeting: ZoomMeeting, instant: datetime, minutes: int) -> ZoomOccurrence:
    """A date of a series on which nobody has class: it is to be removed."""
    return ZoomOccurrence(
        meeting=meeting,
        held_for=new_uid(),
        rule_starts_at=instant,
        wanted_starts_at=instant,
        wanted_ends_at=instant + timedelta(minutes=minutes),
        wanted_gone=True,
    )


def want_date(
    occurrence: ZoomOccurrence,
    *,
    starts_at: datetime,
    ends_at: datetime,
    settings: dict[str, Any],
    not_before: datetime,
    now: datetime,
    by: User | None,
) -> None:
    """Want one date of a series to be otherwise. One whose series isn't at Zoom yet is changed afterwards.

    What Zoom has so already, or can't hold for one date, takes no call.
    """
    has_other_settings = _differs(occurrence, settings)
    occurrence.wanted_starts_at, occurrence.wanted_ends_at = starts_at, ends_at
    if has_other_settings:
        occurrence.wanted_settings = settings
    occurrence.save(update_fields=["wanted_starts_at", "wanted_ends_at", "wanted_settings"])
    waits = occurrence.operations.filter(state=OperationState.PENDING)
    is_unlike = has_other_settings or not is_as_wanted(occurrence) or waits.exists()
    if occurrence.zoom_occurrence_id is not None and is_unlike:
        _want_one(occurrence, OperationKind.UPDATE_ONE, not_before, ends_at, now, by)
    planning.wake_before(occurrence.meeting.host, starts_at, now)


def want_dates_gone(
    occurrences: Iterable[ZoomOccurrence], *, not_before: datetime, now: datetime, by: User | None
) -> None:
    """Want dates of one series removed; the series itself where nothing is left of it."""
    rows = list(occurrences)
    meeting = rows[0].meeting
    ZoomOccurrence.objects.filter(pk__in=[row.pk for row in rows]).update(wanted_gone=True)
    # what was wanted of these dates before is overtaken
    ZoomOperation.objects.filter(
        occurrence__in=rows, kind=OperationKind.UPDATE_ONE, state=OperationState.PENDING
    ).update(state=OperationState.OVERTAKEN, finished_at=now)
    if not coming(meeting, now).exists():
        meeting.wanted_gone = True
        meeting.wanted_version += 1
        meeting.save(update_fields=["wanted_gone", "wanted_version"])
        want(meeting, OperationKind.DELETE, not_before=not_before, deadline_at=_far(now), now=now, by=by)
        return
    for row in rows:
        if row.zoom_occurrence_id is not None:
            _want_one(row, OperationKind.DELETE_ONE, not_before, _far(now), now, by)


def keep_wall_clock(occurrence: ZoomOccurrence, *, first: datetime, on_rule: datetime) -> None:
    """Let a series and one of its dates have the instants that the same hour of the wall means by now, since
    its zone's rules changed. first: of the series; on_rule: of this date."""
    occurrence.rule_starts_at = on_rule
    occurrence.save(update_fields=["rule_starts_at"])
    meeting = occurrence.meeting
    rule = rule_of(meeting)
    if rule.first != first and abs(rule.first - first) < timedelta(days=1):
        meeting.wanted_recurrence = replace(rule, first=first).stored()
        meeting.save(update_fields=["wanted_recurrence"])


def coming(meeting: ZoomMeeting, now: datetime) -> QuerySet[ZoomOccurrence]:
    """The dates of a series on which somebody will have class."""
    return meeting.occurrences.filter(wanted_gone=False, replaced=False, wanted_ends_at__gt=now)


def want_end_before(
    meeting: ZoomMeeting, first_gone: datetime, *, not_before: datetime, now: datetime, by: User | None
) -> None:
    """Want a series to end before a date of its rule: one call, whatever the number of dates.

    Zoom then makes the dates that are left anew and forgets what was changed on them; that is sent again.
    """
    rule = rule_of(meeting)
    kept = sum(instant < first_gone for instant in rule.instants())
    rows = meeting.occurrences.filter(rule_starts_at__gte=first_gone, replaced=False)
    if not coming(meeting, now).exclude(pk__in=rows.values("pk")).exists():
        want_dates_gone(list(rows.select_related("meeting")), not_before=not_before, now=now, by=by)
        return
    rows.update(wanted_gone=True)
    meeting.wanted_recurrence = replace(rule, times=kept).stored()
    meeting.wanted_version += 1
    meeting.save(update_fields=["wanted_recurrence", "wanted_version"])
    if meeting.meeting_number is not None:
        want(meeting, OperationKind.SHORTEN, not_before=not_before, deadline_at=_far(now), now=now, by=by)


def undo_end_before(
    meeting: ZoomMeeting,
    *,
    rule: dict[str, Any] | None,
    ended_rule: dict[str, Any] | None,
    taken_over_by: ZoomMeeting,
    now: datetime,
) -> bool:
    """Take back that a series ends earlier; False if Zoom may have been told, or something else was wanted of
    its end since. Its dates are still to be taken up again (`take_up`)."""
    removals = meeting.operations.filter(
        kind__in=(OperationKind.SHORTEN, OperationKind.DELETE),
        state=OperationState.PENDING,
        stray_number="",
        waits_for=taken_over_by,
        not_before=F("first_not_before"),
    )
    if meeting.wanted_recurrence != ended_rule:
        return False
    if not removals.update(state=OperationState.WITHDRAWN, finished_at=now):
        return False
    meeting.wanted_gone, meeting.wanted_recurrence = False, rule
    meeting.wanted_version += 1
    meeting.save(update_fields=["wanted_gone", "wanted_recurrence", "wanted_version"])
    return True


def take_up(keys: Iterable[int]) -> dict[int, ZoomOccurrence]:
    """Want dates again that were to go, by key, within the transaction that took that back. What they are to
    be is the caller's to say (`want_date`)."""
    rows = ZoomOccurrence.objects.filter(pk__in=list(keys))
    rows.update(wanted_gone=False)
    return rows.select_related("meeting__host__account", "meeting__program").in_bulk()


def undo_date(
    occurrence: ZoomOccurrence,
    *,
    starts_at: datetime,
    ends_at: datetime,
    settings: dict[str, Any],
    now: datetime,
    by: User | None,
) -> bool:
    """Take back the last wish for one date, giving how it should be again; False if it may have been sent."""
    meeting = occurrence.meeting
    waiting = meeting.operations.filter(state=OperationState.PENDING).filter(
        Q(occurrence=occurrence) | Q(kind=OperationKind.DELETE)
    )
    withdrawn = waiting.filter(not_before__gt=now).update(state=OperationState.WITHDRAWN, finished_at=now)
    if occurrence.zoom_occurrence_id is not None and not withdrawn:
        # of a change that Zoom doesn't hold for one date nothing was sent
        return _is_wanted_so(occurrence, starts_at, ends_at, settings)
    ZoomMeeting.objects.filter(pk=meeting.pk).update(wanted_gone=False)
    meeting.wanted_gone = occurrence.wanted_gone = False
    ZoomOccurrence.objects.filter(pk=occurrence.pk).update(
        wanted_gone=False, wanted_starts_at=starts_at, wanted_ends_at=ends_at, wanted_settings=settings
    )
    occurrence.refresh_from_db()
    if occurrence.zoom_occurrence_id is not None and not is_as_wanted(occurrence):
        # an earlier edit had shared the row: it still has to go out
        _want_one(occurrence, OperationKind.UPDATE_ONE, now, ends_at, now, by)
    return True


def _is_wanted_so(
    row: ZoomOccurrence, starts_at: datetime, ends_at: datetime, settings: dict[str, Any]
) -> bool:
    is_then = (row.wanted_starts_at, row.wanted_ends_at) == (starts_at, ends_at)
    return is_then and not row.wanted_gone and not _differs(row, settings)


def _differs(row: ZoomOccurrence, settings: dict[str, Any]) -> bool:
    """Whether a date is wanted with other settings than these, of those that Zoom holds for one date."""
    held = row.meeting.wanted_settings if row.wanted_settings is None else row.wanted_settings
    return any(settings.get(name) != held.get(name) for name in SETTINGS_OF_A_DATE)


def _want_one(
    occurrence: ZoomOccurrence,
    kind: OperationKind,
    not_before: datetime,
    deadline_at: datetime,
    now: datetime,
    by: User | None,
) -> None:
    want(
        occurrence.meeting,
        kind,
        occurrence=occurrence,
        not_before=not_before,
        deadline_at=deadline_at,
        now=now,
        by=by,
    )


def _far(now: datetime) -> datetime:
    """A removal has no deadline that would let a cancelled class live on at Zoom."""
    return now + timedelta(days=400)


def local_date(instant: datetime, zone: str) -> date:
    """The day on the wall of a zone."""
    return instant.astimezone(ZoneInfo(zone)).date()


def is_as_wanted(row: ZoomOccurrence) -> bool:
    """Whether Zoom holds a sitting when it is wanted, and so long."""
    minutes = int((row.wanted_ends_at - row.wanted_starts_at).total_seconds() // 60)
    return (row.zoom_starts_at, row.zoom_minutes) == (row.wanted_starts_at, minutes)
