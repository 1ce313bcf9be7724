"""Files of materials that nothing needs any more. Rows stay; a file goes a while after its material."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core.files.storage import default_storage
from django.utils import timezone

from eduraise.programs.models import Material

FOLDER = "materials"
REMOVED_FOR = timedelta(days=30)
#: A file without a row may belong to a form that is being saved.
GRACE = timedelta(days=1)
TURN = 500


def prune_files(now: datetime) -> dict[str, int]:
    """Delete the files of materials that were removed 30 days ago, and files of none; how many of each."""
    return {"removed": _forget_removed(now), "orphans": _delete_orphans()}


def _forget_removed(now: datetime) -> int:
    """The row lets go of its file first: a crash in between leaves an orphan, no row without its file."""
    due = Material.objects.filter(removed_at__lt=now - REMOVED_FOR).exclude(file="")
    number = 0
    for material in due[:TURN]:
        if due.filter(pk=material.pk).update(file=""):
            default_storage.delete(str(material.file.name))
            number += 1
    return number


def _delete_orphans() -> int:
    # a storage stamps files by the real clock
    before = timezone.now() - GRACE
    if not default_storage.exists(FOLDER):
        return 0
    names = [f"{FOLDER}/{name}" for name in default_storage.listdir(FOLDER)[1]]
    kept = set(Material.objects.exclude(file="").values_list("file", flat=True))
    old = [name for name in names if name not in kept and default_storage.get_modified_time(name) < before][
        :TURN
    ]
    for name in old:
        default_storage.delete(name)
    return len(old)
