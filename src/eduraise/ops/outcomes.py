"""What regular work counts, in words for the page that shows its last runs."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

OUTCOMES = {
    "adopted": _("found at Zoom and kept"),
    "again": _("taken up again"),
    "applied": _("applied"),
    "bad": _("refused"),
    "broken": _("failed by our fault"),
    "checked": _("checked"),
    "classes": _("classes told"),
    "dead": _("given up"),
    "deactivated": _("deactivated at Zoom"),
    "done": _("done"),
    "ended": _("ended"),
    "failed": _("failed"),
    "good": _("imported"),
    "kept": _("left as they were"),
    "known": _("nothing to import"),
    "late": _("answered too late"),
    "look failed": _("could not be looked for"),
    "looked": _("looked for at Zoom"),
    "lost": _("connections lost"),
    "missing": _("meetings not found at Zoom"),
    "moved": _("moved"),
    "not found": _("not found, sent again"),
    "not now": _("not due yet"),
    "orphans": _("files of nothing deleted"),
    "overtaken": _("overtaken by a later change"),
    "parked": _("waiting for a connection"),
    "put off": _("put off"),
    "put_off": _("put off"),
    "raised": _("alarms raised"),
    "read": _("meetings read"),
    "removed": _("removed files deleted"),
    "copied": _("copied to this server"),
    "deleted": _("found deleted at Zoom"),
    "goes on": _("being copied"),
    "hidden": _("shared at Zoom no more"),
    "let go": _("personal links taken back"),
    "left to people": _("left to people"),
    "listed": _("hosts whose recordings were listed"),
    "recovered": _("brought back from Zoom’s trash"),
    "refused": _("refused by Zoom"),
    "shared": _("shared at Zoom again"),
    "to be deleted": _("deleted by a program’s rule"),
    "transcribed": _("transcripts read"),
    "trashed": _("in Zoom’s trash"),
    "viewings": _("old notes of viewings deleted"),
    "warned": _("warned that they go"),
    "waits": _("not ready yet"),
    "settled": _("settled by a program’s rule"),
    "silent": _("not asked: Zoom is silent"),
    "taken": _("done by another worker"),
    "told": _("told"),
    "too late": _("past their time"),
    "troubles": _("troubles told"),
    "unknown": _("of unknown outcome"),
    "unread": _("could not be read"),
}


def outcome_word(name: str) -> str:
    """A count's name in words; one that has none is shown as it is kept."""
    return str(OUTCOMES.get(name, name))
