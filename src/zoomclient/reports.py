"""Zoom's reports, which only a token of the account may read (scopes with ":admin")."""

from collections.abc import Iterator

from pydantic import Field

from zoomclient import operations
from zoomclient.client import Api
from zoomclient.paging import PAGE_SIZE, read_pages
from zoomclient.participants import ParticipantRow


class ReportedParticipant(ParticipantRow):
    """participant_user_id: Zoom's id of a signed-in user of the account; bo_mtg_id: the breakout room in
    which this stay was; customer_key: what the joining application gave along.
    """

    participant_user_id: str = ""
    bo_mtg_id: str = ""
    customer_key: str = Field(default="", repr=False)


class Reports:
    """`zoom.reports`."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def participants(self, meeting: str, *, page_size: int = PAGE_SIZE) -> Iterator[ReportedParticipant]:
        """GET /report/meetings/{meetingId}/participants, with registrant ids, all pages, read as one goes on.

        meeting: the UUID of a sitting, or a number for its latest one. Zoom reports only sittings with two or
        more participants, some time after the end. Raises NotFound("meeting_not_found"),
        Refused("older_than_a_year", "no_permission"), ScopeMissing for a token of a single user.
        """
        return read_pages(
            self._api,
            operations.REPORT_PARTICIPANTS,
            {"meetingId": meeting},
            ReportedParticipant,
            "participants",
            {"page_size": str(page_size), "include_fields": "registrant_id"},
        )
