"""How others could hold a class: on which Zoom, in which way, or why they can't; asked for many at once.

The first way that is open is taken: a meeting of its own on the person's Zoom, or on a shared host.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.zoom import hosts, pool
from eduraise.zoom.choosing import is_long_enough
from eduraise.zoom.claims import LONGEST
from eduraise.zoom.enums import Way
from eduraise.zoom.hosts import FREE_MINUTES
from eduraise.zoom.models import HostClaim, ZoomUser


@dataclass(frozen=True)
class Holding:
    """How a person can hold a class. way: None where she can't, and `why` says why; else what it costs.

    hosts: those on which it may be, the one to try first in front.
    """

    way: Way | None
    hosts: tuple[ZoomUser, ...] = ()
    why: str = ""

    @property
    def is_possible(self) -> bool:
        """Whether there is a way."""
        return self.way is not None


def ways_of(
    people: Sequence[User], *, starts_at: datetime, ends_at: datetime, held_for: UUID, now: datetime
) -> dict[int, Holding]:
    """How each of these people could hold a class, by her key; three queries, whatever their number."""
    own = _own(people)
    shared = pool.by_least_used(starts_at)
    busy = _busy([*own.values(), *shared], starts_at, ends_at, held_for, now)
    length = ends_at - starts_at
    return {person.pk: _holding(person, own.get(person.pk), shared, busy, length) for person in people}


def _own(people: Sequence[User]) -> dict[int, ZoomUser]:
    rows = ZoomUser.objects.filter(teacher__in=people).select_related("account")
    return {row.teacher_id: row for row in rows if row.teacher_id}


def _holding(
    person: User, own: ZoomUser | None, shared: Sequence[ZoomUser], busy: set[int], length: timedelta
) -> Holding:
    problem = hosts.problem_of(own, person.name)
    usable = [] if problem or own is None else [own]
    free = [host for host in (*usable, *shared) if host.pk not in busy]
    for possible in ([host for host in free if is_long_enough(host, length)], free):
        if possible:
            why = "" if is_long_enough(possible[0], length) else _cut()
            return Holding(_way(possible[0], usable), tuple(possible), why)
    if usable:
        return Holding(None, why=_("%(name)s’s Zoom holds another class then.") % {"name": person.name})
    if shared:
        return Holding(None, why=_("Every shared Zoom host is taken then."))
    return Holding(None, why=problem)


def _way(host: ZoomUser, usable: Sequence[ZoomUser]) -> Way:
    return Way.OWN if host in usable else Way.SHARED


def _cut() -> str:
    return _("Zoom ends it after %(minutes)d minutes.") % {"minutes": FREE_MINUTES}


def _busy(
    rows: Iterable[ZoomUser], starts_at: datetime, ends_at: datetime, held_for: UUID, now: datetime
) -> set[int]:
    """The keys of those hosts on which no lane is free then."""
    found = {row.pk: row for row in rows}
    claims = HostClaim.objects.filter(
        host__in=found, starts_at__lt=ends_at, starts_at__gt=starts_at - LONGEST, ends_at__gt=starts_at
    ).exclude(Q(releases_at__lte=now) | Q(held_for=held_for))
    lanes: dict[int, set[int]] = defaultdict(set)
    for host, lane in claims.values_list("host", "lane"):
        lanes[host].add(lane)
    return {key for key, taken in lanes.items() if len(taken) >= hosts.capacity(found[key])}
