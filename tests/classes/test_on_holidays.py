"""A holiday added when classes are booked: those that it hits are shown until it is decided about them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.classes import on_holidays
from eduraise.classes.models import ClassSession, KeptOnHoliday
from eduraise.programs.enums import HolidaySource
from eduraise.programs.holiday_rules import Off
from eduraise.programs.holidays import add_holidays
from eduraise.programs.models import Holiday, Program
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class
from tests.classes.test_several import book, classes, settle, zoom
from tests.linked import LinkedZoom
from tests.school import School

pytestmark = pytest.mark.django_db
__all__ = ["classes", "zoom"]


def holiday(
    school: School, first: date, last: date | None = None, program: Program | None = None, name: str = "Feast"
) -> Holiday:
    days = [Off(first, last or first, name)]
    by, now = school.ada, school.now
    return add_holidays(program=program, holidays=days, source=HolidaySource.TYPED, by=by, now=now).made[0]


def codes(found: Any) -> list[str]:
    return list(found.order_by("starts_at").values_list("code", flat=True))


def test_those_that_begin_on_its_days_by_their_programs_clocks(school: School) -> None:
    far = school.make_program("FAR", "Far away", zone="Pacific/Auckland")
    school.assign(school.tariq, far)
    day = date(2026, 3, 10)
    at = {
        "here, its first minute": (school.program, datetime(2026, 3, 9, 23, 0, tzinfo=UTC)),
        "here, the minute before": (school.program, datetime(2026, 3, 9, 22, 59, tzinfo=UTC)),
        "here, its last minute": (school.program, datetime(2026, 3, 10, 22, 59, tzinfo=UTC)),
        "here, the next day": (school.program, datetime(2026, 3, 10, 23, 0, tzinfo=UTC)),
        "far away, its first minute": (far, datetime(2026, 3, 9, 11, 0, tzinfo=UTC)),
        "far away, the next day": (far, datetime(2026, 3, 10, 11, 0, tzinfo=UTC)),
    }
    for topic, (program, start) in at.items():
        make_class(program, school.tariq, start, topic=topic, now=school.now)
    found = on_holidays.booked_on(holiday(school, day), school.ada, school.now)
    assert sorted(found.values_list("topic", flat=True)) == [
        "far away, its first minute",
        "here, its first minute",
        "here, its last minute",
    ]


def test_a_programs_own_holiday_hits_no_other_program_and_nothing_that_is_off_or_over(school: School) -> None:
    start = school.now + timedelta(days=8)
    one = make_class(school.program, school.tariq, start, topic="Here", now=school.now)
    make_class(school.other_program, school.olu, start, topic="There", now=school.now)
    gone = make_class(school.program, school.tariq, start + timedelta(hours=2), topic="Off", now=school.now)
    ClassSession.objects.filter(pk=gone.pk).update(cancelled_at=school.now)
    found = on_holidays.booked_on(
        holiday(school, start.date(), program=school.program), school.ada, school.now
    )
    assert codes(found) == [one.code]
    past = holiday(school, school.now.date() - timedelta(days=30), name="Past")
    assert codes(on_holidays.booked_on(past, school.ada, school.now)) == []


def test_each_sees_those_that_they_may_change(school: School) -> None:
    start = school.now + timedelta(days=8)
    mine = make_class(school.program, school.tariq, start, topic="Here", now=school.now)
    theirs = make_class(school.other_program, school.olu, start, topic="There", now=school.now)
    day = holiday(school, start.date())
    numbers = {
        person.name: [one.number for one in on_holidays.on_holidays([day], person, school.now)]
        for person in (school.ada, school.tariq, school.tove, school.olu, school.sana)
    }
    assert numbers == {"Ada": [2], "Tariq": [1], "Tove": [], "Olu": [1], "Sana": []}
    assert codes(on_holidays.booked_on(day, school.tariq, school.now)) == [mine.code]
    page = text_of(signed_in(school.olu).get(f"/classes/holidays/{day.uid}/"))
    assert theirs.topic in page
    assert mine.topic not in page


def test_saving_one_leads_to_the_classes_that_it_hits(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    school = zoom.school
    client = signed_in(school.tariq)
    first, last = classes[0].starts_at.date(), classes[2].starts_at.date()
    typed = {"name": "Storm", "starts_on": f"{first}", "ends_on": f"{last}"}
    answer = client.post(f"/programs/{school.program.code}/timetable/holidays/new/", typed)
    day = Holiday.objects.get(name="Storm")
    assert (answer.status_code, answer["Location"]) == (302, f"/classes/holidays/{day.uid}/")
    page = text_of(client.get(answer["Location"]))
    assert "3 booked classes fall on “Storm”" in page
    # and later it stands in the timetable
    assert "3 booked classes fall on it" in text_of(client.get(f"/programs/{school.program.code}/timetable/"))
    # one that hits nothing leads to the list as ever
    typed = {"name": "Later", "starts_on": "2026-12-24", "ends_on": "2026-12-24"}
    answer = client.post(f"/programs/{school.program.code}/timetable/holidays/new/", typed)
    assert answer["Location"] == f"/programs/{school.program.code}/timetable/"


def test_of_several_that_are_brought_the_list_says_which_hit_something(
    zoom: LinkedZoom, classes: list[ClassSession]
) -> None:
    first = classes[0].starts_at.date()
    client = signed_in(zoom.school.ada)
    lines = f"{first} Storm\n2026-12-24 Christmas"
    answer = client.post("/programs/holidays/several/", {"text": lines}, follow=True)
    page = text_of(answer)
    assert "1 booked class falls on it" in page
    assert page.count("on it") == 1
    assert "1 booked class falls on them: decide about it below." in answer.content.decode()


def test_a_holiday_whose_days_change_asks_anew(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    school = zoom.school
    day = holiday(school, classes[0].starts_at.date(), program=school.program)
    typed = {
        "name": "Feast",
        "starts_on": f"{day.starts_on}",
        "ends_on": f"{day.starts_on + timedelta(days=1)}",
        "version": "1",
    }
    answer = signed_in(school.tariq).post(
        f"/programs/{school.program.code}/timetable/holidays/{day.uid}/", typed
    )
    assert answer["Location"] == f"/classes/holidays/{day.uid}/"
    assert codes(on_holidays.booked_on(Holiday.objects.get(), school.tariq, school.now)) == [
        classes[0].code,
        classes[1].code,
    ]


def test_they_go_to_the_next_free_day_from_there(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    school = zoom.school
    first, last = classes[0].starts_at.date(), classes[1].starts_at.date()
    day = holiday(school, first, last)
    client = signed_in(school.tariq)
    here = f"/classes/holidays/{day.uid}/"
    picks = [classes[0].code, classes[1].code]
    answer = client.post(here, {"do": "free", "pick": picks})
    page = client.get(answer["Location"])
    assert "2 classes move." in text_of(page)
    typed = {"shown": picks, "pick": picks, "how": "free", "back": here}
    typed |= {f"version-{one.code}": one.version for one in classes[:2]}
    assert client.post("/classes/several/time/", typed)["Location"] == here
    days = [one.starts_at.date() for one in ClassSession.objects.order_by("pk")]
    # the day between is the first one’s, the next the third class’s at that hour
    assert days == [last + timedelta(days=1), last + timedelta(days=3), classes[2].starts_at.date()]
    assert "Nothing to decide" in text_of(client.get(here))
    settle(zoom)
    assert list(
        ClassSession.objects.order_by("pk").values_list("occurrence__zoom_starts_at", flat=True)
    ) == list(ClassSession.objects.order_by("pk").values_list("starts_at", flat=True))


def test_those_that_are_kept_are_not_asked_about_again_until_they_move(
    zoom: LinkedZoom, classes: list[ClassSession]
) -> None:
    school = zoom.school
    day = holiday(school, classes[0].starts_at.date(), classes[2].starts_at.date())
    client, here = signed_in(school.tariq), f"/classes/holidays/{day.uid}/"
    client.post(here, {"do": "keep", "pick": [classes[0].code, classes[1].code]})
    page = text_of(client.get(here))
    assert "1 booked class falls on" in page
    assert "2 classes are kept on it." in page
    ClassSession.objects.filter(pk=classes[0].pk).update(
        starts_at=classes[0].starts_at + timedelta(minutes=5)
    )
    assert codes(on_holidays.booked_on(day, school.tariq, zoom.now)) == [classes[0].code, classes[2].code]
    client.post(here, {"do": "ask"})
    assert len(codes(on_holidays.booked_on(day, school.tariq, zoom.now))) == 3


def test_nobody_keeps_what_they_may_not_change(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    school = zoom.school
    day = holiday(school, classes[0].starts_at.date())
    signed_in(school.olu).post(f"/classes/holidays/{day.uid}/", {"do": "keep", "pick": [classes[0].code]})
    assert not KeptOnHoliday.objects.exists()
    own = holiday(school, classes[0].starts_at.date(), program=school.program, name="Ours")
    assert signed_in(school.olu).get(f"/classes/holidays/{own.uid}/").status_code == 404
    assert signed_in(school.sana).get(f"/classes/holidays/{day.uid}/").status_code == 404


def test_the_list_of_holidays_takes_the_same_queries_for_many(zoom: LinkedZoom) -> None:
    school = zoom.school
    client = signed_in(school.ada)
    counts = []
    for number in range(2):
        for step in range(1 + 12 * number):
            session = book(zoom, 3 + step + number)
            holiday(school, session.starts_at.date(), name=f"Feast {number} {step}")
        client.get("/programs/holidays/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/programs/holidays/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_many_stand_on_pages(school: School) -> None:
    start = school.now + timedelta(days=8)
    for number in range(30):
        make_class(
            school.program,
            school.tariq,
            start + timedelta(minutes=20 * number),
            topic=f"N{number}",
            now=school.now,
        )
    day = holiday(school, start.date(), start.date() + timedelta(days=1))
    client = signed_in(school.ada)
    first = client.get(f"/classes/holidays/{day.uid}/")
    assert "30 booked classes fall on" in text_of(first)
    assert first.content.decode().count('name="pick"') == 25
    assert client.get(f"/classes/holidays/{day.uid}/?page=2").content.decode().count('name="pick"') == 5
