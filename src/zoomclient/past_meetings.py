"""Meetings that were held: each sitting by its UUID; a meeting's number stands for its latest one.

Zoom keeps them for 15 months, but answers about the last year only, and only on paid accounts.
"""

from collections.abc import Iterator
from typing import Annotated

from pydantic import Field

from zoomclient import operations
from zoomclient.answers import read
from zoomclient.client import Api
from zoomclient.models import Instant, ZoomModel
from zoomclient.paging import PAGE_SIZE, read_pages, rows
from zoomclient.participants import ParticipantRow


class HeldMeeting(ZoomModel):
    """One held sitting. duration and total_minutes (of all participants together): minutes."""

    uuid: Annotated[str, Field(min_length=1)]
    id: str = ""
    topic: str = ""
    type: int | None = None
    user_name: str = Field(default="", repr=False)
    user_email: str = Field(default="", repr=False)
    start_time: Instant | None = None
    end_time: Instant | None = None
    duration: Annotated[int, Field(ge=0)] | None = None
    total_minutes: int | None = None
    participants_count: int | None = None


class PastMeeting(HeldMeeting):
    """A held sitting, asked for by its UUID."""

    host_id: str = ""
    has_meeting_summary: bool | None = None


class PastInstance(ZoomModel):
    """One sitting of a meeting that was held."""

    uuid: Annotated[str, Field(min_length=1)]
    start_time: Instant | None = None


class PastParticipant(ParticipantRow):
    """internal_user: of the host's own account."""

    internal_user: bool | None = None


class PastMeetings:
    """`zoom.past_meetings`. meeting: the UUID of a sitting, or a number for its latest one.

    All raise NotFound("meeting_not_found") and, but for `instances`, NotLicensed("paid_plan_needed") and
    Refused("older_than_a_year").
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    def get(self, meeting: str) -> PastMeeting:
        """GET /past_meetings/{meetingId}"""
        answer = self._api.call(operations.GET_PAST_MEETING, {"meetingId": meeting})
        return read(PastMeeting, answer, answer.body)

    def instances(self, number: str) -> tuple[PastInstance, ...]:
        """GET /past_meetings/{meetingId}/instances: the ended sittings; Zoom gives them without pages."""
        answer = self._api.call(operations.LIST_PAST_INSTANCES, {"meetingId": number})
        return tuple(read(PastInstance, answer, row) for row in rows(answer, "meetings"))

    def participants(self, meeting: str, *, page_size: int = PAGE_SIZE) -> Iterator[PastParticipant]:
        """GET /past_meetings/{meetingId}/participants, all pages, read as one goes on.

        Zoom tells nothing of a sitting with one participant, and is late after big ones.
        """
        return read_pages(
            self._api,
            operations.LIST_PAST_PARTICIPANTS,
            {"meetingId": meeting},
            PastParticipant,
            "participants",
            {"page_size": str(page_size)},
        )
