"""Classes that are booked at Zoom, and what Zoom tells of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.core.codes import new_uid
from eduraise.programs.models import Program
from eduraise.zoom.enums import HostState, OperationKind, OperationState
from eduraise.zoom.models import ZoomAccount, ZoomMeeting, ZoomOccurrence, ZoomOperation, ZoomUser
from tests.school import School

ACCOUNT, HOST = "AAAAAABBBB", "x1yCzABCDEfg23HiJKl4mN"


def iso(at: datetime) -> str:
    """As Zoom writes an instant."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Booked:
    """A teacher's connected Zoom, with classes booked on it. The first class is at 09:00 UTC, for an hour."""

    def __init__(self, school: School) -> None:
        self.school = school
        self.account = ZoomAccount.objects.create(zoom_account_id=ACCOUNT)
        self.host = self.connect(school.tariq, HOST)
        self.meeting = self.book("1234567890", starts_at=school.now + timedelta(hours=1))
        self.session = ClassSession.objects.get(occurrence__meeting=self.meeting)

    def connect(self, teacher: User, zoom_user_id: str, account: ZoomAccount | None = None) -> ZoomUser:
        """A teacher's own Zoom, connected."""
        return ZoomUser.objects.create(
            account=account or self.account,
            zoom_user_id=zoom_user_id,
            email=teacher.email,
            teacher=teacher,
            state=HostState.CONNECTED,
            state_since=self.school.now,
        )

    def book(
        self,
        number: str | None,
        *,
        starts_at: datetime,
        minutes: int = 60,
        host: ZoomUser | None = None,
        program: Program | None = None,
        topic: str = "My Meeting",
    ) -> ZoomMeeting:
        """A class whose meeting is at Zoom under `number`; with None it is being made there."""
        host, program = host or self.host, program or self.school.program
        assert host.teacher is not None
        meeting = ZoomMeeting.objects.create(
            host=host,
            program=program,
            ref=f"EduRaise ref test-{new_uid()}",
            wanted_topic=topic,
            zone=program.zone,
            meeting_number=number,
            zoom_topic=topic if number else "",
            zoom_settings={"waiting_room": True} if number else None,
            read_at=self.school.now if number else None,
        )
        uid = new_uid()
        occurrence = ZoomOccurrence.objects.create(
            meeting=meeting,
            held_for=uid,
            wanted_starts_at=starts_at,
            wanted_ends_at=starts_at + timedelta(minutes=minutes),
            zoom_starts_at=starts_at if number else None,
            zoom_minutes=minutes if number else None,
        )
        ClassSession.objects.create(
            uid=uid,
            program=program,
            teacher=host.teacher,
            occurrence=occurrence,
            topic=topic,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(minutes=minutes),
            zone=program.zone,
            local_start=f"{starts_at:%Y-%m-%dT%H:%M}",
            changed_at=self.school.now,
            tell_at=self.school.now,
            created_at=self.school.now,
        )
        return meeting

    def operation(
        self, meeting: ZoomMeeting, kind: str = OperationKind.CREATE, state: str = OperationState.CALLING
    ) -> ZoomOperation:
        """A change of ours that is on its way."""
        return ZoomOperation.objects.create(
            meeting=meeting,
            kind=kind,
            state=state,
            not_before=self.school.now,
            first_not_before=self.school.now,
            next_at=self.school.now,
            deadline_at=self.school.now + timedelta(hours=1),
            created_at=self.school.now,
        )

    # What Zoom tells

    def event(
        self, name: str, *, account: str = ACCOUNT, payload: dict[str, Any] | None = None, **said: Any
    ) -> dict[str, Any]:
        """An event about the first meeting. said: of the meeting, by Zoom's names."""
        about = {"id": "1234567890", "host_id": HOST} | said
        return {
            "event": name,
            "event_ts": int(self.school.now.timestamp() * 1000),
            "payload": {"account_id": account, "object": about} | (payload or {}),
        }

    def started(self, at: datetime, uuid: str = "uuid-one==", **said: Any) -> dict[str, Any]:
        """meeting.started"""
        return self.event("meeting.started", **{"uuid": uuid, "start_time": iso(at), "duration": 60} | said)

    def ended(self, began: datetime, at: datetime, uuid: str = "uuid-one==", **said: Any) -> dict[str, Any]:
        """meeting.ended"""
        times = {"start_time": iso(began), "end_time": iso(at), "duration": 60}
        return self.event("meeting.ended", **{"uuid": uuid} | times | said)

    def joined(
        self, at: datetime, uuid: str = "uuid-one==", *, who: str = "p-1", zoom_user_id: str = ""
    ) -> dict[str, Any]:
        """meeting.participant_joined"""
        participant = {
            "user_id": "16778240",
            "user_name": "Sana",
            "participant_uuid": who,
            "participant_user_id": zoom_user_id,
            "id": zoom_user_id,
            "email": "",
            "join_time": iso(at),
            "public_ip": "192.0.2.7",
        }
        return self.event("meeting.participant_joined", uuid=uuid, participant=participant)

    def presence(self, name: str, at: datetime, uuid: str = "uuid-one==", **said: Any) -> dict[str, Any]:
        """meeting.participant_…, of somebody signed in nowhere. said: of the participant, by Zoom's names."""
        moment = {"joined": "join_time", "joined_breakout_room": "join_time"}.get(name, "date_time")
        moment = "leave_time" if name in ("left", "left_breakout_room") else moment
        who = {"user_id": "16778240", "user_name": "Sana", "participant_uuid": "p-1", "email": ""}
        about = {"participant": who | {moment: iso(at)} | said}
        if "breakout" in name:
            about["breakout_room_uuid"] = "breakout-1"  # type: ignore[assignment]
        return self.event(f"meeting.participant_{name}", uuid=uuid, **about)

    def updated(self, at: datetime, **changed: Any) -> dict[str, Any]:
        """meeting.updated: its number and what changed, no more."""
        stamp = {"time_stamp": int(at.timestamp() * 1000), "old_object": {"id": 1234567890}}
        event = self.event("meeting.updated", payload=None, **{"id": 1234567890} | changed)
        event["payload"] |= stamp
        return event
