"""Who may do what, and how soon a right is gone."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from eduraise.access import rules
from eduraise.programs.enums import Permission, Preset
from eduraise.programs.models import AssignmentPermission, Program
from tests.school import School

ALL = frozenset(Permission.values)


def held(school: School, person: str) -> frozenset[str]:
    user = getattr(school, person)
    return frozenset(one for one in ALL if rules.can(user, one, school.program, school.now))


@pytest.mark.parametrize(
    ("person", "permissions"),
    [
        ("ada", ALL),
        ("tariq", ALL),
        ("tove", {"attendance.see", "attendance.correct", "students.message"}),
        ("olu", set()),
        ("sana", set()),
        ("finn", set()),
    ],
)
def test_each_of_the_cast_holds_what_their_part_gives(
    school: School, person: str, permissions: set[str]
) -> None:
    _ = school.olu, school.other_program  # somebody whose rights elsewhere could leak
    assert held(school, person) == permissions


def test_lists_and_single_answers_agree(school: School) -> None:
    for person in (school.ada, school.tariq, school.tove, school.olu, school.sana, school.finn):
        for permission in ALL:
            listed = set(rules.programs_with(person, permission, school.now))
            asked = {
                program
                for program in Program.objects.all()
                if rules.can(person, permission, program, school.now)
            }
            assert listed == asked, (person, permission)


def test_a_single_permission_may_be_taken_and_given(school: School) -> None:
    assignment = school.assign(school.olu, school.program, Preset.TEACHER)
    AssignmentPermission.objects.create(assignment=assignment, permission="class.cancel", is_granted=False)
    AssignmentPermission.objects.create(assignment=assignment, permission="timetable.manage", is_granted=True)

    assert held(school, "olu") == ALL - {"class.cancel"}
    assert school.program not in rules.programs_with(school.olu, "class.cancel", school.now)
    assert school.program in rules.programs_with(school.olu, "timetable.manage", school.now)


def test_a_right_that_ended_is_gone_with_the_next_question(school: School) -> None:
    assignment = school.tariq.assignments.get()
    assignment.until_at = school.now
    assignment.save()

    assert held(school, "tariq") == set()
    assert school.program not in rules.visible_programs(school.tariq, school.now)


def test_a_closed_account_holds_nothing_even_an_admins(school: School) -> None:
    school.ada.is_active = False

    assert held(school, "ada") == set()
    assert list(rules.visible_programs(school.ada, school.now)) == []


def test_a_substitute_reaches_one_class(school: School) -> None:
    this, other = uuid4(), uuid4()
    school.assign(school.olu, school.program, Preset.TEACHER, only_for=this)

    def may(only: object) -> bool:
        return rules.can(school.olu, "class.cancel", school.program, school.now, only=only)  # type: ignore[arg-type]

    assert (may(this), may(other), may(None)) == (True, False, False)
    assert school.program not in rules.programs_with(school.olu, "class.cancel", school.now)


def test_an_archived_program_can_be_looked_back_on_alone(school: School) -> None:
    _ = school.tariq
    school.program.archived_at = school.now
    school.program.save()

    assert held(school, "tariq") == {"attendance.see", "statistics.see"}
    assert held(school, "ada") == ALL


def test_students_see_running_programs_while_enrolled(school: School) -> None:
    _ = school.sana, school.finn
    assert list(rules.visible_programs(school.sana, school.now)) == [school.program]
    assert list(rules.visible_programs(school.finn, school.now)) == []

    draft = school.make_program("DRF-1", "Draft", opened_at=None)
    school.enrol(school.sana, draft)
    assert list(rules.visible_programs(school.sana, school.now)) == [school.program]


def test_only_a_lead_or_an_admin_books_for_others(school: School) -> None:
    school.assign(school.olu, school.program, Preset.TEACHER)
    answers = {
        person.name: rules.may_book_for_others(person, school.program, school.now)
        for person in (school.ada, school.tariq, school.tove, school.olu)
    }
    assert answers == {"Ada": True, "Tariq": True, "Tove": False, "Olu": False}


def test_an_assignment_that_begins_tomorrow_gives_nothing_today(school: School) -> None:
    late = school.teacher("late")
    school.assign(late, school.program, Preset.LEAD, from_at=school.now + timedelta(days=1))

    assert not rules.can(late, "class.create", school.program, school.now)
    school.clock.advance(days=1)
    assert rules.can(late, "class.create", school.program, school.now)
