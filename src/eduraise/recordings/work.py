"""What the worker does for recordings, piece by piece."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from django.utils import timezone

from eduraise.recordings import copying, expiring, finding, settling, telling, transcripts
from eduraise.recordings.enums import State
from eduraise.recordings.folder import FOLDER, make_folder
from eduraise.recordings.models import Recording, RecordingFile, Viewing

#: A removed file's bytes stay for as long, so that its removal can be undone.
REMOVED_FOR = timedelta(days=30)
VIEWINGS_KEPT = timedelta(days=456)
GRACE = timedelta(days=2)
TURN = 500


def recordings_due(now: datetime) -> Counter[str]:
    """Find recordings, do at Zoom what is wanted, tell who is to know; what came of it, counted."""
    outcomes = finding.find_due(now) + settling.settle_due(now) + transcripts.transcribe_due(now)
    outcomes["told"] += telling.tell_due(now)
    outcomes["warned"] += expiring.warn_due(now)
    outcomes["to be copied"] += expiring.want_copies_due(now)
    outcomes["to be deleted"] += expiring.delete_due(now)
    return outcomes


def copies_due(now: datetime) -> Counter[str]:
    """Copy recordings to this server."""
    return copying.copy_due(now)


def prune_recordings(now: datetime) -> dict[str, int]:
    """Delete the files of what was removed a month ago, those that belong to none, and old viewings."""
    return {
        "removed": _forget_removed(now),
        "orphans": _delete_orphans(),
        "viewings": _forget_viewings(now),
    }


def _forget_removed(now: datetime) -> int:
    """The row lets go of its file first: a crash in between leaves an orphan, no row without its file."""
    old = Recording.objects.filter(state=State.ATTACHED, removed_at__lt=now - REMOVED_FOR)
    files = RecordingFile.objects.filter(recording__in=old).exclude(copied_path="")
    return RecordingFile.objects.filter(pk__in=list(files.values_list("pk", flat=True)[:TURN])).update(
        copied_path=""
    )


def _delete_orphans() -> int:
    folder, number = make_folder(), 0
    kept = set(RecordingFile.objects.exclude(copied_path="").values_list("copied_path", flat=True))
    # the disk stamps files by the real clock
    before = (timezone.now() - GRACE).timestamp()
    for path in list(folder.iterdir())[: 10 * TURN]:
        if f"{FOLDER}/{path.name}" not in kept and path.stat().st_mtime < before:
            path.unlink(missing_ok=True)
            number += 1
    return number


def _forget_viewings(now: datetime) -> int:
    old = Viewing.objects.filter(at__lt=now - VIEWINGS_KEPT).values_list("pk", flat=True)[:5000]
    return Viewing.objects.filter(pk__in=list(old)).delete()[0]
