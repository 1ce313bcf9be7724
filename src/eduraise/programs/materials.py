"""Materials of a program: texts, links and files, given only to those who may have them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.core.codes import new_uid
from eduraise.core.errors import DomainError
from eduraise.programs.enums import MaterialKind
from eduraise.programs.locking import lock_unarchived
from eduraise.programs.models import MATERIAL_LIMIT_BYTES, Material, Program

# Ending: how such a file begins. Pages and drawings that can run scripts are not among them.
ALLOWED: dict[str, tuple[bytes, ...]] = {
    ".pdf": (b"%PDF-",),
    ".png": (b"\x89PNG\r\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF8",),
    ".mp3": (b"ID3", b"\xff\xfb", b"\xff\xf3"),
    ".docx": (b"PK\x03\x04",),
    ".xlsx": (b"PK\x03\x04",),
    ".pptx": (b"PK\x03\x04",),
    ".odt": (b"PK\x03\x04",),
    ".ods": (b"PK\x03\x04",),
    ".odp": (b"PK\x03\x04",),
    ".zip": (b"PK\x03\x04",),
    ".txt": (b"",),
    ".csv": (b"",),
}


class UnfitMaterial(DomainError):
    """The file, link or text can't be taken."""

    code = "unfit_material"


@transaction.atomic
def add_material(
    *,
    program: Program,
    title: str,
    kind: str,
    by: User,
    now: datetime,
    text: str = "",
    url: str = "",
    file: UploadedFile[Any] | None = None,
    visible_to: str = "students",
) -> Material:
    """Add a text, a link or a file of at most 20 MB.

    Raises ProgramArchived, and UnfitMaterial at the field concerned.
    """
    lock_unarchived(program)
    material = Material(
        program=program,
        title=title,
        kind=kind,
        text=text if kind == MaterialKind.TEXT else "",
        url=_checked_url(url) if kind == MaterialKind.LINK else "",
        visible_to=visible_to,
        position=Material.objects.filter(program=program).count(),
        created_at=now,
    )
    if kind == MaterialKind.TEXT and not text.strip():
        raise UnfitMaterial(_("Write the text."), field="text")
    if kind == MaterialKind.FILE:
        _take_file(material, file)
    material.save()
    audit.record(
        "material.added", by=by, thing=material, at=now, program_uid=program.uid, after={"title": title}
    )
    return material


@transaction.atomic
def remove_material(*, material: Material, by: User, now: datetime) -> None:
    """Take a material away, with its file."""
    if material.file:
        material.file.delete(save=False)
    audit.record(
        "material.removed",
        by=by,
        thing=material,
        at=now,
        program_uid=material.program.uid,
        before={"title": material.title},
    )
    material.delete()


def _checked_url(url: str) -> str:
    if urlsplit(url).scheme not in {"http", "https"}:
        raise UnfitMaterial(_("Give an address that begins with https://"), field="url")
    return url


def _take_file(material: Material, file: UploadedFile[Any] | None) -> None:
    """Check ending, content and size; keep it under a name of ours."""
    if file is None:
        raise UnfitMaterial(_("Choose a file."), field="file")
    ending = PurePath(file.name or "").suffix.lower()
    if ending not in ALLOWED:
        raise UnfitMaterial(
            _("Such files can’t be taken. Possible: %(endings)s") % {"endings": ", ".join(sorted(ALLOWED))},
            field="file",
        )
    if (file.size or 0) > MATERIAL_LIMIT_BYTES:
        raise UnfitMaterial(_("A file can have 20 MB at most."), field="file")
    head = file.read(16)
    if not head.startswith(ALLOWED[ending]) or (ALLOWED[ending] == (b"",) and b"\0" in head):
        raise UnfitMaterial(_("This is not what its name says."), field="file")
    file.seek(0)
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    material.file_name = PurePath(file.name or "").name[:200]
    material.bytes, material.sha256 = file.size, digest.hexdigest()
    material.file.save(f"materials/{new_uid().hex}{ending}", file, save=False)
