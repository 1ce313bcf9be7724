"""Attendance: how long the register of a large class takes, from rows of who came and went to marks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time

from django.db import transaction
from django.db.models import F
from tests.classes.rows import make_class, sit
from tests.moving import MovingClock
from tests.school import School

from bench.figures import Figure
from eduraise.accounts.models import User
from eduraise.attendance.folding import fold_register
from eduraise.attendance.models import Interval, Mark, Participant, Register
from eduraise.core import clock
from eduraise.programs.models import Enrolment

STUDENTS, STAYS = 500, 10
ROUNDS = 9


def measure() -> list[Figure]:
    """Fills a fresh database; the figures."""
    hand = MovingClock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    clock.install(product=hand)
    with transaction.atomic():
        register = large_class(School(hand))
    first = _fold(register, register.session.starts_at + timedelta(minutes=45))
    over = register.session.ends_at
    # each time more is known of everybody, so that every mark is written again
    again = [_fold(register, over + timedelta(minutes=number), moved=True) for number in range(ROUNDS)]
    note = f"{Interval.objects.count()} ends of stays, every mark written"
    name = f"attendance of a class of {STUDENTS} with {STUDENTS * STAYS} stays"
    return [
        Figure(name, 1000 * median(again), "ms", 200, note=note),
        Figure(f"{name}, for the first time", 1000 * first, "ms"),
    ]


def large_class(school: School) -> Register:
    """A class of an hour and a half in which everybody was cut off nine times."""
    session = make_class(
        school.program, school.tariq, school.now + timedelta(hours=1), minutes=90, now=school.now
    )
    students = User.objects.bulk_create(
        User(
            email=f"student{number}@school.example",
            email_key=f"student{number}@school.example",
            name=f"Student {number}",
            joined_at=school.now,
        )
        for number in range(STUDENTS)
    )
    Enrolment.objects.bulk_create(
        Enrolment(person=student, program=school.program, from_at=school.now) for student in students
    )
    sitting = sit(session, session.starts_at, ended_at=session.ends_at)
    there = Participant.objects.bulk_create(
        Participant(instance=sitting, source="webhook", key=f"participant-{student.pk}", person=student)
        for student in students
    )
    Interval.objects.bulk_create(
        half
        for who in there
        for number in range(STAYS)
        for half in _halves(who, number, session.starts_at + timedelta(minutes=9 * number))
    )
    return Register.objects.create(session=session, next_at=session.starts_at)


def _halves(who: Participant, number: int, came: datetime) -> list[Interval]:
    shared = {"participant": who, "join_key": f"{who.pk}-{number}", "held_on": came.date()}
    left = came + timedelta(minutes=5)
    return [
        Interval(fact_key=f"in {number}".encode(), joined_at=came, **shared),
        Interval(fact_key=f"out {number}".encode(), left_at=left, **shared),
    ]


def _fold(register: Register, now: datetime, *, moved: bool = False) -> float:
    if moved:
        Mark.objects.update(rule_minutes=F("rule_minutes") + 1)
    began = process_time()
    if not fold_register(register.pk, now):
        raise RuntimeError("the register was not folded")
    return process_time() - began
