"""Marks by hand: one or many, undone, kept in their history, and refused where somebody was faster."""

from __future__ import annotations

import pytest

from eduraise.accounts.models import User
from eduraise.attendance.correcting import MarkUnfit, Said, correct_marks, undo_correction
from eduraise.attendance.enums import Cause, RegisterState, Status
from eduraise.attendance.explaining import explain
from eduraise.attendance.models import Mark, MarkChange, Register
from eduraise.attendance.refusals import RegisterLocked
from eduraise.core.errors import Changed
from eduraise.core.models import AuditEntry
from tests.attendance.scene import Scene
from tests.school import School

PRESENT = Said(status=Status.PRESENT, minutes=50, why="Her network failed")


@pytest.fixture
def omar(school: School) -> User:
    """Another student, who came for ten minutes."""
    person = school.person("omar")
    school.enrol(person, school.program)
    return person


@pytest.fixture
def scene(school: School, omar: User) -> Scene:
    """A class of an hour in which sana was not seen and omar for ten minutes."""
    school.sana  # noqa: B018 a student of it
    scene = Scene(school)
    sitting = scene.held()
    scene.was_in(sitting, school.tariq, (0, 60))
    scene.was_in(sitting, omar, (0, 10))
    scene.fold()
    school.clock.set(scene.at(120))
    return scene


def history() -> list[tuple[str, str, int | None, int | None, str]]:
    rows = MarkChange.objects.order_by("pk")
    return [(row.before, row.after, row.minutes_before, row.minutes_after, row.why) for row in rows]


def test_a_mark_by_hand_stands_with_who_when_and_why(school: School, scene: Scene) -> None:
    correct_marks(
        register=scene.register, students={school.sana.pk: 0}, said=PRESENT, by=school.tariq, now=school.now
    )

    assert scene.marks() == {"Sana": ("present", 50), "Omar": ("absent", 10)}
    mark = scene.mark(school.sana)
    assert (mark.hand_by, mark.hand_at, mark.hand_why) == (school.tariq, school.now, "Her network failed")
    assert history() == [("absent", "present", 0, 50, "Her network failed")]
    entry = AuditEntry.objects.get(verb="attendance.corrected")
    assert (entry.actor_uid, entry.thing_uid) == (school.tariq.uid, scene.register.uid)
    assert entry.before == {str(school.sana.uid): ["absent", 0]}
    assert entry.after == {str(school.sana.uid): ["present", 50]}


def test_many_at_once_are_one_change_and_undone_together(school: School, scene: Scene, omar: User) -> None:
    correct_marks(
        register=scene.register, students={omar.pk: None}, said=PRESENT, by=school.tove, now=school.now
    )
    batch = correct_marks(
        register=scene.register,
        students={school.sana.pk: None, omar.pk: None},
        said=Said(status=Status.EXCUSED),
        by=school.tariq,
        now=school.clock.advance(minutes=1),
    )
    assert scene.marks() == {"Sana": ("excused", 0), "Omar": ("excused", 10)}
    assert batch is not None

    assert undo_correction(batch_uid=batch, register=scene.register, by=school.tariq, now=school.now) == 2

    assert scene.marks() == {"Sana": ("absent", 0), "Omar": ("present", 50)}
    assert scene.mark(omar).hand_by == school.tove
    assert scene.mark(school.sana).hand_at is None
    with pytest.raises(Changed):
        undo_correction(batch_uid=batch, register=scene.register, by=school.tariq, now=school.now)


def test_back_to_what_the_rule_says(school: School, scene: Scene) -> None:
    who = {school.sana.pk: None}
    correct_marks(register=scene.register, students=who, said=PRESENT, by=school.tariq, now=school.now)
    correct_marks(
        register=scene.register, students=who, said=Said(status=""), by=school.tariq, now=school.now
    )

    assert scene.marks()["Sana"] == ("absent", 0)
    assert len(history()) == 2


def test_the_same_again_changes_nothing(school: School, scene: Scene) -> None:
    who = {school.sana.pk: None}
    correct_marks(register=scene.register, students=who, said=PRESENT, by=school.tariq, now=school.now)

    again = correct_marks(register=scene.register, students=who, said=PRESENT, by=school.tove, now=school.now)

    assert again is None
    assert len(history()) == 1
    assert scene.mark(school.sana).hand_by == school.tariq


def test_of_two_who_change_one_mark_the_second_is_told(school: School, scene: Scene, omar: User) -> None:
    correct_marks(
        register=scene.register, students={school.sana.pk: 0}, said=PRESENT, by=school.tariq, now=school.now
    )

    with pytest.raises(Changed):
        correct_marks(
            register=scene.register,
            students={omar.pk: 0, school.sana.pk: 0},
            said=Said(status=Status.LATE),
            by=school.tove,
            now=school.now,
        )

    assert scene.marks() == {"Sana": ("present", 50), "Omar": ("absent", 10)}


@pytest.mark.parametrize(
    ("said", "field"),
    [
        (Said(status="asleep"), "status"),
        (Said(status=Status.PRESENT, minutes=61), "minutes"),
        (Said(status=Status.PRESENT, why="x" * 301), "why"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(school: School, scene: Scene, said: Said, field: str) -> None:
    with pytest.raises(MarkUnfit) as problem:
        correct_marks(
            register=scene.register, students={school.sana.pk: 0}, said=said, by=school.tariq, now=school.now
        )

    assert problem.value.field == field
    assert history() == []


def test_nobody_is_marked_who_was_not_enrolled_then(school: School, scene: Scene) -> None:
    with pytest.raises(MarkUnfit):
        correct_marks(
            register=scene.register,
            students={school.sana.pk: None, school.finn.pk: None},
            said=PRESENT,
            by=school.tariq,
            now=school.now,
        )

    assert scene.marks()["Sana"] == ("absent", 0)


def test_where_zoom_told_nothing_the_teacher_marks(school: School) -> None:
    school.sana  # noqa: B018 a student of it
    scene = Scene(school)

    correct_marks(
        register=scene.register,
        students={school.sana.pk: None},
        said=Said(status=Status.PRESENT),
        by=school.tariq,
        now=scene.at(50),
    )
    scene.fold()

    mark = scene.mark(school.sana)
    assert (mark.status, mark.rule_status) == (Status.PRESENT, "")


def test_a_locked_register_is_refused(school: School, scene: Scene) -> None:
    Register.objects.update(state=RegisterState.LOCKED)

    with pytest.raises(RegisterLocked):
        correct_marks(
            register=scene.register, students={school.sana.pk: 0}, said=PRESENT, by=school.ada, now=school.now
        )


def test_a_mark_tells_its_evidence_and_its_rule(school: School, scene: Scene, omar: User) -> None:
    late = school.person("late")
    school.enrol(late, school.program)
    scene.was_in(scene.session.occurrence.instances.get(), late, (13, 40), (45, 60))  # type: ignore[union-attr]
    scene.fold(130)
    correct_marks(
        register=scene.register,
        students={school.sana.pk: None},
        said=PRESENT,
        by=school.tariq,
        now=school.now,
    )
    marks = {mark.student.name: mark for mark in Mark.objects.select_related("student", "hand_by")}
    register = Register.objects.select_related("session").get()

    assert explain(marks["Late"], register, school.now) == [
        "There 09:13–09:40 and 09:45–10:00: 42 of 60 minutes count, by Zoom’s events.",
        "Late: came 13 minutes after the start, more than 10.",
    ]
    assert explain(marks["Omar"], register, school.now) == [
        "There 09:00–09:10: 10 of 60 minutes count, by Zoom’s events.",
        ("Absent: 10 minutes, and 30 were needed: 50 % of the 60 minutes it was held, rounded down."),
    ]
    assert explain(marks["Sana"], register, school.now)[2:] == [
        "Tariq set it to “Present”, 50 minutes, on Mon 2 Mar, 11:00: “Her network failed”"
    ]
    assert MarkChange.objects.get().cause == Cause.HAND
