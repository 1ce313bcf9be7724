"""What attendance comes to over many classes: of a program's students, and of one student.

A class that was cancelled or not held counts for nobody, a mark counts once its register is final, and what
is excused counts neither for nor against.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from eduraise.accounts.models import User
from eduraise.accounts.names import by_name
from eduraise.attendance.apart import label_of, told_apart
from eduraise.attendance.enums import RegisterState, Status
from eduraise.attendance.models import Mark, MarkChange, Register
from eduraise.classes.lessons import name_lessons
from eduraise.programs.models import Enrolment, Program

STUDENTS, CLASSES, OWN = 50, 12, 25
CAME = frozenset({Status.PRESENT.value, Status.LATE.value, Status.LEFT_EARLY.value})


def whole_percent(part: int, whole: int) -> int:
    """A share as it is shown everywhere: in whole percent, a half rounded up."""
    return (200 * part + whole) // (2 * whole)


@dataclass
class Totals:
    """Numbers of classes by mark, and minutes. streak: to how many classes in a row somebody came up to the
    last one, or missed, if negative; what is excused breaks none. uncounted: marks that don't count, because
    the register isn't final or the class was not held; by_hand: marks that somebody set."""

    numbers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(Status.values, 0))
    minutes: int = 0
    streak: int = 0
    uncounted: int = 0
    by_hand: int = 0

    def take(self, cell: Cell) -> None:
        """Take in one mark, in the order in which the classes were held."""
        self.by_hand += cell.is_by_hand
        if cell.counts and cell.status:
            self.add(cell.status, cell.minutes)
        else:
            self.uncounted += bool(cell.status)

    def add(self, status: str, minutes: int) -> None:
        """Count one class more, in the order in which they were held."""
        self.numbers[status] += 1
        self.minutes += minutes
        if status in CAME:
            self.streak = max(self.streak, 0) + 1
        elif status == Status.ABSENT:
            self.streak = min(self.streak, 0) - 1

    @property
    def came(self) -> int:
        """To how many somebody came, late and leaving early included."""
        return sum(self.numbers[status] for status in CAME)

    @property
    def counted(self) -> int:
        """How many count."""
        return self.came + self.numbers[Status.ABSENT]

    @property
    def percent(self) -> int | None:
        """To how many in a hundred of those that count somebody came; None where none does."""
        return whole_percent(self.came, self.counted) if self.counted else None


@dataclass(frozen=True)
class Cell:
    """One mark in a grid. counts: whether its register is final and the class was held."""

    status: str
    minutes: int
    is_by_hand: bool
    counts: bool


@dataclass(frozen=True)
class Row:
    """One student in a grid: a cell for each of its columns, None where they weren't enrolled. label: the
    name, with what tells them from another of that name."""

    student: User
    cells: list[Cell | None]
    totals: Totals
    label: str


@dataclass(frozen=True)
class Grid:
    """Students by classes. columns: registers with their sessions, in the order of time; first: which of all
    classes the first of them is, in that order."""

    columns: list[Register]
    rows: list[Row]
    first: int = 1

    @property
    def last(self) -> int:
        """Which class of the program the last of them is."""
        return self.first + len(self.columns) - 1


def said_of_classes() -> Iterator[tuple[bool, Exists]]:
    """Where people said that a class was held, as somebody set by hand that a student came, or that it was
    not; conditions over a class."""
    came = Mark.objects.filter(register__session=OuterRef("pk"), hand_status__in=sorted(CAME))
    yield True, Exists(came)
    yield False, Exists(Register.objects.filter(session=OuterRef("pk"), not_held_at__isnull=False))


def columns_of(program: Program) -> QuerySet[Register]:
    """The registers of a program's classes that count, the latest first."""
    held = Register.objects.filter(session__program=program, session__cancelled_at__isnull=True)
    return held.select_related("session__program").order_by("-session__starts_at", "-pk")


def students_of(program: Program, now: datetime) -> QuerySet[User]:
    """Who has marks in a program, or is enrolled in it at present, by name."""
    marked = Mark.objects.filter(student=OuterRef("pk"), register__session__program=program)
    enrolled = Enrolment.objects.active(now).filter(person=OuterRef("pk"), program=program)
    return User.objects.filter(Q(Exists(marked)) | Q(Exists(enrolled))).order_by(*by_name())


def grid_page(
    program: Program, *, students: str | None, classes: str | None, now: datetime, sees_contact: bool = False
) -> tuple[Grid, Page[User], Page[Register]]:
    """One page of a program's grid: so many students by name, so many classes, the latest first. Totals and
    streaks are over all its classes. Six queries."""
    people = Paginator(students_of(program, now), STUDENTS).get_page(students)
    registers = Paginator(columns_of(program), CLASSES).get_page(classes)
    columns = list(registers.object_list)[::-1]
    name_lessons([one.session for one in columns], now)
    shown = list(people.object_list)
    apart = told_apart(shown, sees_contact=sees_contact)
    first = registers.paginator.count - registers.end_index() + 1
    return Grid(columns, rows_of(program, shown, columns, apart), first), people, registers


def rows_of(
    program: Program, people: Sequence[User], columns: Sequence[Register], apart: Mapping[int, str]
) -> list[Row]:
    """The rows of some students, with their totals over all classes of the program. One query. apart: as
    `told_apart` gives it."""
    places = {register.pk: place for place, register in enumerate(columns)}
    rows = {
        person.pk: Row(person, [None] * len(columns), Totals(), label_of(person, apart)) for person in people
    }
    marks = Mark.objects.filter(student__in=rows, register__session__program=program)
    for student, register, cell in _cells(marks):
        row = rows[student]
        if register in places:
            row.cells[places[register]] = cell
        row.totals.take(cell)
    return list(rows.values())


def _cells(marks: QuerySet[Mark]) -> Iterable[tuple[int, int, Cell]]:
    """Marks in the order in which their classes were."""
    columns = ("student", "register", "status", "counted_minutes", "hand_status", "hand_minutes")
    state = ("register__state", "register__not_held_at")
    held = marks.filter(register__session__cancelled_at__isnull=True).annotate(
        counted_minutes=Coalesce("hand_minutes", F("rule_minutes"))
    )
    ordered = held.order_by("register__session__starts_at", "register__session")
    for one in ordered.values_list(*columns, *state):
        student, register, status, minutes, hand_status, hand_minutes, register_state, not_held_at = one
        counts = register_state != RegisterState.PENDING and not_held_at is None
        is_by_hand = bool(hand_status) or hand_minutes is not None
        yield student, register, Cell(status, minutes, is_by_hand, counts)


@dataclass(frozen=True)
class OfProgram:
    """What one student's attendance of a program comes to."""

    program: Program
    totals: Totals


def record_of(student: User, *, programs: QuerySet[Program] | None = None) -> list[OfProgram]:
    """A student's totals in each program of which they have marks, by title. programs: only in these. Two
    queries."""
    marks = Mark.objects.filter(student=student)
    if programs is not None:
        marks = marks.filter(register__session__program__in=programs.values("pk"))
    found: dict[int, Totals] = {}
    registers = dict(marks.values_list("register", "register__session__program"))
    for _student, register, cell in _cells(marks):
        totals = found.setdefault(registers[register], Totals())
        totals.take(cell)
    named = Program.objects.filter(pk__in=found).order_by("title", "pk")
    return [OfProgram(program, found[program.pk]) for program in named]


def own_marks(student: User, number: str | None, *, program: Program | None = None) -> Page[Mark]:
    """One page of a student's marks, the latest class first, each with what explains it."""
    marks = Mark.objects.filter(student=student, register__session__cancelled_at__isnull=True)
    if program is not None:
        marks = marks.filter(register__session__program=program)
    related = ("register__session__program", "register__session__teacher", "hand_by")
    ordered = marks.select_related(*related).order_by("-held_on", "-register__session__starts_at", "-pk")
    return Paginator(ordered, OWN).get_page(number)


def marks_of(register: Register) -> list[Mark]:
    """The marks of a class by the student's name, with who set them."""
    marks = Mark.objects.filter(register=register).select_related("student", "hand_by")
    return list(marks.order_by(*by_name("student__")))


def history_of(mark: Mark) -> list[MarkChange]:
    """What a mark was before, the last change first."""
    return list(mark.changes.select_related("by").order_by("-at", "-pk"))


def summary_of(marks: Iterable[Mark]) -> Mapping[str, int]:
    """How many of some marks are of each status; "" for those that can't be said."""
    numbers: dict[str, Any] = dict.fromkeys(["", *Status.values], 0)
    for mark in marks:
        numbers[mark.status] += 1
    return numbers
