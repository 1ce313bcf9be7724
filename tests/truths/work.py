"""What must hold once everything has come to rest, whatever went wrong on the way there.

Each function gives one line for each thing that is untrue; none means that all is well. They are read
from the database and from what really stands at Zoom, never from what the product says of itself.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import combinations
from typing import Any

from django.db.models import F, Q

from eduraise.classes.models import ClassSession, TeacherClaim
from eduraise.core import clock
from eduraise.events.models import MeetingWatch, ZoomEvent
from eduraise.notifications.models import Delivery, Message
from eduraise.zoom.enums import OPEN_STATES, OperationState
from eduraise.zoom.models import HostClaim, ZoomMeeting, ZoomOccurrence, ZoomOperation, ZoomUser

UNHAPPY = (OperationState.FAILED, OperationState.GIVEN_UP)


def untrue(at_zoom: list[dict[str, Any]], now: datetime) -> list[str]:
    """All that doesn't hold. at_zoom: every meeting that stands at Zoom, as its API answers."""
    return [
        *meetings_stand(at_zoom),
        *claims_hold(now),
        *operations_ended(),
        *events_settled(),
        *people_told(now),
        *nothing_leased(),
    ]


def meetings_stand(at_zoom: list[dict[str, Any]]) -> Iterator[str]:
    """A class that stands has exactly one meeting, at its hour, and we know it; a cancelled one has none."""
    ours = {meeting.ref: meeting for meeting in ZoomMeeting.objects.all()}
    held_for = dict(ZoomOccurrence.objects.values_list("meeting__ref", "held_for"))
    found: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    for meeting in at_zoom:
        ref = str(meeting.get("agenda", "")).split("\n")[0]
        if ref in ours:
            found[held_for[ref]].append(meeting)
        elif ref.startswith("EduRaise ref"):
            yield f"meeting {meeting['id']} at Zoom has a reference that nobody knows: {ref}"
    for session in ClassSession.objects.select_related("occurrence__meeting", "teacher"):
        yield from _one_meeting(session, found.pop(session.uid, []))
    yield from (f"meetings at Zoom for no class: {rest}" for rest in found.values())


def _one_meeting(session: ClassSession, there: list[dict[str, Any]]) -> Iterator[str]:
    numbers = [str(meeting["id"]) for meeting in there]
    if session.cancelled_at is not None:
        if numbers:
            yield f"cancelled class {session.code} still stands at Zoom: {numbers}"
        return
    if len(there) != 1:
        yield f"class {session.code} has {len(there)} meetings at Zoom: {numbers}"
        return
    occurrence, meeting = session.occurrence, there[0]
    assert occurrence
    if occurrence.meeting.meeting_number != numbers[0] or not occurrence.is_at_zoom:
        yield f"class {session.code} knows {occurrence.meeting.meeting_number}, at Zoom is {numbers[0]}"
    starts_at = datetime.fromisoformat(meeting["start_time"])
    ours = (session.starts_at, session.minutes, session.topic[:200])
    zooms = (starts_at, meeting["duration"], meeting["topic"])
    if ours != zooms:
        yield f"class {session.code} is {ours}, at Zoom it is {zooms}"
    if meeting["settings"]["waiting_room"] is not (session.chosen_settings["entry"] == "waiting_room"):
        yield f"class {session.code} has another waiting room at Zoom"
    if meeting["settings"]["mute_upon_entry"] is not session.chosen_settings["mutes_on_entry"]:
        yield f"class {session.code} mutes otherwise at Zoom"


def claims_hold(now: datetime) -> Iterator[str]:
    """Each class that stands holds its teacher and its host for its hours, once; nothing else holds any."""
    standing = ClassSession.objects.filter(cancelled_at__isnull=True).select_related(
        "occurrence__meeting", "teacher"
    )
    holds = Q(releases_at__isnull=True) | Q(releases_at__gt=now)
    teachers = TeacherClaim.objects.filter(holds).values_list(
        "held_for", "teacher_id", "starts_at", "ends_at"
    )
    hosts = HostClaim.objects.filter(holds).values_list("held_for", "host_id", "starts_at", "ends_at")
    yield from _same(
        "teachers' claims",
        Counter(teachers),
        Counter((one.uid, one.teacher_id, one.starts_at, one.ends_at) for one in standing),
    )
    yield from _same(
        "hosts' claims",
        Counter(hosts),
        Counter(
            (one.uid, one.occurrence.meeting.host_id, one.starts_at, one.ends_at)
            for one in standing
            if one.occurrence
        ),
    )
    lanes = HostClaim.objects.filter(holds).values_list("host_id", "lane", "starts_at", "ends_at", "held_for")
    yield from _overlaps("host", [((host, lane), *rest) for host, lane, *rest in lanes])
    yield from _overlaps(
        "teacher",
        [(teacher, starts_at, ends_at, uid) for uid, teacher, starts_at, ends_at in teachers],
    )


def _same(what: str, found: Counter[Any], wanted: Counter[Any]) -> Iterator[str]:
    if found != wanted:
        over, lacking = list((found - wanted).elements()), list((wanted - found).elements())
        yield f"{what}: too many {over}, lacking {lacking}"


def _overlaps(who: str, rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
    for (one, begins, ends, uid), (other, from_at, until_at, held_for) in combinations(rows, 2):
        if one == other and uid != held_for and begins < until_at and from_at < ends:
            yield f"{who} {one} is held twice: {begins}–{ends} and {from_at}–{until_at}"


def operations_ended() -> Iterator[str]:
    """Nothing is under way, nothing was given up."""
    for operation in ZoomOperation.objects.filter(state__in=(*OPEN_STATES, *UNHAPPY)):
        why = operation.answer_code or operation.last_error_code
        yield f"operation {operation.kind} of {operation.meeting.ref} is {operation.state} ({why})"


def events_settled() -> Iterator[str]:
    """Every event that was kept came to an end, and each fact was applied once."""
    restless = (ZoomEvent.State.RECEIVED, ZoomEvent.State.WAITING, ZoomEvent.State.DEAD)
    for event in ZoomEvent.objects.filter(state__in=restless):
        yield f"event {event.event or event.digest[:8]} is {event.state} ({event.last_error_code})"
    asked = MeetingWatch.objects.filter(meeting__gone_at__isnull=True, meeting__meeting_number__isnull=False)
    yield from (f"{watch.meeting} was not read though that was asked for" for watch in asked)


def people_told(now: datetime) -> Iterator[str]:
    """What was to be told was told, and the last that a student heard of a class is so."""
    waiting = Delivery.objects.filter(
        state__in=(Delivery.State.WAITING, Delivery.State.SENDING), message__not_before__lte=now
    )
    yield from (f"a mail about {row.message.kind} is {row.state}" for row in waiting)
    untold = ClassSession.objects.filter(told_version__lt=F("version"), tell_at__lte=now)
    yield from (
        f"class {one.code} was not told"
        for one in untold.exclude(cancelled_at=None) | untold.filter(told_booked=True)
    )
    told = Message.objects.values_list("person_id", "kind", "fact_key")
    yield from (f"told {number} times: {fact}" for fact, number in Counter(told).items() if number > 1)


def nothing_leased() -> Iterator[str]:
    """No row is held by a process that is no more."""
    lease_now = clock.lease_now()
    for model in (ZoomOperation, ZoomEvent, Delivery, ZoomUser):
        held = model._default_manager.filter(lease_until__gt=lease_now + timedelta(seconds=1))
        yield from (f"{model.__name__} {row.pk} is leased" for row in held)
