"""Which host a class runs on: its teacher's own Zoom, else a shared host of the organisation."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from eduraise.accounts.models import User
from eduraise.zoom import pool
from eduraise.zoom.claims import HostBusy, busy_between, claim_host
from eduraise.zoom.enums import HostKind, Licence
from eduraise.zoom.hosts import FREE_MINUTES, NotConnected, host_for
from eduraise.zoom.models import ZoomUser


def hosts_for(teacher: User, *, starts_at: datetime, length: timedelta) -> list[ZoomUser]:
    """The hosts that may hold a class of this teacher's, the one to try first in front.

    Her own if it is licensed, or long enough for the class; else the shared ones, least used first; where
    none holds it in its whole length, one that Zoom ends early all the same. Raises NotConnected where
    nothing is left.
    """
    own, problem = _own(teacher)
    if own is not None and is_long_enough(own, length):
        return [own]
    shared = pool.by_least_used(starts_at)
    if whole := [host for host in shared if is_long_enough(host, length)]:
        return whole
    if own is not None:
        return [own]
    if shared:
        return shared
    assert problem
    raise problem


def is_long_enough(host: ZoomUser, length: timedelta) -> bool:
    """Whether Zoom lets a meeting on this host last so long."""
    return host.licence != Licence.BASIC or length <= timedelta(minutes=FREE_MINUTES)


def others_for(teacher: User, holder: ZoomUser, *, starts_at: datetime, length: timedelta) -> list[ZoomUser]:
    """The hosts that could hold a class in its whole length instead of the one that does, if any can."""
    try:
        found = hosts_for(teacher, starts_at=starts_at, length=length)
    except NotConnected:
        return []
    return [host for host in found if host != holder and is_long_enough(host, length)]


def _own(teacher: User) -> tuple[ZoomUser | None, NotConnected | None]:
    try:
        return host_for(teacher), None
    except NotConnected as problem:
        return None, problem


def claim_one(
    hosts: Sequence[ZoomUser], *, starts_at: datetime, ends_at: datetime, held_for: UUID, now: datetime
) -> ZoomUser:
    """Take the first of these hosts that is free, within the caller's transaction and after `lock_hosts`.

    Raises HostBusy for a teacher's own host alone, PoolBusy where there are shared ones.
    """
    taken: HostBusy | None = None
    for host in hosts:
        if host.kind == HostKind.POOL and not pool.usable().filter(pk=host.pk).exists():
            continue  # it was taken out of the pool before it was locked
        try:
            claim_host(host=host, starts_at=starts_at, ends_at=ends_at, held_for=held_for, now=now)
        except HostBusy as problem:
            taken = taken or problem
            continue
        return host
    shared = [host for host in hosts if host.kind == HostKind.POOL]
    if taken is not None and not shared:
        raise taken
    raise pool.busy(shared, starts_at, ends_at - starts_at, now)


def likely_host(
    hosts: Sequence[ZoomUser], starts_at: datetime, ends_at: datetime, now: datetime, *, but: UUID | None
) -> ZoomUser:
    """The one that would be taken, for a warning before anything is saved."""
    free = (host for host in hosts if not busy_between(host, starts_at, ends_at, now, but=but))
    return next(free, hosts[0])
