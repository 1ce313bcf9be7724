"""What is wanted at Zoom of single meetings and of single classes, written in the transaction of whatever
wants it. Nothing here calls Zoom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef

from eduraise.accounts.models import User
from eduraise.programs.models import Program
from eduraise.zoom import instances, planning, series, shapes
from eduraise.zoom.enums import OPEN_STATES, OperationKind, OperationState, Why
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomOperation, ZoomUser
from eduraise.zoom.wishes import new_meeting, program_wishes, want


def want_meeting(
    *,
    host: ZoomUser,
    program: Program,
    topic: str,
    agenda: str,
    settings: dict[str, Any],
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    held_for: UUID,
    now: datetime,
    by: User | None,
) -> ZoomOccurrence:
    """Want a single meeting on `host`; it is tried at once after commit, and by the worker until it stands.

    settings: in the words of the class settings. held_for: the class's uid. Times are aware instants.
    agenda: what its people read at Zoom, below the meeting's reference.
    """
    meeting = new_meeting(
        host=host, program=program, topic=topic, agenda=agenda, settings=settings, zone=zone, now=now
    )
    occurrence = ZoomOccurrence.objects.create(
        meeting=meeting, held_for=held_for, wanted_starts_at=starts_at, wanted_ends_at=ends_at
    )
    operation = want(meeting, OperationKind.CREATE, not_before=now, deadline_at=ends_at, now=now, by=by)
    planning.wake_before(host, starts_at, now)
    transaction.on_commit(partial(try_at_once, operation.pk), robust=True)
    return occurrence


def want_change(
    *,
    occurrence: ZoomOccurrence,
    topic: str,
    agenda: str,
    settings: dict[str, Any],
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    not_before: datetime,
    now: datetime,
    by: User | None,
) -> None:
    """Want a meeting to be otherwise, from `not_before` on: until then `undo` takes it back.

    Of a series only this one date: its title and zone are the class's alone.
    """
    if occurrence.meeting.is_series:
        series.want_date(
            occurrence,
            starts_at=starts_at,
            ends_at=ends_at,
            settings=settings,
            not_before=not_before,
            now=now,
            by=by,
        )
        return
    meeting = _set_wanted(occurrence, topic, agenda, settings, starts_at, ends_at, zone)
    if is_refused(meeting):
        overtake_refused(meeting, now)
        want(meeting, OperationKind.CREATE, not_before=not_before, deadline_at=ends_at, now=now, by=by)
    elif not is_unsent(meeting):  # else the create that still waits will carry it
        want(meeting, OperationKind.UPDATE, not_before=not_before, deadline_at=ends_at, now=now, by=by)
    planning.wake_before(meeting.host, starts_at, now)


def want_guarded(*, occurrence: ZoomOccurrence, now: datetime, by: User | None) -> None:
    """Want a meeting's settings and passcode to be ours again, and nothing else of it."""
    want(
        occurrence.meeting,
        OperationKind.UPDATE,
        not_before=now,
        deadline_at=occurrence.wanted_ends_at,
        now=now,
        by=by,
        why=Why.PREFLIGHT,
    )


def want_gone(*, occurrence: ZoomOccurrence, not_before: datetime, now: datetime, by: User | None) -> None:
    """Want a meeting, or one date of a series, removed, from `not_before` on; what was never sent is not sent
    at all."""
    meeting = occurrence.meeting
    if meeting.is_series:
        series.want_dates_gone([occurrence], not_before=not_before, now=now, by=by)
        return
    ZoomOccurrence.objects.filter(pk=occurrence.pk).update(wanted_gone=True)
    meeting.wanted_gone = True
    meeting.wanted_version += 1
    meeting.save(update_fields=["wanted_gone", "wanted_version"])
    # a delete has no deadline that would let a cancelled class live on at Zoom
    far = max(occurrence.wanted_ends_at, now) + timedelta(days=30)
    want(meeting, OperationKind.DELETE, not_before=not_before, deadline_at=far, now=now, by=by)


def want_all_gone(*, occurrences: Iterable[ZoomOccurrence], now: datetime, by: User | None) -> None:
    """Want several meetings removed at once; the same few queries for one or many."""
    given = list(occurrences)
    _want_dates_gone(given, now, by)
    rows = [row for row in given if not row.meeting.is_series]
    meetings = {row.meeting_id: row for row in rows}
    ZoomOccurrence.objects.filter(pk__in=[row.pk for row in rows]).update(wanted_gone=True)
    ZoomMeeting.objects.filter(pk__in=meetings).update(
        wanted_gone=True, wanted_version=F("wanted_version") + 1
    )
    ZoomOperation.objects.bulk_create(
        [
            ZoomOperation(
                meeting_id=meeting_id,
                kind=OperationKind.DELETE,
                for_version=row.meeting.wanted_version + 1,
                not_before=now,
                first_not_before=now,
                next_at=now,
                deadline_at=max(row.wanted_ends_at, now) + timedelta(days=30),
                created_at=now,
                by_uid=by.uid if by else None,
            )
            for meeting_id, row in meetings.items()
        ],
        ignore_conflicts=True,  # one that waits already does the same
    )


def _want_dates_gone(occurrences: list[ZoomOccurrence], now: datetime, by: User | None) -> None:
    by_series: dict[int, list[ZoomOccurrence]] = defaultdict(list)
    for row in occurrences:
        if row.meeting.is_series:
            by_series[row.meeting_id].append(row)
    for rows in by_series.values():
        series.want_dates_gone(rows, not_before=now, now=now, by=by)


def undo(
    *,
    occurrence: ZoomOccurrence,
    topic: str,
    agenda: str,
    settings: dict[str, Any],
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
    now: datetime,
    by: User | None,
) -> bool:
    """Take back the last wish, giving how things should be again; False if it may have been sent.

    Whether undoing or sending comes first is decided by one conditional update of the waiting operation.
    """
    if occurrence.meeting.is_series:
        return series.undo_date(
            occurrence, starts_at=starts_at, ends_at=ends_at, settings=settings, now=now, by=by
        )
    waiting = ZoomOperation.objects.filter(
        meeting=occurrence.meeting,
        state=OperationState.PENDING,
        kind__in=(OperationKind.UPDATE, OperationKind.DELETE),
    )
    folded_in_create = is_unsent(occurrence.meeting) and not waiting.exists()
    withdrawn = waiting.filter(not_before__gt=now).update(state=OperationState.WITHDRAWN, finished_at=now)
    if not withdrawn and not folded_in_create:
        return False
    ZoomOccurrence.objects.filter(pk=occurrence.pk).update(wanted_gone=False)
    ZoomMeeting.objects.filter(pk=occurrence.meeting_id).update(wanted_gone=False)
    occurrence.meeting.wanted_gone = False
    meeting = _set_wanted(occurrence, topic, agenda, settings, starts_at, ends_at, zone)
    if not is_unsent(meeting) and not _is_as_zoom_has_it(meeting, starts_at, ends_at):
        # an earlier edit had shared the row: it still has to go out
        want(meeting, OperationKind.UPDATE, not_before=now, deadline_at=ends_at, now=now, by=by)
    return True


STOPPED = (OperationState.FAILED, OperationState.GIVEN_UP)


def retry(*, meeting: ZoomMeeting, now: datetime, by: User | None) -> bool:
    """Want what Zoom refused of a meeting, or what was given up, once more; False if nothing was."""
    last = ZoomOperation.objects.filter(meeting=meeting, state__in=STOPPED).order_by("-id").first()
    return last is not None and retry_operation(operation=last, now=now, by=by) is not None


def retry_operation(*, operation: ZoomOperation, now: datetime, by: User | None) -> ZoomOperation | None:
    """Want this very change once more, in the caller's transaction: the new operation, or None if the change
    isn't stopped or one of its kind is under way already."""
    meeting = operation.meeting
    same = {
        "kind": operation.kind,
        "stray_number": operation.stray_number,
        "occurrence": operation.occurrence,
    }
    if meeting.operations.filter(state__in=OPEN_STATES, **same).exists():
        return None
    stopped = ZoomOperation.objects.filter(pk=operation.pk, state__in=STOPPED)
    if not stopped.update(state=OperationState.OVERTAKEN, finished_at=now):
        return None
    wanted = want(
        meeting,
        OperationKind(operation.kind),
        not_before=now,
        deadline_at=operation.deadline_at,
        now=now,
        by=by,
        occurrence=operation.occurrence,
        why=Why(operation.why),
        stray_number=operation.stray_number,
    )
    transaction.on_commit(partial(try_at_once, wanted.pk), robust=True)
    return wanted


# What waits for these can't be tried earlier: Zoom would refuse it again
OF_LIMITS = ("own_limit", "day_spent", "rate_limited", "daily_quota", "quota_spent")


def can_try_now(operation: ZoomOperation, now: datetime) -> bool:
    """Whether it waits for a later try that may as well be made at once."""
    waits = operation.state in (OperationState.PENDING, OperationState.UNKNOWN)
    is_late = operation.next_at > now >= operation.not_before
    return (
        waits and is_late and operation.last_error_code not in OF_LIMITS and operation.meeting.host.is_usable
    )


def try_now(*, operation: ZoomOperation, now: datetime) -> bool:
    """Have what waits for its next try tried at once, in the caller's transaction; False if it can't be."""
    if not can_try_now(operation, now):
        return False
    waiting = ZoomOperation.objects.filter(pk=operation.pk, state=operation.state, fence=operation.fence)
    if not waiting.update(next_at=now):
        return False
    transaction.on_commit(partial(try_at_once, operation.pk), robust=True)
    return True


def give_up(*, operation: ZoomOperation, now: datetime) -> bool:
    """Stop trying; False if it isn't waiting any more. An admin's choice: the class then needs attention."""
    stoppable = (OperationState.PENDING, OperationState.UNKNOWN, OperationState.FAILED)
    return bool(
        ZoomOperation.objects.filter(pk=operation.pk, state__in=stoppable).update(
            state=OperationState.GIVEN_UP, finished_at=now, answer_code="given_up"
        )
    )


def _set_wanted(
    occurrence: ZoomOccurrence,
    topic: str,
    agenda: str,
    settings: dict[str, Any],
    starts_at: datetime,
    ends_at: datetime,
    zone: str,
) -> ZoomMeeting:
    meeting = occurrence.meeting
    if any(settings.get(name) != meeting.wanted_settings.get(name) for name in ("entry", "has_passcode")):
        meeting.left_open = []  # that was another choice
    meeting.wanted_topic, meeting.wanted_agenda = topic[:200], agenda
    meeting.wanted_settings, meeting.zone = settings | program_wishes(meeting.program), zone
    meeting.wanted_version += 1
    changed = ("wanted_topic", "wanted_agenda", "wanted_settings", "left_open", "zone", "wanted_version")
    meeting.save(update_fields=changed)
    occurrence.wanted_starts_at, occurrence.wanted_ends_at = starts_at, ends_at
    occurrence.save(update_fields=["wanted_starts_at", "wanted_ends_at"])
    instances.place_again(meeting)
    return meeting


def is_unsent(meeting: ZoomMeeting) -> bool:
    """Whether a create waits that will carry every wish."""
    return ZoomOperation.objects.filter(
        meeting=meeting, kind=OperationKind.CREATE, state=OperationState.PENDING
    ).exists()


def is_refused(meeting: ZoomMeeting) -> bool:
    """Whether Zoom holds no meeting and none is on its way: its create was refused or given up."""
    creates = ZoomOperation.objects.filter(
        meeting=OuterRef("pk"), kind=OperationKind.CREATE, state__in=OPEN_STATES
    )
    nowhere = ZoomMeeting.objects.filter(~Exists(creates), pk=meeting.pk, meeting_number__isnull=True)
    return nowhere.exists()


def overtake_refused(meeting: ZoomMeeting, now: datetime) -> None:
    refused = (OperationState.FAILED, OperationState.GIVEN_UP)
    meeting.operations.filter(kind=OperationKind.CREATE, state__in=refused).update(
        state=OperationState.OVERTAKEN, finished_at=now
    )


def _is_as_zoom_has_it(meeting: ZoomMeeting, starts_at: datetime, ends_at: datetime) -> bool:
    minutes = int((ends_at - starts_at).total_seconds() // 60)
    return (
        meeting.zoom_topic == meeting.wanted_topic
        and shapes.same_agenda(meeting.zoom_agenda, shapes.agenda(meeting))
        and meeting.occurrences.filter(zoom_starts_at=starts_at, zoom_minutes=minutes).exists()
    )


def try_at_once(operation_id: int) -> None:
    """After the commit: whatever goes wrong here, the wish stands, the worker has it, and nobody is told
    that something failed (`robust`)."""
    from eduraise.zoom import push  # push reads what is wanted; wanting only lets it know

    push.push_now(operation_id)
