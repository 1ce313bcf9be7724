"""Who is registered for a meeting: each gets a join link of their own, by which Zoom knows them afterwards.

Registration must be on (`MeetingSettings(approval_type=0)` lets everybody in, 1 after approval), which needs
a licensed host.
"""

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from zoomclient import operations
from zoomclient.answers import read
from zoomclient.client import Api, occurrence
from zoomclient.drafts import Sent
from zoomclient.models import Instant, Occurrence, ZoomModel
from zoomclient.paging import PAGE_SIZE, read_pages, rows

MOST_AT_ONCE = 30
"""Registrants in one call: to add, or to change the status of."""


class RegistrantStatus(StrEnum):
    APPROVED = "approved"
    PENDING = "pending"
    DENIED = "denied"


class RegistrantAction(StrEnum):
    """cancel takes back an approval: the personal link stops working."""

    APPROVE = "approve"
    CANCEL = "cancel"
    DENY = "deny"


class RegistrantDraft(Sent):
    """Somebody to register. The same e-mail registered again gives the same registrant.

    custom_questions: title → answer, where the meeting asks any. auto_approve: at once, even where the
    meeting wants approvals.
    """

    email: Annotated[str, Field(min_length=3, max_length=128, pattern="@", repr=False)]
    first_name: Annotated[str, Field(min_length=1, max_length=64, repr=False)]
    last_name: str = Field(default="", max_length=64, repr=False)
    language: str | None = None
    auto_approve: bool | None = None
    custom_questions: Mapping[str, Annotated[str, Field(max_length=128)]] | None = Field(
        default=None, repr=False
    )
    address: str | None = Field(default=None, repr=False)
    city: str | None = Field(default=None, repr=False)
    state: str | None = Field(default=None, repr=False)
    zip: str | None = Field(default=None, repr=False)
    country: str | None = Field(default=None, repr=False)
    phone: str | None = Field(default=None, repr=False)
    comments: str | None = Field(default=None, repr=False)
    industry: str | None = None
    job_title: str | None = None
    org: str | None = None

    def body(self) -> dict[str, Any]:
        """As Zoom wants it."""
        fields = self.model_dump(mode="json", exclude_none=True)
        if self.custom_questions is not None:
            answers = self.custom_questions.items()
            fields["custom_questions"] = [{"title": title, "value": value} for title, value in answers]
        return {name: value for name, value in fields.items() if value != ""}


class CustomAnswer(ZoomModel):
    title: str = ""
    value: str = Field(default="", repr=False)


class Registrant(ZoomModel):
    """A row of the list. status: compare with RegistrantStatus. join_url: personal, so nobody else's."""

    id: Annotated[str, Field(min_length=1)]
    email: str = Field(default="", repr=False)
    first_name: str = Field(default="", repr=False)
    last_name: str = Field(default="", repr=False)
    status: str = ""
    create_time: Instant | None = None
    join_url: str = Field(default="", repr=False)
    participant_pin_code: str = Field(default="", repr=False)
    custom_questions: tuple[CustomAnswer, ...] = ()


class AddedRegistrant(ZoomModel):
    """What an addition gave. registrant_id: theirs; id: the meeting's number.

    join_url: personal; empty as long as the host has not approved. email: only of a batch.
    """

    registrant_id: Annotated[str, Field(min_length=1)]
    id: str = ""
    email: str = Field(default="", repr=False)
    topic: str = ""
    start_time: Instant | None = None
    join_url: str = Field(default="", repr=False)
    participant_pin_code: str = Field(default="", repr=False)
    occurrences: tuple[Occurrence, ...] = ()


class Registrants:
    """`zoom.registrants`. number: a meeting's number as text.

    Zoom lets one registrant be added three times a day and changed ten times (RateLimited, daily and
    per_registrant), and a meeting hold 4,999. Its own mails to registrants follow the meeting's settings.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    def list(
        self,
        number: str,
        status: RegistrantStatus = RegistrantStatus.APPROVED,
        *,
        occurrence_id: str | None = None,
        page_size: int = PAGE_SIZE,
    ) -> Iterator[Registrant]:
        """GET /meetings/{meetingId}/registrants: those of one status, all pages, read as one goes on."""
        params = {"status": str(status), "page_size": str(page_size), **_of(occurrence_id)}
        return read_pages(
            self._api, operations.LIST_REGISTRANTS, {"meetingId": number}, Registrant, "registrants", params
        )

    def get(self, number: str, registrant_id: str) -> Registrant:
        """GET /meetings/{meetingId}/registrants/{registrantId}"""
        ids = {"meetingId": number, "registrantId": registrant_id}
        answer = self._api.call(operations.GET_REGISTRANT, ids)
        return read(Registrant, answer, answer.body)

    def add(
        self, number: str, draft: RegistrantDraft, *, occurrence_ids: Sequence[str] = ()
    ) -> AddedRegistrant:
        """POST /meetings/{meetingId}/registrants.

        occurrence_ids: the sittings of a series for which they register; all of them if left out. Raises
        Refused("registration_off", "host_cannot_register", "registration_full", "meeting_ended").
        """
        params = {"occurrence_ids": ",".join(map(_filled, occurrence_ids))} if occurrence_ids else None
        answer = self._api.call(
            operations.ADD_REGISTRANT, {"meetingId": number}, params=params, json=draft.body()
        )
        return read(AddedRegistrant, answer, answer.body)

    def add_many(
        self,
        number: str,
        drafts: Sequence[RegistrantDraft],
        *,
        auto_approve: bool | None = None,
        zoom_tells_registrants: bool = False,
    ) -> tuple[AddedRegistrant, ...]:
        """POST /meetings/{meetingId}/batch_registrants: up to 30, for a single meeting only.

        Match what came back by its e-mail: Zoom promises no order. Raises ValueError for none, for more than
        30, or for a draft with more than e-mail and names; Refused("batch_needs_single_meeting").
        """
        _require_few(len(drafts))
        body: dict[str, Any] = {
            "registrants": [_batched(draft) for draft in drafts],
            "registrants_confirmation_email": zoom_tells_registrants,
        }
        if auto_approve is not None:
            body["auto_approve"] = auto_approve
        answer = self._api.call(operations.ADD_REGISTRANTS, {"meetingId": number}, json=body)
        return tuple(read(AddedRegistrant, answer, row) for row in rows(answer, "registrants"))

    def set_status(
        self,
        number: str,
        action: RegistrantAction,
        registrants: Mapping[str, str],
        *,
        occurrence_id: str | None = None,
    ) -> None:
        """PUT /meetings/{meetingId}/registrants/status: approve, cancel or deny up to 30.

        registrants: id → e-mail, "" where it is not known. Raises ValueError for none or more than 30.
        """
        _require_few(len(registrants))
        chosen = [
            {"id": _filled(one), "email": email} if email else {"id": _filled(one)}
            for one, email in registrants.items()
        ]
        self._api.call(
            operations.UPDATE_REGISTRANTS_STATUS,
            {"meetingId": number},
            params=_of(occurrence_id),
            json={"action": str(action), "registrants": chosen},
        )

    def delete(self, number: str, registrant_id: str, *, occurrence_id: str | None = None) -> None:
        """DELETE /meetings/{meetingId}/registrants/{registrantId}. Raises Invalid("invalid_registrant")."""
        ids = {"meetingId": number, "registrantId": registrant_id}
        self._api.call(operations.DELETE_REGISTRANT, ids, params=_of(occurrence_id))


def _of(occurrence_id: str | None) -> dict[str, str]:
    return {} if occurrence_id is None else occurrence(occurrence_id)


def _filled(one: str) -> str:
    if not one.strip():
        raise ValueError("An id is empty.")
    return one


def _require_few(number: int) -> None:
    if not 1 <= number <= MOST_AT_ONCE:
        raise ValueError(f"Zoom takes 1 to {MOST_AT_ONCE} registrants at once.")


def _batched(draft: RegistrantDraft) -> dict[str, Any]:
    body = draft.body()
    if more := set(body) - {"email", "first_name", "last_name"}:
        raise ValueError(f"A batch holds names and e-mails only, not {', '.join(sorted(more))}.")
    return body
