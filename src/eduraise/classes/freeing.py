"""The next day that would do for each of several classes: no holiday, a day on which their program has
classes, their teacher there, she and their Zoom free at the same hour of the wall."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from django.db.models import Q

from eduraise.accounts.models import User
from eduraise.classes.models import LONGEST_CLASS, ClassSession, TeacherClaim
from eduraise.classes.shifting import local_of
from eduraise.classes.spans import Held, Span
from eduraise.classes.times import read_local
from eduraise.programs.availability import stated_times
from eduraise.programs.expanding import next_free
from eduraise.programs.models import Holiday
from eduraise.zoom.models import HostClaim

# So far ahead a free day is looked for
FAR = timedelta(days=60)
type Owner = Literal["teacher", "host"]


class FreeHours:
    """The hours that teachers and their Zoom have free, and at which the teachers are there, as they state.
    What is taken by one class is taken for the next that is asked about."""

    def __init__(
        self,
        *,
        teachers: Iterable[User],
        hosts: Iterable[int] = (),
        within: Span,
        now: datetime,
        but: Iterable[UUID] = (),
    ) -> None:
        """Four queries at most, however many classes are asked about. hosts: their keys; but: whose hours
        count as free."""
        people = list(teachers)
        self.taken: dict[Owner, Held] = {"teacher": Held(), "host": Held()}
        self.stated = stated_times(people)
        self._read(TeacherClaim, "teacher", {person.pk for person in people}, within, now, but)
        self._read(HostClaim, "host", set(hosts), within, now, but)

    def take(self, span: Span, *, teacher: int, host: int | None = None) -> bool:
        """Take these hours if nobody else has them and the teacher is there; a Zoom that holds more than one
        meeting at once is left to those who look closer."""
        stated = self.stated.get(teacher)
        if stated is not None and stated.absence(*span) is not None:
            return False
        wanted: list[tuple[Owner, int]] = [("teacher", teacher)]
        if host is not None:
            wanted.append(("host", host))
        if any(self.taken[owner].overlapping(key, span) for owner, key in wanted):
            return False
        for owner, key in wanted:
            self.taken[owner].add(key, span)
        return True

    def _read(
        self, claims: Any, owner: Owner, keys: set[int], within: Span, now: datetime, but: Iterable[UUID]
    ) -> None:
        if not keys:
            return
        first, last = within
        rows = claims.objects.filter(starts_at__gt=first - LONGEST_CLASS, starts_at__lt=last)
        rows = rows.filter(**{f"{owner}__in": keys}).exclude(held_for__in=list(but))
        for key, *span in rows.exclude(releases_at__lte=now).values_list(owner, "starts_at", "ends_at"):
            self.taken[owner].add(key, (span[0], span[1]))


class ToFreeDay:
    """Moves each class to its next free day; ask it in the order in which they are held, as what it gave to
    one is taken for the next. A few queries, however many classes."""

    def __init__(self, sessions: Sequence[ClassSession], now: datetime) -> None:
        self.now = now
        first = min((session.starts_at for session in sessions), default=now)
        last = max((session.ends_at for session in sessions), default=now) + FAR
        self.free = FreeHours(
            teachers={session.teacher for session in sessions},
            hosts={session.occurrence.meeting.host_id for session in sessions if session.occurrence},
            within=(first, last),
            now=now,
            but=[session.uid for session in sessions],
        )
        programs = {session.program_id for session in sessions}
        of_these = Q(program__isnull=True) | Q(program__in=programs)
        self.holidays = list(
            Holiday.objects.present().filter(of_these).touching(first.date(), last.date()).in_order()
        )

    def start_of(self, session: ClassSession) -> datetime:
        """When it would be held; as before where no day within two months would do."""
        local = local_of(session)
        holidays = [one for one in self.holidays if one.program_id in (None, session.program_id)]
        mask = session.program.class_settings.weekdays
        weekdays = frozenset(day + 1 for day in range(7) if mask & (1 << day))
        host = session.occurrence.meeting.host_id if session.occurrence else None
        on, last_on = local.date(), local.date() + FAR
        while free := next_free(on, holidays, weekdays, last_on=last_on):
            at = read_local(datetime.combine(free, local.time()), session.zone).at
            span = (at, at + session.duration)
            if at > self.now and self.free.take(span, teacher=session.teacher_id, host=host):
                return at
            on = free
        return session.starts_at
