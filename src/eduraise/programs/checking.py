"""Whether a line of a table of people can be done, and what it would do. Nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import batched
from typing import Any

from django.db.models import Q

from eduraise.accounts.models import Role, User, email_key
from eduraise.accounts.validators import clean_email, clean_name
from eduraise.core.errors import DomainError
from eduraise.core.spreadsheets import FORMULA
from eduraise.programs.enrolling import TeachesHere, require_no_teacher
from eduraise.programs.enums import Preset
from eduraise.programs.models import Enrolment, ImportLine, Program
from eduraise.programs.queries import presets_of
from eduraise.programs.tables import Line

Verdict = ImportLine.Verdict
ROLES = (Role.STUDENT, *Preset, Role.ADMIN)
#: So many values go into one query.
BATCH = 500
#: What spreadsheets write where a formula failed.
_FAILED_FORMULA = ("#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NULL!", "#NUM!")


@dataclass(frozen=True)
class Checked:
    """A line and what can be done with it.

    role: one of ROLES. program: where to, None for an invitation alone. person: who has the address already.
    reason: a code with its details, for lines that are bad or need nothing.
    """

    line: Line
    verdict: str
    role: str = ""
    program: Program | None = None
    person: User | None = None
    is_new: bool = False
    reason: str = ""
    details: dict[str, Any] = field(default_factory=dict)


class NotDone(Exception):
    """A line with which nothing is to be done, or can be."""

    def __init__(self, verdict: str, reason: str, **details: Any) -> None:
        super().__init__(reason)
        self.verdict, self.reason, self.details = verdict, reason, details


@dataclass
class Known:
    """What the database knows of the people and programs of some lines."""

    people: dict[str, User]
    programs: dict[str, Program]
    enrolled: set[tuple[int, int]]
    assigned: dict[tuple[int, int], str]


@dataclass
class Before:
    """What earlier lines of the same table say: who comes in by which, who goes where by which."""

    people: dict[str, int] = field(default_factory=dict)
    places: dict[tuple[str, int], int] = field(default_factory=dict)


def check_lines(lines: Sequence[Line], *, default: Program | None, now: datetime) -> list[Checked]:
    """What can be done with each line, in their order.

    default: the program of lines that name none. Queries: five for each 500 addresses, however many lines.
    """
    known, before = look_up(lines, default, now), Before()
    return [_check(line, default, known, before) for line in lines]


def look_up(lines: Iterable[Line], default: Program | None, now: datetime) -> Known:
    """What the database knows of these lines."""
    lines = list(lines)
    keys = {email_key(line.email) for line in lines if line.email}
    codes = {line.program.casefold() for line in lines if line.program}
    people = {one.email_key: one for part in _parts(keys) for one in User.objects.filter(email_key__in=part)}
    programs = {
        one.code_key: one for part in _parts(codes) for one in Program.objects.filter(code_key__in=part)
    }
    here = {one.pk for one in (*programs.values(), *([default] if default else []))}
    known = Known(people, programs, set(), {})
    holds = Q(until_at__isnull=True) | Q(until_at__gt=now)
    for part in _parts({one.pk for one in people.values()}):
        spells = {"person__in": part, "program__in": here}
        known.enrolled |= set(
            Enrolment.objects.open().filter(holds, **spells).values_list("person_id", "program_id")
        )
        known.assigned |= presets_of(part, here, now)
    return known


def _parts[Value](values: Iterable[Value]) -> Iterator[tuple[Value, ...]]:
    return batched(sorted(values), BATCH)  # type: ignore[type-var]


def _check(line: Line, default: Program | None, known: Known, before: Before) -> Checked:
    """One line, in the order in which a person would put it right."""
    role, program, person = "", None, None
    try:
        _require_whole(line)
        key = email_key(_address(line))
        person = known.people.get(key)
        role = _role(line)
        program = _program(line, role, default, known)
        _require_first(key, program, before)
        _require_name(line, person, key in before.people)
        _require_to_do(role, program, person, known)
    except NotDone as problem:
        return Checked(
            line, problem.verdict, role, program, person, reason=problem.reason, details=problem.details
        )
    is_new = person is None and key not in before.people
    before.people.setdefault(key, line.number)
    if program is not None:
        before.places[key, program.pk] = line.number
    return Checked(line, Verdict.GOOD, role, program, person, is_new)


def _require_whole(line: Line) -> None:
    if line.broken:
        raise NotDone(Verdict.BAD, line.broken)


def _address(line: Line) -> str:
    if not line.email:
        raise NotDone(Verdict.BAD, "email_missing")
    try:
        return clean_email(line.email)
    except DomainError as problem:
        raise NotDone(Verdict.BAD, problem.code, email=line.email[:80]) from None


def _role(line: Line) -> str:
    """The role meant; a student where nothing is said."""
    said = " ".join(line.role.casefold().split())
    if not said:
        return Role.STUDENT
    for role in ROLES:
        if said in (role.value, str(role.label).casefold()):
            return str(role.value)
    raise NotDone(Verdict.BAD, "role_unknown", role=line.role[:80])


def _program(line: Line, role: str, default: Program | None, known: Known) -> Program | None:
    if role == Role.ADMIN:
        if line.program:
            raise NotDone(Verdict.BAD, "program_unneeded")
        return None
    found = known.programs.get(line.program.casefold()) if line.program else default
    if line.program and found is None:
        raise NotDone(Verdict.BAD, "program_unknown", program=line.program[:80])
    if found is not None and found.archived_at is not None:
        raise NotDone(Verdict.BAD, "program_archived", program=found.code)
    if found is None and role not in (Role.STUDENT, Role.TEACHER):
        raise NotDone(Verdict.BAD, "program_missing")
    return found


def _require_first(key: str, program: Program | None, before: Before) -> None:
    """The same person for the same program, or for nothing more than an invitation, counts once."""
    earlier = before.people.get(key) if program is None else before.places.get((key, program.pk))
    if earlier is not None:
        raise NotDone(Verdict.BAD, "duplicate", line=earlier)


def _require_name(line: Line, person: User | None, comes_in_before: bool) -> None:
    """Who is known, or is invited by an earlier line, needs no name here."""
    if person is not None or comes_in_before:
        return
    if not line.name:
        raise NotDone(Verdict.BAD, "name_missing")
    if line.name.startswith(FORMULA) or line.name in _FAILED_FORMULA:
        raise NotDone(Verdict.BAD, "name_formula", name=line.name[:80])
    try:
        clean_name(line.name)
    except DomainError as problem:
        raise NotDone(Verdict.BAD, problem.code) from None


def _require_to_do(role: str, program: Program | None, person: User | None, known: Known) -> None:
    if person is None:
        return
    if not person.is_active:
        raise NotDone(Verdict.BAD, "account_closed", name=person.name)
    if program is None:
        raise NotDone(Verdict.KNOWN, "known", name=person.name)
    place = (person.pk, program.pk)
    if role == Role.STUDENT and place in known.enrolled:
        raise NotDone(Verdict.KNOWN, "enrolled", name=person.name, program=program.code)
    if role == Role.STUDENT:
        _require_no_teacher(person, program, known)
    elif place in known.assigned:
        raise NotDone(
            Verdict.KNOWN, "assigned", name=person.name, program=program.code, preset=known.assigned[place]
        )


def _require_no_teacher(person: User, program: Program, known: Known) -> None:
    try:
        require_no_teacher([person], program, known.assigned)
    except TeachesHere as problem:
        raise NotDone(Verdict.BAD, problem.code, name=person.name, program=program.code) from None
