"""The calendar page: what it shows to one reader, in a number of queries that doesn't grow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from functools import cached_property

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import get_language

from eduraise.access import rules
from eduraise.access.roles import Role
from eduraise.accounts.models import User
from eduraise.calendars.asking import Asked
from eduraise.calendars.grid import DayColumn, Line, MonthDay, columns_of, month_of
from eduraise.calendars.queries import shown_classes, starting_between
from eduraise.calendars.spans import DAY, MONTH, Span, span_of
from eduraise.classes.lessons import lessons_of, name_lessons
from eduraise.classes.listing import by_day
from eduraise.classes.models import ClassQuerySet, ClassSession
from eduraise.classes.queries import for_list, with_right_to_edit
from eduraise.classes.rows import Row, student_rows, teacher_rows
from eduraise.programs.models import Holiday, Program
from eduraise.programs.queries import enrolled_counts
from eduraise.ui.times import first_weekday

# So many rows stand in a list of one page; what follows is a link
MOST_ROWS = 100
# Whoever teaches within so much of what is shown can be chosen
AROUND = timedelta(days=120)


@dataclass(frozen=True)
class Listed:
    """Days with their rows, and from which day on there are more."""

    days: list[tuple[date, list[Row]]]
    more_from: date | None


class CalendarPage:
    """What is shown; each part is read when it is first asked for."""

    def __init__(self, reader: User, role: str, asked: Asked, now: datetime) -> None:
        self.reader, self.role, self.asked, self.now = reader, role, asked, now
        self.zone: tzinfo = timezone.get_current_timezone()

    @cached_property
    def span(self) -> Span:
        """The days that are shown."""
        return span_of(self.asked.view, self.asked.on, first_weekday(get_language() or ""))

    @property
    def is_month(self) -> bool:
        """Whether a month is drawn."""
        return self.span.view == MONTH

    @property
    def is_day(self) -> bool:
        """Whether one day is listed."""
        return self.span.view == DAY

    @cached_property
    def classes(self) -> ClassQuerySet:
        """The reader's classes of these days, narrowed."""
        found = starting_between(self._all, *self.span.between(self.zone))
        if self.asked.program:
            found = found.filter(program__code_key=self.asked.program.casefold())
        if self.asked.teacher:
            found = found.filter(teacher__uid=self.asked.teacher)
        return found

    @cached_property
    def sessions(self) -> list[ClassSession]:
        """The same, read with all that rows and blocks show."""
        found = for_list(self.classes, self.now)
        if self.role != Role.STUDENT:
            found = with_right_to_edit(found, self.reader, self.now)
        sessions = list(found.order_by("starts_at", "pk"))
        name_lessons(sessions, self.now)
        return sessions

    @cached_property
    def columns(self) -> list[DayColumn]:
        """The week by days and hours."""
        return columns_of(
            self.span,
            self.sessions,
            self.holidays,
            self.zone,
            self.now,
            shows_trouble=self._teaches,
            all_day=self.asked.all_day,
        )

    @cached_property
    def month(self) -> list[list[MonthDay]]:
        """The month by weeks; of a class no more is read than a line of it shows."""
        rows = self.classes.values_list(
            "pk", "code", "topic", "starts_at", "cancelled_at", "program__code", "program__title"
        ).order_by("starts_at", "pk")
        lines = [Line(*row) for row in rows]
        month = month_of(self.span, lines, self.holidays, self.zone, self.now)
        shown = [line for week in month for day in week for line in day.lines]
        lessons = lessons_of([line.pk for line in shown], self.now)
        for line in shown:
            line.lesson = lessons.get(line.pk, "")
        return month

    @property
    def is_empty(self) -> bool:
        """Whether the drawn week or month has no class."""
        if self.is_month:
            return not any(day.lines for week in self.month for day in week)
        return not self.sessions

    @cached_property
    def listed(self) -> Listed:
        """The days from the chosen one on, with their rows."""
        coming = [one for one in self.sessions if one.ends_at.astimezone(self.zone).date() >= self.span.on]
        days = by_day(coming[:MOST_ROWS])
        more = coming[MOST_ROWS].starts_at.astimezone(self.zone).date() if coming[MOST_ROWS:] else None
        if not self._teaches:
            return Listed(student_rows(days, self.now), more)
        programs = {one.program_id for one in coming[:MOST_ROWS]}
        counts = enrolled_counts(programs, self.now)
        return Listed(teacher_rows(days, self.reader, self.now, enrolled=counts), more)

    @cached_property
    def holidays(self) -> dict[date, str]:
        """The organisation's holidays, and the chosen program's, by day."""
        reach = Q(program__isnull=True)
        if self.chosen_program:
            reach |= Q(program=self.chosen_program)
        first, last = self.span.days[0], self.span.days[-1]
        found = list(Holiday.objects.present().filter(reach).touching(first, last).in_order())
        names = {
            on: [one.name for one in found if one.starts_on <= on <= one.ends_on] for on in self.span.days
        }
        return {on: ", ".join(dict.fromkeys(said)) for on, said in names.items() if said}

    @cached_property
    def programs(self) -> list[Program]:
        """Those that the page can be narrowed to."""
        if self.role == Role.ADMIN:
            found = Program.objects.unarchived()
        elif self._teaches:
            found = rules.taught_programs(self.reader, self.now).unarchived()
        else:
            found = rules.attended_programs(self.reader, self.now)
        return list(found.order_by("code_key"))

    @cached_property
    def teachers(self) -> list[User]:
        """The same: whoever teaches a class around these days, so that the choice stays week by week, and the
        one who is chosen."""
        begins, ends = self.span.between(self.zone)
        near = starting_between(self._all, begins - AROUND, ends + AROUND)
        found = Q(Exists(near.filter(teacher=OuterRef("pk"))))
        if self.asked.teacher:
            found |= Q(Exists(self._all.filter(teacher=OuterRef("pk"))), uid=self.asked.teacher)
        return list(User.objects.filter(found).order_by("name_key", "pk"))

    @property
    def chosen_program(self) -> Program | None:
        """The one that it is narrowed to."""
        key = self.asked.program.casefold()
        return next((each for each in self.programs if each.code_key == key), None)

    @property
    def chosen_teacher(self) -> User | None:
        """The same."""
        return next((each for each in self.teachers if str(each.uid) == self.asked.teacher), None)

    @cached_property
    def _all(self) -> ClassQuerySet:
        return shown_classes(self.reader, self.role, self.now)

    @property
    def _teaches(self) -> bool:
        return self.role != Role.STUDENT
