"""The trip to Zoom's consent page and back.

The state that leaves with the browser is single-use, lives ten minutes, and belongs to one person and one
session. What comes back is shown ("Is this your Zoom account?") and becomes hers only by a POST, in
`linking`; her own Zoom user again is stored at once. A Zoom user whom another holds is refused without naming
anybody.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.urls import reverse

from eduraise.accounts.models import User
from eduraise.core import audit, crash
from eduraise.zoom import api, features, linking
from eduraise.zoom.enums import Outcome
from eduraise.zoom.linking import Returned
from eduraise.zoom.models import Connecting
from eduraise.zoom.wake import licence_of
from zoomclient import (
    AccessTokenRefused,
    ConnectionLost,
    CredentialsRefused,
    Refused,
    ScopeMissing,
    TokenPair,
    ZoomError,
    pkce_pair,
)
from zoomclient import User as ZoomMe

LIVES = timedelta(minutes=10)
PENDING_FIELDS = (
    "zoom_account_id",
    "zoom_user_id",
    "shown_name",
    "shown_email",
    "licence",
    "access_token",
    "refresh_token",
    "access_expires_at",
    "api_url",
    "scopes",
)
log = structlog.get_logger(__name__)


def redirect_uri() -> str:
    """Where Zoom sends people back to: by BASE_URL, never by what a request says its host is."""
    return f"{settings.BASE_URL}{reverse('zoom:callback')}"


def begin(*, person: User, session_key: str, return_path: str, now: datetime) -> str:
    """Begin a try: the address at Zoom at which the teacher agrees."""
    state, pkce = secrets.token_urlsafe(32), pkce_pair()
    Connecting.objects.create(
        state_hash=_hash(state),
        person=person,
        session_hash=_hash(session_key),
        verifier=pkce.verifier.reveal(),
        return_path=return_path[:300],
        created_at=now,
        expires_at=now + LIVES,
    )
    with api.oauth() as oauth:
        return oauth.authorize_url(redirect_uri=redirect_uri(), state=state, code_challenge=pkce.challenge)


def come_back(*, person: User, session_key: str, params: Mapping[str, str], now: datetime) -> Returned:
    """Take what Zoom's page sent back. Call it outside a transaction: it calls Zoom."""
    connecting = _spend(person, session_key, params.get("state", ""), now)
    if isinstance(connecting, Outcome):
        audit.record("zoom.connect_refused", by=person, at=now, after={"why": str(connecting)})
        return Returned(connecting)
    if not params.get("code"):
        return Returned(Outcome.REFUSED, connecting)
    linking.look_soon(person, now)
    try:
        pair = _exchange(params["code"], connecting)
    except ZoomError as problem:
        return Returned(_trouble(problem), connecting)
    try:
        me = _whose(pair)
    except ScopeMissing as problem:
        linking.forget(pair, zoom_user_id="", now=now)
        missing = features.CLASSES.lacking(pair.scopes) or tuple(sorted(problem.scopes))
        return Returned(Outcome.SCOPES_MISSING, connecting, missing)
    except ZoomError as problem:
        return Returned(_trouble(problem), connecting)
    crash.point("zoom.connect.exchanged")
    if missing := features.CLASSES.lacking(pair.scopes):
        linking.forget(pair, zoom_user_id=me.id, now=now)
        return Returned(Outcome.SCOPES_MISSING, connecting, tuple(missing))
    if wide := features.too_wide(pair.scopes):
        linking.forget(pair, zoom_user_id=me.id, now=now)
        audit.record("zoom.connect_refused", by=person, at=now, after={"why": str(Outcome.TOO_WIDE)})
        return Returned(Outcome.TOO_WIDE, connecting, wide)
    return _place(connecting, pair, me, now)


def _spend(person: User, session_key: str, state: str, now: datetime) -> Connecting | Outcome:
    row = Connecting.objects.filter(state_hash=_hash(state)).first() if state else None
    if row is None or row.person_id != person.pk or row.session_hash != _hash(session_key):
        return Outcome.NOT_STARTED_HERE
    fresh = Connecting.objects.filter(pk=row.pk, spent_at__isnull=True, expires_at__gt=now)
    return row if fresh.update(spent_at=now) else Outcome.EXPIRED


def _exchange(code: str, connecting: Connecting) -> TokenPair:
    with api.oauth() as oauth:
        return oauth.exchange_code(code, redirect_uri=redirect_uri(), code_verifier=connecting.verifier)


def _whose(pair: TokenPair) -> ZoomMe:
    with api.zoom_with(pair.access, pair.api_url) as zoom:
        return zoom.users.me()


def _trouble(problem: ZoomError) -> Outcome:
    log.warning("connecting failed", reason=problem.reason)
    match problem:
        case CredentialsRefused(reason="redirect_mismatch"):
            return Outcome.REDIRECT_MISMATCH
        case CredentialsRefused():
            return Outcome.WRONG_CREDENTIALS
        case ConnectionLost():
            return Outcome.CODE_SPENT
        case Refused() | AccessTokenRefused():
            return Outcome.ZOOM_SAID_NO
        case _:
            return Outcome.UNREACHABLE


def _place(connecting: Connecting, pair: TokenPair, me: ZoomMe, now: datetime) -> Returned:
    """Keep the pair as pending, or at once where it is her own Zoom user again."""
    holder = linking.holder_of(me.account_id, me.id)
    if holder is not None and holder.teacher_id != connecting.person_id:
        # refused, and what the holder lives by is not revoked: that would end her grant
        if not linking.keep_alive(holder, pair, by=connecting.person, now=now):
            linking.forget(pair, zoom_user_id=me.id, now=now)
        return Returned(Outcome.HELD_BY_ANOTHER, connecting)
    _store_pending(connecting, pair, me, now)
    crash.point("zoom.connect.pending_stored")
    if holder is not None:
        return linking.confirm(connecting=connecting, person=connecting.person, now=now)
    return Returned(Outcome.TO_CONFIRM, connecting)


def _store_pending(connecting: Connecting, pair: TokenPair, me: ZoomMe, now: datetime) -> None:
    connecting.zoom_account_id, connecting.zoom_user_id = me.account_id, me.id
    connecting.shown_name = me.name
    connecting.shown_email, connecting.licence = me.email, licence_of(me)
    connecting.access_token = pair.access.reveal()
    connecting.refresh_token = pair.refresh.reveal() if pair.refresh else None
    connecting.access_expires_at, connecting.api_url = pair.expires_at, pair.api_url
    connecting.scopes = sorted(pair.scopes)
    with transaction.atomic():
        # not spent_at: it was set beside this row, and must stay
        connecting.save(update_fields=PENDING_FIELDS)
        _forget_earlier(connecting, now)


def _forget_earlier(connecting: Connecting, now: datetime) -> None:
    """A new consent ends her ones before it at Zoom: their pairs must not be confirmed over this one. Nor are
    they revoked, which would end this one too."""
    Connecting.objects.filter(
        person=connecting.person,
        zoom_account_id=connecting.zoom_account_id,
        zoom_user_id=connecting.zoom_user_id,
        refresh_token__isnull=False,
        confirmed_at__isnull=True,
        dropped_at__isnull=True,
    ).exclude(pk=connecting.pk).update(dropped_at=now, access_token=None, refresh_token=None)


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
