"""What is in the way of several classes at their wished hours: a few queries for all of them together.

Nothing here is a promise: what holds is decided by the claims when they are moved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.claims import TeacherBusy
from eduraise.classes.models import LONGEST_CLASS, ClassSession, TeacherClaim
from eduraise.classes.rules import outside_days, refusal_of_hours
from eduraise.classes.several import Chosen
from eduraise.classes.spans import Span, Spans
from eduraise.classes.times import zone_named
from eduraise.programs.availability import stated_times
from eduraise.programs.availability_words import absence_words
from eduraise.programs.models import Holiday
from eduraise.zoom import pool
from eduraise.zoom.claims import HostBusy
from eduraise.zoom.enums import HostKind
from eduraise.zoom.hosts import capacity
from eduraise.zoom.models import BusyTime, HostClaim, ZoomUser

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Verdict:
    """One class with its wished hours. problem: why it can't be so, or "". warnings: what to know of it."""

    chosen: Chosen
    problem: str = ""
    warnings: tuple[str, ...] = ()

    @property
    def session(self) -> ClassSession:
        """The class."""
        return self.chosen.session

    @property
    def is_possible(self) -> bool:
        """Whether nothing forbids it."""
        return not self.problem

    @property
    def moves(self) -> bool:
        """Whether it gets other hours."""
        return self.chosen.span[0] != self.session.starts_at


def check(chosen: Sequence[Chosen], reader: User, now: datetime) -> list[Verdict]:
    """What is in the way of each, as far as the reader may know it; the same few queries for one or many.

    The classes are read with their program's settings, teacher and host.
    """
    if not chosen:
        return []
    facts = Facts(chosen, reader, now)
    return [facts.verdict(one) for one in chosen]


def standing_problem(session: ClassSession, now: datetime) -> str:
    """Why a class can't be changed at all any more, or ""."""
    if session.cancelled_at is not None:
        return _("It is cancelled already.")
    if session.ends_at <= now:
        return _("It is over.")
    return _("It has begun.") if session.starts_at <= now else ""


def holiday_names(holidays: Iterable[Holiday], program_id: int, on: date) -> list[str]:
    """The holidays of a program, or of the organisation, on which a day falls."""
    return [
        one.name
        for one in holidays
        if one.program_id in (None, program_id) and one.starts_on <= on <= one.ends_on
    ]


class Facts:
    """All that the verdicts are found from, of classes that are moved."""

    def __init__(self, chosen: Sequence[Chosen], reader: User, now: datetime) -> None:
        self.reader, self.now = reader, now
        sessions = [one.session for one in chosen]
        self.uids = [session.uid for session in sessions]
        self.first = min(one.span[0] for one in chosen)
        self.last = max(one.span[1] for one in chosen)
        self.shared = self._shared_hosts(sessions)
        self.holders = {(one.pk, one.teacher_id): self._holders(one) for one in sessions}
        hosts = {host.pk: host for found in self.holders.values() for host in found}
        self.teachers = {session.teacher_id for session in sessions}
        self.taken = self._taken(TeacherClaim, "teacher", self.teachers)
        self.lanes = self._taken(HostClaim, "host", set(hosts))
        self.at_zoom = _by_owner(
            BusyTime.objects.filter(host__in=hosts, **self._within()).values_list(
                "host", "starts_at", "ends_at"
            )
        )
        self.holidays = list(
            Holiday.objects.present()
            .filter(Q(program__isnull=True) | Q(program__in={session.program_id for session in sessions}))
            .touching(self.first.date() - DAY, self.last.date() + DAY)
            .in_order()
        )
        self.stated = stated_times({session.teacher for session in sessions})
        self.seen: dict[tuple[str, int], list[Span]] = defaultdict(list)

    def verdict(self, chosen: Chosen) -> Verdict:
        """Of one class; those before it have their hours already."""
        problem = self._problem(chosen)
        if not problem:
            self.seen["teacher", chosen.session.teacher_id].append(chosen.span)
            for host in self._held_by(chosen.session)[:1]:
                self.seen["host", host.pk].append(chosen.span)
        return Verdict(chosen, problem, tuple(self._warnings(chosen)))

    def _problem(self, chosen: Chosen) -> str:
        session, (starts_at, ends_at) = chosen.session, chosen.span
        if refusal := self._refusal(session, chosen.span):
            return refusal
        if busy := self._busy("teacher", session.teacher_id, self.taken, chosen.span):
            topic = self._topics.get((session.teacher_id, *busy[0]), "")
            return str(TeacherBusy(session.teacher, *busy[0], topic).message)
        holders = self._held_by(session)
        if not holders or any(self._has_lane(host, chosen.span) for host in holders):
            return ""
        return str(HostBusy(starts_at, ends_at).message)

    def _refusal(self, session: ClassSession, span: Span) -> str:
        """Why it can't be then, whoever is free."""
        return standing_problem(session, self.now) or refusal_of_hours(session.program, *span, self.now)

    @cached_property
    def _topics(self) -> dict[tuple[int, datetime, datetime], str]:
        """The other classes of these teachers that the reader may know of, by whose and when; one query."""
        known = ClassSession.objects.visible_to(self.reader, self.now).values("pk")
        rows = TeacherClaim.objects.filter(teacher__in=self.teachers, session__in=known, **self._within())
        found = rows.values_list("teacher", "starts_at", "ends_at", "session__topic")
        return {(teacher, start, end): topic for teacher, start, end, topic in found}

    def _held_by(self, session: ClassSession) -> Sequence[ZoomUser]:
        return self.holders[session.pk, session.teacher_id]

    def _holders(self, session: ClassSession) -> Sequence[ZoomUser]:
        """The hosts that may hold it, first the one that is tried first; none where nobody does yet."""
        host = host_of(session)
        if host is None:
            return []
        return [host, *self.shared] if host.kind == HostKind.POOL else [host]

    def _warnings(self, chosen: Chosen) -> Iterable[str]:
        session, (starts_at, ends_at) = chosen.session, chosen.span
        on = starts_at.astimezone(zone_named(session.program.zone)).date()
        for name in holiday_names(self.holidays, session.program_id, on):
            yield _("Holiday: %(name)s") % {"name": name}
        if words := self._away(chosen):
            yield words
        if words := outside_days(session.program, starts_at, self.now):
            yield words
        if any(self.at_zoom[host.pk].overlapping(starts_at, ends_at) for host in self._held_by(session)[:1]):
            yield _("There is another meeting on this Zoom then.")

    def _away(self, chosen: Chosen) -> str:
        """That its teacher says that she is not there then, and no more."""
        teacher, stated = chosen.session.teacher, self.stated.get(chosen.session.teacher_id)
        absence = stated.absence(*chosen.span) if stated else None
        if absence is None:
            return ""
        return absence_words(absence, teacher.name, knows_why=False, is_own=False, now=self.now)

    def _has_lane(self, host: ZoomUser, span: Span) -> bool:
        return len(self._busy("host", host.pk, self.lanes, span)) < capacity(host)

    def _busy(self, kind: str, key: int, taken: dict[int, Spans], span: Span) -> list[Span]:
        own = [each for each in self.seen[kind, key] if each[0] < span[1] and span[0] < each[1]]
        return [*taken[key].overlapping(*span), *own]

    def _shared_hosts(self, sessions: Iterable[ClassSession]) -> list[ZoomUser]:
        hosts = [host_of(session) for session in sessions]
        is_any = any(host is not None and host.kind == HostKind.POOL for host in hosts)
        return list(pool.usable()) if is_any else []

    def _taken(self, claims: Any, owner: str, keys: set[int]) -> dict[int, Spans]:
        rows = claims.objects.filter(**{f"{owner}__in": keys}, **self._within())
        others = rows.exclude(held_for__in=self.uids).exclude(releases_at__lte=self.now)
        return _by_owner(others.values_list(owner, "starts_at", "ends_at"))

    def _within(self) -> dict[str, Any]:
        return {"starts_at__gt": self.first - LONGEST_CLASS, "starts_at__lt": self.last}


def host_of(session: ClassSession) -> ZoomUser | None:
    """Whose Zoom holds a class, as it was read."""
    return session.occurrence.meeting.host if session.occurrence else None


def _by_owner(rows: Iterable[tuple[int, datetime, datetime]]) -> dict[int, Spans]:
    found: dict[int, list[Span]] = defaultdict(list)
    for owner, starts_at, ends_at in rows:
        found[owner].append((starts_at, ends_at))
    return defaultdict(lambda: Spans(()), {owner: Spans(spans) for owner, spans in found.items()})
