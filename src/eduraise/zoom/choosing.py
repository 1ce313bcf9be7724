"""Which host a class runs on: its teacher's own Zoom, else a shared host of the organisation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from eduraise.accounts.models import User
from eduraise.zoom import pool
from eduraise.zoom.claims import HostBusy, busy_between, claim_host
from eduraise.zoom.enums import HostKind, Licence
from eduraise.zoom.hosts import FREE_MINUTES, NotConnected, connections_of, problem_of
from eduraise.zoom.models import ZoomUser


@dataclass(frozen=True)
class Need:
    """A host that is wanted: for whose class, from when, for how long."""

    teacher: User
    starts_at: datetime
    length: timedelta


def hosts_for(teacher: User, *, starts_at: datetime, length: timedelta) -> list[ZoomUser]:
    """The hosts that may hold a class of this teacher's, the one to try first in front.

    Her own if it is licensed, or long enough for the class; else the shared ones, least used first; where
    none holds it in its whole length, one that Zoom ends early all the same. Raises NotConnected where
    nothing is left.
    """
    found = hosts_for_each([Need(teacher, starts_at, length)])[teacher.pk]
    if isinstance(found, NotConnected):
        raise found
    return found


def hosts_for_each(needs: Iterable[Need]) -> dict[int, list[ZoomUser] | NotConnected]:
    """The same for several teachers, each with one need, by their keys; or why nothing is left. Two queries
    at most."""
    wanted = list(needs)
    linked = connections_of([need.teacher for need in wanted])
    found: dict[int, list[ZoomUser] | NotConnected] = {}
    others: list[Need] = []
    for need in wanted:
        own = linked.get(need.teacher.pk)
        is_fit = own and not problem_of(own, need.teacher.name) and is_long_enough(own, need.length)
        if own and is_fit:
            found[need.teacher.pk] = [own]
        else:
            others.append(need)
    shared = pool.by_least_used_at({need.starts_at for need in others})
    for need in others:
        found[need.teacher.pk] = _next_best(need, linked.get(need.teacher.pk), shared[need.starts_at])
    return found


def _next_best(need: Need, own: ZoomUser | None, shared: list[ZoomUser]) -> list[ZoomUser] | NotConnected:
    """The hosts of somebody whose own doesn't hold the whole class."""
    if whole := [host for host in shared if is_long_enough(host, need.length)]:
        return whole
    problem = problem_of(own, need.teacher.name)
    if own is not None and not problem:
        return [own]
    return shared or NotConnected(problem, field="teacher")


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
