"""Sittings as Zoom held them: what is known of each, and which occurrence it belongs to.

Facts come from events and from reading, late, twice and in any order. Each is folded by a rule that gives the
same whatever came first: the earliest beginning, the latest end that Zoom named; an end that was only noticed
gives way to one that was named, and to the meeting being seen running again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from eduraise.core import hooks
from eduraise.zoom.enums import RecordingState
from eduraise.zoom.models import ZoomInstance, ZoomMeeting, ZoomOccurrence, ZoomUser

# A sitting may begin this long before its class, and as long after its end.
AROUND = timedelta(minutes=60)
# A deleted occurrence may still be the one that is held, if it went lately.
STILL_REMEMBERED = timedelta(hours=24)


class OtherSitting(Exception):
    """This sitting is known as another host's, or another meeting's."""


def fold_sitting(
    *,
    host: ZoomUser,
    number: str,
    uuid: str,
    meeting: ZoomMeeting | None = None,
    began_at: datetime | None = None,
    ended_at: datetime | None = None,
    host_came_at: datetime | None = None,
    seen_running_at: datetime | None = None,
) -> ZoomInstance:
    """Add what one event or one reading says of a sitting, and place it. Within a transaction.

    meeting: None where the number is none of ours (a personal room): the sitting then has no occurrence.
    began_at, ended_at, host_came_at: as Zoom names them, or for began_at the earliest sign of life;
    seen_running_at: when a reading found it running. Raises OtherSitting.
    """
    sitting = _of(uuid) or _begin(
        ZoomInstance(host=host, meeting=meeting, meeting_number=number, meeting_uuid=uuid)
    )
    if sitting.host_id != host.pk or sitting.meeting_number != number:
        raise OtherSitting(uuid)
    before, stood_for = _facts(sitting), sitting.occurrence_id
    if sitting.meeting_id is None:
        sitting.meeting = meeting
    sitting.started_at = _earliest(sitting.started_at, began_at)
    sitting.host_joined_at = _earliest(sitting.host_joined_at, host_came_at)
    _fold_end(sitting, ended_at)
    _fold_running(sitting, seen_running_at)
    # of five hundred who come, nearly all tell nothing new of the sitting
    if _facts(sitting) != before or sitting.occurrence_id is None:
        place(sitting)
        sitting.save()
        if _facts(sitting) != before or sitting.occurrence_id != stood_for:
            _tell([stood_for, sitting.occurrence_id])
    return sitting


def _tell(occurrence_ids: Iterable[int | None]) -> None:
    ids = sorted({pk for pk in occurrence_ids if pk is not None})
    if ids:
        hooks.sittings_changed.tell(occurrence_ids=ids)


def _of(uuid: str) -> ZoomInstance | None:
    return ZoomInstance.objects.select_for_update(no_key=True).filter(meeting_uuid=uuid).first()


def _begin(sitting: ZoomInstance) -> ZoomInstance:
    """The sitting, made now or by whoever was faster."""
    ZoomInstance.objects.bulk_create([sitting], ignore_conflicts=True)
    return ZoomInstance.objects.select_for_update(no_key=True).get(meeting_uuid=sitting.meeting_uuid)


def _facts(sitting: ZoomInstance) -> tuple[object, ...]:
    """What events and readings tell of it."""
    return (
        sitting.meeting_id,
        sitting.started_at,
        sitting.host_joined_at,
        sitting.ended_at,
        sitting.end_is_estimate,
        sitting.seen_running_at,
    )


def fold_recording(
    *,
    host: ZoomUser,
    number: str,
    uuid: str,
    state: RecordingState,
    at: datetime,
    meeting: ZoomMeeting | None = None,
) -> None:
    """Add what one event says of a sitting's recording: of all that are told the latest holds. Within a
    transaction. Raises OtherSitting."""
    sitting = fold_sitting(host=host, number=number, uuid=uuid, meeting=meeting)
    earlier = Q(recording_at__isnull=True) | Q(recording_at__lt=at)
    ZoomInstance.objects.filter(earlier, pk=sitting.pk).update(recording=state, recording_at=at)


def notice_end(meeting: ZoomMeeting, *, not_running_at: datetime) -> int:
    """A reading that was begun at `not_running_at` found the meeting not running: end what was open then.

    The time is an estimate, until Zoom names one. How many sittings ended.
    """
    running = ZoomInstance.objects.filter(
        Q(seen_running_at__isnull=True) | Q(seen_running_at__lt=not_running_at),
        meeting=meeting,
        ended_at__isnull=True,
        started_at__lt=not_running_at,
    )
    with transaction.atomic():
        found = dict(running.select_for_update(no_key=True).values_list("pk", "occurrence"))
        if found:
            ZoomInstance.objects.filter(pk__in=found).update(ended_at=not_running_at, end_is_estimate=True)
            _tell(found.values())
    return len(found)


def estimate_end(sitting: ZoomInstance, over_at: datetime) -> None:
    """Zoom says that a sitting is over and not since when: its class's end, where that has passed, else now.
    Within a transaction.
    """
    if sitting.ended_at is not None:
        return
    planned = sitting.occurrence.wanted_ends_at if sitting.occurrence else over_at
    sitting.ended_at = max(min(planned, over_at), sitting.started_at or over_at)
    sitting.end_is_estimate = True
    sitting.save(update_fields=["ended_at", "end_is_estimate"])
    _tell([sitting.occurrence_id])


def place(sitting: ZoomInstance) -> None:
    """Find the occurrence that this sitting belongs to; what somebody placed by hand stays. Doesn't save."""
    by_hand = (ZoomInstance.MappedBy.HAND, ZoomInstance.MappedBy.DISMISSED)
    if sitting.mapped_by in by_hand or sitting.meeting_id is None or sitting.started_at is None:
        return
    sitting.occurrence = _nearest_occurrence(sitting.meeting_id, sitting.started_at)
    sitting.mapped_by = ZoomInstance.MappedBy.RULE if sitting.occurrence else ""


def place_again(meeting: ZoomMeeting) -> None:
    """After a class of this meeting was moved: place its sittings once more, those by hand excepted."""
    for sitting in ZoomInstance.objects.select_for_update(no_key=True).filter(meeting=meeting):
        before = sitting.occurrence_id
        place(sitting)
        if sitting.occurrence_id != before:
            sitting.save(update_fields=["occurrence", "mapped_by"])
            _tell([before, sitting.occurrence_id])


def _nearest_occurrence(meeting_id: int, started_at: datetime) -> ZoomOccurrence | None:
    around = ZoomOccurrence.objects.filter(
        meeting=meeting_id,
        wanted_starts_at__lte=started_at + AROUND,
        wanted_ends_at__gte=started_at - AROUND,
    )
    standing = [one for one in around if not one.wanted_gone and one.zoom_gone_at is None]
    gone = [one for one in around if _went_lately(one, started_at)]
    return min(
        standing or gone,
        key=lambda one: (abs(one.wanted_starts_at - started_at), one.wanted_starts_at),
        default=None,
    )


def _went_lately(occurrence: ZoomOccurrence, started_at: datetime) -> bool:
    return occurrence.zoom_gone_at is None or started_at - occurrence.zoom_gone_at <= STILL_REMEMBERED


def _fold_end(sitting: ZoomInstance, ended_at: datetime | None) -> None:
    if ended_at is None:
        return
    named = None if sitting.end_is_estimate else sitting.ended_at
    sitting.ended_at = max(named, ended_at) if named else ended_at
    sitting.end_is_estimate = False


def _fold_running(sitting: ZoomInstance, seen_running_at: datetime | None) -> None:
    if seen_running_at is None:
        return
    sitting.seen_running_at = max(sitting.seen_running_at or seen_running_at, seen_running_at)
    if sitting.end_is_estimate and sitting.ended_at and seen_running_at > sitting.ended_at:
        sitting.ended_at, sitting.end_is_estimate = None, False


def _earliest(*instants: datetime | None) -> datetime | None:
    return min((at for at in instants if at is not None), default=None)


def attach(sitting: ZoomInstance, occurrence: ZoomOccurrence, *, by_uid: UUID) -> bool:
    """Somebody says to which class a sitting belongs, which no rule changes after; False if it has one."""
    return _by_hand(sitting, occurrence, ZoomInstance.MappedBy.HAND, by_uid)


def dismiss(sitting: ZoomInstance, *, by_uid: UUID) -> bool:
    """Somebody says that a sitting is no class; False if it belongs to one."""
    return _by_hand(sitting, None, ZoomInstance.MappedBy.DISMISSED, by_uid)


def _by_hand(sitting: ZoomInstance, occurrence: ZoomOccurrence | None, how: str, by_uid: UUID) -> bool:
    with transaction.atomic():
        row = ZoomInstance.objects.select_for_update(no_key=True).get(pk=sitting.pk)
        if row.occurrence_id is not None:
            return False
        row.occurrence, row.mapped_by, row.mapped_by_uid = occurrence, how, by_uid
        row.save(update_fields=["occurrence", "mapped_by", "mapped_by_uid"])
        _tell([row.occurrence_id])
    return True


def take_back(sitting: ZoomInstance) -> bool:
    """What somebody said of a sitting holds no more: it is where the rule places it; False if nobody did."""
    with transaction.atomic():
        row = ZoomInstance.objects.select_for_update(no_key=True).get(pk=sitting.pk)
        if row.mapped_by not in (ZoomInstance.MappedBy.HAND, ZoomInstance.MappedBy.DISMISSED):
            return False
        before = row.occurrence_id
        row.occurrence, row.mapped_by, row.mapped_by_uid = None, "", None
        place(row)
        row.save(update_fields=["occurrence", "mapped_by", "mapped_by_uid"])
        _tell([before, row.occurrence_id])
    return True
