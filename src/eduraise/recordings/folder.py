"""Files of recordings on this server: in their own folder, under names of ours, read in slices."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

FOLDER = "recordings"
CHUNK = 1024 * 1024
#: What the system says where there is no room.
FULL = (errno.ENOSPC, errno.EDQUOT)


def place_of(name: str) -> Path:
    """Where a copy with this name lies. Raises ValueError for a name that is none of ours."""
    path = Path(name)
    if path.parts[:1] != (FOLDER,) or len(path.parts) != 2 or path.name.startswith("."):
        raise ValueError("That is no name of a recording.")
    return Path(settings.MEDIA_ROOT) / path


def make_folder() -> Path:
    """The folder, made if it is not there, for us alone."""
    folder = Path(settings.MEDIA_ROOT) / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def read_part(name: str, first: int, last: int) -> bytes:
    """Bytes of a copy, both ends included. Raises OSError."""
    with place_of(name).open("rb") as file:
        file.seek(first)
        return file.read(last - first + 1)


def measure(path: Path) -> tuple[int, str]:
    """A file's bytes and its SHA-256, read back from the disk. Raises OSError."""
    digest, size = hashlib.sha256(), 0
    for chunk in chunks(path):
        digest.update(chunk)
        size += len(chunk)
    return size, digest.hexdigest()


def chunks(path: Path) -> Iterator[bytes]:
    """A file, a mebibyte at a time."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk


def is_as_noted(name: str, size: int | None, sha256: str) -> bool:
    """Whether a copy is there, whole and unchanged."""
    try:
        return (size, sha256) == measure(place_of(name))
    except (OSError, ValueError):
        return False
