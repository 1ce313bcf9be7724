"""How a webhook about a meeting is put together: the envelope, who did it, the meeting as it is scheduled."""

from collections.abc import Callable
from datetime import datetime

from zoomsim.clock import instant_text, milliseconds
from zoomsim.records import Instance, Json, Meeting, Occurrence, User
from zoomsim.webhooks import outbox
from zoomsim.world import World

OF_MEETINGS = "meeting:read:meeting"


def tell(
    world: World,
    event: str,
    meeting: Meeting,
    payload: Json,
    *,
    at: datetime | None = None,
    scope: str = OF_MEETINGS,
    payload_first: bool = False,
    beside: Callable[[], Json] = dict,
) -> None:
    """Queue an event about a meeting, if the app is told of its host.

    beside: makes keys next to `event`, anew for each copy that a fault sends.
    """
    if not outbox.is_covered(world, meeting.host_id, scope) or not outbox.plan_has(
        world, meeting.host_id, event
    ):
        return
    body = envelope(event, {"account_id": meeting.account_id, **payload}, at or world.now())
    if payload_first:
        body = {"payload": body["payload"], "event_ts": body["event_ts"], "event": event}
    outbox.post(world, event, str(meeting.number), body, beside)


def envelope(event: str, payload: Json, at: datetime) -> Json:
    return {"event": event, "payload": payload, "event_ts": milliseconds(at)}


def by(operator: User) -> Json:
    return {"operator": operator.email, "operator_id": operator.id}


def scheduled(meeting: Meeting) -> Json:
    """The meeting as planned; its id is a number."""
    thing: Json = {
        "uuid": meeting.uuid,
        "id": meeting.number,
        "host_id": meeting.host_id,
        "topic": meeting.topic,
        "type": meeting.type,
        "duration": meeting.duration,
        "timezone": meeting.timezone,
    }
    if meeting.starts_at is not None:
        thing["start_time"] = instant_text(meeting.starts_at)
    return thing


def short_date(occurrence: Occurrence) -> Json:
    """A date of a series, by its id."""
    return {"occurrence_id": occurrence.id, "start_time": instant_text(occurrence.starts_at)}


def sitting(meeting: Meeting, instance: Instance) -> Json:
    """The meeting as it is held; its id is text."""
    return {
        "duration": meeting.duration,
        "start_time": instant_text(instance.started_at),
        "timezone": meeting.timezone,
        "topic": meeting.topic,
        "id": str(meeting.number),
        "type": meeting.type,
        "uuid": instance.uuid,
        "host_id": meeting.host_id,
    }
