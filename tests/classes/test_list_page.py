"""The teacher's list: what is in it, how it is narrowed, what it costs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.classes.enums import DifferenceField
from eduraise.classes.models import Difference
from eduraise.programs.enums import Preset
from eduraise.substitutes.models import Substitution
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class, sit
from tests.school import School

URL = "/zoom/meetings/"
HOUR = timedelta(hours=1)


@pytest.fixture
def client(school: School) -> Client:
    school.tariq.zone = "Europe/Madrid"
    school.tariq.save()
    return signed_in(school.tariq)


def make(school: School, topic: str, hours: float, **fields: Any) -> Any:
    teacher = fields.pop("teacher", school.tariq)
    program = fields.pop("program", school.program)
    return make_class(program, teacher, school.now + hours * HOUR, topic=topic, now=school.now, **fields)


def topics(response: Any) -> list[str]:
    """The titles of the rows, in their order."""
    return [row.session.topic for _day, rows in response.context["days"] for row in rows]


def test_it_lists_what_is_to_come_by_day_and_what_is_past_the_other_way_round(
    client: Client, school: School
) -> None:
    for topic, hours in (("Later", 50), ("Soon", 2), ("Tomorrow", 24), ("Past", -5), ("Long past", -30)):
        make(school, topic, hours)

    upcoming = client.get(URL)
    assert topics(upcoming) == ["Soon", "Tomorrow", "Later"]
    assert "Today Monday 2 March Select Soon 11:00 60 min" in text_of(upcoming)
    assert "Upcoming 3 Past 2" in text_of(upcoming)
    assert topics(client.get(URL, {"tab": "past"})) == ["Past", "Long past"]


def test_days_are_the_readers_own(client: Client, school: School) -> None:
    make(school, "Late", 15.5)  # 23:30 UTC on Monday is Tuesday in Madrid

    response = client.get(URL)

    assert [day.isoformat() for day, _rows in response.context["days"]] == ["2026-03-03"]


def test_it_holds_the_programs_that_one_teaches_in_and_no_other(client: Client, school: School) -> None:
    make(school, "Mine", 2)
    make(school, "A colleague’s", 4, teacher=school.tove)
    make(school, "Foreign", 2, program=school.other_program, teacher=school.olu)

    response = client.get(URL)

    assert topics(response) == ["Mine", "A colleague’s"]
    assert "Foreign" not in text_of(response)
    assert "Upcoming 2" in text_of(response)
    for query in ({"program": "PHY-B"}, {"q": "Foreign"}):
        assert topics(client.get(URL, query)) == []
    assert topics(signed_in(school.olu).get(URL)) == ["Foreign"]
    assert topics(signed_in(school.ada).get(URL)) == ["Mine", "Foreign", "A colleague’s"]


def test_who_was_unassigned_sees_nothing_any_more(client: Client, school: School) -> None:
    make(school, "Mine", 2)
    school.tariq.assignments.update(until_at=school.now)

    assert topics(client.get(URL)) == []


def test_it_is_narrowed_by_program_state_and_text_all_in_the_address(client: Client, school: School) -> None:
    school.assign(school.tariq, school.other_program, Preset.TEACHER)
    make(school, "Ámbitos y números", 2)
    make(school, "Waves", 3, program=school.other_program)
    cancelled = make(school, "Graphs", 4, cancelled_at=school.now)
    booking = make(school, "Sets", 5, at_zoom=False, operation="pending")
    Difference.objects.create(
        session=make(school, "Moved in Zoom", 6), field=DifferenceField.TIME, seen_at=school.now
    )
    live = make(school, "Now", -0.25)
    sit(live, live.starts_at)

    def found(**query: str) -> list[str]:
        return topics(client.get(URL, query))

    assert found(program="phy-b") == ["Waves"]
    assert found(q="ÁMBITOS") == ["Ámbitos y números"]
    assert found(q=cancelled.code.lower().replace("-", "")) == ["Graphs"]
    assert found(state="cancelled") == ["Graphs"]
    assert found(state="being_booked") == [booking.topic]
    assert found(tab="attention") == ["Moved in Zoom"]
    assert found(state="live") == ["Now"]
    assert found(state="booked", q="waves") == ["Waves"]
    assert found(state="nonsense", tab="nonsense") == found()
    assert found(q="physics") == found(q="PHY-b") == ["Waves"]
    assert found(q="%") == []
    assert found(q="x" * 5000) == []
    assert found(q="nul\0l") == []


def test_the_tabs_count_what_is_looked_for(client: Client, school: School) -> None:
    school.assign(school.tariq, school.other_program, Preset.TEACHER)
    for hours in (2, 4, -50):
        make(school, "Sets", hours)
    make(school, "Waves", 3, program=school.other_program)

    def tabs(reader: Client, **query: str) -> str:
        return text_of(reader.get(URL, query))

    for reader in (client, signed_in(school.ada)):
        assert "Upcoming 3 Past 1" in tabs(reader)
        assert "Upcoming 2 Past 1" in tabs(reader, program="ALG-2")
        assert "2 found." in tabs(reader, program="ALG-2")
        assert "Upcoming 1 Past 0" in tabs(reader, program="PHY-B")
        assert "Upcoming 1 Past " in tabs(reader, q="waves")
        assert "Past 0" not in tabs(reader, q="waves")
        assert "Upcoming Past 1" in tabs(reader, q="sets", tab="past")
        assert "Upcoming 0 Past " in tabs(reader, state="cancelled")
        assert "No classes match" in tabs(reader, q="nowhere")
        assert "No classes yet" not in tabs(reader, q="nowhere")


def test_a_filter_costs_at_most_the_counting_of_what_it_finds(client: Client, school: School) -> None:
    make(school, "Sets", 2)

    def queries(**query: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(URL, query)
        return len(captured)

    queries()
    assert queries(program="ALG-2") == queries()
    assert max(queries(q="sets"), queries(state="booked")) <= queries() + 1


def test_the_menu_of_hundreds_of_programs_holds_some_and_the_others_are_found(school: School) -> None:
    for number in range(60):
        school.make_program(f"P{number:02}", f"Program {number:02}")
    make(school, "Waves", 3, program=school.make_program("ZOO", "Zoology"), teacher=school.olu)
    admin = signed_in(school.ada)

    unchosen, chosen = (admin.get(URL, query) for query in ({}, {"program": "zoo"}))

    assert "Program 38 Find the others by code or title. " in text_of(unchosen)
    assert "Zoology" not in text_of(unchosen)
    assert topics(admin.get(URL, {"q": "zoolog"})) == topics(chosen) == ["Waves"]
    assert "Zoology" in text_of(chosen)


def test_a_search_that_finds_nothing_says_so_and_leads_back(client: Client, school: School) -> None:
    make(school, "Sets", 2)

    response = client.get(URL, {"q": "<b>calclus</b>"})

    assert "No classes match “<b>calclus</b>”." in text_of(response)
    assert text_of(response).count("Clear filters") == 1
    assert "<b>calclus" not in response.content.decode()


def test_without_any_class_it_says_how_to_begin(client: Client, school: School) -> None:
    said = text_of(client.get(URL))

    assert "No classes yet Schedule the first one. It takes about a minute." in said


def test_only_exceptions_have_a_chip(client: Client, school: School) -> None:
    make(school, "Ordinary", 2)
    make(school, "Waiting", 4, at_zoom=False, operation="pending")
    make(school, "Off", 6, cancelled_at=school.now, cancel_message="The room is flooded")

    response = client.get(URL)

    assert response.content.decode().count('class="chip') == 2
    said = text_of(response)
    assert "Being booked" in said
    assert "“The room is flooded” Cancelled" in said


def test_the_soonest_own_class_can_be_started_and_only_that(client: Client, school: School) -> None:
    first, second = make(school, "First", 0.2), make(school, "Second", 0.24, teacher=school.tove)

    response = client.get(URL).content.decode()

    assert f'action="/classes/{first.code}/start/"' in response
    assert f"/classes/{second.code}/start/" not in response
    assert response.count("btn now") == 1


def test_pages_are_numbered_and_keep_the_filters(client: Client, school: School) -> None:
    for number in range(30):
        make(school, f"Class {number:02}", 2 + 2 * number)

    first = client.get(URL, {"q": "class"})
    second = client.get(URL, {"q": "class", "page": "2"})

    assert topics(first) == [f"Class {number:02}" for number in range(25)]
    assert topics(second) == [f"Class {number:02}" for number in range(25, 30)]
    assert "?q=class&amp;page=2" in first.content.decode()
    assert topics(client.get(URL, {"page": "99"})) == topics(second)
    assert topics(client.get(URL, {"page": "x"})) == topics(client.get(URL))


def test_it_takes_as_many_queries_for_one_class_as_for_a_page_of_them(client: Client, school: School) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        return len(captured)

    make(school, "First", 2)
    client.get(URL)
    one = queries()
    for number in range(30):
        session = make(school, f"Class {number}", 4 + 2 * number)
        sit(session, None)
    many = queries()

    assert one == many
    assert many <= 16


@pytest.mark.parametrize("who", ["sana", "finn"])
def test_students_do_not_know_of_it(school: School, who: str) -> None:
    assert signed_in(getattr(school, who)).get(URL).status_code == 404


def test_a_row_has_a_menu_where_its_reader_may_change_the_class(client: Client, school: School) -> None:
    coming = make(school, "Sets", 5)
    live, over = make(school, "Now", -0.25), make(school, "Past", -5)
    sit(live, live.starts_at)
    cancelled = make(school, "Graphs", 6, cancelled_at=school.now)
    waves = make(school, "Waves", 7, program=school.other_program, teacher=school.olu)

    def with_menu(reader: Client, **query: str) -> list[str]:
        page = reader.get(URL, query).content.decode()
        all_of_them = (coming, live, over, cancelled, waves)
        return [each.topic for each in all_of_them if f"/classes/{each.code}/cancellation/" in page]

    assert with_menu(client) == ["Sets"]
    assert with_menu(client, tab="past") == []
    assert with_menu(signed_in(school.tove)) == []
    assert with_menu(signed_in(school.ada)) == ["Sets", "Waves"]
    assert f"http://localhost:8000/j/{coming.code}" in client.get(URL).content.decode()


def test_what_needs_attention_has_a_tab_while_there_is_something(client: Client, school: School) -> None:
    moved = make(school, "Moved in Zoom", 6)
    make(school, "Sets", 5)
    assert "Needs attention" not in text_of(client.get(URL))

    Difference.objects.create(session=moved, field=DifferenceField.TIME, seen_at=school.now)

    assert "Upcoming 2 Past 0 Needs attention 1" in text_of(client.get(URL))
    assert topics(client.get(URL, {"tab": "attention"})) == ["Moved in Zoom"]


def test_a_class_that_somebody_takes_says_for_whom(school: School) -> None:
    wim, lena = school.teacher("wim"), school.teacher("lena")
    for person in (wim, lena):
        school.assign(person, school.program)
    session = make_class(school.program, wim, school.now + timedelta(hours=3), now=school.now)
    row = Substitution.objects.create(
        session=session, absent=school.tariq, substitute=wim, state="asked", asked_at=school.now
    )
    pages = (URL, "/calendar/?view=day")
    assert "for Tariq" not in text_of(signed_in(lena).get(URL))
    for state in ("accepted", "ended"):
        row.state = state
        row.save()
        for page in pages:
            assert "Wim, for you" in text_of(signed_in(school.tariq).get(page))
            assert "Wim, for Tariq" in text_of(signed_in(lena).get(page))
            mine = text_of(signed_in(wim).get(page))
            assert ("for Tariq" in mine, "Wim, for" in mine) == (True, False)
    row.state = "returned"
    row.save()
    assert "for Tariq" not in text_of(signed_in(lena).get(URL))
