"""A student's home: the next class with Join, the week by her own days, her programs with what they give."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from eduraise.access.rules import attended_programs
from eduraise.accounts.models import User
from eduraise.classes import queries
from eduraise.classes.joining import Standing
from eduraise.classes.listing import by_day
from eduraise.classes.numbers import ProgramNumbers, numbers_of
from eduraise.classes.rows import student_rows
from eduraise.programs.models import Enrolment, Material, Program
from eduraise.programs.queries import materials_of
from eduraise.today.common import MOST, PROGRAMS, Home, board_of, first_held, of_the_week, without

MATERIALS = 4
# Everybody in her list attends the class: the list is made of her enrolments
ATTENDS = Standing(teaches_it=False, attends=True, is_admin=False, permissions=frozenset())


@dataclass(frozen=True)
class AttendedProgram:
    """A program as its student's home shows it."""

    program: Program
    numbers: ProgramNumbers
    materials: list[Material]
    has_more: bool


def student_page(person: User, now: datetime) -> Home:
    """All that a student's home shows, in as many queries for one program or class as for a hundred."""
    coming = list(queries.coming_for_student(person, now, most=MOST))
    board = board_of(coming, person, now, lambda _session: ATTENDS)
    week = by_day(without(of_the_week(coming, now), board))
    programs = list(attended_programs(person, now).order_by("code_key")[: PROGRAMS + 1])
    return Home(
        {
            "days": student_rows(week, now, has_board=board is not None),
            "next": first_held(without(coming, board), now),
            "programs": _programs(programs[:PROGRAMS], now),
            "has_more_programs": len(programs) > PROGRAMS,
            "had_programs": bool(programs) or _had_programs(person, now),
        },
        board,
    )


def _programs(programs: list[Program], now: datetime) -> list[AttendedProgram]:
    numbers, materials = numbers_of(programs, now), materials_of(programs)
    return [
        AttendedProgram(
            program,
            numbers[program.pk],
            (given := materials.get(program.pk, []))[:MATERIALS],
            len(given) > MATERIALS,
        )
        for program in programs
    ]


def _had_programs(person: User, now: datetime) -> bool:
    """Whether she ever attended anything; asked only while she attends nothing."""
    return Enrolment.objects.filter(person=person, from_at__lte=now).exists()
