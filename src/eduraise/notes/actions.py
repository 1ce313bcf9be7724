"""Writing, changing and removing hand-over notes."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.core import audit
from eduraise.core.errors import Changed, DomainError
from eduraise.notes import queries
from eduraise.notes.messages import WRITTEN
from eduraise.notes.models import FormerText, Note
from eduraise.notifications.actions import tell

LONGEST = 2000
# So long it can be put right or taken back before anybody is told
TOLD_AFTER = timedelta(minutes=1)


class NoteUnfit(DomainError):
    """A note that says nothing, or too much."""

    code = "note_unfit"


class NoteChanged(Changed):
    """The note was changed or removed since it was seen. version: the one that stands now."""

    def __init__(self, version: int) -> None:
        super().__init__(_("This note was changed meanwhile. Look at it as it stands now, then save yours."))
        self.version = version


@transaction.atomic
def write_note(*, session: ClassSession, text: str, by: User, now: datetime) -> Note:
    """Leave a note to a class for whoever teaches the next one; she is told, if it is somebody else.

    Raises NoteUnfit.
    """
    note = Note.objects.create(session=session, text=_clean(text), by=by, written_at=now)
    _record("note.written", note, by, now)
    coming = queries.next_after(session, now)
    if coming is not None and coming.teacher_id != by.pk:
        tell(
            person=coming.teacher,
            kind=WRITTEN,
            fact_key=f"{note.uid}",
            thing_uid=note.uid,
            program_uid=session.program.uid,
            data={"class": str(coming.uid)},
            not_before=now + TOLD_AFTER,
            stale_at=coming.ends_at,
            by=by,
            now=now,
        )
    return note


@transaction.atomic
def change_note(*, note: Note, seen_version: int, text: str, by: User, now: datetime) -> Note:
    """Change what a note says; what it said before stays in its history. seen_version: what the person saw.

    Raises NoteUnfit, NoteChanged.
    """
    current = Note.objects.select_for_update(of=("self",), no_key=True).get(pk=note.pk)
    if current.version != seen_version or current.removed_at is not None:
        raise NoteChanged(current.version)
    said = _clean(text)
    if said == current.text:
        return current
    FormerText.objects.create(
        note=current, version=current.version, text=current.text, changed_at=now, changed_by=by
    )
    current.text, current.changed_at, current.version = said, now, seen_version + 1
    current.save(update_fields=["text", "changed_at", "version"])
    _record("note.changed", current, by, now)
    return current


@transaction.atomic
def remove_note(*, note: Note, by: User, now: datetime) -> None:
    """Take a note away; it can be undone. Raises Changed if that was done already."""
    if not Note.objects.present().filter(pk=note.pk).update(removed_at=now):
        raise Changed(_("This was removed already."))
    _record("note.removed", note, by, now)


@transaction.atomic
def bring_back_note(*, note: Note, by: User, now: datetime) -> None:
    """Undo a removal. Raises Changed if it is there already."""
    if not Note.objects.filter(pk=note.pk, removed_at__isnull=False).update(removed_at=None):
        raise Changed(_("This is there already."))
    _record("note.brought_back", note, by, now)


def _clean(text: str) -> str:
    tidy = text.replace("\r\n", "\n").strip()
    if not tidy:
        raise NoteUnfit(_("Write something for whoever teaches next."), field="text")
    if len(tidy) > LONGEST:
        raise NoteUnfit(
            _("A note can have %(most)d characters at most; this one has %(number)d.")
            % {"most": LONGEST, "number": len(tidy)},
            field="text",
        )
    return tidy


def _record(verb: str, note: Note, by: User, now: datetime) -> None:
    # without its words: the log is read by more people than it is for
    audit.record(verb, by=by, thing=note, at=now, program_uid=note.session.program.uid)
