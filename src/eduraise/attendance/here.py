"""Who is in a class at this moment, by what Zoom's events tell of its sittings.

A register that is watched is asked for every few seconds by each who watches. So this is made once for all of
them and kept for a moment; the others are given what was made before while one makes it anew.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Max, Sum

from eduraise.attendance.companions import companions_in
from eduraise.attendance.enums import Room, Source, Verdict
from eduraise.attendance.models import Interval, Mark, Register
from eduraise.classes.models import ClassSession
from eduraise.classes.states import running_since
from eduraise.notifications.models import Message
from eduraise.zoom.models import ZoomInstance

#: The kind of message by which people are called into it
NUDGE = "attendance.nudge"
HERE, WAITING, LEFT = "here", "waiting", "left"
FRESH, STALE, MAKING = timedelta(seconds=3), timedelta(seconds=30), 10


@dataclass(frozen=True, slots=True)
class InRoom:
    """One stay of a participant in one room of a sitting, by all that Zoom's events told of it."""

    instance: int
    participant: int
    person: int | None
    verdict: str
    room: str
    stay: str
    came_at: datetime | None
    left_at: datetime | None

    @property
    def key(self) -> tuple[int, str, str]:
        """What its coming and its going have in common."""
        return self.instance, self.room, self.stay

    @property
    def is_in(self) -> bool:
        """Whether they came and have not left it since, as long as the sitting goes on."""
        return self.came_at is not None and (self.left_at is None or self.left_at < self.came_at)

    @property
    def is_unknown(self) -> bool:
        """Whether nobody knows who it is, who may be a student."""
        return self.person is None and self.verdict in ("", Verdict.STUDENT)


def in_rooms(instances: Mapping[int, UUID]) -> Iterator[InRoom]:
    """Every stay in these sittings, of any number of classes: whoever is in a room by one of theirs is in it,
    though another ended; whoever sits at another's device where that one is. instances: the class of each
    sitting. Two queries."""
    beside = companions_in(set(instances.values()))
    for one in _told(instances):
        yield one
        for student in beside.get(instances[one.instance], {}).get(one.person or 0, ()):
            yield replace(one, person=student, verdict=Verdict.STUDENT)


def _told(instances: Collection[int]) -> list[InRoom]:
    told = (
        Interval.objects.filter(participant__instance__in=list(instances), participant__source=Source.WEBHOOK)
        .values_list(
            "participant__instance",
            "participant",
            "participant__person",
            "participant__verdict",
            "room",
            "join_key",
        )
        .annotate(came_at=Max("joined_at"), left_at=Max("left_at"))
        .order_by()
    )
    return _ended([InRoom(*stay) for stay in told])


def _ended(stays: list[InRoom]) -> list[InRoom]:
    """The same with when each was left for certain: a leaving may be told of another than its coming
    was (see `stays.as_one`), and who was sent to the waiting room after it has left the meeting."""
    left: dict[tuple[int, str, str], datetime] = {}
    waits: dict[tuple[int, str, str], datetime] = {}
    for one in stays:
        if one.left_at is not None:
            left[one.key] = max(left.get(one.key, one.left_at), one.left_at)
        if one.room == Room.WAITING and one.came_at is not None:
            meeting = (one.instance, str(Room.MAIN), one.stay)
            waits[meeting] = max(waits.get(meeting, one.came_at), one.came_at)
    return [_left_by(one, left.get(one.key), waits.get(one.key)) for one in stays]


def _left_by(one: InRoom, left: datetime | None, waits: datetime | None) -> InRoom:
    if not one.stay:
        return one
    if waits is not None and one.came_at is not None and waits > one.came_at:
        left = max(left or waits, waits)
    return one if left == one.left_at else replace(one, left_at=left)


@dataclass(frozen=True)
class Place:
    """Where somebody is, and since when: HERE, WAITING to be let in, or LEFT."""

    kind: str
    since: datetime | None


@dataclass(frozen=True)
class Moment:
    """A class at one moment. places: of whom Zoom told, by person; unknown: how many are in it of whom nobody
    knows; since: since when it is on, None if it isn't; nudged: who was sent the link; mark: changes with
    anything that a register's page shows."""

    made_at: datetime
    places: dict[int, Place]
    unknown: int
    since: datetime | None
    nudged: frozenset[int]
    mark: str


def moment_of(session: ClassSession, now: datetime) -> Moment:
    """The class as of some seconds ago at most."""
    key = f"attendance.now.{session.uid}"
    kept: Moment | None = cache.get(key)
    if kept is not None and timedelta() <= now - kept.made_at < FRESH:
        return kept
    if not cache.add(f"{key}.making", 1, MAKING):
        if kept is not None and timedelta() <= now - kept.made_at < STALE:
            return kept
        return _made(session, now)
    try:
        made = _made(session, now)
        cache.set(key, made, int(STALE.total_seconds()))
    finally:
        cache.delete(f"{key}.making")
    return made


def forget(session: ClassSession) -> None:
    """Something was changed by hand: who looks next sees it."""
    cache.delete(f"attendance.now.{session.uid}")


def _made(session: ClassSession, now: datetime) -> Moment:
    places, unknown = places_in(session)
    nudged, since = frozenset(nudged_in(session)), running_since(session)
    columns = ("state", "facts_version", "folded_version", "folded_at", "named_version", "not_held_at")
    register = Register.objects.filter(session=session.pk).values_list("pk", *columns).first()
    marks = Mark.objects.filter(register=register[0]).aggregate(Sum("version")) if register else {}
    told = [register, marks, sorted((key, one.kind, one.since) for key, one in places.items())]
    mark = blake2b(repr([told, unknown, since, sorted(nudged)]).encode(), digest_size=8).hexdigest()
    return Moment(now, places, unknown, since, nudged, mark)


def nudged_in(session: ClassSession) -> set[int]:
    """Who was called into the class."""
    told = Message.objects.filter(kind=NUDGE, thing_uid=session.uid)
    return set(told.values_list("person", flat=True))


def places_in(session: ClassSession) -> tuple[dict[int, Place], int]:
    """Where everybody is of whom Zoom's events told, and how many are in it of whom nobody knows. Breakout
    rooms are in it, the waiting room isn't. Three queries."""
    rows = ZoomInstance.objects.filter(occurrence__held_for=session.uid).values_list("pk", "ended_at")
    ended: dict[int, datetime | None] = dict(rows)
    found: dict[int, list[Place]] = {}
    unknown: set[int] = set()
    for one in in_rooms(dict.fromkeys(ended, session.uid)):
        place = _place(one, ended[one.instance])
        if one.person is not None and place is not None:
            found.setdefault(one.person, []).append(place)
        elif one.is_unknown and place is not None and place.kind == HERE:
            unknown.add(one.participant)
    return {person: min(places, key=_weight) for person, places in found.items()}, len(unknown)


def _place(one: InRoom, ended_at: datetime | None) -> Place | None:
    if one.is_in and ended_at is None:
        return Place(WAITING if one.room == Room.WAITING else HERE, one.came_at)
    return None if one.room == Room.WAITING else Place(LEFT, one.left_at or ended_at)


def _weight(place: Place) -> Any:
    """What somebody with two devices is: here before waiting before gone; the longest here, the last gone."""
    order = (HERE, WAITING, LEFT).index(place.kind)
    at = place.since.timestamp() if place.since else 0.0
    return order, -at if place.kind == LEFT else at
