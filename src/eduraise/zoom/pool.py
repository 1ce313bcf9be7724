"""Shared hosts: licensed Zoom users of the organisation's account on which teachers without a licence hold
classes, never more at once on one than its licence can hold.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.core.errors import DomainError
from eduraise.ui import times
from eduraise.zoom import accountlinks
from eduraise.zoom.claims import busy_between, lock_hosts
from eduraise.zoom.enums import OPEN_STATES, USABLE, HostKind, HostState, Licence
from eduraise.zoom.models import HostClaim, ZoomAccount, ZoomOperation, ZoomUser
from eduraise.zoom.wholeaccount import AlreadyLinked, NotInAccount

# How far ahead a free hour is looked for, and over which time use is evened out.
LOOK_AHEAD = timedelta(days=7)


_UNUSED = {"by_account": False, "state": HostState.KNOWN, "state_reason": "", "wake_at": None}


class PoolBusy(DomainError):
    """Every shared host is taken then. free_at: when the next one is free for as long, None if not soon."""

    code = "pool_busy"

    def __init__(self, number: int, free_at: datetime | None, now: datetime) -> None:
        zone = timezone.get_current_timezone()
        when = times.day_and_span(free_at, None, zone, now) if free_at else ""
        words = (
            _("All shared Zoom hosts (%(number)d) are taken then. One is free from %(when)s.")
            if free_at
            else _("All shared Zoom hosts (%(number)d) are taken then, and for a week after.")
        )
        super().__init__(words % {"number": number, "when": when}, field="starts_at")
        self.free_at = free_at


def shared() -> QuerySet[ZoomUser]:
    """The shared hosts, by e-mail."""
    return ZoomUser.objects.filter(kind=HostKind.POOL).select_related("account").order_by("email", "pk")


def usable() -> QuerySet[ZoomUser]:
    """Those that can hold classes now."""
    return shared().filter(state__in=USABLE).exclude(licence=Licence.NONE)


def by_least_used(starts_at: datetime) -> list[ZoomUser]:
    """The usable shared hosts, least taken in the week around a start first."""
    return by_least_used_at([starts_at])[starts_at]


def by_least_used_at(starts: Iterable[datetime]) -> dict[datetime, list[ZoomUser]]:
    """The same for several starts; one query, none without a start."""
    wanted = {f"taken{number}": at for number, at in enumerate(starts)}
    counts = {
        name: Count(
            "claims",
            filter=Q(claims__starts_at__gt=at - LOOK_AHEAD, claims__starts_at__lt=at + LOOK_AHEAD),
        )
        for name, at in wanted.items()
    }
    hosts = list(usable().annotate(**counts)) if counts else []
    return {at: sorted(hosts, key=lambda host: (getattr(host, name), host.pk)) for name, at in wanted.items()}


def coming(host: ZoomUser, now: datetime) -> QuerySet[HostClaim]:
    """The hours for which a host is taken, the next first."""
    rows = HostClaim.objects.filter(host=host, ends_at__gt=now).exclude(releases_at__lte=now)
    return rows.order_by("starts_at", "pk")


def next_free(
    hosts: list[ZoomUser], starts_at: datetime, length: timedelta, now: datetime
) -> datetime | None:
    """The first moment from `starts_at` on, within a week, at which one of the hosts is free for so long."""
    ends = HostClaim.objects.filter(
        host__in=hosts, ends_at__gt=starts_at, ends_at__lt=starts_at + LOOK_AHEAD
    ).exclude(releases_at__lte=now)
    for at in sorted({starts_at, *ends.values_list("ends_at", flat=True)}):
        if any(not busy_between(host, at, at + length, now) for host in hosts):
            return at
    return None


def busy(hosts: list[ZoomUser], starts_at: datetime, length: timedelta, now: datetime) -> PoolBusy:
    """What is said where none of these shared hosts is free then."""
    return PoolBusy(len(hosts), next_free(hosts, starts_at, length, now), now)


def add(*, account: ZoomAccount, email: str, by: User, now: datetime) -> ZoomUser:
    """Share a licensed Zoom user of the account. Call it outside a transaction: it asks Zoom.

    Raises NotInAccount (none, not active, not licensed), AlreadyLinked (it is a teacher's own), ZoomError.
    """
    host = accountlinks.look_up(account, email, now)
    if host.licence != Licence.LICENSED:
        raise NotInAccount(
            _("%(email)s is Basic: Zoom ends each class after 40 minutes. Give it a licence at Zoom first.")
            % {"email": host.email},
            field="email",
        )
    with transaction.atomic():
        free = ZoomUser.objects.filter(pk=host.pk, teacher__isnull=True)
        if not free.update(kind=HostKind.POOL, suggested_teacher=None, **accountlinks.served(now)):
            raise AlreadyLinked(
                _("%(email)s is a teacher’s own. Release it first.") % {"email": host.email}, field="email"
            )
        audit.record("zoom.pool_added", by=by, thing=host, at=now, after={"email": host.email})
    host.refresh_from_db()
    return host


@transaction.atomic
def remove(*, host: ZoomUser, by: User, now: datetime) -> bool:
    """Take a host out of the pool: it gets no new classes; those that it has stay on it.

    With none it is nobody's from then on, and nobody minds what becomes of it.
    """
    lock_hosts([host])  # a class that is being booked on it comes first, and is seen
    waits = ZoomOperation.objects.filter(meeting__host=host, state__in=OPEN_STATES)
    left = {} if waits.exists() or coming(host, now).exists() else _UNUSED
    done = ZoomUser.objects.filter(pk=host.pk, kind=HostKind.POOL).update(kind=HostKind.PERSON, **left)
    if done:
        audit.record("zoom.pool_removed", by=by, thing=host, at=now, after={"email": host.email})
    return bool(done)
