"""Zoom's reports, which only a token of the account may read (scopes with ":admin")."""

from collections.abc import Iterator
from datetime import date

from pydantic import Field

from zoomclient import operations
from zoomclient.answers import read
from zoomclient.client import Api
from zoomclient.paging import PAGE_SIZE, read_pages
from zoomclient.participants import ParticipantRow
from zoomclient.past_meetings import HeldMeeting
from zoomclient.span import span


class ReportedParticipant(ParticipantRow):
    """participant_user_id: Zoom's id of a signed-in user of the account; bo_mtg_id: the breakout room in
    which this stay was; customer_key: what the joining application gave along.
    """

    participant_user_id: str = ""
    bo_mtg_id: str = ""
    customer_key: str = Field(default="", repr=False)


class ReportedMeeting(HeldMeeting):
    """A held sitting, as a report has it."""


class Reports:
    """`zoom.reports`. meeting: the UUID of a sitting, or a number for its latest one.

    Zoom reports some time after the end. All raise Refused("no_permission"), NotLicensed("paid_plan_needed"),
    ScopeMissing for a token of a single user, and by meeting NotFound("meeting_not_found"),
    Refused("older_than_a_year").
    """

    def __init__(self, api: Api) -> None:
        self._api = api

    def meetings(
        self, user_id: str, from_on: date, to_on: date, *, page_size: int = PAGE_SIZE
    ) -> Iterator[ReportedMeeting]:
        """GET /report/users/{userId}/meetings: what a host held, all pages, read as one goes on.

        from_on, to_on: days in UTC, both included. Raises ValueError, before anything is sent, for more than
        a month, and NotFound("user_not_found").
        """
        params = {**span(from_on, to_on), "page_size": str(page_size)}
        return read_pages(
            self._api, operations.REPORT_MEETINGS, {"userId": user_id}, ReportedMeeting, "meetings", params
        )

    def meeting(self, meeting: str) -> ReportedMeeting:
        """GET /report/meetings/{meetingId}"""
        answer = self._api.call(operations.REPORT_MEETING, {"meetingId": meeting})
        return read(ReportedMeeting, answer, answer.body)

    def participants(self, meeting: str, *, page_size: int = PAGE_SIZE) -> Iterator[ReportedParticipant]:
        """GET /report/meetings/{meetingId}/participants, with registrant ids, all pages, read as one goes on.

        Zoom has none of a sitting with one participant.
        """
        return read_pages(
            self._api,
            operations.REPORT_PARTICIPANTS,
            {"meetingId": meeting},
            ReportedParticipant,
            "participants",
            {"page_size": str(page_size), "include_fields": "registrant_id"},
        )
