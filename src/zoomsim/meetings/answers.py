"""A meeting as the API answers it."""

from datetime import datetime

from zoomsim.clock import instant_text
from zoomsim.meetings import settings as meeting_settings
from zoomsim.meetings.addresses import join_url, registration_url, start_url
from zoomsim.meetings.fields import FIXED_TIME, NO_FIXED_TIME
from zoomsim.meetings.schedule import is_running, occurrences_of
from zoomsim.records import Json, Meeting, Occurrence, User
from zoomsim.world import World

_LIST_AGENDA = 250


def full(world: World, meeting: Meeting, host: User, *, past_too: bool = False) -> Json:
    """As POST /users/{id}/meetings and GET /meetings/{id} answer."""
    body = _head(world, meeting, host)
    if meeting.type != NO_FIXED_TIME and not _times_in_occurrences_alone(world, meeting):
        body |= _times(meeting)
    elif meeting.type == NO_FIXED_TIME:
        body["duration"] = meeting.duration
    body |= _tail(world, meeting, host)
    if meeting.type == FIXED_TIME:
        body["occurrences"] = [
            occurrence_body(one)
            for one in occurrences_of(world, meeting)
            if past_too or not _is_past(one, world.now())
        ]
        body["recurrence"] = meeting.recurrence
    return body


def single(world: World, meeting: Meeting, host: User, occurrence: Occurrence) -> Json:
    """As GET /meetings/{id}?occurrence_id= answers: that date's times, agenda and settings."""
    body = full(world, meeting, host)
    body |= {"start_time": instant_text(occurrence.starts_at), "duration": occurrence.duration}
    if occurrence.agenda is not None:
        body["agenda"] = occurrence.agenda
    body["settings"] = meeting_settings.shown(meeting.settings | occurrence.settings, host)
    body["occurrences"] = [occurrence_body(occurrence)]
    return body


def listed(world: World, meeting: Meeting, starts_at: datetime | None, duration: int) -> Json:
    """As a row of GET /users/{id}/meetings: agendas are cut at 250 characters."""
    body: Json = {
        "uuid": meeting.uuid,
        "id": meeting.number,
        "host_id": meeting.host_id,
        "topic": meeting.topic,
        "type": meeting.type,
        "duration": duration,
        "timezone": meeting.timezone,
        "agenda": meeting.agenda[:_LIST_AGENDA],
        "created_at": instant_text(meeting.created_at),
        "join_url": join_url(world, meeting),
    }
    if starts_at is not None:
        body["start_time"] = instant_text(starts_at)
    return body


def occurrence_body(occurrence: Occurrence) -> Json:
    return {
        "occurrence_id": occurrence.id,
        "start_time": instant_text(occurrence.starts_at),
        "duration": occurrence.duration,
        "status": occurrence.status,
    }


def invitation(world: World, meeting: Meeting, host: User) -> str:
    """The text that hosts copy into a mail."""
    number = f"{meeting.number}"
    lines = [
        f"{host.display_name} is inviting you to a scheduled Zoom meeting.",
        "",
        f"Topic: {meeting.topic}",
    ]
    if meeting.starts_at is not None:
        lines.append(f"Time: {meeting.starts_at.strftime('%b %d, %Y %I:%M %p')} Universal Time UTC")
    lines += ["", "Join Zoom Meeting", join_url(world, meeting), ""]
    lines.append(f"Meeting ID: {number[:-8]} {number[-8:-4]} {number[-4:]}")
    if meeting.passcode:
        lines.append(f"Passcode: {meeting.passcode}")
    return "\r\n".join([*lines, "", ""])


def _head(world: World, meeting: Meeting, host: User) -> Json:
    return {
        "uuid": meeting.uuid,
        "id": meeting.number,
        "host_id": meeting.host_id,
        "host_email": host.email,
        "topic": meeting.topic,
        "type": meeting.type,
        "status": "started" if is_running(world, meeting) else "waiting",
    }


def _times(meeting: Meeting) -> Json:
    times: Json = {"duration": meeting.duration}
    if meeting.starts_at is not None:
        times["start_time"] = instant_text(meeting.starts_at)
    return times


def _tail(world: World, meeting: Meeting, host: User) -> Json:
    body: Json = {
        "timezone": meeting.timezone,
        "agenda": meeting.agenda,
        "created_at": instant_text(meeting.created_at),
        "start_url": start_url(world, meeting, host),
        "join_url": join_url(world, meeting),
        "password": meeting.passcode,
        "h323_password": meeting.passcode,
        "pstn_password": meeting.passcode,
        "encrypted_password": meeting.join_pwd,
        "settings": meeting_settings.shown(meeting.settings, host),
        "creation_source": "open_api",
        "pre_schedule": meeting.pre_schedule,
    }
    if meeting.settings["approval_type"] in (0, 1):
        body["registration_url"] = registration_url(world, meeting)
    if meeting.tracking_fields:
        body["tracking_fields"] = [{"visible": True, "value": "", **one} for one in meeting.tracking_fields]
    if meeting.template_id:
        body["template_id"] = meeting.template_id
    return body


def _times_in_occurrences_alone(world: World, meeting: Meeting) -> bool:
    return bool(meeting.type == FIXED_TIME and world.switches["series_without_top_times"])


def _is_past(occurrence: Occurrence, now: datetime) -> bool:
    return occurrence.starts_at.timestamp() + occurrence.duration * 60 <= now.timestamp()
