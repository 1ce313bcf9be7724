"""What people are told of several classes at once: one message, with just those that its reader may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eduraise.accounts.models import User
from eduraise.classes import told_sets
from eduraise.classes.enums import ChangeSetKind
from eduraise.classes.messages import BOOKED, CHANGED, GIVEN, MOVED, TOLD_FIELDS
from eduraise.classes.models import Change, ChangeSet, ClassSession
from eduraise.classes.several_words import in_short, line_of
from eduraise.classes.told_sets import Told
from eduraise.classes.words import span_words
from eduraise.notifications import registry
from eduraise.notifications.models import Message
from eduraise.programs.models import Program
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
    return {message.pk for message, _set, told in _told(messages, now) if told}


def words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """Each message's letter, of the classes as they were told."""
    told_now = [(message, change_set, told) for message, change_set, told in _told(messages, now) if told]
    programs = Program.objects.in_bulk({one.program for _message, _set, told in told_now for one in told})
    return {
        message.pk: _letter(change_set, told, programs, message.person, now)
        for message, change_set, told in told_now
    }


def _told(messages: Sequence[Message], now: datetime) -> list[tuple[Message, ChangeSet, list[Told]]]:
    """Each message with those classes of its set that its reader may see; one query for all, and one for each
    reader."""
    prefetch_related_objects(messages, "person")
    found = ChangeSet.objects.filter(uid__in={message.thing_uid for message in messages})
    sets = {one.uid: one for one in found.select_related("by")}
    told = {uid: told_sets.read(one) for uid, one in sets.items()}
    every = {one.session for classes in told.values() for one in classes}
    known = {
        person.pk: set(
            ClassSession.objects.visible_to(person, now).filter(pk__in=every).values_list("pk", flat=True)
        )
        for person in {message.person for message in messages}
    }
    return [
        (
            message,
            sets[message.thing_uid],
            [one for one in told[message.thing_uid] if one.session in known[message.person_id]],
        )
        for message in messages
        if message.thing_uid in sets
    ]


def _letter(
    change_set: ChangeSet,
    told: Sequence[Told],
    programs: Mapping[int, Program],
    reader: User,
    now: datetime,
) -> Letter:
    of = {one.program for one in told}
    only = programs[next(iter(of))] if len(of) == 1 else None
    named = [(one.topic, line_of(one, now)) for one in told[:MOST_NAMED]]
    more = len(told) - len(named)
    by = change_set.by.name if change_set.by else ""
    if more:
        until = _("until %(when)s") % {"when": span_words(*told[-1].span, now)}
        named.append((ngettext("And %(n)d more", "And %(n)d more", more) % {"n": more}, until))
    back = _("An earlier change is taken back.") if change_set.takes_back_id is not None else ""
    said = (_("%(when)s.") % {"when": in_short(told, now)}, back, _sentence(change_set, told, reader))
    page = reverse("classes:detail", args=[told[0].code])
    return Letter(
        title=_title(change_set, told, only.title if only else "", reader),
        sentences=tuple(filter(None, said)),
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
        names = {one.teacher: one.name for one in told}
        return _("Now with %(name)s. All links stay the same.") % {"name": ", ".join(names.values())}
    fields = {field for one in told for field in one.fields}
    things = [str(words) for field, words in TOLD_FIELDS.items() if field in fields]
    return _("This was changed: %(things)s.") % {"things": ", ".join(things)} if things else ""


def _is_hers(told: Sequence[Told], reader: User) -> bool:
    return all(one.teacher == reader.pk for one in told)
