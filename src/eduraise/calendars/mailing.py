"""The mails that carry invitations: one for each class, and one for all classes that were changed as one.

A calendar message speaks of one entry (RFC 5546, 3.2), so that a mail about several carries one for each, as
parts of their own (RFC 6047, 2.4).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.accounts.models import User
from eduraise.calendars.writing import CANCEL, REQUEST
from eduraise.ui.letters import Letter, compose


class Kind(StrEnum):
    """What a mail does to somebody's calendar."""

    NEW = "new"
    CHANGED = "changed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, kw_only=True)
class Item:
    """What is to be sent of one class. body: the calendar message. change_set: with which others it became
    so, None for what was changed alone."""

    what: Kind
    title: str
    when: str
    body: bytes
    facts: tuple[tuple[str, str], ...] = ()
    path: str = ""
    quote: str = ""
    change_set: int | None = None

    @property
    def method(self) -> str:
        """As calendars call it."""
        return CANCEL if self.what is Kind.CANCELLED else REQUEST


def put_together(items: Iterable[Item]) -> list[list[Item]]:
    """Those that go in one mail: of one set, and all new, changed or cancelled. In their order."""
    mails: dict[object, list[Item]] = {}
    for number, item in enumerate(items):
        key = number if item.change_set is None else (item.change_set, item.what)
        mails.setdefault(key, []).append(item)
    return list(mails.values())


def mail_of(items: Sequence[Item], person: User) -> EmailMultiAlternatives:
    """The mail about one class, or several that belong together."""
    if len(items) == 1:
        [item] = items
        mail = compose(_letter(item), to=person.email)
        mail.attach_alternative(item.body.decode(), f"text/calendar; method={item.method}")
        return mail
    mail = compose(_letter_of_several(items), to=person.email)
    for number, item in enumerate(items, 1):
        mail.attach(f"class-{number}.ics", item.body.decode(), f"text/calendar; method={item.method}")
    return mail


def _letter(item: Item) -> Letter:
    shapes = {
        Kind.NEW: _("Invitation: %(title)s"),
        Kind.CHANGED: _("Changed: %(title)s"),
        Kind.CANCELLED: _("Cancelled: %(title)s"),
    }
    return Letter(
        title=shapes[item.what] % {"title": item.title},
        facts=((_("When"), item.when), *item.facts),
        quote=item.quote,
        verb=_("Open the class") if item.path else "",
        path=item.path,
        why=_why(),
    )


def _letter_of_several(items: Sequence[Item]) -> Letter:
    number = len(items)
    shapes = {
        Kind.NEW: ngettext("Invitation: %(n)d class", "Invitations: %(n)d classes", number),
        Kind.CHANGED: ngettext("Changed: %(n)d class", "Changed: %(n)d classes", number),
        Kind.CANCELLED: ngettext("Cancelled: %(n)d class", "Cancelled: %(n)d classes", number),
    }
    return Letter(
        title=shapes[items[0].what] % {"n": number},
        sentences=(_("An entry for each of them is attached."),),
        facts=tuple((item.title, item.when) for item in items),
        quote=items[0].quote,
        verb=_("Open your calendar"),
        path=reverse("calendars:page"),
        why=_why(),
    )


def _why() -> str:
    return _("You chose invitations to your classes by mail. Your settings end them, under Calendar.")
