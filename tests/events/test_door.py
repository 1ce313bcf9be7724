"""Only what Zoom signed, lately, of an event's size, comes in; and nothing else leaves a trace."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client, override_settings
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from eduraise.core.models import Setting
from eduraise.events.models import ZoomEvent
from tests.events.knocking import ADDRESS, SECRET, Zoom, sample, signature
from tests.moving import MovingClock
from tests.school import School

pytestmark = pytest.mark.django_db

STARTED = json.dumps(sample("captured/meeting.started")).encode()
State, Age = ZoomEvent.State, ZoomEvent.Age


def ages() -> list[str]:
    return list(ZoomEvent.objects.values_list("age", flat=True))


def test_an_event_is_kept_as_it_came_and_then_answered(zoom: Zoom) -> None:
    answer = zoom.tells(STARTED)

    assert (answer.status_code, answer.content) == (200, b"")
    event = ZoomEvent.objects.get()
    assert bytes(event.body) == STARTED
    assert (event.state, event.age, event.copies, event.event) == (State.RECEIVED, Age.FRESH, 1, "")
    assert event.received_at == event.signed_at == event.next_at == zoom.clock()


def test_somebody_who_is_not_signed_in_and_has_no_form_token_may_knock(zoom: Zoom) -> None:
    zoom.client = Client(enforce_csrf_checks=True)

    assert zoom.tells(STARTED).status_code == 200


@pytest.mark.parametrize("name", ["meeting.started", "meeting.ended", "meeting.participant_joined"])
def test_what_zoom_really_sent_comes_in(zoom: Zoom, name: str) -> None:
    assert zoom.tells(sample(f"captured/{name}")).status_code == 200
    assert ZoomEvent.objects.count() == 1


# Forgeries


def flipped(text: bytes, at: int) -> bytes:
    return text[:at] + bytes([text[at] ^ 1]) + text[at + 1 :]


def test_no_byte_of_the_body_can_be_changed(zoom: Zoom) -> None:
    timestamp = str(int(zoom.clock().timestamp()))
    signed = signature(STARTED, timestamp)

    answers = {
        zoom.posts(flipped(STARTED, at), timestamp=timestamp, signed=signed).status_code
        for at in range(0, len(STARTED), 7)
    }

    assert answers == {401}
    assert not ZoomEvent.objects.exists()


def test_no_character_of_the_signature_or_its_time_can_be_changed(zoom: Zoom) -> None:
    timestamp = str(int(zoom.clock().timestamp()))
    signed = signature(STARTED, timestamp)
    forged = [(timestamp, flipped(signed.encode(), at).decode()) for at in range(len(signed))]
    forged += [(flipped(timestamp.encode(), at).decode(), signed) for at in range(len(timestamp))]

    answers = [zoom.posts(STARTED, timestamp=time, signed=sign) for time, sign in forged]

    assert {(answer.status_code, answer.content) for answer in answers} == {(401, b"")}
    assert not ZoomEvent.objects.exists()


@pytest.mark.parametrize(
    ("timestamp", "signed"),
    [
        (None, "right"),
        ("right", None),
        (None, None),
        ("", ""),
        ("right", "v0="),
        ("right", "v0=" + "٣" * 64),
        ("right", "twice"),
        ("twice", "right"),
        (" right", "right"),
        ("-1", "right"),
        ("9" * 10, "right"),
        ("9" * 400, "right"),
        ("1e9", "right"),
    ],
)
def test_headers_that_are_missing_or_odd_are_turned_away(
    zoom: Zoom, timestamp: str | None, signed: str | None
) -> None:
    now = str(int(zoom.clock().timestamp()))
    right = signature(STARTED, now)
    times = {"right": now, " right": f" {now}x", "twice": f"{now},{now}"}
    signs = {"right": right, "twice": f"{right},{right}"}

    answer = zoom.posts(
        STARTED,
        timestamp=times.get(timestamp or "", timestamp),
        signed=signs.get(signed or "", signed),
    )

    assert (answer.status_code, answer.content) == (401, b"")
    assert not ZoomEvent.objects.exists()


def test_the_same_json_written_otherwise_is_another_body(zoom: Zoom) -> None:
    timestamp = str(int(zoom.clock().timestamp()))
    written_again = json.dumps(json.loads(STARTED), indent=1).encode()

    answer = zoom.posts(written_again, timestamp=timestamp, signed=signature(STARTED, timestamp))

    assert answer.status_code == 401


def test_the_old_verification_token_opens_nothing(zoom: Zoom) -> None:
    answer = zoom.posts(STARTED, timestamp=None, signed=None, HTTP_AUTHORIZATION=SECRET)

    assert answer.status_code == 401


def test_both_secrets_are_good_while_one_is_replaced(zoom: Zoom) -> None:
    with override_settings(ZOOM_ENVIRONMENT={"ZOOM_WEBHOOK_SECRET": ("new", "old")}):
        answers = [
            zoom.tells({"event": "a", "payload": {}}, secret="new").status_code,
            zoom.tells({"event": "b", "payload": {}}, secret="old").status_code,
            zoom.tells({"event": "c", "payload": {}}, secret=SECRET).status_code,
        ]

    assert answers == [200, 200, 401]


def test_a_secret_given_on_the_page_is_used_where_the_environment_has_none(zoom: Zoom) -> None:
    Setting.objects.create(name="ZOOM_WEBHOOK_SECRET", value="pasted, older", set_at=zoom.clock())

    with override_settings(ZOOM_ENVIRONMENT={"ZOOM_WEBHOOK_SECRET": ()}):
        answers = [zoom.tells(STARTED, secret=secret).status_code for secret in ("pasted", "older", "")]

    assert answers == [200, 200, 401]


def test_without_any_secret_nothing_is_signed_by_zoom(zoom: Zoom) -> None:
    with override_settings(ZOOM_ENVIRONMENT={"ZOOM_WEBHOOK_SECRET": ()}):
        assert zoom.tells(STARTED, secret="").status_code == 401


# Age


@pytest.mark.parametrize(
    ("age", "status", "kept_as"),
    [
        (timedelta(0), 200, [Age.FRESH]),
        (timedelta(seconds=299), 200, [Age.FRESH]),
        (timedelta(seconds=301), 200, [Age.LATE]),
        (timedelta(minutes=85), 200, [Age.LATE]),
        (timedelta(hours=3), 200, [Age.HINT]),
        (timedelta(hours=25), 401, []),
        (timedelta(seconds=-299), 200, [Age.FRESH]),
        (timedelta(seconds=-301), 401, []),
    ],
)
def test_an_event_counts_for_as_much_as_its_age_allows(
    zoom: Zoom, age: timedelta, status: int, kept_as: list[str]
) -> None:
    answer = zoom.tells(STARTED, signed_at=zoom.clock() - age)

    assert (answer.status_code, ages()) == (status, kept_as)


def test_a_replay_changes_nothing_but_a_count(zoom: Zoom, moving: MovingClock) -> None:
    timestamp = str(int(moving().timestamp()))
    signed = signature(STARTED, timestamp)
    statuses = []
    for later in (0, 299, 2, 85 * 60, 3 * 3600, 25 * 3600):
        moving.advance(seconds=later)
        statuses.append(zoom.posts(STARTED, timestamp=timestamp, signed=signed).status_code)

    assert statuses == [200, 200, 200, 200, 200, 401]
    event = ZoomEvent.objects.get()
    assert (event.copies, event.age, event.state) == (5, Age.FRESH, State.RECEIVED)


def test_a_fresher_copy_makes_the_event_fresh_and_due(zoom: Zoom, moving: MovingClock) -> None:
    zoom.tells(STARTED, signed_at=moving() - timedelta(hours=3))
    ZoomEvent.objects.update(state=State.HINT)
    moving.advance(minutes=20)
    zoom.tells(STARTED, signed_at=moving() - timedelta(minutes=10))

    event = ZoomEvent.objects.get()
    assert (event.age, event.state, event.copies) == (Age.LATE, State.RECEIVED, 2)
    assert event.next_at == moving()
    assert event.received_at == moving() - timedelta(minutes=20)


def test_a_staler_copy_makes_nothing_of_what_was_applied(zoom: Zoom, moving: MovingClock) -> None:
    zoom.tells(STARTED)
    ZoomEvent.objects.update(state=State.APPLIED)

    zoom.tells(STARTED, signed_at=moving() - timedelta(hours=3))

    event = ZoomEvent.objects.get()
    assert (event.age, event.state, event.copies) == (Age.FRESH, State.APPLIED, 2)


def test_a_time_in_milliseconds_is_understood(zoom: Zoom) -> None:
    timestamp = str(int(zoom.clock().timestamp() * 1000))

    answer = zoom.posts(STARTED, timestamp=timestamp, signed=signature(STARTED, timestamp))

    assert (answer.status_code, ages()) == (200, [Age.FRESH])


# Size and form


def test_an_event_may_be_256_kib_and_no_byte_more(zoom: Zoom) -> None:
    largest = b'{"event":"x","payload":{}}'.ljust(256 * 1024)

    assert [zoom.tells(largest).status_code, zoom.tells(largest + b" ").status_code] == [200, 413]
    assert ZoomEvent.objects.count() == 1


def test_a_body_is_not_read_beyond_what_was_announced(zoom: Zoom) -> None:
    timestamp = str(int(zoom.clock().timestamp()))

    answer = zoom.posts(
        STARTED, timestamp=timestamp, signed=signature(STARTED, timestamp), CONTENT_LENGTH=str(10)
    )

    assert answer.status_code == 401


def test_a_body_shorter_than_announced_is_not_kept(zoom: Zoom) -> None:
    from io import BytesIO

    from django.test import RequestFactory

    from eduraise.events.views import webhook

    timestamp = str(int(zoom.clock().timestamp()))
    request = RequestFactory().generic(
        "POST",
        ADDRESS,
        STARTED,
        content_type="application/json",
        headers={"x-zm-request-timestamp": timestamp, "x-zm-signature": signature(STARTED, timestamp)},
    )
    request.META["CONTENT_LENGTH"] = str(len(STARTED) + 5)
    request._stream = BytesIO(STARTED)

    assert webhook(request).status_code == 400
    assert not ZoomEvent.objects.exists()


@pytest.mark.parametrize(
    ("environ", "status"),
    [
        ({"CONTENT_LENGTH": ""}, 411),
        ({"CONTENT_LENGTH": "-5"}, 411),
        ({"CONTENT_LENGTH": "٣"}, 411),
        ({"CONTENT_LENGTH": "9" * 30}, 413),
        ({"HTTP_TRANSFER_ENCODING": "chunked"}, 411),
        ({"CONTENT_TYPE": "text/plain"}, 415),
        ({"CONTENT_TYPE": "application/x-www-form-urlencoded"}, 415),
        ({"CONTENT_TYPE": "application/json; charset=utf-8"}, 200),
    ],
)
def test_only_a_json_body_of_known_size_is_read(zoom: Zoom, environ: dict[str, str], status: int) -> None:
    timestamp = str(int(zoom.clock().timestamp()))

    answer = zoom.posts(STARTED, timestamp=timestamp, signed=signature(STARTED, timestamp), **environ)

    assert answer.status_code == status
    assert ZoomEvent.objects.count() == (1 if status == 200 else 0)


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_nothing_but_a_post_is_an_event(zoom: Zoom, method: str) -> None:
    answer = zoom.client.generic(method, ADDRESS)

    assert (answer.status_code, answer.headers["Allow"]) == (405, "POST")


ODD_JSON = [
    b"null",
    b"[]",
    b"{}",
    b'"text"',
    b'{"event":7,"payload":{}}',
    b'{"event":"meeting.started","payload":[]}',
    b'{"event":"meeting.started","payload":{"object":[]}}',
    b'{"event":"a","event":"b","payload":{}}',
    b'{"event":"a","payload":{"n":NaN}}',
    b'{"event":"a","payload":{"n":1' + b"0" * 5000 + b"}}",
    b'{"event":"a","payload":' + b"[" * 5000 + b"]" * 5000 + b"}",
    b"\xff\xfe\x00{",
    b'{"event":"endpoint.url_validation"',
    b'{"event":"endpoint.url_validation","payload":{"plainToken":{}}}',
    b'{"event":"endpoint.url_validation","payload":null}',
]


@pytest.mark.parametrize("body", ODD_JSON)
def test_signed_nonsense_is_kept_and_breaks_nothing(zoom: Zoom, body: bytes) -> None:
    assert zoom.tells(body).status_code == (400 if b"url_validation" in body else 200)
    assert ZoomEvent.objects.count() == 1


@hypothesis_settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.binary(max_size=300) | st.text(max_size=200).map(str.encode),
    timestamp=st.none() | st.text(max_size=20) | st.just("now"),
    signed=st.none() | st.text(max_size=80) | st.just("right"),
    content_type=st.sampled_from(["application/json", "text/html", "", "multipart/form-data"]),
)
def test_whatever_is_sent_the_door_stands(
    zoom: Zoom, body: bytes, timestamp: str | None, signed: str | None, content_type: str
) -> None:
    now = str(int(zoom.clock().timestamp()))
    timestamp = now if timestamp == "now" else timestamp
    signed = signature(body, timestamp or "") if signed == "right" else signed
    clean = [value and value.replace("\r", "").replace("\n", "") for value in (timestamp, signed)]

    answer = zoom.posts(body, timestamp=clean[0], signed=clean[1], content_type=content_type)

    assert answer.status_code in {200, 400, 401, 415}
    assert len(answer.content) < 300


# URL validation


def challenge(token: str) -> bytes:
    return json.dumps({"event": "endpoint.url_validation", "payload": {"plainToken": token}}).encode()


def test_a_challenge_is_answered_with_its_proof(zoom: Zoom) -> None:
    answer = zoom.tells(sample("official/endpoint.url_validation"))

    assert answer.status_code == 200
    assert answer.json() == {
        "plainToken": "qgg8vlvZRS6UYooatFL8Aw",
        # made with openssl dgst -sha256 -hmac sim-webhook-secret
        "encryptedToken": "6dfe0a2bd15fe03a1b4cfaa96a3bd0fb57da663c962ac309f97ccf164fc65138",
    }


def test_the_proof_is_made_with_the_secret_that_asked(zoom: Zoom) -> None:
    token = "a" * 22
    with override_settings(ZOOM_ENVIRONMENT={"ZOOM_WEBHOOK_SECRET": ("new", "old")}):
        proofs = [zoom.tells(challenge(token), secret=secret).json() for secret in ("new", "old")]

    assert len({proof["encryptedToken"] for proof in proofs}) == 2


@pytest.mark.parametrize("signed", ["right", None, "v0=" + "0" * 64])
def test_our_proof_can_not_be_made_to_sign_an_event(zoom: Zoom, signed: str | None) -> None:
    """The oracle: a token that reads as "v0:<time>:<body>" would come back as that body's signature."""
    forged = b'{"event":"meeting.ended","payload":{}}'
    timestamp = str(int(zoom.clock().timestamp()))
    asked = challenge(f"v0:{timestamp}:{forged.decode()}")

    answer = zoom.posts(
        asked,
        timestamp=timestamp,
        signed=signature(asked, timestamp) if signed == "right" else signed,
    )

    assert answer.status_code == (400 if signed == "right" else 401)
    assert signature(forged, timestamp).removeprefix("v0=") not in answer.content.decode()


@pytest.mark.parametrize(
    "token", ["", "short", "a" * 15, "a" * 65, "a" * 21 + ":", "a" * 21 + "{", "a" * 21 + "\n", "é" * 22]
)
def test_only_a_token_of_zooms_kind_is_signed(zoom: Zoom, token: str) -> None:
    answer = zoom.tells(challenge(token))

    assert (answer.status_code, answer.content) == (400, b"")


def test_a_challenge_is_small_and_fresh(zoom: Zoom) -> None:
    large = challenge("a" * 22).ljust(1025)

    assert zoom.tells(large).status_code == 400
    stale = zoom.tells(challenge("b" * 22), signed_at=zoom.clock() - timedelta(minutes=10))
    assert (stale.status_code, stale.content) == (200, b"")


def test_people_can_not_see_the_door(school: School, client: Client) -> None:
    client.force_login(school.ada)

    assert client.get(ADDRESS).status_code == 405


def test_each_answer_is_counted_by_its_reason_among_the_figures(zoom: Zoom) -> None:
    before = counted(zoom)

    zoom.tells(STARTED)
    zoom.tells(STARTED, secret="another")
    zoom.posts(STARTED, timestamp=None, signed=None, content_type="text/plain")

    more = {answer: number - before.get(answer, 0) for answer, number in counted(zoom).items()}
    assert {answer: number for answer, number in more.items() if number} == {
        'status="200",why="kept"': 1,
        'status="401",why="signature"': 1,
        'status="415",why="content_type"': 1,
    }


def counted(zoom: Zoom) -> dict[str, float]:
    """The webhook address's answers as /metrics shows them, by their labels."""
    page = zoom.client.get("/metrics").content.decode()
    found = re.findall(r"^eduraise_webhook_answers_total\{(.*)\} (\S+)$", page, re.MULTILINE)
    return {labels: float(number) for labels, number in found}


def test_the_door_keeps_to_https_and_to_our_own_host_as_every_page_does(
    client: Client, settings: Settings
) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.post("/zoom/webhook/").status_code == 301
    settings.SECURE_SSL_REDIRECT = False
    assert client.post("/zoom/webhook/", headers={"host": "elsewhere.example"}).status_code == 400
