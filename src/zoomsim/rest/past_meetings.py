"""Past meetings: details of one sitting, the sittings of a meeting, who took part."""

from zoomsim import errors, paging, people
from zoomsim.clock import instant_text
from zoomsim.errors import ZoomError
from zoomsim.http import Request, Response, json_response
from zoomsim.meetings import past
from zoomsim.meetings.past import Attendance
from zoomsim.records import Instance, Json, Meeting, User
from zoomsim.rest.caller import Caller, may_see, named_meeting
from zoomsim.rooms.stays import WAITING
from zoomsim.world import World


def get_past_meeting(world: World, caller: Caller, request: Request) -> Response:
    instance, meeting, host = past_instance(world, caller, request.path_values["meetingId"])
    if meeting.is_webinar:
        raise errors.invalid("Cannot access meeting information.")
    _check_plan(world, host)
    check_age(world, instance, "Cannot access a meeting a year ago.")
    assert instance.ended_at is not None
    body: Json = {
        "uuid": instance.uuid,
        "id": meeting.number,
        "host_id": host.id,
        "type": meeting.type,
        "topic": meeting.topic,
        "user_name": host.display_name,
        "user_email": host.email,
        "start_time": instant_text(instance.started_at),
        "end_time": instant_text(instance.ended_at),
        "duration": past.minutes(instance),
        "total_minutes": past.total_minutes(world, instance),
        "participants_count": past.people_count(world, instance),
        "dept": "",
        "source": "Zoom",
        "has_meeting_summary": False,
    }
    return json_response(200, body)


def list_instances(world: World, caller: Caller, request: Request) -> Response:
    """The sittings that are over, of the last fifteen months."""
    meeting, _ = named_meeting(world, caller, request.path_values["meetingId"])
    found = past.all_of(world, meeting.number)
    rows = [{"uuid": one.uuid, "start_time": instant_text(one.started_at)} for one in found]
    return json_response(200, {"meetings": rows})


def list_participants(world: World, caller: Caller, request: Request) -> Response:
    """A row for each join. Durations are 0 until Zoom has worked them out."""
    instance, _, host = past_instance(world, caller, request.path_values["meetingId"])
    _check_plan(world, host)
    check_age(world, instance, "Can not access a meeting a year ago.")
    wanted = paging.asked(world, f"past participants {instance.uuid}", request.query)
    rows, around = paging.cut(world, wanted, company(world, instance, request))
    shown = [_row(world, instance, host, one) for one in rows]
    return json_response(200, around | {"participants": shown})


def past_instance(world: World, caller: Caller, key: str) -> tuple[Instance, Meeting, User]:
    """The sitting of an address, its meeting and its host. Raises 404/3001."""
    instance = past.find(world, key)
    meeting = world.store.meetings.get(instance.meeting_number) if instance else None
    host = world.store.users.get(instance.host_id) if instance else None
    if instance is None or meeting is None or host is None or not may_see(caller, host):
        raise errors.no_meeting(key)
    return instance, meeting, host


def check_age(world: World, instance: Instance, message: str) -> None:
    if past.is_too_old(world, instance):
        raise ZoomError(400, 12702, message)


def company(world: World, instance: Instance, request: Request, *, aside: bool = False) -> list[Attendance]:
    """Who was there; of one person alone nothing is told (switch `lone_meeting`). aside: in breakout rooms
    too."""
    rows = past.attendances(world, instance, aside=aside)
    if not rows and world.switches["lone_meeting"] == "3001":
        raise errors.no_meeting(request.path_values["meetingId"])
    return rows


def attendance(world: World, instance: Instance, one: Attendance) -> Json:
    """What both lists tell of a join."""
    shown = not world.switches["identities_hidden"]
    return {
        "id": one.visit.zoom_user_id,
        "name": one.visit.name if shown else "",
        "user_id": one.visit.join_id,
        "user_email": one.visit.email if shown else "",
        "join_time": instant_text(one.came_at),
        "leave_time": instant_text(one.left_at),
        "duration": one.seconds if past.is_processed(world, instance) else 0,
        "failover": False,
        "status": "in_waiting_room" if one.place == WAITING else "in_meeting",
    }


def _row(world: World, instance: Instance, host: User, one: Attendance) -> Json:
    own = {"registrant_id": one.visit.registrant_id, "internal_user": bool(one.visit.zoom_user_id)}
    return attendance(world, instance, one) | own


def _check_plan(world: World, host: User) -> None:
    """Paid accounts and licensed hosts alone."""
    account = people.account_of(world, host)
    if account.plan == "free" or not people.is_licensed(host):
        raise ZoomError(400, 200, f"Only available for paid account: {account.id}.")
