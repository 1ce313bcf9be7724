"""meeting.participant_…: who comes, waits, goes aside and leaves."""

from datetime import datetime

from zoomsim.clock import instant_text
from zoomsim.records import Instance, Json, Meeting, Visit
from zoomsim.webhooks.envelopes import scheduled, sitting, tell
from zoomsim.world import World

_SCOPE = "meeting:read:participant"


def participant(
    world: World, event: str, meeting: Meeting, instance: Instance, visit: Visit, at: datetime, **more: str
) -> None:
    """meeting.participant_…: joined and left have a join_time and a leave_time, the others a date_time."""
    joined = world.switches["joined_moment"]
    moment = {"participant_joined": joined, "participant_left": "leave_time"}.get(event, "date_time")
    if "leave_reason" in more and world.switches["leave_reasons"] == "seen":
        more["leave_reason"] = f"left the meeting. Reason : {more['leave_reason']}"
    who = {moment: instant_text(at), **_who(world, visit)}
    if world.switches["event_extras"] and event in ("participant_joined", "participant_left"):
        who["public_ip"] = "192.0.2.7"
        if event == "participant_left":
            who |= {"private_ip": "192.0.2.8", "registrant_id": ""}
    if visit.registrant_id:
        who["registrant_id"] = visit.registrant_id
    thing = sitting(meeting, instance) | {"participant": who | more}
    tell(world, f"meeting.{event}", meeting, {"object": thing}, at=at, scope=_SCOPE, payload_first=True)


def before_host(world: World, event: str, meeting: Meeting, visit: Visit, at: datetime) -> None:
    """meeting.participant_jbh_…: who waits for, or is in before, the host. No sitting is named yet."""
    id_: object = meeting.number if event == "participant_jbh_waiting_left" else str(meeting.number)
    thing: Json = {
        **scheduled(meeting),
        "id": id_,
        "participant": {"id": visit.zoom_user_id, "user_name": visit.name},
    }
    tell(world, f"meeting.{event}", meeting, {"object": thing}, at=at, scope=_SCOPE, payload_first=True)


def breakout(
    world: World, event: str, meeting: Meeting, instance: Instance, visit: Visit, at: datetime
) -> None:
    """meeting.participant_joined_breakout_room and meeting.participant_left_breakout_room."""
    moment = "join_time" if event == "participant_joined_breakout_room" else "leave_time"
    who = {moment: instant_text(at), **_who(world, visit), "registrant_id": visit.registrant_id}
    thing = sitting(meeting, instance) | {"breakout_room_uuid": visit.breakout_uuid, "participant": who}
    tell(world, f"meeting.{event}", meeting, {"object": thing}, at=at, scope=_SCOPE, payload_first=True)


def _who(world: World, visit: Visit) -> Json:
    shown = not world.switches["identities_hidden"]
    called = {"phone_number": visit.phone} if visit.phone else {}
    return called | {
        "user_id": visit.join_id,
        "user_name": visit.name if shown else "",
        "participant_user_id": visit.zoom_user_id,
        "id": visit.zoom_user_id,
        "email": visit.email if shown else "",
        "participant_uuid": visit.participant_uuid,
    }
