"""What is in the way of a class before it is saved, and which times near by are free."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, QuerySet

from eduraise.accounts.models import User
from eduraise.classes.claims import clashes
from eduraise.classes.models import LONGEST_CLASS, ClassSession, TeacherClaim
from eduraise.classes.rules import allows_time
from eduraise.programs.models import Enrolment, Program
from eduraise.zoom.claims import busy_between
from eduraise.zoom.hosts import capacity
from eduraise.zoom.models import BusyTime, HostClaim, ZoomUser

STEP = timedelta(minutes=5)
WAYS_OUT = 2
LOOK_AROUND = timedelta(hours=12)


@dataclass(frozen=True)
class Clash:
    """Something else at the same time. topic: only of a class that the reader may know of, else ""."""

    from_at: datetime
    until_at: datetime
    topic: str = ""


@dataclass(frozen=True)
class Clashes:
    """All that a wished time runs into.

    teacher, host: what makes it impossible. at_zoom: the host's own meetings at Zoom, which only warn.
    students: how many of those enrolled have another class then, of how many. free: starts that would do.
    """

    teacher: tuple[Clash, ...] = ()
    host: Clash | None = None
    at_zoom: tuple[Clash, ...] = ()
    students: int = 0
    enrolled: int = 0
    free: tuple[datetime, ...] = ()

    @property
    def is_possible(self) -> bool:
        """Whether nothing forbids it."""
        return not self.teacher and self.host is None


def clashes_of(
    *,
    program: Program,
    teacher: User,
    host: ZoomUser | None,
    starts_at: datetime,
    ends_at: datetime,
    reader: User,
    now: datetime,
    but: UUID | None = None,
    hosts: Sequence[ZoomUser] = (),
) -> Clashes:
    """What a class from `starts_at` to `ends_at` would run into; `but`: the class itself, when it moves.

    host: the one that would hold it; hosts: all that may, where there are several. Of a class that the reader
    may not know of, only from when until when is told.
    """
    taken = tuple(_told_to(reader, clashes(teacher, starts_at, ends_at, now, but=but), now))
    hosted = None if taken or host is None else _host_clash(host, starts_at, ends_at, now, but)
    free: tuple[datetime, ...] = ()
    if taken or hosted:
        may_hold = list(hosts) or ([host] if host else [])
        free = tuple(_free_starts(program, teacher, may_hold, starts_at, ends_at, now, but))
    busy, enrolled = students_busy(program, starts_at, ends_at, now, but=but)
    return Clashes(taken, hosted, _busy_at_zoom(host, reader, starts_at, ends_at), busy, enrolled, free)


def students_busy(
    program: Program, starts_at: datetime, ends_at: datetime, now: datetime, *, but: UUID | None = None
) -> tuple[int, int]:
    """How many of the program's students have another class in the span, and how many there are."""
    enrolled = Enrolment.objects.active(now).filter(program=program, person__is_active=True)
    others = ClassSession.objects.overlapping(starts_at, ends_at)
    if but:
        others = others.exclude(uid=but)
    elsewhere = Enrolment.objects.active(now).filter(
        person=OuterRef("person"), program__archived_at__isnull=True, program__classes__in=others
    )
    counted = enrolled.aggregate(all=Count("person", distinct=True))
    busy = enrolled.filter(Exists(elsewhere)).aggregate(all=Count("person", distinct=True))
    return busy["all"], counted["all"]


def _told_to(reader: User, claims: Iterable[TeacherClaim], now: datetime) -> Iterator[Clash]:
    found = list(claims)
    known = set(
        ClassSession.objects.visible_to(reader, now)
        .filter(pk__in=[claim.session_id for claim in found])
        .values_list("pk", flat=True)
    )
    for claim in found:
        topic = claim.session.topic if claim.session_id in known else ""
        yield Clash(claim.starts_at, claim.ends_at, topic)


def _host_clash(
    host: ZoomUser, starts_at: datetime, ends_at: datetime, now: datetime, but: UUID | None
) -> Clash | None:
    if not busy_between(host, starts_at, ends_at, now, but=but):
        return None
    taken = _claims_on([host], starts_at, ends_at, now, but).first()
    return Clash(taken.starts_at, taken.ends_at) if taken else None


def _claims_on(
    hosts: Sequence[ZoomUser], starts_at: datetime, ends_at: datetime, now: datetime, but: UUID | None
) -> QuerySet[HostClaim]:
    """What hosts are taken by in a span, earliest first; `but`: not by this class."""
    # a class lasts at most a day, so the index range has a lower end
    rows = HostClaim.objects.filter(
        host__in=hosts, starts_at__lt=ends_at, starts_at__gt=starts_at - LONGEST_CLASS, ends_at__gt=starts_at
    ).exclude(releases_at__lte=now)
    return (rows.exclude(held_for=but) if but else rows).order_by("starts_at")


def _busy_at_zoom(
    host: ZoomUser | None, reader: User, starts_at: datetime, ends_at: datetime
) -> tuple[Clash, ...]:
    if host is None:
        return ()
    rows = BusyTime.objects.filter(
        host=host, starts_at__lt=ends_at, starts_at__gt=starts_at - LONGEST_CLASS, ends_at__gt=starts_at
    ).order_by("starts_at")
    shows_topic = host.teacher_id == reader.pk
    return tuple(Clash(row.starts_at, row.ends_at, row.topic if shows_topic else "") for row in rows)


Span = tuple[datetime, datetime]


def _free_starts(
    program: Program,
    teacher: User,
    hosts: Sequence[ZoomUser],
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    but: UUID | None,
) -> Iterator[datetime]:
    """The nearest start before and the nearest after at which the teacher and one of the hosts are free and
    the program holds classes: one query each for the hours around, the rest in memory."""
    around = (starts_at - LOOK_AROUND, ends_at + LOOK_AROUND)
    taught = [(claim.starts_at, claim.ends_at) for claim in clashes(teacher, *around, now, but=but)]
    held: dict[int, list[HostClaim]] = {host.pk: [] for host in hosts}
    for claim in _claims_on(hosts, *around, now, but):
        held[claim.host_id].append(claim)
    length = ends_at - starts_at
    taken = taught + [(claim.starts_at, claim.ends_at) for claims in held.values() for claim in claims]
    edges = sorted({end for _, end in taken} | {start - length for start, _ in taken})
    good = [
        at
        for at in edges
        if _fits(program, (at, at + length), taught, now)
        and (not hosts or any(_has_lane(host, held[host.pk], (at, at + length)) for host in hosts))
    ]
    before = [at for at in good if at < starts_at][-1:]
    after = [at for at in good if at > starts_at][:1]
    yield from before + after


def _fits(program: Program, span: Span, taught: Sequence[Span], now: datetime) -> bool:
    is_taken = any(start < span[1] and span[0] < end for start, end in taught)
    return span[0] > now and not is_taken and allows_time(program, *span)


def _has_lane(host: ZoomUser, claims: Iterable[HostClaim], span: Span) -> bool:
    """Whether a host could hold one more meeting in a span."""
    lanes = {claim.lane for claim in claims if claim.starts_at < span[1] and span[0] < claim.ends_at}
    return len(lanes) < capacity(host)
