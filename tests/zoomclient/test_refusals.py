"""Every refusal that Zoom documents for the calls we make has its own reason."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.zoomclient.conftest import NOW
from zoomclient import Invalid, NotFound, NotLicensed, Refused, ScopeMissing, ZoomError, operations
from zoomclient.answers import error_in
from zoomclient.http import Answer
from zoomclient.limits import Operation
from zoomclient.refusals import REASONS
from zoomclient.secret import Secret

OPERATIONS = json.loads((Path(__file__).parents[1] / "contract" / "data" / "operations.json").read_text())
OURS = {value.name for value in vars(operations).values() if isinstance(value, Operation)}
DOCUMENTED = [
    pytest.param(error, id=f"{one['method']} {one['path']} {error['code']} {error['message'][:40]}")
    for one in OPERATIONS
    if f"{one['method']} {one['path']}" in OURS
    for error in one["errors"]
]


def error_for(status: int, body: Any) -> ZoomError:
    answer = Answer("GET /x", status, httpx.Headers(), body, "", Secret(""))
    error = error_in(answer, NOW)
    assert error is not None
    return error


@pytest.mark.parametrize("error", DOCUMENTED)
def test_a_documented_refusal_has_a_reason_of_its_own(error: dict[str, Any]) -> None:
    found = error_for(error["http"], {"code": error["code"], "message": error["message"]})

    assert found.reason in REASONS - {"refused"}
    assert isinstance(found, Refused) or found.reason == "access_token_refused"


@pytest.mark.parametrize(
    ("status", "code", "message", "kind", "reason"),
    [
        (404, 3001, "Meeting does not exist: 123.", NotFound, "meeting_not_found"),
        (404, 1001, "User does not exist: abc.", NotFound, "user_not_found"),
        (404, 2300, "This API endpoint is not recognized.", Refused, "endpoint_unknown"),
        (400, 3161, "Your user account is not allowed meeting hosting …", NotLicensed, "host_unlicensed"),
        (400, 200, "Only available for paid account: 1.", NotLicensed, "paid_plan_needed"),
        (400, 200, "Webinar plan is missing. You must …", NotLicensed, "webinar_plan_needed"),
        (400, 200, "No permission.", Refused, "no_permission"),
        (400, 3000, "Cannot access webinar info.", Refused, "is_webinar"),
        (400, 3000, "You cannot schedule a meeting for bo@x.example", Refused, "cannot_schedule_for"),
        (400, 3018, "Not allowed to delete PMI.", Refused, "is_personal_meeting"),
        (400, 1010, "User does not belong to this account: 1.", Refused, "user_not_in_account"),
        (400, 300, "Request Body should be a valid JSON object.", Invalid, "invalid_body"),
        (400, 300, "The next page token is invalid or expired.", Invalid, "page_token_expired"),
        (403, None, "Access to the Zoom REST API has been denied for this user.", Refused, "api_denied"),
    ],
)
def test_reasons(status: int, code: int | None, message: str, kind: type[ZoomError], reason: str) -> None:
    error = error_for(status, {"code": code, "message": message})

    assert (type(error), error.reason, error.status, error.code) == (kind, reason, status, code)


def test_only_a_missing_meeting_or_user_is_not_found() -> None:
    """A delete that is answered NotFound counts as done: a wrong address must not."""
    assert not isinstance(error_for(404, {"code": 2300, "message": "not recognized"}), NotFound)
    assert not isinstance(error_for(404, {"code": 404, "message": "Not Found"}), NotFound)


def test_invalid_fields_are_named_as_zoom_names_them() -> None:
    body = {
        "code": 300,
        "message": "Validation Failed.",
        "errors": [
            {"field": "topic", "message": "Invalid field."},
            {"field": "settings.jbh_time", "message": "Out of range."},
            "garbage",
            {"message": "no field"},
        ],
    }
    error = error_for(400, body)

    assert isinstance(error, Invalid)
    assert error.fields == {"topic": "Invalid field.", "settings.jbh_time": "Out of range."}


def test_an_invalid_parameter_told_in_a_sentence_is_named_too() -> None:
    error = error_for(400, {"code": 300, "message": "Invalid parameter: `occurrence_id`."})

    assert isinstance(error, Invalid)
    assert (error.reason, list(error.fields)) == ("invalid_occurrence", ["occurrence_id"])


@pytest.mark.parametrize(("status", "code"), [(400, 4711), (401, 4711), (400, 4700), (401, 4700), (401, 104)])
def test_missing_scopes_are_named(status: int, code: int) -> None:
    names = "meeting:write:meeting, meeting:write:meeting:admin"
    message = f"Invalid access token, does not contain scopes:[{names}]."
    error = error_for(status, {"code": code, "message": message})

    assert isinstance(error, ScopeMissing)
    assert error.scopes == {"meeting:write:meeting", "meeting:write:meeting:admin"}


def test_missing_scopes_may_be_nameless() -> None:
    error = error_for(401, {"code": 4700, "message": "Invalid access token, does not contain scopes."})

    assert isinstance(error, ScopeMissing)
    assert error.scopes == frozenset()


def test_a_code_written_as_text_is_a_code() -> None:
    error = error_for(404, {"code": "3001", "message": "Meeting does not exist."})

    assert (error.code, error.reason) == (3001, "meeting_not_found")
