"""What an app may do in a meeting that runs: its recording in the cloud. Of the rest nothing is imitated."""

from contextlib import suppress

from zoomsim import errors
from zoomsim.http import Request, Response
from zoomsim.meetings import schedule
from zoomsim.recordings import making
from zoomsim.records import Meeting
from zoomsim.rest.caller import Caller, existing_meeting, json_body
from zoomsim.world import World

_ACTIONS = {
    "recording.start": making.start,
    "recording.stop": making.stop,
    "recording.pause": making.pause,
    "recording.resume": making.resume,
}


def patch_events(world: World, caller: Caller, request: Request) -> Response:
    """202 says that it was taken. What is so already changes nothing: that is our guess."""
    meeting = _meeting(world, caller, request.path_values["meetingId"])
    body = json_body(request)
    action = _ACTIONS.get(str(body.get("method"))) if isinstance(body, dict) else None
    if action is None:
        raise errors.ValidationFailed(("method", "Invalid field."))
    instance = schedule.running_instance(world, meeting)
    if instance is None:
        raise errors.invalid("Meeting does not exist.")
    if not making.has_cloud(world, meeting):
        raise errors.invalid("No permission.")
    if world.switches["storage_full"] and action is making.start:
        raise errors.ZoomError(
            400,
            3309,
            "Not enough cloud storage available. Either purchase additional storage or delete cloud"
            " recordings to free up storage.",
        )
    with suppress(making.CannotRecord):
        action(world, meeting, instance, world.now())
    return Response(202)


def _meeting(world: World, caller: Caller, number: str) -> Meeting:
    """This operation has one code for whatever it can't be used on, a host without a licence included."""
    try:
        return existing_meeting(world, caller, number, webinar_code=300)[0]
    except errors.ZoomError as refusal:
        if refusal.body["code"] == 3161:
            raise errors.invalid("No permission.") from refusal
        raise
