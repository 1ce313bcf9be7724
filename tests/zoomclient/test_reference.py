"""The page about the client is true: its examples run, its tables are whole."""

import doctest
import hashlib
import hmac
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.zoomclient.test_refusals import error_for
from zoomclient import OAuth, Zoom, ZoomError, errors, operations, scopes
from zoomclient.limits import Operation
from zoomclient.refusals import REASONS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reference" / "zoomclient.md").read_text()
README = (ROOT / "src" / "zoomclient" / "README.md").read_text()
DOCUMENTED = {
    f"{one['method']} {one['path']}": one
    for one in json.loads((ROOT / "tests" / "contract" / "data" / "operations.json").read_text())
}
OURS = [value for value in vars(operations).values() if isinstance(value, Operation)]
ANYWHERE = {"access_token_refused", "scope_missing", "endpoint_unknown", "page_token_expired", "invalid_body"}
SOURCES = Path(errors.__file__).parent
RAW_BODY = b'{"payload": {"account_id": "acc", "object": {"id": "84712345678"}}, "event": "meeting.started"}'
TIMESTAMP = "1772438400"

TARIQ = {"id": "u1", "email": "tariq@school.example", "type": 2}
UUID = "/aBc//D9=="
MEETING = {
    "id": 84712345678,
    "start_time": "2027-03-08T08:00:00Z",
    "occurrences": [{"occurrence_id": "1804492800000", "start_time": "2027-03-08T08:00:00Z"}],
}
SANA = {
    "id": "fdgsfh2ey82fuh",
    "registrant_id": "fdgsfh2ey82fuh",
    "email": "sana@school.example",
    "first_name": "Sana",
    "join_url": "https://us05web.zoom.us/w/84712345678?tk=hers",
}
RECORDING = {
    "uuid": UUID,
    "recording_files": [
        {
            "file_type": "MP4",
            "file_size": 12,
            "status": "completed",
            "download_url": "https://us05web.zoom.us/rec/download/x",
        },
        {"file_type": "CC", "download_url": "https://us05web.zoom.us/rec/download/y"},
    ],
}
ANSWERS: dict[str, Any] = {
    "/v2/users": {"users": [TARIQ]},
    "/v2/users/me": TARIQ,
    "/v2/users/me/meetings": MEETING,
    "/v2/users/tariq@school.example/meetings": MEETING,
    "/v2/meetings/84712345678": {},
    "/v2/meetings/84712345678/registrants": SANA | {"registrants": [SANA]},
    "/v2/meetings/84712345678/registrants/status": None,
    "/v2/past_meetings/84712345678/instances": {"meetings": [{"uuid": UUID}]},
    "/v2/past_meetings/%2FaBc%2F%2FD9%3D%3D": {
        "uuid": UUID,
        "start_time": "2027-03-08T07:58:12Z",
        "duration": 64,
    },
    "/v2/past_meetings/%2FaBc%2F%2FD9%3D%3D/participants": {
        "participants": [
            {"registrant_id": "fdgsfh2ey82fuh", "duration": seconds, "status": "in_meeting"}
            for seconds in (600, 1800)
        ]
    },
    "/v2/users/me/recordings": {"meetings": [RECORDING]},
    "/v2/users/tariq@school.example/recordings": {"meetings": [RECORDING]},
    "/oauth/token": {
        "access_token": "a",
        "refresh_token": "r",
        "expires_in": 3600,
        "scope": " ".join(scopes.REQUIRED_SCOPES),
        "api_url": "https://api.zoom.us",
    },
}


def answering(request: httpx.Request) -> httpx.Response:
    if request.url.path.startswith("/rec/"):
        return httpx.Response(200, content=b"twelve bytes", headers={"content-type": "video/mp4"})
    body = ANSWERS[request.url.path]
    return httpx.Response(204) if body is None else httpx.Response(200, json=body)


@pytest.mark.parametrize(("page", "at_least"), [(PAGE, 60), (README, 15)], ids=["reference", "README"])
def test_its_examples_run(page: str, at_least: int, tmp_path: Path) -> None:
    message = b"v0:" + TIMESTAMP.encode() + b":" + RAW_BODY
    given = {
        "transport": httpx.MockTransport(answering),
        "folder": tmp_path,
        "raw_body": RAW_BODY,
        "timestamp_header": TIMESTAMP,
        "signature_header": "v0=" + hmac.digest(b"secret-token", message, hashlib.sha256).hex(),
    }
    blocks = "\n".join(re.findall(r"```python\n(.*?)```", page, re.DOTALL))
    said: list[str] = []
    test = doctest.DocTestParser().get_doctest(blocks, given, "zoomclient.md", None, 0)
    result = doctest.DocTestRunner(
        optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE, verbose=False
    ).run(test, out=said.append)

    assert (result.failed, "".join(said)) == (0, "")
    assert result.attempted >= at_least


@pytest.mark.parametrize("operation", OURS, ids=lambda operation: operation.name)
def test_every_operation_is_on_it_with_its_scopes_class_and_refusals(operation: Operation) -> None:
    (row,) = [line for line in PAGE.splitlines() if line.startswith(f"| `{operation.name}` | ")]
    scope, classic, rate_class, refusals = (cell.strip() for cell in row.split("|")[2:6])
    width = ":admin" if operation.for_account else ""
    told = {
        error_for(one["http"], {"code": one["code"], "message": one["message"]}).reason
        for one in DOCUMENTED[operation.name]["errors"]
    }

    assert scope == f"`{scopes.scope_of(operation)}`"
    assert set(classic.split(", ")) == {f"`{one}{width}`" for one in operation.classic}
    assert rate_class == operation.rate_class
    assert told - ANYWHERE - set(re.findall(r"`(\w+)`", refusals)) == set()


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
