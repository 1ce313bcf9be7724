"""The token of the organisation's own (server-to-server) app, which answers for a whole account.

It comes without a refresh token: when it runs out, another is fetched.

Fetching one may end the one before (Zoom staff, https://devforum.zoom.us/t/72070, read 2026-11-23): so all
processes share one, and one that Zoom refuses is looked up again before anything is fetched.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db.models import F, Q, QuerySet

from eduraise.core import clock, encrypted
from eduraise.zoom import api
from eduraise.zoom.enums import USABLE, HostState
from eduraise.zoom.models import ZoomAccount, ZoomOperation, ZoomUser
from zoomclient import ConnectionLost, CredentialsRefused, NotSent, Refused, Secret, TokenPair, ZoomError

LEFT = timedelta(minutes=5)
LEASE = timedelta(seconds=60)
PAUSE = timedelta(seconds=5)
LOOKS, LOOK = 50, timedelta(seconds=0.1)
ACCOUNT_LOST = "account_lost"

log = structlog.get_logger(__name__)


def access_token_for(account: ZoomAccount, now: datetime, *, but: str = "") -> Secret:
    """A token good for at least five minutes, fetched if need be. Call it outside any transaction.

    but: one that Zoom has just refused; one that differs is taken from the row before another is fetched.
    Raises ConnectionLost (the admin must mend the app), NotSent or OutcomeUnknown (later).
    """
    account = ZoomAccount.objects.get(pk=account.pk)
    if not account.serves:
        raise ConnectionLost("the account is not connected")
    if account.access_token and _is_good(account, now):
        if account.access_token != but:
            return Secret(account.access_token)
        ZoomAccount.objects.filter(pk=account.pk, token_version=account.token_version).update(voided_at=now)
        log.warning("the account's token ended before its time", account=account.zoom_account_id)
    return fetch(account, now)


def _is_good(account: ZoomAccount, now: datetime) -> bool:
    return bool(account.access_expires_at and account.access_expires_at > now + LEFT)


def fetch(account: ZoomAccount, now: datetime) -> Secret:
    """Fetch a token and store it before it is used; one process does, the others wait for what it gets."""
    version = account.token_version
    if not _lease(account):
        return _wait_for_another(account, version, now)
    try:
        with api.account_oauth() as oauth:
            pair = oauth.account_credentials(account.zoom_account_id)
    except (CredentialsRefused, Refused) as problem:
        mark_lost(account, problem.reason, now)
        raise ConnectionLost("the account's app is refused") from None
    except ZoomError:
        ZoomAccount.objects.filter(pk=account.pk).update(lease_until=None)
        raise
    store(account, pair, version=version, now=now)
    return Secret(ZoomAccount.objects.get(pk=account.pk).access_token or "")


def _lease(account: ZoomAccount) -> bool:
    lease_now = clock.lease_now()
    return bool(
        ZoomAccount.objects.filter(
            Q(lease_until__isnull=True) | Q(lease_until__lte=lease_now),
            pk=account.pk,
            token_version=account.token_version,
        ).update(lease_until=lease_now + LEASE, fence=F("fence") + 1)
    )


def _wait_for_another(account: ZoomAccount, version: int, now: datetime) -> Secret:
    for _look in range(LOOKS):
        row = ZoomAccount.objects.get(pk=account.pk)
        if row.token_version != version and row.access_token:
            return Secret(row.access_token)
        if not row.is_whole or row.state == HostState.LOST:
            raise ConnectionLost("the account is not connected")
        if row.lease_until is None:
            break
        clock.pause(LOOK)
    raise NotSent("a token is being fetched", reason="refreshing", retry_at=now + PAUSE)


def store(account: ZoomAccount, pair: TokenPair, *, version: int, now: datetime) -> bool:
    """Store a token that was fetched for `version`, if that is still the stored one."""
    changes: dict[str, object] = {}
    if account.state != HostState.CONNECTED:
        changes = {"state": HostState.CONNECTED, "state_since": now, "state_reason": ""}
    stored = ZoomAccount.objects.filter(pk=account.pk, token_version=version).update(
        access_token=encrypted.seal(account, account.uid, "access_token", pair.access.reveal()),
        access_expires_at=pair.expires_at,
        token_version=version + 1,
        lease_until=None,
        scopes=sorted(pair.scopes),
        api_url=pair.api_url,
        **changes,
    )
    if stored and changes:
        regain(ZoomUser.objects.filter(account=account), now)
    return bool(stored)


def mark_lost(account: ZoomAccount, why: str, now: datetime) -> None:
    """Zoom knows the app no more: neither it nor the hosts that live by it can be called."""
    lost = {"state": HostState.LOST, "state_since": now}
    rows = ZoomAccount.objects.filter(pk=account.pk, is_whole=True).exclude(state=HostState.LOST)
    rows.update(lease_until=None, state_reason=why[:60], **lost)
    ZoomUser.objects.filter(account=account, by_account=True, state__in=USABLE).update(
        state_reason=ACCOUNT_LOST, **lost
    )


def regain(hosts: QuerySet[ZoomUser], now: datetime) -> None:
    """Of these hosts of an account that works, those that were lost with it are back, those whose own link
    ended meanwhile are served by it, and what waited for them goes on."""
    back = {"by_account": True, "state": HostState.CONNECTED, "state_since": now, "wake_at": now}
    lost = hosts.filter(state=HostState.LOST)
    served = lost.filter(by_account=False, teacher__isnull=False, in_account_at__isnull=False)
    own = lost.filter(by_account=True)
    ids = [*own.values_list("pk", flat=True), *served.values_list("pk", flat=True)]
    # one that was let go meanwhile stays so
    own.update(state_reason="", **back)
    served.update(**back)
    ZoomOperation.objects.filter(meeting__host__in=ids, state="pending", next_at__gt=now).update(next_at=now)
