"""Classes of a series in a feed: one entry with its rule, which shows exactly what is planned."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.calendars.actions import address_of, make_feed
from eduraise.calendars.queries import classes_of
from eduraise.classes.models import ClassSession, Series
from eduraise.classes.serial import DatedClass
from eduraise.programs.syllabus import add_topics
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


def test_classes_with_titles_of_their_own_are_dates_of_their_series_with_their_doors(
    school: School,
) -> None:
    make_host(school.tariq, school.now)
    series.plan(school, series.thursdays(school, 4))
    body = body_for(school)
    (line,) = Series.objects.all()

    assert hours(body) == planned()
    assert set(values(body, "UID")) == {f"{line.uid}@localhost"}
    codes = ClassSession.objects.order_by("starts_at").values_list("code", flat=True)
    # one says what the rule says, and has the series' door
    assert [one.url for one in shown(body)][1:] == [f"http://localhost:8000/j/{code}" for code in codes[1:]]


def test_a_short_series_is_the_same_entry_when_all_of_it_is_moved(school: School) -> None:
    """Both classes go an hour later: whoever has the feed finds them moved, by an independent reader."""
    make_host(school.tariq, school.now)
    days = series.thursdays(school, 2)
    booked = series.plan(school, days, classes=[DatedClass(on, series.at(on), "Sets") for on in days]).booked
    before = shown(body_for(school))
    for one in booked.values():
        hour = timedelta(hours=1)
        change(one, starts_at=one.starts_at + hour, ends_at=one.ends_at + hour, version=2)
    after = shown(body_for(school))

    assert {one.uid for one in after} == {one.uid for one in before}
    assert [(one.starts_at - was.starts_at) for one, was in zip(after, before, strict=True)] == [hour, hour]
    assert hours(body_for(school)) == planned()


def test_each_date_has_its_topic_of_the_syllabus_and_the_rest_is_regular(
    school: School, term: list[ClassSession]
) -> None:
    add_topics(program=school.program, titles=["Sets", "Graphs", "Limits"], by=school.ada, now=school.now)
    ClassSession.objects.update(topic="Algebra II")
    change(term[1], cancelled_at=school.now, version=2)
    found = shown(body_for(school))
    (line,) = Series.objects.all()

    # a cancelled class gives its topic to the next
    assert [one.title for one in found] == [
        *("Algebra II: Sets", "Algebra II: Graphs", "Algebra II: Limits"),
        *["Algebra II"] * 6,
    ]
    assert "\nTopic: Graphs\n" in found[1].description
    assert "Topic:" not in found[4].description
    assert {one.uid for one in found} == {f"{line.uid}@localhost"}
    body = signed_in(school.sana).get(f"/classes/{term[2].code}/calendar.ics").content
    assert values(body, "SUMMARY") == ["Algebra II: Graphs"]


def test_a_feed_takes_the_same_queries_with_a_syllabus_for_two_classes_or_for_ten(
    school: School, term: list[ClassSession]
) -> None:
    feed = make_feed(person=school.sana, program=None, now=school.now)
    add_topics(program=school.program, titles=["Sets"] * 10, by=school.ada, now=school.now)
    counts = []
    for number in (2, 10):
        ClassSession.objects.update(cancelled_at=school.now)
        ClassSession.objects.filter(pk__in=[one.pk for one in term[:number]]).update(cancelled_at=None)
        with CaptureQueriesContext(connection) as captured:
            classes_of(feed, school.now)
        counts.append(len(captured))
    assert counts == [2, 2]


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


def test_a_class_with_a_title_of_its_own_is_the_same_date_as_a_file(school: School) -> None:
    make_host(school.tariq, school.now)
    series.plan(school, series.thursdays(school, 4))
    session = ClassSession.objects.order_by("starts_at")[1]
    body = signed_in(school.sana).get(f"/classes/{session.code}/calendar.ics").content

    assert values(body, "UID")[0] in values(body_for(school), "UID")
    assert values(body, "RECURRENCE-ID")[0] in values(body_for(school), "RECURRENCE-ID")


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

    (line,) = Series.objects.all()
    assert values(body, "UID") == [f"{line.uid}@localhost"]
    assert hours(body) == [("Algebra", term[3].starts_at, term[3].ends_at)]


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
