"""Who was in a meeting, one row for each time they joined: the past meeting's list and the report's differ
little.
"""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from zoomclient.models import Instant, ZoomModel


class ParticipantStatus(StrEnum):
    """Where somebody was, whom a row tells of."""

    IN_MEETING = "in_meeting"
    IN_WAITING_ROOM = "in_waiting_room"


class ParticipantRow(ZoomModel):
    """One stay of one person: whoever joins again has another row and another `user_id`.

    id: Zoom's of a person who was signed in, else empty; user_id: of this stay only. user_email is empty for
    people outside the host's account, unless they registered or signed in as the host demands. leave_time:
    None while they are there. duration: seconds; 0 may mean that Zoom has not counted yet. status: compare
    with ParticipantStatus.
    """

    id: str = ""
    user_id: str = ""
    registrant_id: str = ""
    name: str = Field(default="", repr=False)
    user_email: str = Field(default="", repr=False)
    join_time: Instant | None = None
    leave_time: Instant | None = None
    duration: Annotated[int, Field(ge=0)] | None = None
    status: str = ""
    failover: bool | None = None

    @property
    def was_in_waiting_room(self) -> bool:
        """This row tells of the waiting room, not of the meeting."""
        return self.status == ParticipantStatus.IN_WAITING_ROOM
