"""What Zoom told of a class goes ninety days after its register was locked; its marks stay as they are, and
nothing is worked out from what is left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eduraise.attendance.closing import finish, lock_due, reopen, say_not_held
from eduraise.attendance.correcting import Said, correct_marks
from eduraise.attendance.enums import ExcuseState, Status
from eduraise.attendance.keeping_up import behind, fold_due
from eduraise.attendance.models import Excuse, Interval, Mark, Participant, Reading, ReadingPlan, Register
from eduraise.attendance.reading import ask_to_read, read_due
from eduraise.attendance.refusals import RolledUp
from eduraise.attendance.rolling_up import due, roll_up_due
from tests.attendance.scene import Scene
from tests.classes.pages import signed_in, text_of
from tests.school import School


@pytest.fixture
def scene(school: School) -> Scene:
    """A class with sana, somebody unknown and an excuse, whose register has been locked for ninety days."""
    scene = Scene(school)
    sitting = scene.held()
    scene.was_in(sitting, school.tariq, (0, 60))
    scene.was_in(sitting, school.sana, (0, 20), (25, 60))
    scene.read(sitting, {school.sana: [(0, 60)]})
    Participant.objects.update(name="Somebody’s phone", email="x@example.org", zoom_user_id="z1")
    other = school.person("omar")
    school.enrol(other, school.program)
    Excuse.objects.create(
        session=scene.session,
        student=other,
        text="I broke my leg",
        answer="Get well",
        state=ExcuseState.ACCEPTED,
        sent_at=school.now,
        decided_at=school.now,
    )
    scene.fold()
    school.clock.set(scene.at(120))
    finish(scene.register.pk, school.now)
    lock_due(school.clock.advance(days=14))
    school.clock.advance(days=90)
    return scene


def told() -> tuple[int, int]:
    return Interval.objects.count(), Reading.objects.count()


def everything_of_marks() -> list[dict[str, Any]]:
    return list(Mark.objects.order_by("pk").values())


def test_the_marks_stay_and_what_they_were_made_of_goes(school: School, scene: Scene) -> None:
    before = everything_of_marks()
    assert dict(roll_up_due(school.now)) == {"registers": 1, "stays": 7, "lists": 1, "excuses": 1}
    assert everything_of_marks() == before
    assert told() == (0, 0)
    names = Participant.objects.values_list("name", "email", "zoom_user_id").distinct()
    assert list(names) == [("", "", "")]
    excuse = Excuse.objects.get()
    assert (excuse.text, excuse.answer, excuse.state) == ("", "", ExcuseState.ACCEPTED)
    assert dict(roll_up_due(school.now)) == {}


def test_nothing_goes_a_day_earlier(school: School, scene: Scene) -> None:
    assert dict(roll_up_due(school.now - timedelta(days=1))) == {}
    Register.objects.update(state="final", locked_at=None)
    assert dict(roll_up_due(school.now)) == {}


def test_where_a_register_is_never_locked_a_year_is_enough(school: School, scene: Scene) -> None:
    Register.objects.update(state="final", locked_at=None)
    final_at = Register.objects.get().final_at
    assert final_at
    school.clock.set(final_at + timedelta(days=365))
    before = everything_of_marks()
    assert dict(roll_up_due(school.now - timedelta(days=1))) == {}
    assert dict(roll_up_due(school.now)) == {"registers": 1, "stays": 7, "lists": 1, "excuses": 1}
    assert everything_of_marks() == before
    # it stands open as before
    said = Said(status=Status.LATE)
    correct_marks(
        register=scene.register, students={school.sana.pk: None}, said=said, by=school.tariq, now=school.now
    )
    assert Mark.objects.get(student=school.sana).status == Status.LATE
    page = text_of(signed_in(school.tariq).get(f"/classes/{scene.session.code}/attendance/"))
    assert "Late" in page


def test_opened_again_the_year_begins_anew(school: School, scene: Scene) -> None:
    reopened_at = school.now
    Register.objects.update(state="final", locked_at=None, reopened_at=reopened_at)
    assert not due(reopened_at + timedelta(days=364)).exists()
    assert due(reopened_at + timedelta(days=365)).exists()


def test_what_is_not_worked_out_yet_is_first(school: School, scene: Scene) -> None:
    """Late facts are entered beside the marks before they go."""
    scene.tell()
    assert dict(roll_up_due(school.now)) == {}
    fold_due(school.now)
    assert dict(roll_up_due(school.now))["registers"] == 1


def test_it_is_never_worked_out_again(school: School, scene: Scene) -> None:
    roll_up_due(school.now)
    before = everything_of_marks()
    scene.tell()
    assert not behind(school.now).exists()
    assert not scene.fold()
    assert everything_of_marks() == before


def test_what_is_told_afterwards_goes_as_well(school: School, scene: Scene) -> None:
    roll_up_due(school.now)
    sitting = scene.session.occurrence.instances.get()  # type: ignore[union-attr]
    scene.was_in(sitting, school.sana, (0, 60))
    assert told()[0] == 2
    assert due(school.now).exists()
    roll_up_due(school.now)
    assert told() == (0, 0)
    assert not due(school.now).exists()


def test_zoom_is_not_asked_for_it_again(school: School, scene: Scene) -> None:
    roll_up_due(school.now)
    ReadingPlan.objects.create(register=scene.register, next_at=school.now)
    assert dict(read_due(school.now)) == {}
    with pytest.raises(RolledUp):
        ask_to_read(register=scene.register, by=school.ada, now=school.now)


def test_opened_again_it_is_corrected_by_hand(school: School, scene: Scene) -> None:
    roll_up_due(school.now)
    register = Register.objects.get()
    reopen(register=register, why="a mistake", by=school.ada, now=school.now)
    assert not scene.fold()
    with pytest.raises(RolledUp):
        say_not_held(register=register, is_held=False, by=school.ada, now=school.now)
    correct_marks(
        register=Register.objects.get(),
        students={school.sana.pk: 0},
        said=Said(status=Status.LATE, minutes=None, why="bus"),
        by=school.ada,
        now=school.now,
    )
    assert scene.mark(school.sana).status == Status.LATE
    lock_due(school.clock.advance(days=14))
    assert Register.objects.get().state == "locked"


def test_the_register_says_that_it_was_deleted(school: School, scene: Scene) -> None:
    roll_up_due(school.now)
    page = text_of(signed_in(school.ada).get(f"/classes/{scene.session.code}/attendance/"))
    assert "What Zoom told of each coming and going was deleted on" in page
    assert "Somebody’s phone" not in page
    assert "phone" not in page.lower()


def test_excuses_of_a_class_that_was_never_marked_go_too(school: School, scene: Scene) -> None:
    Mark.objects.all().delete()
    Register.objects.all().delete()
    roll_up_due(school.now)
    assert Excuse.objects.get().text == ""
