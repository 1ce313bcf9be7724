"""A host's wake-ups: token, licence and list in one go, seldom, because each rotation can be lost.

When one is due is planned in `planning`.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import structlog
from django.db import transaction

from eduraise.core import breaker, clock
from eduraise.zoom import licences, listing, planning, preflight, silence
from eduraise.zoom.api import HostZoom
from eduraise.zoom.asking import with_zoom
from eduraise.zoom.enums import USABLE, HostState, Licence
from eduraise.zoom.losses import DEACTIVATED, DELETED
from eduraise.zoom.models import ZoomUser
from zoomclient import (
    ConnectionLost,
    OutcomeUnknown,
    RateLimited,
    Refused,
    User,
    UserType,
    ZoomError,
)

UNLESS_DONE = timedelta(minutes=10)
CHECK_SECONDS = 3.0
NO_SUCH_USER = ("user_not_found", "user_not_in_account")
log = structlog.get_logger(__name__)


def wake_due(now: datetime, limit: int = 20) -> Counter[str]:
    """Look at the hosts whose time has come; what came of it, counted."""
    outcomes: Counter[str] = Counter()
    hosts = ZoomUser.objects.filter(state__in=USABLE, wake_at__lte=now).order_by("wake_at")
    for host in list(hosts[:limit]):
        if not breaker.may_call(silence.BREAKER, now):
            outcomes["silent"] += 1
            break
        if take(host, now):
            outcomes[wake(host, clock.now())] += 1
    return outcomes


def take(host: ZoomUser, now: datetime) -> bool:
    """One process wakes a host: the next wake-up is planned before this one begins."""
    again_at = now + UNLESS_DONE
    taken = ZoomUser.objects.filter(pk=host.pk, wake_at=host.wake_at).update(wake_at=again_at)
    host.wake_at = again_at
    return bool(taken)


def wake(host: ZoomUser, now: datetime) -> str:
    """Check one host: its token, what Zoom says of it, what its list holds. Plans the next wake-up."""
    try:
        me, listed, seats = with_zoom(host, now, lambda zoom: _ask(zoom, host))
    except ConnectionLost:
        preflight.without_connection(host, now)
        return "lost"
    except ZoomError as problem:
        silence.note(problem, now)
        if problem.reason in NO_SUCH_USER:
            _store_gone(host, DELETED, now)
            preflight.without_connection(host, now)
            return "gone"
        if isinstance(problem, OutcomeUnknown):
            _doubt(host, problem.reason, now)
        return "silent"
    breaker.answered(silence.BREAKER)
    with transaction.atomic():
        _store_check(host, me, now)
        if listed is not None:
            listing.compare_list(host, listed, now)
    preflight.look_over(ZoomUser.objects.select_related("account").get(pk=host.pk), seats, now)
    # who asked for another meanwhile gets it
    ZoomUser.objects.filter(pk=host.pk, wake_at=host.wake_at).update(wake_at=planning.next_wake(host, now))
    return "checked"


def check(host: ZoomUser, now: datetime) -> str:
    """Ask Zoom of a host because somebody waits: "checked", "deactivated", "lost", "limited" or "silent".

    This one call is made although a limit of the day is used up: a connection that has ended shows by it.
    """
    if not breaker.may_call(silence.BREAKER, now):
        return "silent"
    if host.state == HostState.GONE:
        _doubt_that_it_is_gone(host, now)
    try:
        me = with_zoom(
            host, now, lambda zoom: zoom.users.get(zoom.user_id), seconds=CHECK_SECONDS, by_hand=True
        )
    except ConnectionLost:
        return "lost"
    except ZoomError as problem:
        silence.note(problem, now)
        if problem.reason in NO_SUCH_USER:
            _store_gone(host, DELETED, now)
            return "deactivated"
        return "limited" if isinstance(problem, RateLimited) or problem.reason in silence.OURS else "silent"
    breaker.answered(silence.BREAKER)
    _store_check(host, me, now)
    return "checked" if is_active(me) else "deactivated"


def _ask(zoom: HostZoom, host: ZoomUser) -> tuple[User, listing.Listed | None, int | None]:
    me = zoom.users.get(zoom.user_id)
    return me, listing.read_list(zoom, host), _seats(zoom)


def _seats(zoom: HostZoom) -> int | None:
    """How many Zoom lets into this host's meetings; None where it may not be asked."""
    try:
        feature = zoom.users.settings(zoom.user_id).feature
    except Refused:
        return None
    return feature.large_meeting_capacity if feature.large_meeting else feature.meeting_capacity


def licence_of(me: User) -> str:
    """A Zoom user's type in our words (https://developers.zoom.us/docs/api/users/, read 2026-11-23)."""
    licences = {UserType.BASIC: Licence.BASIC, UserType.LICENSED: Licence.LICENSED}
    return licences.get(me.type, Licence.NONE if me.type else Licence.UNKNOWN)  # type: ignore[call-overload, no-any-return]


@transaction.atomic
def _store_gone(host: ZoomUser, why: str, now: datetime) -> None:
    gone = ZoomUser.objects.filter(pk=host.pk, state__in=USABLE).update(
        state=HostState.GONE, state_since=now, state_reason=why, checked_at=now, check_result=why
    )
    if gone:
        licences.tell_if_gone(host, now)


@transaction.atomic
def _store_check(host: ZoomUser, me: User, now: datetime) -> None:
    licences.tell_if_lowered(host, licence_of(me), now)
    row = ZoomUser.objects.filter(pk=host.pk)
    row.update(
        email=me.email or host.email,
        name=me.name or host.name,
        licence=licence_of(me),
        zone=me.timezone,
        checked_at=now,
        check_result="ok" if is_active(me) else DEACTIVATED,
    )
    # a link that was ended while Zoom was asked stays ended
    if not is_active(me):
        _store_gone(host, DEACTIVATED, now)
    else:
        row.filter(state=HostState.DOUBTFUL).update(state=HostState.CONNECTED, state_since=now)


def is_active(me: User) -> bool:
    """Whether a Zoom user can hold meetings: not deactivated, not merely invited."""
    return me.status in ("", "active")


def _doubt(host: ZoomUser, reason: str, now: datetime) -> None:
    ZoomUser.objects.filter(pk=host.pk, state=HostState.CONNECTED).update(
        state=HostState.DOUBTFUL, state_since=now, state_reason=reason[:60]
    )


def _doubt_that_it_is_gone(host: ZoomUser, now: datetime) -> None:
    """Zoom may have it back; until Zoom says so, nobody knows."""
    back = {"state": HostState.DOUBTFUL, "state_since": now, "state_reason": "", "wake_at": now}
    ZoomUser.objects.filter(pk=host.pk, state=HostState.GONE).update(**back)
    host.refresh_from_db()
