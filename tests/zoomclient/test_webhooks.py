"""Zoom's events: told from forgeries on the raw bytes, then read with care."""

import hashlib
import hmac
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zoomclient import Secret
from zoomclient.webhooks import (
    EventUnreadable,
    SignatureRefused,
    challenge_answer,
    parse_event,
    verify,
)

SECRET = "CANARY-WEBHOOK"
SIGNED_AT = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SECONDS = str(int(SIGNED_AT.timestamp()))
BODY = '{"payload": {"account_id": "a", "object": {"topic": "Søt"}}, "event": "meeting.started"}'.encode()


def sign(body: bytes, timestamp: str = SECONDS, secret: str = SECRET) -> str:
    message = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()


def event(**object_: Any) -> dict[str, Any]:
    return {
        "event": "meeting.started",
        "event_ts": 1772438400123,
        "payload": {"account_id": "acc", "object": object_},
    }


def parsed(body: Any, **options: Any) -> Any:
    return parse_event(json.dumps(body).encode(), **options)


def test_what_zoom_signed_is_taken() -> None:
    assert verify([SECRET], SECONDS, sign(BODY), BODY) == SIGNED_AT


def test_a_time_in_milliseconds_is_read_too() -> None:
    milliseconds = f"{SECONDS}250"

    found = verify([SECRET], milliseconds, sign(BODY, milliseconds), BODY)
    assert found == SIGNED_AT.replace(microsecond=250_000)


def test_while_rotating_either_secret_will_do() -> None:
    for secrets in ([SECRET, "new"], ["new", SECRET], [Secret("new"), Secret(SECRET)]):
        assert verify(secrets, SECONDS, sign(BODY), BODY) == SIGNED_AT


@pytest.mark.parametrize("secrets", [[], [""], ["other"], [Secret("")]])
def test_without_the_secret_nothing_is_taken(secrets: list[Any]) -> None:
    with pytest.raises(SignatureRefused):
        verify(secrets, SECONDS, sign(BODY, secret=""), BODY)


@pytest.mark.parametrize(
    ("timestamp", "signature"),
    [
        (None, sign(BODY)),
        (SECONDS, None),
        ("", ""),
        ("177243840", sign(BODY, "177243840")),
        (f"{SECONDS}\n", sign(BODY)),
        (f" {SECONDS}", sign(BODY)),
        ("١٧٧٢٤٣٨٤٠٠", sign(BODY)),
        (SECONDS, sign(BODY)[3:]),
        (SECONDS, sign(BODY).upper()),
        (SECONDS, sign(BODY) + ", " + sign(BODY)),
        (SECONDS, "v0=" + "é" * 64),
        (SECONDS, "v1=" + sign(BODY)[3:]),
        (SECONDS, "v0="),
        (str(int(SECONDS) + 1), sign(BODY)),
    ],
)
def test_headers_that_are_missing_twice_or_wrong_are_refused(
    timestamp: str | None, signature: str | None
) -> None:
    with pytest.raises(SignatureRefused):
        verify([SECRET], timestamp, signature, BODY)


@given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
def test_any_changed_byte_is_refused(place: int, change: int) -> None:
    forged = bytearray(BODY)
    forged[place] ^= change

    with pytest.raises(SignatureRefused):
        verify([SECRET], SECONDS, sign(BODY), bytes(forged))


def test_the_same_content_written_anew_is_refused() -> None:
    rewritten = json.dumps(json.loads(BODY)).encode()

    assert rewritten != BODY
    with pytest.raises(SignatureRefused):
        verify([SECRET], SECONDS, sign(BODY), rewritten)


def test_a_challenge_is_answered() -> None:
    plain = "qgg8vlvZRS6UYooatFL8Aw"

    assert challenge_answer(SECRET, plain) == {
        "plainToken": plain,
        "encryptedToken": hmac.new(SECRET.encode(), plain.encode(), hashlib.sha256).hexdigest(),
    }


@pytest.mark.parametrize(
    "plain",
    ["", "short", "a" * 65, f'v0:{SECONDS}:{{"event"', "qgg8vlvZRS6UYooatFL8Aw\n", "é" * 20, "a b" * 8],
)
def test_a_challenge_is_never_an_event_to_be_signed(plain: str) -> None:
    with pytest.raises(EventUnreadable):
        challenge_answer(SECRET, plain)


def test_a_challenge_is_not_answered_with_an_empty_secret() -> None:
    with pytest.raises(ValueError, match="no secret"):
        challenge_answer("", "qgg8vlvZRS6UYooatFL8Aw")


def test_the_token_of_a_challenge_is_found() -> None:
    payload = {"plainToken": "qgg8vlvZRS6UYooatFL8Aw"}
    body = {"payload": payload, "event_ts": 1, "event": "endpoint.url_validation"}

    assert parsed(body).plain_token == "qgg8vlvZRS6UYooatFL8Aw"
    assert parsed(event()).plain_token == ""


@pytest.mark.parametrize("number", [84712345678, "84712345678"])
def test_ids_are_text_whether_zoom_sends_text_or_numbers(number: Any) -> None:
    found = parsed(
        event(
            id=number,
            uuid="u==",
            host_id="h",
            duration=60,
            participant={"user_id": 16778240, "registrant_id": 7, "user_name": "Bo"},
            occurrences=[{"occurrence_id": 1773043200000}],
        )
    )

    assert (found.name, found.account_id) == ("meeting.started", "acc")
    assert (found.meeting_number, found.meeting_uuid, found.host_id) == ("84712345678", "u==", "h")
    assert found.participant == {"user_id": "16778240", "registrant_id": "7", "user_name": "Bo"}
    assert found.object["occurrences"] == [{"occurrence_id": "1773043200000"}]
    assert found.object["duration"] == 60


def test_a_moment_is_read_from_milliseconds() -> None:
    assert parsed(event()).sent_at == datetime(2026, 3, 2, 8, 0, 0, 123_000, tzinfo=UTC)


@pytest.mark.parametrize("moment", [None, "2024-09-08 15:58:40", 10**18, [], {}])
def test_a_moment_may_be_missing_or_odd(moment: Any) -> None:
    assert parsed(event() | {"event_ts": moment}).sent_at is None


def test_participants_addresses_are_dropped() -> None:
    person = {"user_name": "Bo", "public_ip": "203.0.113.9", "private_ip": "10.0.0.1"}
    found = parsed(event(participant=person))

    assert found.participant == {"user_name": "Bo"}
    assert parsed(event(participant=person), drop=frozenset()).participant == person


def test_a_download_token_is_hidden() -> None:
    found = parsed(event() | {"download_token": "CANARY"})

    assert found.download_token == Secret("CANARY")
    assert "CANARY" not in repr(found)


def test_an_events_content_is_not_in_its_repr() -> None:
    assert "CANARY" not in repr(parsed(event(participant={"user_name": "CANARY"})))


def test_a_name_cut_within_an_emoji_can_still_be_stored() -> None:
    found = parse_event(
        b'{"event": "e", "payload": {"object": {"topic": "Bo \\ud83d", "a": "x\\u0000y",'
        b' "b": "\\ud83d\\ude00"}}}'
    )

    assert found.object == {"topic": "Bo \ufffd", "a": "x\ufffdy", "b": "😀"}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"event"',
        b"{",
        b'{"event": "e"}',
        b'{"event": "e", "payload": []}',
        b'{"event": 5, "payload": {}}',
        b'{"event": "", "payload": {}}',
        b'{"event": "' + b"e" * 201 + b'", "payload": {}}',
        b'{"event": "e", "event": "f", "payload": {}}',
        b'{"event": "e", "payload": {"id": 1, "id": 2}}',
        b'{"event": "e", "payload": {"n": NaN}}',
        b'{"event": "e", "payload": {"n": -Infinity}}',
        b'{"event": "e", "payload": {"n": 1e999}}',
        b'{"event": "e", "payload": {"n": ' + b"9" * 20 + b"}}",
        b'{"event": "e", "payload": {"n": ' + b"9" * 100_000 + b"}}",
        b'{"event": "e", "payload": {"n": "\xff"}}',
        b'\xef\xbb\xbf{"event": "e", "payload": {}}',
        b'{"event": "e", "payload": {"n": ' + b"[" * 31 + b"]" * 31 + b"}}",
        b'{"event": "e", "payload": {"n": ' + b"[" * 100_000 + b"]" * 100_000 + b"}}",
        b'{"event": "e", "payload": {"n": "' + b"x" * 256 * 1024 + b'"}}',
    ],
)
def test_what_is_no_event_is_an_error_and_nothing_else(body: bytes) -> None:
    with pytest.raises(EventUnreadable):
        parse_event(body)


def test_thirty_two_levels_are_deep_enough() -> None:
    nested = b"[" * 30 + b"]" * 30

    assert parse_event(b'{"event": "e", "payload": {"n": ' + nested + b"}}").name == "e"


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(body: bytes) -> None:
    with suppress(EventUnreadable):
        parse_event(body)


def test_an_error_repeats_nothing_of_the_body() -> None:
    for body in (b'{"event": CANARY}', b'{"CANARY": 1, "CANARY": 2}', b'{"event": ["CANARY"]}'):
        with pytest.raises(EventUnreadable) as problem:
            parse_event(body)
        assert "CANARY" not in str(problem.value)


def test_the_id_of_a_user_is_no_meetings_number() -> None:
    body = b'{"event":"user.updated","payload":{"account_id":"a","object":{"id":"xZS8xlbrIEBquQq1ZyZowg"}}}'
    event = parse_event(body)
    assert (event.meeting_number, event.object["id"]) == ("", "xZS8xlbrIEBquQq1ZyZowg")
