"""A limit of Zoom's for the day is called by its name, with the hour at which all goes on."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.classes.announce import announce_due
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession
from eduraise.classes.scheduling import schedule_class
from eduraise.notifications.models import Message
from eduraise.zoom.enums import HostState
from eduraise.zoom.models import HostDay, ZoomOperation, ZoomUser
from tests.linked import LinkedZoom
from tests.zoom.connecting import browser
from zoomclient.limits import next_utc_day

pytestmark = pytest.mark.django_db
MESSAGE = "You have reached the maximum daily rate limit for this API."


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    tariq = linked.school.tariq
    tariq.zone = "Europe/Madrid"  # whose midnight is not Zoom's
    tariq.save()
    return linked.connect(tariq)


def spend(linked: LinkedZoom) -> None:
    """Zoom has no more calls for this account today."""
    headers = {
        "Retry-After": f"{next_utc_day(linked.now):%Y-%m-%dT%H:%M:%SZ}",
        "X-RateLimit-Type": "Daily-limit",
    }
    body = {"code": 429, "message": MESSAGE}
    linked.sim.fault("status", operation="meetingCreate", status=429, body=body, headers=headers)


def book(linked: LinkedZoom) -> ClassSession:
    draft = ClassDraft(
        program=linked.school.program,
        teacher=linked.school.tariq,
        topic="Sets",
        starts_at=linked.now + timedelta(days=2),
        duration=timedelta(hours=1),
        zone="Europe/Madrid",
    )
    return schedule_class(by=linked.school.tariq, draft=draft, now=linked.now)


def page(linked: LinkedZoom, path: str) -> str:
    return browser(linked.school.tariq).get(path).content.decode()


def test_a_class_that_waits_for_the_next_day_says_so_and_from_when(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    spend(linked)
    session = book(linked)
    linked.push()

    shown = page(linked, f"/classes/{session.code}/")
    # midnight UTC by the clocks of Madrid, where the reader is
    assert "Zoom’s limit of the day is used up" in shown
    assert "01:00 on. There is nothing to do." in shown
    assert "Zoom isn’t answering" not in shown
    assert ZoomOperation.objects.get().last_error_code == "day_spent"
    linked.advance(minutes=3)
    announce_due(linked.now)
    bell = page(linked, "/notifications/")
    assert "Zoom’s limit of the day is used up." in bell
    assert "Zoom isn’t answering" not in bell
    assert Message.objects.count() == 1

    linked.advance(seconds=(next_utc_day(linked.now) - linked.now).total_seconds() + 5)
    assert "done" in linked.push()
    assert "used up" not in page(linked, f"/classes/{session.code}/")


def test_nothing_is_left_today_where_the_days_calls_are_spent(linked: LinkedZoom, host: ZoomUser) -> None:
    assert "bookings or changes" in page(linked, "/zoom/connect/")
    spend(linked)
    book(linked)
    linked.push()

    shown = page(linked, "/zoom/connect/")
    assert "None: Zoom’s limit of the day is used up." in shown
    assert "bookings or changes" not in shown


def test_a_hosts_own_spent_day_is_said_the_same(linked: LinkedZoom, host: ZoomUser) -> None:
    HostDay.objects.create(host=host, utc_on=linked.now.date(), used=100)
    assert "None: Zoom’s limit of the day is used up." in page(linked, "/zoom/connect/")


def test_a_check_by_hand_is_made_all_the_same(linked: LinkedZoom, host: ZoomUser) -> None:
    spend(linked)
    book(linked)
    linked.push()
    teacher = browser(linked.school.tariq)
    asked = linked.sim.called("user")

    said = teacher.post("/zoom/connect/check/", follow=True).content.decode()
    assert "Zoom answered: the connection works." in said
    assert linked.sim.called("user") == asked + 1

    linked.sim.user(linked.school.tariq.email, revoke=True)
    teacher.post("/zoom/connect/check/")
    host.refresh_from_db()
    assert host.state == HostState.LOST


def test_a_check_that_zoom_refuses_for_its_limit_is_no_silence(linked: LinkedZoom, host: ZoomUser) -> None:
    body = {"code": 429, "message": MESSAGE}
    headers = {
        "Retry-After": f"{next_utc_day(linked.now):%Y-%m-%dT%H:%M:%SZ}",
        "X-RateLimit-Type": "Daily-limit",
    }
    linked.sim.fault("status", operation="user", status=429, body=body, headers=headers)

    said = browser(linked.school.tariq).post("/zoom/connect/check/", follow=True).content.decode()

    assert "its limit of calls for the day is used up" in said
    assert "01:00" in said
    assert "didn’t answer" not in said
