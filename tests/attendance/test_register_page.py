"""The page of a class's register: who was enrolled, how long they were there, what that comes to."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User, name_key
from eduraise.attendance.closing import finish
from eduraise.attendance.enums import Hint, Room, Status
from eduraise.attendance.here import NUDGE
from eduraise.attendance.models import Mark
from eduraise.attendance.nudging import nudge
from eduraise.attendance.sheet import PER_PAGE
from eduraise.classes.elsewhere import give_other_link
from eduraise.classes.models import ClassSession
from eduraise.notifications.models import Message
from eduraise.programs.models import Enrolment
from eduraise.zoom.models import ZoomInstance
from tests.attendance.scene import Scene
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import sit
from tests.school import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(school: School) -> Scene:
    """Tariq's class of an hour; Sana, Bea and Cem are enrolled, Olu's student elsewhere is not."""
    for name in ("bea", "cem"):
        school.enrol(school.person(name), school.program)
    school.enrol(school.person("else"), school.other_program)
    assert school.sana
    return Scene(school)


def address(session: ClassSession, **asked: Any) -> str:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    return f"/classes/{session.code}/attendance/" + (f"?{query}" if query else "")


def rows_of(answer: Any) -> list[str]:
    """The names on the page in order."""
    return re.findall(r"data-row[^>]*>.*?<p><bdi>(.*?)</bdi>", answer.content.decode())


def queries_of(act: Callable[[], Any]) -> int:
    with CaptureQueriesContext(connection) as seen:
        act()
    return len(seen)


def after(scene: Scene) -> None:
    """An hour after the class."""
    scene.school.clock.set(scene.at(120))


def test_everybody_enrolled_is_there_by_name_with_mark_and_minutes(scene: Scene) -> None:
    sitting = scene.held()
    scene.was_in(sitting, scene.school.sana, (0, 60))
    scene.was_in(sitting, User.objects.get(name="Bea"), (20, 60))
    scene.fold()
    after(scene)

    answer = signed_in(scene.school.tariq).get(address(scene.session))

    assert rows_of(answer) == ["Bea", "Cem", "Sana"]
    said = text_of(answer)
    assert "1 present" in said
    assert "1 late" in said
    assert "1 absent" in said
    assert "40 min" in said
    assert "Else" not in said


def test_a_filter_keeps_those_with_a_mark(scene: Scene) -> None:
    scene.was_in(scene.held(), scene.school.sana, (0, 60))
    scene.fold()
    after(scene)

    absent = signed_in(scene.school.tariq).get(address(scene.session, show="absent"))
    nobody = signed_in(scene.school.tariq).get(address(scene.session, show="excused"))

    assert rows_of(absent) == ["Bea", "Cem"]
    assert rows_of(nobody) == []
    assert "Nobody has this mark." in text_of(nobody)


def test_where_nothing_is_known_the_page_says_so(scene: Scene) -> None:
    scene.fold()
    after(scene)

    said = text_of(signed_in(scene.school.tariq).get(address(scene.session)))

    assert "Zoom told nothing of who was in this class" in said
    assert "3 without a mark" in said


def test_a_class_before_its_time_and_one_that_never_got_a_register_show_who_is_enrolled(
    scene: Scene,
) -> None:
    before = signed_in(scene.school.tariq).get(address(scene.session))
    scene.register.delete()
    without = signed_in(scene.school.tariq).get(address(scene.session))

    assert rows_of(before) == rows_of(without) == ["Bea", "Cem", "Sana"]
    assert "The class hasn’t begun" in text_of(before)


def test_waiting_and_time_in_the_room_are_drawn_apart_and_told_in_words(scene: Scene) -> None:
    sitting = scene.held()
    scene.was_in(sitting, scene.school.sana, (0, 10), room=Room.WAITING)
    scene.was_in(sitting, scene.school.sana, (10, 60))
    scene.fold()
    after(scene)

    answer = signed_in(scene.school.tariq).get(address(scene.session)).content.decode()

    # the strip runs from ten minutes before to ten minutes after
    assert re.findall(r'<rect class="(\w)" x="([\d.]+)%" y="3" width="([\d.]+)%"', answer) == [
        ("w", "12.5", "12.5"),
        ("b", "25.0", "62.5"),
    ]
    assert "Waited 10 min to be let in" in answer
    assert "style=" not in answer


def test_time_in_a_breakout_room_counts_and_is_drawn_on_top(scene: Scene) -> None:
    sitting = scene.held()
    scene.was_in(sitting, scene.school.sana, (0, 60))
    scene.was_in(sitting, scene.school.sana, (20, 40), room=Room.BREAKOUT)
    scene.fold()
    after(scene)

    answer = signed_in(scene.school.tariq).get(address(scene.session))

    bars = re.findall(r'<rect class="(\w)" x="([\d.]+)%" y="3" width="([\d.]+)%"', answer.content.decode())
    assert bars == [("b", "12.5", "75.0"), ("r", "37.5", "25.0")]
    assert "20 minutes of it in breakout rooms, which count." in text_of(answer)
    assert "60 min" in text_of(answer)


def test_a_wait_of_seconds_is_told_as_a_moment(scene: Scene) -> None:
    sitting = scene.held()
    scene.was_in(sitting, scene.school.sana, (10, 10.5), room=Room.WAITING)
    scene.was_in(sitting, scene.school.sana, (10.5, 60))
    scene.fold()
    after(scene)

    said = text_of(signed_in(scene.school.tariq).get(address(scene.session)))

    assert f"In the waiting room {scene.at(10):%H:%M}, which doesn’t count." in said


@pytest.mark.parametrize(
    ("days", "said"), [(5, "locks on"), (13.9, "locks today"), (14.01, "is about to be locked")]
)
def test_when_it_is_locked_is_said_as_it_is(scene: Scene, days: float, said: str) -> None:
    scene.was_in(scene.held(), scene.school.sana, (0, 60))
    scene.fold()
    at = scene.at(120)
    assert finish(scene.register.pk, at)
    scene.school.clock.set(at + timedelta(days=days))

    seen = text_of(signed_in(scene.school.tariq).get(address(scene.session)))

    found = [words for words in ("locks on", "locks today", "is about to be locked") if words in seen]
    assert found == [said]


def test_a_class_of_long_ago_without_a_register_can_be_said_not_to_have_been_held(scene: Scene) -> None:
    scene.register.delete()
    scene.school.clock.set(scene.at(60 * 24 * 30))
    tariq = signed_in(scene.school.tariq)
    assert "It was not held" in text_of(tariq.get(address(scene.session)))

    tariq.post(address(scene.session) + "holding/", {"held": "no"})

    said = text_of(tariq.get(address(scene.session)))
    assert "Somebody said that this class was not held" in said
    assert "It was held after all" in said


def test_who_may_have_been_there_under_a_name_nobody_knows_is_to_be_looked_at(scene: Scene) -> None:
    sitting = scene.held()
    guest = scene.was_in(sitting, None, (0, 60))
    type(guest).objects.filter(pk=guest.pk).update(
        name="iPad of Sana", named_at=scene.at(0), suggested=scene.school.sana, suggested_by=Hint.LIKE
    )
    scene.was_in(sitting, User.objects.get(name="Bea"), (0, 60))
    scene.fold()
    after(scene)

    answer = signed_in(scene.school.tariq).get(address(scene.session))

    by = re.findall(r'data-by="(\w+)"( data-calm)?', answer.content.decode())
    assert by == [("present", " data-calm"), ("absent", ""), ("check", "")]
    assert "Perhaps there as “iPad of Sana”" in text_of(answer)
    assert "1 present by rule" in text_of(answer)


def test_pages_are_numbered_and_the_queries_the_same_for_hundreds(scene: Scene) -> None:
    sitting = scene.held()
    scene.was_in(sitting, scene.school.sana, (0, 60))
    scene.fold()
    after(scene)
    client = signed_in(scene.school.tariq)
    few = queries_of(lambda: client.get(address(scene.session)))
    for number in range(PER_PAGE + 5):
        one = scene.school.person(f"p{number:03}")
        scene.school.enrol(one, scene.school.program)
        scene.was_in(sitting, one, (0, 60))
    scene.fold(150)

    many = queries_of(lambda: client.get(address(scene.session)))
    second = client.get(address(scene.session, page=2))

    assert many == few
    assert len(rows_of(second)) == 8


def test_teachers_presence_and_an_early_end_are_told(scene: Scene) -> None:
    sitting = scene.held(3, 40)
    scene.was_in(sitting, scene.school.tariq, (5, 40))
    scene.was_in(sitting, scene.school.sana, (5, 40))
    scene.fold()
    after(scene)

    said = text_of(signed_in(scene.school.tariq).get(address(scene.session)))

    assert "Tariq came 5 min after the start" in said
    assert "20 min before its planned end" in said
    assert "2 of 2 matched" in said


@pytest.mark.parametrize("who", ["olu", "sana", "finn"])
def test_who_may_not_see_attendance_finds_nothing(scene: Scene, who: str) -> None:
    answer = signed_in(getattr(scene.school, who)).get(address(scene.session))

    assert answer.status_code == 404


def test_the_class_page_leads_there_from_its_start_on(scene: Scene) -> None:
    school, page = scene.school, f"/classes/{scene.session.code}/"
    before = signed_in(school.tariq).get(page).content.decode()
    school.clock.advance(hours=1, minutes=5)

    assert address(scene.session) not in before
    assert address(scene.session) in signed_in(school.tariq).get(page).content.decode()
    assert address(scene.session) not in signed_in(school.sana).get(page).content.decode()


@pytest.mark.parametrize(
    "names", [["Ábel", "Bea", "chloé", "Örjan", "Zoë"], ["ana", "Bo", "Çem", "dan"], ["Émile", "emma"]]
)
def test_accents_and_capitals_part_nobody(names: list[str]) -> None:
    assert sorted({*names}, key=name_key) == names


def test_while_it_is_on_nobody_is_missed_who_need_not_come(scene: Scene) -> None:
    """Led elsewhere, ended in Zoom, or said by hand: then nobody "isn't here yet", and nobody is nudged."""
    tariq = signed_in(scene.school.tariq)
    scene.school.clock.set(scene.at(10))
    scene.fold()
    said = text_of(tariq.get(address(scene.session)))
    assert "Nobody has started it yet" in said
    assert "Nudge the 3 missing" in said

    sitting = sit(scene.session, scene.at(8))
    scene.school.clock.set(scene.at(20))
    assert "Live for 12 min" in text_of(tariq.get(address(scene.session)))
    scene.fold()
    marked = Mark.objects.filter(register=scene.register, student=scene.school.sana)
    assert marked.update(hand_status=Status.EXCUSED, hand_at=scene.at(20))
    scene.school.clock.set(scene.at(21))
    assert "Nudge the 2 missing" in text_of(tariq.get(address(scene.session)))
    nudge(session=scene.session, seen=[], by=scene.school.tariq, now=scene.at(21))
    told = Message.objects.filter(kind=NUDGE).values_list("person__name", flat=True)
    assert sorted(told) == ["Bea", "Cem"]

    ZoomInstance.objects.filter(pk=sitting.pk).update(ended_at=scene.at(25))
    scene.school.clock.set(scene.at(26))
    said = text_of(tariq.get(address(scene.session)))
    assert "Ended in Zoom" in said
    assert "missing" not in said

    give_other_link(
        session=scene.session, url="https://meet.example.org/a", by=scene.school.tariq, now=scene.at(27)
    )
    scene.school.clock.set(scene.at(31))
    said = text_of(tariq.get(address(scene.session)))
    assert "Held elsewhere" in said
    assert "Who comes there nobody tells." in said


def test_the_class_page_says_who_is_here_while_it_is_on_and_calls_in_the_others(scene: Scene) -> None:
    school, page = scene.school, f"/classes/{scene.session.code}/"
    sitting = sit(scene.session, scene.at(0))
    scene.was_in(sitting, school.sana, (0, None))
    school.clock.set(scene.at(10))
    tariq = signed_in(school.tariq)
    scene.fold(10)

    answer = tariq.get(page)

    assert "1 of 3 here 2 aren’t here yet Bea , Cem" in text_of(answer)
    assert "Rejoin" in text_of(answer)
    assert "Nudge the 2 missing" in text_of(answer)
    assert "of 3 here" not in text_of(signed_in(school.sana).get(page))
    again = tariq.get(page, headers={"HX-Request-Type": "partial", "HX-PTag": answer["HX-PTag"]})
    assert again.status_code == 304

    back = tariq.post(address(scene.session) + "nudge/", {"from": "class"}, follow=True)

    assert back.redirect_chain == [(page, 302)]
    assert "The link is sent to 2 students." in back.content.decode()
    assert "All who are missing were sent the link." in text_of(back)


def test_the_class_page_takes_as_many_queries_for_a_few_as_for_many(scene: Scene) -> None:
    sitting = sit(scene.session, scene.at(0))
    scene.was_in(sitting, scene.school.sana, (0, None))
    scene.fold(10)
    scene.school.clock.set(scene.at(10))
    client, page = signed_in(scene.school.tariq), f"/classes/{scene.session.code}/"
    few = queries_of(lambda: client.get(page))
    for number in range(20):
        one = scene.school.person(f"p{number:03}")
        scene.school.enrol(one, scene.school.program)
        scene.was_in(sitting, one, (number, None if number % 2 else number + 1))
    scene.fold(11)
    scene.school.clock.set(scene.at(20))

    many = queries_of(lambda: client.get(page))
    assert many == few


def test_before_its_start_nobody_is_missing_from_a_class_that_is_on(scene: Scene) -> None:
    sitting = sit(scene.session, scene.at(-5))
    scene.was_in(sitting, scene.school.sana, (-4, None))
    scene.fold(-3)
    scene.school.clock.set(scene.at(-2))
    tariq = signed_in(scene.school.tariq)

    for page in (address(scene.session), f"/classes/{scene.session.code}/"):
        said = text_of(tariq.get(page))
        assert f"1 of 3 here It begins at {scene.at(0):%H:%M}." in said
        assert "missing" not in said


def test_over_its_time_nobody_is_missing_from_a_class(scene: Scene) -> None:
    sitting = sit(scene.session, scene.at(0))
    scene.was_in(sitting, scene.school.sana, (0, None))
    scene.school.clock.set(scene.at(65))
    scene.fold(64)
    tariq = signed_in(scene.school.tariq)

    for page in (address(scene.session), f"/classes/{scene.session.code}/"):
        said = text_of(tariq.get(page))
        assert "1 of 3 here Nobody is expected any more." in said
        assert "Nudge" not in said


def test_once_it_has_ended_in_zoom_the_board_says_how_many_came(scene: Scene) -> None:
    sitting = sit(scene.session, scene.at(0))
    scene.was_in(sitting, scene.school.sana, (0, 25))
    scene.was_in(sitting, User.objects.get(name="Bea"), (0, None))
    ZoomInstance.objects.filter(pk=sitting.pk).update(ended_at=scene.at(25))
    scene.school.clock.set(scene.at(30))
    scene.fold(30)

    answer = signed_in(scene.school.tariq).get(address(scene.session))

    said = text_of(answer)
    assert "Ended in Zoom" in said
    assert "2 of 3 came Nobody is in it any more." in said
    assert "2 came 1 not seen" in said
    assert '<rect class="left"' in answer.content.decode()


def test_before_its_start_the_board_says_when_it_begins_and_who_is_not_there(scene: Scene) -> None:
    sitting = sit(scene.session, scene.at(-5))
    scene.was_in(sitting, scene.school.sana, (-5, None))
    scene.school.clock.set(scene.at(-2))
    scene.fold(-2)

    page = text_of(signed_in(scene.school.tariq).get(address(scene.session)))

    assert "1 of 3 here It begins at 09:00. 2 aren’t here yet." in page
    assert "Nobody is missing" not in page
    assert "minutes count" not in page
    assert "Seen in the meeting before its start: 08:55–08:58." in page


def test_who_is_taken_out_of_the_program_in_its_middle_is_said_to_be(scene: Scene) -> None:
    """They stay in the register, as they were enrolled when it began; nobody waits for them."""
    sitting = sit(scene.session, scene.at(0))
    scene.was_in(sitting, scene.school.sana, (0, None))
    scene.was_in(sitting, scene.school.tariq, (0, None))
    people = [scene.school.sana, User.objects.get(name="Bea")]
    Enrolment.objects.filter(person__in=people).update(until_at=scene.at(10))
    scene.school.clock.set(scene.at(12))
    scene.fold(12)

    page = text_of(signed_in(scene.school.tariq).get(address(scene.session)))

    assert "Here since 09:00 No longer enrolled" in page
    assert page.count("No longer enrolled") == 2
    assert "1 isn’t here yet Cem" in page
