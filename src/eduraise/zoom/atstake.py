"""Which coming classes hang on hosts: how many, and the first of them with their addresses."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import ngettext

from eduraise.core import hooks
from eduraise.zoom.models import HostClaim, ZoomUser

NAMED = 3


@dataclass(frozen=True)
class AtStake:
    """How many classes are at stake, and the first of them as (title, address)."""

    number: int = 0
    first: tuple[tuple[str, str], ...] = ()

    @property
    def sentence(self) -> str:
        """How many, or "" where there are none."""
        words = ngettext("%(n)d coming class is at stake:", "%(n)d coming classes are at stake:", self.number)
        return words % {"n": self.number} if self.number else ""

    @property
    def named(self) -> dict[str, Any]:
        """They as a `Problem` names them."""
        return {"things": self.first, "more": self.number - len(self.first)}


def at_stake_by_host(hosts: Iterable[ZoomUser], now: datetime) -> dict[int, AtStake]:
    """What is at stake of each of these hosts; two queries for all."""
    held: dict[int, list[UUID]] = defaultdict(list)
    for host_id, uid in _coming(hosts, now).values_list("host_id", "held_for"):
        held[host_id].append(uid)
    titles = _titles([uid for uids in held.values() for uid in uids[:NAMED]])
    return {host_id: _named(uids, titles) for host_id, uids in held.items()}


def at_stake_with(hosts: Iterable[ZoomUser], now: datetime) -> AtStake:
    """What is at stake of all of them together; two queries."""
    uids = list(_coming(hosts, now).values_list("held_for", flat=True))
    return _named(uids, _titles(uids[:NAMED]))


def _coming(hosts: Iterable[ZoomUser], now: datetime) -> QuerySet[HostClaim]:
    rows = HostClaim.objects.filter(host__in=hosts, releases_at__isnull=True, starts_at__gt=now)
    return rows.order_by("starts_at", "pk")


def _titles(uids: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    return {uid: (title, url) for uid, title, url in hooks.held_for.ask(uids=uids)} if uids else {}


def _named(uids: Sequence[UUID], titles: dict[UUID, tuple[str, str]]) -> AtStake:
    return AtStake(len(uids), tuple(titles[uid] for uid in uids[:NAMED] if uid in titles))
