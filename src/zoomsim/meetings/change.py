"""Changing, deleting, ending and recovering meetings."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from zoomsim import errors
from zoomsim.errors import ValidationFailed, ZoomError
from zoomsim.meetings import passcode
from zoomsim.meetings import settings as meeting_settings
from zoomsim.meetings.create import check_pre_schedule, spread, whom_for
from zoomsim.meetings.fields import FIXED_TIME, INSTANT, NO_FIXED_TIME, RECURRING, SCHEDULED, Asked
from zoomsim.meetings.schedule import RECOVERABLE, is_running, occurrences_of
from zoomsim.records import Meeting, Occurrence, User
from zoomsim.registrants import registration
from zoomsim.webhooks import events
from zoomsim.world import World


def change_meeting(world: World, meeting: Meeting, host: User, asked: Asked, operator: User) -> None:
    """PATCH of a whole meeting: what the request names changes, the rest stays."""
    before = replace(meeting)
    host = whom_for(world, host, asked, asked.type or meeting.type)
    meeting.host_id = host.id  # number, passcode, link and dates stay
    meeting.type = asked.type or meeting.type
    check_pre_schedule(asked, meeting.type)
    meeting.topic = asked.topic or meeting.topic
    meeting.agenda = meeting.agenda if asked.agenda is None else asked.agenda
    meeting.duration = asked.duration or meeting.duration
    meeting.timezone = asked.zone.key if asked.zone else meeting.timezone
    meeting.tracking_fields = asked.tracking_fields or meeting.tracking_fields
    meeting.template_id = asked.template_id or meeting.template_id
    _change_passcode(world, meeting, host, asked)
    meeting.settings = meeting_settings.settled(
        world, host, meeting.settings, asked.settings, has_passcode=bool(meeting.passcode)
    )
    if before.type == SCHEDULED and meeting.type in RECURRING:
        registration.drop(world, meeting)
    old_dates = occurrences_of(world, meeting)
    _change_times(world, meeting, before, asked)
    world.store.meetings.put(meeting)
    events.meeting_updated(world, before, meeting, old_dates, operator)


def change_occurrence(
    world: World, meeting: Meeting, occurrence: Occurrence, asked: Asked, operator: User
) -> None:
    """PATCH with occurrence_id: agenda, start, duration and a few settings of one date; its id stays."""
    before = replace(occurrence)
    starts_at = asked.starts_at(ZoneInfo(meeting.timezone))
    if starts_at is not None and starts_at > world.now():
        occurrence.starts_at = starts_at
    occurrence.duration = asked.duration or occurrence.duration
    occurrence.agenda = occurrence.agenda if asked.agenda is None else asked.agenda
    changed = {
        name: asked.settings[name] for name in meeting_settings.OF_ONE_OCCURRENCE if name in asked.settings
    }
    occurrence.settings = occurrence.settings | changed
    world.store.occurrences.put(occurrence)
    events.occurrence_updated(world, meeting, before, occurrence, operator)


def delete_meeting(world: World, meeting: Meeting, operator: User) -> None:
    """The meeting with all its dates. It can be recovered for thirty days. Raises 3002 while it runs."""
    if is_running(world, meeting):
        raise ZoomError(400, 3002, "Sorry, you cannot delete this meeting since it's in progress.")
    meeting.deleted_at = world.now()
    world.store.meetings.put(meeting)
    events.meeting_deleted(world, meeting, occurrences_of(world, meeting), operator, "all")


def delete_for_good(world: World, meeting: Meeting, operator: User, at: datetime) -> None:
    """Beyond recovery: by hand, or thirty days after it was deleted."""
    meeting.deleted_at, meeting.is_gone = meeting.deleted_at or at, True
    world.store.meetings.put(meeting)
    events.meeting_permanently_deleted(world, meeting, operator, at)


def settle(world: World, now: datetime) -> None:
    """What was deleted thirty days ago is gone."""
    condition = "deleted_at <= ? AND is_gone = 0"
    old = world.store.meetings.where(condition, now - RECOVERABLE, order="deleted_at, rowid")
    world.each(old, lambda meeting: _forget(world, meeting))


def _forget(world: World, meeting: Meeting) -> None:
    host = world.store.users.get(meeting.host_id)
    assert host is not None
    assert meeting.deleted_at is not None
    delete_for_good(world, meeting, host, meeting.deleted_at + RECOVERABLE)


def delete_occurrence(world: World, meeting: Meeting, occurrence: Occurrence, operator: User) -> None:
    """One date; it stays in the list with status deleted."""
    world.store.occurrences.put(replace(occurrence, status="deleted"))
    events.meeting_deleted(world, meeting, [occurrence], operator, "single")


def recover_meeting(world: World, meeting: Meeting, operator: User) -> None:
    """Undo a deletion. Raises 404/3001 for what is not deleted or was deleted too long ago."""
    if meeting.deleted_at is None or meeting.is_gone:
        raise errors.no_meeting(meeting.number)
    meeting.deleted_at = None
    world.store.meetings.put(meeting)
    events.meeting_recovered(world, meeting, operator)


def _change_passcode(world: World, meeting: Meeting, host: User, asked: Asked) -> None:
    if asked.password is None or asked.password == meeting.passcode:
        return
    if not asked.password and passcode.is_locked(world, host):
        return
    meeting.passcode = passcode.checked(world, host, asked.password) if asked.password else ""
    meeting.join_pwd = passcode.join_pwd(world, meeting.passcode)


def _change_times(world: World, meeting: Meeting, before: Meeting, asked: Asked) -> None:
    """A missing or past start is ignored in silence; a series gets new dates with a whole recurrence only."""
    starts_at = _future_start(world, meeting, asked)
    if meeting.type == FIXED_TIME:
        _change_series(world, meeting, before, asked, starts_at)
        return
    world.store.occurrences.remove("meeting_number = ?", meeting.number)
    meeting.recurrence = {}
    if meeting.type in (INSTANT, NO_FIXED_TIME):
        meeting.starts_at = None
    elif starts_at is not None or meeting.starts_at is None:
        meeting.starts_at = starts_at or world.now().replace(microsecond=0)


def _change_series(
    world: World, meeting: Meeting, before: Meeting, asked: Asked, starts_at: datetime | None
) -> None:
    if asked.recurrence is not None:
        meeting.starts_at = starts_at or meeting.starts_at or world.now().replace(microsecond=0)
        spread(world, meeting, asked.recurrence)
    elif (
        before.type != FIXED_TIME
        or starts_at not in (None, before.starts_at)
        or meeting.duration != before.duration
    ):
        raise ValidationFailed(
            ("recurrence", "The recurrence is required to change when a series takes place.")
        )


def _future_start(world: World, meeting: Meeting, asked: Asked) -> datetime | None:
    starts_at = asked.starts_at(ZoneInfo(meeting.timezone))
    return starts_at if starts_at is not None and starts_at > world.now() else None
