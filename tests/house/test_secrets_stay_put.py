"""Tokens, links and passcodes: on no page, in no mail, log or table where they don't belong."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from eduraise.classes.announce import announce_due
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession
from eduraise.classes.scheduling import schedule_class
from eduraise.notifications.sending import send_due
from eduraise.zoom.models import ZoomUser
from tests.access.walking import Things, routes
from tests.linked import LinkedZoom
from tests.tables import contents

# Number, passcode and Zoom's own link are for who may host, on the class's own page
OF_HOSTS = {("ada", "classes:detail"), ("tariq", "classes:detail")}


@pytest.fixture
def booked(linked: LinkedZoom, caplog: pytest.LogCaptureFixture) -> Iterator[ClassSession]:
    """A class that stands at Zoom, with everything logged since before it was planned."""
    caplog.set_level(logging.DEBUG)
    school = linked.school
    things = (school.tariq, school.tove, school.sana, school.finn, school.ada, school.olu)
    assert all(things)
    linked.connect(school.tariq)
    draft = ClassDraft(
        program=school.program,
        teacher=school.tariq,
        topic="Sets",
        starts_at=school.now + timedelta(hours=1),
        duration=timedelta(minutes=60),
        zone="Europe/Madrid",
    )
    session = schedule_class(by=school.tariq, draft=draft, now=school.now)
    linked.push()
    linked.advance(minutes=1)
    announce_due(school.now)
    send_due(school.now)
    return session


def secrets_of(session: ClassSession) -> dict[str, str]:
    """What must not be found, by name."""
    host = ZoomUser.objects.get(teacher=session.teacher)
    session = ClassSession.objects.select_related("occurrence__meeting").get(pk=session.pk)
    assert session.occurrence
    meeting = session.occurrence.meeting
    assert meeting.join_url
    found = {
        "access token": host.access_token,
        "refresh token": host.refresh_token,
        "join link": meeting.join_url.partition("pwd=")[2] or meeting.join_url,
        "passcode": meeting.passcode,
    }
    return {name: value for name, value in found.items() if value}


def written(caplog: pytest.LogCaptureFixture) -> str:
    """Everything logged, from the fixture's beginning."""
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    return "\n".join(f"{one.name} {one.msg} {one.args} {one.exc_text}" for one in records)


def test_they_are_read_where_they_belong_and_nowhere_else(booked: ClassSession, linked: LinkedZoom) -> None:
    school, secrets = linked.school, secrets_of(booked)
    assert len(secrets) == 4
    things = Things(school)
    things.values["code"] = booked.code
    seen: set[tuple[str, str]] = set()
    for who in ("ada", "tariq", "tove", "olu", "sana", "finn"):
        client = Client(raise_request_exception=False)
        client.force_login(getattr(school, who))
        for name, pattern in routes():
            answer = client.get(things.address(name, pattern))
            said = f"{answer.getvalue()!r} {answer.headers}"
            seen |= {(who, name) for value in secrets.values() if value in said}
    assert seen == OF_HOSTS


def test_no_mail_log_or_table_holds_one(
    booked: ClassSession, linked: LinkedZoom, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = secrets_of(booked)
    mails = [str(one.message()) for one in mail.outbox]
    rows = "\n".join(row for table in contents(without=()).values() for row in table)

    assert len(mails) >= 1
    assert booked.code in rows
    logged = written(caplog)
    assert "POST /users/{userId}/meetings" in logged
    for name, value in secrets.items():
        assert value not in rows, name
        assert value not in logged, name
        assert not [one for one in mails if value in one], name


@pytest.mark.django_db(transaction=True)
def test_a_start_link_is_answered_and_kept_nowhere(
    booked: ClassSession, linked: LinkedZoom, caplog: pytest.LogCaptureFixture
) -> None:
    linked.advance(minutes=55)
    client = Client()
    client.force_login(linked.school.tariq)
    answer = client.post(f"/classes/{booked.code}/start/")

    link = answer.headers["Location"]
    key = link.partition("zak=")[2]
    assert answer.status_code == 303
    assert len(key) > 20
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert key not in "\n".join(row for table in contents(without=()).values() for row in table)
    assert key not in written(caplog)
