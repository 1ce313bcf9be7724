"""Meetings: a host's list, and create, get, update, delete, end, recover, invitation of one."""

from zoomsim import errors, limits
from zoomsim.http import Request, Response, json_response
from zoomsim.meetings import answers, change, create, fields, lists, schedule
from zoomsim.records import Meeting, Occurrence
from zoomsim.rest.caller import Caller, check_may_host, existing_meeting, json_body, named_meeting, named_user
from zoomsim.rooms import rooms
from zoomsim.world import World


def list_meetings(world: World, caller: Caller, request: Request) -> Response:
    host = named_user(world, caller, request.path_values["userId"], "meeting:read:list_meetings")
    check_may_host(world, host)
    return json_response(200, lists.page(world, host, request.query))


def create_meeting(world: World, caller: Caller, request: Request) -> Response:
    host = named_user(world, caller, request.path_values["userId"], "meeting:write:meeting")
    limits.take_host_call(world, host)
    asked = fields.read(json_body(request), str(world.switches["unlisted_zones"]))
    meeting = create.create_meeting(world, host, asked, caller.user, caller.app.client_id)
    whose = world.store.users.get(meeting.host_id) or host
    return json_response(201, answers.full(world, meeting, whose))


def get_meeting(world: World, caller: Caller, request: Request) -> Response:
    meeting, host = existing_meeting(world, caller, request.path_values["meetingId"])
    occurrence = _occurrence(world, meeting, request)
    if occurrence is not None:
        return json_response(200, answers.single(world, meeting, host, occurrence))
    past_too = request.query.get("show_previous_occurrences", "").lower() == "true"
    return json_response(200, answers.full(world, meeting, host, past_too=past_too))


def update_meeting(world: World, caller: Caller, request: Request) -> Response:
    meeting, host = existing_meeting(world, caller, request.path_values["meetingId"])
    limits.take_host_call(world, host)
    asked = fields.read(json_body(request), str(world.switches["unlisted_zones"]))
    occurrence = _occurrence(world, meeting, request)
    if occurrence is not None:
        change.change_occurrence(world, meeting, occurrence, asked, caller.user)
    else:
        change.change_meeting(world, meeting, host, asked, caller.user)
    return Response(204)


def delete_meeting(world: World, caller: Caller, request: Request) -> Response:
    """With occurrence_id one date; without one, or with an empty one, the whole series."""
    meeting, host = existing_meeting(world, caller, request.path_values["meetingId"])
    if world.switches["delete_counts"]:
        limits.take_host_call(world, host)
    occurrence = _occurrence(world, meeting, request)
    if occurrence is not None:
        change.delete_occurrence(world, meeting, occurrence, caller.user)
    else:
        change.delete_meeting(world, meeting, caller.user)
    return Response(204)


def put_status(world: World, caller: Caller, request: Request) -> Response:
    """`end` a meeting that runs, or `recover` a deleted one."""
    meeting, _ = named_meeting(world, caller, request.path_values["meetingId"])
    body = json_body(request)
    action = body.get("action") if isinstance(body, dict) else None
    if action == "recover":
        change.recover_meeting(world, meeting, caller.user)
        return Response(204)
    if action != "end":
        raise errors.ValidationFailed(("action", "Invalid field."))
    meeting, _ = existing_meeting(world, caller, request.path_values["meetingId"])
    _end(world, meeting)
    return Response(204)


def get_invitation(world: World, caller: Caller, request: Request) -> Response:
    meeting, host = existing_meeting(world, caller, request.path_values["meetingId"])
    return json_response(200, {"invitation": answers.invitation(world, meeting, host), "sip_links": []})


def _end(world: World, meeting: Meeting) -> None:
    """What ending an idle meeting answers is not documented (switch `end_idle`)."""
    instance = schedule.running_instance(world, meeting)
    if instance is not None:
        rooms.end(world, meeting, instance, world.now(), rooms.ENDED_BY_HOST)
    elif world.switches["end_idle"] == "3000":
        raise errors.ZoomError(400, 3000, f"Meeting {meeting.number} is not in progress.")


def _occurrence(world: World, meeting: Meeting, request: Request) -> Occurrence | None:
    """The date named by occurrence_id, if any. Raises 400/300 for one that the meeting doesn't have."""
    id_ = request.query.get("occurrence_id", "")
    if not id_:
        return None
    found = world.store.occurrences.get(f"{meeting.number}:{id_}")
    if found is None or found.status != "available":
        raise errors.invalid("Invalid parameter: `occurrence_id`.")
    return found
