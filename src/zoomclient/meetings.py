"""Meetings: create, read, list, change, delete, end; whole ones and single sittings of a series."""

from collections.abc import Iterator
from enum import StrEnum

from zoomclient import operations
from zoomclient.answers import read
from zoomclient.client import Api, occurrence
from zoomclient.drafts import MeetingChange, MeetingDraft, OccurrenceChange
from zoomclient.http import Answer
from zoomclient.models import Meeting, MeetingSummary
from zoomclient.paging import PAGE_SIZE, read_pages
from zoomclient.secret import Secret


class ListKind(StrEnum):
    """Which meetings a list holds. None of them holds instant or expired ones."""

    SCHEDULED = "scheduled"
    LIVE = "live"
    UPCOMING = "upcoming"
    UPCOMING_MEETINGS = "upcoming_meetings"
    PREVIOUS = "previous_meetings"


class RecordingControl(StrEnum):
    """What to do with the recording in the cloud of a meeting that runs."""

    START = "recording.start"
    STOP = "recording.stop"
    PAUSE = "recording.pause"
    RESUME = "recording.resume"


class Meetings:
    """`zoom.meetings`. number: a meeting's number as text.

    Nothing is repeated by itself. A create that ends in OutcomeUnknown may have made a meeting: look for it
    before the next one. Changes answer without a body: read the meeting to see what became of them.
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    def create(self, user_id: str, draft: MeetingDraft) -> Meeting:
        """POST /users/{userId}/meetings. user_id: the host, "me" for the token's own user.

        Raises Invalid, NotLicensed, Refused("cannot_schedule_for") …, RateLimited (daily and per_host at
        100).
        """
        answer = self._api.call(operations.CREATE_MEETING, {"userId": user_id}, json=draft.body())
        return _meeting(answer)

    def get(
        self,
        number: str,
        *,
        occurrence_id: str | None = None,
        with_past_occurrences: bool = False,
    ) -> Meeting:
        """GET /meetings/{meetingId}, without its start link. Raises NotFound("meeting_not_found")."""
        return _meeting(self._get(number, occurrence_id, with_past_occurrences=with_past_occurrences))

    def start_url(self, number: str) -> Secret:
        """The link that makes its bearer the host, good for two hours: never store it. GET
        /meetings/{meetingId}
        """
        answer = self._get(number)
        url = answer.body.get("start_url") if isinstance(answer.body, dict) else None
        if not isinstance(url, str) or not url:
            raise answer.unreadable("no start_url")
        return Secret(url)

    def list(
        self, user_id: str, kind: ListKind = ListKind.SCHEDULED, *, page_size: int = PAGE_SIZE
    ) -> Iterator[MeetingSummary]:
        """GET /users/{userId}/meetings, all pages, read as one goes on. An error may come between rows."""
        params = {"type": str(kind), "page_size": str(page_size)}
        return read_pages(
            self._api, operations.LIST_MEETINGS, {"userId": user_id}, MeetingSummary, "meetings", params
        )

    def update(self, number: str, change: MeetingChange) -> None:
        """PATCH /meetings/{meetingId}: the meeting, or the whole series."""
        self._api.call(operations.UPDATE_MEETING, {"meetingId": number}, json=change.body())

    def update_occurrence(self, number: str, occurrence_id: str, change: OccurrenceChange) -> None:
        """PATCH /meetings/{meetingId}?occurrence_id=…: one sitting.

        Raises ValueError, before anything is sent, for an empty id: it would change the whole series.
        """
        params = occurrence(occurrence_id)
        self._api.call(operations.UPDATE_MEETING, {"meetingId": number}, params=params, json=change.body())

    def delete(self, number: str, *, zoom_tells_host: bool = False) -> None:
        """DELETE /meetings/{meetingId}: the meeting, or the whole series.

        zoom_tells_host: have Zoom mail the host and those who may host. Raises NotFound if it is gone
        already.
        """
        self._api.call(operations.DELETE_MEETING, {"meetingId": number}, params=_reminders(zoom_tells_host))

    def delete_occurrence(self, number: str, occurrence_id: str, *, zoom_tells_host: bool = False) -> None:
        """DELETE /meetings/{meetingId}?occurrence_id=…: one sitting.

        Raises ValueError, before anything is sent, for an empty id: it would delete the whole series.
        """
        params = {**occurrence(occurrence_id), **_reminders(zoom_tells_host)}
        self._api.call(operations.DELETE_MEETING, {"meetingId": number}, params=params)

    def end(self, number: str) -> None:
        """PUT /meetings/{meetingId}/status: end it now, for everyone in it."""
        self._api.call(operations.UPDATE_MEETING_STATUS, {"meetingId": number}, json={"action": "end"})

    def control_recording(self, number: str, control: RecordingControl) -> None:
        """PATCH /live_meetings/{meetingId}/events: of a meeting that runs, whose host may record there.

        Zoom answers that it has taken it (202); whether it did so, its events tell. Raises Invalid where the
        meeting does not run or may not be recorded, Refused("storage_full").
        """
        body = {"method": str(control)}
        self._api.call(operations.IN_MEETING_CONTROL, {"meetingId": number}, json=body)

    def invitation(self, number: str) -> str:
        """Zoom's invitation text, with its link and passcode. GET /meetings/{meetingId}/invitation"""
        answer = self._api.call(operations.GET_INVITATION, {"meetingId": number})
        text = answer.body.get("invitation") if isinstance(answer.body, dict) else None
        if not isinstance(text, str):
            raise answer.unreadable("no invitation")
        return text

    def _get(
        self, number: str, occurrence_id: str | None = None, *, with_past_occurrences: bool = False
    ) -> Answer:
        params = {} if occurrence_id is None else occurrence(occurrence_id)
        if with_past_occurrences:
            params["show_previous_occurrences"] = "true"
        return self._api.call(operations.GET_MEETING, {"meetingId": number}, params=params)


def _meeting(answer: Answer) -> Meeting:
    body = answer.body
    if isinstance(body, dict):
        body = {name: value for name, value in body.items() if name != "start_url"}
    return read(Meeting, answer, body)


def _reminders(zoom_tells_host: bool) -> dict[str, str]:
    told = "true" if zoom_tells_host else "false"
    return {"schedule_for_reminder": told, "cancel_meeting_reminder": told}
