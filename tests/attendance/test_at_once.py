"""Registers that are folded while more becomes known, and by two workers at once."""

from __future__ import annotations

import pytest
from django.db.models import F

from eduraise.attendance.folding import fold_register
from eduraise.attendance.models import Mark, Register
from tests.at_once import at_once
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
