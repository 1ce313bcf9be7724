"""Registers that are folded while more becomes known and marks are set, and what two people do at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.db.models import F

from eduraise.attendance.correcting import Said, correct_marks
from eduraise.attendance.enums import Status
from eduraise.attendance.excuses import answer_excuse, send_excuse
from eduraise.attendance.folding import fold_register
from eduraise.attendance.marking import Rules
from eduraise.attendance.models import Mark, MarkChange, Register
from eduraise.attendance.rules import change_rules
from tests.at_once import at_once, by_code
from tests.attendance.scene import Scene
from tests.school import School

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_folds_and_one_who_tells_more_leave_the_marks_of_all_that_was_told(school: School) -> None:
    sana, omar = school.sana, school.person("omar")
    school.enrol(omar, school.program)
    scene = Scene(school)
    sitting = scene.held()
    scene.was_in(sitting, school.tariq, (0, 60))
    for number, student in enumerate([sana, omar] * 3):
        scene.was_in(sitting, student, (10 * (number // 2), 10 * (number // 2) + 9))
        at = scene.at(120 + number)

        def tell() -> int:
            return Register.objects.filter(pk=scene.register.pk).update(facts_version=F("facts_version") + 1)

        at_once(tell, *[lambda at=at: fold_register(scene.register.pk, at)] * 2)

    register = Register.objects.get()
    if register.folded_version < register.facts_version:
        assert fold_register(register.pk, scene.at(200))
    assert scene.marks() == {"Sana": ("absent", 29), "Omar": ("absent", 29)}
    assert Mark.objects.count() == 2


def test_a_correction_and_a_fold_at_once_both_stand(school: School) -> None:
    sana, omar = school.sana, school.person("omar")
    school.enrol(omar, school.program)
    scene = Scene(school)
    sitting = scene.held()
    scene.was_in(sitting, school.tariq, (0, 60))
    scene.fold()
    said = Said(status=Status.EXCUSED, why="Told me")
    for number in range(3):
        scene.was_in(sitting, omar, (20 * number, 20 * number + 20))
        at = scene.at(130 + number)
        both = {sana.pk: None, omar.pk: None}

        at_once(
            lambda at=at: fold_register(scene.register.pk, at),
            lambda at=at, both=both, number=number: correct_marks(
                register=scene.register,
                students=both,
                said=replace(said, minutes=number),
                by=school.tariq,
                now=at,
            ),
        )

    assert scene.marks() == {"Sana": ("excused", 2), "Omar": ("excused", 2)}
    assert (scene.mark(omar).rule_status, scene.mark(omar).rule_minutes) == ("present", 60)
    assert MarkChange.objects.count() == 6


def test_of_two_corrections_of_one_mark_at_once_one_wins(school: School) -> None:
    sana = school.sana
    scene = Scene(school)
    scene.fold()

    def say(status: str) -> Callable[[], object]:
        return lambda: correct_marks(
            register=scene.register,
            students={sana.pk: 0},
            said=Said(status=status),
            by=school.tariq,
            now=scene.at(70),
        )

    results = by_code(at_once(say(Status.PRESENT), say(Status.LATE), say(Status.ABSENT)))

    assert results.count("changed") == 2
    assert MarkChange.objects.count() == 1


def test_of_two_answers_to_one_excuse_at_once_one_wins(school: School) -> None:
    sana = school.sana
    scene = Scene(school)
    excuse = send_excuse(session=scene.session, student=sana, text="Ill", now=school.now)

    def answer(accept: bool) -> Callable[[], object]:
        return lambda: answer_excuse(excuse=excuse, accept=accept, by=school.tariq, now=school.now)

    results = by_code(at_once(answer(True), answer(False), answer(True)))

    assert results.count("changed") == 2


def test_one_excuse_sent_twice_at_once_is_one(school: School) -> None:
    sana = school.sana
    scene = Scene(school)

    def send(text: str) -> Callable[[], object]:
        return lambda: send_excuse(session=scene.session, student=sana, text=text, now=school.now)

    at_once(send("Ill"), send("At the dentist"))

    assert scene.session.excuses.count() == 1


def test_rules_changed_by_two_at_once_for_the_first_time(school: School) -> None:
    program, by = school.program, school.ada

    def change(minutes: int) -> Callable[[], object]:
        return lambda: change_rules(program=program, rules=Rules(late_minutes=minutes), by=by, now=school.now)

    results = by_code(at_once(change(5), change(7)))

    assert sorted(map(str, results)) == ["0", "changed"]
