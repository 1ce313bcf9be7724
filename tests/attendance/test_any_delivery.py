"""Facts arrive in any order, some twice or never, and registers are folded in between: in the end the marks
in the database are those of the truth."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eduraise.accounts.models import User
from eduraise.attendance.enums import Room, Source
from eduraise.attendance.folding import fold_register
from eduraise.attendance.models import AttendanceRules, Interval, Mark, MarkChange, Participant
from eduraise.attendance.rules import JUDGING
from eduraise.zoom.models import ZoomInstance
from tests.attendance.histories import TEACHER, History, Was, histories, truth
from tests.attendance.scene import Scene
from tests.classes.rows import sit
from tests.school import School

WHOLE = {student: [(-(10**6), 10**6)] for student in range(2, 6)}


@pytest.mark.django_db
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(histories(), st.randoms(use_true_random=False), st.booleans())
def test_whatever_came_between_the_marks_are_those_of_the_truth(
    school: School, history: History, order: random.Random, has_report: bool
) -> None:
    history = replace(history, spells=WHOLE, excused=frozenset())
    people = _people(school)
    ruled = {name: getattr(history.rules, name) for name in JUDGING}
    AttendanceRules.objects.update_or_create(program=school.program, defaults=ruled)
    scene = Scene(school, minutes=history.planned // 60)
    sittings = [
        sit(scene.session, _at(scene, began), ended_at=_at(scene, ended)) for began, ended in history.sittings
    ]
    events = _events(history, scene, sittings, people)
    if has_report:
        events = [event for event in events if order.random() < 0.6]
    order.shuffle(events)

    for event in events:
        Interval.objects.bulk_create([event], ignore_conflicts=True)
        scene.tell()
        if order.random() < 0.3:
            fold_register(scene.register.pk, _at(scene, 50_000))
    if has_report:
        for number, sitting in enumerate(sittings):
            scene.read(sitting, _rows(history, number, people))
    fold_register(scene.register.pk, _at(scene, 50_001))

    numbers = {person.pk: number for number, person in people.items()}
    marks = {
        numbers[mark.student_id]: (mark.status, mark.rule_minutes)
        for mark in Mark.objects.filter(register=scene.register)
    }
    assert marks == truth(history)
    assert not MarkChange.objects.exists()


def _people(school: School) -> dict[int, User]:
    """The same five in every example."""
    known = {user.email: user for user in User.objects.all()}
    if "student2@school.example" not in known:
        for number in range(2, 6):
            school.enrol(school.person(f"student{number}"), school.program)
        known = {user.email: user for user in User.objects.all()}
    students = {number: known[f"student{number}@school.example"] for number in range(2, 6)}
    return {TEACHER: school.tariq} | students


def _at(scene: Scene, second: int) -> datetime:
    return scene.session.starts_at + timedelta(seconds=second)


def _events(
    history: History, scene: Scene, sittings: list[ZoomInstance], people: dict[int, User]
) -> list[Interval]:
    """Both ends of each stay."""
    found = []
    for number, was in enumerate(history.stays):
        who, _made = Participant.objects.get_or_create(
            instance=sittings[was.sitting],
            source=Source.WEBHOOK,
            key=f"{was.person}-{was.device}",
            defaults={"person": people[was.person]},
        )
        for end, second in (("joined_at", was.began), ("left_at", was.ended)):
            found.append(
                Interval(
                    participant=who,
                    fact_key=f"{number}{end}".encode(),
                    room=was.room,
                    join_key=f"join-{number}",
                    held_on=scene.session.starts_at.date(),
                    **{end: _at(scene, second)},
                )
            )
    return found * 2


def _rows(history: History, sitting: int, people: dict[int, User]) -> dict[User, list[tuple[float, float]]]:
    """What Zoom's report has of one sitting."""
    found: dict[User, list[tuple[float, float]]] = {}
    for was in history.stays:
        if was.sitting == sitting and was.room != Room.WAITING:
            found.setdefault(people[was.person], []).append(_minutes(was))
    return found


def _minutes(was: Was) -> tuple[float, float]:
    return was.began / 60, was.ended / 60
