"""Another host for a meeting that stands: handed on as a whole, or started by somebody beside its host.

Handing on (`schedule_for`) keeps number, link, passcode and dates. Zoom refuses it where the host may not
schedule for the other one, and on Basic. An alternative host may start a meeting beside its host, both with a
licence of one account; Zoom knows that for whole series only, so it is taken back when it isn't needed.
"""

from __future__ import annotations

from datetime import datetime

import structlog

from eduraise.accounts.models import User
from eduraise.zoom import api, claims
from eduraise.zoom.enums import OPEN_STATES, HostState, OperationKind, OperationState
from eduraise.zoom.models import ZoomMeeting, ZoomOperation, ZoomUser
from eduraise.zoom.wishes import want
from zoomclient import Meeting, MeetingChange, MeetingSettings, Refused

log = structlog.get_logger(__name__)


def want_transfer(
    *, meeting: ZoomMeeting, to: ZoomUser, until: datetime, now: datetime, by: User | None
) -> None:
    """Want a single meeting to be another's of the same account; until then it stays where it is."""
    ZoomMeeting.objects.filter(pk=meeting.pk).update(wanted_host=to)
    want(meeting, OperationKind.TRANSFER, not_before=now, deadline_at=until, now=now, by=by)


def want_alternate(
    *, meeting: ZoomMeeting, host: ZoomUser, wanted: bool, until: datetime, now: datetime, by: User | None
) -> None:
    """Want somebody to be alternative host of a meeting, or no more; those whom others named stay."""
    current = ZoomMeeting.objects.select_for_update(no_key=True, of=("self",)).get(pk=meeting.pk)
    current.alternates[host.email.lower()] = wanted
    current.save(update_fields=["alternates"])
    if current.meeting_number is not None and not current.wanted_gone:
        want(meeting, OperationKind.ALTERNATES, not_before=now, deadline_at=until, now=now, by=by)


def take_back_transfer(meeting: ZoomMeeting, now: datetime) -> bool:
    """Keep a meeting where it is; False if it was handed on, or is at this moment."""
    mine = meeting.operations.filter(kind=OperationKind.TRANSFER)
    mine.filter(state=OperationState.PENDING).update(state=OperationState.WITHDRAWN, finished_at=now)
    if mine.filter(state__in=OPEN_STATES).exists():
        return False
    overtake_refused(meeting, OperationKind.TRANSFER, now)
    to = ZoomUser.objects.filter(
        pk__in=ZoomMeeting.objects.filter(pk=meeting.pk).values("wanted_host")
    ).first()
    if to is None:
        return False
    for held_for in meeting.occurrences.values_list("held_for", flat=True):
        claims.let_go(host=to, held_for=held_for)
    return bool(ZoomMeeting.objects.filter(pk=meeting.pk, wanted_host=to).update(wanted_host=None))


def overtake_refused(meeting: ZoomMeeting, kind: OperationKind, now: datetime) -> None:
    """What Zoom refused of this kind, or was given up, is wanted no more."""
    refused = meeting.operations.filter(kind=kind, state__in=(OperationState.FAILED, OperationState.GIVEN_UP))
    refused.update(state=OperationState.OVERTAKEN, finished_at=now)


def last_of(meeting: ZoomMeeting, kind: OperationKind) -> ZoomOperation | None:
    """The last wish of this kind for a meeting."""
    return meeting.operations.filter(kind=kind).order_by("-id").first()


def call(operation: ZoomOperation, zoom: api.HostZoom, number: str) -> Meeting:
    """Make what an operation wishes so at Zoom; the meeting as it is then. It may be done again: what is so
    already is left alone. Raises Refused too where Zoom says yes and doesn't do it."""
    meeting = operation.meeting
    if operation.kind == OperationKind.TRANSFER:
        return _hand_on(meeting, zoom, number)
    return _name_alternates(meeting, zoom, number)


def _hand_on(meeting: ZoomMeeting, zoom: api.HostZoom, number: str) -> Meeting:
    to, found = meeting.wanted_host, zoom.meetings.get(number)
    if to is None or found.host_id == to.zoom_user_id:
        return found
    zoom.meetings.update(number, MeetingChange(schedule_for=to.email or to.zoom_user_id))
    after = zoom.meetings.get(number)
    if after.host_id != to.zoom_user_id:
        raise Refused("The host is still the former one.", reason="cannot_schedule_for")
    return after


def _name_alternates(meeting: ZoomMeeting, zoom: api.HostZoom, number: str) -> Meeting:
    found = zoom.meetings.get(number)
    present = _emails(found)
    wanted = [email for email, is_wanted in meeting.alternates.items() if is_wanted]
    dropped = [email for email, is_wanted in meeting.alternates.items() if not is_wanted]
    names = [email for email in present if email not in dropped]
    names += [email for email in wanted if email not in names]
    if names == present:
        return found
    settings = MeetingSettings(alternative_hosts=";".join(names), alternative_hosts_email_notification=False)
    zoom.meetings.update(number, MeetingChange(settings=settings))
    after = zoom.meetings.get(number)
    if not set(wanted) <= set(_emails(after)):
        raise Refused("Left out without a word.", reason="alternative_host_dropped")
    return after


def _emails(answer: Meeting) -> list[str]:
    """Zoom's list, which holds semicolons, and commas where another program wrote it so."""
    named = (answer.settings.alternative_hosts or "").replace(",", ";").lower().split(";")
    return [email.strip() for email in named if email.strip()]


def note_done(meeting: ZoomMeeting, answer: Meeting, now: datetime) -> None:
    """Write that a meeting is another host's now, within the caller's transaction; what the former one held
    for it is given back."""
    to = meeting.wanted_host
    if to is None or answer.host_id != to.zoom_user_id:
        return
    ZoomMeeting.objects.filter(pk=meeting.pk).update(host=to, wanted_host=None)
    meeting.host, meeting.wanted_host = to, None
    if not to.is_usable:  # calls for it go with its account's token from now on
        ZoomUser.objects.filter(pk=to.pk).update(
            by_account=True, state=HostState.CONNECTED, state_since=now, state_reason="", wake_at=now
        )
    for row in meeting.occurrences.filter(wanted_gone=False):
        span = {"starts_at": row.wanted_starts_at, "ends_at": row.wanted_ends_at}
        if not claims.go_over(host=to, held_for=row.held_for, now=now, **span):
            log.warning("handed on to a host that is taken", meeting=str(meeting.uid), host=str(to.uid))
