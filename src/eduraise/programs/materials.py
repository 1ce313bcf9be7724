"""Materials of a program: texts, links and files, given only to those who may have them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from pathlib import PurePath
from typing import Any
from urllib.parse import urlsplit

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F, Max
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.core.codes import new_uid
from eduraise.core.errors import Changed, DomainError
from eduraise.programs.enums import Audience, MaterialKind
from eduraise.programs.locking import lock_unarchived
from eduraise.programs.models import MATERIAL_LIMIT_BYTES, Assignment, Material, Program, SyllabusTopic

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
    assignment: Assignment | None = None,
    topic: SyllabusTopic | None = None,
) -> Material:
    """Add a text, a link or a file of at most 20 MB; with an assignment, for that teacher alone; with a topic
    of the program's syllabus, to go with that.

    Raises ProgramArchived, Changed if the topic was removed, and UnfitMaterial at the field concerned.
    """
    lock_unarchived(program)
    if topic:
        _touch(topic)
    material = Material(
        program=program,
        assignment=assignment,
        topic=topic,
        title=title,
        kind=kind,
        text=text if kind == MaterialKind.TEXT else "",
        url=_checked_url(url) if kind == MaterialKind.LINK else "",
        visible_to=Audience.TEACHERS if assignment else visible_to,
        position=1 + (Material.objects.filter(program=program).aggregate(last=Max("position"))["last"] or 0),
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
    """Take a material away. Its file stays for a while, so that this can be undone. Raises Changed."""
    if not Material.objects.present().filter(pk=material.pk).update(removed_at=now):
        raise Changed(_("This was removed already."))
    _note("material.removed", material, by, now)


@transaction.atomic
def bring_back_material(*, material: Material, by: User, now: datetime) -> None:
    """Undo a removal. Raises Changed if it is there already or its file is gone."""
    gone = Material.objects.filter(pk=material.pk, removed_at__isnull=False)
    if not gone.exclude(kind=MaterialKind.FILE, file="").update(removed_at=None):
        raise Changed(_("This can’t be brought back any more. Add it again."))
    _note("material.brought_back", material, by, now)


@transaction.atomic
def move_material(*, material: Material, is_up: bool, by: User, now: datetime) -> None:
    """Put a material one place up or down among its program's. At the end of the list nothing happens."""
    Program.objects.select_for_update(no_key=True).get(pk=material.program_id)
    rows = list(
        Material.objects.present()
        .filter(program=material.program_id, assignment=material.assignment_id)
        .in_order()
    )
    place = next((place for place, row in enumerate(rows) if row.pk == material.pk), None)
    other = None if place is None else place + (-1 if is_up else 1)
    if place is None or other is None or not 0 <= other < len(rows):
        return
    rows[place], rows[other] = rows[other], rows[place]
    for position, row in enumerate(rows, 1):
        row.position = position
    Material.objects.bulk_update(rows, ["position"])
    _note("material.moved", material, by, now)


def _touch(topic: SyllabusTopic) -> None:
    """Whoever has the topic's form open saw it without what is added: saving that would take it off again."""
    if not SyllabusTopic.objects.present().filter(pk=topic.pk).update(version=F("version") + 1):
        raise Changed(_("This topic was removed meanwhile."))


def _note(verb: str, material: Material, by: User, now: datetime) -> None:
    audit.record(
        verb,
        by=by,
        thing=material,
        at=now,
        program_uid=material.program.uid,
        before={"title": material.title},
    )


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
