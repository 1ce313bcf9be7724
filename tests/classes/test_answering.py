"""What classes answer when other rooms ask."""

from __future__ import annotations

from datetime import timedelta

from eduraise.accounts.models import User
from eduraise.classes.enums import DifferenceField
from eduraise.classes.models import Difference
from eduraise.core import hooks
from eduraise.core.hooks import Consequence, Problem
from eduraise.programs.enums import Preset
from eduraise.programs.models import Assignment, Enrolment
from eduraise.zoom.enums import HostState, OperationState
from eduraise.zoom.models import ZoomUser
from tests.classes.rows import make_class, want
from tests.school import School

HOUR = timedelta(hours=1)


def touched(kind: str, thing: object, school: School) -> list[str]:
    answers = hooks.consequences_of.ask(kind=kind, thing=thing, now=school.now)
    return [answer.sentence for answer in answers if "class" in answer.sentence]


def needs(person: object, school: School) -> list[Problem]:
    return [
        problem
        for problem in hooks.needs_of.ask(person=person, now=school.now)
        if problem.url.startswith(("/classes/", "/zoom/meetings/"))
    ]


def test_what_ending_something_touches_is_counted_and_listed(school: School) -> None:
    for number in range(2):
        make_class(
            school.program, school.tariq, school.now + (number + 1) * HOUR, topic=f"T{number}", now=school.now
        )
    make_class(school.program, school.tariq, school.now - 3 * HOUR, now=school.now)
    make_class(school.program, school.tariq, school.now + 9 * HOUR, now=school.now, cancelled_at=school.now)
    make_class(school.other_program, school.olu, school.now + HOUR, now=school.now)
    assert school.sana.pk

    assert touched("program", school.program, school) == [
        "2 coming classes are cancelled: students are told, and they are deleted at Zoom."
    ]
    assert touched("assignment", Assignment.objects.get(person=school.tariq), school) == [
        "2 coming classes are left without a teacher."
    ]
    assert touched("enrolment", Enrolment.objects.get(person=school.sana), school) == [
        "2 coming classes can’t be seen or joined any more."
    ]
    assert touched("zoom_connection", school.tariq.zoom_user, school) == [
        "2 coming classes run on this Zoom user and can’t be changed then."
    ]
    assert touched("person", school.tariq, school) == ["2 coming classes are left without a teacher."]
    assert touched("program", school.make_program("NEW-1", "New"), school) == []
    found: list[Consequence] = hooks.consequences_of.ask(kind="program", thing=school.program, now=school.now)
    assert found[0].things == ("T0, Mon 2 Mar, 09:00–10:00", "T1, Mon 2 Mar, 10:00–11:00")


def test_a_class_that_is_on_counts_among_what_an_ending_touches(school: School) -> None:
    make_class(school.program, school.tariq, school.now - HOUR / 2, topic="On", now=school.now)
    make_class(school.other_program, school.olu, school.now - HOUR / 2, topic="Elsewhere", now=school.now)
    assert school.sana.pk

    left = ["1 class that is on now is left without a teacher."]
    assert touched("assignment", Assignment.objects.get(person=school.tariq), school) == left
    assert touched("person", school.tariq, school) == left
    shut = ["1 class that is on now can’t be joined any more."]
    assert touched("enrolment", Enrolment.objects.get(person=school.sana), school) == shut
    assert touched("program", school.program, school) == shut


def test_who_left_a_program_is_not_asked_to_mend_its_classes(school: School) -> None:
    make_class(school.program, school.tariq, school.now + HOUR, now=school.now)
    Assignment.objects.filter(person=school.tariq).update(until_at=school.now, closed_at=school.now)

    assert needs(school.tariq, school) == []
    assert [problem.title for problem in needs(school.ada, school)] == [
        "Sets: Tariq doesn’t teach in this program any more"
    ]


def test_a_teacher_is_told_of_her_own_classes_in_trouble_and_an_admin_of_all(school: School) -> None:
    mine = make_class(school.program, school.tariq, school.now + HOUR, topic="Mine", now=school.now)
    zooms = {"starts_at": (mine.starts_at + 3 * HOUR).isoformat(), "minutes": 45}
    Difference.objects.create(
        session=mine, field=DifferenceField.TIME, zooms=zooms, seen_at=school.now - HOUR
    )
    theirs = make_class(school.other_program, school.olu, school.now + HOUR, topic="Theirs", now=school.now)
    assert theirs.occurrence
    want(theirs.occurrence.meeting, "update", OperationState.FAILED, school.now, answer_code="scope_missing")
    make_class(school.program, school.tariq, school.now + 5 * HOUR, topic="Fine", now=school.now)

    [own] = needs(school.tariq, school)
    assert own.title == "Mine: The meeting was moved in Zoom"
    assert (own.url, own.severity, own.owner_uid) == (
        f"/classes/{mine.code}/",
        "warn",
        school.tariq.uid,
    )
    # Zoom's time is said, and since when it is so: not since the class was booked
    assert "In Zoom it is now Mon 2 Mar, 12:00–12:45." in own.detail
    assert own.since == school.now - HOUR
    everything = needs(school.ada, school)
    assert [problem.title for problem in everything] == [
        "Theirs: Zoom refused the last change",
        "Mine: The meeting was moved in Zoom",
    ]
    # what only an admin can mend has no owner but the admins
    assert everything[0].owner_uid is None
    assert needs(school.sana, school) == []


def test_many_classes_with_one_trouble_are_one_line_with_their_number(school: School) -> None:
    for number in range(5):
        session = make_class(school.program, school.tariq, school.now + (number + 1) * HOUR, now=school.now)
        Difference.objects.create(session=session, field=DifferenceField.GONE, seen_at=school.now)

    [line] = needs(school.tariq, school)

    assert line.title == "5 classes: Deleted in Zoom"
    assert line.url == "/zoom/meetings/?tab=attention"


def test_a_lost_connection_is_told_once_by_the_room_that_holds_it(school: School) -> None:
    for number in range(5):
        make_class(school.program, school.tariq, school.now + (number + 1) * HOUR, now=school.now)
    school.tariq.zoom_user.state = HostState.LOST
    school.tariq.zoom_user.save()

    assert needs(school.tariq, school) == []


def test_of_a_connection_that_was_ended_the_classes_are_told_to_teacher_and_admin(school: School) -> None:
    for number in range(3):
        make_class(school.program, school.tariq, school.now + (number + 1) * HOUR, now=school.now)
    ended = {"state": HostState.CLOSED, "teacher": None, "state_since": school.now}
    ZoomUser.objects.filter(teacher=school.tariq).update(**ended)

    [own] = needs(User.objects.get(pk=school.tariq.pk), school)
    [told] = needs(school.ada, school)

    assert own.title == "3 classes: Zoom must be connected again"
    assert told.title == "3 classes of Tariq: Zoom must be connected again"
    assert (told.severity, told.since, told.owner_uid) == ("bad", school.now, school.tariq.uid)


def test_classes_that_zoom_refused_for_different_reasons_are_not_told_as_one(school: School) -> None:
    for number, code in enumerate(["host_unlicensed"] * 3 + ["user_not_found"] * 3):
        session = make_class(school.program, school.tariq, school.now + (number + 1) * HOUR, now=school.now)
        assert session.occurrence
        want(session.occurrence.meeting, "update", OperationState.FAILED, school.now, answer_code=code)

    found = needs(school.ada, school)

    assert sorted((problem.title, problem.detail[:46]) for problem in found) == [
        ("3 classes: Refused by Zoom", "This Zoom user doesn’t exist any more. The tea"),
        ("3 classes: Refused by Zoom", "This Zoom user may not hold meetings: it has n"),
    ]


def facts(school: School, *people: object) -> dict[tuple[int, str], object]:
    answers = hooks.teacher_facts.ask(people=people, now=school.now, program=school.program)
    return {(person, key): value for person, key, value in answers}


def test_who_chooses_a_teacher_sees_hours_and_clashes(school: School) -> None:
    olu, tove = school.olu, school.tove
    make_class(school.program, school.tariq, school.now + 5 * HOUR, minutes=90, now=school.now)
    make_class(school.other_program, olu, school.now + 6 * HOUR, minutes=60, now=school.now)  # overlaps
    make_class(school.other_program, olu, school.now + 30 * HOUR, minutes=45, now=school.now)
    make_class(school.other_program, olu, school.now + 24 * 8 * HOUR, now=school.now)
    make_class(school.other_program, olu, school.now + 5 * HOUR, now=school.now, cancelled_at=school.now)

    found = facts(school, olu, tove)

    assert found[olu.pk, "this_week"] == timedelta(minutes=105)
    assert found[olu.pk, "clashes"] == 1
    assert (found[tove.pk, "this_week"], found[tove.pk, "clashes"]) == (timedelta(), 0)


def test_a_teachers_week_is_from_monday_to_sunday_by_her_own_clocks(school: School) -> None:
    """It is Monday 08:00 in London; what is over counts as what is to come does, and nothing of next week."""
    at = {"sunday late": -8.5, "monday over": -3, "sunday": 6 * 24 + 15.25, "next monday": 6 * 24 + 16.5}
    for hours in at.values():
        make_class(school.program, school.tariq, school.now + hours * HOUR, minutes=30, now=school.now)

    weeks = {}
    for zone in ("Europe/London", "Europe/Madrid", "America/New_York"):
        school.tariq.zone = zone
        weeks[zone] = facts(school, school.tariq)[school.tariq.pk, "this_week"]

    assert weeks == {
        "Europe/London": timedelta(minutes=60),  # Monday 05:00, Sunday 23:15
        "Europe/Madrid": timedelta(minutes=60),  # Monday 00:30 and 06:00; the others are next Monday there
        "America/New_York": timedelta(minutes=90),  # Monday 00:00, Sunday 19:15 and 20:30
    }


def test_archiving_a_program_cancels_its_coming_classes_through_the_hook(school: School) -> None:
    session = make_class(school.program, school.tariq, school.now + HOUR, now=school.now)
    school.assign(school.teacher("ben"), school.program, Preset.TEACHER)

    hooks.program_archived.tell(program=school.program, by=school.ada, now=school.now)

    session.refresh_from_db()
    assert session.cancelled_by == school.ada
