"""Telling people something, taking it back, and what they do with what they were told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.notifications import capping, tasks
from eduraise.notifications.models import Delivery, Message, Preference, QueuedMail
from eduraise.notifications.packing import message_id
from eduraise.notifications.registry import Kind, kind_of

OVERTAKEN = "overtaken"
WITHDRAWN = "withdrawn"
SENT_ALREADY = (Delivery.State.SENDING, Delivery.State.SENT, Delivery.State.FAILED)


class Fact(NamedTuple):
    """What one person is told. key: names the thing and its version (`<uid>:3`)."""

    person: User
    key: str
    thing_uid: UUID | None = None


def tell(
    *,
    person: User,
    kind: str,
    fact_key: str,
    now: datetime,
    thing_uid: UUID | None = None,
    program_uid: UUID | None = None,
    data: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
    stale_at: datetime | None = None,
    by: User | None = None,
) -> Message | None:
    """Tell one person one fact, once; see `tell_all`. None if she was told before."""
    told = tell_all(
        people=[person],
        kind=kind,
        fact_key=fact_key,
        now=now,
        thing_uid=thing_uid,
        program_uid=program_uid,
        data=data,
        not_before=not_before,
        stale_at=stale_at,
        by=by,
    )
    return told[0] if told else None


def tell_all(
    *,
    people: Iterable[User],
    kind: str,
    fact_key: str,
    now: datetime,
    thing_uid: UUID | None = None,
    program_uid: UUID | None = None,
    data: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
    stale_at: datetime | None = None,
    by: User | None = None,
) -> list[Message]:
    """Tell several people the same fact, each once; see `tell_each`."""
    return tell_each(
        facts=[Fact(person, fact_key, thing_uid) for person in people],
        kind=kind,
        now=now,
        program_uid=program_uid,
        data=data,
        not_before=not_before,
        stale_at=stale_at,
        by=by,
    )


@transaction.atomic
def tell_each(
    *,
    facts: Iterable[Fact],
    kind: str,
    now: datetime,
    program_uid: UUID | None = None,
    data: Mapping[str, Any] | None = None,
    not_before: datetime | None = None,
    stale_at: datetime | None = None,
    by: User | None = None,
) -> list[Message]:
    """Tell several people one fact each, once, in the caller's transaction; the messages that are new.

    Who was told a fact of this key is not told again. Unsent messages about the same thing, of this kind or
    one that it overtakes, are dropped for these people. data: ids, numbers, and what must read the same
    later though its thing changes (a class's title, hours, teacher). not_before: until then nothing is shown
    or sent and `withdraw` takes it back wholly. stale_at: from then on no mail is sent (the class began). by:
    whose act is told; what goes beyond this person's mails of a day is held for an admin (`capping`). Closed
    accounts are told nothing. Raises UnknownKind. Queries: the same for one fact or many.
    """
    described = kind_of(kind)
    shown_at = max(not_before or now, now)
    wanted = [
        Message(
            person=fact.person,
            kind=kind,
            fact_key=fact.key,
            thing_uid=fact.thing_uid,
            program_uid=program_uid,
            data=dict(data or {}),
            not_before=shown_at,
            stale_at=stale_at,
            created_at=now,
            caused_by_uid=by.uid if by else None,
        )
        for fact in facts
        if fact.person.is_active
    ]
    if not wanted:
        return []
    left = capping.mails_left(by, now)
    Message.objects.bulk_create(wanted, ignore_conflicts=True)
    # what stands under our uid is new; a fact told before kept its row
    told = list(Message.objects.filter(uid__in=[message.uid for message in wanted]).select_related("person"))
    _drop_overtaken(described, told, now)
    _queue(described, told, shown_at, left, now)
    if told and described.channels:
        tasks.wake_at(shown_at, now)
    return told


def withdraw(*, thing_uid: UUID, now: datetime, fact_key: str | None = None) -> int:
    """Take back what nobody has seen yet about a thing (of one fact, or of all); how many messages.

    Only messages whose `not_before` is still to come: what was shown or sent stays.
    """
    messages = Message.objects.filter(thing_uid=thing_uid, not_before__gt=now, dropped_at__isnull=True)
    if fact_key is not None:
        messages = messages.filter(fact_key=fact_key)
    return _drop(list(messages.values_list("pk", flat=True)), WITHDRAWN, now)


def mark_read(*, person: User, uid: UUID, now: datetime) -> Message | None:
    """Note that a person read one of her messages; None if it isn't hers."""
    message = Message.objects.filter(person=person, uid=uid, dropped_at__isnull=True).first()
    if message is not None and message.read_at is None:
        Message.objects.filter(pk=message.pk, read_at__isnull=True).update(read_at=now)
        message.read_at = now
    return message


def mark_all_read(*, person: User, now: datetime) -> int:
    """Note that a person read all that was shown to her until now; how many were unread."""
    return Message.objects.filter(person=person, read_at__isnull=True, not_before__lte=now).update(
        read_at=now
    )


@transaction.atomic
def retry_mail(*, mail: Delivery | QueuedMail, by: User, now: datetime) -> bool:
    """Queue a failed mail again because an admin asks for it; False if it isn't failed any more.

    A mail that "may have arrived" keeps its Message-ID: mail programs that know it show it once.
    """
    rows: QuerySet[Any] = type(mail)._default_manager.filter(pk=mail.pk, state="failed")
    if not rows.update(state="waiting", next_at=now, attempts=0, lease_until=None, last_error_code=""):
        return False
    thing = mail.message if isinstance(mail, Delivery) else mail
    audit.record("mail.retried", by=by, thing=thing, at=now)
    tasks.wake_at(now, now)
    return True


def choose_mails(*, person: User, wanted: Mapping[str, bool]) -> None:
    """Store by kind whether a person wants its mails; kinds that are not optional are left alone."""
    for name, wants in wanted.items():
        if kind_of(name).optional:
            Preference.objects.update_or_create(
                person=person,
                kind=name,
                channel=Delivery.Channel.MAIL,
                program_uid=None,
                defaults={"wanted": wants},
            )


def _queue(kind: Kind, messages: list[Message], next_at: datetime, left: int | None, now: datetime) -> None:
    """left: how many may go out by themselves; the others wait for an admin. None: all."""
    rows = [
        Delivery(message=message, channel=channel, provider_id=message_id(), next_at=next_at)
        for message in messages
        for channel in kind.channels
    ]
    for held in rows[left:] if left is not None else []:
        held.state, held.last_error_code, held.last_error_at = Delivery.State.FAILED, capping.HELD, now
    Delivery.objects.bulk_create(rows)


def _drop_overtaken(kind: Kind, told: list[Message], now: datetime) -> None:
    """Unsent messages to these people about these things: the newer one says all that matters."""
    about = {(message.person_id, message.thing_uid) for message in told if message.thing_uid is not None}
    if not about:
        return
    earlier = Message.objects.filter(
        thing_uid__in={thing for _person, thing in about},
        kind__in=kind.overtakes,
        person__in={person for person, _thing in about},
        dropped_at__isnull=True,
        read_at__isnull=True,
    ).exclude(pk__in=[message.pk for message in told])
    waits = Exists(Delivery.objects.filter(message=OuterRef("pk"), state=Delivery.State.WAITING))
    out = Exists(Delivery.objects.filter(message=OuterRef("pk"), state__in=SENT_ALREADY))
    unsent = earlier.filter(Q(not_before__gt=now) | waits).exclude(out)
    rows = unsent.values_list("pk", "person_id", "thing_uid")
    _drop([pk for pk, person, thing in rows if (person, thing) in about], OVERTAKEN, now)


def _drop(keys: list[int], why: str, now: datetime) -> int:
    """Drop deliveries first: one that a worker claimed meanwhile is on its way, and its message stays."""
    if not keys:
        return 0
    Delivery.objects.filter(message__in=keys, state=Delivery.State.WAITING).update(
        state=Delivery.State.DROPPED, last_error_code=why
    )
    kept = Delivery.objects.filter(message=OuterRef("pk"), state__in=SENT_ALREADY)
    return Message.objects.filter(pk__in=keys).exclude(Exists(kept)).update(dropped_at=now, why_dropped=why)
