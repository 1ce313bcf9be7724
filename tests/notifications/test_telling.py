"""Telling people a fact: once, the newest only, taken back while nobody has seen it."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from eduraise.accounts.models import User
from eduraise.core.codes import new_uid
from eduraise.notifications.actions import mark_all_read, mark_read, tell, tell_all, withdraw
from eduraise.notifications.models import Delivery, Message
from eduraise.notifications.queries import in_words, shown_to, told_page, unread_count
from eduraise.notifications.registry import UnknownKind
from tests.notifications.kinds import Lessons
from tests.school import School

LESSON = uuid4()


def tell_lesson(
    school: School, person: User, version: int = 1, kind: str = "lesson.moved", **more: object
) -> Message | None:
    return tell(
        person=person,
        kind=kind,
        fact_key=f"{LESSON}:{version}",
        thing_uid=LESSON,
        data={"lesson": 7},
        now=school.now,
        **more,  # type: ignore[arg-type]
    )


def titles(school: School, person: User) -> list[str]:
    return [told.letter.title for told in in_words(list(shown_to(person, school.now)), school.now)]


def test_a_fact_is_told_once(school: School, room: Lessons) -> None:
    first = tell_lesson(school, school.sana)
    again = tell_lesson(school, school.sana)

    assert first is not None
    assert again is None
    assert titles(school, school.sana) == ["Lesson 7 moved"]
    assert list(Delivery.objects.values_list("message", "channel", "state")) == [
        (first.pk, "mail", "waiting")
    ]


def test_only_those_are_told_who_were_meant(school: School, room: Lessons) -> None:
    tell_lesson(school, school.sana)

    assert titles(school, school.finn) == []
    assert unread_count(school.finn, school.now) == 0
    assert unread_count(school.sana, school.now) == 1


def test_a_later_version_drops_what_was_not_sent_yet(school: School, room: Lessons) -> None:
    booked = tell_lesson(school, school.sana, version=1, kind="lesson.booked")
    kept = tell_lesson(school, school.finn, version=1, kind="lesson.booked")
    moved = tell_lesson(school, school.sana, version=2)

    assert list(shown_to(school.sana, school.now)) == [moved]
    assert list(shown_to(school.finn, school.now)) == [kept]
    assert booked is not None
    assert booked.deliveries.get().state == "dropped"
    booked.refresh_from_db()
    assert booked.why_dropped == "overtaken"


def test_a_later_version_leaves_what_was_sent(school: School, room: Lessons) -> None:
    first = tell_lesson(school, school.sana, version=1)
    Delivery.objects.update(state="sent")
    second = tell_lesson(school, school.sana, version=2)

    assert list(shown_to(school.sana, school.now)) == [second, first]


def test_another_kind_about_the_same_lesson_is_left_alone(school: School, room: Lessons) -> None:
    moved = tell_lesson(school, school.sana, version=1)
    booked = tell_lesson(school, school.sana, version=2, kind="lesson.booked")  # overtakes itself only

    assert list(shown_to(school.sana, school.now)) == [booked, moved]


def test_nothing_shows_before_its_time_and_undo_takes_it_back(school: School, room: Lessons) -> None:
    message = tell_lesson(school, school.sana, not_before=school.now + timedelta(seconds=10))
    assert titles(school, school.sana) == []

    assert withdraw(thing_uid=LESSON, now=school.now) == 1

    school.clock.advance(seconds=11)
    assert titles(school, school.sana) == []
    assert message is not None
    assert message.deliveries.get().state == "dropped"


def test_undo_is_too_late_once_it_shows(school: School, room: Lessons) -> None:
    tell_lesson(school, school.sana, not_before=school.now + timedelta(seconds=10))
    school.clock.advance(seconds=10)

    assert withdraw(thing_uid=LESSON, now=school.now) == 0
    assert titles(school, school.sana) == ["Lesson 7 moved"]


def test_undo_of_one_fact_leaves_another(school: School, room: Lessons) -> None:
    later = school.now + timedelta(seconds=10)
    tell_lesson(school, school.sana, version=1, not_before=later)
    tell_lesson(school, school.sana, version=2, kind="lesson.booked", not_before=later)

    assert withdraw(thing_uid=LESSON, fact_key=f"{LESSON}:2", now=school.now) == 1

    school.clock.advance(seconds=11)
    assert titles(school, school.sana) == ["Lesson 7 moved"]


def test_a_closed_account_is_told_nothing(school: School, room: Lessons) -> None:
    school.finn.is_active = False

    told = tell_all(
        people=[school.sana, school.finn],
        kind="lesson.moved",
        fact_key="7:1",
        data={"lesson": 7},
        now=school.now,
    )

    assert [message.person for message in told] == [school.sana]


def test_telling_many_takes_as_many_queries_as_telling_one(
    school: School, room: Lessons, django_assert_num_queries: object
) -> None:
    people = [school.person(f"student{number}") for number in range(30)]

    def queries(some: list[User], fact: str) -> int:
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        with CaptureQueriesContext(connection) as seen:
            tell_all(
                people=some,
                kind="lesson.moved",
                fact_key=fact,
                thing_uid=new_uid(),
                data={"lesson": 7},
                now=school.now,
            )
        return len(seen)

    assert queries(people[:1], "a") == queries(people, "b")


def test_an_unregistered_kind_is_refused(school: School, room: Lessons) -> None:
    with pytest.raises(UnknownKind):
        tell(person=school.sana, kind="lesson.mvoed", fact_key="7:1", now=school.now)


def test_what_she_may_not_see_any_more_is_not_listed_or_counted(school: School, room: Lessons) -> None:
    tell_lesson(school, school.finn)
    tell_lesson(school, school.sana)
    room.hidden_from = {school.finn.pk}

    assert titles(school, school.finn) == []
    assert unread_count(school.finn, school.now) == 0
    assert titles(school, school.sana) == ["Lesson 7 moved"]
    assert told_page(school.finn, 1, school.now)[1] == []


def test_reading_one_and_all(school: School, room: Lessons) -> None:
    mine = tell_lesson(school, school.sana)
    hers = tell_lesson(school, school.finn)
    tell(person=school.sana, kind="lesson.tip", fact_key="tip", data={"lesson": 8}, now=school.now)
    assert mine is not None
    assert hers is not None

    assert mark_read(person=school.sana, uid=hers.uid, now=school.now) is None
    assert unread_count(school.finn, school.now) == 1

    assert mark_read(person=school.sana, uid=mine.uid, now=school.now) == mine
    assert unread_count(school.sana, school.now) == 1
    assert mark_all_read(person=school.sana, now=school.now) == 1
    assert unread_count(school.sana, school.now) == 0
    assert len(titles(school, school.sana)) == 2
