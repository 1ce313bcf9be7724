"""What people are told of several classes at once: one message, with just those that its reader may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eduraise.accounts.models import User
from eduraise.classes.enums import ChangeSetKind
from eduraise.classes.messages import BOOKED, CHANGED, GIVEN, MOVED, TOLD_FIELDS
from eduraise.classes.models import Change, ChangeSet, ClassSession
from eduraise.classes.snapshots import read_span
from eduraise.classes.words import span_words, when_words
from eduraise.notifications import registry
from eduraise.notifications.models import Message
from eduraise.ui.letters import Letter

SEVERAL_MOVED = "class.several_moved"
SEVERAL_CANCELLED = "class.several_cancelled"
SEVERAL_GIVEN = "class.several_given"
SEVERAL_CHANGED = "class.several_changed"
SEVERAL_RESTORED = "class.several_restored"
KIND_OF = {
    ChangeSetKind.MOVED: SEVERAL_MOVED,
    ChangeSetKind.CANCELLED: SEVERAL_CANCELLED,
    ChangeSetKind.GIVEN: SEVERAL_GIVEN,
    ChangeSetKind.CHANGED: SEVERAL_CHANGED,
    ChangeSetKind.RESTORED: SEVERAL_RESTORED,
}
# So many classes are named one by one
MOST_NAMED = 20


def register_kinds() -> None:
    """Name the kinds to the room that sends them."""
    for kind, label in (
        (SEVERAL_MOVED, gettext_lazy("Several classes are moved")),
        (SEVERAL_CANCELLED, gettext_lazy("Several classes are cancelled at once")),
        (SEVERAL_GIVEN, gettext_lazy("Several classes get another teacher")),
        (SEVERAL_CHANGED, gettext_lazy("Several classes are changed")),
        (SEVERAL_RESTORED, gettext_lazy("Several cancelled classes are held after all")),
    ):
        registry.register(
            kind,
            label=label,
            words=words,
            still_true=still_true,
            allowed=allowed,
            overtakes=(BOOKED, GIVEN, MOVED, CHANGED),
            about=about,
        )


def about(messages: Sequence[Message]) -> dict[int, set[UUID]]:
    """The classes of each set."""
    of_sets: dict[UUID, set[UUID]] = defaultdict(set)
    uids = {message.thing_uid for message in messages if message.thing_uid}
    changes = Change.objects.filter(change_set__uid__in=uids, undone_at__isnull=True)
    for set_uid, class_uid in changes.values_list("change_set__uid", "session__uid"):
        of_sets[set_uid].add(class_uid)
    return {message.pk: of_sets[message.thing_uid] for message in messages if message.thing_uid}


@dataclass(frozen=True)
class Told:
    """A class of a set, and what was changed of it by name."""

    session: ClassSession
    changes: dict[str, Change]


def still_true(message: Message, now: datetime) -> bool:
    """Whether something of a set still holds: a class that is still to come or, of those that were cancelled,
    one that still is."""
    assert message.thing_uid
    classes = ClassSession.objects.filter(changes__change_set__uid=message.thing_uid)
    if message.kind == SEVERAL_CANCELLED:
        return classes.filter(cancelled_at__isnull=False).exists()
    return classes.not_cancelled().filter(ends_at__gt=now).exists()


def allowed(messages: Sequence[Message], now: datetime) -> set[int]:
    """Whoever may know of one of its classes."""
    return {message.pk for message, told in _told(messages, now) if told}


def words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """Each message's letter, of the classes as they are now."""
    uids = [message.thing_uid for message in messages if message.thing_uid]
    sets = {one.uid: one for one in ChangeSet.objects.filter(uid__in=uids).select_related("by")}
    return {
        message.pk: _letter(sets[message.thing_uid], told, message.person, now)
        for message, told in _told(messages, now)
        if told and message.thing_uid in sets
    }


def _told(messages: Sequence[Message], now: datetime) -> list[tuple[Message, list[Told]]]:
    """Each message with the classes that its reader may see and of which it still holds; one query for all,
    and one for each reader."""
    prefetch_related_objects(messages, "person")
    by_set = _classes_of(messages)
    people = {message.person for message in messages}
    every = {told.session.pk for found in by_set.values() for told in found}
    known = {
        person.pk: set(
            ClassSession.objects.visible_to(person, now).filter(pk__in=every).values_list("pk", flat=True)
        )
        for person in people
    }
    return [
        (
            message,
            [
                told
                for told in by_set.get(message.thing_uid, [])
                if told.session.pk in known[message.person_id] and _holds(message.kind, told.session)
            ],
        )
        for message in messages
    ]


def _holds(kind: str, session: ClassSession) -> bool:
    return (session.cancelled_at is not None) == (kind == SEVERAL_CANCELLED)


def _classes_of(messages: Sequence[Message]) -> dict[object, list[Told]]:
    changes = Change.objects.filter(
        change_set__uid__in={message.thing_uid for message in messages}, undone_at__isnull=True
    ).select_related("change_set", "session__program", "session__teacher")
    found: dict[object, dict[int, Told]] = defaultdict(dict)
    for change in changes.order_by("session__starts_at", "session_id", "pk"):
        assert change.change_set
        told = found[change.change_set.uid].setdefault(change.session_id, Told(change.session, {}))
        told.changes[change.field] = change
    return {uid: list(of.values()) for uid, of in found.items()}


def _letter(change_set: ChangeSet, told: Sequence[Told], reader: User, now: datetime) -> Letter:
    programs = {one.session.program_id: one.session.program for one in told}
    only = next(iter(programs.values())) if len(programs) == 1 else None
    first = told[0].session
    named = [(one.session.topic, _line(one, now)) for one in told[:MOST_NAMED]]
    more = len(told) - len(named)
    by = change_set.by.name if change_set.by else ""
    if more:
        until = _("until %(when)s") % {"when": when_words(told[-1].session, now)}
        named.append((ngettext("And %(n)d more", "And %(n)d more", more) % {"n": more}, until))
    back = _("An earlier change is taken back.") if change_set.takes_back_id is not None else ""
    said = " ".join(part for part in (back, _sentence(change_set, told, reader)) if part)
    page = reverse("classes:detail", args=[first.code])
    return Letter(
        title=_title(change_set, told, only.title if only else "", reader),
        sentences=(said,) if said else (),
        facts=tuple(named),
        quote=change_set.message,
        quote_by=by if change_set.message else "",
        verb=_("See the classes") if len(told) > 1 else _("See the class"),
        path=reverse("programs:page", args=[only.code]) if only and len(told) > 1 else page,
        why=_("You get this because these classes are yours, or of your programs."),
    )


def _title(change_set: ChangeSet, told: Sequence[Told], program: str, reader: User) -> str:
    number = len(told)
    if change_set.kind == ChangeSetKind.GIVEN and _is_hers(told, reader):
        shapes = (
            ngettext("You teach %(n)d more class", "You teach %(n)d more classes", number),
            ngettext(
                "You teach %(n)d more class of “%(program)s”",
                "You teach %(n)d more classes of “%(program)s”",
                number,
            ),
        )
    else:
        shapes = _shapes(ChangeSetKind(change_set.kind), number)
    return shapes[bool(program)] % {"n": number, "program": program}


def _shapes(kind: ChangeSetKind, number: int) -> tuple[str, str]:
    """What was done to so many classes: of several programs, and of one."""
    if kind is ChangeSetKind.MOVED:
        return ngettext("%(n)d class moved", "%(n)d classes moved", number), ngettext(
            "%(n)d class of “%(program)s” moved", "%(n)d classes of “%(program)s” moved", number
        )
    if kind is ChangeSetKind.CANCELLED:
        return ngettext("%(n)d class is cancelled", "%(n)d classes are cancelled", number), ngettext(
            "%(n)d class of “%(program)s” is cancelled",
            "%(n)d classes of “%(program)s” are cancelled",
            number,
        )
    if kind is ChangeSetKind.GIVEN:
        return ngettext(
            "%(n)d class has another teacher", "%(n)d classes have another teacher", number
        ), ngettext(
            "%(n)d class of “%(program)s” has another teacher",
            "%(n)d classes of “%(program)s” have another teacher",
            number,
        )
    if kind is ChangeSetKind.RESTORED:
        return ngettext(
            "%(n)d class is held after all", "%(n)d classes are held after all", number
        ), ngettext(
            "%(n)d class of “%(program)s” is held after all",
            "%(n)d classes of “%(program)s” are held after all",
            number,
        )
    return ngettext("%(n)d class is changed", "%(n)d classes are changed", number), ngettext(
        "%(n)d class of “%(program)s” is changed", "%(n)d classes of “%(program)s” are changed", number
    )


def _sentence(change_set: ChangeSet, told: Sequence[Told], reader: User) -> str:
    kind, by = ChangeSetKind(change_set.kind), change_set.by.name if change_set.by else ""
    if kind is ChangeSetKind.CANCELLED:
        return _("%(by)s has cancelled them.") % {"by": by} if by else _("They aren’t held.")
    if kind is ChangeSetKind.RESTORED:
        return _("They are not cancelled any more. All links stay the same.")
    if kind is ChangeSetKind.MOVED:
        return _("All links stay the same.")
    if kind is ChangeSetKind.GIVEN:
        if _is_hers(told, reader):
            return _("%(by)s has given you these classes.") % {"by": by or _("Somebody")}
        names = {one.session.teacher.pk: one.session.teacher.name for one in told}
        return _("Now with %(name)s. All links stay the same.") % {"name": ", ".join(names.values())}
    fields = {field for one in told for field in one.changes}
    things = [str(words) for field, words in TOLD_FIELDS.items() if field in fields]
    return _("This was changed: %(things)s.") % {"things": ", ".join(things)} if things else ""


def _is_hers(told: Sequence[Told], reader: User) -> bool:
    return all(one.session.teacher_id == reader.pk for one in told)


def _line(one: Told, now: datetime) -> str:
    """ "Thu 4 Dec, 18:00–19:00; it was Tue 2 Dec, 18:00–19:00"."""
    when = when_words(one.session, now)
    moved = one.changes.get("time")
    if moved is None:
        return when
    before = span_words(*read_span(moved.before), now)
    return _("%(when)s; it was %(before)s") % {"when": when, "before": before}
