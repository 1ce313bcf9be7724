"""Recordings in Zoom's cloud: found, read, fetched, hidden, put into the trash, taken out of it.

Zoom's addresses of files are secrets: they go from here into an encrypted column and back, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from eduraise.core import breaker
from eduraise.zoom import silence
from eduraise.zoom.api import HostZoom
from eduraise.zoom.asking import with_zoom
from eduraise.zoom.models import ZoomUser
from zoomclient import (
    AccessTokenRefused,
    NotFound,
    Recording,
    RecordingAccessChange,
    RecordingFile,
    Refused,
    Secret,
    ShareRecording,
    TrashKind,
    ZoomError,
)

TOKEN_FOR = timedelta(hours=1)
PART_SECONDS = 15.0
FILE_SECONDS = 3600.0
#: Zoom keeps what was deleted for so long.
IN_TRASH = timedelta(days=30)
SHARED_WITH_NOBODY = ShareRecording.NONE.value

type Download = AbstractContextManager[Iterator[bytes]]


class NoRecording(Exception):
    """Zoom says that there is none: it was deleted, or never made."""


class WholeOnly(Exception):
    """Zoom gives this file whole, and no part of it."""


class Unanswered(Exception):
    """No answer from which anything follows about the recording.

    reason: a stable word; retry_at: when to ask again, if Zoom said; repeats: asking again alone won't help.
    """

    def __init__(self, problem: ZoomError) -> None:
        super().__init__(problem.reason)
        self.reason: str = problem.reason
        self.retry_at: datetime | None = getattr(problem, "retry_at", None)
        self.repeats = isinstance(problem, Refused)


@dataclass(frozen=True)
class File:
    """One file as Zoom has it. file_type, recording_type: Zoom's words; bytes: None while it is not known;
    url: a secret."""

    zoom_file_id: str
    file_type: str
    recording_type: str
    extension: str
    bytes: int | None
    is_ready: bool
    begins_at: datetime | None
    ends_at: datetime | None
    url: str = field(repr=False)


@dataclass(frozen=True)
class Recorded:
    """What was recorded of one sitting. uuid: the sitting's. zoom_deletes_on: when Zoom does by itself."""

    uuid: str
    number: str
    host_id: str
    started_at: datetime | None
    minutes: int | None
    zoom_deletes_on: date | None
    files: tuple[File, ...]


@dataclass(frozen=True)
class Source:
    """Where a file is fetched from: the sitting's uuid, the file's id and address, its kind and length."""

    uuid: str
    zoom_file_id: str
    file_type: str
    bytes: int | None
    url: str = field(repr=False)


@dataclass(frozen=True)
class Part:
    """Some bytes of a file, from `first` on, of `total`."""

    first: int
    total: int
    data: bytes = field(repr=False)


def listed(
    host: ZoomUser, from_on: date, to_on: date, now: datetime, *, trash: bool = False
) -> list[Recorded]:
    """A host's recordings of sittings that began on these days in UTC, a month at most; with `trash` those
    that were deleted instead, whole or file by file. Raises Unanswered."""
    kinds = (TrashKind.RECORDINGS, TrashKind.FILES) if trash else (None,)
    return _asked(
        host,
        now,
        lambda zoom: [
            _of(one)
            for kind in kinds
            for one in zoom.recordings.list(zoom.user_id, from_on, to_on, trash=kind)
        ],
    )


def read(host: ZoomUser, uuid: str, now: datetime) -> Recorded:
    """What was recorded of a sitting, as it is now. Raises NoRecording, Unanswered."""
    return _asked(host, now, lambda zoom: _of(zoom.recordings.get(uuid)))


def sharing(host: ZoomUser, uuid: str, now: datetime) -> str:
    """With whom Zoom shares it by a link: "publicly", "internally" or "none". Raises as `read`."""
    return _asked(host, now, lambda zoom: zoom.recordings.access(uuid).share_recording)


def share(host: ZoomUser, uuid: str, to: str, now: datetime) -> None:
    """Have Zoom share it with these, or with nobody. Repeating it does no harm. Raises as `read`."""
    change = RecordingAccessChange(share_recording=ShareRecording(to))
    _asked(host, now, lambda zoom: zoom.recordings.change_access(uuid, change))


def put_into_trash(host: ZoomUser, uuid: str, now: datetime) -> None:
    """Delete it, so that Zoom keeps it for another thirty days. Raises as `read`."""
    _asked(host, now, lambda zoom: zoom.recordings.delete(uuid))


def recover(host: ZoomUser, uuid: str, now: datetime) -> None:
    """Take it out of the trash. Raises as `read`; Unanswered with "storage_full"."""
    _asked(host, now, lambda zoom: zoom.recordings.recover(uuid))


def part(host: ZoomUser, source: Source, first: int, last: int, now: datetime) -> Part:
    """Bytes of a file, both ends included, fewer at its end. Raises WholeOnly, NoRecording, Unanswered."""

    def ask(zoom: HostZoom) -> Part:
        def once(file: RecordingFile, token: Secret | None = None) -> Part:
            got = zoom.recordings.part(file, first, last, token=token, seconds=PART_SECONDS)
            return Part(got.first, got.total, got.data)

        return _with_token(zoom, source, once)

    try:
        return _asked(host, now, ask)
    except Unanswered as problem:
        if problem.reason == "whole_only":
            raise WholeOnly from None
        raise


@contextmanager
def pieces(host: ZoomUser, source: Source, now: datetime) -> Iterator[Iterator[bytes]]:
    """The whole file, piece by piece; it ends without an error only if all of it came. What goes wrong on
    the way is a Cut. Raises NoRecording, Unanswered before the first piece."""

    def ask(zoom: HostZoom) -> tuple[Download, Iterator[bytes]]:
        def once(file: RecordingFile, token: Secret | None = None) -> tuple[Download, Iterator[bytes]]:
            opened = zoom.recordings.download(file, token=token, seconds=FILE_SECONDS)
            return opened, opened.__enter__()

        return _with_token(zoom, source, once)

    opened, stream = _asked(host, now, ask)
    try:
        yield _whole(stream)
    finally:
        opened.__exit__(None, None, None)


class Cut(Exception):
    """A file ended too early, or was not what it should be."""


def _whole(stream: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from stream
    except ZoomError as problem:
        raise Cut(problem.reason) from None


def _with_token[Got](zoom: HostZoom, source: Source, fetch: Callable[..., Got]) -> Got:
    """Fetch a file; where the host's token doesn't do, or the address is out of date, once more with a token
    of the recording's own and the address as it is now."""
    file = RecordingFile(
        id=source.zoom_file_id,
        file_type=source.file_type,
        file_size=source.bytes,
        download_url=source.url,
    )
    try:
        return fetch(file)
    except ValueError as problem:
        raise NotFound("an address that is not Zoom's", reason="recording_not_found") from problem
    except (AccessTokenRefused, NotFound) as problem:
        if isinstance(problem, AccessTokenRefused) and problem.reason != "login_page":
            raise
        recording = zoom.recordings.get(source.uuid, token_for=TOKEN_FOR)
        fresh = next((one for one in recording.recording_files if one.id == source.zoom_file_id), None)
        if fresh is None or not source.zoom_file_id:
            raise NotFound("no such file", reason="recording_not_found") from None
        return fetch(fresh, recording.download_access_token)


def _asked[Got](host: ZoomUser, now: datetime, ask: Callable[[HostZoom], Got]) -> Got:
    """Ask Zoom as the host, and sort what it says. Call it outside a transaction."""
    try:
        answer = with_zoom(host, now, ask)
    except ZoomError as problem:
        silence.note(problem, now)
        if isinstance(problem, NotFound) and problem.reason == "recording_not_found":
            raise NoRecording from None
        raise Unanswered(problem) from None
    breaker.answered(silence.BREAKER)
    return answer


def _of(recording: Recording) -> Recorded:
    return Recorded(
        uuid=recording.uuid,
        number=recording.id,
        host_id=recording.host_id,
        started_at=recording.start_time,
        minutes=recording.duration,
        zoom_deletes_on=recording.auto_delete_date if recording.auto_delete else None,
        files=tuple(_file(one) for one in recording.recording_files),
    )


def _file(file: RecordingFile) -> File:
    return File(
        zoom_file_id=file.id[:64],
        file_type=file.file_type[:20].upper(),
        recording_type=file.recording_type[:60],
        extension=file.file_extension[:10].lower(),
        bytes=file.file_size,
        is_ready=file.is_ready,
        begins_at=file.recording_start,
        ends_at=file.recording_end,
        url=file.download_url,
    )
