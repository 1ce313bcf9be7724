"""Who is enrolled when is a fact like any other: dated back or ended, marks are made anew, whatever the state
of their register, and what somebody said by hand stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.accounts.models import User
from eduraise.attendance.closing import apply_entries, finish, lock_due
from eduraise.attendance.enums import NO_MARK, Cause, Status
from eduraise.attendance.folding import fold_register
from eduraise.attendance.keeping_up import behind
from eduraise.attendance.models import Mark, MarkChange, Register
from eduraise.programs.enrolling import end_enrolment, enrol
from eduraise.programs.models import Enrolment
from eduraise.today.common import needs_of
from tests.attendance.scene import Scene
from tests.classes.pages import signed_in, text_of
from tests.school import School


@pytest.fixture
def kim(school: School) -> User:
    """Somebody who was there without being enrolled."""
    return school.person("kim")


@pytest.fixture
def scene(school: School, kim: User) -> Scene:
    """A class that was held with sana; kim was in it too and is not enrolled. It is an hour later."""
    scene = Scene(school)
    sitting = scene.held()
    for person in (school.tariq, school.sana, kim):
        scene.was_in(sitting, person, (0, 60))
    scene.fold()
    school.clock.set(scene.at(120))
    return scene


def date_back(school: School, scene: Scene) -> None:
    """Kim attends since before the class."""
    people = User.objects.filter(name="Kim")
    enrol(program=school.program, people=people, by=school.ada, now=school.now, from_at=scene.at(-60))


def worker(scene: Scene) -> None:
    """Its turn, a minute later: registers that are behind are folded."""
    scene.school.clock.advance(minutes=1)
    if behind(scene.school.now).exists():
        fold_register(scene.register.pk, scene.school.now)


def test_who_is_enrolled_with_an_earlier_day_is_marked_in_a_pending_register(
    school: School, scene: Scene
) -> None:
    date_back(school, scene)
    worker(scene)
    assert scene.marks() == {"Sana": ("present", 60), "Kim": ("present", 60)}


def test_who_is_enrolled_from_now_on_changes_no_class_that_is_over(
    school: School, scene: Scene, kim: User
) -> None:
    before = Register.objects.get().facts_version
    enrol(program=school.program, people=[kim], by=school.ada, now=school.now)
    assert Register.objects.get().facts_version == before
    worker(scene)
    assert scene.marks() == {"Sana": ("present", 60)}


def test_a_final_register_takes_them_in(school: School, scene: Scene) -> None:
    finish(scene.register.pk, school.now)
    date_back(school, scene)
    worker(scene)
    assert scene.marks()["Kim"] == ("present", 60)


def test_of_a_locked_register_it_is_entered_beside_the_marks(school: School, scene: Scene, kim: User) -> None:
    finish(scene.register.pk, school.now)
    lock_due(school.clock.advance(days=14))
    date_back(school, scene)
    worker(scene)
    assert (scene.mark(kim).status, scene.mark(kim).late_status) == ("", Status.PRESENT)
    page = text_of(signed_in(school.ada).get(f"/classes/{scene.session.code}/attendance/"))
    assert "Kim" in page

    apply_entries(register=scene.register, students=[kim.pk], by=school.ada, now=school.now)
    assert scene.marks()["Kim"] == ("present", 60)


def test_whose_spell_is_taken_away_has_that_beside_a_locked_mark(school: School, scene: Scene) -> None:
    finish(scene.register.pk, school.now)
    lock_due(school.clock.advance(days=14))
    mark = scene.mark(school.sana)
    Mark.objects.update(enrolment=None)
    spell = Enrolment.objects.get(person=school.sana)
    began = spell.from_at
    Enrolment.objects.filter(pk=spell.pk).update(from_at=school.now)
    scene.tell()
    worker(scene)

    assert (scene.mark(school.sana).status, scene.mark(school.sana).late_status) == ("present", NO_MARK)
    page = text_of(signed_in(school.ada).get(f"/classes/{scene.session.code}/attendance/"))
    assert "Not enrolled then" in page
    assert "Let what became known count (1)" in page
    (waiting,) = needs_of(school.ada, school.now)
    assert waiting.detail.startswith("Sana would be “Not enrolled then”.")
    # she was after all: nothing stands beside it any more
    Enrolment.objects.filter(pk=spell.pk).update(from_at=began)
    scene.tell()
    worker(scene)
    assert scene.mark(school.sana).late_status == ""
    assert scene.mark(school.sana).status == mark.status


def test_an_admin_lets_it_count_that_they_did_not_attend(school: School, scene: Scene) -> None:
    finish(scene.register.pk, school.now)
    lock_due(school.clock.advance(days=14))
    Enrolment.objects.filter(person=school.sana).update(from_at=school.now)
    scene.tell()
    worker(scene)

    apply_entries(register=scene.register, students=[school.sana.pk], by=school.ada, now=school.now)

    mark = scene.mark(school.sana)
    assert (mark.status, mark.rule_minutes, mark.late_status) == ("", 0, "")
    change = MarkChange.objects.get()
    assert (change.before, change.after) == ("present", "")
    scene.tell()
    worker(scene)
    assert scene.mark(school.sana).late_status == ""


def test_a_spell_that_turns_out_other_moves_a_final_mark_with_its_history(
    school: School, scene: Scene
) -> None:
    """It began when the class was half over; then not before its end at all."""
    finish(scene.register.pk, school.now)
    spell = Enrolment.objects.filter(person=school.sana)
    for began, status in ((30, "present"), (60, "")):
        spell.update(from_at=scene.at(began))
        scene.tell()
        school.clock.advance(minutes=1)
        scene.fold(125 + began)
        assert scene.mark(school.sana).status == status
    change = MarkChange.objects.order_by("-at").first()
    assert change is not None
    assert (change.before, change.after, change.cause) == ("present", "", Cause.ENROLMENT)


def test_what_was_said_by_hand_stays(school: School, scene: Scene) -> None:
    finish(scene.register.pk, school.now)
    Mark.objects.update(
        hand_status=Status.LATE, hand_at=school.now, hand_by=school.tariq, hand_why="bus", version=1
    )
    Enrolment.objects.filter(person=school.sana).update(from_at=scene.at(60))
    date_back(school, scene)
    worker(scene)
    mark = scene.mark(school.sana)
    assert (mark.status, mark.rule_status) == (Status.LATE, "")


def test_whose_spell_ends_while_a_class_is_on_is_measured_by_what_was_before(school: School) -> None:
    scene = Scene(school)
    sitting = scene.held(0, 60)
    for person in (school.tariq, school.sana):
        scene.was_in(sitting, person, (0, 20))
    scene.fold(10)
    school.clock.set(scene.at(20))
    spell = Enrolment.objects.get(person=school.sana)
    end_enrolment(enrolment=spell, by=school.ada, now=school.now)
    register = Register.objects.get()
    assert register.facts_version > register.folded_version
    scene.fold()
    assert scene.marks()["Sana"] == ("present", 20)


def test_an_admin_says_since_when_they_attend(school: School, scene: Scene, kim: User) -> None:
    ada, address = signed_in(school.ada), f"/programs/{school.program.code}/students/new/"
    today = school.now.date()
    late = ada.post(address, {"people": kim.email, "since_on": today + timedelta(days=2)})
    assert "Give a day that has come, or none." in text_of(late)

    assert ada.post(address, {"people": kim.email, "since_on": today - timedelta(days=1)}).status_code == 302
    began = Enrolment.objects.get(person=kim).from_at
    assert began < scene.at(0)
    worker(scene)
    assert scene.marks()["Kim"] == ("present", 60)
