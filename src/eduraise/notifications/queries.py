"""What a person was told, and what could not be sent. Lists hold nothing that their reader may not open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import CharField, Count, Min, QuerySet, Value

from eduraise.accounts.models import User
from eduraise.core.prepared import Given, Hour
from eduraise.core.prepared_rows import PreparedRows
from eduraise.notifications import registry
from eduraise.notifications.models import Delivery, Message, Preference, QueuedMail
from eduraise.ui.letters import Letter

PER_PAGE = 30
#: The bell counts to this and then says "99+".
COUNTED = 100


@dataclass(frozen=True)
class Told:
    """A message with its words, as the active language and zone have them."""

    message: Message
    letter: Letter


def shown_to(person: User, now: datetime) -> QuerySet[Message]:
    """What a person was told until now, newest first."""
    return Message.objects.filter(person=person, dropped_at__isnull=True, not_before__lte=now).order_by(
        "-created_at", "-pk"
    )


def unread_count(person: User, now: datetime) -> int:
    """How many messages this person may see and has not read; counts to COUNTED."""
    waiting = UNREAD.at(now, person=person.pk)
    for message in waiting:
        message.person = person  # at hand: not to be read again
    return len(allowed_of(waiting, now))


def _unread() -> QuerySet[Message]:
    unread = Message.objects.filter(person=Given("person"), read_at__isnull=True, dropped_at__isnull=True)
    return unread.filter(not_before__lte=Hour())[:COUNTED]


UNREAD = PreparedRows(_unread)


def told_page(person: User, number: str | int | None, now: datetime) -> tuple[Page[Message], list[Told]]:
    """One page of what a person was told; messages that she may not see any more are left out of it."""
    page = Paginator(shown_to(person, now), PER_PAGE).get_page(number)
    return page, in_words(list(page), now)


def in_words(messages: Sequence[Message], now: datetime) -> list[Told]:
    """Messages with their words, in their order; without those not allowed or not to be told any more."""
    seen = allowed_of(messages, now)
    letters: dict[int, Letter] = {}
    for group in _grouped(seen, lambda kind: kind.words):
        letters.update(registry.kind_of(group[0].kind).words(group, now))
    return [Told(message, letters[message.pk]) for message in seen if message.pk in letters]


def allowed_of(messages: Sequence[Message], now: datetime) -> list[Message]:
    """Those that their person may see now. Rooms are asked once for all kinds that share a rule."""
    allowed: set[int] = set()
    for group in _grouped(messages, lambda kind: kind.allowed):
        allowed.update(registry.kind_of(group[0].kind).allowed(group, now))
    return [message for message in messages if message.pk in allowed]


def mail_choices(person: User) -> list[tuple[registry.Kind, bool]]:
    """The kinds whose mails a person may turn off, and whether she wants them."""
    wishes = dict(
        Preference.objects.filter(
            person=person, channel=Delivery.Channel.MAIL, program_uid__isnull=True
        ).values_list("kind", "wanted")
    )
    return [(kind, wishes.get(kind.name, True)) for kind in registry.optional_kinds()]


@dataclass(frozen=True)
class FailedMail:
    """A mail that could not be sent: to whom, about what, why; `row` is what a retry takes."""

    row: Delivery | QueuedMail
    to: str
    about: str
    why: str
    at: datetime

    @property
    def channel(self) -> str:
        """Which table it is in, for the address of its retry."""
        return "message" if isinstance(self.row, Delivery) else "account"

    @property
    def may_have_arrived(self) -> bool:
        """Whether a retry may be the second copy."""
        return self.why == "may_have_arrived"


def failed_deliveries(
    number: str | int | None = 1, per_page: int = PER_PAGE
) -> tuple[Page[Any], list[FailedMail]]:
    """One page of the mails that failed, newest first, messages and account mails together. For admins."""
    keys = _failed_keys(Delivery, "message").union(_failed_keys(QueuedMail, "account"), all=True)
    page = Paginator(keys.order_by("-last_error_at", "-pk"), per_page).get_page(number)
    wanted = list(page)
    messages = Delivery.objects.select_related("message__person").in_bulk(
        [pk for pk, _at, table in wanted if table == "message"]
    )
    accounts = QueuedMail.objects.defer("sealed").in_bulk(
        [pk for pk, _at, table in wanted if table == "account"]
    )
    found = [messages.get(pk) if table == "message" else accounts.get(pk) for pk, _at, table in wanted]
    return page, [_failed(row) for row in found if row is not None]


def failed_since() -> tuple[datetime | None, int]:
    """Since when mails have failed, and how many; None if none has."""
    of_messages, of_accounts = (
        model._default_manager.filter(state="failed")
        .values_list("state")
        .annotate(first=Min("last_error_at"), count=Count("pk"))
        for model in (Delivery, QueuedMail)
    )
    found = list(of_messages.union(of_accounts, all=True))
    firsts = [first for _state, first, _count in found if first]
    return min(firsts, default=None), sum(count for _state, _first, count in found)


def failed_mail(channel: str, pk: int) -> Delivery | QueuedMail | None:
    """One mail by its table ("message" or "account") and key."""
    if channel == "message":
        return Delivery.objects.filter(pk=pk).first()
    return QueuedMail.objects.filter(pk=pk).first() if channel == "account" else None


def _failed_keys(model: type[Delivery] | type[QueuedMail], table: str) -> QuerySet[Any, Any]:
    rows = model._default_manager.filter(state="failed")
    return rows.annotate(table=Value(table, output_field=CharField())).values_list(
        "pk", "last_error_at", "table"
    )


def _failed(row: Delivery | QueuedMail) -> FailedMail:
    if isinstance(row, QueuedMail):
        to, about = ", ".join(row.to), row.subject
    else:
        to, about = row.message.person.email, _label(row.message.kind)
    return FailedMail(row, to, about, row.last_error_code, row.last_error_at or row.next_at)


def _label(kind: str) -> str:
    return str(registry.kind_of(kind).label) if registry.known(kind) else kind


def _grouped(messages: Iterable[Message], by: Any) -> list[list[Message]]:
    groups: dict[Hashable, list[Message]] = defaultdict(list)
    for message in messages:
        if registry.known(message.kind):
            groups[by(registry.kind_of(message.kind))].append(message)
    return list(groups.values())
