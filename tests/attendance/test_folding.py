"""A register is worked out from the rows of who was there; what changed is written, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.attendance.correcting import Said, correct_marks
from eduraise.attendance.enums import Cause, RegisterState, Room, Source, Status
from eduraise.attendance.explaining import explain
from eduraise.attendance.models import AttendanceRules, Interval, Mark, MarkChange, Participant, Register
from eduraise.programs.models import Enrolment
from tests.attendance.scene import Scene
from tests.classes.rows import sit
from tests.school import School


@pytest.fixture
def scene(school: School) -> Scene:
    school.sana  # noqa: B018 a student of it
    return Scene(school)


def test_marks_minutes_and_what_they_rest_on(school: School, scene: Scene) -> None:
    omar, ines, bo = (school.person(name) for name in ("omar", "ines", "bo"))
    for student in (omar, ines, bo):
        school.enrol(student, school.program)
    sitting = scene.held(-5, 62)
    scene.was_in(sitting, school.tariq, (-5, 62))
    scene.was_in(sitting, school.sana, (-2, 30), (31, 60))
    scene.was_in(sitting, omar, (13, 60))
    scene.was_in(sitting, ines, (0, 41))
    scene.was_in(sitting, None, (0, 60))

    assert scene.fold()

    assert scene.marks() == {
        "Sana": ("present", 60),
        "Omar": ("late", 47),
        "Ines": ("left_early", 41),
        "Bo": ("absent", 0),
    }
    register = Register.objects.get()
    assert (register.matched, register.expected, register.best_source) == (4, 5, Source.WEBHOOK)
    assert (register.held_from, register.held_until) == (scene.at(-5), scene.at(62))
    assert register.teacher_late_seconds == -300
    assert register.folded_version == register.facts_version
    mark = scene.mark(school.sana)
    assert mark.spans == [[-120, 1800], [1860, 3600]]
    assert (mark.first_in_at, mark.last_out_at) == (scene.at(0), scene.at(60))


def test_a_former_student_has_no_mark_and_another_programs_student_neither(
    school: School, scene: Scene
) -> None:
    other = school.person("rina")
    school.enrol(other, school.other_program)
    sitting = scene.held()
    scene.was_in(sitting, school.finn, (0, 60))
    scene.was_in(sitting, other, (0, 60))

    scene.fold()

    assert scene.marks() == {"Sana": ("absent", 0)}


def test_waiting_room_counts_for_nobody_and_breakout_rooms_do(school: School, scene: Scene) -> None:
    sitting = scene.held()
    scene.was_in(sitting, school.tariq, (0, 60))
    scene.was_in(sitting, school.sana, (0, 20), room=Room.WAITING)
    scene.was_in(sitting, school.sana, (20, 25))
    scene.was_in(sitting, school.sana, (25, 60), room=Room.BREAKOUT)

    scene.fold()

    assert scene.marks() == {"Sana": ("late", 40)}
    assert scene.mark(school.sana).waits == [[0, 1200]]


def test_two_devices_and_two_sittings_are_one_presence(school: School, scene: Scene) -> None:
    first, second = scene.held(0, 25), scene.held(28, 60)
    scene.was_in(first, school.tariq, (0, 25))
    scene.was_in(second, school.tariq, (28, 60))
    scene.was_in(first, school.sana, (0, 25))
    scene.was_in(first, school.sana, (5, 20))
    scene.was_in(second, school.sana, (29, 60))

    scene.fold()

    assert scene.marks() == {"Sana": ("present", 56)}


def test_forty_rejoins_count_once_each(school: School, scene: Scene) -> None:
    AttendanceRules.objects.create(program=school.program, grace_minutes=0)
    sitting = scene.held()
    scene.was_in(sitting, school.sana, *((1.5 * number, 1.5 * number + 1) for number in range(40)))

    scene.fold()

    assert scene.marks() == {"Sana": ("present", 40)}
    assert len(scene.mark(school.sana).spans) == 40


def test_a_shorter_report_takes_nothing_away_and_is_flagged(school: School, scene: Scene) -> None:
    sitting = scene.held()
    scene.was_in(sitting, school.sana, (0, 30), (35, 60))
    scene.fold()
    scene.read(sitting, {school.sana: [(0, 30)], school.tariq: [(0, 60)]})

    scene.fold()

    assert scene.marks() == {"Sana": ("present", 55)}
    assert scene.mark(school.sana).flags == ["shorter"]
    assert Register.objects.get().best_source == Source.REPORT


def test_an_incomplete_or_older_reading_counts_for_nothing(school: School, scene: Scene) -> None:
    sitting = scene.held()
    scene.read(sitting, {school.sana: [(0, 50)]})
    school.clock.advance(minutes=30)
    scene.read(sitting, {school.sana: [(0, 40)]})
    school.clock.advance(minutes=30)
    scene.read(sitting, {school.sana: [(0, 10)]}, is_complete=False)

    scene.fold()

    assert scene.marks() == {"Sana": ("left_early", 40)}


def test_an_end_that_was_lost_is_estimated_and_said(school: School, scene: Scene) -> None:
    sitting = scene.held(0, 60)
    scene.was_in(sitting, school.sana, (2, None))

    scene.fold()

    assert scene.marks() == {"Sana": ("present", 58)}
    assert scene.mark(school.sana).is_estimate


def test_of_who_is_still_in_it_nothing_is_missing(school: School, scene: Scene) -> None:
    sitting = sit(scene.session, scene.at(0))
    scene.was_in(sitting, school.sana, (2, None))

    scene.fold(30)
    assert not scene.mark(school.sana).is_estimate

    # hours later its end was never told
    scene.tell()
    scene.fold(60 * 6)
    assert scene.mark(school.sana).is_estimate


def test_of_who_is_in_it_with_two_devices_nothing_is_estimated(school: School, scene: Scene) -> None:
    sitting = sit(scene.session, scene.at(0))
    scene.was_in(sitting, school.sana, (0, None))
    scene.was_in(sitting, school.sana, (10, None))

    scene.fold(30)
    assert not scene.mark(school.sana).is_estimate


def test_a_share_is_of_the_time_it_was_held_rounded_down(school: School) -> None:
    scene = Scene(school, minutes=90)
    scene.was_in(scene.held(0, 85), school.sana, (1, 85))

    scene.fold()

    terms = scene.mark(school.sana).terms
    assert (terms["length"], terms["needed"], terms["is_half"]) == (85, 42, False)
    register = Register.objects.select_related("session").get()
    assert "42 were needed: 50 % of the 85 minutes it was held, rounded down." in str(
        explain(scene.mark(school.sana), register, school.now)
    )
    short = Scene(school, minutes=90)
    short.was_in(short.held(0, 20), school.sana, (1, 20))
    short.fold()
    terms = short.mark(school.sana).terms
    assert (terms["length"], terms["needed"], terms["is_half"]) == (45, 22, True)


def test_a_join_that_was_lost_begins_with_the_sitting(school: School, scene: Scene) -> None:
    sitting = scene.held(5, 60)
    scene.was_in(sitting, school.sana, (None, 60))

    scene.fold()

    assert scene.marks() == {"Sana": ("present", 55)}


def test_the_host_who_ends_early_makes_nobody_leave_early_a_lost_network_does(
    school: School, scene: Scene
) -> None:
    omar = school.person("omar")
    school.enrol(omar, school.program)
    sitting = scene.held(0, 45)
    scene.was_in(sitting, school.tariq, (0, 45))
    scene.was_in(sitting, school.sana, (0, 45))
    scene.was_in(sitting, omar, (0, 30))

    scene.fold()

    assert scene.marks() == {"Sana": ("present", 45), "Omar": ("left_early", 30)}


def test_who_waited_for_a_late_teacher_is_not_late(school: School, scene: Scene) -> None:
    sitting = scene.held(20, 60)
    scene.was_in(sitting, school.tariq, (20, 60))
    scene.was_in(sitting, school.sana, (22, 60))

    scene.fold()

    assert scene.marks() == {"Sana": ("present", 38)}
    assert Register.objects.get().teacher_late_seconds == 1200


def test_nobody_is_absent_while_the_class_is_on(school: School, scene: Scene) -> None:
    omar = school.person("omar")
    school.enrol(omar, school.program)
    sitting = sit(scene.session, scene.at(0))
    scene.was_in(sitting, school.sana, (1, None))

    scene.fold(30)

    assert scene.marks() == {"Sana": ("", 29), "Omar": ("", 0)}


def test_where_nothing_is_known_nobody_is_marked(school: School, scene: Scene) -> None:
    scene.held()

    scene.fold()

    assert scene.marks() == {"Sana": ("", 0)}


def test_enrolled_in_the_middle_counts_from_then_and_removed_until_then(school: School, scene: Scene) -> None:
    came, went, both = (school.person(name) for name in ("came", "went", "both"))
    school.enrol(came, school.program, from_at=scene.at(30))
    school.enrol(went, school.program, until_at=scene.at(20))
    school.enrol(both, school.program, until_at=scene.at(20), closed_at=scene.at(20))
    again = school.enrol(both, school.program, from_at=scene.at(40))
    sitting = scene.held()
    for student in (came, went, both):
        scene.was_in(sitting, student, (0, 60))

    scene.fold()

    assert scene.marks() == {
        "Came": ("present", 30),
        "Went": ("present", 20),
        "Both": ("present", 40),
        "Sana": ("absent", 0),
    }
    assert scene.mark(both).enrolment == again
    assert Mark.objects.count() == Enrolment.objects.filter(program=school.program).count() - 1


def test_who_was_never_enrolled_after_all_loses_the_mark_while_nothing_is_final(
    school: School, scene: Scene
) -> None:
    mistake, marked = school.person("mistake"), school.person("marked")
    spells = [school.enrol(student, school.program) for student in (mistake, marked)]
    scene.held()
    scene.fold()
    for said in (Said(status=Status.PRESENT), Said(status="")):
        correct_marks(
            register=scene.register, students={marked.pk: None}, said=said, by=school.tariq, now=scene.at(70)
        )
    Enrolment.objects.filter(pk__in=[spell.pk for spell in spells]).update(until_at=scene.at(-10))
    scene.tell()

    scene.fold()

    assert sorted(scene.marks()) == ["Marked", "Sana"]
    assert MarkChange.objects.count() == 2


def test_a_class_over_midnight_is_of_the_day_on_which_it_began(school: School) -> None:
    school.sana  # noqa: B018 a student of it
    scene = Scene(school, minutes=120, starts_at=datetime(2026, 3, 2, 22, 30, tzinfo=UTC))  # 23:30 in Madrid
    sitting = scene.held()
    scene.was_in(sitting, school.sana, (0, 120))

    scene.fold()

    assert scene.marks() == {"Sana": ("present", 120)}
    assert f"{scene.mark(school.sana).held_on}" == "2026-03-02"


@pytest.mark.parametrize("day", [datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)])
def test_minutes_are_those_of_the_watch_when_clocks_change(school: School, day: datetime) -> None:
    school.enrol(school.person("sana"), school.program)
    scene = Scene(school, minutes=90, starts_at=day + timedelta(minutes=30))  # clocks change at 01:00 UTC
    sitting = scene.held()
    scene.was_in(sitting, school.tariq, (0, 90))
    scene.was_in(sitting, Enrolment.objects.get().person, (11, 90))

    scene.fold()

    assert scene.marks() == {"Sana": ("late", 79)}


def test_what_somebody_said_by_hand_stays(school: School, scene: Scene) -> None:
    sitting = scene.held()
    scene.was_in(sitting, school.tariq, (0, 60))
    scene.fold()
    Mark.objects.update(
        hand_status=Status.PRESENT, hand_minutes=55, hand_by=school.tariq, hand_at=scene.at(61)
    )
    scene.read(sitting, {school.sana: [(0, 12)]})

    scene.fold()

    mark = scene.mark(school.sana)
    assert (mark.status, mark.hand_minutes, mark.hand_by) == (Status.PRESENT, 55, school.tariq)
    assert (mark.rule_status, mark.rule_minutes) == (Status.ABSENT, 12)


def test_facts_that_move_a_final_mark_are_kept_in_its_history(school: School, scene: Scene) -> None:
    sitting = scene.held()
    scene.was_in(sitting, school.tariq, (0, 60))
    scene.fold()
    Register.objects.update(state=RegisterState.FINAL)
    scene.was_in(sitting, school.sana, (0, 60))
    scene.fold()
    scene.tell()
    scene.fold()

    change = MarkChange.objects.get()
    assert (change.before, change.after) == (Status.ABSENT, Status.PRESENT)
    assert (change.minutes_before, change.minutes_after) == (0, 60)
    assert (change.cause, change.by) == (Cause.LATE_FACTS, None)


def test_facts_after_the_lock_are_entered_beside_the_mark(school: School, scene: Scene) -> None:
    sitting = scene.held()
    scene.was_in(sitting, school.tariq, (0, 60))
    scene.fold()
    Register.objects.update(state=RegisterState.LOCKED)
    who = scene.was_in(sitting, school.sana, (0, 60))
    scene.fold()

    mark = scene.mark(school.sana)
    assert (mark.status, mark.rule_minutes) == (Status.ABSENT, 0)
    assert (mark.late_status, mark.late_minutes) == (Status.PRESENT, 60)
    assert not MarkChange.objects.exists()

    Interval.objects.filter(participant=who).delete()
    scene.tell()
    scene.fold()
    assert (scene.mark(school.sana).late_status, scene.mark(school.sana).late_minutes) == ("", None)


def test_folding_again_writes_no_mark(school: School, scene: Scene) -> None:
    sitting = scene.held()
    scene.was_in(sitting, school.sana, (0, 60))
    scene.fold()
    scene.tell()

    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert scene.fold()

    written = [query["sql"] for query in queries if query["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql.split()[1].strip('"') for sql in written] == ["attendance_register"]


def test_an_older_fold_never_overwrites_a_newer_one(school: School, scene: Scene) -> None:
    sitting = scene.held()
    scene.was_in(sitting, school.sana, (0, 60))
    scene.fold(200)

    assert not scene.fold(30)
    assert scene.marks() == {"Sana": ("present", 60)}


def test_as_many_queries_for_forty_students_as_for_one(school: School, scene: Scene) -> None:
    sitting = scene.held()
    scene.was_in(sitting, school.sana, (0, 60))
    with CaptureQueriesContext(connection) as of_one:
        scene.fold()
    for number in range(40):
        student = school.person(f"student-{number}")
        school.enrol(student, school.program)
        scene.was_in(sitting, student, (0, 30), (32, 60))

    with CaptureQueriesContext(connection) as of_many:
        scene.fold(130)

    assert len(of_many) == len(of_one)
    assert Participant.objects.count() == 41


def test_an_accepted_excuse_stands_for_an_absence_alone(school: School, scene: Scene) -> None:
    omar = school.person("omar")
    school.enrol(omar, school.program)
    for student in (omar, school.sana):
        scene.session.excuses.create(student=student, text="ill", sent_at=scene.at(-60), state="accepted")
    sitting = scene.held()
    scene.was_in(sitting, omar, (0, 60))

    scene.fold()

    assert scene.marks() == {"Sana": ("excused", 0), "Omar": ("present", 60)}


def test_where_zoom_tells_of_the_teacher_alone_though_students_joined_nobody_is_absent(
    school: School, scene: Scene
) -> None:
    sitting = scene.held()
    scene.was_in(sitting, school.tariq, (0, 60))
    scene.session.join_clicks.create(person=school.sana, at=scene.at(1), way="common")

    scene.fold()

    assert scene.marks() == {"Sana": ("", 0)}
    scene.read(sitting, {school.sana: [(0, 40)]})
    scene.fold()
    assert scene.marks() == {"Sana": ("left_early", 40)}
