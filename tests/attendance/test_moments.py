"""What the history of a class tells of its attendance, and to whom."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.attendance.closing import finish, lock_due, reopen, say_not_held
from eduraise.attendance.correcting import Said, correct_marks, undo_correction
from eduraise.attendance.enums import Status
from eduraise.attendance.nudging import nudge
from eduraise.programs.enums import Preset
from tests.attendance.scene import Scene
from tests.classes.pages import signed_in, text_of
from tests.school import School


@pytest.fixture
def scene(school: School) -> Scene:
    """A class that sana missed and omar attended."""
    school.sana  # noqa: B018 a student of it
    omar = school.person("omar")
    school.enrol(omar, school.program)
    scene = Scene(school)
    sitting = scene.held()
    scene.was_in(sitting, school.tariq, (0, 60))
    scene.was_in(sitting, omar, (0, 60))
    scene.fold()
    school.clock.set(scene.at(120))
    return scene


def set_mark(school: School, scene: Scene, *students: User, why: str = "") -> Any:
    said = Said(status=Status.EXCUSED, why=why)
    of = {student.pk: None for student in students}
    return correct_marks(register=scene.register, students=of, said=said, by=school.tariq, now=school.now)


def happened(reader: User, scene: Scene) -> str:
    page = text_of(signed_in(reader).get(f"/classes/{scene.session.code}/"))
    return page[page.index("What happened") :] if "What happened" in page else ""


def test_each_mark_by_hand_is_a_line_with_whom_what_by_whom_and_why(school: School, scene: Scene) -> None:
    set_mark(school, scene, school.sana, why="Her network failed")

    line = "Sana: Absent, 0 min → Excused, 0 min by Tariq “Her network failed”"
    assert line in happened(school.tariq, scene)
    assert line in happened(school.tove, scene)
    assert line in happened(school.ada, scene)


def test_marks_that_were_set_together_are_one_line_and_so_is_their_undoing(
    school: School, scene: Scene
) -> None:
    late = [school.person(name) for name in ("bo", "cem", "dua", "eva", "fay")]
    for one in late:
        school.enrol(one, school.program, from_at=scene.at(-60))
    scene.tell()
    scene.fold()
    batch = set_mark(school, scene, *late)
    school.clock.advance(seconds=20)
    undo_correction(batch_uid=batch, register=scene.register, by=school.tariq, now=school.now)

    said = happened(school.tariq, scene)
    put_back = said.index("Bo, Cem, Dua and 2 more: Excused, 0 min → Absent, 0 min by Tariq")
    assert put_back < said.index("Bo, Cem, Dua and 2 more: Absent, 0 min → Excused, 0 min by Tariq")
    assert said.count("Eva") == 0


def test_the_register_as_a_whole_tells_each_lock_and_each_opening(school: School, scene: Scene) -> None:
    say_not_held(register=scene.register, is_held=False, by=school.tariq, now=school.now)
    school.clock.advance(minutes=1)
    say_not_held(register=scene.register, is_held=True, by=school.tove, now=school.now)
    scene.fold(180)
    finish(scene.register.pk, school.now)
    lock_due(school.clock.advance(days=14))
    school.clock.advance(days=1)
    reopen(register=scene.register, why="Parents asked", by=school.ada, now=school.now)
    lock_due(school.clock.advance(days=14))

    lines = [
        "Register locked",
        "Register opened again by Ada “Parents asked”",
        "Register locked",
        "Said that it was held after all by Tove",
        "Said that it was not held by Tariq",
    ]
    said = happened(school.tariq, scene)
    for line in lines:
        assert line in said
        said = said[said.index(line) + len(line) :]


def test_who_was_called_into_it_is_told_by_their_number(school: School, scene: Scene) -> None:
    nudge(session=scene.session, seen=[], by=school.tariq, now=scene.at(20))

    assert "The link was sent to 2 students who were missing by Tariq" in happened(school.tariq, scene)


def test_who_may_not_see_the_register_reads_nothing_of_it_there(school: School, scene: Scene) -> None:
    nudge(session=scene.session, seen=[], by=school.tariq, now=scene.at(20))
    set_mark(school, scene, school.sana, why="Her network failed")
    finish(scene.register.pk, school.now)
    lock_due(school.clock.advance(days=14))
    observer = school.teacher("obi")
    school.assign(observer, school.program, Preset.OBSERVER)

    seen = happened(observer, scene)
    assert "Scheduled" in seen
    for word in ("Excused", "network", "Register", "missing"):
        assert word not in seen
    assert happened(school.sana, scene) == ""


def test_of_a_long_history_the_last_lines_stand_open_and_none_is_left_out(
    school: School, scene: Scene
) -> None:
    for minute in range(15):
        school.clock.set(scene.at(120) + timedelta(minutes=minute))
        said = Said(status=Status.PRESENT, minutes=minute + 1)
        of = {school.sana.pk: None}
        correct_marks(register=scene.register, students=of, said=said, by=school.tariq, now=school.now)

    html = signed_in(school.tariq).get(f"/classes/{scene.session.code}/").content.decode()
    shown, folded = html.partition("What happened")[2].split("<details", 1)
    assert "→ Present, 15 min" in shown
    assert "→ Present, 4 min" in shown
    assert "→ Present, 3 min" not in shown
    assert "Before that" in folded
    for line in ("→ Present, 3 min", "→ Present, 1 min", "Ended after 60 min", "Scheduled"):
        assert line in folded


def test_a_long_history_takes_as_many_queries_as_a_short_one(school: School, scene: Scene) -> None:
    client, address = signed_in(school.tariq), f"/classes/{scene.session.code}/"
    client.get(address)
    costs = []
    for minute in range(1, 7):
        school.clock.set(scene.at(120) + timedelta(minutes=minute))
        said = Said(status=Status.PRESENT, minutes=minute)
        of = {school.sana.pk: None}
        correct_marks(register=scene.register, students=of, said=said, by=school.tariq, now=school.now)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[-1]
