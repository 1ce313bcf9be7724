"""A feed shows what its owner may see when it is fetched, by our own links, to whoever has its address."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.calendars.actions import address_of, make_feed, remove_feed, replace_feed
from eduraise.calendars.models import Feed
from eduraise.classes.models import ClassSession
from eduraise.config import logs
from eduraise.programs.models import Assignment, Enrolment, Program
from tests.calendars.reading import shown, titles, values
from tests.classes.pages import signed_in
from tests.classes.rows import make_class, make_host
from tests.school import School
from tests.tables import changed, contents


@pytest.fixture(autouse=True)
def fresh_counts(db: None) -> None:
    cache.clear()


def plan(school: School, topic: str, hours: float = 24, **fields: Any) -> ClassSession:
    at = school.now + timedelta(hours=hours)
    given = {"program": school.program, "teacher": school.tariq, "topic": topic} | fields
    return make_class(given.pop("program"), given.pop("teacher"), at, now=school.now, **given)


def path_of(school: School, person: User, program: Program | None = None) -> str:
    feed = make_feed(person=person, program=program, now=school.now)
    return address_of(feed).removeprefix("http://localhost:8000")


def fetched(path: str) -> list[str]:
    """The titles that a calendar program shows."""
    answer = Client().get(path)
    assert answer.status_code == 200
    return titles(shown(answer.content))


def test_a_student_sees_the_classes_that_she_attends(school: School) -> None:
    plan(school, "Sets")
    plan(school, "Waves", program=school.other_program, teacher=school.olu)
    answer = Client().get(path_of(school, school.sana))

    (one,) = shown(answer.content)
    session = ClassSession.objects.get(topic="Sets")
    door = f"http://localhost:8000/j/{session.code}"
    assert (one.title, one.starts_at, one.ends_at) == ("Sets", session.starts_at, session.ends_at)
    assert (one.url, one.location, one.uid) == (door, door, f"{session.uid}@localhost")
    assert one.description == f"Algebra II\nTeacher: Tariq\nJoin: {door}"
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert values(answer.content, "X-WR-CALNAME") == ["Escola Oberta"]


def test_each_sees_her_own(school: School) -> None:
    plan(school, "Sets")
    plan(school, "Waves", program=school.other_program, teacher=school.olu)
    school.enrol(school.tove, school.other_program)

    found = {who: fetched(path_of(school, getattr(school, who))) for who in SEES}
    assert found == SEES


SEES = {
    "tariq": ["Sets"],
    "olu": ["Waves"],
    # assists in one program, attends the other
    "tove": ["Sets", "Waves"],
    "sana": ["Sets"],
    "finn": [],
    # an admin may see all, but none of them is hers
    "ada": [],
}


def test_a_programs_feed_shows_its_classes_to_those_who_may_see_it(school: School) -> None:
    plan(school, "Sets")
    plan(school, "Waves", program=school.other_program, teacher=school.olu)

    assert fetched(path_of(school, school.ada, school.program)) == ["Sets"]
    assert fetched(path_of(school, school.tove, school.program)) == ["Sets"]
    body = Client().get(path_of(school, school.sana, school.program)).content
    assert values(body, "X-WR-CALNAME") == ["Algebra II"]


def test_a_right_that_ended_empties_the_feed_at_once(school: School) -> None:
    plan(school, "Sets")
    own, of_program = path_of(school, school.sana), path_of(school, school.sana, school.program)
    teachers = path_of(school, school.tariq)
    assert fetched(own) == fetched(of_program) == fetched(teachers) == ["Sets"]

    Enrolment.objects.filter(person=school.sana).update(until_at=school.now)
    Assignment.objects.filter(person=school.tariq).update(until_at=school.now)

    assert fetched(own) == fetched(of_program) == fetched(teachers) == []
    assert values(Client().get(of_program).content, "X-WR-CALNAME") == ["Escola Oberta"]


def test_a_substitute_sees_the_one_class(school: School) -> None:
    plan(school, "Sets")
    other = plan(school, "Graphs", 48)
    school.assign(school.olu, school.program, only_for=other.uid)

    assert fetched(path_of(school, school.olu)) == ["Graphs"]


def test_of_a_draft_and_of_what_was_archived_students_see_nothing(school: School) -> None:
    plan(school, "Sets")
    path = path_of(school, school.sana)
    Program.objects.filter(pk=school.program.pk).update(opened_at=None)
    assert fetched(path) == []
    Program.objects.filter(pk=school.program.pk).update(opened_at=school.now, archived_at=school.now)
    assert fetched(path) == []


def test_addresses_that_are_none_answer_all_alike(school: School) -> None:
    closed, replaced, removed = (school.person(name) for name in ("cleo", "rex", "remy"))
    paths = [path_of(school, person) for person in (closed, replaced, removed)]
    User.objects.filter(pk=closed.pk).update(is_active=False)
    replace_feed(feed=Feed.objects.get(person=replaced), now=school.now)
    remove_feed(feed=Feed.objects.get(person=removed), now=school.now)

    answers = [
        Client().get(path) for path in (*paths, "/calendars/nothing.ics", f"/calendars/{'x' * 43}.ics")
    ]
    assert {(one.status_code, one.content) for one in answers} == {(404, b"Nothing here.\n")}
    assert {tuple(sorted(one.headers)) for one in answers} == {tuple(sorted(answers[0].headers))}
    assert fetched(path_of(school, replaced)) == []


def test_a_dead_address_answers_no_question_about_what_it_showed(school: School) -> None:
    plan(school, "Sets")
    path = path_of(school, school.sana)
    etag = Client().get(path).headers["ETag"]
    replace_feed(feed=Feed.objects.get(), now=school.now)

    assert Client().get(path, headers={"If-None-Match": etag}).status_code == 404
    assert Client().get(path, headers={"If-None-Match": "*"}).status_code == 404


def test_whoever_tries_addresses_is_told_to_stop_and_others_go_on(school: School) -> None:
    plan(school, "Sets")
    path = path_of(school, school.sana)
    tries = [Client().get(f"/calendars/try-{number}.ics").status_code for number in range(62)]

    assert tries == [404] * 60 + [429] * 2
    assert fetched(path) == ["Sets"]
    school.clock.advance(minutes=10)
    assert Client().get("/calendars/try.ics").status_code == 404


def test_what_did_not_change_is_not_sent_again(school: School) -> None:
    session = plan(school, "Sets")
    path = path_of(school, school.sana)
    first = Client().get(path)
    again = Client().get(path, headers={"If-None-Match": first.headers["ETag"]})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert first.headers["Last-Modified"] == "Mon, 02 Mar 2026 08:00:00 GMT"
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert first.headers["Referrer-Policy"] == "no-referrer"
    ClassSession.objects.filter(pk=session.pk).update(topic="Graphs", version=2)
    assert Client().get(path, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    User.objects.filter(pk=school.tariq.pk).update(name="Tariq Aziz")
    assert b"Tariq Aziz" in Client().get(path, headers={"If-None-Match": first.headers["ETag"]}).content


def test_a_lost_class_is_noticed_by_whoever_asks_by_date(school: School) -> None:
    """What remains may be older than what was fetched."""
    plan(school, "Sets")
    path = path_of(school, school.sana)
    seen = Client().get(path).headers["Last-Modified"]
    Enrolment.objects.update(until_at=school.now)

    answer = Client().get(path, headers={"If-Modified-Since": seen})
    assert (answer.status_code, shown(answer.content)) == (200, [])


def test_a_changed_class_keeps_its_uid_and_its_sequence_rises(school: School) -> None:
    session = plan(school, "Sets")
    path = path_of(school, school.sana)
    (before,) = shown(Client().get(path).content)
    later = session.starts_at + timedelta(days=1)
    ClassSession.objects.filter(pk=session.pk).update(
        starts_at=later, ends_at=later + timedelta(hours=1), version=4, changed_at=school.now
    )
    (after,) = shown(Client().get(path).content)

    assert (before.uid, before.sequence, after.sequence) == (after.uid, 1, 4)
    assert after.starts_at == later


def test_a_cancelled_class_says_so_for_a_month_and_names_no_link(school: School) -> None:
    session = plan(school, "Sets", hours=24 * 40)
    path = path_of(school, school.sana)
    ClassSession.objects.filter(pk=session.pk).update(
        cancelled_at=school.now, cancel_message="Tariq is ill", version=2
    )
    (one,) = shown(Client().get(path).content)

    assert (one.status, one.title, one.sequence) == ("CANCELLED", "Cancelled: Sets", 2)
    assert one.description == "Tariq is ill\n\nAlgebra II\nTeacher: Tariq"
    school.clock.advance(days=31)
    assert fetched(path) == []


def test_it_reaches_from_two_months_ago_to_a_year_ahead(school: School) -> None:
    for topic, days in (("Long ago", -61), ("Lately", -59), ("In a year", 365), ("Too far", 367)):
        plan(school, topic, hours=24 * days)

    assert fetched(path_of(school, school.sana)) == ["Lately", "In a year"]


def test_times_are_written_by_the_clocks_of_the_class(school: School) -> None:
    plan(school, "Sets", hours=10)  # 18:00 UTC
    body = Client().get(path_of(school, school.sana)).content

    assert values(body, "DTSTART")[-1] == "20260302T190000"
    assert values(body, "TZID") == ["Europe/Madrid"]


def test_words_are_the_owners_whatever_the_browser_prefers(school: School) -> None:
    plan(school, "Sets")
    path = path_of(school, school.sana)

    plain = Client().get(path)
    assert Client().get(path, headers={"Accept-Language": "es"}).content == plain.content
    assert signed_in(school.ada).get(path).content == plain.content


def test_zooms_own_link_number_and_passcode_are_in_none(school: School) -> None:
    session = plan(school, "Sets")
    assert session.occurrence
    meeting = session.occurrence.meeting
    meeting.passcode = "canary-passcode"
    meeting.save()
    bodies = [
        Client().get(path_of(school, school.tariq)).content.decode(),
        Client().get(path_of(school, school.ada, school.program)).content.decode(),
        signed_in(school.tariq).get(f"/classes/{session.code}/calendar.ics").content.decode(),
    ]
    for body in bodies:
        assert session.code in body
        for secret in ("zoom.us", "pwd=", meeting.meeting_number, "canary", meeting.ref):
            assert secret not in body.replace("\r\n ", "")


def test_other_students_names_are_in_none(school: School) -> None:
    plan(school, "Sets")
    school.enrol(school.person("wanda"), school.program)

    assert b"Wanda" not in Client().get(path_of(school, school.tariq)).content


def test_no_session_comes_of_it_and_a_fetch_is_noted_a_few_times_a_day(school: School) -> None:
    plan(school, "Sets")
    path = path_of(school, school.sana)
    client = Client()
    assert client.get(path).cookies == {}
    assert Feed.objects.get().fetched_at == school.now
    before = contents()
    school.clock.advance(hours=5)
    client.get(path)
    assert changed(before) == []
    school.clock.advance(hours=1)
    client.get(path)
    assert Feed.objects.get().fetched_at == school.now


def test_it_is_read_only(school: School) -> None:
    path = path_of(school, school.sana)

    assert [getattr(Client(), way)(path).status_code for way in ("post", "put", "delete")] == [405] * 3


def test_queries_stay_the_same_for_many_classes(school: School) -> None:
    make_host(school.tariq, school.now)
    path = path_of(school, school.sana)
    of_program = path_of(school, school.sana, school.program)
    plan(school, "First")
    for each in (path, of_program):
        Client().get(each)
    few = [queries_of(each) for each in (path, of_program)]
    for number in range(30):
        plan(school, f"Class {number}", hours=24 + number)

    assert [queries_of(each) for each in (path, of_program)] == few
    assert few[0] <= 3


def queries_of(path: str) -> int:
    with CaptureQueriesContext(connection) as seen:
        assert Client().get(path).status_code == 200
    return len(seen)


def test_the_address_is_in_no_log(school: School, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    path = path_of(school, school.sana)
    secret = path.removeprefix("/calendars/").removesuffix(".ics")
    replace_feed(feed=Feed.objects.get(), now=school.now)
    Client().get(path)
    Client().post(path)

    raw = [record for record in caplog.records if secret in record.getMessage()]
    assert raw  # the framework says which address it was
    config = logs.configure(readable=False)
    line = config["formatters"]["line"]
    formatter = line.pop("()")(**line)
    assert [one for one in map(formatter.format, raw) if secret in one] == []


def test_the_secret_is_kept_encrypted(school: School) -> None:
    path = path_of(school, school.sana)
    secret = path.removeprefix("/calendars/").removesuffix(".ics")
    rows = "\n".join(row for table in contents(without=()).values() for row in table)

    assert len(secret) == 43
    assert secret not in rows
    assert Feed.objects.get().secret == secret


def test_one_class_is_a_file_for_those_who_may_know_of_it(school: School) -> None:
    session = plan(school, "Sets")
    path = f"/classes/{session.code}/calendar.ics"
    answer = signed_in(school.sana).get(path)

    assert titles(shown(answer.content)) == ["Sets"]
    assert answer.headers["Content-Disposition"] == f'attachment; filename="{session.code}.ics"'
    assert "no-store" in answer.headers["Cache-Control"]
    assert [signed_in(getattr(school, who)).get(path).status_code for who in ("olu", "finn")] == [404, 404]
    assert Client().get(path).status_code == 302
