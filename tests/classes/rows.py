"""Rows of classes as they stand after everything has happened, for tests of what is read from them."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.classes.times import local_written
from eduraise.core.codes import new_uid
from eduraise.programs.models import Program
from eduraise.zoom.enums import HostState, Licence, OperationState, Plan
from eduraise.zoom.models import (
    ZoomAccount,
    ZoomInstance,
    ZoomMeeting,
    ZoomOccurrence,
    ZoomOperation,
    ZoomUser,
)

_number = count(1)


def make_host(teacher: User, now: datetime, **fields: Any) -> ZoomUser:
    """A teacher's connected Zoom."""
    account, _ = ZoomAccount.objects.get_or_create(zoom_account_id="account", defaults={"plan": Plan.PRO})
    given = {"state": HostState.CONNECTED, "licence": Licence.LICENSED, "state_since": now} | fields
    return ZoomUser.objects.create(
        account=account, zoom_user_id=f"host-{next(_number)}", teacher=teacher, email=teacher.email, **given
    )


def make_class(
    program: Program,
    teacher: User,
    starts_at: datetime,
    *,
    minutes: int = 60,
    topic: str = "Sets",
    now: datetime,
    at_zoom: bool = True,
    operation: str | None = OperationState.DONE,
    **fields: Any,
) -> ClassSession:
    """A class with its meeting. at_zoom: Zoom holds it; operation: the create's state."""
    ends_at = starts_at + timedelta(minutes=minutes)
    host = ZoomUser.objects.filter(teacher=teacher).first() or make_host(teacher, now)
    uid = new_uid()
    meeting = ZoomMeeting.objects.create(
        host=host,
        program=program,
        ref=f"ref-{next(_number)}",
        wanted_topic=topic,
        zone=program.zone,
        **({"meeting_number": f"9000{next(_number)}", "join_url": zoom_link()} if at_zoom else {}),
    )
    occurrence = ZoomOccurrence.objects.create(
        meeting=meeting,
        held_for=uid,
        wanted_starts_at=starts_at,
        wanted_ends_at=ends_at,
        **({"zoom_starts_at": starts_at, "zoom_minutes": minutes} if at_zoom else {}),
    )
    if operation:
        want(meeting, "create", operation, now)
    local, fold = local_written(starts_at, program.zone)
    return ClassSession.objects.create(
        uid=uid,
        program=program,
        teacher=teacher,
        occurrence=occurrence,
        topic=topic,
        starts_at=starts_at,
        ends_at=ends_at,
        **(
            {
                "zone": program.zone,
                "local_start": local,
                "fold": fold,
                "changed_at": now,
                "tell_at": now,
                "created_at": now,
                "created_by": teacher,
            }
            | fields
        ),
    )


def want(meeting: ZoomMeeting, kind: str, state: str, now: datetime, **fields: Any) -> ZoomOperation:
    """An operation in the state that it came to."""
    return ZoomOperation.objects.create(
        meeting=meeting,
        kind=kind,
        state=state,
        not_before=now,
        first_not_before=now,
        next_at=now,
        deadline_at=now + timedelta(days=30),
        created_at=now,
        **fields,
    )


def sit(session: ClassSession, started_at: datetime | None, **fields: Any) -> ZoomInstance:
    """One sitting of a class as Zoom told it."""
    assert session.occurrence is not None
    meeting = session.occurrence.meeting
    return ZoomInstance.objects.create(
        host=meeting.host,
        meeting=meeting,
        meeting_number=meeting.meeting_number or "",
        meeting_uuid=f"uuid-{next(_number)}",
        occurrence=session.occurrence,
        mapped_by="rule",
        started_at=started_at,
        **fields,
    )


def zoom_link() -> str:
    """A meeting's own link at Zoom, such as must never stand on a page."""
    return f"https://us05web.zoom.us/j/9000{next(_number)}?pwd=never-on-a-page"
