"""A program's timetable as pages and planning read it."""

from __future__ import annotations

from datetime import date

from django.core.paginator import Page, Paginator
from django.db.models import Count, Prefetch, Q, QuerySet

from eduraise.programs.enums import Audience
from eduraise.programs.expanding import Dated, expand
from eduraise.programs.models import Material, Program
from eduraise.programs.timetable_models import Holiday, HolidayQuerySet, Slot, SyllabusTopic

HOLIDAYS_ON_A_PAGE = 50
TOPICS_ON_A_PAGE = 100


def slots_of(program: Program) -> list[Slot]:
    """A program's weekly hours in the order of the week, each with its teacher; one query."""
    return list(Slot.objects.present().filter(program=program).select_related("teacher").in_order())


def holidays_of(
    program: Program, *, first_on: date | None = None, last_on: date | None = None
) -> HolidayQuerySet:
    """The days without classes that hold in a program: its own and the organisation's, by date.

    first_on, last_on: only those that touch these days.
    """
    found = Holiday.objects.present().filter(Q(program=program) | Q(program__isnull=True))
    return found.touching(first_on, last_on).in_order()


def topics_of(program: Program) -> list[SyllabusTopic]:
    """A program's topics in their order: the k-th class that is not cancelled takes the k-th of them."""
    return list(SyllabusTopic.objects.present().filter(program=program).in_order())


def topic_at(program_id: int, place: int) -> SyllabusTopic | None:
    """The topic of this number in a program's syllabus, from 1; None where it has fewer."""
    found = SyllabusTopic.objects.present().filter(program=program_id).in_order()
    return found[place - 1 : place].first()


def number_of_topics(program: Program) -> int:
    """How many topics a program's syllabus has."""
    return SyllabusTopic.objects.present().filter(program=program).count()


def dated_of(program: Program, slots: list[Slot] | None = None) -> list[Dated]:
    """The days of a program's slots within its term, with the holidays on which they fall; by date and hour.

    slots: instead of those that are kept. Without a first and last day there are none. Raises
    TimetableTooLong. At most two queries.
    """
    if program.starts_on is None or program.ends_on is None:
        return []
    term = {"first_on": program.starts_on, "last_on": program.ends_on}
    return expand(slots_of(program) if slots is None else slots, holidays_of(program, **term), **term)


def holidays_page(
    program: Program, *, first_on: date | None, last_on: date | None, number: str | None
) -> Page[Holiday]:
    """One page of the holidays that hold in a program and touch these days, by date."""
    found = holidays_of(program, first_on=first_on, last_on=last_on)
    return Paginator(found, HOLIDAYS_ON_A_PAGE).get_page(number)


def organisation_holidays_page(*, today: date, is_past: bool, number: str | None) -> Page[Holiday]:
    """One page of the organisation's holidays: those to come by date, or the past ones, the last first."""
    of_all = Holiday.objects.present().filter(program__isnull=True)
    coming = of_all.filter(ends_on__gte=today).in_order()
    past = of_all.filter(ends_on__lt=today).order_by("-starts_on", "-pk")
    return Paginator(past if is_past else coming, HOLIDAYS_ON_A_PAGE).get_page(number)


def place_of(topic: SyllabusTopic) -> tuple[int, int]:
    """A topic's number in its program's syllabus, from 1, and how many there are."""
    others = SyllabusTopic.objects.present().filter(program=topic.program_id).exclude(pk=topic.pk)
    before = Q(position__lt=topic.position) | Q(position=topic.position, pk__lt=topic.pk)
    counts = others.aggregate(all=Count("pk"), before=Count("pk", filter=before))
    return counts["before"] + 1, counts["all"] + (topic.removed_at is None)


def topics_page(program: Program, *, for_teachers: bool, number: str | None) -> Page[SyllabusTopic]:
    """One page of a program's topics, each with its `given`: the materials that its reader may have."""
    found = SyllabusTopic.objects.present().filter(program=program).in_order()
    with_given = found.prefetch_related(
        Prefetch("materials", _given(for_teachers=for_teachers), to_attr="given")
    )
    return Paginator(with_given, TOPICS_ON_A_PAGE).get_page(number)


def _given(*, for_teachers: bool) -> QuerySet[Material]:
    rows = Material.objects.present().filter(assignment__isnull=True).in_order()
    return rows if for_teachers else rows.filter(visible_to=Audience.STUDENTS)
