"""The next day that would do for each of several classes: no holiday, a day on which their program has
classes, their teacher and their Zoom free at the same hour of the wall."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from eduraise.classes.models import LONGEST_CLASS, ClassSession, TeacherClaim
from eduraise.classes.shifting import local_of
from eduraise.classes.spans import Span
from eduraise.classes.times import read_local
from eduraise.programs.expanding import next_free
from eduraise.programs.models import Holiday
from eduraise.zoom.models import HostClaim

# So far ahead a free day is looked for
FAR = timedelta(days=60)


class ToFreeDay:
    """Moves each class to its next free day; ask it in the order in which they are held, as what it gave to
    one is taken for the next. A few queries, however many classes."""

    def __init__(self, sessions: Sequence[ClassSession], now: datetime) -> None:
        self.now = now
        uids = [session.uid for session in sessions]
        first = min((session.starts_at for session in sessions), default=now)
        last = max((session.ends_at for session in sessions), default=now) + FAR
        within: dict[str, Any] = {"starts_at__gt": first - LONGEST_CLASS, "starts_at__lt": last}
        self.taken: dict[tuple[str, int], list[Span]] = defaultdict(list)
        teachers = {session.teacher_id for session in sessions}
        hosts = {session.occurrence.meeting.host_id for session in sessions if session.occurrence}
        self._read(TeacherClaim, "teacher", within | {"teacher__in": teachers}, uids)
        self._read(HostClaim, "host", within | {"host__in": hosts}, uids)
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
        on, last_on = local.date(), local.date() + FAR
        while free := next_free(on, holidays, weekdays, last_on=last_on):
            at = read_local(datetime.combine(free, local.time()), session.zone).at
            if at > self.now and self._take(session, (at, at + session.duration)):
                return at
            on = free
        return session.starts_at

    def _take(self, session: ClassSession, span: Span) -> bool:
        """Take these hours for the class if nobody else has them; a Zoom that holds more than one meeting at
        once is left to those who look closer."""
        keys = [("teacher", session.teacher_id)]
        if session.occurrence is not None:
            keys.append(("host", session.occurrence.meeting.host_id))
        if any(each[0] < span[1] and span[0] < each[1] for key in keys for each in self.taken[key]):
            return False
        for key in keys:
            self.taken[key].append(span)
        return True

    def _read(self, claims: Any, owner: str, within: dict[str, Any], but: Iterable[Any]) -> None:
        rows = claims.objects.filter(**within).exclude(held_for__in=list(but))
        for key, *span in rows.exclude(releases_at__lte=self.now).values_list(owner, "starts_at", "ends_at"):
            self.taken[owner, key].append((span[0], span[1]))
