"""Programs as pages show them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Case, Count, OuterRef, Q, QuerySet, StringAgg, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Concat

from eduraise.accounts.models import User
from eduraise.accounts.queries import people
from eduraise.core import hooks
from eduraise.core.prepared import Given, Hour
from eduraise.core.prepared_rows import PreparedRows
from eduraise.programs.enums import PRESETS, Audience, Permission
from eduraise.programs.models import (
    Assignment,
    AssignmentPermission,
    Enrolment,
    Material,
    Program,
    TeacherProfile,
)

PAGE = 25
FOUND = 20


def list_page(
    programs: QuerySet[Program], *, text: str, state: str, number: str | None, now: datetime
) -> Page[Program]:
    """One page of programs by code, with how many teach and attend each; a constant number of queries."""
    if text:
        programs = programs.filter(
            Q(title__icontains=text) | Q(code__icontains=text) | Q(subject__icontains=text)
        )
    states = {
        "draft": Q(opened_at__isnull=True, archived_at__isnull=True),
        "running": Q(opened_at__isnull=False, archived_at__isnull=True),
        "archived": Q(archived_at__isnull=False),
    }
    programs = programs.filter(states.get(state, Q(archived_at__isnull=True)))
    page = Paginator(programs.order_by("code_key"), PAGE).get_page(number)
    ids = [program.pk for program in page.object_list]
    for model, name in ((Assignment, "teacher_count"), (Enrolment, "student_count")):
        rows = model.objects.active(now).filter(program__in=ids).values_list("program")
        counts = dict(rows.annotate(Count("person", distinct=True)))
        for program in page.object_list:
            setattr(program, name, counts.get(program.pk, 0))
    return page


@dataclass
class Taught:
    """A teacher on a program: what she may do, with what differs from her preset."""

    assignment: Assignment
    held: frozenset[str]
    facts: dict[str, Any] = field(default_factory=dict)
    resources: list[Material] = field(default_factory=list)

    @property
    def differs(self) -> list[tuple[str, bool]]:
        """Permissions beyond or short of the preset: label and whether it is granted."""
        usual = PRESETS[self.assignment.preset]
        return [(str(Permission(one).label), one in self.held) for one in sorted(self.held ^ usual)]


def assigned(program: Program, now: datetime) -> QuerySet[Assignment]:
    """Who teaches in a program at present, by name."""
    rows = Assignment.objects.active(now).filter(program=program, only_for__isnull=True)
    return rows.select_related("person").order_by("person__name", "pk")


def teachers(program: Program, now: datetime) -> list[Taught]:
    """The same with what each may do, and with facts that other rooms know."""
    rows = list(assigned(program, now).prefetch_related("deviations"))
    facts = facts_of([row.person for row in rows], now, program)
    resources: dict[int, list[Material]] = defaultdict(list)
    for material in Material.objects.present().filter(assignment__in=rows).in_order():
        resources[material.assignment_id or 0].append(material)
    return [Taught(row, held_by(row), facts[row.person_id], resources[row.pk]) for row in rows]


def teacher_ids(program: Program, now: datetime) -> set[int]:
    """Who teaches in a program at present, by their keys; one query."""
    rows = Assignment.objects.active(now).filter(
        program=program, only_for__isnull=True, person__is_active=True
    )
    return set(rows.values_list("person_id", flat=True))


def presets_of(people: Iterable[int], programs: Iterable[int], now: datetime) -> dict[tuple[int, int], str]:
    """Who teaches in which of these programs, now or from a day to come: the preset by the keys of person and
    program. Those who stand in for one class are not among them. One query."""
    rows = (
        Assignment.objects.open()
        .filter(Q(until_at__isnull=True) | Q(until_at__gt=now), only_for__isnull=True)
        .filter(person__in=people, program__in=programs)
        .values_list("person_id", "program_id", "preset")
    )
    return {(person, program): preset for person, program, preset in rows}


def held_by(assignment: Assignment) -> frozenset[str]:
    """A preset's permissions with the assignment's own deviations."""
    return permissions_of(assignment.preset, _deviations_of(assignment))


def permissions_of(preset: str, deviations: Iterable[tuple[str, bool]]) -> frozenset[str]:
    """A preset's permissions with deviations from it: permission, and whether it is granted or taken."""
    held = set(PRESETS[preset])
    for permission, is_granted in deviations:
        (held.add if is_granted else held.discard)(permission)
    return frozenset(held)


def _deviations_of(assignment: Assignment) -> list[tuple[str, bool]]:
    """Permission, and whether it is granted or taken; without a query where `TAUGHT` read them."""
    written = vars(assignment).get("deviating")
    if written is None:
        return [(one.permission, one.is_granted) for one in assignment.deviations.all()]
    return [(one[1:], one[0] == "+") for one in written.split()]


def facts_of(people: list[User], now: datetime, program: Program | None) -> dict[int, dict[str, Any]]:
    """What other rooms know of teachers: hours, clashes, Zoom."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    for person_id, key, value in hooks.teacher_facts.ask(people=people, now=now, program=program):
        found[person_id][key] = value
    return found


@dataclass(frozen=True)
class Candidate:
    """Somebody who may be put on a program. fits: whether one of her subjects is the program's."""

    profile: TeacherProfile
    subjects: tuple[str, ...]
    fits: bool
    facts: dict[str, Any]


def candidates(program: Program, now: datetime) -> list[Candidate]:
    """Teachers who are not on the program yet, those that fit first; a constant number of queries."""
    taken = Assignment.objects.active(now).filter(program=program, only_for__isnull=True).values("person")
    profiles = list(
        TeacherProfile.objects.filter(person__is_active=True)
        .exclude(person__in=taken)
        .select_related("person")
        .prefetch_related("subjects")
        .order_by("person__name")
    )
    facts = facts_of([profile.person for profile in profiles], now, program)
    wanted = f"{program.subject} {program.needs}".casefold()
    found = []
    for profile in profiles:
        subjects = tuple(one.subject for one in profile.subjects.all())
        fits = any(subject.casefold() in wanted for subject in subjects if subject)
        found.append(Candidate(profile, subjects, fits, facts[profile.person_id]))
    return sorted(found, key=lambda one: not one.fits)


def enrolled_counts(programs: Iterable[int], now: datetime) -> dict[int, int]:
    """How many people are enrolled in each of these programs at present; one query."""
    asked = list(programs)
    rows = Enrolment.objects.active(now).filter(program__in=asked, person__is_active=True)
    counted = dict(rows.values_list("program").annotate(Count("person", distinct=True)))
    return {program: counted.get(program, 0) for program in asked}


def students_page(program: Program, *, number: str | None, now: datetime) -> Page[Enrolment]:
    """One page of who is enrolled at present, by name."""
    rows = (
        Enrolment.objects.active(now)
        .filter(program=program)
        .select_related("person")
        .order_by("person__name", "pk")
    )
    return Paginator(rows, 50).get_page(number)


@dataclass(frozen=True)
class Found:
    """Somebody found to be enrolled, whether she is already, and whether she teaches there and can't be."""

    person: User
    is_enrolled: bool
    teaches: bool


def find_people(program: Program, text: str, now: datetime) -> list[Found]:
    """People with an open account by name or address, one more than FOUND if there are; "" finds nobody."""
    if not text:
        return []
    found = list(people(text=text, role="", state="", now=now).filter(is_active=True)[: FOUND + 1])
    enrolled = set(
        Enrolment.objects.active(now)
        .filter(program=program, person__in=found)
        .values_list("person", flat=True)
    )
    teaching = presets_of([person.pk for person in found], [program.pk], now)
    return [Found(one, one.pk in enrolled, (one.pk, program.pk) in teaching) for one in found]


def materials(program: Program, *, for_teachers: bool) -> list[Material]:
    """A program's materials in their order; those for teachers only for teachers."""
    rows = Material.objects.present().filter(program=program, assignment__isnull=True).in_order()
    return list(rows if for_teachers else rows.filter(visible_to="students"))


def find_file(program: Program, uid: UUID, *, person: User, teaches: bool, now: datetime) -> Material | None:
    """A material with a file that this person may have; another teacher's resource only for an admin."""
    found = Material.objects.present().filter(program=program, uid=uid).exclude(file="").first()
    if found is None or (found.visible_to == "teachers" and not teaches):
        return None
    if found.assignment_id is not None and not person.is_admin:
        own = Assignment.objects.active(now).filter(pk=found.assignment_id, person=person)
        return found if own.exists() else None
    return found


def teaching_of(person: User, now: datetime) -> list[Taught]:
    """A teacher's own assignments at present in programs that aren't archived, by the program's code.

    Those for a single class are among them. `assignment.enrolled`: how many attend the program. One query.
    """
    return [Taught(row, held_by(row)) for row in TAUGHT.at(now, person=person.pk)]


def enrolled_in_its_program() -> Coalesce:
    """How many attend the program of a row that has one, as of the hour for which it is prepared."""
    enrolled = (
        Enrolment.objects.active(Hour())
        .filter(program=OuterRef("program"), person__is_active=True)
        .order_by()
        .values("program")
        .annotate(number=Count("person", distinct=True))
        .values("number")
    )
    return Coalesce(Subquery(enrolled), 0)


def _taught() -> QuerySet[Assignment]:
    """With `enrolled`, how many attend the program, and `deviating`: "+class.host -class.edit"."""
    own = AssignmentPermission.objects.filter(assignment=OuterRef("pk")).order_by().values("assignment")
    sign = Case(When(is_granted=True, then=Value("+")), default=Value("-"))
    said = own.annotate(all=StringAgg(Concat(sign, "permission"), Value(" "))).values("all")
    added = {
        "enrolled": enrolled_in_its_program(),
        "deviating": Coalesce(Subquery(said), Value(""), output_field=TextField()),
    }
    return (
        Assignment.objects.active(Hour())
        .filter(person=Given("person"), program__archived_at__isnull=True)
        .select_related("program")
        .annotate(**added)
        .order_by("program__code_key", "pk")
    )


TAUGHT = PreparedRows(_taught)


def colleagues_of(person: User, programs: Iterable[Program], now: datetime) -> dict[int, list[Assignment]]:
    """Who else teaches in each of these programs at present, by the program's key, by name; one query."""
    rows = (
        Assignment.objects.active(now)
        .filter(program__in=[program.pk for program in programs], only_for__isnull=True)
        .filter(person__is_active=True)
        .exclude(person=person)
        .select_related("person")
        .order_by("person__name", "pk")
    )
    found: dict[int, list[Assignment]] = defaultdict(list)
    for row in rows:
        found[row.program_id].append(row)
    return found


def materials_of(programs: Iterable[Program]) -> dict[int, list[Material]]:
    """What students of each of these programs are given, by the program's key, in its order; one query."""
    rows = Material.objects.filter(
        program__in=[program.pk for program in programs],
        assignment__isnull=True,
        visible_to=Audience.STUDENTS,
    )
    found: dict[int, list[Material]] = defaultdict(list)
    for row in rows.defer("text").order_by("position", "pk"):
        found[row.program_id].append(row)
    return found
