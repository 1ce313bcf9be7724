"""What a caller learns of a call: never sent, unknown, waited for, refused, done."""

from datetime import timedelta

import httpx
import pytest

from tests.zoomclient.conftest import NOW, TOKEN, zoom_that
from zoomclient import (
    AccessTokenRefused,
    Call,
    MeetingDraft,
    NoLimit,
    NotSent,
    OutcomeUnknown,
    RateLimited,
    Refused,
    Unreadable,
    ZoomError,
)

DRAFT = MeetingDraft(topic="Sets", starts_at=NOW, duration=timedelta(minutes=60), timezone="Europe/Oslo")


def failing(problem: type[httpx.TransportError]):  # type: ignore[no-untyped-def]
    def answers(request: httpx.Request) -> httpx.Response:
        raise problem(f"while calling {request.url} with {request.headers['authorization']}", request=request)

    return answers


def saying(status: int, **content: object):  # type: ignore[no-untyped-def]
    return lambda request: httpx.Response(status, **content)


def error_of_create(answers) -> ZoomError:  # type: ignore[no-untyped-def]
    with pytest.raises(ZoomError) as problem:
        zoom_that(answers).meetings.create("me", DRAFT)
    return problem.value


def error_of_read(answers) -> ZoomError:  # type: ignore[no-untyped-def]
    with pytest.raises(ZoomError) as problem:
        zoom_that(answers).users.me()
    return problem.value


@pytest.mark.parametrize(
    "problem", [httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol]
)
def test_without_a_connection_nothing_was_sent(problem: type[httpx.TransportError]) -> None:
    error = error_of_create(failing(problem))

    assert (type(error), error.call) == (NotSent, "POST /users/{userId}/meetings")


@pytest.mark.parametrize(
    ("problem", "reason"),
    [
        (httpx.WriteTimeout, "timeout"),
        (httpx.ReadTimeout, "timeout"),
        (httpx.WriteError, "disconnected"),
        (httpx.ReadError, "disconnected"),
        (httpx.RemoteProtocolError, "disconnected"),
    ],
)
def test_once_sent_an_answer_that_does_not_come_leaves_it_open(
    problem: type[httpx.TransportError], reason: str
) -> None:
    error = error_of_create(failing(problem))

    assert (type(error), error.reason, error.status) == (OutcomeUnknown, reason, None)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_servers_failure_leaves_it_open(status: int) -> None:
    error = error_of_create(saying(status, text="<html>Bad gateway</html>"))

    assert (type(error), error.status) == (OutcomeUnknown, status)


@pytest.mark.parametrize(
    "answer",
    [
        {"text": "<html>Please sign in</html>"},
        {"content": b'{"id": 123, "topic": "Se'},
        {"content": b""},
        {"content": b'{"id": 1, "id": 2}'},
        {"content": b"\xff\xfe"},
        {"json": []},
        {"json": {"topic": "Sets"}},
        {"json": {"id": None}},
        {"content": b"[" * 100_000},
    ],
)
@pytest.mark.parametrize("status", [200, 201])
def test_a_created_meeting_that_cannot_be_read_is_unknown_not_failed(
    answer: dict[str, object], status: int
) -> None:
    error = error_of_create(saying(status, **answer))

    assert isinstance(error, Unreadable)
    assert isinstance(error, OutcomeUnknown)


def test_what_could_not_be_read_is_kept_but_not_shown() -> None:
    error = error_of_read(saying(200, text="<html>CANARY</html>"))

    assert isinstance(error, Unreadable)
    assert error.body.reveal() == "<html>CANARY</html>"
    assert "CANARY" not in f"{error} {error!r} {error.__dict__}"


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_is_not_followed(status: int) -> None:
    asked: list[str] = []

    def answers(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(status, headers={"location": "https://elsewhere.example/"})

    assert isinstance(error_of_create(answers), Unreadable)
    assert asked == ["https://api.zoom.us/v2/users/me/meetings"]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {"code": 124, "message": "Access token is expired."}),
        (400, {"code": 124, "message": "Invalid access token."}),
        (401, {"code": 4700, "message": "Token cannot be empty."}),
        (401, {"message": "Unauthorized"}),
        (200, {"code": 124, "message": "Access token is expired."}),
    ],
)
def test_a_refused_access_token_can_be_refreshed_once(status: int, body: dict[str, object]) -> None:
    assert type(error_of_create(saying(status, json=body))) is AccessTokenRefused


def test_a_failure_within_a_success_is_a_failure() -> None:
    body = {"code": 200, "message": "Only available for paid account: 123."}

    assert error_of_create(saying(200, json=body)).reason == "paid_plan_needed"


def test_a_failure_within_a_success_that_nobody_knows_leaves_it_open() -> None:
    error = error_of_create(saying(200, json={"code": 99999, "message": "Something."}))

    assert type(error) is OutcomeUnknown


def test_an_unknown_refusal_is_still_a_refusal() -> None:
    error = error_of_create(saying(400, json={"code": 99999, "message": "Something new."}))

    assert (type(error), error.reason, error.code) == (Refused, "refused", 99999)


@pytest.mark.parametrize("status", [400, 403, 404])
def test_a_wall_on_the_way_is_not_zooms_refusal(status: int) -> None:
    assert isinstance(error_of_create(saying(status, text="<html>Blocked</html>")), Unreadable)


def test_too_many_calls_say_when_to_come_back() -> None:
    answers = saying(429, headers={"Retry-After": "30"}, json={"code": 429, "message": "Slow down."})
    error = error_of_read(answers)

    assert isinstance(error, RateLimited)
    assert (error.retry_at, error.daily) == (NOW + timedelta(seconds=30), False)


def test_too_many_calls_are_told_by_a_status_alone() -> None:
    error = error_of_read(saying(429, text="<html>slow down</html>"))

    assert isinstance(error, RateLimited)
    assert error.retry_at == NOW + timedelta(seconds=1)


def test_an_error_carries_what_support_asks_for() -> None:
    body = {"code": 3001, "message": "Meeting does not exist: 123."}
    answers = saying(404, json=body, headers={"x-zm-trackingid": "v=2.0;clid=aw1;rid=WEB_1"})
    with pytest.raises(ZoomError) as problem:
        zoom_that(answers).meetings.get("123")

    assert str(problem.value) == (
        "GET /meetings/{meetingId} · 404/3001 · meeting_not_found · Meeting does not exist: 123."
        " · [request v=2.0;clid=aw1;rid=WEB_1]"
    )


@pytest.mark.parametrize("problem", [httpx.ConnectError, httpx.ReadTimeout])
def test_no_token_is_in_an_error_its_causes_or_the_log(
    problem: type[httpx.TransportError], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="zoomclient")
    error = error_of_create(failing(problem))

    assert TOKEN not in f"{error} {error!r} {error.args} {error.__dict__}"
    assert (error.__cause__, error.__context__) == (None, None)
    assert TOKEN not in caplog.text
    assert caplog.text != ""


def test_a_token_that_zoom_repeats_is_masked() -> None:
    body = {"code": 124, "message": f"Invalid access token: {TOKEN}"}

    assert error_of_read(saying(401, json=body)).message == "Invalid access token: ***"


def test_a_log_line_names_the_call_and_nothing_of_its_ids(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="zoomclient")
    zoom_that(saying(204)).meetings.delete_occurrence("84712345678", "1772438400000")

    assert [record.getMessage() for record in caplog.records if record.name == "zoomclient"] == [
        "DELETE /meetings/{meetingId} · 204"
    ]


def test_a_refusal_is_logged_by_its_reason_without_zooms_words(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", logger="zoomclient")
    error_of_read(saying(404, json={"code": 1001, "message": "User does not exist: CANARY@x.example."}))

    assert [record.getMessage() for record in caplog.records if record.name == "zoomclient"] == [
        "GET /users/{userId} · 404",
        "GET /users/{userId} · user_not_found",
    ]


def test_a_call_goes_out_as_zoom_wants_it() -> None:
    seen: list[httpx.Request] = []

    def answers(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return httpx.Response(200, json={"id": "u1"}, headers={"set-cookie": "a=b; Domain=zoom.us"})

    zoom = zoom_that(answers)
    zoom.users.me()
    zoom.users.me()

    assert [request.headers["authorization"] for request in seen] == [f"Bearer {TOKEN}"] * 2
    assert [request.headers.get("cookie") for request in seen] == [None, None]
    assert seen[0].headers["user-agent"].startswith("zoomclient/")
    assert str(seen[0].url) == "https://api.zoom.us/v2/users/me"


def test_the_limiter_is_asked_first_and_can_hold_a_call() -> None:
    asked: list[Call] = []

    class Full(NoLimit):
        def before(self, call: Call) -> None:
            asked.append(call)
            raise NotSent("no room", reason="own_limit", retry_at=NOW + timedelta(seconds=3))

    with pytest.raises(NotSent) as problem:
        zoom_that(saying(500), limiter=Full()).meetings.create("me", DRAFT)

    assert problem.value.retry_at == NOW + timedelta(seconds=3)
    assert [(call.operation.name, call.operation.counts_for_host, dict(call.ids)) for call in asked] == [
        ("POST /users/{userId}/meetings", True, {"userId": "me"})
    ]


def test_a_failure_to_read_is_told_apart_from_a_bug() -> None:
    def answers(request: httpx.Request) -> httpx.Response:
        raise KeyError("a bug of the transport")

    with pytest.raises(KeyError):
        zoom_that(answers).users.me()


def test_the_limiter_hears_of_a_limit_that_zoom_names_before_the_caller_does() -> None:
    told: list[tuple[str, bool]] = []

    class Noting(NoLimit):
        def limited(self, call: Call, problem: RateLimited) -> None:
            told.append((call.operation.name, problem.daily))

    with pytest.raises(RateLimited):
        zoom_that(saying(429, json={"code": 429, "message": "daily rate limit"}), limiter=Noting()).users.me()
    assert told == [("GET /users/{userId}", True)]
