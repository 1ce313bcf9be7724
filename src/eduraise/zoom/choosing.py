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
    there are none, her own Basic one all the same. Raises NotConnected where nothing is left.
    """
    own, problem = _own(teacher)
    if own is not None and (own.licence != Licence.BASIC or length <= timedelta(minutes=FREE_MINUTES)):
        return [own]
    if shared := pool.by_least_used(starts_at):
        return shared
    if own is not None:
        return [own]
    assert problem
    raise problem


def _own(teacher: User) -> tuple[ZoomUser | None, NotConnected | None]:
    try:
        return host_for(teacher), None
    except NotConnected as problem:
        return None, problem


def claim_one(
    hosts: Sequence[ZoomUser], *, starts_at: datetime, ends_at: datetime, held_for: UUID, now: datetime
) -> ZoomUser:
    """Take the first of these hosts that is free, within the caller's transaction and after `lock_hosts`.

    Raises HostBusy for a teacher's own host, PoolBusy for shared ones.
    """
    for host in hosts:
        try:
            claim_host(host=host, starts_at=starts_at, ends_at=ends_at, held_for=held_for, now=now)
        except HostBusy:
            if host.kind != HostKind.POOL:
                raise
            continue
        return host
    free_at = pool.next_free(list(hosts), starts_at, ends_at - starts_at, now)
    raise pool.PoolBusy(len(hosts), free_at, now)


def likely_host(
    hosts: Sequence[ZoomUser], starts_at: datetime, ends_at: datetime, now: datetime, *, but: UUID | None
) -> ZoomUser:
    """The one that would be taken, for a warning before anything is saved."""
    free = (host for host in hosts if not busy_between(host, starts_at, ends_at, now, but=but))
    return next(free, hosts[0])
