"""An admin sees what became of Zoom's events, and has what failed tried again."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from eduraise.accounts.models import User
from eduraise.core import hooks
from eduraise.core.models import AuditEntry
from eduraise.events.apply import apply_due
from eduraise.events.models import ZoomEvent
from eduraise.events.tasks import apply_waiting
from eduraise.ops.metrics import oldest_event_seconds
from eduraise.zoom.models import ZoomAccount, ZoomInstance
from tests.classes.pages import text_of
from tests.events.booked import Booked
from tests.events.knocking import Zoom
from tests.moving import MovingClock
from tests.school import School

pytestmark = pytest.mark.django_db
State = ZoomEvent.State
PAGE = "/operations/events/"


@pytest.fixture
def ada(school: School) -> Client:
    client = Client()
    client.force_login(school.ada)
    return client


def test_what_failed_and_what_fits_nothing_is_seen_with_its_reason(
    ada: Client, zoom: Zoom, booked: Booked
) -> None:
    zoom.tells(b"not json")
    zoom.tells(booked.event("meeting.started", account="UNKNOWN"))
    zoom.tells(booked.started(zoom.clock()))
    apply_due(zoom.clock())

    failed, misfits = ada.get(PAGE).text, ada.get(PAGE, {"state": "quarantined"}).text

    assert "It can’t be read" in failed
    assert "meeting.started" not in failed
    assert "It comes from a Zoom account that nobody here has connected." in misfits
    assert "uuid-one" not in ada.get(PAGE, {"state": "applied"}).text


def test_the_page_stands_below_the_work_that_leads_to_it(ada: Client) -> None:
    page = ada.get(PAGE).text
    nav = page[page.index("<nav") : page.index("<main")]

    assert f'<a href="{reverse("ops:work")}">Background work</a>' in page[page.index("<main") :]
    assert [link for link in nav.split("<a ") if 'aria-current="page"' in link and "Background work" in link]


def test_an_event_says_what_happened_to_which_class_and_when_to_the_second(
    ada: Client, zoom: Zoom, booked: Booked
) -> None:
    zoom.tells(booked.started(zoom.clock()))
    apply_due(zoom.clock())

    page = text_of(ada.get(PAGE, {"state": "applied"}))

    assert "A meeting began: ALG-2 · My Meeting · Tariq" in page
    assert f"{zoom.clock():%H:%M:%S}" in page


def test_what_can_never_be_read_is_put_away_and_kept(ada: Client, zoom: Zoom, booked: Booked) -> None:
    zoom.tells(b"not json")
    apply_due(zoom.clock())
    event = ZoomEvent.objects.get()

    ada.post(reverse("events:putting_away", args=[event.uid]))

    assert ZoomEvent.objects.get().state == State.DISMISSED
    assert not [
        one for one in hooks.needs_of.ask(person=ada_of(ada), now=zoom.clock()) if "event" in one.title
    ]
    page = text_of(ada.get(PAGE, {"state": "dismissed"}))
    assert ("It can’t be read" in page, "Try again" in page) == (True, True)
    assert AuditEntry.objects.get().verb == "event.put_away"


def ada_of(client: Client) -> User:
    return User.objects.get(pk=client.session["_auth_user_id"])


def test_an_answered_validation_and_an_unknown_user_are_called_so(
    ada: Client, zoom: Zoom, booked: Booked
) -> None:
    common = {"body": b"{}", "received_at": zoom.clock(), "signed_at": zoom.clock(), "next_at": zoom.clock()}
    for event, state, skipped in (
        ("endpoint.url_validation", State.IGNORED, "kind"),
        ("user.updated", State.QUARANTINED, "host"),
    ):
        ZoomEvent.objects.create(event=event, state=state, skipped_why=skipped, digest=event, **common)

    assert "It was answered." in text_of(ada.get(PAGE, {"state": "passed"}))
    misfits = text_of(ada.get(PAGE, {"state": "quarantined"}))
    assert "It is about a Zoom user whom nobody here has connected." in misfits


def test_nobody_but_an_admin_sees_events(school: School, zoom: Zoom, booked: Booked) -> None:
    zoom.tells(b"not json")
    apply_due(zoom.clock())
    event = ZoomEvent.objects.get()

    for person in (school.tariq, school.tove, school.olu, school.sana, school.finn):
        client = Client()
        client.force_login(person)
        acts = [reverse(f"events:{name}", args=[event.uid]) for name in ("retry", "putting_away")]
        answers = [client.get(PAGE), *(client.post(address) for address in acts)]
        assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert Client().get(PAGE).status_code == 302
    assert ZoomEvent.objects.get().state == State.DEAD


def test_an_event_that_fits_now_is_tried_again(ada: Client, zoom: Zoom, booked: Booked) -> None:
    ZoomAccount.objects.filter(pk=booked.account.pk).update(zoom_account_id="NOT-YET")
    zoom.tells(booked.started(zoom.clock()))
    apply_due(zoom.clock())
    ZoomAccount.objects.filter(pk=booked.account.pk).update(zoom_account_id=booked.account.zoom_account_id)
    event = ZoomEvent.objects.get()
    assert event.state == State.QUARANTINED

    answer = ada.post(reverse("events:retry", args=[event.uid]))
    apply_due(zoom.clock())

    assert answer.url == f"{PAGE}?state=quarantined"  # type: ignore[attr-defined]
    assert ZoomEvent.objects.get().state == State.APPLIED
    assert ZoomInstance.objects.count() == 1
    entry = AuditEntry.objects.get()
    assert (entry.verb, entry.thing_uid, entry.before) == (
        "event.retried",
        event.uid,
        {"state": "quarantined"},
    )


def test_what_was_applied_is_not_tried_again(ada: Client, zoom: Zoom, booked: Booked) -> None:
    zoom.tells(booked.started(zoom.clock()))
    apply_due(zoom.clock())

    ada.post(reverse("events:retry", args=[ZoomEvent.objects.get().uid]))

    assert ZoomEvent.objects.get().state == State.APPLIED
    assert not AuditEntry.objects.exists()


def test_the_list_costs_the_same_for_one_event_and_for_a_hundred(
    ada: Client, zoom: Zoom, booked: Booked
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as counted:
            assert ada.get(PAGE).status_code == 200
        return len(counted)

    zoom.tells(b"0")
    apply_due(zoom.clock())
    queries()
    one = queries()
    for number in range(1, 100):
        zoom.tells(str(number).encode())
    apply_due(zoom.clock())

    assert queries() == one
    assert ada.get(PAGE, {"page": 2}).text.count("It can’t be read") == 50


# Replay


def replay(*arguments: str) -> list[str]:
    out = StringIO()
    call_command("events", "replay", *arguments, stdout=out)
    return out.getvalue().split("\n")


def test_replaying_what_was_applied_changes_nothing(zoom: Zoom, booked: Booked) -> None:
    nine = zoom.clock() + timedelta(hours=1)
    zoom.tells(booked.started(nine))
    zoom.tells(booked.started(nine) | {"event_ts": 5})
    zoom.tells(booked.ended(nine, nine + timedelta(hours=1)))
    apply_due(zoom.clock())
    before = list(ZoomInstance.objects.values())
    zoom.clock.advance(minutes=1)

    printed = replay("--since", "2026-03-02", "--state", "applied", "--state", "duplicate")

    assert printed[0] == "3 events are taken up again:"
    assert list(ZoomInstance.objects.values()) == before
    assert sorted(ZoomEvent.objects.values_list("state", flat=True)) == ["applied", "applied", "duplicate"]


def test_replay_keeps_to_its_span_and_its_states(zoom: Zoom, booked: Booked) -> None:
    zoom.tells(booked.event("meeting.started", account="UNKNOWN"))
    zoom.clock.advance(days=1)
    zoom.tells(booked.event("meeting.ended", account="UNKNOWN"))
    apply_due(zoom.clock())

    assert replay("--since", "2026-03-03T09:00")[0] == "No event is of that span and state."
    assert replay("--since", "2026-03-02", "--until", "2026-03-03")[0] == "1 event is taken up again:"
    with pytest.raises(CommandError, match="is no instant"):
        replay("--since", "yesterday")


def test_a_storm_is_worked_through_batch_after_batch(zoom: Zoom, booked: Booked) -> None:
    for number in range(450):
        zoom.tells(booked.joined(zoom.clock(), who=f"p-{number}"))

    applied: Counter[str] = Counter()
    while more := apply_waiting(zoom.clock()):  # a slow machine hands on after five seconds
        applied += more

    assert applied == {State.APPLIED: 450}


def test_the_age_of_the_oldest_event_that_waits_is_a_figure(
    zoom: Zoom, booked: Booked, moving: MovingClock
) -> None:
    assert oldest_event_seconds() == 0
    zoom.tells(booked.event("meeting.created"))
    moving.advance(minutes=2)
    assert oldest_event_seconds() == 120

    apply_waiting(moving())
    assert oldest_event_seconds() == 0


def test_a_kind_that_nobody_knows_is_kept_and_said_not_to_be_understood(
    zoom: Zoom, booked: Booked, client: Client, school: School
) -> None:
    zoom.tells(booked.event("meeting.something_new"))
    apply_waiting(zoom.clock())

    client.force_login(school.ada)
    page = client.get("/operations/events/?state=passed").content.decode()
    assert "meeting.something_new" in page
    assert "Nothing here depends on events of this kind. It is kept." in page
