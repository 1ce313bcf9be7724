"""The organisation's Zoom account, connected as a whole by an app of its own (server-to-server).

It answers for teachers who have no healthy link of their own, and for shared hosts. Whose Zoom user is whose
is suggested by e-mail and said by an admin; licences and deactivations are followed.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from eduraise.access.roles import teachers
from eduraise.accounts.models import User
from eduraise.core import audit, breaker
from eduraise.core.errors import DomainError
from eduraise.zoom import accounttokens, api, features, licences, silence
from eduraise.zoom.enums import USABLE, HostKind, HostState
from eduraise.zoom.losses import DEACTIVATED, DELETED
from eduraise.zoom.models import ZoomAccount, ZoomUser
from eduraise.zoom.wake import is_active, licence_of
from zoomclient import (
    AccessTokenRefused,
    ConnectionLost,
    NotFound,
    Refused,
    Zoom,
    ZoomError,
)
from zoomclient import User as ZoomMe

EVERY = timedelta(hours=24)
AGAIN_IN = timedelta(minutes=10)
LOST_AGAIN_IN = timedelta(hours=1)
# So many ended links are asked about in one turn
MOST_LOST = 20

log = structlog.get_logger(__name__)


def whole() -> ZoomAccount | None:
    """The account that is connected as a whole, however that stands."""
    return ZoomAccount.objects.filter(is_whole=True).first()


@transaction.atomic
def connect(*, account_id: str, now: datetime, by: User | None = None) -> ZoomAccount:
    """Take an account as the organisation's own. What it may do shows at its first look, due at once."""
    for former in ZoomAccount.objects.filter(is_whole=True).exclude(zoom_account_id=account_id):
        disconnect(former, now=now, by=by)
    account, _made = ZoomAccount.objects.get_or_create(zoom_account_id=account_id)
    ZoomAccount.objects.filter(pk=account.pk).update(
        is_whole=True,
        state=HostState.CONNECTED,
        state_since=now,
        state_reason="",
        access_token=None,
        token_version=F("token_version") + 1,
        lease_until=None,
        voided_at=None,
        wake_at=now,
    )
    audit.record("zoom.account_connected", by=by, label="" if by else "EduRaise", thing=account, at=now)
    account.refresh_from_db()
    return account


@transaction.atomic
def disconnect(account: ZoomAccount, *, now: datetime, by: User | None = None) -> None:
    """Let an account's own app go: its hosts need links of their own from then on."""
    accounttokens.mark_lost(account, "disconnected", now)
    ZoomAccount.objects.filter(pk=account.pk).update(
        is_whole=False,
        state=HostState.CLOSED,
        access_token=None,
        token_version=F("token_version") + 1,
        wake_at=None,
    )
    ZoomUser.objects.filter(account=account).update(in_account_at=None)
    audit.record("zoom.account_disconnected", by=by, label="" if by else "EduRaise", thing=account, at=now)


def connect_configured(now: datetime) -> ZoomAccount | None:
    """Connect the account whose app is configured; None where none is."""
    if not api.account_is_configured():
        return None
    return connect(account_id=api.configured("ZOOM_ACCOUNT_ID"), now=now)


def account_due(now: datetime) -> dict[str, int]:
    """Keep the account as it is configured, and look at its people when that is due; what was found."""
    account, wanted = whole(), api.configured("ZOOM_ACCOUNT_ID") if api.account_is_configured() else ""
    if account is not None and account.zoom_account_id != wanted:
        disconnect(account, now=now)
        account = None
    account = account or connect_configured(now)
    if account is None:
        return {}
    _ask_of_lost(account, now)
    if account.wake_at is not None and account.wake_at > now:
        return {}
    taken = ZoomAccount.objects.filter(pk=account.pk, wake_at=account.wake_at).update(wake_at=now + AGAIN_IN)
    return look(account, now) if taken else {}


def look(account: ZoomAccount, now: datetime) -> dict[str, int]:
    """Ask Zoom of the account's hosts and of teachers without one. Call it outside a transaction."""
    if not breaker.may_call(silence.BREAKER, now):
        return {"silent": 1}
    try:
        _revive(account, now)
        counts = {"hosts": _check_hosts(account, now), "suggested": _suggest(account, now)}
    except ConnectionLost:
        _plan(account, now + LOST_AGAIN_IN)
        return {"lost": 1}
    except ZoomError as problem:
        silence.note(problem, now)
        log.info("the account could not be looked at", reason=problem.reason)
        return {"put off": 1}
    breaker.answered(silence.BREAKER)
    ZoomAccount.objects.filter(pk=account.pk).update(checked_at=now)
    _plan(account, now + EVERY)
    return counts


def _ask_of_lost(account: ZoomAccount, now: datetime) -> None:
    """Whose own link ended since: whether the Zoom user is still active, the account knows."""
    since = Q(checked_at__isnull=True) | Q(checked_at__lt=F("state_since"))
    lost = ZoomUser.objects.filter(since, account=account, by_account=False, state=HostState.LOST)
    if not account.serves or not breaker.may_call(silence.BREAKER, now):
        return
    for host in lost.order_by("pk")[:MOST_LOST]:
        try:
            told = find_user(account, host.zoom_user_id, now)
        except ZoomError as problem:
            silence.note(problem, now)
            return
        note_user(host, told, now)
        ZoomUser.objects.filter(pk=host.pk).update(checked_at=now)


def _plan(account: ZoomAccount, at: datetime) -> None:
    ZoomAccount.objects.filter(pk=account.pk).update(wake_at=at)


def _revive(account: ZoomAccount, now: datetime) -> None:
    """An app that Zoom refused may have been mended there: only asking tells."""
    row = ZoomAccount.objects.get(pk=account.pk)
    if row.state == HostState.LOST:
        accounttokens.fetch(row, now)


def ask[Got](
    account: ZoomAccount, now: datetime, question: Callable[[Zoom], Got], *, seconds: float = 10.0
) -> Got:
    """Ask Zoom something with the account's token; once more with another where Zoom refuses it."""
    token = accounttokens.access_token_for(account, now)
    row = ZoomAccount.objects.get(pk=account.pk)
    try:
        return question(api.zoom_of_account(row, token, seconds=seconds))
    except AccessTokenRefused:
        fresh = accounttokens.access_token_for(account, now, but=token.reveal())
        return question(api.zoom_of_account(row, fresh, seconds=seconds))


def find_user(account: ZoomAccount, whose: str, now: datetime) -> ZoomMe | None:
    """A Zoom user of the account by id or e-mail; None where the account has none."""
    try:
        return ask(account, now, lambda zoom: zoom.users.get(whose))
    except NotFound:
        return None


def probe(account: ZoomAccount, now: datetime) -> None:
    """Ask Zoom the least with the account's token, fetched anew if the app had been refused.

    Raises ConnectionLost if Zoom doesn't accept the app, another ZoomError if it can't be asked.
    """
    _revive(account, now)
    host = ZoomUser.objects.filter(account=account, in_account_at__isnull=False).first()
    with contextlib.suppress(Refused):  # a scope that lacks, or no such user: the app itself was accepted
        ask(account, now, lambda zoom: zoom.users.get(host.zoom_user_id if host else "me"))


def _check_hosts(account: ZoomAccount, now: datetime) -> int:
    """What the account says of the hosts that we know; of those that nobody uses, too, if they were its."""
    hosts = ZoomUser.objects.filter(account=account).exclude(state=HostState.KNOWN, in_account_at=None)
    number = 0
    for host in hosts.order_by("pk"):
        note_user(host, find_user(account, host.zoom_user_id, now), now)
        number += 1
    return number


@transaction.atomic
def note_user(host: ZoomUser, told: ZoomMe | None, now: datetime) -> None:
    """Keep what the account said of one of its users; None: it has no such user.

    Who is active there is served again: after she was gone, after the account was, and after her own link had
    ended while it was.
    """
    row = ZoomUser.objects.filter(pk=host.pk)
    if told is None or not is_active(told):
        row.update(in_account_at=None)
        # a link of her own that ended may have ended by this; one that works is asked itself
        gone = Q(by_account=True, state__in=USABLE) | Q(by_account=False, state=HostState.LOST)
        why = DEACTIVATED if told else DELETED
        if row.filter(gone).update(state=HostState.GONE, state_since=now, state_reason=why):
            licences.tell_if_gone(host, now)
        return
    licences.tell_if_lowered(host, licence_of(told), now)
    row.update(
        in_account_at=now,
        email=told.email or host.email,
        name=told.name[:150] or host.name,
        licence=licence_of(told),
        zone=told.timezone,
    )
    row.filter(by_account=True, state=HostState.GONE).update(
        state=HostState.CONNECTED, state_since=now, state_reason="", wake_at=now
    )
    # whether her own link works too, only a call by it tells
    row.filter(by_account=False, state=HostState.GONE, refresh_token__isnull=False).update(
        state=HostState.DOUBTFUL, state_since=now, state_reason="", wake_at=now
    )
    accounttokens.regain(row, now)


def _suggest(account: ZoomAccount, now: datetime) -> int:
    """Look for the Zoom users of teachers who have no host, by their e-mail."""
    known = ZoomUser.objects.filter(suggested_teacher__isnull=False).values("suggested_teacher")
    number = 0
    for teacher in teachers(now).filter(zoom_user__isnull=True).exclude(pk__in=known).order_by("pk"):
        told = find_user(account, teacher.email, now)
        if told is not None and is_active(told) and _is_hers(told, teacher):
            host = host_of(account, told, now)
            free = ZoomUser.objects.filter(pk=host.pk, teacher__isnull=True, kind=HostKind.PERSON)
            number += free.update(suggested_teacher=teacher)
    return number


def _is_hers(told: ZoomMe, teacher: User) -> bool:
    return told.email.casefold() == teacher.email.casefold()


def host_of(account: ZoomAccount, told: ZoomMe, now: datetime) -> ZoomUser:
    """The row of a Zoom user of the account, made if there is none, with what the account says of it."""
    host, _made = ZoomUser.objects.get_or_create(
        account=account, zoom_user_id=told.id, defaults={"state_since": now}
    )
    note_user(host, told, now)
    host.refresh_from_db()
    return host


IS_SUGGESTED = Q(
    suggested_teacher__isnull=False, teacher__isnull=True, not_hers_at__isnull=True, kind=HostKind.PERSON
)


def suggestions() -> QuerySet[ZoomUser]:
    """Zoom users of the account that may be a teacher's, for an admin to say."""
    rows = ZoomUser.objects.filter(IS_SUGGESTED)
    return rows.select_related("suggested_teacher", "account").order_by("suggested_teacher__name", "pk")


class NotInAccount(DomainError):
    """The account has no such Zoom user who could hold classes."""

    code = "not_in_account"


class AlreadyLinked(DomainError):
    """The teacher has a host, or the Zoom user is somebody's or the pool's."""

    code = "already_linked"


def lacking(account: ZoomAccount) -> tuple[str, ...]:
    """The scopes that the account's app needs and lacks, as its own token told; none before the first."""
    return features.CLASSES.lacking(account.scopes)
