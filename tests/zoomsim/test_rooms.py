"""Sittings: starting, coming, waiting, being let in, leaving, ending; and the truth kept of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import MONDAY, TARIQ


@pytest.fixture(autouse=True)
def _authorised(zoom: ZoomSim) -> None:
    zoom.grant(TARIQ)
    zoom.grant("basic@demo.example")


def test_without_a_host_people_wait_for_the_host(zoom: ZoomSim) -> None:
    number = meeting(zoom)

    where = zoom.people.join(number, "Sana", "Finn")
    assert (where["running"], where["before_host"]) == (False, ["Sana", "Finn"])
    zoom.people.leave(number, "Finn")
    where = zoom.people.host_start(number)

    assert (where["room"], where["before_host"]) == (["Tariq Haddad", "Sana"], [])
    assert participant_events(zoom) == [
        "jbh_waiting Sana",
        "jbh_waiting Finn",
        "jbh_waiting_left Finn",
        "joined Tariq Haddad",
        "joined Sana",
    ]


def test_a_waiting_room_holds_people_until_they_are_let_in(zoom: ZoomSim) -> None:
    number = meeting(zoom, waiting_room=True)
    zoom.people.join(number, "Sana")
    zoom.people.host_start(number)
    assert zoom.people.join(number, "Finn")["waiting"] == ["Sana", "Finn"]

    zoom.people.admit(number, "Sana")
    zoom.people.leave(number, "Finn")
    where = zoom.people.wait(number, "Sana")

    assert (where["room"], where["waiting"]) == (["Tariq Haddad"], ["Sana"])
    assert participant_events(zoom)[2:] == [
        "joined_waiting_room Sana",
        "joined_waiting_room Finn",
        "admitted Sana",
        "left_waiting_room Sana",
        "joined Sana",
        "left_waiting_room Finn",
        "left Sana",
        "put_in_waiting_room Sana",
    ]


def test_people_may_come_before_the_host(zoom: ZoomSim) -> None:
    number = meeting(zoom, join_before_host=True)

    where = zoom.people.join(number, "Sana")

    assert (where["running"], where["room"]) == (True, ["Sana"])
    assert zoom.events == [
        "meeting.created",
        "meeting.started",
        "meeting.participant_joined",
        "meeting.participant_jbh_joined",
    ]


@pytest.mark.parametrize(("minutes_before", "place"), [(11, "before_host"), (10, "room")])
def test_people_may_come_some_minutes_before_the_start(
    zoom: ZoomSim, minutes_before: int, place: str
) -> None:
    number = meeting(zoom, join_before_host=True, jbh_time=10)
    zoom.set_time(MONDAY + timedelta(hours=1, minutes=-minutes_before))

    assert zoom.people.join(number, "Sana")[place] == ["Sana"]


def test_the_meeting_ends_when_the_host_ends_it_or_goes(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    for finish, why in (
        (zoom.people.end, "Host ended the meeting."),
        (zoom.people.host_leave, "Host closed the meeting."),
    ):
        zoom.people.host_start(number)
        zoom.people.join(number, "Sana")
        assert finish(number)["running"] is False
        left = [
            webhook["body"]["payload"]["object"]["participant"] for webhook in told(zoom, "participant_left")
        ]
        assert (left[-1]["user_name"], left[-1]["leave_reason"]) == ("Sana", why)

    assert [instance["why_ended"] for instance in zoom.truth()["instances"]] == [
        "Host ended the meeting.",
        "Host closed the meeting.",
    ]


def test_a_host_who_is_cut_off_leaves_the_meeting_running(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    zoom.people.host_start(number)
    zoom.people.join(number, "Sana")

    where = zoom.people.host_leave(number, why="Tariq got disconnected from the meeting.")
    assert (where["running"], where["room"]) == (True, ["Sana"])

    assert zoom.people.leave(number, "Sana")["running"] is False
    assert zoom.events[-1] == "meeting.ended"


def test_a_host_comes_back_into_the_same_sitting(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    uuid = zoom.people.host_start(number)["uuid"]
    zoom.people.join(number, "Sana")
    zoom.people.host_leave(number, why="Network connection error.")

    assert zoom.people.host_start(number)["uuid"] == uuid
    assert len(zoom.truth()["instances"]) == 1


def test_a_rejoin_is_a_new_join_of_the_same_participant(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    zoom.people.host_start(number)
    for _ in range(2):
        zoom.people.join(number, "Sana")
        zoom.people.leave(number, "Sana")
    zoom.people.join(number, {"name": "Sana", "device": "phone"})

    joined = [
        webhook["body"]["payload"]["object"]["participant"]
        for webhook in told(zoom, "participant_joined")[1:]
    ]
    first, again, phone = joined
    assert first["user_id"] != again["user_id"]
    assert first["participant_uuid"] == again["participant_uuid"] != phone["participant_uuid"]


def test_zoom_tells_the_address_of_people_of_the_account_alone(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    zoom.people.host_start(number)
    zoom.people.join(number, "Sana", {"email": "teacher01@demo.example"}, {"email": "olu@elsewhere.example"})

    joined = [
        webhook["body"]["payload"]["object"]["participant"] for webhook in told(zoom, "participant_joined")
    ]
    assert [(one["user_name"], one["email"]) for one in joined] == [
        ("Tariq Haddad", TARIQ),
        ("Sana", ""),
        ("Amelia Brandt", "teacher01@demo.example"),
        ("Olu Balogun", ""),
    ]


def test_who_must_sign_in_cannot_come_without(zoom: ZoomSim) -> None:
    number = meeting(zoom, meeting_authentication=True)
    zoom.people.host_start(number)

    with pytest.raises(ValueError, match="Sign in to Zoom"):
        zoom.people.join(number, "Sana")

    assert zoom.people.join(number, {"email": "olu@elsewhere.example"})["room"] == [
        "Tariq Haddad",
        "Olu Balogun",
    ]


def test_a_class_comes_at_once(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    zoom.people.host_start(number)

    assert len(zoom.people.join(number, count=30)["room"]) == 31
    assert zoom.people.leave(number)["running"] is False


@pytest.mark.parametrize(
    ("plan", "running"), [("pro", [False, False, True]), ("business", [False, True, True])]
)
def test_a_host_holds_as_many_meetings_as_the_plan_allows(
    zoom: ZoomSim, plan: str, running: list[bool]
) -> None:
    zoom.control("POST", "accounts", id="sim-account", plan=plan)
    numbers = [meeting(zoom) for _ in range(3)]
    for number in numbers:
        zoom.people.host_start(number)
        zoom.people.join(number, "Sana")
        zoom.advance(60)

    assert [zoom.people.where(number)["running"] for number in numbers] == running
    left = told(zoom, "participant_left")[0]["body"]["payload"]["object"]
    assert (left["id"], left["participant"]["leave_reason"]) == (
        str(numbers[0]),
        "Host started a new meeting.",
    )


def test_a_basic_host_is_cut_off_after_forty_minutes(zoom: ZoomSim) -> None:
    number = meeting(zoom, host="basic@demo.example")
    zoom.people.host_start(number)
    zoom.people.join(number, "Sana")

    zoom.advance(timedelta(minutes=39))
    assert zoom.people.where(number)["running"] is True
    zoom.advance(timedelta(hours=3))

    assert zoom.people.where(number)["running"] is False
    ended = told(zoom, "ended")[0]["body"]["payload"]["object"]
    assert ended["end_time"] == "2026-03-02T08:40:00Z"
    left = told(zoom, "participant_left")[-1]["body"]["payload"]["object"]["participant"]
    assert left["leave_reason"] == "Exceeded free meeting minutes limit."


def test_a_basic_host_alone_and_a_licensed_one_are_not_cut_off(zoom: ZoomSim) -> None:
    alone, licensed = meeting(zoom, host="basic@demo.example"), meeting(zoom)
    zoom.people.host_start(alone)
    zoom.people.host_start(licensed)
    zoom.people.join(licensed, "Sana")

    zoom.advance(timedelta(hours=2))

    assert [zoom.people.where(number)["running"] for number in (alone, licensed)] == [True, True]
    zoom.people.join(alone, "Finn")
    zoom.advance(1)
    assert zoom.people.where(alone)["running"] is False


def test_the_truth_is_kept_apart_from_what_is_told(zoom: ZoomSim) -> None:
    zoom.fault("lose", event="meeting.*", times=None)
    number = meeting(zoom, waiting_room=True)
    zoom.people.host_start(number)
    zoom.advance(60)
    zoom.people.join(number, "Sana")
    zoom.advance(120)
    zoom.people.admit(number)
    zoom.advance(600)
    zoom.people.leave(number, "Sana")

    truth = zoom.truth()
    names = {visit["id"]: visit["name"] for visit in truth["visits"]}
    stays = [
        (stay["place"], stay["from_at"][11:19], stay["until_at"][11:19])
        for stay in truth["stays"]
        if names[stay["visit_id"]] == "Sana"
    ]
    assert stays == [("waiting", "08:01:00", "08:03:00"), ("room", "08:03:00", "08:13:00")]


def test_the_api_shows_who_is_live(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    meeting(zoom)
    zoom.people.host_start(number)
    with zoom.client(zoom.grant(TARIQ)["access_token"]) as client:
        page = client.get("/v2/users/me/meetings", params={"type": "live"}).json()

    assert [row["id"] for row in page["meetings"]] == [number]


def test_nobody_comes_to_a_meeting_that_is_gone(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    zoom.delete_meeting(number)

    with pytest.raises(ValueError, match="invalid"):
        zoom.people.join(number, "Sana")


def test_a_host_without_a_licence_cannot_start(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    zoom.user(TARIQ, licence="none")

    with pytest.raises(ValueError, match="licence"):
        zoom.people.host_start(number)


@pytest.mark.parametrize(
    ("fields", "complaint"),
    [
        ({"action": "dance"}, "action must be one of"),
        ({"action": "join"}, "who joins"),
        ({"action": "leave", "people": ["Nobody"]}, "not there: Nobody"),
        ({"action": "end"}, "not running"),
        ({"action": "join", "people": [{"email": "no@demo.example"}]}, "no Zoom user"),
    ],
)
def test_what_people_cannot_do_is_said(zoom: ZoomSim, fields: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        zoom.control("POST", "people", meeting=meeting(zoom), **fields)


def meeting(zoom: ZoomSim, *, host: str = TARIQ, **settings: Any) -> int:
    number: int = zoom.add_meeting(
        host, topic="Algebra", start_time="2026-03-02T09:00:00Z", settings=settings
    )["id"]
    return number


def told(zoom: ZoomSim, event: str) -> list[dict[str, Any]]:
    return [webhook for webhook in zoom.webhooks if webhook["event"] == f"meeting.{event}"]


def participant_events(zoom: ZoomSim) -> list[str]:
    prefix = "meeting.participant_"
    told_ = [webhook["body"] for webhook in zoom.webhooks if webhook["event"].startswith(prefix)]
    names = [body["payload"]["object"]["participant"]["user_name"] for body in told_]
    return [f"{body['event'].removeprefix(prefix)} {name}" for body, name in zip(told_, names, strict=True)]


def test_who_calls_is_called_by_the_number_and_events_tell_it(zoom: ZoomSim) -> None:
    number = meeting(zoom)
    zoom.people.host_start(number)
    zoom.people.join(number, {"phone": "+34 600 000 001"})

    who = zoom.webhooks[-1]["body"]["payload"]["object"]["participant"]
    assert (who["user_name"], who["phone_number"], who["id"]) == ("+34 600 000 001", "+34 600 000 001", "")
