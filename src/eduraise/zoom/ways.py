"""How others could hold a class: on which Zoom, in which way, or why they can't; asked for many at once.

The first way that is open is taken: a meeting of its own on the person's Zoom, or on a shared host; the
meeting that stands, handed to her; or herself as its alternative host.
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
from eduraise.zoom import hosts, pool, wholeaccount
from eduraise.zoom.choosing import is_long_enough
from eduraise.zoom.claims import LONGEST
from eduraise.zoom.enums import HostState, Licence, Way
from eduraise.zoom.hosts import FREE_MINUTES
from eduraise.zoom.models import HostClaim, ZoomMeeting, ZoomUser


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
    people: Sequence[User],
    *,
    starts_at: datetime,
    ends_at: datetime,
    held_for: UUID,
    present: ZoomMeeting | None,
    now: datetime,
) -> dict[int, Holding]:
    """How each of these people could hold a class, by her key; three queries, whatever their number.

    present: the meeting that the class has, with its host and that one's account.
    """
    own, known = _rows_of(people)
    shared = pool.by_least_used(starts_at)
    busy = _busy([*own.values(), *known.values(), *shared], starts_at, ends_at, held_for, now)
    length = ends_at - starts_at
    found = {}
    for person in people:
        mine = own.get(person.pk)
        at_zoom = mine or known.get(person.pk)
        handed = _handed(at_zoom, present, busy) if present is not None and at_zoom else None
        found[person.pk] = _holding(person, mine, shared, busy, length, handed)
    return found


def home_of(person: User, meeting: ZoomMeeting) -> ZoomUser | None:
    """The Zoom user of a person to whom a meeting that was handed on may be handed back; None where Zoom
    wouldn't."""
    mine = _rows_of([person])[0].get(person.pk)
    handed = _handed(mine, meeting, set()) if mine is not None else None
    return mine if handed is not None and handed.way == Way.TRANSFER else None


def _rows_of(people: Sequence[User]) -> tuple[dict[int, ZoomUser], dict[int, ZoomUser]]:
    """Whose Zoom user is whose: said by her or an admin; and by her e-mail in the organisation's account."""
    rows = ZoomUser.objects.filter(
        Q(teacher__in=people) | (wholeaccount.IS_SUGGESTED & Q(suggested_teacher__in=people))
    ).select_related("account")
    own = {row.teacher_id: row for row in rows if row.teacher_id}
    known = {row.suggested_teacher_id: row for row in rows if row.suggested_teacher_id}
    return own, known


def _holding(
    person: User,
    own: ZoomUser | None,
    shared: Sequence[ZoomUser],
    busy: set[int],
    length: timedelta,
    handed: Holding | None,
) -> Holding:
    problem = hosts.problem_of(own, person.name)
    usable = [] if problem or own is None else [own]
    free = [host for host in (*usable, *shared) if host.pk not in busy]
    if whole := [host for host in free if is_long_enough(host, length)]:
        return Holding(_way(whole[0], usable), tuple(whole))
    if handed is not None:
        return handed
    if free:
        return Holding(_way(free[0], usable), tuple(free), _cut())
    if usable:
        return Holding(None, why=_("%(name)s’s Zoom holds another class then.") % {"name": person.name})
    if shared:
        return Holding(None, why=_("Every shared Zoom host is taken then."))
    return Holding(None, why=problem)


def _handed(row: ZoomUser, present: ZoomMeeting, busy: set[int]) -> Holding | None:
    """The meeting that stands, given to her or started by her beside its host; None where Zoom wouldn't.

    Both need a licence, in one account. Only the organisation's own app can go on with a meeting that has
    been handed on, and a series is never handed on for one of its dates.
    """
    host = present.host
    licensed = row.licence == host.licence == Licence.LICENSED
    apart = row == host or row.account_id != host.account_id or row.state == HostState.GONE
    if apart or not licensed or not host.is_usable or present.meeting_number is None or not row.email:
        return None
    served = host.by_account and host.account.serves and row.in_account_at is not None
    if served and not present.is_series and row.pk not in busy:
        return Holding(Way.TRANSFER, (row,))
    return Holding(Way.ALTERNATIVE, (row,))


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
