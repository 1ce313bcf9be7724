"""Connecting a teacher's Zoom: consent, the pair that comes back, her confirmation; and disconnecting.

The state that leaves with the browser is single-use, lives ten minutes, and belongs to one person and one
session. What comes back is shown ("Connect account X?") and stored as hers only by a POST; her own Zoom user
again is stored at once. A Zoom user whom another holds is refused without naming anybody.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q
from django.urls import reverse

from eduraise.accounts.models import User
from eduraise.core import audit, clock, crash, encrypted
from eduraise.core.queue import back_off
from eduraise.zoom import api
from eduraise.zoom.enums import USABLE, HostState
from eduraise.zoom.models import Connecting, Revocation, ZoomAccount, ZoomOperation, ZoomUser
from eduraise.zoom.wake import licence_of
from zoomclient import (
    AccessTokenRefused,
    ConnectionLost,
    CredentialsRefused,
    Refused,
    ScopeMissing,
    Secret,
    TokenPair,
    ZoomError,
    missing_scopes,
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


class Outcome(StrEnum):
    """What became of a return from Zoom; each has its own words on the page."""

    CONNECTED = "connected"
    TO_CONFIRM = "to_confirm"
    REFUSED = "refused"
    NOT_STARTED_HERE = "not_started_here"
    EXPIRED = "expired"
    HELD_BY_ANOTHER = "held_by_another"
    SCOPES_MISSING = "scopes_missing"
    CODE_SPENT = "code_spent"
    WRONG_CREDENTIALS = "wrong_credentials"
    REDIRECT_MISMATCH = "redirect_mismatch"
    ZOOM_SAID_NO = "zoom_said_no"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True)
class Returned:
    """An outcome, with the try that it ended and the scopes that were not granted."""

    outcome: Outcome
    connecting: Connecting | None = None
    missing: tuple[str, ...] = ()


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
    try:
        pair, me = _exchange(params["code"], connecting)
    except CredentialsRefused as problem:
        is_address = problem.reason == "redirect_mismatch"
        outcome = Outcome.REDIRECT_MISMATCH if is_address else Outcome.WRONG_CREDENTIALS
        return Returned(outcome, connecting)
    except ConnectionLost:
        return Returned(Outcome.CODE_SPENT, connecting)
    except ScopeMissing as problem:
        return Returned(Outcome.SCOPES_MISSING, connecting, tuple(sorted(problem.scopes)))
    except (Refused, AccessTokenRefused) as problem:
        log.warning("connecting refused", reason=problem.reason)
        return Returned(Outcome.ZOOM_SAID_NO, connecting)
    except ZoomError as problem:
        log.warning("connecting failed", reason=problem.reason)
        return Returned(Outcome.UNREACHABLE, connecting)
    crash.point("zoom.connect.exchanged")
    if missing := missing_scopes(pair.scopes):
        return Returned(Outcome.SCOPES_MISSING, connecting, tuple(missing))
    return _place(connecting, pair, me, now)


def _spend(person: User, session_key: str, state: str, now: datetime) -> Connecting | Outcome:
    row = Connecting.objects.filter(state_hash=_hash(state)).first() if state else None
    if row is None or row.person_id != person.pk or row.session_hash != _hash(session_key):
        return Outcome.NOT_STARTED_HERE
    fresh = Connecting.objects.filter(pk=row.pk, spent_at__isnull=True, expires_at__gt=now)
    return row if fresh.update(spent_at=now) else Outcome.EXPIRED


def _exchange(code: str, connecting: Connecting) -> tuple[TokenPair, ZoomMe]:
    with api.oauth() as oauth:
        pair = oauth.exchange_code(code, redirect_uri=redirect_uri(), code_verifier=connecting.verifier)
    with api.zoom_with(pair.access, pair.api_url) as zoom:
        return pair, zoom.users.me()


def _place(connecting: Connecting, pair: TokenPair, me: ZoomMe, now: datetime) -> Returned:
    """Keep the pair as pending, or at once where it is her own Zoom user again."""
    holder = ZoomUser.objects.filter(
        account__zoom_account_id=me.account_id, zoom_user_id=me.id, teacher__isnull=False
    ).first()
    if holder is not None and holder.teacher_id != connecting.person_id:
        # refused, and nothing is revoked: a revoke could kill the holder's grant; hers is checked instead
        ZoomUser.objects.filter(pk=holder.pk).update(wake_at=now)
        return Returned(Outcome.HELD_BY_ANOTHER, connecting)
    connecting.zoom_account_id, connecting.zoom_user_id = me.account_id, me.id
    connecting.shown_name = me.display_name or f"{me.first_name} {me.last_name}".strip()
    connecting.shown_email, connecting.licence = me.email, licence_of(me)
    connecting.access_token = pair.access.reveal()
    connecting.refresh_token = pair.refresh.reveal() if pair.refresh else None
    connecting.access_expires_at, connecting.api_url = pair.expires_at, pair.api_url
    connecting.scopes = sorted(pair.scopes)
    # not spent_at: it was set beside this row, and must stay
    connecting.save(update_fields=PENDING_FIELDS)
    crash.point("zoom.connect.pending_stored")
    if holder is not None:
        return confirm(connecting=connecting, person=connecting.person, now=now)
    return Returned(Outcome.TO_CONFIRM, connecting)


def pending_of(person: User, now: datetime) -> Connecting | None:
    """The pair that waits for this person's word, if there is one that hasn't run out."""
    return (
        Connecting.objects.filter(
            person=person,
            refresh_token__isnull=False,
            confirmed_at__isnull=True,
            dropped_at__isnull=True,
            expires_at__gt=now,
        )
        .order_by("-id")
        .first()
    )


def confirm(*, connecting: Connecting, person: User, now: datetime) -> Returned:
    """Make the pending pair hers. Of two who confirm one Zoom user at once, one wins."""
    try:
        with transaction.atomic():
            taken = Connecting.objects.filter(
                pk=connecting.pk,
                person=person,
                confirmed_at__isnull=True,
                dropped_at__isnull=True,
                expires_at__gt=now,
            ).update(confirmed_at=now)
            if not taken:
                return Returned(Outcome.EXPIRED)
            if not _store(connecting, person, now):
                raise IntegrityError("held")
    except IntegrityError:
        drop(connecting=connecting, now=now)
        return Returned(Outcome.HELD_BY_ANOTHER, connecting)
    crash.point("zoom.connect.confirmed")
    return Returned(Outcome.CONNECTED, connecting)


def _store(connecting: Connecting, person: User, now: datetime) -> bool:
    account, _made = ZoomAccount.objects.get_or_create(zoom_account_id=connecting.zoom_account_id)
    ZoomUser.objects.filter(teacher=person).exclude(
        account=account, zoom_user_id=connecting.zoom_user_id
    ).update(teacher=None, state=HostState.KNOWN, state_since=now)
    host, _made = ZoomUser.objects.get_or_create(
        account=account, zoom_user_id=connecting.zoom_user_id, defaults={"state_since": now}
    )
    free = ZoomUser.objects.filter(Q(teacher__isnull=True) | Q(teacher=person), pk=host.pk)
    stored = free.update(
        teacher=person,
        email=connecting.shown_email,
        name=connecting.shown_name[:150],
        licence=connecting.licence,
        state=HostState.CONNECTED,
        state_since=now,
        state_reason="",
        scopes=connecting.scopes,
        api_url=connecting.api_url,
        access_token=encrypted.seal(host, host.uid, "access_token", connecting.access_token),
        access_expires_at=connecting.access_expires_at,
        refresh_token=encrypted.seal(host, host.uid, "refresh_token", connecting.refresh_token),
        token_version=F("token_version") + 1,
        spends=0,
        refresh_not_before=None,
        lease_until=None,
        wake_at=now,
        checked_at=now,
        check_result="ok",
    )
    # what waited for this connection goes on
    ZoomOperation.objects.filter(meeting__host=host, state="pending", next_at__gt=now).update(next_at=now)
    Connecting.objects.filter(pk=connecting.pk).update(access_token=None, refresh_token=None)
    audit.record("zoom.connected", by=person, thing=host, at=now, after={"email": connecting.shown_email})
    return bool(stored)


def drop(*, connecting: Connecting, now: datetime) -> None:
    """Let a pending pair go; it is revoked only where nobody here holds that Zoom user."""
    with transaction.atomic():
        if not Connecting.objects.filter(pk=connecting.pk, confirmed_at=None, dropped_at=None).update(
            dropped_at=now
        ):
            return
        held = ZoomUser.objects.filter(
            account__zoom_account_id=connecting.zoom_account_id,
            zoom_user_id=connecting.zoom_user_id,
            state__in=USABLE,
        )
        if connecting.access_token and not held.exists():
            _want_revoked(connecting.zoom_user_id, connecting.access_token, now)
        Connecting.objects.filter(pk=connecting.pk).update(access_token=None, refresh_token=None)


def drop_due(now: datetime) -> int:
    """Let go every pair that nobody confirmed within its ten minutes."""
    unconfirmed = Connecting.objects.filter(
        refresh_token__isnull=False, confirmed_at__isnull=True, dropped_at__isnull=True, expires_at__lte=now
    )
    rows = list(unconfirmed[:100])
    for row in rows:
        drop(connecting=row, now=now)
    return len(rows)


def disconnect(*, person: User, now: datetime) -> bool:
    """End a teacher's link: tokens erased and their revocation wanted in one commit. Meetings stay."""
    with transaction.atomic():
        host = ZoomUser.objects.filter(teacher=person).first()
        if host is None:
            return False
        if host.access_token and host.state in USABLE:
            _want_revoked(host.zoom_user_id, host.access_token, now)
        ZoomUser.objects.filter(pk=host.pk).update(
            teacher=None,
            state=HostState.CLOSED,
            state_since=now,
            state_reason="by_teacher",
            access_token=None,
            refresh_token=None,
            previous_refresh_token=None,
            token_version=F("token_version") + 1,
        )
        audit.record("zoom.disconnected", by=person, thing=host, at=now)
    return True


def _want_revoked(zoom_user_id: str, access_token: str, now: datetime) -> None:
    Revocation.objects.create(
        zoom_user_id=zoom_user_id, access_token=access_token, created_at=now, next_at=now
    )


def revoke_due(now: datetime) -> int:
    """Tell Zoom of ended links; what it doesn't answer is told again, for a day."""
    done = 0
    for row in Revocation.objects.filter(next_at__lte=now).order_by("next_at")[:20]:
        try:
            with api.oauth() as oauth:
                oauth.revoke(Secret(row.access_token))
        except ZoomError:
            if now - row.created_at < timedelta(hours=24):
                later = clock.now() + back_off(row.attempts)
                Revocation.objects.filter(pk=row.pk).update(next_at=later, attempts=F("attempts") + 1)
                continue
        Revocation.objects.filter(pk=row.pk).delete()
        done += 1
    return done


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
