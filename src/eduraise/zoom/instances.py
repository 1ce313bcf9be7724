"""Sittings as Zoom held them: told by events or read by us, in any order, with the same result."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from eduraise.zoom.models import ZoomInstance, ZoomMeeting, ZoomOccurrence, ZoomUser

AROUND = timedelta(minutes=60)


class OtherSitting(Exception):
    """This sitting is known as another host's or another meeting's."""


def fold_sitting(
    *,
    host: ZoomUser | None,
    meeting: ZoomMeeting | None,
    number: str,
    uuid: str,
    began_at: datetime | None = None,
    ended_at: datetime | None = None,
    host_came_at: datetime | None = None,
    seen_running_at: datetime | None = None,
    end_is_estimate: bool = False,
) -> ZoomInstance:
    """Add what is said of one sitting to what is known of it, in the caller's transaction.

    The earliest beginning and the earliest coming of the host hold; an end that was told replaces one that
    was estimated, and of two told ones the later holds. Raises OtherSitting.
    """
    instance, _made = ZoomInstance.objects.get_or_create(
        meeting_uuid=uuid, defaults={"host": host, "meeting": meeting, "meeting_number": number}
    )
    if instance.meeting_number != number or (host and instance.host_id not in (None, host.pk)):
        raise OtherSitting(uuid)
    instance.host = instance.host or host
    instance.meeting = instance.meeting or meeting
    instance.started_at = earliest(instance.started_at, began_at)
    instance.host_joined_at = earliest(instance.host_joined_at, host_came_at)
    instance.seen_running_at = latest(instance.seen_running_at, seen_running_at)
    _fold_end(instance, ended_at, end_is_estimate)
    if (
        instance.mapped_by != ZoomInstance.MappedBy.HAND
        and instance.mapped_by != ZoomInstance.MappedBy.DISMISSED
    ):
        instance.occurrence = occurrence_for(instance)
        instance.mapped_by = ZoomInstance.MappedBy.RULE if instance.occurrence else ""
    instance.save()
    return instance


def _fold_end(instance: ZoomInstance, ended_at: datetime | None, is_estimate: bool) -> None:
    if ended_at is None:
        return
    if instance.ended_at is None or (instance.end_is_estimate and not is_estimate):
        instance.ended_at, instance.end_is_estimate = ended_at, is_estimate
    elif instance.end_is_estimate == is_estimate:
        instance.ended_at = max(instance.ended_at, ended_at)


def occurrence_for(instance: ZoomInstance) -> ZoomOccurrence | None:
    """Which class's sitting it was: of its meeting, the one whose start is nearest among those around it."""
    at = instance.started_at or instance.host_joined_at or instance.seen_running_at or instance.ended_at
    if instance.meeting_id is None or at is None:
        return None
    around = ZoomOccurrence.objects.filter(
        Q(wanted_starts_at__lte=at + AROUND) & Q(wanted_ends_at__gte=at - AROUND), meeting=instance.meeting_id
    )
    # one that is not wanted any more is the last choice; of two as near, the earlier
    ranked = sorted(
        around, key=lambda one: (one.wanted_gone, abs(one.wanted_starts_at - at), one.wanted_starts_at)
    )
    return ranked[0] if ranked else None


def close_unseen(meeting: ZoomMeeting, now: datetime) -> int:
    """Zoom says that the meeting is not running: sittings still open ended, at an instant we estimate."""
    closed = 0
    for instance in meeting.instances.filter(ended_at__isnull=True):
        instance.ended_at = instance.seen_running_at or now
        instance.end_is_estimate = True
        instance.save(update_fields=["ended_at", "end_is_estimate"])
        closed += 1
    return closed


def earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    """The earlier of two instants, either of which may be unknown."""
    return min(filter(None, (one, other)), default=None)


def latest(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two instants, either of which may be unknown."""
    return max(filter(None, (one, other)), default=None)
