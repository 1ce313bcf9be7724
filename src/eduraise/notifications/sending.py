"""Sending what waits: claim, ask again whether it is still true and allowed, send, store what came of it.

A mail whose answer was lost may have arrived: it is never sent again by itself.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from eduraise.accounts.models import User
from eduraise.accounts.reading import as_read_by
from eduraise.core import breaker, clock, crash, hooks
from eduraise.core.queue import claim
from eduraise.notifications import registry
from eduraise.notifications.models import Delivery, Message, QueuedMail
from eduraise.notifications.outgoing import BREAKER, MAY_HAVE_ARRIVED, Outcome, Outgoing
from eduraise.notifications.packing import unpack
from eduraise.notifications.unsubscribing import token_for
from eduraise.notifications.wishes import NOT_JOINED, wanting, why_no_mail
from eduraise.ui.letters import Letter, compose

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
BATCH = 20
#: Why a mail is not sent, where the bell must not show its message either.
UNTELLABLE = frozenset({"untrue", "not_allowed", "gone", "unknown_kind"})

type Row = Delivery | QueuedMail


class NotNeeded(Exception):
    """A message that must not go out (any more); the reason by a word."""


def send_due(now: datetime, limit: int = BATCH) -> int:
    """Handle up to `limit` mails that are due; how many. Call it outside a transaction."""
    give_up_lapsed()
    handled = 0
    drop_not_joined(now)
    rows = _due(now, limit)
    _let_carry(rows, now)
    with Outgoing() as outgoing:
        for row in rows:
            if not breaker.may_call(BREAKER, now):
                break
            outcome = send_one(row, now, outgoing)
            if outcome is None:
                continue  # another worker has it, or another mail carries it
            handled += 1
            if outcome.unreachable:
                break
    return handled


def send_one(row: Row, now: datetime, outgoing: Outgoing) -> Outcome | None:
    """Claim one mail, send it, store the outcome; None if another worker was faster."""
    waiting: QuerySet[Any] = type(row)._default_manager.filter(state="waiting", next_at__lte=now)
    with transaction.atomic(durable=True):  # committed when the block ends: seen before anything is sent
        fence = claim(waiting, row, lease_now=clock.lease_now(), lease=LEASE, state="sending")
    if fence is None:
        return None
    crash.point("notifications.send.claimed")
    try:
        mail = write(row, now)
    except NotNeeded as reason:
        outcome = Outcome("dropped", str(reason))
    except Exception:  # a fault in one room's words must not hold up the mails of all others
        log.exception("mail_not_written", extra={"row": str(row)})
        outcome = Outcome("failed", "not_written")
    else:
        outcome = outgoing.send(mail, row.attempts, _queued_at(row), now)
        crash.point("notifications.send.sent")
    store(row, fence, outcome, now)
    crash.point("notifications.send.stored")
    return outcome


def write(row: Row, now: datetime) -> EmailMessage:
    """The mail of a row. Raises NotNeeded if what it says must not be sent (any more)."""
    if isinstance(row, QueuedMail):
        return unpack(row)
    message = row.message
    person = message.person
    kind = require_needed(message, now)
    with as_read_by(person):
        letter = kind.words([message], now).get(message.pk)
        if letter is None:
            raise NotNeeded("gone")
        return compose(
            _with_way_out(letter, kind, person),
            to=person.email,
            headers={"Message-ID": row.provider_id},
        )


def require_needed(message: Message, now: datetime) -> registry.Kind:
    """The message's kind, if it is still to be mailed. Raises NotNeeded with the reason."""
    person = message.person
    if message.dropped_at is not None:
        raise NotNeeded(message.why_dropped)
    if not registry.known(message.kind):
        raise NotNeeded("unknown_kind")
    kind = registry.kind_of(message.kind)
    if why := why_no_mail(person):
        raise NotNeeded(why)
    if message.stale_at is not None and message.stale_at <= now:
        raise NotNeeded("stale")
    if kind.optional and not wanting([message.person_id], message.kind, message.program_uid):
        raise NotNeeded("not_wanted")
    if not kind.still_true(message, now):
        raise NotNeeded("untrue")
    if message.pk not in kind.allowed([message], now):
        raise NotNeeded("not_allowed")
    return kind


@transaction.atomic
def store(row: Row, fence: int, outcome: Outcome, now: datetime) -> bool:
    """Write what came of a try, if nobody else has taken the row since."""
    changes: dict[str, Any] = {"state": outcome.state, "lease_until": None, "last_error_code": outcome.why}
    if outcome.state == "sent":
        changes["sent_at"] = now
    elif outcome.state != "dropped":
        changes["last_error_at"] = now
    if outcome.next_at is not None:
        changes["next_at"] = outcome.next_at
    if isinstance(row, QueuedMail) and outcome.state == "sent":
        changes["sealed"] = None  # it held a link that lets somebody in
    mine: QuerySet[Any] = type(row)._default_manager.filter(pk=row.pk, fence=fence, state="sending")
    if not mine.update(**changes):
        return False
    if isinstance(row, Delivery) and outcome.why in UNTELLABLE:
        Message.objects.filter(pk=row.message_id, dropped_at__isnull=True, read_at__isnull=True).update(
            dropped_at=now, why_dropped=outcome.why
        )
    return True


def give_up_lapsed() -> int:
    """Rows whose sender is gone may have arrived: they fail and are shown to the admin; how many."""
    lease_now, failed_at = clock.lease_now(), clock.now()
    lapsed = 0
    for model in (Delivery, QueuedMail):
        rows: QuerySet[Any] = model._default_manager.filter(state="sending", lease_until__lte=lease_now)
        if rows.exists():
            lapsed += rows.update(
                state="failed",
                last_error_code=MAY_HAVE_ARRIVED,
                last_error_at=failed_at,
                lease_until=None,
            )
    return lapsed


def drop_not_joined(now: datetime) -> int:
    """What is due to people who have not taken up their accounts is dropped in one go; how many.

    A school that has just enrolled everybody has thousands of these, none of which needs a claim of its own.
    """
    people = Message.objects.filter(
        person__joined_at__isnull=True,
        person__is_active=True,
        person__erased_at__isnull=True,
        dropped_at__isnull=True,
    )
    due = Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=now, message__in=people)
    # asked first: nearly always there is nothing to write, and on SQLite even that would wait for a writer
    if not due.exists():
        return 0
    return due.update(state=Delivery.State.DROPPED, last_error_code=NOT_JOINED, lease_until=None)


def _due(now: datetime, limit: int) -> list[Row]:
    """Account mails first: somebody waits before a page for them."""
    account_mails = QueuedMail.objects.filter(state=QueuedMail.State.WAITING, next_at__lte=now)
    messages = Delivery.objects.filter(state=Delivery.State.WAITING, next_at__lte=now)
    rows: list[Row] = list(account_mails.order_by("next_at")[:limit])
    rows += messages.select_related("message__person").order_by("next_at")[: limit - len(rows)]
    return rows


def _let_carry(rows: Sequence[Row], now: datetime) -> None:
    """Before any of these mails is claimed: what rooms above mail about the same things takes them along."""
    people = {row.message.person_id for row in rows if isinstance(row, Delivery) and _can_be_carried(row)}
    if people:
        hooks.mails_due.tell(people=people, now=now)


def _can_be_carried(row: Delivery) -> bool:
    kind = row.message.kind
    return registry.known(kind) and registry.kind_of(kind).about is not None


def _queued_at(row: Row) -> datetime:
    return row.created_at if isinstance(row, QueuedMail) else row.message.not_before


def _with_way_out(letter: Letter, kind: registry.Kind, person: User) -> Letter:
    if not kind.optional:
        return letter
    path = reverse("notifications:unsubscribe", args=[token_for(person, kind.name)])
    return replace(letter, unsubscribe=path)
