"""Registration: who registers, by which link they come, who may not, and what limits there are."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from tests.zoom_simulator import ZoomSim
from tests.zoomsim.conftest import MONDAY, TARIQ

SANA = {"email": "sana@home.example", "first_name": "Sana", "last_name": "Aziz"}
FINN = {"email": "finn@home.example", "first_name": "Finn"}
WEEKLY = {"type": 2, "weekly_days": "3", "end_times": 3}


def test_who_registers_gets_a_link_of_their_own(zoom: ZoomSim, tariq: httpx.Client) -> None:
    number = meeting(tariq)

    answer = register(tariq, number, SANA)
    other = register(tariq, number, FINN).json()

    sana = answer.json()
    assert (answer.status_code, sana["id"], sana["topic"]) == (201, number, "Algebra")
    assert sana["start_time"] == "2026-03-03T09:00:00Z"
    assert sana["join_url"].startswith(f"https://zoom.test/w/{number}?tk=")
    assert sana["join_url"] != other["join_url"]
    listed = tariq.get(f"/v2/meetings/{number}/registrants").json()
    assert [(row["email"], row["join_url"]) for row in listed["registrants"]] == [
        (SANA["email"], sana["join_url"]),
        (FINN["email"], other["join_url"]),
    ]
    assert (listed["total_records"], listed["page_count"], listed["page_number"]) == (2, 1, 1)


def test_registering_again_answers_with_the_same_registration(tariq: httpx.Client) -> None:
    number = meeting(tariq)

    first, second = register(tariq, number, SANA).json(), register(tariq, number, SANA).json()

    assert first == second
    assert emails(tariq, number, "approved") == [SANA["email"]]


def test_with_manual_approval_there_is_a_link_once_approved(zoom: ZoomSim, tariq: httpx.Client) -> None:
    number = meeting(tariq, approval_type=1)
    sana = register(tariq, number, SANA).json()
    register(tariq, number, FINN)
    at_once = register(
        tariq, number, {"email": "kim@home.example", "first_name": "Kim", "auto_approve": True}
    )

    assert "join_url" not in sana
    assert at_once.json()["join_url"]
    assert emails(tariq, number, "pending") == [SANA["email"], FINN["email"]]

    assert decide(tariq, number, "approve", {"id": sana["registrant_id"]}).status_code == 204
    assert decide(tariq, number, "deny", {"email": FINN["email"]}).status_code == 204

    assert emails(tariq, number, "pending") == []
    assert emails(tariq, number, "denied") == [FINN["email"]]
    assert emails(tariq, number, "approved") == [SANA["email"], "kim@home.example"]
    one = tariq.get(f"/v2/meetings/{number}/registrants/{sana['registrant_id']}").json()
    assert one["join_url"].startswith(f"https://zoom.test/w/{number}?tk=")
    assert told(zoom) == [
        ("created", SANA["email"], "pending"),
        ("created", FINN["email"], "pending"),
        ("created", "kim@home.example", "approved"),
        ("approved", SANA["email"], None),
        ("denied", FINN["email"], None),
    ]


@pytest.mark.parametrize("how", ["cancel", "delete"])
def test_a_cancelled_registration_is_gone_and_its_link_dead(
    zoom: ZoomSim, tariq: httpx.Client, how: str
) -> None:
    number = meeting(tariq)
    sana = register(tariq, number, SANA).json()

    if how == "cancel":
        decide(tariq, number, "cancel", {"id": sana["registrant_id"]})
    else:
        assert tariq.delete(f"/v2/meetings/{number}/registrants/{sana['registrant_id']}").status_code == 204

    assert [emails(tariq, number, status) for status in ("approved", "pending", "denied")] == [[], [], []]
    zoom.people.host_start(number)
    with pytest.raises(ValueError, match="not approved"):
        zoom.people.join(number, {"registrant": sana["join_url"]})
    assert told(zoom)[-1] == ("cancelled", SANA["email"], None)
    assert register(tariq, number, SANA).json()["join_url"] != sana["join_url"]


def test_a_registrant_is_named_in_what_is_told_of_the_meeting(zoom: ZoomSim, tariq: httpx.Client) -> None:
    number = meeting(tariq)
    sana = register(tariq, number, SANA).json()
    zoom.people.host_start(number)

    zoom.people.join(number, {"registrant": sana["join_url"]})
    zoom.people.leave(number)

    people = [
        webhook["body"]["payload"]["object"]["participant"]
        for webhook in zoom.webhooks
        if webhook["event"] in ("meeting.participant_joined", "meeting.participant_left")
    ]
    assert [
        (one["user_name"], one["email"], one.get("registrant_id"))
        for one in people
        if one["user_name"] == "Sana Aziz"
    ] == [("Sana Aziz", SANA["email"], sana["registrant_id"])] * 2


def test_two_of_one_name_are_two_people_and_one_who_comes_again_is_one(
    zoom: ZoomSim, tariq: httpx.Client
) -> None:
    number = meeting(tariq)
    emails = ("one@x.example", "other@x.example")
    links = [register(tariq, number, SANA | {"email": email}).json()["join_url"] for email in emails]
    zoom.people.host_start(number)
    for link in (*links, links[0]):
        zoom.people.join(number, {"registrant": link})
        zoom.people.leave(number, "Sana Aziz")

    joined = [
        webhook["body"]["payload"]["object"]["participant"]
        for webhook in zoom.webhooks
        if webhook["event"] == "meeting.participant_joined"
    ]
    first, second, again = [one["participant_uuid"] for one in joined if one["user_name"] == "Sana Aziz"]
    assert first == again != second


def test_nobody_else_comes_in_but_the_hosts(zoom: ZoomSim, tariq: httpx.Client) -> None:
    number = meeting(tariq, alternative_hosts="teacher01@demo.example")
    zoom.people.host_start(number)

    zoom.people.join(number, {"email": "teacher01@demo.example"})

    with pytest.raises(ValueError, match="Register for this meeting"):
        zoom.people.join(number, "Olu")
    with pytest.raises(ValueError, match="Register for this meeting"):
        zoom.people.join(number, {"email": "teacher02@demo.example"})
    assert zoom.people.where(number)["room"] == ["Tariq Haddad", "Amelia Brandt"]


def test_people_register_and_join_in_the_browser(zoom: ZoomSim, tariq: httpx.Client) -> None:
    number = meeting(tariq)
    registration_url = tariq.get(f"/v2/meetings/{number}").json()["registration_url"]
    with zoom.client() as browser:
        plain = browser.get(f"/j/{number}")
        assert (plain.status_code, f"https://zoom.test{plain.headers['location']}") == (303, registration_url)
        wrong = browser.post(registration_url, data={"first_name": "Sana", "email": "nothing"})
        assert (wrong.status_code, "Please check: email." in wrong.text) == (422, True)
        done = browser.post(registration_url, data=SANA)
        own = tariq.get(f"/v2/meetings/{number}/registrants").json()["registrants"][0]["join_url"]
        assert own.replace("&", "&amp;") in done.text
        assert 'value="Sana Aziz"' in browser.get(own).text
        key = own.partition("tk=")[2].partition("&")[0]
        zoom.people.host_start(number)
        pwd = own.partition("pwd=")[2]
        signed_in = browser.post("/signin", data={"back": f"/w/{number}?tk={key}", "user": ""})
        assert signed_in.headers["location"] == f"/w/{number}?tk={key}"
        browser.post(f"/w/{number}", data={"uname": "Sana", "tk": key, "pwd": pwd})

    assert zoom.people.where(number)["room"] == ["Tariq Haddad", "Sana"]
    assert pwd not in wrong.text
    assert zoom.truth()["visits"][-1]["email"] == SANA["email"]


@pytest.mark.parametrize(
    ("email", "alternative"), [(TARIQ, ""), ("teacher01@demo.example", "teacher01@demo.example")]
)
def test_hosts_can_not_register(tariq: httpx.Client, email: str, alternative: str) -> None:
    number = meeting(tariq, alternative_hosts=alternative)

    answer = register(tariq, number, {"email": email, "first_name": "A"})
    batch = register_batch(tariq, number, [SANA, {"email": email, "first_name": "A"}])

    assert (answer.status_code, answer.json()) == (400, {"code": 3027, "message": "Host can not register."})
    assert (batch.status_code, batch.json()["code"]) == (400, 3027)
    assert emails(tariq, number, "approved") == []


def test_without_registration_nobody_can_register(tariq: httpx.Client) -> None:
    number = meeting(tariq, approval_type=2)
    message = f"Registration has not been enabled for this meeting: {number}."

    answers = [register(tariq, number, SANA), register_batch(tariq, number, [SANA])]
    listed = tariq.get(f"/v2/meetings/{number}/registrants")

    assert [(one.status_code, one.json()) for one in answers] == [
        (400, {"code": 404, "message": message})
    ] * 2
    assert (listed.status_code, listed.json()) == (400, {"code": 300, "message": message})


def test_registration_needs_a_licence(zoom: ZoomSim) -> None:
    with zoom.client(zoom.grant("basic@demo.example")["access_token"]) as basil:
        asked = basil.post("/v2/users/me/meetings", json={"topic": "A", "settings": {"approval_type": 0}})
        number = asked.json()["id"]
        answer = register(basil, number, SANA)
        user_id = basil.get("/v2/users/me").json()["id"]

    assert asked.json()["settings"]["approval_type"] == 2
    assert (answer.status_code, answer.json()) == (
        400,
        {"code": 200, "message": f"Only available for paid users: {user_id}."},
    )


def test_a_meeting_that_is_over_takes_nobody(zoom: ZoomSim, tariq: httpx.Client) -> None:
    number = meeting(tariq)
    zoom.set_time(MONDAY + timedelta(days=1, hours=2))
    with zoom.client(zoom.grant(TARIQ)["access_token"]) as later:
        answer = register(later, number, SANA)
        zoom.people.host_start(number)
        late = register_batch(later, number, [SANA])

    assert (answer.status_code, answer.json()["code"]) == (400, 3038)
    assert late.status_code == 201


def test_a_full_meeting_takes_nobody_new(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.switch(max_registrants=1)
    number = meeting(tariq)
    register(tariq, number, SANA)

    full = register(tariq, number, FINN)
    batch = register_batch(tariq, number, [SANA, FINN])

    assert [(one.status_code, one.json()["code"]) for one in (full, batch)] == [(400, 3043)] * 2
    assert register(tariq, number, SANA).status_code == 201


@pytest.mark.parametrize("code", [1001, 3001])
def test_a_missing_meeting_has_the_documented_code_or_the_usual_one(
    zoom: ZoomSim, tariq: httpx.Client, code: int
) -> None:
    zoom.switch(register_no_meeting=code)

    answer = register(tariq, 81234567890, SANA)

    assert (answer.status_code, answer.json()["code"]) == (404, code)
    assert register_batch(tariq, 81234567890, [SANA]).json()["code"] == 3001


def test_what_is_wrong_is_said_field_by_field(zoom: ZoomSim, tariq: httpx.Client) -> None:
    number = meeting(tariq)
    with httpx.Client(
        transport=zoom.plain_transport, base_url=zoom.base_url, headers=tariq.headers
    ) as client:
        one = register(client, number, {"email": "nothing"})
        many = register_batch(client, number, [SANA, {"first_name": "A"}])
        too_many = register_batch(client, number, [SANA] * 31)
        unknown = decide(client, number, "approve", {"id": "nobody"})
        bad = decide(client, number, "accept", {"id": "nobody"})

    assert fields(one) == ["email", "first_name"]
    assert fields(many) == ["registrants[1].email"]
    assert fields(too_many) == ["registrants"]
    assert fields(bad) == ["action"]
    assert (unknown.status_code, unknown.json()["code"]) == (400, 300)
    assert emails(tariq, number, "approved") == []


def test_a_batch_is_for_scheduled_meetings_alone(tariq: httpx.Client) -> None:
    single, series = meeting(tariq), meeting(tariq, recurrence=WEEKLY)
    class_ = [{"email": f"s{n}@home.example", "first_name": f"S{n}"} for n in range(30)]

    done, refused = register_batch(tariq, single, class_), register_batch(tariq, series, class_)

    assert (done.status_code, [row["email"] for row in done.json()["registrants"]]) == (
        201,
        [one["email"] for one in class_],
    )
    assert len({row["join_url"] for row in done.json()["registrants"]}) == 30
    assert (refused.status_code, refused.json()["code"]) == (400, 303)


def test_registrants_are_listed_page_by_page(tariq: httpx.Client) -> None:
    number = meeting(tariq)
    register_batch(tariq, number, [{"email": f"s{n}@home.example", "first_name": "S"} for n in range(5)])

    first = tariq.get(f"/v2/meetings/{number}/registrants", params={"page_size": 3}).json()
    second = tariq.get(
        f"/v2/meetings/{number}/registrants", params={"next_page_token": first["next_page_token"]}
    ).json()

    assert [row["email"][:2] for row in first["registrants"] + second["registrants"]] == [
        f"s{n}" for n in range(5)
    ]
    assert second["next_page_token"] == ""


@pytest.mark.parametrize(
    ("registration_type", "asked", "registered"),
    [(1, [1], [0, 1, 2]), (2, [], [0]), (2, [1], [1]), (3, [0, 2], [0, 2]), (3, [], [0, 1, 2])],
)
def test_a_series_is_registered_for_as_its_registration_type_says(
    tariq: httpx.Client, registration_type: int, asked: list[int], registered: list[int]
) -> None:
    number = meeting(tariq, recurrence=WEEKLY, registration_type=registration_type)
    ids = dates(tariq, number)
    params = {"occurrence_ids": ",".join(ids[n] for n in asked)} if asked else {}

    sana = tariq.post(f"/v2/meetings/{number}/registrants", json=SANA, params=params).json()

    assert [one["occurrence_id"] for one in sana["occurrences"]] == [ids[n] for n in registered]
    of_first = tariq.get(f"/v2/meetings/{number}/registrants", params={"occurrence_id": ids[0]}).json()
    assert len(of_first["registrants"]) == (1 if 0 in registered else 0)


def test_one_date_of_a_registration_can_be_cancelled(zoom: ZoomSim, tariq: httpx.Client) -> None:
    number = meeting(tariq, recurrence=WEEKLY, registration_type=3)
    ids = dates(tariq, number)
    sana = register(tariq, number, SANA).json()

    decide(tariq, number, "cancel", {"id": sana["registrant_id"]}, occurrence_id=ids[0])

    def of(date: str) -> list[str]:
        rows = tariq.get(f"/v2/meetings/{number}/registrants", params={"occurrence_id": date}).json()
        return [row["email"] for row in rows["registrants"]]

    assert [of(date) for date in ids] == [[], [SANA["email"]], [SANA["email"]]]
    gone = zoom.webhooks[-1]["body"]["payload"]["object"]["occurrences"]
    assert [one["occurrence_id"] for one in gone] == [ids[0]]


def test_a_meeting_that_becomes_a_series_loses_its_registration(tariq: httpx.Client) -> None:
    """https://github.com/indico/indico-plugins/issues/191"""
    number = meeting(tariq)
    register(tariq, number, SANA)

    change = {"type": 8, "recurrence": WEEKLY, "settings": {"approval_type": 0}}
    assert tariq.patch(f"/v2/meetings/{number}", json=change).status_code == 204

    assert tariq.get(f"/v2/meetings/{number}").json()["settings"]["approval_type"] == 2
    tariq.patch(f"/v2/meetings/{number}", json={"settings": {"approval_type": 0}})
    assert emails(tariq, number, "approved") == []


@pytest.mark.parametrize(("switch", "elsewhere"), [("meeting", 201), ("everywhere", 429)])
def test_one_person_can_be_registered_three_times_a_day(
    zoom: ZoomSim, tariq: httpx.Client, switch: str, elsewhere: int
) -> None:
    """https://developers.zoom.us/docs/api/rate-limits/; counted across meetings: devforum 141856."""
    zoom.limit(mode="host")
    zoom.switch(registrant_limit=switch)
    number, other = meeting(tariq), meeting(tariq)

    codes = [register(tariq, number, SANA).status_code for _ in range(4)]
    last = register(tariq, number, SANA)

    assert codes == [201, 201, 201, 429]
    assert last.json()["message"].endswith(
        "for the registrant (sana@home.example). You can resume these API requests at GMT 00:00:00."
    )
    assert register(tariq, number, FINN).status_code == 201
    assert register(tariq, other, SANA).status_code == elsewhere
    zoom.advance(timedelta(hours=16))
    with zoom.client(zoom.grant(TARIQ)["access_token"]) as tomorrow:
        assert register(tomorrow, number, SANA).status_code == 201


def test_a_registration_can_be_decided_ten_times_a_day(zoom: ZoomSim, tariq: httpx.Client) -> None:
    zoom.limit(mode="host")
    number = meeting(tariq)
    sana = {"id": register(tariq, number, SANA).json()["registrant_id"]}
    finn = {"id": register(tariq, number, FINN).json()["registrant_id"]}

    codes = [decide(tariq, number, action, sana).status_code for action in ["deny", "approve"] * 5 + ["deny"]]

    assert codes == [204] * 10 + [429]
    assert decide(tariq, number, "deny", finn).status_code == 204


def test_what_a_strict_client_library_asks_of_registrants_is_there(tariq: httpx.Client) -> None:
    number = meeting(tariq)
    made = register(tariq, number, SANA).json()
    listed = tariq.get(f"/v2/meetings/{number}/registrants").json()

    for name in ("registrant_id", "id", "topic", "start_time", "join_url"):
        assert made[name]
    assert {"page_count", "page_number", "page_size", "total_records"} <= set(listed)


def meeting(client: httpx.Client, *, recurrence: dict[str, Any] | None = None, **settings: Any) -> int:
    body: dict[str, Any] = {
        "topic": "Algebra",
        "type": 8 if recurrence else 2,
        "start_time": "2026-03-03T09:00:00Z",
        "settings": {"approval_type": 0, **settings},
    }
    if recurrence:
        body["recurrence"] = recurrence
    answer = client.post("/v2/users/me/meetings", json=body)
    assert answer.status_code == 201, answer.text
    number: int = answer.json()["id"]
    return number


def register(client: httpx.Client, number: int, who: dict[str, Any]) -> httpx.Response:
    return client.post(f"/v2/meetings/{number}/registrants", json=who)


def register_batch(client: httpx.Client, number: int, everybody: list[dict[str, Any]]) -> httpx.Response:
    return client.post(f"/v2/meetings/{number}/batch_registrants", json={"registrants": everybody})


def decide(
    client: httpx.Client, number: int, action: str, who: dict[str, str], **params: str
) -> httpx.Response:
    body = {"action": action, "registrants": [who]}
    return client.put(f"/v2/meetings/{number}/registrants/status", json=body, params=params)


def emails(client: httpx.Client, number: int, status: str) -> list[str]:
    listed = client.get(f"/v2/meetings/{number}/registrants", params={"status": status}).json()
    return [row["email"] for row in listed["registrants"]]


def dates(client: httpx.Client, number: int) -> list[str]:
    return [one["occurrence_id"] for one in client.get(f"/v2/meetings/{number}").json()["occurrences"]]


def fields(answer: httpx.Response) -> list[str]:
    assert answer.status_code == 400
    return [error["field"] for error in answer.json()["errors"]]


def told(zoom: ZoomSim) -> list[tuple[str, str, str | None]]:
    """What was told of registrations: what, about whom, and the status where it is said."""
    found = []
    for webhook in zoom.webhooks:
        name = webhook["event"].removeprefix("meeting.registration_")
        if name != webhook["event"]:
            who = webhook["body"]["payload"]["object"]["registrant"]
            found.append((name, who["email"], who.get("status")))
    return found


def test_the_host_chooses_what_is_asked(zoom: ZoomSim, tariq: httpx.Client) -> None:
    """Each list that is named takes the place of the one there was."""
    number = meeting(tariq)
    path = f"/v2/meetings/{number}/registrants/questions"
    asked = {
        "questions": [{"field_name": "city", "required": True}],
        "custom_questions": [
            {"title": "Which group?", "type": "single", "required": False, "answers": ["A", "B"]}
        ],
    }

    assert tariq.get(path).json() == {"questions": [], "custom_questions": []}
    assert tariq.patch(path, json=asked).status_code == 204
    assert tariq.get(path).json() == asked
    tariq.patch(path, json={"custom_questions": []})
    assert tariq.get(path).json() == asked | {"custom_questions": []}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"questions": [{"field_name": "shoe_size"}]}, "questions[0].field_name"),
        ({"questions": "city"}, "questions"),
        ({"custom_questions": [{"type": "short"}]}, "custom_questions[0].title"),
        ({"custom_questions": [{"title": "Why?", "type": "essay"}]}, "custom_questions[0].type"),
        ({"custom_questions": [{"title": "Why?", "answers": [1]}]}, "custom_questions[0].answers"),
    ],
)
def test_a_wrong_question_is_named(zoom: ZoomSim, tariq: httpx.Client, body: Any, field: str) -> None:
    number = meeting(tariq)
    with httpx.Client(transport=zoom.plain_transport, base_url=zoom.base_url, headers=tariq.headers) as plain:
        refused = plain.patch(f"/v2/meetings/{number}/registrants/questions", json=body)

    assert (refused.status_code, refused.json()["code"]) == (400, 300)
    assert [error["field"] for error in refused.json()["errors"]] == [field]


def test_the_page_asks_them_and_insists_on_what_is_required(zoom: ZoomSim, tariq: httpx.Client) -> None:
    number = meeting(tariq)
    asked = {
        "questions": [{"field_name": "last_name", "required": True}],
        "custom_questions": [{"title": "Which <group>?", "type": "short", "required": True}],
    }
    tariq.patch(f"/v2/meetings/{number}/registrants/questions", json=asked)

    with zoom.client() as browser:
        address = f"/meeting/register/{number}"
        page = browser.get(address).text
        without = browser.post(address, data=SANA)
        browser.post(address, data=SANA | {"custom-0": "A"})

    assert "Which &lt;group&gt;?" in page
    assert (without.status_code, "Please check: custom-0." in without.text) == (422, True)
    [row] = tariq.get(f"/v2/meetings/{number}/registrants").json()["registrants"]
    assert row["custom_questions"] == [{"title": "Which <group>?", "value": "A"}]
