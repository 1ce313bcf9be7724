"""A class outside a teacher's hours, or on her days off, is asked about and never refused."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from eduraise.accounts.models import User
from eduraise.classes.being_there import NotThere, Teaching, question_of
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.models import ClassSession
from eduraise.programs.enums import Preset
from tests.classes.pages import fields_of, signed_in, text_of
from tests.classes.rows import make_class, make_host
from tests.programs.stated import MONDAY, TUESDAY, off, states
from tests.school import School

URL = "/zoom/create-meeting/"
OUTSIDE = "Outside Tariq’s hours (Mon 09:00–13:00)"


@pytest.fixture(autouse=True)
def there(school: School) -> None:
    """tariq teaches on Monday and Tuesday mornings, and is off on 9 and 10 March, which ada may know of."""
    for person in (school.ada, school.tariq, school.tove, school.sana):
        User.objects.filter(pk=person.pk).update(zone="Europe/Madrid")
        person.refresh_from_db()
    make_host(school.tariq, school.now)
    states(school.tariq, "", (MONDAY, "09:00", "13:00"), (TUESDAY, "09:00", "13:00"))
    off(school.tariq, "2026-03-09", "2026-03-10", note="at the dentist", now=school.now)


def typed(client: Client, **fields: str) -> dict[str, str]:
    """The form as it opens, with some of it typed over."""
    opened = fields_of(client.get(URL), "plan")
    return opened | {"topic": "Sets", "date": "2026-03-16", "time": "10:00", "minutes": "60"} | fields


def booked() -> list[str]:
    return [f"{one.starts_at:%d %b %H:%M}" for one in ClassSession.objects.order_by("starts_at")]


def colleague(school: School) -> User:
    """A teacher of the same program who may change its classes and book for nobody else."""
    person = school.teacher("pilar", zone="Europe/Madrid")
    school.assign(person, school.program, Preset.TEACHER)
    return person


def test_within_her_hours_nothing_is_asked(school: School) -> None:
    tariq = signed_in(school.tariq)
    assert "all the same" not in text_of(tariq.post(f"{URL}preview/", typed(tariq)))

    assert tariq.post(URL, typed(tariq)).status_code == 302
    assert booked() == ["16 Mar 09:00"]


def test_outside_of_them_it_is_asked_and_what_was_typed_stays(school: School) -> None:
    ada = signed_in(school.ada)
    wish = typed(ada, time="14:00", topic="Quadratics", teacher=str(school.tariq.uid))
    assert OUTSIDE in text_of(ada.post(f"{URL}preview/", wish))

    asked = ada.post(URL, wish)

    assert asked.status_code == 422
    assert asked.context["form"].errors == {"despite": [f"{OUTSIDE}. Choose another time, or tick the box."]}
    shown = fields_of(asked, "plan")
    assert (shown["topic"], shown["time"]) == ("Quadratics", "14:00")
    assert "despite" not in shown
    assert booked() == []


def test_who_agrees_books_it(school: School) -> None:
    ada = signed_in(school.ada)
    wish = typed(ada, time="14:00", teacher=str(school.tariq.uid))
    question = ada.post(URL, wish).context["preview"].question

    assert ada.post(URL, wish | {"despite": question.key}).status_code == 302
    assert booked() == ["16 Mar 13:00"]


def test_another_time_is_another_question(school: School) -> None:
    ada = signed_in(school.ada)
    wish = typed(ada, time="14:00", teacher=str(school.tariq.uid))
    agreed = {"despite": ada.post(URL, wish).context["preview"].question.key}

    asked = ada.post(URL, wish | agreed | {"time": "15:00"})

    assert asked.status_code == 422
    assert "despite" not in fields_of(asked, "plan")
    assert booked() == []


def test_what_she_agreed_to_stays_ticked_where_something_else_is_wrong(school: School) -> None:
    ada = signed_in(school.ada)
    wish = typed(ada, time="14:00", teacher=str(school.tariq.uid))
    agreed = {"despite": ada.post(URL, wish).context["preview"].question.key}

    refused = ada.post(URL, wish | agreed | {"topic": ""})

    assert sorted(refused.context["form"].errors) == ["topic"]
    assert fields_of(refused, "plan")["despite"] == agreed["despite"]


def test_days_off_are_named_with_their_note_to_who_plans_for_her(school: School) -> None:
    ada = signed_in(school.ada)
    shown = text_of(ada.post(f"{URL}preview/", typed(ada, date="2026-03-09", teacher=str(school.tariq.uid))))

    assert "Tariq is off from Mon 9 Mar to Tue 10 Mar" in shown
    assert "at the dentist" in shown


def test_she_herself_is_spoken_to(school: School) -> None:
    tariq = signed_in(school.tariq)

    shown = text_of(tariq.post(f"{URL}preview/", typed(tariq, date="2026-03-09")))
    assert "You are off from Mon 9 Mar to Tue 10 Mar" in shown
    shown = text_of(tariq.post(f"{URL}preview/", typed(tariq, date="2026-03-18")))
    assert "Outside your hours (none on Wed)" in shown


@pytest.mark.parametrize("day", ["2026-03-09", "2026-03-18"])
def test_others_read_that_she_is_not_available_and_no_more(school: School, day: str) -> None:
    session = make_class(school.program, school.tariq, school.now + timedelta(days=14), now=school.now)
    pilar = signed_in(colleague(school))
    address = f"/classes/{session.code}/change/"
    wish = fields_of(pilar.get(address), "plan") | {"date": day, "time": "10:00"}

    for answer in (pilar.post(f"{address}preview/", wish), pilar.post(address, wish)):
        shown = answer.content.decode()
        assert "Tariq is not available then" in shown
        assert "dentist" not in shown
        assert "is off" not in shown
        assert "hours (" not in shown


def test_a_class_that_stays_where_it_is_asks_nothing(school: School) -> None:
    at = school.now.replace(hour=16) + timedelta(days=7)
    session = make_class(school.program, school.tariq, at, now=school.now)
    tariq = signed_in(school.tariq)
    address = f"/classes/{session.code}/change/"

    answer = tariq.post(address, fields_of(tariq.get(address), "plan") | {"topic": "Graphs"})

    assert answer.status_code == 302
    assert ClassSession.objects.get().topic == "Graphs"


def test_moving_asks_and_agreeing_moves(school: School) -> None:
    at = school.now + timedelta(days=14, hours=1)
    session = make_class(school.program, school.tariq, at, now=school.now)
    tariq = signed_in(school.tariq)
    address = f"/classes/{session.code}/change/"
    wish = fields_of(tariq.get(address), "plan") | {"date": "2026-03-18"}

    asked = tariq.post(address, wish)
    assert (asked.status_code, booked()) == (422, ["16 Mar 09:00"])

    tariq.post(address, wish | {"despite": asked.context["preview"].question.key})
    assert booked() == ["18 Mar 09:00"]


def test_what_no_person_asks_for_is_not_asked_about(school: School) -> None:
    """Such as a time that Zoom has already."""
    session = make_class(school.program, school.tariq, school.now + timedelta(days=14), now=school.now)
    moved = change_class(
        session=session,
        seen_version=1,
        edit=Edit(starts_at=session.starts_at + timedelta(hours=9)),
        by=school.tariq,
        now=school.now,
    )
    assert moved.version == 2


def test_of_several_classes_it_is_said_how_many(school: School, django_assert_max_num_queries: Any) -> None:
    first = school.now + timedelta(hours=1)

    def teaching(days: range) -> list[Teaching]:
        starts = [first + timedelta(days=day) for day in days]
        return [Teaching(school.tariq, at, at + timedelta(hours=1)) for at in starts]

    about: dict[str, Any] = {"program": school.program, "reader": school.ada, "now": school.now}
    with django_assert_max_num_queries(2):
        few = question_of(teaching(range(0, 9, 7)), **about)
    with django_assert_max_num_queries(2):
        many = question_of(teaching(range(14)), **about)

    assert few
    assert many
    assert few.words == "1 of 2 classes: Tariq is off from Mon 9 Mar to Tue 10 Mar"
    assert many.words == "12 of 14 classes: Outside Tariq’s hours (none on Wed, Madrid time)"
    assert few.key != many.key
    assert question_of(teaching(range(2)), **about) is None


def test_agreeing_to_something_else_is_no_agreement(school: School) -> None:
    session = make_class(school.program, school.tariq, school.now + timedelta(days=14), now=school.now)

    with pytest.raises(NotThere):
        change_class(
            session=session,
            seen_version=1,
            edit=Edit(starts_at=session.starts_at + timedelta(hours=9), despite="another key"),
            by=school.tariq,
            now=school.now,
        )
