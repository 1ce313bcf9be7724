"""Which coming classes hang on hosts: how many, and the first of them with their addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import ngettext

from eduraise.core import hooks
from eduraise.ui import times
from eduraise.zoom.models import HostClaim, ZoomUser

NAMED = 3
# For which class, and from when
Held = tuple[UUID, datetime]


@dataclass(frozen=True)
class AtStake:
    """How many classes are at stake, and the first of them as (title, address)."""

    number: int = 0
    first: tuple[tuple[str, str], ...] = ()

    @property
    def sentence(self) -> str:
        """How many, or "" where there are none."""
        words = ngettext("%(n)d coming class is at stake.", "%(n)d coming classes are at stake.", self.number)
        return words % {"n": self.number} if self.number else ""

    @property
    def named(self) -> dict[str, Any]:
        """They as a `Problem` names them."""
        return {"things": self.first, "more": self.number - len(self.first)}


def at_stake_by_host(hosts: Iterable[ZoomUser], now: datetime) -> dict[int, AtStake]:
    """What is at stake of each of these hosts; two queries for all."""
    held: dict[int, list[Held]] = defaultdict(list)
    for host_id, uid, starts_at in _coming(hosts, now).values_list("host_id", "held_for", "starts_at"):
        held[host_id].append((uid, starts_at))
    known = _known([one for ones in held.values() for one in ones[:NAMED]], now)
    return {host_id: _named(ones, known) for host_id, ones in held.items()}


def at_stake_with(hosts: Iterable[ZoomUser], now: datetime) -> AtStake:
    """What is at stake of all of them together; two queries."""
    held = list(_coming(hosts, now).values_list("held_for", "starts_at"))
    return _named(held, _known(held[:NAMED], now))


def _coming(hosts: Iterable[ZoomUser], now: datetime) -> QuerySet[HostClaim]:
    rows = HostClaim.objects.filter(host__in=hosts, releases_at__isnull=True, starts_at__gt=now)
    return rows.order_by("starts_at", "pk")


def _known(held: Sequence[Held], now: datetime) -> dict[UUID, tuple[str, str]]:
    """When and what each of them is, and its address."""
    if not held:
        return {}
    zone = timezone.get_current_timezone()
    when = {uid: times.day_and_span(starts_at, None, zone, now) for uid, starts_at in held}
    rows = hooks.held_for.ask(uids=list(when))
    return {uid: (f"{when[uid]}: {title}", url) for uid, title, url in rows}


def _named(held: Sequence[Held], known: dict[UUID, tuple[str, str]]) -> AtStake:
    return AtStake(len(held), tuple(known[uid] for uid, _at in held[:NAMED] if uid in known))
