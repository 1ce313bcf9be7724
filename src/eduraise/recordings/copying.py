"""Copying recordings to this server: part by part where Zoom gives parts, read back before it counts.

A copy grows under another name and is taken up where it was left. What was written is read back and compared
with what came; it counts once it has the length that Zoom named, and its checksum is kept to ask it again.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from django.db import transaction
from django.db.models import Q, QuerySet

from eduraise.core import breaker, clock, crash, queue
from eduraise.recordings.enums import MEDIA, Kind, State
from eduraise.recordings.folder import FOLDER, FULL, is_as_noted, make_folder, measure
from eduraise.recordings.models import Recording, RecordingFile
from eduraise.zoom import recorded, silence

#: For some parts of a file and reading it back; for one that comes whole, in an hour at most.
LEASE, LONG_LEASE = timedelta(minutes=5), timedelta(minutes=70)
TURN_SECONDS = 20.0
PART = 8 * 1024 * 1024
#: After so many failures in a row it waits for somebody to have it tried again.
TRIES = 8
NO_ROOM = timedelta(hours=1)
#: So many copies of a file were not as they had been read back; then it too waits for somebody.
SPOILT = 3
#: Zoom's audio of each participant and such: what a class needs is these.
COPIED = (*MEDIA, Kind.TRANSCRIPT, Kind.CHAT)

log = structlog.get_logger(__name__)


class Unlike(Exception):
    """What came is not what Zoom named."""


def unwanted() -> QuerySet[RecordingFile]:
    """Files that a copy lacks, and that nobody has copied so far."""
    return RecordingFile.objects.filter(
        wants_copy=False, copied_path="", kind__in=COPIED, gone_at__isnull=True, url__isnull=False
    )


def want_copy(files: QuerySet[RecordingFile], now: datetime) -> int:
    """Have these files copied, those that are not here; how many."""
    return files.filter(wants_copy=False, copied_path="", gone_at__isnull=True).update(
        wants_copy=True, next_at=now, attempts=0, last_error_code=""
    )


def try_again(recording: Recording, now: datetime) -> int:
    """Take copying up again that was given up; how many files."""
    given_up = recording.files.filter(wants_copy=True, copied_path="")
    return given_up.update(next_at=now, attempts=0, spoilt=0, last_error_code="")


def copy_due(now: datetime) -> Counter[str]:
    """Copy what is wanted here, for a while; what came of it, counted."""
    outcomes: Counter[str] = Counter()
    until = time.monotonic() + TURN_SECONDS
    for file in list(due(now).order_by("next_at", "pk")[:50]):
        if time.monotonic() > until:
            break
        if not breaker.may_call(silence.BREAKER, now):
            outcomes["silent"] += 1
            break
        lease = LEASE if _comes_in_parts(file) else LONG_LEASE
        fence = queue.claim(due(now), file, lease_now=clock.lease_now(), lease=lease)
        if fence is not None:
            file.fence, file.attempts = fence, file.attempts + 1
            outcomes[copy(file, clock.now(), until)] += 1
    return outcomes


def due(now: datetime) -> QuerySet[RecordingFile]:
    """Files whose copying is due."""
    return fetchable(now).filter(wants_copy=True, copied_path="")


def fetchable(now: datetime) -> QuerySet[RecordingFile]:
    """Files that Zoom has ready and that may be asked for now."""
    return RecordingFile.objects.filter(
        gone_at__isnull=True,
        is_ready=True,
        url__isnull=False,
        next_at__lte=now,
        attempts__lt=TRIES,
        recording__state=State.READY,
        recording__host__isnull=False,
    ).select_related("recording__host__account")


def copy(file: RecordingFile, now: datetime, until: float) -> str:
    """Carry one claimed file's copy on, and finish it if that is in time; one word for what came of it."""
    part = make_folder() / f".{file.uid.hex}.part"
    try:
        if not _fetch(file, part, now, until):
            return _later(file, now, timedelta(), "")
        return _keep(file, part, now)
    except recorded.NoRecording:
        part.unlink(missing_ok=True)
        Recording.objects.filter(pk=file.recording_id).update(next_at=now)  # it is looked for
        return _later(file, now, NO_ROOM, "recording_not_found")
    except recorded.Unanswered as problem:
        return _later(file, now, _wait(file, problem, now), problem.reason)
    except (recorded.Cut, Unlike) as problem:
        part.unlink(missing_ok=True)
        return _later(file, now, queue.back_off(file.attempts, first=60), str(problem) or "unlike")
    except OSError as problem:
        part.unlink(missing_ok=True)
        log.warning("a recording can't be copied", file=str(file.uid), why=problem.strerror)
        return _later(file, now, NO_ROOM, "disk_full" if problem.errno in FULL else "disk_failed")


def source_of(file: RecordingFile) -> recorded.Source:
    """Where a file is fetched from."""
    recording = file.recording
    assert recording.zoom_uuid is not None
    return recorded.Source(recording.zoom_uuid, file.zoom_file_id, file.file_type, file.bytes, file.url or "")


def _comes_in_parts(file: RecordingFile) -> bool:
    """Whether it is fetched part by part: its length is known, and Zoom never gave it whole only."""
    return file.takes_parts is not False and bool(file.bytes)


def _fetch(file: RecordingFile, part: Path, now: datetime, until: float) -> bool:
    """Have the rest of it come; False if it is to go on in another turn."""
    if not _comes_in_parts(file):
        _fetch_whole(file, part, now)
        return True
    try:
        return _fetch_parts(file, part, now, until)
    except recorded.WholeOnly:
        RecordingFile.objects.filter(pk=file.pk).update(takes_parts=False)
        part.unlink(missing_ok=True)
        return False


def _fetch_parts(file: RecordingFile, part: Path, now: datetime, until: float) -> bool:
    assert file.recording.host is not None
    assert file.bytes is not None
    with part.open("a+b") as sink:
        os.chmod(part, 0o600)
        while (first := sink.seek(0, os.SEEK_END)) < file.bytes:
            if time.monotonic() > until:
                return False
            last = min(first + PART, file.bytes) - 1
            got = recorded.part(file.recording.host, source_of(file), first, last, now)
            if got.total != file.bytes:
                raise Unlike("size_mismatch")
            sink.write(got.data)
            sink.flush()
            os.fsync(sink.fileno())
            if os.pread(sink.fileno(), len(got.data), first) != got.data:
                raise Unlike("checksum_mismatch")
    return True


def _fetch_whole(file: RecordingFile, part: Path, now: datetime) -> None:
    assert file.recording.host is not None
    came = hashlib.sha256()
    with recorded.pieces(file.recording.host, source_of(file), now) as pieces, part.open("wb") as sink:
        os.chmod(part, 0o600)
        for piece in pieces:
            came.update(piece)
            sink.write(piece)
        sink.flush()
        os.fsync(sink.fileno())
    if measure(part)[1] != came.hexdigest():
        raise Unlike("checksum_mismatch")


def _keep(file: RecordingFile, part: Path, now: datetime) -> str:
    """Read back what was written, and note it as a copy if it is the file."""
    size, digest = measure(part)
    if (file.bytes is not None and size != file.bytes) or not size:
        raise Unlike("size_mismatch")
    ending = file.extension if file.extension.isalnum() else "bin"
    name = f"{FOLDER}/{file.uid.hex}.{ending}"
    part.replace(part.with_name(f"{file.uid.hex}.{ending}"))
    crash.point("recordings.copy.written")
    with transaction.atomic():
        rows = RecordingFile.objects.filter(pk=file.pk, fence=file.fence)
        kept = rows.update(
            copied_path=name,
            copied_bytes=size,
            sha256=digest,
            copied_at=now,
            wants_copy=False,
            lease_until=None,
            attempts=0,
            last_error_code="",
        )
        if kept:
            note_whole(file.recording)
    return "copied" if kept else "taken"


def note_whole(recording: Recording) -> bool:
    """Note whether all that can be watched of it is here by now."""
    has_copy = is_whole(recording)
    Recording.objects.filter(pk=recording.pk).update(has_copy=has_copy)
    return has_copy


def is_whole(recording: Recording) -> bool:
    """Whether all that can be watched of it is here, as far as was noted."""
    files = to_be_copied(recording)
    return files.filter(kind__in=MEDIA).exists() and not files.filter(copied_path="").exists()


def to_be_copied(recording: Recording) -> QuerySet[RecordingFile]:
    """Those of its files that a copy consists of."""
    return RecordingFile.objects.filter(recording=recording, kind__in=COPIED, gone_at__isnull=True).filter(
        Q(url__isnull=False) | ~Q(copied_path="")
    )


def verify(recording: Recording, now: datetime) -> bool:
    """Whether each file is here as it was when it was read back: asked right before Zoom's are deleted. What
    is not is copied anew."""
    for file in to_be_copied(recording).exclude(copied_path=""):
        if not is_as_noted(file.copied_path, file.copied_bytes, file.sha256):
            _copy_anew(file, now)
    return note_whole(recording)


def _copy_anew(file: RecordingFile, now: datetime) -> None:
    """Later each time; where a disk spoils one copy after the other, that ends."""
    spoilt = file.spoilt + 1
    log.warning("a copy of a recording is spoilt", file=str(file.uid), times=spoilt)
    RecordingFile.objects.filter(pk=file.pk, copied_path=file.copied_path).update(
        copied_path="",
        wants_copy=True,
        spoilt=spoilt,
        attempts=0 if spoilt < SPOILT else TRIES,
        next_at=now + queue.back_off(spoilt, first=900, cap=86400),
        last_error_code="copy_spoilt",
        last_error_at=now,
    )


def _wait(file: RecordingFile, problem: recorded.Unanswered, now: datetime) -> timedelta:
    if problem.retry_at is not None:
        return max(problem.retry_at - now, timedelta(seconds=5))
    return queue.back_off(file.attempts, first=60, cap=7200)


def _later(file: RecordingFile, now: datetime, wait: timedelta, reason: str) -> str:
    changes = {} if reason else {"attempts": 0}  # a turn that was over is no failure
    RecordingFile.objects.filter(pk=file.pk, fence=file.fence).update(
        next_at=now + wait,
        lease_until=None,
        last_error_code=reason[:80],
        last_error_at=now if reason else None,
        **changes,
    )
    return "put off" if reason else "goes on"
