"""recording.…: a recording is started, paused, resumed, stopped; its files are ready, trashed, recovered."""

from collections.abc import Sequence
from datetime import datetime

from zoomsim.clock import instant_text
from zoomsim.meetings import past
from zoomsim.recordings import answers, passes
from zoomsim.records import Instance, Json, Meeting, Recording, RecordingFile, User
from zoomsim.webhooks.envelopes import by, tell
from zoomsim.world import World

_SCOPE = "cloud_recording:read:recording"
# Events that bring a token to download by, next to their name.
_WITH_TOKEN = ("completed", "transcript_completed", "trashed", "recovered")
_LACKING_IN_EVENTS = ("deleted_time",)


def about_recording(
    world: World, event: str, meeting: Meeting, instance: Instance, recording: Recording, at: datetime
) -> None:
    """`event`: started, paused, resumed, stopped; the end is empty until there is one."""
    ended_at = at if event in ("paused", "stopped") else None
    stretch = {
        "recording_start": instant_text(recording.started_at),
        "recording_end": instant_text(ended_at) if ended_at else "",
    }
    thing = _sitting(meeting, instance) | {"duration": meeting.duration, "recording_file": stretch}
    tell(world, f"recording.{event}", meeting, {"object": thing}, at=at, scope=_SCOPE)


def about_files(
    world: World,
    event: str,
    meeting: Meeting,
    instance: Instance,
    files: Sequence[RecordingFile],
    at: datetime,
    operator: User | None = None,
) -> None:
    """`event`: completed, transcript_completed; and by an operator trashed, deleted, recovered."""
    told = [file for file in files if file.file_type != "TIMELINE"]
    thing = _sitting(meeting, instance) | {
        "account_id": meeting.account_id,
        "duration": past.minutes(instance),
        "share_url": answers.share_url(world, files),
        "total_size": sum(file.size for file in told),
        "recording_count": len(told),
        "recording_files": [_file(world, file) for file in told],
    }
    host = world.store.users.get(meeting.host_id)
    if event in ("completed", "transcript_completed"):
        thing |= {"host_email": host.email if host else "", "password": answers.passcode(world, instance)}
    if event == "completed":
        thing |= {"recording_play_passcode": answers.play_passcode(instance), "on_prem": False}
    payload = (by(operator) if operator else {}) | {"object": thing}

    def beside() -> Json:
        if event not in _WITH_TOKEN:
            return {}
        return {"download_token": passes.make(world, instance.uuid, passes.OF_WEBHOOKS)}

    tell(world, f"recording.{event}", meeting, payload, at=at, scope=_SCOPE, beside=beside)


def _sitting(meeting: Meeting, instance: Instance) -> Json:
    """The recorded sitting; its id is a number, as a meeting's in events about its schedule."""
    return {
        "id": meeting.number,
        "uuid": instance.uuid,
        "host_id": meeting.host_id,
        "topic": meeting.topic,
        "type": meeting.type,
        "start_time": instant_text(instance.started_at),
        "timezone": meeting.timezone,
    }


def _file(world: World, file: RecordingFile) -> Json:
    return {
        name: value for name, value in answers.of_file(world, file).items() if name not in _LACKING_IN_EVENTS
    } | {"recording_end": instant_text(file.ended_at), "status": "completed"}
