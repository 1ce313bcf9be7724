"""The page about the client is true: its examples run, its tables are whole."""

import doctest
import hashlib
import hmac
import re
from pathlib import Path
from typing import Any

import httpx

from zoomclient import OAuth, Zoom, ZoomError, errors, scopes
from zoomclient.refusals import REASONS

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "zoomclient.md").read_text()
SOURCES = Path(errors.__file__).parent
RAW_BODY = b'{"payload": {"account_id": "acc", "object": {"id": "84712345678"}}, "event": "meeting.started"}'
TIMESTAMP = "1772438400"
ANSWERS: dict[str, Any] = {
    "/v2/users/me": {"id": "u1", "email": "tariq@school.example", "type": 2},
    "/v2/users/me/meetings": {
        "id": 84712345678,
        "start_time": "2027-03-08T08:00:00Z",
        "occurrences": [{"occurrence_id": "1804492800000", "start_time": "2027-03-08T08:00:00Z"}],
    },
    "/v2/meetings/84712345678": {},
    "/oauth/token": {
        "access_token": "a",
        "refresh_token": "r",
        "expires_in": 3600,
        "scope": " ".join(scopes.REQUIRED_SCOPES),
        "api_url": "https://api.zoom.us",
    },
}


def test_its_examples_run() -> None:
    transport = httpx.MockTransport(lambda request: httpx.Response(200, json=ANSWERS[request.url.path]))
    message = b"v0:" + TIMESTAMP.encode() + b":" + RAW_BODY
    given = {
        "transport": transport,
        "raw_body": RAW_BODY,
        "timestamp_header": TIMESTAMP,
        "signature_header": "v0=" + hmac.digest(b"secret-token", message, hashlib.sha256).hex(),
    }
    blocks = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
    said: list[str] = []
    test = doctest.DocTestParser().get_doctest(blocks, given, "zoomclient.md", None, 0)
    result = doctest.DocTestRunner(
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE, verbose=False
    ).run(test, out=said.append)

    assert (result.failed, "".join(said)) == (0, "")
    assert result.attempted > 40


def test_every_error_and_reason_is_on_it() -> None:
    kinds = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, ZoomError)]
    code = "\n".join(path.read_text() for path in SOURCES.glob("*.py"))
    reasons = REASONS | {kind.reason for kind in kinds} | set(re.findall(r'reason="(\w+)"', code))
    listed = set(re.findall(r"`(\w+)`", PAGE))

    assert sorted({kind.__name__ for kind in kinds} - listed) == []
    assert sorted(reasons - listed - {"unknown", "not_found"}) == []


def test_every_call_is_on_it() -> None:
    zoom = Zoom(
        "https://api.zoom.us", "t", transport=httpx.MockTransport(lambda request: httpx.Response(200))
    )
    rooms = [room for room in vars(zoom) if not room.startswith("_")]
    calls = [f"{room}.{name}(" for room in rooms for name in vars(type(getattr(zoom, room)))]
    calls += [f"oauth.{name}(" for name in vars(OAuth) if name not in ("close",)]

    assert [call for call in calls if "._" not in call and call not in PAGE] == []
