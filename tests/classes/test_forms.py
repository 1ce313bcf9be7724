"""What people type into a class's forms, however odd: refused beside its field, or kept as it is."""

from __future__ import annotations

from datetime import timedelta
from html import escape
from typing import Any

import pytest
from django.test import Client

from eduraise.classes.models import ClassSession
from tests.classes.pages import fields_of, signed_in, text_of
from tests.classes.rows import make_class
from tests.school import School

REFUSED = [
    ("topic", "", "Give the class a title."),
    ("topic", "   ", "Give the class a title."),
    ("topic", "x" * 151, "150"),
    ("topic", "Se\x07ts", "invisible"),
    ("topic", "Sets \u202egnihtyna", "invisible"),
    ("date", "", "This can’t be empty."),
    ("date", "tomorrow", "Give a date"),
    ("date", "2026-02-30", "Give a date"),
    ("date", "2026-02-01", "This time is over"),
    ("date", "9999-12-31", "more than five years ahead"),
    ("time", "", "This can’t be empty."),
    ("time", "25:00", "Give a time"),
    ("zone", "Mars/Olympus", "Choose one of the zones"),
    ("minutes", "", "Say how long"),
    ("minutes", "-5", "Choose one of those shown."),
    ("other_minutes", "", "Say how many minutes"),
    ("other_minutes", "999999", "1440"),
    ("other_minutes", "1e3", "whole number"),
    ("description", "x" * 1501, "1500"),
    ("message", "x" * 501, "500"),
    ("version", "soon", ""),
    ("version", "", ""),
]
KEPT = [
    "المعادلات التربيعية",
    "二次方程式",
    "Kvadratické rovnice 👩‍🏫",
    "<script>alert(1)</script>",
    "Sets & “maps” <b>5 > 3</b>",
    "'; DROP TABLE classes; --",
    "{{ 7|add:7 }} {% now 'Y' %}",
]


@pytest.fixture
def session(school: School) -> ClassSession:
    """Tariq's class on Tuesday 09:00 in Madrid."""
    school.tariq.zone = "Europe/Madrid"
    school.tariq.save()
    return make_class(school.program, school.tariq, school.now + timedelta(days=1), now=school.now)


@pytest.fixture
def tariq(school: School) -> Client:
    return signed_in(school.tariq)


def change(client: Client, session: ClassSession, **typed: str) -> Any:
    address = f"/classes/{session.code}/change/"
    return client.post(address, fields_of(client.get(address), "plan") | typed)


@pytest.mark.parametrize(("name", "value", "said"), REFUSED)
def test_what_is_wrong_in_a_change_is_said_and_nothing_is_changed(
    tariq: Client, session: ClassSession, name: str, value: str, said: str
) -> None:
    typed = {"topic": "Graphs", name: value}
    if name == "other_minutes":
        typed["minutes"] = "other"

    answer = change(tariq, session, **typed)

    assert answer.status_code == 422
    assert said in text_of(answer)
    if name != "topic":
        assert 'value="Graphs"' in answer.content.decode()
    session.refresh_from_db()
    assert (session.version, session.topic) == (1, "Sets")


@pytest.mark.parametrize("topic", KEPT)
def test_what_is_odd_is_kept_and_shown_as_it_was_typed(
    tariq: Client, session: ClassSession, school: School, topic: str
) -> None:
    assert change(tariq, session, topic=topic).status_code == 302

    session.refresh_from_db()
    assert session.topic == topic
    for page in (f"/classes/{session.code}/", f"/j/{session.code}", "/zoom/meetings/"):
        html = tariq.get(page).content.decode()
        assert escape(topic, quote=True).replace("&#x27;", "&#x27;") in html
        assert "<script>alert" not in html
    assert (
        escape(topic, quote=True) in signed_in(school.sana).get("/zoom/upcoming-meetings/").content.decode()
    )


def test_a_length_that_is_not_shown_is_not_asked(tariq: Client, session: ClassSession) -> None:
    assert change(tariq, session, minutes="45", other_minutes="999999").status_code == 302

    session.refresh_from_db()
    assert session.minutes == 45


def test_a_move_into_the_hour_that_clocks_skip_is_refused_with_the_next_one(
    tariq: Client, session: ClassSession
) -> None:
    answer = change(tariq, session, date="2026-03-29", time="02:30")

    assert answer.status_code == 422
    assert "02:30 doesn’t exist that day: clocks go forward. Use 03:30 or another time." in text_of(answer)
    used = fields_of(
        tariq.post(
            f"/classes/{session.code}/change/",
            fields_of(answer, "plan") | {"use": "2026-03-29T03:30", "topic": "Graphs"},
        ),
        "plan",
    )
    assert (used["date"], used["time"], used["topic"]) == ("2026-03-29", "03:30", "Graphs")


@pytest.mark.parametrize(("fold", "utc"), [("0", "00:30"), ("1", "01:30")])
def test_a_move_into_the_hour_that_comes_twice_asks_which(
    tariq: Client, session: ClassSession, fold: str, utc: str
) -> None:
    asked = change(tariq, session, date="2026-10-25", time="02:30")

    assert asked.status_code == 422
    assert "this time comes twice" in text_of(asked)
    assert change(tariq, session, date="2026-10-25", time="02:30", fold=fold).status_code == 302
    session.refresh_from_db()
    assert f"{session.starts_at:%Y-%m-%d %H:%M}" == f"2026-10-25 {utc}"


@pytest.mark.parametrize("version", ["", "soon", "999999999999999999999", "-1"])
def test_a_cancellation_of_an_unreadable_version_cancels_nothing(
    tariq: Client, session: ClassSession, version: str
) -> None:
    answer = tariq.post(f"/classes/{session.code}/cancellation/", {"version": version, "message": "Ill <b>"})

    assert answer.status_code == 422
    assert "Ill &lt;b&gt;" in answer.content.decode()
    session.refresh_from_db()
    assert session.cancelled_at is None


@pytest.mark.parametrize(
    "query", ["page=0", "page=x", "page=99", "q=%00", "q=%F0%9F%A7%AE", "state=x", "tab=x"]
)
def test_an_address_that_nobody_made_is_the_nearest_list(
    tariq: Client, session: ClassSession, query: str
) -> None:
    assert tariq.get(f"/zoom/meetings/?{query}").status_code == 200
