"""Registrants: each has a link of their own, and what is sent and read has Zoom's shape."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.zoomclient.conftest import zoom_answers
from zoomclient import (
    AddedRegistrant,
    Invalid,
    NotFound,
    NotLicensed,
    RateLimited,
    Refused,
    Registrant,
    RegistrantAction,
    RegistrantDraft,
    RegistrantStatus,
    Unreadable,
    ZoomError,
)

SANA = RegistrantDraft(email="sana@school.example", first_name="Sana", last_name="Iqbal")
ADDED = {
    "id": 84712345678,
    "registrant_id": "fdgsfh2ey82fuh",
    "topic": "Sets",
    "start_time": "2026-03-09T08:00:00Z",
    "join_url": "https://us05web.zoom.us/w/84712345678?tk=CANARY-TK",
    "participant_pin_code": 380303,
    "occurrences": [
        {
            "occurrence_id": "1773043200000",
            "start_time": "2026-03-09T08:00:00Z",
            "duration": 60,
            "status": "available",
        }
    ],
}
ROW = {
    "id": "fdgsfh2ey82fuh",
    "email": "sana@school.example",
    "first_name": "Sana",
    "last_name": "Iqbal",
    "status": "approved",
    "create_time": "2026-03-01T10:00:00Z",
    "join_url": "https://us05web.zoom.us/w/84712345678?tk=CANARY-TK",
}


def page(*rows: dict[str, Any], token: str = "") -> tuple[int, dict[str, Any]]:
    return 200, {"page_size": 300, "total_records": 3, "next_page_token": token, "registrants": list(rows)}


def test_a_student_is_registered_and_gets_a_link_of_her_own() -> None:
    zoom, seen = zoom_answers((201, ADDED))
    added = zoom.registrants.add("84712345678", SANA)

    assert seen.lines == ["POST /v2/meetings/84712345678/registrants"]
    assert seen.sent == [{"email": "sana@school.example", "first_name": "Sana", "last_name": "Iqbal"}]
    assert (added.registrant_id, added.id, added.participant_pin_code) == (
        "fdgsfh2ey82fuh",
        "84712345678",
        "380303",
    )
    assert added.join_url.endswith("tk=CANARY-TK")
    assert added.start_time == datetime(2026, 3, 9, 8, tzinfo=UTC)
    assert [one.occurrence_id for one in added.occurrences] == ["1773043200000"]


def test_a_student_is_registered_for_some_sittings_of_a_series() -> None:
    zoom, seen = zoom_answers((201, ADDED))
    zoom.registrants.add("84712345678", SANA, occurrence_ids=["1773043200000", "1773648000000"])

    assert [dict(request.url.params) for request in seen.requests] == [
        {"occurrence_ids": "1773043200000,1773648000000"}
    ]


def test_what_the_meeting_asks_is_answered() -> None:
    zoom, seen = zoom_answers((201, ADDED))
    draft = SANA.model_copy(
        update={
            "custom_questions": {"Class": "7b"},
            "language": "en-US",
            "auto_approve": True,
            "org": "School",
        }
    )
    zoom.registrants.add("84712345678", draft)

    assert seen.sent == [
        {
            "email": "sana@school.example",
            "first_name": "Sana",
            "last_name": "Iqbal",
            "language": "en-US",
            "auto_approve": True,
            "org": "School",
            "custom_questions": [{"title": "Class", "value": "7b"}],
        }
    ]


def test_a_registrant_who_waits_for_approval_has_no_link_yet() -> None:
    zoom, _ = zoom_answers((201, {"id": 84712345678, "registrant_id": "r1"}))

    assert zoom.registrants.add("84712345678", SANA).join_url == ""


def test_an_addition_whose_id_cannot_be_read_is_not_taken_for_done() -> None:
    zoom, _ = zoom_answers((201, {"id": 84712345678}))

    with pytest.raises(Unreadable, match="registrant_id"):
        zoom.registrants.add("84712345678", SANA)


def test_a_class_is_registered_at_once_without_mails_from_zoom() -> None:
    answer = {
        "registrants": [{"email": "sana@school.example", "registrant_id": "r1", "join_url": "https://x"}]
    }
    zoom, seen = zoom_answers((201, answer))
    added = zoom.registrants.add_many("84712345678", [SANA], auto_approve=True)

    assert seen.lines == ["POST /v2/meetings/84712345678/batch_registrants"]
    assert seen.sent == [
        {
            "registrants": [{"email": "sana@school.example", "first_name": "Sana", "last_name": "Iqbal"}],
            "registrants_confirmation_email": False,
            "auto_approve": True,
        }
    ]
    assert [(one.email, one.registrant_id, one.join_url) for one in added] == [
        ("sana@school.example", "r1", "https://x")
    ]


@pytest.mark.parametrize("number", [0, 31])
def test_a_batch_holds_one_to_thirty(number: int) -> None:
    zoom, seen = zoom_answers((201, {"registrants": []}))

    with pytest.raises(ValueError, match="1 to 30"):
        zoom.registrants.add_many("1", [SANA] * number)
    with pytest.raises(ValueError, match="1 to 30"):
        zoom.registrants.set_status(
            "1", RegistrantAction.CANCEL, {f"r{index}": "" for index in range(number)}
        )
    assert seen.lines == []


def test_a_batch_does_not_lose_what_it_cannot_hold() -> None:
    zoom, seen = zoom_answers((201, {"registrants": []}))

    with pytest.raises(ValueError, match="not city"):
        zoom.registrants.add_many("1", [SANA.model_copy(update={"city": "Oslo"})])
    assert seen.lines == []


def test_registrants_are_listed_by_status_to_the_last_page() -> None:
    zoom, seen = zoom_answers(page(ROW, token="t1"), page(ROW | {"id": "r2", "status": "pending"}))
    found = list(zoom.registrants.list("84712345678", RegistrantStatus.PENDING))

    assert [(one.id, one.status) for one in found] == [("fdgsfh2ey82fuh", "approved"), ("r2", "pending")]
    assert found[0].create_time == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert [dict(request.url.params) for request in seen.requests] == [
        {"status": "pending", "page_size": "300"},
        {"status": "pending", "page_size": "300", "next_page_token": "t1"},
    ]


def test_a_registrant_is_read_by_id() -> None:
    zoom, seen = zoom_answers((200, ROW))

    assert zoom.registrants.get("84712345678", "fdgsfh2ey82fuh").email == "sana@school.example"
    assert seen.lines == ["GET /v2/meetings/84712345678/registrants/fdgsfh2ey82fuh"]


def test_registrants_of_one_sitting_are_listed() -> None:
    zoom, seen = zoom_answers(page())

    assert list(zoom.registrants.list("1", occurrence_id="1773043200000", page_size=30)) == []
    assert [dict(request.url.params) for request in seen.requests] == [
        {"status": "approved", "page_size": "30", "occurrence_id": "1773043200000"}
    ]


@pytest.mark.parametrize("action", list(RegistrantAction))
def test_a_registrants_status_is_set(action: RegistrantAction) -> None:
    zoom, seen = zoom_answers((204, None))
    zoom.registrants.set_status("84712345678", action, {"r1": "sana@school.example", "r2": ""})

    assert seen.lines == ["PUT /v2/meetings/84712345678/registrants/status"]
    assert seen.sent == [
        {"action": str(action), "registrants": [{"id": "r1", "email": "sana@school.example"}, {"id": "r2"}]}
    ]


def test_a_status_is_set_for_one_sitting() -> None:
    zoom, seen = zoom_answers((204, None))
    zoom.registrants.set_status("1", RegistrantAction.CANCEL, {"r1": ""}, occurrence_id="1773043200000")

    assert seen.lines == ["PUT /v2/meetings/1/registrants/status?occurrence_id=1773043200000"]


def test_a_registrant_is_deleted() -> None:
    zoom, seen = zoom_answers((204, None))
    zoom.registrants.delete("84712345678", "r1")
    zoom.registrants.delete("84712345678", "r1", occurrence_id="1773043200000")

    assert seen.lines == [
        "DELETE /v2/meetings/84712345678/registrants/r1",
        "DELETE /v2/meetings/84712345678/registrants/r1?occurrence_id=1773043200000",
    ]


@pytest.mark.parametrize("empty", ["", " "])
def test_an_empty_id_would_widen_the_call_and_never_leaves(empty: str) -> None:
    zoom, seen = zoom_answers((204, None))

    for call in (
        lambda: zoom.registrants.add("1", SANA, occurrence_ids=["177", empty]),
        lambda: zoom.registrants.list("1", occurrence_id=empty),
        lambda: zoom.registrants.set_status("1", RegistrantAction.DENY, {empty: "x@school.example"}),
        lambda: zoom.registrants.set_status("1", RegistrantAction.DENY, {"r1": ""}, occurrence_id=empty),
        lambda: zoom.registrants.get("1", empty),
        lambda: zoom.registrants.delete("1", empty),
        lambda: zoom.registrants.delete("1", "r1", occurrence_id=empty),
    ):
        with pytest.raises(ValueError, match="is empty"):
            call()
    assert seen.lines == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": ""},
        {"email": "nobody"},
        {"email": "@" * 129},
        {"first_name": ""},
        {"first_name": "x" * 65},
        {"last_name": "x" * 65},
        {"custom_questions": {"Class": "x" * 129}},
        {"colour": "red"},
    ],
)
def test_a_draft_that_zoom_would_refuse_is_refused_here(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))) as problem:
        RegistrantDraft.model_validate({"email": "sana@school.example", "first_name": "Sana"} | wrong)
    assert "x" * 65 not in str(problem.value)


def test_who_somebody_is_and_their_link_are_in_no_repr() -> None:
    for shown in (
        repr(SANA),
        repr(AddedRegistrant.from_answer(ADDED | {"email": "sana@school.example"})),
        repr(Registrant.from_answer(ROW)),
    ):
        assert not any(text in shown for text in ("CANARY", "sana@", "Sana", "Iqbal", "380303"))


def test_unknown_statuses_and_fields_survive_and_an_address_may_be_empty() -> None:
    one = Registrant.from_answer(ROW | {"status": "waitlisted", "email": "", "seat": 4, "id": 17})

    assert (one.id, one.status, one.email, one.model_extra) == ("17", "waitlisted", "", {"seat": 4})


@pytest.mark.parametrize(
    ("status", "code", "message", "kind", "reason"),
    [
        (400, 3027, "Host can not register", Refused, "host_cannot_register"),
        (400, 3038, "Meeting is over, you can not register now.", Refused, "meeting_ended"),
        (400, 3043, "Meeting has reached maximum attendee capacity.", Refused, "registration_full"),
        (400, 303, "This API can only be used for scheduled meeting.", Refused, "batch_needs_single_meeting"),
        (400, 404, "Registration has not been enabled for this meeting: 1.", Refused, "registration_off"),
        (400, 300, "Registration has not been enabled for this meeting: 1.", Refused, "registration_off"),
        (400, 300, "The value … for the Registrant ID field is invalid.", Invalid, "invalid_registrant"),
        (400, 200, "Only available for paid users: u1.", NotLicensed, "paid_plan_needed"),
        (404, 1001, "Meeting does not exist: 1.", NotFound, "meeting_not_found"),
        (400, 3000, "Cannot access meeting info.", Refused, "meeting_inaccessible"),
        (400, 300, "Cannot access webinar info.", Refused, "is_webinar"),
    ],
)  # fmt: skip
def test_refusals_are_told_apart(
    status: int, code: int, message: str, kind: type[ZoomError], reason: str
) -> None:
    zoom, _ = zoom_answers((status, {"code": code, "message": message}), checked=False)

    with pytest.raises(kind) as problem:
        zoom.registrants.add("1", SANA)
    assert (type(problem.value), problem.value.reason) == (kind, reason)


def test_a_registrants_own_quota_is_not_the_accounts() -> None:
    message = "You have exceeded the daily rate limit (3) of Add Registrant API requests for the registrant."
    zoom, _ = zoom_answers((429, {"code": 429, "message": message}))

    with pytest.raises(RateLimited) as problem:
        zoom.registrants.add("84712345678", SANA)
    error = problem.value
    assert (error.daily, error.per_host, error.per_registrant) == (True, False, True)
    assert error.retry_at == datetime(2026, 3, 3, tzinfo=UTC)
