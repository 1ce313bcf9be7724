"""What an admin sees and does of changes at Zoom that wait or failed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from eduraise.classes import troubled
from eduraise.classes.announce import announce_due
from eduraise.core import breaker
from eduraise.notifications.models import Message
from eduraise.zoom import silence
from eduraise.zoom.models import ZoomOperation
from tests.classes.pages import text_of
from tests.classes.rows import make_class, want
from tests.linked import LinkedZoom
from tests.school import School
from tests.zoom.connecting import browser

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}


@pytest.fixture
def admin(school: School) -> Client:
    return browser(school.ada)


def stopped(linked: LinkedZoom, school: School) -> ZoomOperation:
    """A booking that Zoom refused."""
    linked.want(linked.connect(school.tariq))
    ZoomOperation.objects.update(state="failed", answer_code="host_unlicensed")
    return ZoomOperation.objects.get()


@pytest.mark.django_db(transaction=True)
def test_retry_tries_the_row_that_was_clicked_and_shows_it_in_place(
    linked: LinkedZoom, school: School, admin: Client
) -> None:
    clicked = stopped(linked, school)
    linked.want(clicked.meeting.host, topic="Another")
    other = ZoomOperation.objects.exclude(pk=clicked.pk)
    other.update(state="failed", answer_code="host_unlicensed")

    answer = admin.post(f"/zoom/operations/{clicked.uid}/", headers=PARTIAL)

    row = answer.content.decode()
    assert row.lstrip().startswith("<li")
    assert ("Sets" in row, "Another" in row, "Done" in row) == (True, False, True)
    clicked.refresh_from_db()
    assert clicked.state == "overtaken"
    assert [one.state for one in other.filter(meeting__wanted_topic="Another")] == ["failed"]


@pytest.mark.django_db
def test_what_waits_says_when_it_is_tried_next_and_can_be_tried_now(
    linked: LinkedZoom, school: School, admin: Client
) -> None:
    linked.want(linked.connect(school.tariq))
    next_at = linked.now + timedelta(minutes=5)
    rows = ZoomOperation.objects.all()
    rows.update(state="pending", next_at=next_at, last_error_code="server_error")
    page = text_of(admin.get("/zoom/operations/"))
    assert "Zoom answered with an error of its own." in page
    assert "next try Mon 2 Mar, 08:05" in page

    admin.post(f"/zoom/operations/{rows.get().uid}/")

    assert rows.get().next_at == linked.now
    rows.update(next_at=next_at, last_error_code="own_limit")
    page = text_of(admin.get("/zoom/operations/"))
    assert ("We wait for Zoom’s limit of calls." in page, "Try now" in page) == (True, False)


@pytest.mark.django_db
def test_what_was_done_has_a_tab_and_says_what_was_done_by_itself(
    linked: LinkedZoom, school: School, admin: Client
) -> None:
    linked.want(linked.connect(school.tariq))
    linked.push()
    ZoomOperation.objects.update(why="preflight")

    assert "Nothing waits" in text_of(admin.get("/zoom/operations/"))
    assert "Found less guarded before its class" in text_of(admin.get("/zoom/operations/?tab=done"))


@pytest.mark.django_db
def test_what_was_given_up_is_told_its_teacher_and_stands_in_the_history(
    linked: LinkedZoom, school: School, admin: Client
) -> None:
    session = make_class(school.program, school.tariq, linked.now + timedelta(days=1), now=linked.now)
    assert session.occurrence
    row = want(session.occurrence.meeting, "update", "pending", linked.now)

    admin.post(f"/zoom/operations/{row.uid}/giving-up/")
    announce_due(linked.now)

    message = Message.objects.get(kind=troubled.TROUBLE)
    said = troubled.trouble_words([message], linked.now)[message.pk]
    assert (message.person, said.sentences[0].split(".")[0]) == (
        school.tariq,
        "An admin has stopped trying a change of it at Zoom",
    )
    page = text_of(browser(school.tariq).get(f"/classes/{session.code}/"))
    assert "Given up: “Change the meeting” isn’t tried at Zoom any more by an admin" in page
    assert "An admin has stopped trying this at Zoom." in page


def test_retry_without_scripts_leads_back_to_the_list(
    linked: LinkedZoom, school: School, admin: Client
) -> None:
    clicked = stopped(linked, school)

    answer = admin.post(f"/zoom/operations/{clicked.uid}/")

    assert (answer.status_code, answer.headers["Location"]) == (302, "/zoom/operations/")
    assert linked.states() == [("create", "overtaken"), ("create", "pending")]


def test_a_refused_change_says_why_in_words_and_leads_to_its_class(school: School, admin: Client) -> None:
    session = make_class(
        school.program, school.tariq, school.now + timedelta(days=1), now=school.now, operation="failed"
    )
    ZoomOperation.objects.update(answer_code="invalid_field:topic")

    page = admin.get("/zoom/operations/").content.decode()

    assert f'<a href="/classes/{session.code}/">' in page
    assert "Zoom does not take something in it. (topic)" in page


def test_giving_up_is_asked_first(linked: LinkedZoom, school: School, admin: Client) -> None:
    row = stopped(linked, school)
    page = f"/zoom/operations/{row.uid}/giving-up/"

    assert "Give up “Book the meeting: Sets”?" in admin.get(page).content.decode()
    assert linked.states() == [("create", "failed")]
    admin.post(page)
    assert linked.states() == [("create", "given_up")]
    assert "Retry" in admin.get("/zoom/operations/").content.decode()


def test_the_list_has_numbered_pages(linked: LinkedZoom, school: School, admin: Client) -> None:
    host = linked.connect(school.tariq)
    for number in range(51):
        linked.want(host, topic=f"Class {number:02d}")

    first = admin.get("/zoom/operations/").content.decode()
    second = admin.get("/zoom/operations/?page=2").content.decode()

    assert ("Class 50" in first, "Class 00" in first, "Class 00" in second) == (True, False, True)


def test_no_worker_and_a_silent_zoom_are_seen(linked: LinkedZoom, school: School, admin: Client) -> None:
    breaker.failed(silence.BREAKER, linked.now)
    breaker.failed(silence.BREAKER, linked.now)

    page = admin.get("/operations/").content.decode()

    assert "No worker is running." in page
    assert "Zoom is not answering." in page
