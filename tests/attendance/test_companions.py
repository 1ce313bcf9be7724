"""Two students at one device: what is seen of the one counts for both, because somebody said so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eduraise.accounts.models import User
from eduraise.attendance.companions import NoCompanion, sit_apart, sit_together
from eduraise.attendance.folding import fold_register
from eduraise.attendance.here import places_in
from eduraise.attendance.models import Companion, Mark
from eduraise.attendance.nudging import missing_from
from eduraise.attendance.refusals import RegisterLocked
from eduraise.attendance.tray import Verdict, identify, unknown_in
from eduraise.core import clock
from eduraise.live.gathering import near_classes
from tests.attendance.rows import Told
from tests.classes.pages import signed_in
from tests.classes.rows import make_class
from tests.school import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def mia(school: School) -> User:
    _ = school.sana
    return school.enrol(school.person("mia"), school.program).person


@pytest.fixture
def told(school: School, mia: User) -> Told:
    told = Told(school)
    told.sitting(until=60)
    told.somebody("Sana & Mia iPad", 2, 58)
    school.clock.set(told.at(90))
    settle(told)
    [one] = unknown_in(told.register)
    identify(
        register=told.register,
        keys=one.keys,
        verdict=Verdict.STUDENT,
        person=school.sana,
        by=school.tariq,
        now=school.now,
    )
    settle(told)
    return told


def settle(told: Told) -> None:
    told.name()
    fold_register(told.register.pk, told.school.now)


def marks(told: Told) -> dict[str, tuple[str, int]]:
    rows = Mark.objects.filter(register=told.register).select_related("student")
    return {row.student.name: (row.rule_status, row.rule_minutes) for row in rows}


def say_so(told: Told, mia: User, **more: Any) -> Companion:
    given = {"student": mia, "beside": told.school.sana, "lasts": False} | more
    said = sit_together(register=told.register, by=told.school.tariq, now=told.school.now, **given)
    settle(told)
    return said


def address(told: Told, mia: User) -> str:
    return f"/classes/{told.session.code}/attendance/students/{mia.uid}/"


def test_a_sister_at_the_same_device_was_there_as_long(told: Told, mia: User) -> None:
    assert marks(told)[mia.name] == ("absent", 0)
    client = signed_in(told.school.tariq)
    assert "Two at one device?" in client.get(address(told, mia)).content.decode()

    answer = client.post(address(told, mia) + "device/", {"d-beside": told.school.sana.uid}, follow=True)

    assert f"{mia.name} was there with Sana." in answer.content.decode()
    assert marks(told) == {"Sana": ("present", 56), mia.name: ("present", 56)}
    page = client.get(address(told, mia)).content.decode()
    assert "At the device of Sana" in page
    assert "for this class alone" in page
    hers = client.get(address(told, told.school.sana)).content.decode()
    assert f"{mia.name} sat at the same device." in hers
    assert (told.register.matched, told.register.expected) == (1, 1), "Zoom saw one"


def test_that_is_taken_back(told: Told, mia: User) -> None:
    said = say_so(told, mia)
    there = f"/classes/{told.session.code}/attendance/devices/{said.uid}/undo/"
    client = signed_in(told.school.tariq)

    assert "Each counts alone again." in client.post(there, follow=True).content.decode()
    assert marks(told)[mia.name] == ("absent", 0)
    assert "That was taken back already." in client.post(there, follow=True).content.decode()


def test_nobody_is_chosen(told: Told, mia: User) -> None:
    answer = signed_in(told.school.tariq).post(address(told, mia) + "device/", {}, follow=True)
    assert "Choose whose device it was." in answer.content.decode()
    assert not Companion.objects.exists()


def test_another_than_a_student_of_the_class_is_refused(told: Told, mia: User) -> None:
    school = told.school
    for student, beside in ((mia, mia), (mia, school.tariq), (school.olu, school.sana)):
        with pytest.raises(NoCompanion):
            say_so(told, student, beside=beside)
    stranger = signed_in(school.sana).post(address(told, mia) + "device/", {"d-beside": school.sana.uid})
    assert stranger.status_code == 404


def test_a_locked_register_stays(told: Told, mia: User) -> None:
    said = say_so(told, mia)
    register = told.register
    register.state = "locked"
    register.save()
    with pytest.raises(RegisterLocked):
        say_so(told, mia)
    with pytest.raises(RegisterLocked):
        sit_apart(said=said, register=register, by=told.school.tariq, now=told.school.now)


def later(told: Told, days: int) -> Told:
    """A class of the program so many days on, in which Sana is known by her device again."""
    school = told.school
    session = make_class(school.program, school.tariq, told.nine + timedelta(days=days), now=school.now)
    one = Told(school, session)
    uuid = f"later {days}"
    school.clock.set(one.at(90))
    one.sitting(uuid, until=60)
    one.somebody("iPad", 0, 60, uuid=uuid, zoom_user_id="sana’s")
    settle(one)
    if found := unknown_in(one.register):
        identify(
            register=one.register,
            keys=found[0].keys,
            verdict=Verdict.STUDENT,
            person=school.sana,
            by=school.tariq,
            now=school.now,
        )
        settle(one)
    return one


def test_for_later_classes_too_until_it_is_no_more(told: Told, mia: User) -> None:
    said = say_so(told, mia, lasts=True)
    second, third = later(told, 7), later(told, 14)
    assert [marks(one)[mia.name][0] for one in (told, second, third)] == ["present"] * 3

    sit_apart(said=said, register=second.register, by=told.school.tariq, now=told.school.now)
    for one in (told, second, third):
        settle(one)

    assert [marks(one)[mia.name][0] for one in (told, second, third)] == ["present", "absent", "absent"]


def test_for_one_class_alone_it_is_not_so_in_the_next(told: Told, mia: User) -> None:
    say_so(told, mia)
    assert marks(later(told, 7))[mia.name] == ("absent", 0)


def test_of_a_final_register_it_is_kept_who_said_so(told: Told, mia: User) -> None:
    register = told.register
    register.state = "final"
    register.save()
    say_so(told, mia)

    change = Mark.objects.get(register=register, student=mia).changes.get()
    assert (change.before, change.after, change.by) == ("absent", "present", told.school.tariq)


def test_while_it_is_on_both_are_here_and_nobody_is_called(told: Told, mia: User) -> None:
    say_so(told, mia, lasts=True)
    school = told.school
    session = make_class(school.program, school.tariq, told.nine + timedelta(days=7), now=school.now)
    now = Told(school, session)
    school.clock.set(now.at(10))
    now.sitting("now")
    now.somebody("iPad", 0, uuid="now", zoom_user_id="sana’s")
    settle(now)
    [one] = unknown_in(now.register)
    identify(
        register=now.register,
        keys=one.keys,
        verdict=Verdict.STUDENT,
        person=school.sana,
        by=school.tariq,
        now=school.now,
    )
    places, _unknown = places_in(session)

    assert {school.sana.pk, mia.pk} <= places.keys()
    assert missing_from(session, places, clock.now()) == []
    near = next(one for one in near_classes(clock.now()) if one.session.pk == session.pk)
    assert near.here is not None
    assert near.here.here == 2
