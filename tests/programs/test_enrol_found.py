"""Enrolling one by one: found by name or address, enrolled with one click."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.core.models import AuditEntry
from eduraise.notifications.models import Message
from eduraise.programs.enrolling import enrol
from eduraise.programs.models import Enrolment
from tests.programs.browsing import as_
from tests.school import School


def here(school: School) -> str:
    return f"/programs/{school.program.code}/students/"


def test_somebody_is_found_enrolled_and_shown_as_enrolled(school: School) -> None:
    kim, page = school.person("kim"), as_(school.ada)
    other = school.person("lou")
    found = page.get(here(school) + "new/?q=kim").content.decode()
    assert str(kim.uid) in found
    assert str(other.uid) not in found

    answer = page.post(here(school), {"person": str(kim.uid), "q": "kim"}, follow=True)

    assert answer.redirect_chain == [(f"{here(school)}new/?q=kim", 302)]
    assert "Kim is enrolled, from now on." in answer.content.decode()
    assert str(kim.uid) not in answer.content.decode()
    again = page.post(here(school), {"person": str(kim.uid), "q": "kim"}, follow=True)
    assert "Kim was enrolled already." in again.content.decode()
    assert kim.enrolments.count() == 1


def test_since_when_they_attend_is_chosen_before_the_press_and_kept_for_the_next(school: School) -> None:
    kim, page = school.person("kim"), as_(school.ada)
    shown = page.get(here(school) + "new/?q=kim").content.decode()
    assert re.search(r'<input type="date" name="since_on"[^>]* form="found-people"', shown)
    assert 'id="found-people"' in shown

    sent = {"person": str(kim.uid), "q": "kim", "since_on": "2026-02-23"}
    answer = page.post(here(school), sent, follow=True)

    assert "Kim is enrolled, since Mon 23 Feb." in answer.content.decode()
    assert answer.redirect_chain == [(f"{here(school)}new/?q=kim&since=2026-02-23", 302)]
    assert 'value="2026-02-23"' in answer.content.decode()
    assert kim.enrolments.get().from_at == datetime(2026, 2, 23, tzinfo=ZoneInfo("Europe/Madrid"))


@pytest.mark.parametrize("day", ["2026-03-03", "nonsense"])
def test_nobody_is_enrolled_from_a_day_to_come_or_none(school: School, day: str) -> None:
    kim, page = school.person("kim"), as_(school.ada)
    answer = page.post(here(school), {"person": str(kim.uid), "q": "kim", "since_on": day})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert str(kim.uid) in shown
    assert 'aria-invalid="true"' in shown
    assert not kim.enrolments.exists()


def test_nobody_is_listed_before_one_looks_and_closed_accounts_never(school: School) -> None:
    gone = school.person("gone", is_active=False)
    page = as_(school.ada)
    assert gone.email not in page.get(here(school) + "new/").content.decode()
    shown = page.get(here(school) + "new/?q=gone").content.decode()
    assert gone.email not in shown
    assert "Nobody here is like “gone”." in shown
    assert "is closed" in page.post(here(school), {"person": str(gone.uid)}, follow=True).content.decode()
    assert not Enrolment.objects.filter(person=gone).exists()


def test_who_teaches_in_the_program_is_found_as_a_teacher_and_not_enrolled(school: School) -> None:
    page = as_(school.ada)
    shown = page.get(here(school) + f"new/?q={school.tariq.name}").content.decode()
    assert "Teaches here" in shown
    assert str(school.tariq.uid) not in shown

    answer = page.post(here(school), {"person": str(school.tariq.uid)}, follow=True)

    assert "Tariq teaches in ALG-2." in answer.content.decode()
    assert not Enrolment.objects.filter(person=school.tariq).exists()


@pytest.mark.parametrize("person", ["", "nonsense", "00000000-0000-4000-8000-000000000000"])
def test_whoever_is_not_there_is_not_enrolled(school: School, person: str) -> None:
    assert as_(school.ada).post(here(school), {"person": person}).status_code == 404
    assert not Enrolment.objects.exists()


def test_hostile_words_are_words(school: School) -> None:
    shown = as_(school.ada).get(here(school) + "new/", {"q": "<b>x</b>"}).content.decode()
    assert "<b>x</b>" not in shown


@pytest.mark.parametrize("number", [1, 30])
def test_looking_costs_the_same_for_one_and_many(
    school: School, number: int, django_assert_max_num_queries: Any
) -> None:
    page = as_(school.ada)
    for index in range(number):
        school.enrol(school.person(f"same{index}"), school.program)
    address = here(school) + "new/?q=same"
    page.get(address)
    with django_assert_max_num_queries(12):
        answer = page.get(address)
    assert ("There are more" in answer.content.decode()) == (number > 20)


def test_enrolling_many_costs_what_enrolling_one_does(school: School) -> None:
    by, program = school.ada, school.program
    people = [school.person(f"many{index}") for index in range(30)]

    def queries(some: list[User]) -> int:
        with CaptureQueriesContext(connection) as seen:
            made = enrol(program=program, people=[*some, some[0]], by=by, now=school.now)
        assert [one.person for one in made] == some
        return len(seen)

    assert queries(people[:1]) == queries(people[1:])
    assert enrol(program=program, people=people, by=by, now=school.now) == []
    told = Message.objects.filter(kind="program.enrolled", program_uid=program.uid)
    assert {message.person for message in told} == set(people)
    assert {message.thing_uid for message in told} == set(Enrolment.objects.values_list("uid", flat=True))
    audited = AuditEntry.objects.filter(verb="enrolment.made").order_by("pk")
    assert [entry.after for entry in audited] == [{"person": person.name} for person in people]
