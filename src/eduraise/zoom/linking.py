"""A teacher's link to her Zoom user: made by her own word, ended by hers or an admin's.

A Zoom user has one teacher at most. Of two who want one, the first keeps it, and the other is told so without
a name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet

from eduraise.accounts.models import User
from eduraise.core import audit, crash, encrypted
from eduraise.zoom import asking, losing, otheraccount, revoking, tokens
from eduraise.zoom.enums import USABLE, HostKind, HostState, Outcome
from eduraise.zoom.models import Connecting, ZoomAccount, ZoomOperation, ZoomUser
from zoomclient import ConnectionLost, Secret, TokenPair, ZoomError

# Until then her try has come to its end
SOON = timedelta(minutes=1)


@dataclass(frozen=True)
class Returned:
    """What became of a try, the try itself, and the scopes that were not granted."""

    outcome: Outcome
    connecting: Connecting | None = None
    missing: tuple[str, ...] = ()


class _Held(Exception):
    """Another teacher has this Zoom user, or it is shared."""


def waiting(now: datetime) -> QuerySet[Connecting]:
    """Pairs that wait for somebody's word and haven't run out."""
    return _undecided().filter(expires_at__gt=now)


def _undecided() -> QuerySet[Connecting]:
    return Connecting.objects.filter(
        refresh_token__isnull=False, confirmed_at__isnull=True, dropped_at__isnull=True
    )


def pending_of(person: User, now: datetime) -> Connecting | None:
    """The pair that waits for this person's word: the newest, if there are several."""
    return waiting(now).filter(person=person).order_by("-id").first()


def shown_to(person: User, uid: str) -> Connecting | None:
    """The try of hers that a page showed, whatever became of it; None for what is no uid of one."""
    try:
        return Connecting.objects.filter(person=person, uid=UUID(uid)).first()
    except ValueError:
        return None


def holder_of(zoom_account_id: str, zoom_user_id: str) -> ZoomUser | None:
    """The row of a Zoom user that has a teacher, or is shared."""
    return ZoomUser.objects.filter(
        Q(teacher__isnull=False) | Q(kind=HostKind.POOL),
        account__zoom_account_id=zoom_account_id,
        zoom_user_id=zoom_user_id,
    ).first()


def confirm(*, connecting: Connecting, person: User, now: datetime) -> Returned:
    """Make the pending pair hers; once more said is as good. Call it outside a transaction.

    Of two who confirm one Zoom user at once, one wins.
    """
    try:
        with transaction.atomic():
            _lock(person)
            taken = waiting(now).filter(pk=connecting.pk, person=person).update(confirmed_at=now)
            if not taken:
                again = Connecting.objects.filter(
                    pk=connecting.pk, person=person, confirmed_at__isnull=False
                ).exists()
                return Returned(Outcome.CONNECTED if again else Outcome.EXPIRED, connecting)
            _store(connecting, person, now)
    except _Held:
        holder = holder_of(connecting.zoom_account_id, connecting.zoom_user_id)
        if holder is not None:
            keep_alive(holder, pair_of(connecting), by=person, now=now)
        drop(connecting=connecting, now=now)
        return Returned(Outcome.HELD_BY_ANOTHER, connecting)
    crash.point("zoom.connect.confirmed")
    return Returned(Outcome.CONNECTED, connecting)


def _lock(person: User) -> None:
    """Two tabs of one person take turns; SQLite has one writer anyway."""
    list(User.objects.filter(pk=person.pk).select_for_update(no_key=True))


def _store(connecting: Connecting, person: User, now: datetime) -> ZoomUser:
    account, _made = ZoomAccount.objects.get_or_create(zoom_account_id=connecting.zoom_account_id)
    host, _made = ZoomUser.objects.get_or_create(
        account=account, zoom_user_id=connecting.zoom_user_id, defaults={"state_since": now}
    )
    for former in _locked(teacher=person).exclude(pk=host.pk):
        _let_go(former, HostState.KNOWN, "other_account", now)
    free = ZoomUser.objects.filter(
        Q(teacher__isnull=True) | Q(teacher=person), pk=host.pk, kind=HostKind.PERSON
    )
    if not free.update(teacher=person, **_linked(connecting, host, now)):
        raise _Held
    # what waited for this connection goes on
    ZoomOperation.objects.filter(meeting__host=host, state="pending", next_at__gt=now).update(next_at=now)
    Connecting.objects.filter(pk=connecting.pk).update(access_token=None, refresh_token=None)
    audit.record("zoom.connected", by=person, thing=host, at=now, after={"email": connecting.shown_email})
    otheraccount.tell_if_other(person=person, host=host, email=connecting.shown_email, now=now)
    return host


def _linked(connecting: Connecting, host: ZoomUser, now: datetime) -> dict[str, object]:
    return {
        "email": connecting.shown_email,
        "name": connecting.shown_name[:150],
        "licence": connecting.licence,
        "state": HostState.CONNECTED,
        "state_since": now,
        "state_reason": "",
        "scopes": connecting.scopes,
        "api_url": connecting.api_url,
        "by_account": False,
        "suggested_teacher": None,
        "access_token": encrypted.seal(host, host.uid, "access_token", connecting.access_token),
        "access_expires_at": connecting.access_expires_at,
        "refresh_token": encrypted.seal(host, host.uid, "refresh_token", connecting.refresh_token),
        "token_version": F("token_version") + 1,
        "spends": 0,
        "refresh_not_before": None,
        "lease_until": None,
        "wake_at": now,
        "checked_at": now,
        "check_result": "ok",
    }


def pair_of(connecting: Connecting) -> TokenPair:
    """The pair that a try holds."""
    return TokenPair(
        access=Secret(connecting.access_token or ""),
        refresh=Secret(connecting.refresh_token) if connecting.refresh_token else None,
        expires_at=connecting.access_expires_at or connecting.expires_at,
        scopes=frozenset(connecting.scopes),
        api_url=connecting.api_url,
    )


def keep_alive(holder: ZoomUser, pair: TokenPair, *, by: User, now: datetime) -> bool:
    """Somebody else's consent for a linked Zoom user may have ended the link's pair: look at once.

    If that pair is dead, this one takes its place: it is the same Zoom user and the same app, so nobody gains
    a right, and the holder's classes go on. A link that was lost before stays so: its teacher may have lost
    that Zoom user for good. One that lives by its account has no pair to lose. True if the pair was taken.
    """
    if not holder.is_usable or holder.by_account:
        return False
    try:
        asking.with_zoom(holder, now, lambda zoom: zoom.users.get(zoom.user_id))
    except ConnectionLost:
        row = ZoomUser.objects.get(pk=holder.pk)
        if not tokens.store_pair(row, pair, version=row.token_version, now=now):
            return False
        audit.record("zoom.pair_replaced", by=by, thing=holder, at=now)
        return True
    except ZoomError:
        ZoomUser.objects.filter(pk=holder.pk).update(wake_at=now)
    return False


def look_soon(person: User, now: datetime) -> None:
    """Have a person's link looked at in a minute: a new consent ends the pair that it lives by, also where
    the answer to it is lost."""
    at = now + SOON
    ZoomUser.objects.filter(teacher=person, state__in=USABLE).exclude(wake_at__lte=at).update(wake_at=at)


def drop(*, connecting: Connecting, now: datetime) -> None:
    """Let a pending pair go; it is revoked only where no link and no other try lives by that grant."""
    with transaction.atomic():
        if not _undecided().filter(pk=connecting.pk).update(dropped_at=now):
            return
        connecting.refresh_from_db()
        forget(pair_of(connecting), zoom_user_id=connecting.zoom_user_id, now=now)
        Connecting.objects.filter(pk=connecting.pk).update(access_token=None, refresh_token=None)


def forget(pair: TokenPair, *, zoom_user_id: str, now: datetime) -> None:
    """Have a pair that nobody here uses revoked, unless that would end a link that lives. Then its host is
    looked at soon.

    zoom_user_id: "" where Zoom didn't say whose it is; then any link might be meant.
    """
    ZoomUser.objects.filter(state__in=USABLE, zoom_user_id=zoom_user_id).update(wake_at=now)
    if revoking.lives_again(zoom_user_id, now):
        return
    revoking.want(
        zoom_user_id=zoom_user_id,
        access_token=pair.access.reveal(),
        access_expires_at=pair.expires_at,
        refresh_token=pair.refresh.reveal() if pair.refresh else None,
        now=now,
    )


def drop_due(now: datetime) -> int:
    """Let go every pair that nobody confirmed within its ten minutes."""
    rows = list(_undecided().filter(expires_at__lte=now)[:100])
    for row in rows:
        drop(connecting=row, now=now)
    return len(rows)


@transaction.atomic
def disconnect(*, host: ZoomUser, by: User, now: datetime) -> bool:
    """End a link: tokens erased and their revocation wanted in one commit. Meetings stay at Zoom.

    False if it has ended already.
    """
    row = _locked(pk=host.pk, teacher__isnull=False).first()
    if row is None:
        return False
    own = row.teacher_id == by.pk
    if own and not row.by_account and row.account.serves and row.in_account_at is not None:
        _leave_to_account(row, now)
    else:
        _let_go(row, HostState.CLOSED, "by_teacher" if own else "by_admin", now)
    if row.teacher and not own:
        losing.tell_released(teacher=row.teacher, host=row, now=now)
    audit.record("zoom.disconnected", by=by, thing=row, at=now)
    return True


def _locked(**which: object) -> QuerySet[ZoomUser]:
    """Rows whose pair no refresh can change before the commit."""
    return ZoomUser.objects.filter(**which).select_for_update(no_key=True)


def _leave_to_account(host: ZoomUser, now: datetime) -> None:
    """Her own link ends, and the organisation's serves her classes from then on."""
    _let_go(host, HostState.CONNECTED, "by_teacher", now)
    ZoomUser.objects.filter(pk=host.pk).update(teacher=host.teacher, by_account=True, wake_at=now)


def _let_go(host: ZoomUser, state: HostState, reason: str, now: datetime) -> None:
    if host.access_token and host.state in USABLE and not host.by_account:
        revoking.want(
            zoom_user_id=host.zoom_user_id,
            access_token=host.access_token,
            access_expires_at=host.access_expires_at,
            refresh_token=host.refresh_token,
            now=now,
        )
    ZoomUser.objects.filter(pk=host.pk).update(
        teacher=None,
        by_account=False,
        state=state,
        state_since=now,
        state_reason=reason,
        access_token=None,
        refresh_token=None,
        previous_refresh_token=None,
        token_version=F("token_version") + 1,
    )
