"""Giving out a recording's bytes, a slice at a time: from this server's disk, or from Zoom through us.

No thread is held longer than one slice takes, and at most a quarter of them wait for Zoom at a time. Zoom's
own addresses and tokens stay here.
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
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


def slice_of(file: RecordingFile, header: str, now: datetime, *, has_slot: bool = False) -> Slice:
    """The bytes that answer a Range header, at most 2 MiB. has_slot: the caller holds one of the threads that
    may wait for Zoom. Raises BeyondEnd, Busy, Gone."""
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
    return _from_zoom(file, *asked_for(header, file.bytes), now, has_slot)


def whole_of(file: RecordingFile, now: datetime) -> tuple[int, Whole]:
    """A file's length, and all of it slice by slice; until it was given out or given up it takes one of the
    threads that may wait. Raises Busy, Gone."""
    first = slice_of(file, "", now)
    if not _slots.acquire(blocking=False):
        raise Busy(5)
    return first.total, Whole(file, first, now)


class Whole:
    """The slices of a file, one after the other. Closed, it lets its thread go, begun or not."""

    def __init__(self, file: RecordingFile, first: Slice, now: datetime) -> None:
        self._file, self._next, self._now = file, first, now
        self._is_open = True

    def __iter__(self) -> Iterator[bytes]:
        return self

    def __next__(self) -> bytes:
        if not self._next.data:
            self.close()
            raise StopIteration
        given, total = self._next, self._next.total
        at = given.last + 1
        if at >= total:
            self._next = Slice(at, total, b"")
        else:
            asked = f"bytes={at}-{min(at + SLICE, total) - 1}"
            self._next = slice_of(self._file, asked, self._now, has_slot=True)
        return given.data

    def __del__(self) -> None:
        self.close()

    def close(self) -> None:
        """Let the thread go."""
        if self._is_open:
            self._is_open = False
            _slots.release()


def tag_of(file: RecordingFile) -> str:
    """What tells this very file from another at its place, so that a player may go on with it."""
    return f'"{file.uid.hex}-{file.copied_bytes or file.bytes or 0}"'


def _from_zoom(file: RecordingFile, first: int, last: int, now: datetime, has_slot: bool) -> Slice:
    host = file.recording.host
    if host is None or file.takes_parts is False:
        _have_copied(file, now)
        raise Busy(30)
    if not has_slot and not _slots.acquire(blocking=False):
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
        if not has_slot:
            _slots.release()
    if file.takes_parts is None:
        RecordingFile.objects.filter(pk=file.pk).update(takes_parts=True)
    return Slice(part.first, part.total, part.data)


def _have_copied(file: RecordingFile, now: datetime) -> None:
    """What Zoom gives only whole is copied here first."""
    copying.want_copy(RecordingFile.objects.filter(pk=file.pk), now)
