"""The mails that carry invitations: one for each class, and one for all classes that were changed as one.

A calendar message speaks of one entry (RFC 5546, 3.2), so that a mail about several carries one for each, as
parts of their own (RFC 6047, 2.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.accounts.models import User
from eduraise.calendars.writing import CANCEL, REQUEST
from eduraise.notifications.carrying import Waiting
from eduraise.ui.letters import Letter, compose, one_line

# Of a title in a subject, so that the date behind it isn't cut off
TITLE_LONGEST = 120


class Kind(StrEnum):
    """What a mail does to somebody's calendar."""

    NEW = "new"
    CHANGED = "changed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Item:
    """What is to be sent of one class. class_uid: of which, None where no more of it may be known. body: the
    calendar message. change_set: with which others it became so, None for what was changed alone."""

    what: Kind
    title: str
    when: str
    body: bytes
    facts: tuple[tuple[str, str], ...] = ()
    path: str = ""
    quote: str = ""
    class_uid: UUID | None = None
    change_set: int | None = None

    @property
    def method(self) -> str:
        """As calendars call it."""
        return CANCEL if self.what is Kind.CANCELLED else REQUEST


@dataclass(frozen=True)
class Together:
    """What goes in one mail. told: the message that tells of it, which waits for a mail of its own."""

    items: list[Item]
    told: Waiting | None


def put_together(items: Iterable[Item], waiting: Sequence[Waiting] = ()) -> list[Together]:
    """What goes in one mail: that of which one message tells, or that was changed as one. In their order.

    waiting: oldest first; of a class the newest tells what holds.
    """
    told_of: Mapping[UUID, Waiting] = {uid: one for one in waiting for uid in one.about}
    mails: dict[object, Together] = {}
    for number, item in enumerate(items):
        told = told_of.get(item.class_uid) if item.class_uid else None
        key: object = ("alone", number)
        if told is not None:
            key = ("told", told.key)
        elif item.change_set is not None:
            key = ("set", item.change_set)
        mails.setdefault(key, Together([], told)).items.append(item)
    return list(mails.values())


def mail_of(items: Sequence[Item], person: User, said: Letter | None = None) -> EmailMultiAlternatives:
    """The mail about one class, or several that belong together. said: in whose words, else in our own."""
    if len(items) == 1:
        [item] = items
        mail = compose(_told(said) if said else _letter(item), to=person.email)
        mail.attach_alternative(item.body.decode(), f"text/calendar; method={item.method}")
        return mail
    letter = _told(said, *_attached()) if said else _letter_of_several(items)
    mail = compose(letter, to=person.email)
    for number, item in enumerate(items, 1):
        mail.attach(f"class-{number}.ics", item.body.decode(), f"text/calendar; method={item.method}")
    return mail


def _told(letter: Letter, *sentences: str) -> Letter:
    """Words that would have been a mail of their own. What ends such mails doesn't end this one."""
    why = f"{letter.why} {_why()}".strip()
    return replace(letter, sentences=(*letter.sentences, *sentences), why=why, unsubscribe="")


def _attached() -> tuple[str]:
    return (_("What is attached brings your calendar up to date."),)


def _letter(item: Item) -> Letter:
    shapes = {
        Kind.NEW: _("Invitation: %(title)s, %(when)s"),
        Kind.CHANGED: _("Changed: %(title)s, %(when)s"),
        Kind.CANCELLED: _("Cancelled: %(title)s, %(when)s"),
    }
    return Letter(
        title=shapes[item.what] % {"title": one_line(item.title, longest=TITLE_LONGEST), "when": item.when},
        facts=((_("When"), item.when), *item.facts),
        quote=item.quote,
        verb=_("Open the class") if item.path else "",
        path=item.path,
        why=_why(),
    )


def _letter_of_several(items: Sequence[Item]) -> Letter:
    n, kinds = len(items), {item.what for item in items}
    shapes = {
        Kind.NEW: ngettext(
            "Invitation: %(n)d class, on %(when)s", "Invitations: %(n)d classes, the first on %(when)s", n
        ),
        Kind.CHANGED: ngettext(
            "Changed: %(n)d class, on %(when)s", "Changed: %(n)d classes, the first on %(when)s", n
        ),
        Kind.CANCELLED: ngettext(
            "Cancelled: %(n)d class, on %(when)s", "Cancelled: %(n)d classes, the first on %(when)s", n
        ),
    }
    return Letter(
        title=shapes[kinds.pop() if len(kinds) == 1 else Kind.CHANGED] % {"n": n, "when": items[0].when},
        sentences=(_("An entry for each of them is attached."),),
        facts=tuple((item.title, item.when) for item in items),
        quote=next((item.quote for item in items if item.quote), ""),
        verb=_("Open your calendar"),
        path=reverse("calendars:page"),
        why=_why(),
    )


def _why() -> str:
    return _("You chose invitations to your classes by mail. Your settings end them, under Calendar.")
