"""The static files as they are served, gathered again only when code or libraries have changed.

It comes before Django: a start that finds them as they should be needn't import the framework to see so.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent
GATHERED = PACKAGE / "ui" / "staticfiles"


def gather() -> None:
    """Have them gathered, if they aren't what this code and these libraries bring."""
    wanted = digest(PACKAGE)
    if is_gathered(GATHERED, wanted):
        return
    from django.core.management import execute_from_command_line

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "eduraise.config.settings")
    execute_from_command_line(["eduraise", "collectstatic", "--no-input", "--verbosity", "0"])
    mark(GATHERED, wanted)


def is_gathered(folder: Path, wanted: str) -> bool:
    """Whether the files with this digest were gathered there to the end."""
    noted = folder / "gathered.txt"
    return (folder / "staticfiles.json").exists() and noted.exists() and noted.read_text() == wanted


def mark(folder: Path, digest: str) -> None:
    """Note what was gathered; the folder is served, so it is a digest and no more."""
    (folder / "gathered.txt").write_text(digest)


def digest(package: Path) -> str:
    """Of all that decides on the static files: ours, the settings, the libraries' versions."""
    seen = hashlib.sha256()
    for path in [*_own_files(package), package / "config" / "settings.py"]:
        seen.update(f"{path.relative_to(package)}\0".encode())
        seen.update(hashlib.sha256(path.read_bytes()).digest())
    seen.update("\0".join(sorted(_libraries())).encode())
    return seen.hexdigest()


def _own_files(package: Path) -> list[Path]:
    return sorted(path for path in package.glob("*/static/**/*") if path.is_file())


def _libraries() -> Iterator[str]:
    """Names and versions, as the names of the folders in which installers note them."""
    for folder in filter(os.path.isdir, sys.path):
        yield from (name for name in os.listdir(folder) if name.endswith(".dist-info"))
