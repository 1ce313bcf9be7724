"""What people are told about classes: the kinds of message, their words, who may still read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.classes.addresses import door_path
from eduraise.classes.models import Change, ClassQuerySet, ClassSession
from eduraise.classes.snapshots import read_span
from eduraise.classes.told import classes_of
from eduraise.classes.words import span_words, when_words
from eduraise.notifications import registry
from eduraise.notifications.models import Message
from eduraise.ui import times
from eduraise.ui.letters import Letter

BOOKED = "class.booked"
GIVEN = "class.given"
MOVED = "class.moved"
CHANGED = "class.changed"
CANCELLED = "class.cancelled"
RESTORED = "class.restored"

# What students hear of, of all that a change may touch
TOLD_FIELDS = {
    "topic": gettext_lazy("title"),
    "description": gettext_lazy("description"),
    "teacher": gettext_lazy("teacher"),
    "setting:auto_recording": gettext_lazy("recording"),
    "setting:requires_sign_in": gettext_lazy("signing in at Zoom"),
}


def register_kinds() -> None:
    """Name the kinds to the room that sends them."""
    changing = {BOOKED, GIVEN, MOVED, CHANGED}
    ending, again = changing | {RESTORED}, {CANCELLED, MOVED, CHANGED}
    for kind, label, words, still_true, overtakes, optional in (
        (BOOKED, gettext_lazy("A class is booked"), booked_words, is_coming, (), True),
        (GIVEN, gettext_lazy("You are given a class"), given_words, is_coming, (), False),
        (MOVED, gettext_lazy("A class is moved"), moved_words, is_coming, changing, False),
        (CHANGED, gettext_lazy("A class is changed"), changed_words, is_coming, (), False),
        (CANCELLED, gettext_lazy("A class is cancelled"), cancelled_words, is_cancelled, ending, False),
        (
            RESTORED,
            gettext_lazy("A cancelled class is held after all"),
            restored_words,
            is_coming,
            again,
            False,
        ),
    ):
        registry.register(
            kind,
            label=label,
            words=words,
            still_true=still_true,
            allowed=may_know,
            overtakes=overtakes,
            optional=optional,
            about=registry.own_thing,
        )


def may_know(messages: Sequence[Message], now: datetime) -> set[int]:
    """Whoever may know of the class may read what was said about it; asked when shown and when sent."""
    prefetch_related_objects(messages, "person")
    people = {message.person for message in messages}
    allowed = set()
    for person in people:
        own = [message for message in messages if message.person_id == person.pk]
        known = set(
            ClassSession.objects.visible_to(person, now)
            .filter(uid__in=[message.thing_uid for message in own])
            .values_list("uid", flat=True)
        )
        allowed |= {message.pk for message in own if message.thing_uid in known}
    return allowed


def is_coming(message: Message, now: datetime) -> bool:
    """Whether the class is still to be held."""
    return _about(message).not_cancelled().filter(ends_at__gt=now).exists()


def is_cancelled(message: Message, now: datetime) -> bool:
    """Whether the class is still cancelled."""
    return _about(message).filter(cancelled_at__isnull=False).exists()


def _about(message: Message) -> ClassQuerySet:
    """The class that a message speaks of, if it speaks of one."""
    if message.thing_uid is None:
        return ClassSession.objects.none()
    return ClassSession.objects.filter(uid=message.thing_uid)


def booked_words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To students: a new class."""
    return _letters(messages, now, _booked)


def given_words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To a teacher: somebody else booked a class that she teaches."""
    return _letters(messages, now, _given)


def moved_words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To everybody concerned: another time."""
    return _letters(messages, now, _moved)


def changed_words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To everybody concerned: another title or setting."""
    return _letters(messages, now, _changed)


def cancelled_words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To everybody concerned: it isn't held."""
    return _letters(messages, now, _cancelled)


def restored_words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To everybody concerned: it was cancelled, and is held."""
    return _letters(messages, now, _restored)


def _letters(messages: Sequence[Message], now: datetime, write: Any) -> dict[int, Letter]:
    """Each message's letter, of its class as it was then; two queries for all."""
    sessions = classes_of(messages)
    keys = {message.data["change"] for message in messages if message.data.get("change")}
    changes = Change.objects.filter(pk__in=keys).select_related("by").in_bulk() if keys else {}
    return {
        message.pk: write(sessions[message.pk], message.data, changes.get(message.data.get("change")), now)
        for message in messages
        if message.pk in sessions
    }


def _booked(session: ClassSession, data: Mapping[str, Any], change: None, now: datetime) -> Letter:
    return Letter(
        title=_("New class: “%(topic)s”, %(when)s")
        % {"topic": session.topic, "when": when_words(session, now)},
        sentences=(_("The link is the same until the class is over, even if it moves."),),
        facts=facts_of(session, now),
        verb=_("Open the class"),
        path=door_path(session),
        why=_attends(session),
    )


def _given(session: ClassSession, data: Mapping[str, Any], change: Change | None, now: datetime) -> Letter:
    giver = change.by if change else session.created_by
    by = giver.name if giver else _("Somebody")
    said = _("%(by)s has given you this class.") if change else _("%(by)s has scheduled this class for you.")
    return Letter(
        title=_("You teach “%(topic)s”, %(when)s")
        % {"topic": session.topic, "when": when_words(session, now)},
        sentences=(said % {"by": by},),
        facts=facts_of(session, now),
        verb=_("See the class"),
        path=page_of(session),
        why=why_teaches(session),
    )


def _moved(session: ClassSession, data: Mapping[str, Any], change: Change | None, now: datetime) -> Letter:
    before = span_words(*read_span(data["before"]), now)
    return Letter(
        title=_("Moved: “%(topic)s” is now %(when)s")
        % {"topic": session.topic, "when": when_words(session, now)},
        sentences=(_("It was to be %(before)s. The link stays the same.") % {"before": before},),
        facts=facts_of(session, now),
        **_quote(change),
        verb=_("Open the class"),
        path=door_path(session),
        why=_attends(session),
    )


def _changed(session: ClassSession, data: Mapping[str, Any], change: Change | None, now: datetime) -> Letter:
    return Letter(
        title=_("Changed: “%(topic)s”, %(when)s")
        % {"topic": session.topic, "when": when_words(session, now)},
        sentences=tuple(_what_changed(session, data["fields"])),
        facts=facts_of(session, now),
        **_quote(change),
        verb=_("Open the class"),
        path=door_path(session),
        why=_attends(session),
    )


def _what_changed(session: ClassSession, fields: Sequence[str]) -> Iterator[str]:
    """Whoever teaches it, by name; of all else what it is."""
    if "teacher" in fields:
        yield _("%(name)s teaches it now.") % {"name": session.teacher.name}
    names = [str(words) for field, words in TOLD_FIELDS.items() if field in fields and field != "teacher"]
    if names:
        yield _("This was changed: %(things)s.") % {"things": ", ".join(names)}


def _cancelled(
    session: ClassSession, data: Mapping[str, Any], change: Change | None, now: datetime
) -> Letter:
    by = change.by if change else None
    said = _("%(by)s has cancelled it.") % {"by": by.name} if by else _("It isn’t held.")
    return Letter(
        title=_("Cancelled: “%(topic)s”, %(when)s")
        % {"topic": session.topic, "when": when_words(session, now)},
        sentences=(said,),
        facts=facts_of(session, now),
        **_quote(change),
        why=_attends(session),
    )


def _restored(session: ClassSession, data: Mapping[str, Any], change: Change | None, now: datetime) -> Letter:
    return Letter(
        title=_("Held after all: “%(topic)s”, %(when)s")
        % {"topic": session.topic, "when": when_words(session, now)},
        sentences=(_("It is not cancelled any more. The link stays the same."),),
        facts=facts_of(session, now),
        **_quote(change),
        verb=_("Open the class"),
        path=door_path(session),
        why=_attends(session),
    )


def facts_of(session: ClassSession, now: datetime) -> tuple[tuple[str, str], ...]:
    """What every message about a class says of it."""
    facts = [
        (_("When"), when_words(session, now)),
        (_("Program"), f"{session.program.code} {session.program.title}"),
        (_("Teacher"), session.teacher.name),
    ]
    there = times.elsewhere(session.starts_at, ZoneInfo(session.zone), timezone.get_current_timezone())
    if there:
        facts.insert(1, (_("Class’s own time"), there))
    return tuple(facts)


def _quote(change: Change | None) -> dict[str, str]:
    if change is None or not change.message:
        return {}
    return {"quote": change.message, "quote_by": change.by.name if change.by else ""}


def page_of(session: ClassSession) -> str:
    """The address of a class's page."""
    return reverse("classes:detail", args=[session.code])


def _attends(session: ClassSession) -> str:
    return _("You get this because you belong to %(program)s.") % {"program": session.program.title}


def why_teaches(session: ClassSession) -> str:
    """Why its teacher is told of it."""
    return _("You get this because you teach in %(program)s.") % {"program": session.program.title}
