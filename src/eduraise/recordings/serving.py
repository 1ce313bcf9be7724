"""Giving out a recording's bytes, a slice at a time: from this server's disk, or from Zoom through us.

No thread is held longer than one slice takes, and at most a quarter of them wait for Zoom at a time. Zoom's
own addresses and tokens stay here.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from eduraise.recordings import copying
from eduraise.recordings.folder import read_part
from eduraise.recordings.models import Recording, RecordingFile
from eduraise.zoom import recorded

SLICE = 2 * 1024 * 1024
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")
_slots = threading.BoundedSemaphore(max(1, settings.WEB_THREADS // 4))

TYPES = {
    "mp4": "video/mp4",
    "m4v": "video/mp4",
    "webm": "video/webm",
    "m4a": "audio/mp4",
    "mp3": "audio/mpeg",
}
ANYTHING = "application/octet-stream"


class BeyondEnd(Exception):
    """What is asked for lies beyond the file's end. total: its bytes."""

    def __init__(self, total: int) -> None:
        super().__init__(total)
        self.total = total


class Busy(Exception):
    """Not now: soon. seconds: when to ask again."""

    def __init__(self, seconds: int) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Gone(Exception):
    """There is no such file any more."""


@dataclass(frozen=True)
class Slice:
    """Bytes of a file from `first` on, of `total`."""

    first: int
    total: int
    data: bytes

    @property
    def last(self) -> int:
        """The last of them."""
        return self.first + len(self.data) - 1


def type_of(file: RecordingFile) -> str:
    """What a browser is told that it is; nothing that it would run."""
    return TYPES.get(file.extension.lower(), ANYTHING)


def asked_for(header: str, total: int | None) -> tuple[int, int]:
    """The first and the last byte of the slice that answers a Range header; the file's first for none.

    Of several ranges, or one that is none, the header counts as not there (RFC 9110, 14.2). Raises BeyondEnd.
    """
    found = _RANGE.fullmatch(header.strip())
    first, last = 0, SLICE - 1
    if found and found[1]:
        first = int(found[1])
        last = min(int(found[2]) if found[2] else first + SLICE - 1, first + SLICE - 1)
        if last < first:
            first, last = 0, SLICE - 1
    elif found and found[2] and total is not None:
        first = max(total - int(found[2]), 0)
        last = first + SLICE - 1
    if total is not None:
        if first >= total:
            raise BeyondEnd(total)
        last = min(last, total - 1)
    return first, last


def slice_of(file: RecordingFile, header: str, now: datetime) -> Slice:
    """The bytes that answer a Range header, at most 2 MiB. Raises BeyondEnd, Busy, Gone."""
    if file.is_here:
        total = file.copied_bytes or 0
        first, last = asked_for(header, total)
        try:
            data = read_part(file.copied_path, first, last)
        except (OSError, ValueError):
            raise Gone from None
        if not data:
            raise Gone
        return Slice(first, total, data)
    return _from_zoom(file, *asked_for(header, file.bytes), now)


def _from_zoom(file: RecordingFile, first: int, last: int, now: datetime) -> Slice:
    host = file.recording.host
    if host is None or file.takes_parts is False:
        _have_copied(file, now)
        raise Busy(30)
    if not _slots.acquire(blocking=False):
        raise Busy(2)
    try:
        part = recorded.part(host, copying.source_of(file), first, last, now)
    except recorded.WholeOnly:
        RecordingFile.objects.filter(pk=file.pk).update(takes_parts=False)
        _have_copied(file, now)
        raise Busy(30) from None
    except recorded.NoRecording:
        Recording.objects.filter(pk=file.recording_id).update(next_at=now)  # it is looked for
        raise Gone from None
    except recorded.Unanswered as problem:
        if problem.reason == "beyond_end":
            raise BeyondEnd(file.bytes or 0) from None
        raise Busy(10) from None
    finally:
        _slots.release()
    if file.takes_parts is None:
        RecordingFile.objects.filter(pk=file.pk).update(takes_parts=True)
    return Slice(part.first, part.total, part.data)


def _have_copied(file: RecordingFile, now: datetime) -> None:
    """What Zoom gives only whole is copied here first."""
    copying.want_copy(RecordingFile.objects.filter(pk=file.pk), now)
