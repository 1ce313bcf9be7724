"""Webhooks: who gets which, what they say, how they are signed, retried, disturbed and challenged."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import MONDAY, TARIQ


class Inbox:
    """Takes webhooks and answers them with the statuses given, then with 204."""

    def __init__(self, zoom: ZoomSim) -> None:
        self.answers: list[int | Exception] = []
        self.taken: list[tuple[dict[str, str], bytes]] = []
        zoom.receiver = self

    def __call__(self, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        self.taken.append((headers, body))
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return answer, b""

    @property
    def events(self) -> list[str]:
        return [json.loads(body)["event"] for _, body in self.taken]


@pytest.fixture
def inbox(zoom: ZoomSim) -> Inbox:
    return Inbox(zoom)


@pytest.fixture
def meeting(zoom: ZoomSim, tariq: httpx.Client, inbox: Inbox) -> int:
    """A meeting whose making has been told already."""
    made: int = tariq.post(
        "/v2/users/me/meetings", json={"topic": "Algebra", "start_time": "2026-03-03T09:00:00Z"}
    ).json()["id"]
    zoom.deliver()
    inbox.taken.clear()
    return made


def test_what_is_kept_is_touched_in_turns_alone(
    zoom: ZoomSim, tariq: httpx.Client, inbox: Inbox, meeting: int
) -> None:
    """Several are sent at a time, on one database connection: outside its turn each would meet the others."""
    database = zoom.sim.store.database
    outside: list[str] = []

    def look(statement: str) -> None:
        if not database.in_transaction and not statement.startswith("BEGIN"):
            outside.append(statement)

    database.set_trace_callback(look)
    inbox.answers = [500, OSError("nobody there")]
    for topic in ("Sets", "Graphs", "Groups"):
        tariq.patch(f"/v2/meetings/{meeting}", json={"topic": topic})
        zoom.deliver()
    database.set_trace_callback(None)

    assert len(inbox.taken) == 3
    assert outside == []


def test_the_life_of_a_meeting_is_told(zoom: ZoomSim, tariq: httpx.Client, inbox: Inbox) -> None:
    number = tariq.post("/v2/users/me/meetings", json={"topic": "Algebra"}).json()["id"]
    tariq.patch(f"/v2/meetings/{number}", json={"topic": "Sets"})
    zoom.people.host_start(number)
    zoom.people.join(number, "Sana")
    zoom.people.leave(number, "Sana")
    tariq.put(f"/v2/meetings/{number}/status", json={"action": "end"})
    tariq.delete(f"/v2/meetings/{number}")
    tariq.put(f"/v2/meetings/{number}/status", json={"action": "recover"})

    assert zoom.deliver() == 10
    assert inbox.events == [
        "meeting.created",
        "meeting.updated",
        "meeting.started",
        "meeting.participant_joined",
        "meeting.participant_joined",
        "meeting.participant_left",
        "meeting.participant_left",
        "meeting.ended",
        "meeting.deleted",
        "meeting.recovered",
    ]


def test_a_meetings_id_is_a_number_or_text_by_event(zoom: ZoomSim, tariq: httpx.Client, meeting: int) -> None:
    zoom.people.host_start(meeting)
    zoom.people.end(meeting)

    ids = {webhook["event"]: webhook["body"]["payload"]["object"]["id"] for webhook in zoom.webhooks}
    assert ids == {
        "meeting.created": meeting,
        "meeting.started": str(meeting),
        "meeting.participant_joined": str(meeting),
        "meeting.participant_left": str(meeting),
        "meeting.ended": str(meeting),
    }


def test_keys_come_in_the_order_of_real_traffic(zoom: ZoomSim, inbox: Inbox, meeting: int) -> None:
    zoom.people.host_start(meeting)
    zoom.deliver()

    orders = {json.loads(body)["event"]: list(json.loads(body)) for _, body in inbox.taken}
    assert orders == {
        "meeting.started": ["event", "payload", "event_ts"],
        "meeting.participant_joined": ["payload", "event_ts", "event"],
    }


def test_the_signature_is_over_the_time_and_the_raw_body(zoom: ZoomSim, inbox: Inbox, meeting: int) -> None:
    zoom.people.host_start(meeting)
    zoom.deliver()

    headers, body = inbox.taken[0]
    stamp = headers["x-zm-request-timestamp"]
    assert stamp == str(int(MONDAY.timestamp()))
    message = b"v0:" + stamp.encode() + b":" + body
    expected = hmac.new(b"sim-webhook-secret", message, hashlib.sha256).hexdigest()
    assert headers["x-zm-signature"] == f"v0={expected}"


def test_the_unit_of_the_timestamp_is_disputed(zoom: ZoomSim, inbox: Inbox, meeting: int) -> None:
    zoom.switch(timestamp_unit="milliseconds")
    zoom.people.host_start(meeting)
    zoom.deliver()

    assert inbox.taken[0][0]["x-zm-request-timestamp"] == str(int(MONDAY.timestamp()) * 1000)


def test_an_update_tells_old_and_new_of_what_changed(
    zoom: ZoomSim, tariq: httpx.Client, meeting: int
) -> None:
    tariq.patch(
        f"/v2/meetings/{meeting}",
        json={"start_time": "2026-03-03T10:00:00Z", "settings": {"mute_upon_entry": True}},
    )

    payload = zoom.webhooks[-1]["body"]["payload"]
    assert payload["old_object"]["start_time"] == "2026-03-03T09:00:00Z"
    assert payload["object"]["start_time"] == "2026-03-03T10:00:00Z"
    assert payload["object"]["settings"]["mute_upon_entry"] is True
    assert "topic" not in payload["object"]
    assert payload["operator"] == TARIQ


def test_an_update_that_changes_nothing_is_not_told(zoom: ZoomSim, tariq: httpx.Client, meeting: int) -> None:
    tariq.patch(f"/v2/meetings/{meeting}", json={"topic": "Algebra"})

    assert zoom.events == ["meeting.created"]


def test_one_date_of_a_series_is_told_as_such(zoom: ZoomSim, tariq: httpx.Client) -> None:
    body = {"type": 8, "start_time": "2026-03-03T09:00:00Z", "recurrence": {"type": 1, "end_times": 3}}
    made = tariq.post("/v2/users/me/meetings", json=body).json()
    first, second = ({"occurrence_id": one["occurrence_id"]} for one in made["occurrences"][:2])

    tariq.patch(f"/v2/meetings/{made['id']}", params=first, json={"start_time": "2026-03-03T12:00:00Z"})
    tariq.delete(f"/v2/meetings/{made['id']}", params=second)

    updated, deleted = (webhook["body"]["payload"] for webhook in zoom.webhooks[1:])
    assert updated["scope"] == "single"
    assert updated["old_object"]["occurrences"] == [made["occurrences"][0]]
    assert updated["object"]["occurrences"][0]["start_time"] == "2026-03-03T12:00:00Z"
    assert (deleted["operation"], [one["occurrence_id"] for one in deleted["object"]["occurrences"]]) == (
        "single",
        [second["occurrence_id"]],
    )


def test_hosts_who_did_not_authorise_the_app_are_not_told_of(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.add_meeting("teacher01@demo.example", topic="Private")
    assert zoom.events == []

    zoom.switch(webhooks_for="everyone")
    zoom.add_meeting("teacher01@demo.example", topic="Public")
    assert zoom.events == ["meeting.created"]


def test_the_accounts_own_app_hears_of_everybody_in_it(zoom: ZoomSim, account: httpx.Client) -> None:
    zoom.add_meeting("teacher01@demo.example", topic="Algebra")
    zoom.add_meeting("olu@elsewhere.example", topic="Foreign")

    assert [webhook["body"]["payload"]["object"]["topic"] for webhook in zoom.webhooks] == ["Algebra"]


def test_participants_are_told_with_the_scope_for_them(zoom: ZoomSim) -> None:
    zoom.grant(TARIQ, scopes=["meeting:read:meeting"])
    number = zoom.add_meeting(TARIQ, topic="Algebra")["id"]
    zoom.people.host_start(number)

    assert zoom.events == ["meeting.created", "meeting.started"]


def test_undocumented_fields_can_be_left_out(zoom: ZoomSim, meeting: int) -> None:
    zoom.people.host_start(meeting)
    assert zoom.webhooks[-2]["body"]["payload"]["object"]["host_email"] == TARIQ
    assert zoom.webhooks[-1]["body"]["payload"]["object"]["participant"]["public_ip"] == "192.0.2.7"
    zoom.people.end(meeting)

    zoom.switch(event_extras=False)
    zoom.people.host_start(meeting)

    assert "host_email" not in zoom.webhooks[-2]["body"]["payload"]["object"]
    assert "public_ip" not in zoom.webhooks[-1]["body"]["payload"]["object"]["participant"]


def test_a_basic_hosts_own_coming_is_not_told(zoom: ZoomSim) -> None:
    zoom.grant("basic@demo.example")
    number = zoom.add_meeting("basic@demo.example", topic="Short")["id"]

    zoom.people.host_start(number)

    assert zoom.events == ["meeting.created", "meeting.started"]


def test_a_failed_delivery_is_tried_after_5_20_and_60_minutes_then_never(
    zoom: ZoomSim, inbox: Inbox, meeting: int
) -> None:
    inbox.answers = [503, TimeoutError("timed out"), ConnectionRefusedError("refused"), 500]
    zoom.edit_meeting(meeting, topic="Sets")

    tries = []
    for minutes in (0, 4, 1, 19, 1, 59, 1, 600):
        zoom.advance(timedelta(minutes=minutes))
        tries.append(zoom.deliver())

    assert tries == [1, 0, 1, 0, 1, 0, 1, 0]
    webhook = zoom.webhooks[-1]
    assert (webhook["state"], [one["status"] for one in webhook["tries"]]) == ("dropped", [503, 0, 0, 500])
    assert len({body for _, body in inbox.taken}) == 1


def test_a_retry_that_is_taken_is_the_last(zoom: ZoomSim, inbox: Inbox, meeting: int) -> None:
    inbox.answers = [503, 200]
    zoom.edit_meeting(meeting, topic="Sets")
    zoom.deliver()
    zoom.advance(timedelta(minutes=5))
    zoom.deliver()
    zoom.advance(timedelta(days=1))

    assert zoom.deliver() == 0
    assert zoom.webhooks[-1]["state"] == "delivered"


@pytest.mark.parametrize(("switch", "state"), [(False, "dropped"), (True, "waiting")])
@pytest.mark.parametrize("status", [302, 400, 404, 429])
def test_whether_a_refusal_is_retried_is_disputed(
    zoom: ZoomSim, inbox: Inbox, meeting: int, status: int, switch: bool, state: str
) -> None:
    zoom.switch(retry_4xx=switch)
    inbox.answers = [status]
    zoom.edit_meeting(meeting, topic="Sets")
    zoom.deliver()

    assert zoom.webhooks[-1]["state"] == state


@pytest.mark.parametrize(("restamped", "seconds"), [(True, 300), (False, 0)])
def test_whether_a_retry_is_stamped_anew_is_unknown(
    zoom: ZoomSim, inbox: Inbox, meeting: int, restamped: bool, seconds: int
) -> None:
    zoom.switch(retries_restamped=restamped)
    inbox.answers = [503]
    zoom.edit_meeting(meeting, topic="Sets")
    zoom.deliver()
    zoom.advance(timedelta(minutes=5))
    zoom.deliver()

    first, second = (int(headers["x-zm-request-timestamp"]) for headers, _ in inbox.taken)
    assert second - first == seconds


def test_an_event_may_be_lost_repeated_or_late(zoom: ZoomSim, inbox: Inbox, meeting: int) -> None:
    zoom.fault("lose", event="meeting.started")
    zoom.fault("repeat", copies=2, event="meeting.participant_joined")
    zoom.fault("delay", seconds=90, event="meeting.ended")
    zoom.people.host_start(meeting)
    zoom.people.end(meeting)
    zoom.deliver()
    assert inbox.events == ["meeting.participant_joined"] * 3 + ["meeting.participant_left"]
    assert len({body for _, body in inbox.taken[:3]}) == 1

    zoom.advance(90)
    zoom.deliver()

    assert inbox.events[-1] == "meeting.ended"
    assert [webhook["state"] for webhook in zoom.webhooks if webhook["event"] == "meeting.started"] == [
        "lost"
    ]


def test_an_event_may_come_after_the_next_two(zoom: ZoomSim, inbox: Inbox, meeting: int) -> None:
    zoom.fault("reorder", event="meeting.participant_joined", times=1)
    zoom.people.host_start(meeting)
    zoom.people.end(meeting)
    zoom.deliver()

    assert inbox.events == [
        "meeting.started",
        "meeting.participant_left",
        "meeting.ended",
        "meeting.participant_joined",
    ]


def test_an_event_held_back_goes_after_a_minute_if_nothing_follows(
    zoom: ZoomSim, inbox: Inbox, meeting: int
) -> None:
    zoom.fault("reorder", event="meeting.updated")
    zoom.edit_meeting(meeting, topic="Sets")
    assert zoom.deliver() == 0

    zoom.advance(60)

    assert zoom.deliver() == 1


def test_the_address_is_challenged_at_the_start_and_every_72_hours(zoom: ZoomSim) -> None:
    challenges = []
    zoom.receiver = rightly(lambda body: challenges.append(body["event"]))
    zoom.switch(url_validation=True)

    for hours in (0, 71, 1, 72):
        zoom.advance(timedelta(hours=hours))
        zoom.deliver()

    assert challenges == ["endpoint.url_validation"] * 3


def test_events_come_without_any_challenge_passed(zoom: ZoomSim, tariq: httpx.Client, inbox: Inbox) -> None:
    zoom.switch(url_validation=True)
    zoom.add_meeting(TARIQ, topic="Algebra")

    zoom.deliver()

    assert inbox.events == ["endpoint.url_validation", "meeting.created"]


def test_six_failed_challenges_in_a_row_switch_the_address_off(zoom: ZoomSim, inbox: Inbox) -> None:
    zoom.receiver = rightly(lambda body: None)
    zoom.switch(url_validation=True)
    zoom.deliver()
    zoom.receiver = inbox
    for _ in range(8):
        zoom.advance(timedelta(hours=72))
        zoom.deliver()
    zoom.grant(TARIQ)
    zoom.add_meeting(TARIQ, topic="Algebra")

    zoom.deliver()

    assert (inbox.events, zoom.events[-1]) == (["endpoint.url_validation"] * 6, "endpoint.url_validation")
    assert zoom.control("GET", "webhooks")["validation"]["disabled"] is True
    zoom.receiver = rightly(lambda body: None)
    assert zoom.control("POST", "webhooks", validate=True) == {"right": True}
    assert zoom.control("GET", "webhooks")["validation"]["disabled"] is False


@pytest.mark.parametrize(("published", "events"), [(False, []), (True, ["app_deauthorized"])])
def test_only_a_published_app_hears_that_it_was_removed(
    zoom: ZoomSim, published: bool, events: list[str]
) -> None:
    zoom.switch(app_published=published)
    zoom.grant(TARIQ)

    zoom.user(TARIQ, revoke=True)

    assert zoom.events == events


def test_deactivated_users_are_told_to_the_accounts_own_app(zoom: ZoomSim, account: httpx.Client) -> None:
    zoom.user(TARIQ, status="inactive")
    zoom.user(TARIQ, status="active")

    assert zoom.events == ["user.deactivated", "user.activated"]


def test_without_an_address_nothing_is_kept_to_send() -> None:
    zoom = ZoomSim(webhook_url="", send=None)
    zoom.grant(TARIQ)
    zoom.add_meeting(TARIQ, topic="Algebra")

    assert zoom.webhooks == []
    zoom.close()


def rightly(note: Callable[[dict[str, Any]], Any]) -> Callable[[dict[str, str], bytes], tuple[int, bytes]]:
    """A receiver that answers challenges as Zoom wants it."""

    def receive(headers: dict[str, str], raw: bytes) -> tuple[int, bytes]:
        body = json.loads(raw)
        note(body)
        plain = body["payload"].get("plainToken", "")
        encrypted = hmac.new(b"sim-webhook-secret", plain.encode(), hashlib.sha256).hexdigest()
        return 200, json.dumps({"plainToken": plain, "encryptedToken": encrypted}).encode()

    return receive
