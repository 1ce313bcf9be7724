"""Whoever teaches the next class is told of a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.classes.lessons import name_lessons, with_lessons
from eduraise.classes.models import ClassSession
from eduraise.classes.words import when_words
from eduraise.notes.models import Note
from eduraise.notifications import registry
from eduraise.notifications.models import Message
from eduraise.ui.letters import Letter

WRITTEN = "note.written"


def register_kinds() -> None:
    """Name the kinds to the room that sends them."""
    registry.register(
        WRITTEN,
        label=gettext_lazy("A note is left for your next class"),
        words=words_of_written,
        still_true=is_still_hers,
        allowed=who_teaches_it,
        optional=True,
    )


def is_still_hers(message: Message, now: datetime) -> bool:
    """Whether the note is there, and she is still to teach the class that it is for."""
    coming = ClassSession.objects.not_cancelled().filter(
        uid=message.data["class"], teacher=message.person_id, ends_at__gt=now
    )
    if message.thing_uid is None:
        return False
    return Note.objects.present().filter(uid=message.thing_uid).exists() and coming.exists()


def who_teaches_it(messages: Sequence[Message], now: datetime) -> set[int]:
    """Who teaches or helps in the class that the note is for: not who only attends it."""
    prefetch_related_objects(messages, "person")
    allowed = set()
    for person in {message.person for message in messages}:
        own = [message for message in messages if message.person_id == person.pk]
        classes = ClassSession.objects.taught_in_programs_of(person, now) if person.is_active else None
        if classes is None:
            continue
        uids = classes.filter(uid__in=[message.data["class"] for message in own])
        known = {str(uid) for uid in uids.values_list("uid", flat=True)}
        allowed |= {message.pk for message in own if message.data["class"] in known}
    return allowed


def words_of_written(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """What the note says as it stands, and for which class."""
    uids = [message.thing_uid for message in messages if message.thing_uid]
    rows = Note.objects.present().filter(uid__in=uids).select_related("by", "session__program")
    notes: dict[UUID | None, Note] = {note.uid: note for note in rows}
    name_lessons([note.session for note in notes.values()], now)
    coming = ClassSession.objects.filter(uid__in=[message.data["class"] for message in messages])
    named = with_lessons(coming, now).select_related("program")
    classes = {str(session.uid): session for session in named}
    return {
        message.pk: _letter(notes[message.thing_uid], classes[message.data["class"]], now)
        for message in messages
        if message.thing_uid in notes and message.data["class"] in classes
    }


def _letter(note: Note, coming: ClassSession, now: datetime) -> Letter:
    words = {"program": note.session.program.title}
    return Letter(
        title=_("A note for your next class of %(program)s") % words,
        facts=(
            (_("Your class"), f"{coming.title}, {when_words(coming, now)}"),
            (_("Written to"), f"{note.session.title}, {when_words(note.session, now)}"),
        ),
        quote=note.text,
        quote_by=note.by.name if note.by else "",
        verb=_("Open your class"),
        path=reverse("classes:detail", args=[coming.code]),
    )
