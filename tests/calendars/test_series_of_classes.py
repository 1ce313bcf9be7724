"""Classes of a series in a feed: one entry with its rule, which shows exactly what is planned."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.test import Client

from eduraise.calendars.actions import address_of, make_feed
from eduraise.classes.models import ClassSession, Series
from eduraise.classes.serial import DatedClass
from tests.calendars.reading import hours, rules, shown, values
from tests.classes import series
from tests.classes.pages import signed_in
from tests.classes.rows import make_host
from tests.school import School


@pytest.fixture
def term(school: School) -> list[ClassSession]:
    """Ten Thursdays at ten by Madrid's clocks, through the change of clocks at the end of March."""
    make_host(school.tariq, school.now)
    days = series.thursdays(school, 10)
    classes = [DatedClass(on, series.at(on), "Algebra") for on in days]
    booked = series.plan(school, days, classes=classes).booked
    assert len(booked) == 10
    return [booked[on] for on in days]


def body_for(school: School, who: str = "sana") -> bytes:
    feed = make_feed(person=getattr(school, who), program=None, now=school.now)
    return Client().get(address_of(feed).removeprefix("http://localhost:8000")).content


def planned() -> list[tuple[str, datetime, datetime]]:
    found = ClassSession.objects.filter(cancelled_at__isnull=True).order_by("starts_at")
    return [(one.topic, one.starts_at, one.ends_at) for one in found]


def change(session: ClassSession, **fields: object) -> None:
    ClassSession.objects.filter(pk=session.pk).update(**fields)


def test_a_term_is_one_entry(school: School, term: list[ClassSession]) -> None:
    body = body_for(school)
    (line,) = Series.objects.all()

    assert values(body, "UID") == [f"{line.uid}@localhost"]
    assert rules(body) == ["FREQ=WEEKLY;UNTIL=20260514T080000Z;INTERVAL=1"]
    assert values(body, "DTSTART")[-1] == "20260312T100000"
    assert hours(body) == planned()
    assert {one.url for one in shown(body)} == {f"http://localhost:8000/calendar/series/{line.uid}/"}


def test_what_is_moved_cancelled_or_called_otherwise_is_told_apart(
    school: School, term: list[ClassSession]
) -> None:
    before = int(values(body_for(school), "SEQUENCE")[0])
    school.clock.advance(minutes=5)
    later = term[2].starts_at + timedelta(days=1)
    change(term[2], starts_at=later, ends_at=later + timedelta(hours=1), version=2, changed_at=school.now)
    change(term[4], cancelled_at=school.now, version=2)
    change(term[6], topic="Exam", version=2)
    body = body_for(school)

    assert hours(body) == planned()
    assert len(values(body, "EXDATE")) == 1
    assert values(body, "RECURRENCE-ID") == ["20260326T100000", "20260423T100000"]
    assert len(set(values(body, "UID"))) == 1
    assert int(values(body, "SEQUENCE")[0]) == before + 300
    doors = {one.title: one.url for one in shown(body)}
    assert doors["Exam"] == f"http://localhost:8000/j/{term[6].code}"


def test_classes_with_titles_of_their_own_stand_alone_with_their_doors(school: School) -> None:
    make_host(school.tariq, school.now)
    series.plan(school, series.thursdays(school, 4))
    body = body_for(school)

    assert rules(body) == []
    assert hours(body) == planned()
    codes = ClassSession.objects.order_by("starts_at").values_list("code", flat=True)
    assert [one.url for one in shown(body)] == [f"http://localhost:8000/j/{code}" for code in codes]


def test_one_of_its_classes_as_a_file_is_that_date_of_the_entry_in_the_feed(
    school: School, term: list[ClassSession]
) -> None:
    later = term[2].starts_at + timedelta(days=1)
    change(term[2], starts_at=later, ends_at=later + timedelta(hours=1), version=2, changed_at=school.now)
    feed = body_for(school)
    for session, original in ((term[1], "20260319T100000"), (term[2], "20260326T100000")):
        session.refresh_from_db()
        body = signed_in(school.sana).get(f"/classes/{session.code}/calendar.ics").content
        assert values(body, "UID") == [values(feed, "UID")[0]]
        assert values(body, "RECURRENCE-ID") == [original]
        assert values(body, "SEQUENCE") == [values(feed, "SEQUENCE")[0]]
        assert rules(body) == []
        assert f"http://localhost:8000/j/{session.code}" in values(body, "URL")


def test_a_class_that_stands_alone_in_the_feed_is_the_same_entry_as_a_file(school: School) -> None:
    make_host(school.tariq, school.now)
    series.plan(school, series.thursdays(school, 4))
    session = ClassSession.objects.order_by("starts_at")[1]
    body = signed_in(school.sana).get(f"/classes/{session.code}/calendar.ics").content

    assert values(body, "UID") == [f"{session.uid}@localhost"]
    assert values(body, "UID")[0] in values(body_for(school), "UID")
    assert values(body, "RECURRENCE-ID") == []


def test_a_series_keeps_its_beginning_when_that_is_long_ago(school: School, term: list[ClassSession]) -> None:
    before = body_for(school)
    school.clock.advance(days=75)

    assert values(body_for(school), "DTSTART")[-1] == values(before, "DTSTART")[-1] == "20260312T100000"


def test_once_all_of_it_is_long_ago_it_is_gone(school: School, term: list[ClassSession]) -> None:
    school.clock.advance(days=200)

    assert shown(body_for(school)) == []


def test_what_goes_on_in_another_series_ends_the_rule_and_raises_the_sequence(
    school: School, term: list[ClassSession]
) -> None:
    (former,) = Series.objects.all()
    before = int(values(body_for(school), "SEQUENCE")[0])
    school.clock.advance(hours=1)
    meeting = former.meeting
    meeting.pk, meeting.uid, meeting.ref = None, uuid4(), "another"
    meeting.save()
    fields = ("program", "teacher", "topic", "zone", "local_start", "minutes", "every_weeks", "ends_on")
    after = Series.objects.create(
        meeting=meeting,
        continues=former,
        starts_on=date(2026, 4, 16),
        created_at=school.now,
        **{name: getattr(former, name) for name in fields},
    )
    ClassSession.objects.filter(pk__in=[one.pk for one in term[5:]]).update(series=after)
    body = body_for(school)

    assert hours(body) == planned()
    assert len(set(values(body, "UID"))) == 2
    assert int(values(body, "SEQUENCE")[0]) == before + 3600
    assert rules(body)[0] == "FREQ=WEEKLY;UNTIL=20260409T080000Z;INTERVAL=1"
    # the former link leads on
    school.clock.set(datetime(2026, 4, 20, tzinfo=UTC))
    answer = signed_in(school.sana).get(f"/calendar/series/{former.uid}/")
    assert answer.headers["Location"] == f"/j/{term[6].code}"


def test_a_substitute_gets_her_class_alone(school: School, term: list[ClassSession]) -> None:
    school.assign(school.olu, school.program, only_for=term[3].uid)
    body = body_for(school, "olu")

    assert rules(body) == []
    assert values(body, "UID") == [f"{term[3].uid}@localhost"]


def test_the_link_of_a_series_leads_to_the_class_that_is_on_or_next(
    school: School, term: list[ClassSession]
) -> None:
    (line,) = Series.objects.all()
    path = f"/calendar/series/{line.uid}/"

    def leads_to(at: datetime) -> str:
        school.clock.set(at)
        return signed_in(school.sana).get(path).headers["Location"].removeprefix("/j/")

    change(term[1], cancelled_at=school.now)
    assert leads_to(school.now) == term[0].code
    assert leads_to(term[0].starts_at + timedelta(minutes=30)) == term[0].code
    assert leads_to(term[0].ends_at) == term[2].code
    assert leads_to(term[9].ends_at + timedelta(days=1)) == term[9].code
    assert [signed_in(getattr(school, who)).get(path).status_code for who in ("olu", "finn")] == [404, 404]
    assert signed_in(school.sana).get(f"/calendar/series/{uuid4()}/").status_code == 404
