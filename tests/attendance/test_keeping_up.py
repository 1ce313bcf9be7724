"""Registers keep up with what is known: soon, not too often, each by one worker; final when Zoom is done."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.attendance import folding
from eduraise.attendance.enums import RegisterState
from eduraise.attendance.keeping_up import fold_due
from eduraise.attendance.models import Mark, ReadingPlan, Register
from eduraise.classes.models import ClassSession
from eduraise.core import clock, queue
from tests.attendance.rows import Told
from tests.classes.rows import make_class
from tests.school import School

pytestmark = pytest.mark.django_db


def test_a_class_that_began_has_a_register_though_nothing_is_heard(told: Told, school: School) -> None:
    cancelled = make_class(school.program, school.olu, told.nine, now=school.now, cancelled_at=school.now)
    assert fold_due(told.at(-1)) == {}
    assert fold_due(told.at(1))["begun"] == 1

    assert told.register.state == RegisterState.PENDING
    assert not Register.objects.filter(session=cancelled).exists()
    assert fold_due(told.at(2)) == {"folded": 1}


def test_what_began_long_ago_gets_no_register_by_itself(told: Told, school: School) -> None:
    ClassSession.objects.update(
        starts_at=told.nine - timedelta(days=5), ends_at=told.nine - timedelta(days=5, hours=-1)
    )

    assert fold_due(told.at(1)) == {}


def test_facts_are_folded_at_once_and_a_class_no_more_often_than_every_two_seconds(told: Told) -> None:
    told.somebody("Sana", 0)
    assert fold_due(told.at(0)) == {"folded": 1}
    told.somebody("Sana", None, 10)

    assert fold_due(told.at(0) + timedelta(seconds=1)) == {}
    assert fold_due(told.at(0) + timedelta(seconds=2)) == {"folded": 1}
    assert fold_due(told.at(0) + timedelta(seconds=30)) == {}


def test_while_a_class_runs_time_itself_is_folded_every_minute(told: Told) -> None:
    told.click(told.school.sana, -1)
    told.somebody("Sana", 0)
    fold_due(told.at(0))
    first = Mark.objects.get().rule_minutes
    assert fold_due(told.at(5)) == {"folded": 1}

    assert (first, Mark.objects.get().rule_minutes) == (0, 5)


def test_a_register_is_one_workers_at_a_time(told: Told) -> None:
    told.somebody("Sana", 0)
    register = told.register
    fence = queue.claim(
        Register.objects.all(), register, lease_now=clock.lease_now(), lease=timedelta(seconds=60)
    )
    assert fence is not None

    assert fold_due(told.at(0)) == {}


def test_one_that_fails_keeps_no_other_and_is_tried_later(told: Told, school: School) -> None:
    """A class whose facts nobody can fold: its program's zone is none."""
    other = Told(school, make_class(school.other_program, school.olu, told.nine, now=school.now))
    other.somebody("Sana", 0, uuid="two")
    told.somebody("Sana", 0)
    school.program.zone = "No/Where"
    school.program.save()

    outcome = fold_due(told.at(0))
    assert outcome == {"failed": 1, "folded": 1}
    assert fold_due(told.at(0) + timedelta(seconds=3)) == {}
    assert told.register.last_error_code == "ZoneInfoNotFoundError"
    school.program.zone = "Europe/Madrid"
    school.program.save()
    assert fold_due(told.at(10))["folded"] >= 1
    assert told.register.folded_version == told.register.facts_version


def test_a_register_is_final_when_its_readings_are_settled_and_all_is_folded(told: Told) -> None:
    told.somebody("Sana", 0, 60)
    told.sitting(until=60)
    fold_due(told.at(61))
    ReadingPlan.objects.update(settled_at=told.at(70))
    told.somebody("Late", 30, 40)  # which has it read once more
    fold_due(told.at(71))
    assert told.register.state == RegisterState.PENDING
    ReadingPlan.objects.update(settled_at=told.at(80))
    Register.objects.update(next_at=told.at(80))

    assert fold_due(told.at(80)) == {"final": 1}
    assert (told.register.state, told.register.final_at) == (RegisterState.FINAL, told.at(80))
    assert fold_due(told.at(200)) == {}


def test_facts_after_it_was_final_are_folded_all_the_same(told: Told) -> None:
    told.click(told.school.sana, -1)
    told.sitting(until=60)
    fold_due(told.at(61))
    Register.objects.update(state=RegisterState.FINAL, final_at=told.at(62))
    told.somebody("Sana", 0, 60)

    assert fold_due(told.at(63)) == {"folded": 1}
    assert Mark.objects.get().rule_status == "present"
    assert folding.fold_register(told.register.pk, told.at(63))


def test_a_class_that_is_moved_takes_its_register_along(told: Told) -> None:
    told.somebody("Sana", 0, 60)
    fold_due(told.at(61))
    before = told.register
    ClassSession.objects.update(starts_at=told.at(30), ends_at=told.at(90))

    assert told.register.pk == before.pk
