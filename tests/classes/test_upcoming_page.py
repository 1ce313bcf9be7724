"""What a student's next weeks hold."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.classes.changing import Edit, change_class
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class, sit
from tests.school import School

URL = "/zoom/upcoming-meetings/"
HOUR = timedelta(hours=1)


@pytest.fixture
def client(school: School) -> Client:
    school.sana.zone = "Europe/London"
    school.sana.save()
    return signed_in(school.sana)


def make(school: School, topic: str, hours: float, **fields: Any) -> Any:
    program = fields.pop("program", school.program)
    teacher = fields.pop("teacher", school.tariq)
    return make_class(program, teacher, school.now + hours * HOUR, topic=topic, now=school.now, **fields)


def topics(response: Any) -> list[str]:
    return [row.session.topic for _day, rows in response.context["days"] for row in rows]


def test_it_lists_the_classes_of_enrolled_programs_by_the_readers_days(
    client: Client, school: School
) -> None:
    make(school, "Sets", 2)
    make(school, "Past", -4)
    make(school, "Late", 16)  # 00:00 UTC on Tuesday
    make(school, "Foreign", 2, program=school.other_program, teacher=school.olu)

    response = client.get(URL)

    assert topics(response) == ["Sets", "Late"]
    said = text_of(response)
    assert "Times in London" in said
    assert "Today Monday 2 March 10:00 60 min Sets ALG-2 Tariq" in said
    assert "11:00 in Madrid" in said
    assert "Foreign" not in said


def test_join_is_there_when_it_is_open_and_says_when_it_will_be_before(
    client: Client, school: School
) -> None:
    session = make(school, "Sets", 2)

    before = client.get(URL)
    assert "Join opens at 09:50" in text_of(before)
    assert "/join" not in before.content.decode()

    school.clock.set(session.starts_at - HOUR / 6)
    after = client.get(URL).content.decode()
    assert f'action="/j/{session.code}/join"' in after
    assert after.count("btn now") == 1


def test_what_is_on_now_is_marked_live(client: Client, school: School) -> None:
    session = make(school, "Sets", -0.5)
    sit(session, session.starts_at)

    assert "Live" in text_of(client.get(URL))


def test_what_was_moved_or_cancelled_says_so_in_the_teachers_words(client: Client, school: School) -> None:
    make(
        school,
        "Catch-up hour",
        5,
        cancelled_at=school.now,
        cancelled_by=school.tariq,
        cancel_message="Room is flooded",
    )
    session = make(school, "Sets", 8)
    change_class(
        session=session,
        seen_version=1,
        edit=Edit(starts_at=session.starts_at + HOUR),
        by=school.tariq,
        now=school.now,
    )

    said = text_of(client.get(URL))

    assert "Cancelled by Tariq: “Room is flooded”" in said
    assert "Moved from 16:00" in said


def test_several_programs_can_be_filtered_and_foreign_ones_are_no_filter(
    client: Client, school: School
) -> None:
    school.enrol(school.sana, school.other_program)
    make(school, "Sets", 2)
    make(school, "Waves", 3, program=school.other_program, teacher=school.olu)
    third = school.make_program("SEC-1", "Secret")
    make(school, "Hidden", 4, program=third, teacher=school.olu)

    assert topics(client.get(URL)) == ["Sets", "Waves"]
    assert topics(client.get(URL, {"program": "PHY-B"})) == ["Waves"]
    assert topics(client.get(URL, {"program": "SEC-1"})) == ["Sets", "Waves"]
    assert "Secret" not in text_of(client.get(URL))


@pytest.mark.parametrize("how", ["ended", "draft", "archived"])
def test_what_one_has_no_part_in_any_more_is_gone_at_once(client: Client, school: School, how: str) -> None:
    make(school, "Sets", 2)
    if how == "ended":
        school.sana.enrolments.update(until_at=school.now)
    if how == "draft":
        school.program.opened_at = None
        school.program.save()
    if how == "archived":
        school.program.archived_at = school.now
        school.program.save()

    response = client.get(URL)

    assert topics(response) == []
    assert "If you expected one, check that you are signed in as sana@school.example" in text_of(response)


def test_nobodys_list_holds_zooms_link_or_a_number(client: Client, school: School) -> None:
    session = make(school, "Sets", 0.1)

    html = client.get(URL).content.decode()

    assert "zoom.us" not in html
    assert session.occurrence.meeting.meeting_number not in html


def test_it_takes_as_many_queries_for_one_class_as_for_many(client: Client, school: School) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        return len(captured)

    make(school, "First", 2)
    client.get(URL)
    one = queries()
    for number in range(40):
        make(school, f"Class {number}", 4 + 2 * number)

    assert (one, queries()) == (one, one)
    assert one <= 12


def test_teachers_and_admins_have_another_list(school: School) -> None:
    for person in (school.tariq, school.ada):
        assert signed_in(person).get(URL).status_code == 404


def test_the_soonest_that_is_open_has_the_yellow_button(school: School) -> None:
    soon = school.now + timedelta(minutes=5)
    make_class(
        school.program,
        school.tariq,
        soon - timedelta(minutes=1),
        now=school.now,
        topic="Called off",
        cancelled_at=school.now,
    )
    make_class(school.program, school.tariq, soon, now=school.now, topic="First")
    make_class(school.program, school.tove, soon, now=school.now, topic="Second")

    html = signed_in(school.sana).get("/zoom/upcoming-meetings/").content.decode()

    assert html.count("btn now") == 1
    assert html.index("First") < html.index("btn now") < html.index("Second")
