"""Taking over what Zoom says of a recording. Told twice, late or in any order it gives the same rows."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from eduraise.classes.models import ClassSession
from eduraise.recordings.copying import is_whole
from eduraise.recordings.enums import MEDIA, Kind, State, Wish
from eduraise.recordings.models import Recording, RecordingFile
from eduraise.recordings.standing import follow, rules_of
from eduraise.zoom import instances, recorded
from eduraise.zoom.models import ZoomInstance, ZoomMeeting, ZoomUser

KINDS = {
    "MP4": Kind.VIDEO,
    "M4A": Kind.AUDIO,
    "TRANSCRIPT": Kind.TRANSCRIPT,
    "CC": Kind.TRANSCRIPT,
    "CHAT": Kind.CHAT,
}
#: How soon Zoom is asked again of one that is being prepared, and of one that is there.
SOON, DAILY = timedelta(minutes=5), timedelta(hours=24)
PREPARED_WITHIN = timedelta(hours=12)


def find_or_begin(
    *, host: ZoomUser, number: str, uuid: str, began_at: datetime | None, now: datetime
) -> Recording | None:
    """The recording of a sitting, made if it is new; None if the sitting is no class of ours. Within a
    transaction; the row is locked.

    A sitting that nobody told of is noted too, by its meeting's number.
    """
    if found := _locked(uuid):
        return found if found.host_id == host.pk else None
    sitting = _sitting_of(host, number, uuid, began_at)
    if sitting is None or sitting.occurrence is None:
        return None
    session = ClassSession.objects.select_related("program").filter(uid=sitting.occurrence.held_for).first()
    if session is None:
        return None
    made = Recording(
        program=session.program,
        session=session,
        instance=sitting,
        host=host,
        zoom_uuid=uuid,
        started_at=began_at or sitting.started_at or session.starts_at,
        found_at=now,
        next_at=now,
    )
    follow(made, rules_of(session.program), now)
    Recording.objects.bulk_create([made], ignore_conflicts=True)
    return _locked(uuid)


@transaction.atomic
def take(host: ZoomUser, found: recorded.Recorded, now: datetime) -> Recording | None:
    """Take over one recording that Zoom lists or gave; None if it is of no class of ours."""
    recording = find_or_begin(
        host=host, number=found.number, uuid=found.uuid, began_at=found.started_at, now=now
    )
    if recording is not None:
        store(recording, found, now)
    return recording


def store(recording: Recording, found: recorded.Recorded, now: datetime) -> None:
    """What Zoom says of a locked recording, as it is now: it is there. Within a transaction."""
    _store_files(recording, found, now)
    recording.has_copy = recording.has_copy and is_whole(recording)
    was = recording.state
    recording.state = _state_of(found)
    recording.missing_reads = 0
    recording.read_at = now
    recording.started_at = found.started_at or recording.started_at
    recording.minutes = _minutes_of(found) or recording.minutes
    recording.zoom_expires_on = found.zoom_deletes_on
    recording.last_error_code, recording.last_error_at = "", None
    if recording.state == State.READY and recording.ready_at is None:
        recording.ready_at = now
    if was in (State.TRASHED, State.DELETED):
        # somebody took it out of the trash: what had been said of its end is over
        recording.gone_at, recording.gone_by, recording.warned_on = None, "", None
        recording.wish = Wish.NONE if recording.wish == Wish.RECOVER else recording.wish
    follow(recording, rules_of(recording.program), now)
    recording.next_at = next_look(recording, now)
    recording.attempts = 0
    recording.save()


def next_look(recording: Recording, now: datetime) -> datetime:
    """When Zoom is to be asked of it again."""
    if recording.wish or recording.hides_at_zoom != recording.hidden_at_zoom:
        return now
    if recording.state == State.PROCESSING:
        return now + (SOON if now < recording.found_at + PREPARED_WITHIN else timedelta(hours=2))
    waits = recording.files.filter(is_ready=False, gone_at__isnull=True).exists()
    return now + (timedelta(minutes=30) if waits and now < recording.found_at + DAILY else DAILY)


def _minutes_of(found: recorded.Recorded) -> int | None:
    """How long is recorded, in whole minutes: its stretches, however many views there are of each. Zoom's own
    number is the meeting's, which was on before and after, and while nothing was recorded."""
    spans = [
        (file.begins_at, file.ends_at)
        for file in found.files
        if KINDS.get(file.file_type) in MEDIA and file.begins_at and file.ends_at
    ]
    length, until = timedelta(), None
    for begins_at, ends_at in sorted(spans):
        begins_at = begins_at if until is None else max(begins_at, until)
        length += max(ends_at - begins_at, timedelta())
        until = ends_at if until is None else max(until, ends_at)
    return max(1, round(length / timedelta(minutes=1))) if spans else found.minutes


def _state_of(found: recorded.Recorded) -> State:
    """Ready as soon as something can be watched or heard; without either when all is there."""
    media = [one for one in found.files if KINDS.get(one.file_type) in MEDIA]
    is_ready = any(one.is_ready for one in media) if media else all(one.is_ready for one in found.files)
    return State.READY if is_ready and found.files else State.PROCESSING


def _store_files(recording: Recording, found: recorded.Recorded, now: datetime) -> None:
    known = {file.key: file for file in recording.files.all()}
    seen = set()
    for one in found.files:
        key = one.zoom_file_id or f"{one.file_type} {one.begins_at:%Y%m%dT%H%M%S}" if _named(one) else ""
        if not key or key in seen:
            continue
        seen.add(key)
        file = known.get(key) or RecordingFile(recording=recording, key=key, next_at=now)
        if file.is_here and one.bytes is not None and one.bytes != file.copied_bytes:
            # it is another file by now: what lies here is not it, and whoever wanted that wants this
            file.copied_path, file.wants_copy = "", True
            file.next_at, file.attempts = now, 0
        file.zoom_file_id, file.file_type = one.zoom_file_id, one.file_type
        file.kind = KINDS.get(one.file_type, Kind.OTHER)
        file.recording_type, file.extension = one.recording_type, one.extension
        file.bytes, file.is_ready = one.bytes, one.is_ready
        file.begins_at, file.ends_at = one.begins_at, one.ends_at
        file.url, file.gone_at = one.url or None, None
        file.save()
    gone = recording.files.filter(gone_at__isnull=True).exclude(key__in=seen).exclude(zoom_file_id="")
    gone.update(gone_at=now)


def _named(file: recorded.File) -> bool:
    return bool(file.zoom_file_id) or file.begins_at is not None


def _locked(uuid: str) -> Recording | None:
    rows = Recording.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("program", "host").filter(zoom_uuid=uuid).first()


def _sitting_of(host: ZoomUser, number: str, uuid: str, began_at: datetime | None) -> ZoomInstance | None:
    sitting = ZoomInstance.objects.select_related("occurrence").filter(meeting_uuid=uuid).first()
    if sitting is None or sitting.occurrence is None:
        meeting = ZoomMeeting.objects.filter(host=host, meeting_number=number).first()
        if meeting is None or (began_at is None and sitting is None):
            return None
        try:
            sitting = instances.fold_sitting(
                host=host, meeting=meeting, number=number, uuid=uuid, began_at=began_at
            )
        except instances.OtherSitting:
            return None
    return sitting if sitting.host_id == host.pk else None
