"""Recordings as the API and the webhooks show them."""

import base64
import hashlib
from collections.abc import Sequence

from zoomsim.clock import instant_text
from zoomsim.meetings import past
from zoomsim.records import Instance, Json, Meeting, RecordingFile
from zoomsim.world import World


def download_url(world: World, file: RecordingFile) -> str:
    return f"{world.base_url}/rec/download/{file.key}"


def play_url(world: World, file: RecordingFile) -> str:
    return f"{world.base_url}/rec/play/{file.key}"


def share_url(world: World, files: Sequence[RecordingFile]) -> str:
    """Where viewers watch: the page of the first file."""
    return f"{world.base_url}/rec/share/{files[0].key}" if files else f"{world.base_url}/rec/share"


def of_sitting(world: World, meeting: Meeting, instance: Instance, files: Sequence[RecordingFile]) -> Json:
    """A sitting with its files. `type` is text here, and a number in webhooks."""
    return {
        "uuid": instance.uuid,
        "id": meeting.number,
        "account_id": meeting.account_id,
        "host_id": meeting.host_id,
        "topic": meeting.topic,
        "type": str(meeting.type),
        "start_time": instant_text(instance.started_at),
        "duration": past.minutes(instance),
        "total_size": sum(file.size for file in files),
        "recording_count": len(files),
        "recording_play_passcode": play_passcode(instance),
        "auto_delete": False,
        "recording_files": [of_file(world, file) for file in files],
    }


def of_file(world: World, file: RecordingFile) -> Json:
    """A file; one that is still being worked on has no end, and a timeline lacks much."""
    done = file.ready_at <= world.now()
    body: Json = {
        "meeting_id": file.instance_uuid,
        "recording_start": instant_text(file.started_at),
        "recording_end": instant_text(file.ended_at) if done else "",
        "file_type": file.file_type,
        "file_extension": file.extension,
        "download_url": download_url(world, file),
    }
    if file.file_type != "TIMELINE":
        body |= {
            "id": file.id,
            "file_size": file.size,
            "play_url": play_url(world, file),
            "status": "completed" if done else "processing",
            "recording_type": file.recording_type,
        }
    return body | ({"deleted_time": instant_text(file.trashed_at)} if file.trashed_at else {})


def passcode(world: World, instance: Instance) -> str:
    """What a viewer types for the shared recording: as it was set, or made up."""
    kept = world.store.recording_settings.get(instance.uuid)
    made_up = hashlib.sha256(instance.uuid.encode()).hexdigest()[:10]
    return str(kept.chosen.get("password", made_up)) if kept else made_up


def play_passcode(instance: Instance) -> str:
    """The passcode as it stands in the address of the player."""
    return base64.urlsafe_b64encode(hashlib.sha256(instance.uuid.encode()).digest()[:24]).decode()
