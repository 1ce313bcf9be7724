"""Recording to the cloud: starting, pausing, stopping, and the files that are ready some time later.

One sitting may be recorded several times: each stretch has files of its own and is told on its own.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from zoomsim import people
from zoomsim.recordings import media
from zoomsim.records import Instance, Meeting, Recording, RecordingFile
from zoomsim.webhooks import recording_events as events
from zoomsim.world import World

RECORDING, PAUSED, PROCESSING, COMPLETED = "recording", "paused", "processing", "completed"
TRASH_LIFE = timedelta(days=30)
_VIDEO = ("MP4", "MP4", "shared_screen_with_speaker_view")
_AUDIO = ("M4A", "M4A", "audio_only")
_TIMELINE = ("TIMELINE", "JSON", "timeline")
_TRANSCRIPT = ("TRANSCRIPT", "VTT", "audio_transcript")


class CannotRecord(Exception):
    """Why a meeting can't be recorded so; the text is for the person."""


def begin_by_itself(world: World, meeting: Meeting, instance: Instance, at: datetime) -> None:
    """A meeting set to record to the cloud does so from its start, where the host's licence has a cloud."""
    if meeting.settings["auto_recording"] == "cloud" and has_cloud(world, meeting):
        start(world, meeting, instance, at)


def start(world: World, meeting: Meeting, instance: Instance, at: datetime) -> Recording:
    """Raises CannotRecord without a licence for it, or while it is recorded already."""
    if not has_cloud(world, meeting):
        raise CannotRecord("the host has no cloud recording")
    if current(world, instance) is not None:
        raise CannotRecord("it is being recorded already")
    recording = Recording(
        id=world.chance.count("recording"),
        instance_uuid=instance.uuid,
        meeting_number=meeting.number,
        host_id=meeting.host_id,
        state=RECORDING,
        started_at=at,
    )
    world.store.recordings.put(recording)
    events.about_recording(world, "started", meeting, instance, recording, at)
    return recording


def pause(world: World, meeting: Meeting, instance: Instance, at: datetime) -> None:
    """Raises CannotRecord when it is not being recorded."""
    _switch(world, meeting, instance, at, RECORDING, PAUSED, "paused")


def resume(world: World, meeting: Meeting, instance: Instance, at: datetime) -> None:
    """Raises CannotRecord when it is not paused."""
    _switch(world, meeting, instance, at, PAUSED, RECORDING, "resumed")


def stop(world: World, meeting: Meeting, instance: Instance, at: datetime) -> None:
    """The stretch is over; its files come when the meeting is. What is not recorded stays so."""
    recording = current(world, instance)
    if recording is None:
        return
    recording = replace(recording, state=PROCESSING, ended_at=at)
    world.store.recordings.put(recording)
    events.about_recording(world, "stopped", meeting, instance, recording, at)


def process(world: World, meeting: Meeting, instance: Instance, at: datetime) -> None:
    """The meeting is over: Zoom sets about the files of every stretch, also of those stopped long before."""
    ready = at + timedelta(minutes=float(world.switches["recording_delay_minutes"]))
    kinds = [_VIDEO, _AUDIO, *([_TIMELINE] if world.switches["timeline_files"] else [])]
    for recording in world.store.recordings.where(
        "instance_uuid = ? AND state = ?", instance.uuid, PROCESSING
    ):
        for kind in kinds:
            _add_file(world, recording, kind, ready)
        if has_transcripts(world, meeting):
            later = timedelta(minutes=float(world.switches["transcript_delay_minutes"]))
            _add_file(world, recording, _TRANSCRIPT, ready + later)


def current(world: World, instance: Instance) -> Recording | None:
    """The stretch that is being recorded now, or is paused."""
    found = world.store.recordings.where(
        "instance_uuid = ? AND state IN ('recording', 'paused')", instance.uuid
    )
    return found[0] if found else None


def has_transcripts(world: World, meeting: Meeting) -> bool:
    """Business, Education and above, where the host wants them."""
    host = world.store.users.get(meeting.host_id)
    assert host is not None
    plan = people.account_of(world, host).plan
    return plan not in ("free", "pro") and bool(
        people.setting(world, host, "recording", "recording_audio_transcript")
    )


def settle(world: World, now: datetime) -> None:
    """Tell of files that are ready by now, each at its own instant, and empty the trash after thirty days."""
    ready = world.store.recording_files.where("is_told = 0 AND ready_at <= ?", now, order="ready_at, rowid")
    world.each(ready, lambda file: _tell_ready(world, file))
    for file in world.store.recording_files.where("trash <> '' AND trashed_at <= ?", now - TRASH_LIFE):
        world.store.recording_files.remove("id = ?", file.id)


def _tell_ready(world: World, first: RecordingFile) -> None:
    """All files of a stretch that are ready at one instant are told together; nothing if that was done."""
    one = world.store.recording_files.get(first.id)
    if one is None or one.is_told:
        return
    recording = world.store.recordings.get(first.recording_id)
    assert recording is not None
    instance, meeting = world.store.instances.get(first.instance_uuid), _meeting(world, recording)
    assert instance is not None
    world.store.recordings.put(replace(recording, state=COMPLETED))
    together = world.store.recording_files.where(
        "recording_id = ? AND is_told = 0 AND ready_at = ?", first.recording_id, first.ready_at, order="rowid"
    )
    told = [world.store.recording_files.put(replace(file, is_told=True)) for file in together]
    for event, files in _by_event(told):
        events.about_files(world, event, meeting, instance, files, first.ready_at)


def _by_event(files: Sequence[RecordingFile]) -> list[tuple[str, list[RecordingFile]]]:
    transcripts = [file for file in files if file.file_type == "TRANSCRIPT"]
    others = [file for file in files if file.file_type not in ("TRANSCRIPT", "TIMELINE")]
    found = [("completed", others), ("transcript_completed", transcripts)]
    return [(event, some) for event, some in found if some]


def _switch(
    world: World,
    meeting: Meeting,
    instance: Instance,
    at: datetime,
    before: str,
    after: str,
    event: str,
) -> None:
    recording = current(world, instance)
    if recording is None or recording.state != before:
        raise CannotRecord(f"the recording is not in the state {before}")
    recording = replace(recording, state=after)
    world.store.recordings.put(recording)
    events.about_recording(world, event, meeting, instance, recording, at)


def _add_file(world: World, recording: Recording, kind: tuple[str, str, str], ready_at: datetime) -> None:
    assert recording.ended_at is not None
    file_type, extension, recording_type = kind
    digits = world.chance.bytes("recording file", 16).hex()
    key = world.chance.urlsafe("recording key", 33)
    file = RecordingFile(
        id="-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:])),
        recording_id=recording.id,
        instance_uuid=recording.instance_uuid,
        file_type=file_type,
        extension=extension,
        recording_type=recording_type,
        key=key,
        size=len(media.content(key, extension, padding_of(world, extension))),
        started_at=recording.started_at,
        ended_at=recording.ended_at,
        ready_at=ready_at,
    )
    world.store.recording_files.put(file)


def padding_of(world: World, extension: str) -> int:
    """By how much the files of this kind are longer than their lesson."""
    return int(world.switches["recording_padding"]) if extension in ("MP4", "M4A") else 0


def has_cloud(world: World, meeting: Meeting) -> bool:
    """Whether the host's licence and settings have a cloud to record to."""
    host = world.store.users.get(meeting.host_id)
    return (
        host is not None
        and people.is_licensed(host)
        and bool(people.setting(world, host, "recording", "cloud_recording"))
    )


def _meeting(world: World, recording: Recording) -> Meeting:
    meeting = world.store.meetings.get(recording.meeting_number)
    assert meeting is not None
    return meeting
