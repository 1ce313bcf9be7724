"""What attendance comes to over many classes, for a program and for one student."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.attendance.closing import say_not_held
from eduraise.attendance.correcting import Said, correct_marks, undo_correction
from eduraise.attendance.enums import RegisterState, Status
from eduraise.attendance.models import Mark, Register
from eduraise.attendance.records import grid_page, marks_of, own_marks, record_of, students_of
from eduraise.attendance.sheet import Sheet
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.classes.numbers import numbers_of
from eduraise.classes.progress import progress_of
from eduraise.classes.queries import lately_taught
from eduraise.zoom.models import ZoomMeeting
from tests.attendance.scene import Scene
from tests.classes.rows import make_class
from tests.school import School


def past(school: School, number: int, status: str, **fields: Any) -> Register:
    """A class so many days ago with sana's mark."""
    session = make_class(
        school.program,
        school.tariq,
        school.now - timedelta(days=number),
        topic=f"Class {number}",
        now=school.now,
    )
    given = {"state": RegisterState.FINAL} | fields
    register = Register.objects.create(session=session, next_at=school.now, **given)
    Mark.objects.create(
        register=register,
        student=school.sana,
        rule_status=status,
        rule_minutes=60 if status == Status.PRESENT else 0,
        held_on=session.starts_at.date(),
    )
    return register


@pytest.fixture
def term(school: School) -> list[Register]:
    """Six classes, the latest last: missed, came, excused, came; then one not held and one not final."""
    return [
        past(school, 9, Status.ABSENT),
        past(school, 8, Status.PRESENT),
        past(school, 7, Status.EXCUSED),
        past(school, 6, Status.LATE),
        past(school, 5, Status.ABSENT, not_held_at=school.now),
        past(school, 4, Status.ABSENT, state=RegisterState.PENDING),
    ]


def test_what_counts_and_what_does_not(school: School, term: list[Register]) -> None:
    cancelled = past(school, 3, Status.ABSENT)
    ClassSession.objects.filter(register=cancelled).update(cancelled_at=school.now)

    record = record_of(school.sana)

    assert [(one.program, one.totals.percent, one.totals.streak) for one in record] == [
        (school.program, 67, 2)
    ]
    totals = record[0].totals
    assert (totals.came, totals.counted, totals.minutes) == (2, 3, 60)
    assert totals.numbers == {"present": 1, "late": 1, "left_early": 0, "absent": 1, "excused": 1}


def test_two_missed_in_a_row_are_a_streak_an_excuse_breaks_none(school: School) -> None:
    for number, status in [(5, Status.PRESENT), (4, Status.ABSENT), (3, Status.EXCUSED), (2, Status.ABSENT)]:
        past(school, number, status)

    assert record_of(school.sana)[0].totals.streak == -2


def test_names_stand_in_one_order_wherever_they_stand(school: School) -> None:
    """Accents, case and blanks, in the register, in the grid and in what is taken along."""
    names = ["Ævar", "Álvaro", "Al Azar", "alvaro", "Alvaro", "Éva", "Eva", "Zoë", "zoe", "Ørsted", "O’Neil"]
    for number, name in enumerate(names):
        person = school.person(f"student{number}")
        person.name = name
        person.save()
        school.enrol(person, school.program)
    scene = Scene(school)
    scene.held()
    scene.fold()
    register, admin = scene.register, Standing(False, False, True, frozenset())

    page = [row.student.name for row in Sheet(scene.session, admin, school.now).rows]
    grid = [one.name for one in students_of(school.program, school.now)]
    taken = [mark.student.name for mark in marks_of(register)]
    assert page == grid == taken
    assert page[:5] == ["Al Azar", "Alvaro", "alvaro", "Álvaro", "Eva"]


def test_the_grid_has_every_student_and_the_classes_in_order(school: School, term: list[Register]) -> None:
    omar = school.person("omar")
    school.enrol(omar, school.program)
    Mark.objects.create(
        register=term[1],
        student=school.finn,
        rule_status=Status.ABSENT,
        hand_status=Status.PRESENT,
        hand_at=school.now,
        held_on=school.now.date(),
    )
    other = school.person("rina")
    school.enrol(other, school.other_program)

    grid, people, registers = grid_page(school.program, students=None, classes=None, now=school.now)

    assert [one.session.topic for one in grid.columns] == [f"Class {number}" for number in (9, 8, 7, 6, 5, 4)]
    assert [row.student.name for row in grid.rows] == ["Finn", "Omar", "Sana"]
    cells = [[cell and cell.status for cell in row.cells] for row in grid.rows]
    assert cells == [
        [None, "present", None, None, None, None],
        [None] * 6,
        ["absent", "present", "excused", "late", "absent", "absent"],
    ]
    finn = grid.rows[0].cells[1]
    assert finn is not None
    assert (finn.is_by_hand, finn.counts) == (True, True)
    counts = [cell and cell.counts for cell in grid.rows[2].cells]
    assert counts == [True, True, True, True, False, False]
    assert [row.totals.percent for row in grid.rows] == [100, None, 67]
    assert (people.paginator.count, registers.paginator.count) == (3, 6)


def test_pages_of_the_grid_take_the_same_queries_however_large(school: School, term: list[Register]) -> None:
    with CaptureQueriesContext(connection) as small:
        grid_page(school.program, students=None, classes=None, now=school.now)
    for number in range(20, 40):
        past(school, number, Status.PRESENT)
    for number in range(60):
        school.enrol(school.person(f"student-{number:02}"), school.program)

    with CaptureQueriesContext(connection) as large:
        grid, people, registers = grid_page(school.program, students="2", classes="1", now=school.now)

    assert len(large) == len(small) <= 6
    assert (len(grid.columns), len(grid.rows)) == (12, 11)
    assert (people.paginator.num_pages, registers.paginator.num_pages) == (2, 3)


def test_ones_own_marks_are_paged_with_what_explains_them(school: School, term: list[Register]) -> None:
    with CaptureQueriesContext(connection) as queries:
        page = own_marks(school.sana, None, program=school.program)
        shown = [(mark.register.session.topic, mark.status) for mark in page]

    assert shown == [
        ("Class 4", "absent"),
        ("Class 5", "absent"),
        ("Class 6", "late"),
        ("Class 7", "excused"),
        ("Class 8", "present"),
        ("Class 9", "absent"),
    ]
    assert len(queries) == 2
    assert list(own_marks(school.finn, None)) == []


def test_a_teacher_sees_of_a_student_the_programs_given_alone(school: School) -> None:
    school.enrol(school.sana, school.other_program)
    past(school, 2, Status.PRESENT)
    other = Scene(school)
    ClassSession.objects.filter(pk=other.session.pk).update(program=school.other_program)
    Register.objects.filter(pk=other.register.pk).update(state=RegisterState.FINAL)
    Mark.objects.create(
        register=other.register, student=school.sana, rule_status=Status.ABSENT, held_on=school.now.date()
    )
    programs = type(school.program)._default_manager.filter(pk=school.program.pk)

    assert [one.program for one in record_of(school.sana)] == [school.program, school.other_program]
    assert [one.program for one in record_of(school.sana, programs=programs)] == [school.program]


def test_what_was_held_is_the_same_for_a_programs_numbers_as_for_its_registers(school: School) -> None:
    """Nobody was seen in one class, but it was marked by hand; of another it was said that it was not held;
    of a third nobody was seen, and nobody said anything."""
    assert school.sana
    by_hand, denied, missed = (
        Scene(school, starts_at=school.now + timedelta(days=day + 1)) for day in range(3)
    )
    denied.was_in(denied.held(), school.sana, (0, 60))
    for scene in (by_hand, denied, missed):
        assert scene.session.occurrence
        ZoomMeeting.objects.filter(pk=scene.session.occurrence.meeting_id).update(read_at=scene.at(30))
        scene.fold()
    at = missed.at(120)
    said = {"by": school.tariq, "now": at}
    assert (held(school, at), lost(school, at)) == (1, 2)

    uid = correct_marks(
        register=by_hand.register, students={school.sana.pk: None}, said=Said(status=Status.LATE), **said
    )
    say_not_held(register=denied.register, is_held=False, **said)
    assert (held(school, at), lost(school, at)) == (1, 2)
    assert [row.took_place for row in lately_taught(school.tariq, at, since=school.now)] == [
        False,
        False,
        True,
    ]

    say_not_held(register=denied.register, is_held=True, **said)
    assert uid
    undo_correction(batch_uid=uid, register=by_hand.register, **said)
    assert (held(school, at), lost(school, at)) == (1, 2)
    assert [row.took_place for row in lately_taught(school.tariq, at, since=school.now)] == [
        False,
        True,
        False,
    ]


def held(school: School, at: datetime) -> int:
    return numbers_of([school.program], at)[school.program.pk].held


def lost(school: School, at: datetime) -> int:
    return progress_of([school.program], at)[school.program.pk].lost
