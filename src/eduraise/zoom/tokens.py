"""A host's access token, and the pair behind it that Zoom replaces with each refresh.

One process spends a pair at a time; the new pair is stored before it is used. What was lost on the way is
tried again with the kept pair, with growing pauses; only Zoom's word that the grant is gone ends it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import F, Q

from eduraise.core import audit, clock, crash, encrypted
from eduraise.zoom import accounttokens, api, revoking
from eduraise.zoom.enums import USABLE, HostState
from eduraise.zoom.models import Connecting, ZoomUser
from zoomclient import ConnectionLost, NotSent, RateLimited, Secret, TokenPair, ZoomError

LEFT = timedelta(minutes=5)
LEASE = timedelta(seconds=60)
KEPT = timedelta(hours=24)
PAUSES = (timedelta(seconds=5), timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15))
LOOKS, LOOK = 50, timedelta(seconds=0.1)

log = structlog.get_logger(__name__)


ME = "me"


@dataclass(frozen=True)
class Access:
    """With what a host is called: a token, the name by which its owner calls the host, and where.

    user_id: "me" for a teacher's own token; the account's app names the user.
    """

    token: Secret
    user_id: str
    api_url: str


def access_for(host: ZoomUser, now: datetime, *, but: str = "") -> Access:
    """What a host's calls go with: her own healthy link, else the account's. Call it outside a transaction.

    The token is good for at least five minutes, refreshed if need be. but: one that Zoom has just refused; if
    the row has another by now, that is taken before anything is spent.
    Raises ConnectionLost (somebody must connect again), NotSent or OutcomeUnknown (later).
    """
    try:
        return _access(_row(host), now, but)
    except ConnectionLost:
        row = _row(host)
        if row.by_account and row.is_usable:  # her own link ended just now, and the account's took over
            return _access(row, now, but)
        raise


def _row(host: ZoomUser) -> ZoomUser:
    return ZoomUser.objects.select_related("account").get(pk=host.pk)


def _access(host: ZoomUser, now: datetime, but: str) -> Access:
    if not host.is_usable:
        raise ConnectionLost("not connected")
    if host.by_account:
        token = accounttokens.access_token_for(host.account, now, but=but)
        return Access(token, host.zoom_user_id, host.account.api_url)
    return Access(_own_token(host, now, but), ME, host.api_url)


def _own_token(host: ZoomUser, now: datetime, but: str) -> Secret:
    if host.refresh_token is None:
        raise ConnectionLost("not connected")
    if _is_good(host, now) and host.access_token != but:
        return Secret(host.access_token)
    return _refresh(host, now)


def _is_good(host: ZoomUser, now: datetime) -> bool:
    return bool(host.access_token and host.access_expires_at and host.access_expires_at > now + LEFT)


def _refresh(host: ZoomUser, now: datetime) -> Secret:
    version = host.token_version
    if not _lease(host, now):
        return _wait_for_another(host, version, now)
    crash.point("zoom.tokens.claimed")
    try:
        with api.oauth() as oauth:
            pair = oauth.refresh(Secret(host.refresh_token))
    except ConnectionLost:
        return _lost_or_moved(host, version, now)
    except NotSent:
        _release(host, version, spends=F("spends") - 1)
        raise
    except ZoomError as problem:
        again_at = now + PAUSES[min(host.spends, len(PAUSES) - 1)]
        if isinstance(problem, RateLimited):
            again_at = max(again_at, problem.retry_at)
        _release(host, version, refresh_not_before=again_at)
        log.warning("refresh without an answer", host=str(host.uid), reason=problem.reason)
        raise
    crash.point("zoom.tokens.answered")
    is_stored = store_pair(host, pair, version=version, now=now)
    crash.point("zoom.tokens.stored")
    return pair.access if is_stored else _overtaken(host, pair, now)


def _overtaken(host: ZoomUser, pair: TokenPair, now: datetime) -> Secret:
    """The row went on without us: connected anew, or disconnected. Then Zoom must be told of this pair."""
    row = ZoomUser.objects.get(pk=host.pk)
    if row.is_usable and row.access_token:
        return Secret(row.access_token)
    revoking.want(
        zoom_user_id=host.zoom_user_id,
        access_token=pair.access.reveal(),
        access_expires_at=pair.expires_at,
        refresh_token=pair.refresh.reveal() if pair.refresh else None,
        now=now,
    )
    raise ConnectionLost("not connected")


def _lease(host: ZoomUser, now: datetime) -> bool:
    lease_now = clock.lease_now()
    return bool(
        ZoomUser.objects.filter(
            Q(lease_until__isnull=True) | Q(lease_until__lte=lease_now),
            Q(refresh_not_before__isnull=True) | Q(refresh_not_before__lte=now),
            pk=host.pk,
            token_version=host.token_version,
            state__in=USABLE,
        ).update(lease_until=lease_now + LEASE, fence=F("fence") + 1, spends=F("spends") + 1)
    )


def _wait_for_another(host: ZoomUser, version: int, now: datetime) -> Secret:
    """Another process is refreshing: its pair is the answer."""
    for _look in range(LOOKS):
        row = ZoomUser.objects.get(pk=host.pk)
        if row.token_version != version and row.access_token:
            return Secret(row.access_token)
        if not row.is_usable:
            raise ConnectionLost("not connected")
        if row.lease_until is None and row.refresh_not_before and row.refresh_not_before > now:
            break
        clock.pause(LOOK)
    raise NotSent("a refresh is under way", reason="refreshing", retry_at=now + PAUSES[0])


def store_pair(host: ZoomUser, pair: TokenPair, *, version: int, now: datetime) -> bool:
    """Store a pair that was spent from `version`, if that is still the stored one; False: a newer one is.

    Not the fence decides: a process that was stopped past its lease may hold the only pair that lives.
    """

    def sealed(field: str, secret: Secret | None) -> encrypted.Ciphertext | None:
        return encrypted.seal(host, host.uid, field, secret.reveal()) if secret else None

    old = host.refresh_token
    return bool(
        ZoomUser.objects.filter(pk=host.pk, token_version=version).update(
            access_token=sealed("access_token", pair.access),
            access_expires_at=pair.expires_at,
            refresh_token=sealed("refresh_token", pair.refresh),
            previous_refresh_token=encrypted.seal(host, host.uid, "previous_refresh_token", old)
            if old
            else None,
            previous_until=now + KEPT,
            token_version=version + 1,
            spends=0,
            refresh_not_before=None,
            lease_until=None,
            api_url=pair.api_url,
            scopes=sorted(pair.scopes),
            state=HostState.CONNECTED,
            state_since=now if host.state != HostState.CONNECTED else host.state_since,
            state_reason="",
            by_account=False,
        )
    )


def _lost_or_moved(host: ZoomUser, version: int, now: datetime) -> Secret:
    """Zoom says that the pair is dead: unless a newer one is stored, the connection is lost."""
    row = ZoomUser.objects.get(pk=host.pk)
    if row.token_version != version and row.access_token:
        return Secret(row.access_token)
    mark_lost(host, version=version, now=now)
    raise ConnectionLost("the grant is gone")


def mark_lost(host: ZoomUser, *, version: int, now: datetime) -> bool:
    """Write that the teacher must connect again, unless the account serves her from now on.

    The tokens stay until she connects: nothing is deleted.
    """
    return bool(
        ZoomUser.objects.filter(pk=host.pk, token_version=version, state__in=USABLE).update(
            lease_until=None, **without_own_link(host, "invalid_grant", now)
        )
    )


def without_own_link(host: ZoomUser, why: str, now: datetime) -> dict[str, object]:
    """How a host stands when its own link has ended: by the account's, if that serves it, else lost."""
    if host.account.serves and host.in_account_at is not None:
        return {"by_account": True, "state": HostState.CONNECTED, "state_since": now, "state_reason": why}
    return {"by_account": False, "state": HostState.LOST, "state_since": now, "state_reason": why}


def erase(host: ZoomUser, *, granted_before: datetime, why: str, now: datetime) -> bool:
    """Forget all tokens of a Zoom user who took the grant back; within the caller's transaction.

    granted_before: when the grant was taken back; a connection made later is not meant. True if tokens were
    erased, or if there were none to erase.
    """
    host = (
        ZoomUser.objects.select_for_update(no_key=True, of=("self",))
        .select_related("account")
        .get(pk=host.pk)
    )
    Connecting.objects.filter(
        zoom_account_id=host.account.zoom_account_id,
        zoom_user_id=host.zoom_user_id,
        spent_at__lte=granted_before,
        refresh_token__isnull=False,
    ).update(access_token=None, refresh_token=None, dropped_at=now)
    if host.is_usable and host.state_since > granted_before:
        return False
    held = (host.access_token, host.refresh_token, host.previous_refresh_token)
    if not any(held):
        return True
    lost = without_own_link(host, why, now)
    ZoomUser.objects.filter(pk=host.pk).update(
        access_token=None,
        refresh_token=None,
        previous_refresh_token=None,
        previous_until=None,
        token_version=F("token_version") + 1,
        lease_until=None,
        **(lost if host.is_usable else {}),
    )
    audit.record("zoom.removed_at_zoom", by=None, label="Zoom", thing=host, at=now)
    return True


def _release(host: ZoomUser, version: int, **changes: object) -> None:
    ZoomUser.objects.filter(pk=host.pk, token_version=version).update(lease_until=None, **changes)
