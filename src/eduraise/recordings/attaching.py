"""Recordings that people add to a class: a file, or a link."""

from __future__ import annotations

import hashlib
import os
from datetime import datetime
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.core import audit
from eduraise.core.codes import new_uid
from eduraise.core.errors import DomainError
from eduraise.programs.locking import lock_unarchived
from eduraise.recordings.enums import Kind, State
from eduraise.recordings.folder import FOLDER, FULL, make_folder, measure
from eduraise.recordings.models import Recording, RecordingFile

#: Ending: what such a file is, and where which bytes tell so.
TAKEN: dict[str, tuple[Kind, int, tuple[bytes, ...]]] = {
    ".mp4": (Kind.VIDEO, 4, (b"ftyp",)),
    ".m4v": (Kind.VIDEO, 4, (b"ftyp",)),
    ".webm": (Kind.VIDEO, 0, (b"\x1a\x45\xdf\xa3",)),
    ".m4a": (Kind.AUDIO, 4, (b"ftyp",)),
    ".mp3": (Kind.AUDIO, 0, (b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
}


class UnfitRecording(DomainError):
    """The file or link can't be taken."""

    code = "unfit_recording"


def attach(
    *,
    session: ClassSession,
    title: str,
    by: User,
    now: datetime,
    link: str = "",
    file: UploadedFile[Any] | None = None,
) -> Recording:
    """Add a recording to a class by hand: a file (`RECORDING_UPLOAD_MB` at most) or a link, not both.

    Raises UnfitRecording at the field concerned, ProgramArchived.
    """
    if not (link or file):
        raise UnfitRecording(_("Choose a file, or give an address."), field="file")
    if link and file:
        raise UnfitRecording(_("Give either a file or an address, not both."), field="link")
    recording = Recording(
        program=session.program,
        session=session,
        state=State.ATTACHED,
        title=title,
        link=_checked(link) if link else "",
        added_by=by,
        started_at=session.starts_at,
        found_at=now,
        ready_at=now,
        next_at=now,
    )
    copied = _store(file, now) if file else None
    with transaction.atomic():
        lock_unarchived(session.program)
        recording.has_copy = copied is not None
        recording.save()
        if copied is not None:
            copied.recording = recording
            copied.save()
        audit.record("recording.added", by=by, thing=recording, at=now, program_uid=session.program.uid)
    return recording


def _checked(link: str) -> str:
    parts = urlsplit(link)
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        raise UnfitRecording(_("Give an address that begins with https://"), field="link")
    return link


def _store(file: UploadedFile[Any], now: datetime) -> RecordingFile:
    """Check ending, size and content; keep it under a name of ours. A form that fails later leaves a file of
    nobody's, which is pruned."""
    ending = PurePath(file.name or "").suffix.lower()
    if ending not in TAKEN:
        raise UnfitRecording(
            _("Such files can’t be taken. Possible: %(endings)s") % {"endings": ", ".join(TAKEN)},
            field="file",
        )
    if (file.size or 0) > settings.RECORDING_UPLOAD_MB * 1024 * 1024:
        most = {"n": settings.RECORDING_UPLOAD_MB}
        raise UnfitRecording(_("A file can have %(n)d MB at most.") % most, field="file")
    kind, place, starts = TAKEN[ending]
    if not file.read(16)[place:].startswith(starts):
        raise UnfitRecording(_("This is not what its name says."), field="file")
    file.seek(0)
    uid, digest = new_uid(), hashlib.sha256()
    path = make_folder() / f"{uid.hex}{ending}"
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as sink:
            for chunk in file.chunks():
                digest.update(chunk)
                sink.write(chunk)
            sink.flush()
            os.fsync(sink.fileno())
        size, found = measure(path)
    except OSError as problem:
        path.unlink(missing_ok=True)
        if problem.errno not in FULL:
            raise
        raise UnfitRecording(_("It can’t be kept: this server’s disk is full."), field="file") from problem
    if found != digest.hexdigest():
        path.unlink(missing_ok=True)
        raise UnfitRecording(_("The file could not be kept. Try again."), field="file")
    return RecordingFile(
        uid=uid,
        key="own",
        kind=kind,
        extension=ending.removeprefix("."),
        name=PurePath(file.name or "").name[:200],
        bytes=size,
        is_ready=True,
        copied_path=f"{FOLDER}/{path.name}",
        copied_bytes=size,
        sha256=found,
        copied_at=now,
        next_at=now,
    )
