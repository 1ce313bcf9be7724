"""Registers become final, are locked, opened again; what comes after the lock waits beside the mark."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.attendance.closing import (
    ReasonMissing,
    apply_entries,
    finish,
    lock_due,
    reopen,
    say_not_held,
)
from eduraise.attendance.enums import Cause, RegisterState, Room, Status, Verdict
from eduraise.attendance.explaining import explain
from eduraise.attendance.export import register_rows
from eduraise.attendance.models import AttendanceRules, Mark, MarkChange, Register
from eduraise.attendance.tray import identify
from eduraise.classes.models import ClassSession
from eduraise.core.errors import Changed
from eduraise.core.models import AuditEntry
from eduraise.notifications import registry
from eduraise.notifications.models import Message
from eduraise.programs.syllabus import add_topics
from eduraise.today.common import needs_of
from eduraise.zoom.models import ZoomInstance
from tests.attendance.scene import Scene
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


def state() -> str:
    return Register.objects.get().state


def test_the_absent_alone_are_told_when_it_is_final_and_not_before(school: School, scene: Scene) -> None:
    assert Message.objects.count() == 0

    assert finish(scene.register.pk, school.now)
    assert not finish(scene.register.pk, school.now)

    message = Message.objects.get()
    assert (message.person, message.kind) == (school.sana, "attendance.absent")
    kind = registry.kind_of(message.kind)
    letter = kind.words([message], school.now)[message.pk]
    assert letter.title == "You were absent: Sets"
    assert kind.optional
    assert kind.still_true(message, school.now)
    assert list(kind.allowed([message], school.now)) == [message.pk]
    Mark.objects.update(hand_status=Status.PRESENT, hand_at=school.now)
    assert not kind.still_true(message, school.now)


def test_nobody_is_told_of_an_absence_while_somebody_in_it_may_be_them(school: School, scene: Scene) -> None:
    phone = scene.was_in(ZoomInstance.objects.get(), None, (0, 60))
    scene.fold()
    assert finish(scene.register.pk, school.now)
    assert Message.objects.count() == 0
    waiting = needs_of(school.tariq, school.now)
    assert [(one.title, one.url) for one in waiting] == [
        ("Review attendance of 1 class", f"/classes/{scene.session.code}/attendance/")
    ]
    assert "Nobody knows who 1 person in “Sets” was." in waiting[0].detail

    identify(register=scene.register, keys=[phone.pk], verdict=Verdict.GUEST, by=school.tariq, now=school.now)
    scene.fold()

    assert Message.objects.get(kind="attendance.absent").person == school.sana
    scene.tell()
    scene.fold()
    assert Message.objects.filter(kind="attendance.absent").count() == 1


def test_what_is_to_be_reviewed_is_named_by_its_topic_of_the_syllabus(school: School, scene: Scene) -> None:
    scene.was_in(ZoomInstance.objects.get(), None, (0, 60))
    scene.fold()
    ClassSession.objects.update(topic=school.program.title)
    add_topics(program=school.program, titles=["Factorising"], by=school.ada, now=school.now)
    (waiting,) = needs_of(school.tariq, school.now)
    assert "Nobody knows who 1 person in “Algebra II: Factorising” was." in waiting.detail


def test_at_the_lock_they_are_told_though_somebody_was_never_named(school: School, scene: Scene) -> None:
    scene.was_in(ZoomInstance.objects.get(), None, (0, 60))
    scene.fold()
    assert finish(scene.register.pk, school.now)

    assert lock_due(school.now + timedelta(days=60)) == 1

    assert Message.objects.get(kind="attendance.absent").person == school.sana


def test_nobody_is_told_whose_excuse_waits_nor_of_a_class_that_was_not_held(
    school: School, scene: Scene
) -> None:
    scene.session.excuses.create(student=school.sana, text="ill", sent_at=school.now)
    assert finish(scene.register.pk, school.now)
    assert Message.objects.count() == 0

    other = Scene(school, starts_at=school.now)
    other.was_in(other.held(), school.tariq, (0, 60))
    say_not_held(register=other.register, is_held=False, by=school.tariq, now=school.now)
    other.fold()
    assert finish(other.register.pk, school.now)
    assert Message.objects.count() == 0
    assert Mark.objects.get(register=other.register, student=school.sana).status == ""


def test_what_is_behind_its_facts_is_not_final(school: School, scene: Scene) -> None:
    scene.tell()

    assert not finish(scene.register.pk, school.now)
    assert state() == RegisterState.PENDING


@pytest.mark.parametrize(("days", "after"), [(None, 14), (3, 3)])
def test_it_locks_after_the_programs_days(school: School, scene: Scene, days: int | None, after: int) -> None:
    if days is not None:
        AttendanceRules.objects.create(program=school.program, lock_days=days)
    finish(scene.register.pk, school.now)

    assert lock_due(school.now + timedelta(days=after, minutes=-1)) == 0
    assert lock_due(school.now + timedelta(days=after)) == 1
    assert state() == RegisterState.LOCKED


def test_a_program_that_never_locks(school: School, scene: Scene) -> None:
    AttendanceRules.objects.create(program=school.program, lock_days=0)
    finish(scene.register.pk, school.now)

    assert lock_due(school.now + timedelta(days=2000)) == 0


def locked_with_an_entry(school: School, scene: Scene) -> None:
    finish(scene.register.pk, school.now)
    lock_due(school.clock.advance(days=14))
    scene.was_in(scene.session.occurrence.instances.get(), school.sana, (0, 45))  # type: ignore[union-attr]
    scene.fold(60 * 24 * 15)


def test_an_entry_counts_once_an_admin_takes_it(school: School, scene: Scene) -> None:
    locked_with_an_entry(school, scene)
    assert scene.marks()["Sana"] == ("absent", 0)

    students = [school.sana.pk]
    assert apply_entries(register=scene.register, students=students, by=school.ada, now=school.now) == 1

    assert scene.marks()["Sana"] == ("left_early", 45)
    change = MarkChange.objects.get()
    assert (change.before, change.after, change.cause) == ("absent", "left_early", Cause.ENTRY)
    assert change.by == school.ada
    assert state() == RegisterState.LOCKED
    scene.tell()
    scene.fold(60 * 24 * 16)
    assert scene.mark(school.sana).late_status == ""
    with pytest.raises(Changed):
        apply_entries(register=scene.register, students=students, by=school.ada, now=school.now)


def test_a_mark_that_an_entry_became_explains_itself_like_any_other(school: School, scene: Scene) -> None:
    kim = school.person("kim")
    school.enrol(kim, school.program)
    scene.fold()
    finish(scene.register.pk, school.now)
    lock_due(school.clock.advance(days=14))
    sitting = scene.session.occurrence.instances.get()  # type: ignore[union-attr]
    scene.was_in(sitting, school.sana, (20, 60))
    scene.was_in(sitting, kim, (0, 40))
    scene.was_in(sitting, kim, (45, 60), room=Room.WAITING)
    scene.fold(60 * 24 * 15)
    entered = explain(scene.mark(school.sana), scene.register, school.now)

    apply_entries(register=scene.register, students=[school.sana.pk, kim.pk], by=school.ada, now=school.now)

    late, early = scene.mark(school.sana), scene.mark(kim)
    assert (late.first_in_at, late.last_out_at, late.spans) == (scene.at(20), scene.at(60), [[1200, 3600]])
    assert early.waits == [[2700, 3600]]
    seen, verdict = explain(late, scene.register, school.now)
    assert "40 of 60 minutes count" in seen
    assert verdict == "Late: came 20 minutes after the start, more than 10."
    # the admin has read the same before
    assert {seen, verdict} <= set(entered)
    assert "Left early: went 20 minutes before the end, more than 10." in explain(
        early, scene.register, school.now
    )
    written = {row[0]: row for row in register_rows(scene.register, school.ada)}
    assert all(written["Sana"][4:6])


def test_an_entry_whose_facts_go_on_moving_says_the_newest(school: School, scene: Scene) -> None:
    locked_with_an_entry(school, scene)
    scene.was_in(scene.session.occurrence.instances.get(), school.sana, (50, 60))  # type: ignore[union-attr]
    scene.fold(60 * 24 * 16)
    apply_entries(register=scene.register, students=[school.sana.pk], by=school.ada, now=school.now)

    assert scene.marks()["Sana"] == ("present", 55)
    assert scene.mark(school.sana).spans == [[0, 2700], [3000, 3600]]


def test_rules_that_changed_since_the_lock_enter_nothing(school: School, scene: Scene) -> None:
    finish(scene.register.pk, school.now)
    lock_due(school.clock.advance(days=14))
    AttendanceRules.objects.create(program=school.program, present_minutes=60, late_minutes=0, version=2)
    scene.tell()

    scene.fold(60 * 24 * 15)

    assert not Mark.objects.exclude(late_status="").exists()


def test_opened_again_it_follows_the_facts_and_locks_later(school: School, scene: Scene) -> None:
    locked_with_an_entry(school, scene)
    with pytest.raises(ReasonMissing):
        reopen(register=scene.register, why=" ", by=school.ada, now=school.now)

    reopen(register=scene.register, why="Parents asked", by=school.ada, now=school.now)

    assert state() == RegisterState.FINAL
    scene.fold(60 * 24 * 16)
    assert scene.marks()["Sana"] == ("left_early", 45)
    assert MarkChange.objects.get().cause == Cause.LATE_FACTS
    assert AuditEntry.objects.get(verb="attendance.reopened").after == {"why": "Parents asked"}
    assert lock_due(school.now + timedelta(days=13)) == 0
    assert lock_due(school.now + timedelta(days=14)) == 1
    reopen(register=scene.register, why="Again", by=school.ada, now=school.now)
    with pytest.raises(Changed):
        reopen(register=scene.register, why="And again", by=school.tariq, now=school.now)


def test_held_after_all(school: School, scene: Scene) -> None:
    say_not_held(register=scene.register, is_held=False, by=school.tariq, now=school.now)
    scene.fold(130)
    assert scene.marks() == {"Sana": ("", 0), "Omar": ("", 60)}
    with pytest.raises(Changed):
        say_not_held(register=scene.register, is_held=False, by=school.tove, now=school.now)

    say_not_held(register=scene.register, is_held=True, by=school.tove, now=school.now)
    scene.fold(131)

    assert scene.marks() == {"Sana": ("absent", 0), "Omar": ("present", 60)}
    verbs = (
        AuditEntry.objects.filter(verb__startswith="attendance.")
        .order_by("pk")
        .values_list("verb", flat=True)
    )
    assert list(verbs) == ["attendance.not_held", "attendance.held"]
