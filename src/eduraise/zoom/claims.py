"""When a host is taken. The only code that writes host claims.

Two classes never hold one host's lane at once. PostgreSQL refuses that by an exclusion constraint; on SQLite
the same check runs inside the IMMEDIATE transaction of the caller, which is the one writer there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _

from eduraise.core.errors import DomainError
from eduraise.zoom.hosts import capacity
from eduraise.zoom.models import HostClaim, ZoomUser

# A class lasts at most a day, so an overlapping claim began at most a day before.
LONGEST = timedelta(hours=24)


class HostBusy(DomainError):
    """The host's Zoom is taken then. `from_at` and `until_at` say when, and nothing says by what."""

    code = "host_busy"

    def __init__(self, from_at: datetime, until_at: datetime) -> None:
        super().__init__(_("This Zoom account hosts another class at that time."), field="starts_at")
        self.from_at, self.until_at = from_at, until_at


def lock_hosts(hosts: Iterable[ZoomUser]) -> list[ZoomUser]:
    """Lock host rows in one order, so that two claims never wait for each other (teachers come before)."""
    ids = sorted(host.pk for host in hosts)
    rows = ZoomUser.objects.filter(pk__in=ids).select_related("account").order_by("pk")
    if connection.features.has_select_for_no_key_update:
        rows = rows.select_for_update(no_key=True, of=("self",))
    return list(rows)


def claim_host(
    *,
    host: ZoomUser,
    starts_at: datetime,
    ends_at: datetime,
    held_for: UUID,
    now: datetime,
    release_old_at: datetime | None = None,
) -> HostClaim:
    """Take `host` from–until for one class, within the caller's transaction and after `lock_hosts`.

    release_old_at: the class's present claims are kept until then (a move holds both hours while it can be
    undone); None: they go at once. Raises HostBusy where no lane is free.
    """
    HostClaim.objects.filter(host=host, releases_at__lte=now).delete()
    own = list(HostClaim.objects.filter(host=host, held_for=held_for, releases_at__isnull=True))
    release(held_for=held_for, now=now, at=release_old_at)
    for lane in _lanes(host, own):
        if made := _try_lane(host, lane, starts_at, ends_at, held_for):
            return made
    taken = _overlapping(host, starts_at, ends_at, held_for).order_by("ends_at").first()
    raise HostBusy(taken.starts_at if taken else starts_at, taken.ends_at if taken else ends_at)


def release(*, held_for: UUID, now: datetime, at: datetime | None = None) -> None:
    """Give a class's present claims back: at once, or at an instant until which they still hold."""
    claims = HostClaim.objects.filter(held_for=held_for, releases_at__isnull=True)
    if at is None or at <= now:
        claims.delete()
    else:
        claims.update(releases_at=at)


def hold_too(
    *, host: ZoomUser, starts_at: datetime, ends_at: datetime, held_for: UUID, now: datetime
) -> None:
    """Take another host for a class beside the one that holds it, which may be going over to it.

    Within the caller's transaction and after `lock_hosts`. Raises HostBusy.
    """
    HostClaim.objects.filter(host=host, releases_at__lte=now).delete()
    for lane in range(capacity(host)):
        if made := _try_lane(host, lane, starts_at, ends_at, held_for):
            made.releases_at = ends_at
            made.save(update_fields=["releases_at"])
            return
    raise HostBusy(starts_at, ends_at)


def let_go(*, host: ZoomUser, held_for: UUID) -> None:
    """Give back what a class holds of a host beside its present one."""
    HostClaim.objects.filter(host=host, held_for=held_for, releases_at__isnull=False).delete()


def go_over(*, host: ZoomUser, starts_at: datetime, ends_at: datetime, held_for: UUID, now: datetime) -> bool:
    """Let a class be held by another host from now on, and by no other; False, and it stays with the former
    one, where that one is taken by others meanwhile. Within the caller's transaction."""
    lock_hosts([host])
    let_go(host=host, held_for=held_for)
    try:
        with transaction.atomic():
            claim_host(host=host, starts_at=starts_at, ends_at=ends_at, held_for=held_for, now=now)
    except HostBusy:
        return False
    return True


def release_all(held_for: Iterable[UUID]) -> None:
    """Give back all that several classes hold, at once; one query."""
    HostClaim.objects.filter(held_for__in=list(held_for)).delete()


def undo(*, held_for: UUID, starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Take back a move or a cancel: the new claim goes, the former one of these hours holds again.

    False if that one was released meanwhile: then nothing was changed. One from before an earlier move goes
    when its own time comes.
    """
    former = (
        HostClaim.objects.filter(held_for=held_for, releases_at__gt=now, starts_at=starts_at, ends_at=ends_at)
        .order_by("-releases_at")
        .first()
    )
    if former is None:
        return False
    HostClaim.objects.filter(held_for=held_for, releases_at__isnull=True).delete()
    return HostClaim.objects.filter(pk=former.pk).update(releases_at=None) == 1


def busy_between(
    host: ZoomUser, starts_at: datetime, ends_at: datetime, now: datetime, *, but: UUID | None = None
) -> bool:
    """Whether no lane of the host is free then, for a warning before anything is saved."""
    taken = _overlapping(host, starts_at, ends_at, but).exclude(releases_at__lte=now)
    return len(taken.values_list("lane", flat=True).distinct()) >= capacity(host)


def _lanes(host: ZoomUser, own: list[HostClaim]) -> list[int]:
    """The class's own present lane first, then each below the host's capacity."""
    lanes = [claim.lane for claim in own if claim.lane < capacity(host)]
    return lanes + [lane for lane in range(capacity(host)) if lane not in lanes]


def _try_lane(
    host: ZoomUser, lane: int, starts_at: datetime, ends_at: datetime, held_for: UUID
) -> HostClaim | None:
    if _overlapping(host, starts_at, ends_at, held_for).filter(lane=lane).exists():
        return None
    try:
        with transaction.atomic():
            return HostClaim.objects.create(
                host=host, lane=lane, held_for=held_for, starts_at=starts_at, ends_at=ends_at
            )
    except IntegrityError:  # PostgreSQL's exclusion constraint: somebody was faster
        return None


def _overlapping(host: ZoomUser, starts_at: datetime, ends_at: datetime, but: UUID | None):  # type: ignore[no-untyped-def]
    rows = HostClaim.objects.filter(
        host=host, starts_at__lt=ends_at, starts_at__gt=starts_at - LONGEST, ends_at__gt=starts_at
    )
    return rows.exclude(held_for=but) if but else rows
