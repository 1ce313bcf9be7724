"""What is to be known of each class of a plan before it is scheduled: a few queries for all rows together.

Nothing here asks Zoom, and nothing here is a promise: what holds is decided by the claims when a row is
booked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy, deepcopy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count

from eduraise.access.rules import may_book_for_others, teachers_of
from eduraise.accounts.models import User
from eduraise.classes.models import LONGEST_CLASS, ClassSession, TeacherClaim
from eduraise.classes.rules import outside_days, refusal_of_hours
from eduraise.classes.spans import Held, Span, Spans
from eduraise.classes.times import Kind, read_local
from eduraise.planner.enums import PlanState, RowState, Verdict
from eduraise.planner.models import Plan, PlannedClass
from eduraise.programs.availability import stated_times
from eduraise.programs.availability_words import absence_words
from eduraise.programs.enums import Permission
from eduraise.programs.models import Enrolment, Program, TeacherProfile
from eduraise.zoom.choosing import Need, hosts_for_each
from eduraise.zoom.hosts import NotConnected, capacity, limits_of
from eduraise.zoom.models import BusyTime, HostClaim, ZoomUser


@dataclass(frozen=True)
class Looked:
    """What was found of a plan. rows: in order."""

    rows: list[PlannedClass]


def check(plan: Plan, now: datetime) -> Looked:
    """The rows in order, those that wait with their verdicts as they are now; nothing is stored."""
    rows = list(plan.rows.select_related("teacher").order_by("row_number"))
    waiting = [row for row in rows if row.state == RowState.WAITING]
    _read_clocks(waiting)
    facts = Facts(plan, waiting, now)
    for row in waiting:
        row.verdicts = [*facts.verdicts(row)]
    return Looked(rows)


def open_rows(plan: Plan) -> list[PlannedClass]:
    """The rows in order that can be scheduled still, their clocks read as they are now: of a draft those that
    nothing was done with, else those that failed."""
    state = RowState.WAITING if plan.state == PlanState.DRAFT else RowState.FAILED
    rows = plan.rows.filter(state=state).select_related("teacher").order_by("row_number")
    _read_clocks(found := list(rows))
    return found


def _read_clocks(rows: Iterable[PlannedClass]) -> None:
    for row in rows:
        row.starts_at = read_local(datetime.combine(row.held_on, row.local_start), row.zone).at


class Facts:
    """All that the verdicts of one plan are found from; the same queries however many teach in it.

    also: who could teach some of its rows instead.
    """

    def __init__(
        self,
        plan: Plan,
        rows: Sequence[PlannedClass],
        now: datetime,
        also: Mapping[User, Collection[PlannedClass]] | None = None,
    ) -> None:
        self.plan, self.program, self.now = plan, plan.program, now
        self.span = _span_of(rows)
        by_teacher = _by_teacher(rows, also or {})
        teachers = set(by_teacher)
        self.allowed = {teacher.pk for teacher in may_teach(self.program, plan.by, now)}
        self.taken = self._teachers_taken(teachers)
        self.hosts = _hosts_of(by_teacher)
        every = {
            host.pk: host
            for found in self.hosts.values()
            if not isinstance(found, NotConnected)
            for host in found
        }
        self.lanes = self._lanes_taken(every)
        self.at_zoom, self.listed = self._busy_at_zoom(every)
        self.students = self._students_busy()
        self.booked, self.in_program = self._booked(), self._in_program()
        self.weekly = _weekly_limits(teachers)
        self.hours = self._hours_of(teachers)
        self.stated = stated_times(teachers)
        self.taught, self.held = Held(), Held()

    def afresh(self) -> Facts:
        """The same, as if no row had been asked of yet."""
        other = copy(self)
        other.taught, other.held, other.hours = Held(), Held(), deepcopy(self.hours)
        return other

    def verdicts(self, row: PlannedClass) -> Iterable[dict[str, Any]]:
        """What was found of one row, the worst first. Rows must be asked in order."""
        if row.starts_at < self.now:
            yield _found(Verdict.PAST)
        if (row.slot_uid, row.on) in self.booked or (row.starts_at, row.teacher_id) in self.in_program:
            yield _found(Verdict.BOOKED_ALREADY)
            return
        if refusal := refusal_of_hours(self.program, row.starts_at, row.ends_at, self.now):
            yield _found(Verdict.NOT_ALLOWED, words=refusal)
        yield from self._of_teacher(row)
        yield from self._warnings(row)

    def _of_teacher(self, row: PlannedClass) -> Iterable[dict[str, Any]]:
        teacher = row.teacher
        if teacher is None or teacher.pk not in self.allowed:
            yield _found(Verdict.NO_TEACHER, said=row.said_teacher or (teacher.name if teacher else None))
            return
        if clash := self.taken[teacher.pk].overlapping(row.starts_at, row.ends_at):
            yield _found(Verdict.TEACHER_BUSY, span=clash[0])
        twice = self.taught.overlapping(teacher.pk, (row.starts_at, row.ends_at))
        if twice and not row.is_left_out:
            yield _found(Verdict.TWICE, span=twice[0])
            return
        if not row.is_left_out:
            self.taught.add(teacher.pk, (row.starts_at, row.ends_at))
        stated = self.stated.get(teacher.pk)
        if stated and (absence := stated.absence(row.starts_at, row.ends_at)):
            # whoever sees a plan may plan for her, and so may know why
            words = absence_words(absence, teacher.name, knows_why=True, now=self.now)
            yield _found(Verdict.NOT_THERE, words=f"{words}.")
        yield from self._of_host(row, self.hosts[teacher.pk])
        yield from self._of_week(row, teacher)

    def _of_host(self, row: PlannedClass, found: list[ZoomUser] | NotConnected) -> Iterable[dict[str, Any]]:
        if isinstance(found, NotConnected):
            yield _found(Verdict.NOT_CONNECTED, words=found.message)
            return
        free = [host for host in found if self._has_lane(host, row)]
        if not free:
            yield _found(Verdict.HOST_BUSY, span=min(span for host in found for span in self._on(host, row)))
            return
        host = row.host = free[0]
        if not row.is_left_out:
            self.held.add(host.pk, (row.starts_at, row.ends_at))
        if busy := self.at_zoom[host.pk].overlapping(row.starts_at, row.ends_at):
            yield _found(
                Verdict.ZOOM_BUSY, span=busy[0], seen_at=self.listed.get(host.pk), looked_at=self.now
            )
        cut = limits_of(host).cut_after_minutes
        if cut is not None and row.minutes > cut:
            yield _found(Verdict.CUT_SHORT, minutes=cut)

    def _of_week(self, row: PlannedClass, teacher: User) -> Iterable[dict[str, Any]]:
        limit = self.weekly.get(teacher.pk)
        if limit is None or row.is_left_out:
            return
        zone = ZoneInfo(teacher.zone)
        week = row.starts_at.astimezone(zone).isocalendar()[:2]
        self.hours[teacher.pk][week] += timedelta(minutes=row.minutes)
        if self.hours[teacher.pk][week] > limit:
            yield _found(Verdict.TOO_MANY_HOURS, hours=limit.total_seconds() / 3600)

    def _warnings(self, row: PlannedClass) -> Iterable[dict[str, Any]]:
        if words := outside_days(self.program, row.starts_at, self.now):
            yield _found(Verdict.OUTSIDE, words=words)
        reading = read_local(datetime.combine(row.held_on, row.local_start), row.zone)
        if reading.kind is Kind.SKIPPED:
            yield _found(Verdict.SKIPPED_HOUR, at=f"{reading.wall:%H:%M}")
        if reading.kind is Kind.TWICE:
            yield _found(Verdict.REPEATED_HOUR)
        number = sum(
            students for students, spans in self.students if spans.overlapping(row.starts_at, row.ends_at)
        )
        if number:
            yield _found(Verdict.STUDENTS_BUSY, number=number)

    def _has_lane(self, host: ZoomUser, row: PlannedClass) -> bool:
        return len(self._on(host, row)) < capacity(host)

    def _on(self, host: ZoomUser, row: PlannedClass) -> list[Span]:
        """What a host holds at a row's time, classes of this plan before it included."""
        span = row.starts_at, row.ends_at
        return [*self.lanes[host.pk].overlapping(*span), *self.held.overlapping(host.pk, span)]

    def _teachers_taken(self, teachers: Iterable[User]) -> dict[int, Spans]:
        claims = TeacherClaim.objects.filter(
            teacher__in=[teacher.pk for teacher in teachers], **self._within()
        ).exclude(releases_at__lte=self.now)
        return _by_owner(claims.values_list("teacher", "starts_at", "ends_at"), teachers)

    def _lanes_taken(self, hosts: dict[int, ZoomUser]) -> dict[int, Spans]:
        claims = HostClaim.objects.filter(host__in=hosts, **self._within()).exclude(releases_at__lte=self.now)
        return _by_owner(claims.values_list("host", "starts_at", "ends_at"), hosts.values())

    def _busy_at_zoom(self, hosts: dict[int, ZoomUser]) -> tuple[dict[int, Spans], dict[int, datetime]]:
        rows = list(BusyTime.objects.filter(host__in=hosts, **self._within()))
        seen = {row.host_id: row.seen_at for row in rows}
        return _by_owner([(row.host_id, row.starts_at, row.ends_at) for row in rows], hosts.values()), seen

    def _students_busy(self) -> list[tuple[int, Spans]]:
        """Other programs that share students with this one: how many, and when they have class."""
        here = Enrolment.objects.active(self.now).filter(program=self.program, person__is_active=True)
        shared = dict(
            Enrolment.objects.active(self.now)
            .filter(person__in=here.values("person"), program__archived_at__isnull=True)
            .exclude(program=self.program)
            .values_list("program")
            .annotate(Count("person", distinct=True))
        )
        spans: dict[int, list[Span]] = defaultdict(list)
        classes = ClassSession.objects.not_cancelled().filter(program__in=shared, **self._within())
        for program, starts_at, ends_at in classes.values_list("program", "starts_at", "ends_at"):
            spans[program].append((starts_at, ends_at))
        return [(shared[program], Spans(found)) for program, found in spans.items()]

    def _booked(self) -> set[tuple[Any, Any]]:
        """Dates of this program's slots that have a class already."""
        classes = ClassSession.objects.not_cancelled().filter(
            program=self.program, plan_row__slot_uid__isnull=False
        )
        return set(classes.values_list("plan_row__slot_uid", "plan_row__on"))

    def _in_program(self) -> set[tuple[datetime, int]]:
        """When the program has classes in this span, and whose they are, however they came about."""
        classes = ClassSession.objects.not_cancelled().filter(program=self.program, **self._within())
        return set(classes.values_list("starts_at", "teacher"))

    def _hours_of(self, teachers: Iterable[User]) -> dict[int, dict[tuple[int, ...], timedelta]]:
        """How long each teacher teaches in each week of the span already, by her own clocks."""
        zones = {teacher.pk: ZoneInfo(teacher.zone) for teacher in teachers if teacher.pk in self.weekly}
        hours: dict[int, dict[tuple[int, ...], timedelta]] = {pk: defaultdict(timedelta) for pk in zones}
        classes = ClassSession.objects.not_cancelled().filter(teacher__in=zones, **self._within(weeks=1))
        for teacher, starts_at, ends_at in classes.values_list("teacher", "starts_at", "ends_at"):
            week = starts_at.astimezone(zones[teacher]).isocalendar()[:2]
            hours[teacher][week] += ends_at - starts_at
        return hours

    def _within(self, weeks: int = 0) -> dict[str, Any]:
        first, last = self.span
        wide = timedelta(weeks=weeks)
        return {"starts_at__gt": first - LONGEST_CLASS - wide, "starts_at__lt": last + wide}


def _by_teacher(
    rows: Iterable[PlannedClass], also: Mapping[User, Collection[PlannedClass]]
) -> dict[User, list[PlannedClass]]:
    found: dict[User, list[PlannedClass]] = {teacher: list(own) for teacher, own in also.items()}
    for row in rows:
        if row.teacher is not None:
            found.setdefault(row.teacher, []).append(row)
    return found


def _hosts_of(
    by_teacher: Mapping[User, Sequence[PlannedClass]],
) -> dict[int, list[ZoomUser] | NotConnected]:
    """The hosts that each teacher's classes may run on, or why there are none."""
    return hosts_for_each(
        Need(teacher, own[0].starts_at, timedelta(minutes=max(row.minutes for row in own)))
        for teacher, own in by_teacher.items()
    )


def _found(verdict: Verdict, **what: Any) -> dict[str, Any]:
    """A verdict as it is stored: its code, and what its words need."""
    stored = {"code": verdict.value}
    for name, value in what.items():
        if name == "span":
            stored |= {"from": value[0].isoformat(), "until": value[1].isoformat()}
        elif isinstance(value, datetime):
            stored[name] = value.isoformat()
        elif value is not None:
            stored[name] = value
    return stored


def _span_of(rows: Sequence[PlannedClass]) -> Span:
    if not rows:
        nothing = datetime.max.replace(tzinfo=ZoneInfo("UTC"))
        return nothing - timedelta(days=400), nothing - timedelta(days=400)
    return min(row.starts_at for row in rows), max(row.ends_at for row in rows)


def may_teach(program: Program, by: User, now: datetime) -> list[User]:
    """Who may hold classes of the program, as far as this person may book them; by name."""
    able = teachers_of(program, now, permission=Permission.HOST)
    return able if may_book_for_others(by, program, now) else [one for one in able if one == by]


def _weekly_limits(teachers: Iterable[User]) -> dict[int, timedelta]:
    profiles = TeacherProfile.objects.filter(
        person__in=[teacher.pk for teacher in teachers], weekly_minutes__isnull=False
    )
    return {
        pk: timedelta(minutes=minutes or 0)
        for pk, minutes in profiles.values_list("person", "weekly_minutes")
    }


def _by_owner(rows: Iterable[tuple[int, datetime, datetime]], owners: Iterable[Any]) -> dict[int, Spans]:
    spans: dict[int, list[Span]] = {owner.pk: [] for owner in owners}
    for owner, starts_at, ends_at in rows:
        spans[owner].append((starts_at, ends_at))
    return {owner: Spans(found) for owner, found in spans.items()}
