"""The calendar page: each reader's classes by her clocks, in a number of queries that doesn't grow."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.programs.models import Holiday
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class, make_host
from tests.school import School

PAGE = "/calendar/"
VIEWS = ("", "?view=month", "?view=agenda", "?view=day")


def plan(school: School, topic: str, hours: float, **fields: object) -> ClassSession:
    given: dict[str, object] = {"program": school.program, "teacher": school.tariq} | fields
    at = school.now + timedelta(hours=hours)
    return make_class(given.pop("program"), given.pop("teacher"), at, topic=topic, now=school.now, **given)  # type: ignore[arg-type]


def html_of(person: User, query: str = "") -> str:
    answer = signed_in(person).get(PAGE + query)
    assert answer.status_code == 200
    return answer.content.decode()


def codes_in(html: str) -> list[str]:
    """The classes that a page leads to, each once, in order."""
    return list(dict.fromkeys(re.findall(r'href="/classes/([\w-]+)/"', html)))


def test_each_sees_her_own_in_every_view(school: School) -> None:
    sets = plan(school, "Sets", 2)
    waves = plan(school, "Waves", 3, program=school.other_program, teacher=school.olu)
    own = {
        "tariq": [sets.code],
        "tove": [sets.code],
        "sana": [sets.code],
        "olu": [waves.code],
        "finn": [],
        "ada": [sets.code, waves.code],
    }

    for view in VIEWS:
        found = {who: codes_in(html_of(getattr(school, who), view)) for who in own}
        assert found == own, view


def test_whoever_teaches_and_learns_sees_what_belongs_to_the_role_that_is_worn(school: School) -> None:
    sets = plan(school, "Sets", 2)
    waves = plan(school, "Waves", 3, program=school.other_program, teacher=school.olu)
    school.enrol(school.tariq, school.other_program)
    client = signed_in(school.tariq)

    assert codes_in(client.get(PAGE).content.decode()) == [sets.code]
    client.post("/role/", {"role": "student"})
    assert codes_in(client.get(PAGE).content.decode()) == [waves.code]


def test_hours_and_days_are_the_readers(school: School) -> None:
    plan(school, "Late", 15)  # 23:00 UTC on Monday: Tuesday 00:00 in Madrid
    User.objects.filter(pk=school.sana.pk).update(zone="Europe/Madrid")
    User.objects.filter(pk=school.tove.pk).update(zone="America/New_York")
    for person in (school.sana, school.tove):
        person.refresh_from_db()
    days = {
        who: [day for day in ("2026-03-02", "2026-03-03") if codes_in(html_of(person, f"?view=day&on={day}"))]
        for who, person in (("Madrid", school.sana), ("New York", school.tove))
    }

    assert days == {"Madrid": ["2026-03-03"], "New York": ["2026-03-02"]}
    assert "00:00–01:00 Late" in text_of(signed_in(school.sana).get(PAGE))
    assert "18:00–19:00 Late" in text_of(signed_in(school.tove).get(PAGE))


def test_a_week_names_its_days_and_leads_to_the_ones_before_and_after(school: School) -> None:
    html = html_of(school.sana)

    assert "<h1>2 to 8 March</h1>" in html
    assert "Week 10 · UTC time" in text_of(signed_in(school.sana).get(PAGE))
    assert {"?on=2026-02-23", "?on=2026-03-09"} <= set(re.findall(r'href="(\?on=[\d-]+)"', html))
    assert "<h1>23 February to 1 March</h1>" in html_of(school.sana, "?on=2026-02-24")
    assert "<h1>30 December 2030</h1>" not in html_of(school.sana, "?on=2030-12-31")
    assert "<h1>30 December to 5 January 2031</h1>" in html_of(school.sana, "?on=2030-12-31")


def test_what_nobody_offers_is_this_week(school: School) -> None:
    plan(school, "Sets", 2)
    for query in ("?view=year", "?on=2026-02-30", "?on=x", "?teacher=x", "?on=9999999-01-01", "?view=\0"):
        assert "<h1>2 to 8 March</h1>" in html_of(school.sana, query), query
        assert len(codes_in(html_of(school.sana, query))) == 1, query


def test_narrowed_to_a_program_or_a_teacher(school: School) -> None:
    sets = plan(school, "Sets", 2)
    graphs = plan(school, "Graphs", 3, teacher=school.tove)
    waves = plan(school, "Waves", 4, program=school.other_program, teacher=school.olu)
    school.enrol(school.sana, school.other_program)

    for view in ("?view=week", *VIEWS[1:]):
        assert codes_in(html_of(school.sana, f"{view}&program=phy-b")) == [waves.code]
        assert codes_in(html_of(school.sana, f"{view}&teacher={school.tove.uid}")) == [graphs.code]
        both = f"{view}&program=ALG-2&teacher={school.tariq.uid}"
        assert codes_in(html_of(school.sana, both)) == [sets.code]
    text = text_of(signed_in(school.sana).get(f"{PAGE}?program=PHY-B"))
    assert "Physics B" in text
    assert "Clear filters" in text


def test_a_teacher_can_be_chosen_in_a_week_in_which_one_alone_teaches(school: School) -> None:
    plan(school, "Sets", 2)
    plan(school, "Graphs", 24 * 14, teacher=school.tove)

    assert "Any teacher" in html_of(school.sana, "?view=week")
    assert f"teacher={school.tove.uid}" in html_of(school.sana, "?view=week")
    assert "Any teacher" not in html_of(school.olu, "?view=week")


def test_a_filter_shows_nothing_of_what_one_may_not_see(school: School) -> None:
    plan(school, "Sets", 2)
    plan(school, "Waves", 3, program=school.other_program, teacher=school.olu)
    html = html_of(school.sana, f"?program=PHY-B&teacher={school.olu.uid}")

    assert codes_in(html) == []
    assert not {"Physics", "Olu", "Waves"} & set(
        re.findall(r"\w+", text_of(signed_in(school.sana).get(PAGE)))
    )
    assert "Olu" not in html
    assert "Physics" not in html


def test_a_cancelled_class_is_there_and_says_so(school: School) -> None:
    session = plan(school, "Sets", 2)
    ClassSession.objects.filter(pk=session.pk).update(cancelled_at=school.now, cancelled_by=school.tariq)

    for view in VIEWS:
        html = html_of(school.sana, view)
        assert codes_in(html) == [session.code]
        assert "Cancelled" in html


def test_a_teacher_sees_what_needs_her_and_a_student_does_not(school: School) -> None:
    plan(school, "Sets", 2, at_zoom=False, operation="failed")

    assert "Needs attention" in html_of(school.tariq)
    assert "Needs attention" not in html_of(school.sana)


def test_a_full_day_of_a_month_leads_to_the_day(school: School) -> None:
    sessions = [plan(school, f"Class {n}", 1 + n / 2) for n in range(8)]
    html = html_of(school.sana, "?view=month")

    assert codes_in(html) == [one.code for one in sessions[:3]]
    assert "+5 more" in text_of(signed_in(school.sana).get(f"{PAGE}?view=month"))
    assert "?view=day&amp;on=2026-03-02" not in html  # today's day needs no date
    assert codes_in(html_of(school.sana, "?view=day")) == [one.code for one in sessions]


def test_a_long_list_goes_on_behind_a_link(school: School) -> None:
    for number in range(105):
        plan(school, f"Class {number}", 2 + number * 5)
    html = html_of(school.sana, "?view=agenda")

    assert len(codes_in(html)) == 100
    assert "There is more" in html
    (link,) = re.findall(r'<p><a href="\?([^"]*)">', html)
    later = codes_in(html_of(school.sana, "?" + link.replace("&amp;", "&")))
    assert set(later) & set(codes_in(html)) <= set(codes_in(html)[-5:])
    assert len(set(later) | set(codes_in(html))) == 105


def test_holidays_are_named(school: School) -> None:
    for program, name in ((None, "Founders’ day"), (school.program, "Exams"), (school.other_program, "Trip")):
        Holiday.objects.create(
            program=program,
            starts_on=date(2026, 3, 4),
            ends_on=date(2026, 3, 4),
            name=name,
            created_at=school.now,
        )

    assert [one for one in ("Founders’ day", "Exams", "Trip") if one in html_of(school.sana)] == [
        "Founders’ day"
    ]
    assert "Founders’ day, Exams" in html_of(school.sana, "?program=ALG-2&view=month")
    assert "Trip" not in html_of(school.sana, "?program=PHY-B")


def test_nothing_planned_is_said(school: School) -> None:
    assert "No classes in this week." in text_of(signed_in(school.sana).get(PAGE))
    assert "No classes in these weeks." in text_of(signed_in(school.sana).get(f"{PAGE}?view=month"))
    assert "Nothing is planned" in text_of(signed_in(school.sana).get(f"{PAGE}?view=agenda"))


def test_teachers_can_schedule_from_here_and_students_cannot(school: School) -> None:
    assert "/zoom/create-meeting/" in html_of(school.tariq)
    assert "/zoom/create-meeting/" not in html_of(school.sana)


@pytest.mark.parametrize("who", ["ada", "tariq", "sana"])
def test_queries_stay_the_same_for_hundreds_of_classes(school: School, who: str) -> None:
    make_host(school.tariq, school.now)
    plan(school, "First", 1)
    person = getattr(school, who)
    few = [queries_of(person, view) for view in VIEWS]
    for number in range(60):
        plan(school, f"Class {number}", 2 + number)

    assert [queries_of(person, view) for view in VIEWS] == few
    assert max(few) <= 16


def queries_of(person: User, query: str) -> int:
    client = signed_in(person)
    client.get(PAGE)
    with CaptureQueriesContext(connection) as seen:
        assert client.get(PAGE + query).status_code == 200
    return len(seen)


def dots_in(html: str) -> list[str]:
    """The dots of each day that has some, as ● for a class that is held and ○ for a cancelled one."""
    days = re.findall(r'<span class="pips[^>]*>(.*?)</span>', html)
    drawn = ["".join("○" if "off" in dot else "●" for dot in re.findall(r"<i[^>]*>", day)) for day in days]
    return [one for one in drawn if one]


def test_a_day_of_cancelled_classes_alone_has_no_full_dot(school: School) -> None:
    off = [plan(school, "Sets", 2), *(plan(school, "Graphs", 25 + n) for n in range(2))]
    plan(school, "Limits", 27)
    ClassSession.objects.filter(pk__in=[one.pk for one in off]).update(
        cancelled_at=school.now, cancelled_by=school.tariq
    )
    for view in ("", "?view=month"):
        html = html_of(school.sana, view)
        assert dots_in(html) == ["○", "●○○"]
        said = [
            " ".join(one.split()) for one in re.findall(r'<span class="vh">([^<]*cancelled)</span>', html)
        ]
        assert said == ["1 cancelled", "1 class 2 cancelled"]


def test_what_is_cut_in_the_drawing_can_be_read_whole(school: School) -> None:
    long = "Why the Donaudampfschifffahrtsgesellschaft went by ratios & <proportions>"
    plan(school, long, 2)
    for view in ("", "?view=month"):
        assert f'title="{escape(long)}"' in html_of(school.sana, view)


def test_a_week_begins_an_hour_before_its_first_class_and_all_hours_can_be_asked_for(school: School) -> None:
    plan(school, "Sets", 10)
    hours = re.compile(r"<span>(\d\d):00</span>")
    assert hours.findall(html_of(school.tariq)) == [f"{hour:02}" for hour in range(14, 22)]
    whole = html_of(school.tariq, "?hours=all")
    assert hours.findall(whole) == [f"{hour:02}" for hour in range(24)]
    assert "?on=2026-03-09&amp;hours=all" in whole  # and stay so from week to week
    assert "hours=" not in html_of(school.tariq, "?hours=some").replace("?hours=all", "")


def test_hundreds_of_classes_in_a_month_are_a_few_lines_a_day(school: School) -> None:
    for number in range(240):
        plan(school, f"Class {number}", 1 + number * 2)
    html = html_of(school.ada, "?view=month")
    days = html.split("<section ")[1:]
    assert max(len(codes_in(day)) for day in days) == 4
    more = sum(int(n) for n in re.findall(r">\+(\d+) more<", html))
    assert sum(len(codes_in(day)) for day in days) + more == 240
    assert sum(int(n) for n in re.findall(r'vh">(\d+) class', html)) == 240


@pytest.mark.parametrize("who", ["ada", "tariq", "sana"])
def test_a_phones_bottom_bar_has_the_calendar(school: School, who: str) -> None:
    html = html_of(getattr(school, who))
    bar = html[html.index('<nav class="nav"') :].split("</nav>")[0]
    assert re.search(r'<a href="/calendar/" aria-current="page">', bar)


def test_no_style_and_no_script_stands_in_the_page(school: School) -> None:
    plan(school, "Sets", 2)
    for view in VIEWS:
        html = html_of(school.tariq, view)
        assert not re.search(r"\sstyle=|\son\w+=|<script>|<style", html)


def test_the_present_is_drawn_on_its_day(school: School) -> None:
    school.clock.advance(hours=1, minutes=20)
    html = html_of(school.sana)

    assert re.findall(r'<li class="nowline r(\d+)"', html) == ["6"]
    # its hour stands among the hours, where it covers no class
    assert re.findall(r'<div class="nowat"[^>]*><b class="r(\d+)">([\d:]+)</b></div>', html) == [
        ("6", "09:20")
    ]
    elsewhere = html_of(school.sana, "?on=2026-03-10")
    assert "nowline" not in elsewhere
    assert "nowat" not in elsewhere
