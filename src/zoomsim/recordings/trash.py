"""Deleting recordings, to the trash or for good, and recovering them within thirty days."""

from collections.abc import Sequence
from dataclasses import replace

from zoomsim.records import Instance, Meeting, RecordingFile, User
from zoomsim.webhooks import recording_events as events
from zoomsim.world import World

WITH_MEETING, ALONE = "meeting", "file"


def put(
    world: World,
    meeting: Meeting,
    instance: Instance,
    files: Sequence[RecordingFile],
    operator: User,
    *,
    together: bool,
) -> None:
    """Into the trash: the recordings of a sitting `together`, or a file alone."""
    now = world.now().replace(microsecond=0)
    how = WITH_MEETING if together else ALONE
    gone = [world.store.recording_files.put(replace(file, trash=how, trashed_at=now)) for file in files]
    events.about_files(world, "trashed", meeting, instance, gone, now, operator)


def delete(
    world: World, meeting: Meeting, instance: Instance, files: Sequence[RecordingFile], operator: User
) -> None:
    """For good."""
    for file in files:
        world.store.recording_files.remove("id = ?", file.id)
    events.about_files(world, "deleted", meeting, instance, files, world.now(), operator)


def recover(
    world: World, meeting: Meeting, instance: Instance, files: Sequence[RecordingFile], operator: User
) -> None:
    """Out of the trash."""
    back = [world.store.recording_files.put(replace(file, trash="", trashed_at=None)) for file in files]
    events.about_files(world, "recovered", meeting, instance, back, world.now(), operator)


def files_of(world: World, instance: Instance) -> list[RecordingFile]:
    """The files of a sitting that are not in the trash: those that are ready, or with a switch all."""
    found = world.store.recording_files.where(
        "instance_uuid = ? AND trash = ''", instance.uuid, order="started_at, rowid"
    )
    early = world.switches["early_recordings"] == "processing"
    return [file for file in found if early or file.ready_at <= world.now()]


def trashed_of(world: World, instance: Instance, how: str | None = None) -> list[RecordingFile]:
    """The files of a sitting that are in the trash; only those put there in one `how`."""
    found = world.store.recording_files.where("instance_uuid = ? AND trash <> ''", instance.uuid)
    return [file for file in found if how in (None, file.trash)]
