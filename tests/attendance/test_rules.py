"""A program's rules: told by example, changed with what that would do, and every open register made anew."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.attendance.enums import Cause, RegisterState, Status
from eduraise.attendance.marking import Rules
from eduraise.attendance.models import MarkChange, Register
from eduraise.attendance.rules import RulesUnfit, change_rules, preview, rules_of, words_of
from eduraise.core.errors import Changed
from eduraise.core.models import AuditEntry
from eduraise.programs.models import Program
from tests.attendance.scene import Scene
from tests.school import School


def fresh(program: Program) -> Program:
    return Program.objects.get(pk=program.pk)


@pytest.fixture
def scene(school: School) -> Scene:
    """A class of an hour: sana there for 40 minutes from the start, omar from 09:08 on."""
    omar = school.person("omar")
    school.enrol(omar, school.program)
    scene = Scene(school)
    sitting = scene.held()
    scene.was_in(sitting, school.tariq, (0, 60))
    scene.was_in(sitting, school.sana, (0, 55))
    scene.was_in(sitting, omar, (8, 60))
    scene.fold()
    Register.objects.update(state=RegisterState.FINAL)
    return scene


def test_the_rules_are_told_by_an_example() -> None:
    assert words_of(Rules()) == [
        "In a class of 60 minutes from 18:00: present from 30 minutes.",
        "Late: who comes after 18:10.",
        "Left early: who goes before 18:50.",
        "Being cut off for up to 2 minutes counts as being there.",
        "If it ends early, the share is of the time it was held, but at least of half of the planned.",
    ]
    strict = Rules(present_minutes=90, late_minutes=0, early_minutes=90, grace_minutes=0, clip="held")
    assert words_of(strict, 45) == [
        "In a class of 45 minutes from 18:00: present from 45 minutes.",
        "Late: who comes after 18:00.",
        "Time before the start and after the end counts, as long as the class was held.",
    ]


def test_other_rules_make_the_marks_of_open_registers_anew(school: School, scene: Scene) -> None:
    assert scene.marks() == {"Sana": ("present", 55), "Omar": ("present", 52)}
    rules = replace(rules_of(fresh(school.program)), late_minutes=5)

    assert change_rules(program=school.program, rules=rules, by=school.tariq, now=scene.at(90)) == 1
    scene.fold(130)

    assert scene.marks() == {"Sana": ("present", 55), "Omar": ("late", 52)}
    change = MarkChange.objects.get()
    assert (change.before, change.after, change.cause) == ("present", "late", Cause.RULES)
    entry = AuditEntry.objects.get(verb="attendance.rules_changed")
    assert (entry.before, entry.after) == (
        {"late_minutes": 10, "version": 1},
        {"late_minutes": 5, "version": 2},
    )


def test_what_a_change_would_do_is_what_it_does(school: School, scene: Scene) -> None:
    rules = replace(Rules(), late_minutes=5, early_minutes=4)

    foreseen = preview(school.program, rules)

    assert foreseen.moves == [("present", "late", 1), ("present", "left_early", 1)]
    assert (foreseen.number, foreseen.registers, foreseen.is_all) == (2, 1, True)
    change_rules(program=school.program, rules=rules, by=school.tariq, now=scene.at(90))
    scene.fold(130)
    assert scene.marks() == {"Sana": ("left_early", 55), "Omar": ("late", 52)}
    assert preview(school.program, rules).number == 0


def test_a_preview_takes_as_many_queries_for_ten_classes_as_for_one(school: School, scene: Scene) -> None:
    with CaptureQueriesContext(connection) as of_one:
        preview(school.program, Rules())
    for number in range(9):
        Scene(school, starts_at=scene.at(100 * number + 100)).fold()

    with CaptureQueriesContext(connection) as of_ten:
        found = preview(school.program, Rules())

    assert len(of_ten) == len(of_one) == 3
    assert found.registers == 10


def test_locked_registers_stay_and_so_do_marks_where_only_days_changed(school: School, scene: Scene) -> None:
    days = replace(Rules(), lock_days=30)
    assert change_rules(program=school.program, rules=days, by=school.tariq, now=scene.at(90)) == 0

    Register.objects.update(state=RegisterState.LOCKED)
    rules = replace(rules_of(fresh(school.program)), late_minutes=5)
    assert change_rules(program=school.program, rules=rules, by=school.tariq, now=scene.at(91)) == 0
    assert preview(school.program, rules).registers == 0


def test_of_two_who_change_them_the_second_is_told(school: School, scene: Scene) -> None:
    change_rules(program=school.program, rules=Rules(late_minutes=5), by=school.tariq, now=scene.at(90))

    with pytest.raises(Changed):
        change_rules(program=school.program, rules=Rules(late_minutes=7), by=school.ada, now=scene.at(91))

    assert rules_of(fresh(school.program)).late_minutes == 5


def test_the_same_again_is_no_change(school: School, scene: Scene) -> None:
    assert change_rules(program=school.program, rules=Rules(), by=school.tariq, now=scene.at(90)) == 0
    assert not AuditEntry.objects.filter(verb="attendance.rules_changed").exists()


@pytest.mark.parametrize(
    ("rules", "field"),
    [
        (Rules(present_share=0), "present_share"),
        (Rules(present_minutes=0), "present_minutes"),
        (Rules(late_minutes=-1), "late_minutes"),
        (Rules(lock_days=366), "lock_days"),
    ],
)
def test_what_nobody_could_keep_is_refused(school: School, rules: Rules, field: str) -> None:
    with pytest.raises(RulesUnfit) as problem:
        change_rules(program=school.program, rules=rules, by=school.tariq, now=school.now)

    assert problem.value.field == field


def test_marks_by_hand_are_not_among_what_would_change(school: School, scene: Scene) -> None:
    mark = scene.mark(school.sana)
    mark.hand_status, mark.hand_at = Status.ABSENT, scene.at(70)
    mark.save()

    assert preview(school.program, Rules(early_minutes=4)).number == 0
