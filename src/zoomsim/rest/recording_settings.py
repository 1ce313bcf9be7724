"""The settings of a sitting's recordings: who may watch and download them."""

from typing import Any

from zoomsim import errors
from zoomsim.errors import ValidationFailed
from zoomsim.http import Request, Response, json_response
from zoomsim.recordings import answers
from zoomsim.records import Instance, Json, Meeting, RecordingSettings
from zoomsim.rest.caller import Caller, json_body
from zoomsim.rest.recordings import recorded_sitting
from zoomsim.world import World

# What PATCH may set: of which type, and what it is at first.
_SETTINGS: dict[str, tuple[type, Any]] = {
    "share_recording": (str, "publicly"),
    "recording_authentication": (bool, False),
    "authentication_option": (str, ""),
    "authentication_domains": (str, ""),
    "viewer_download": (bool, True),
    "password": (str, None),
    "on_demand": (bool, False),
    "approval_type": (int, 2),
    "send_email_to_host": (bool, True),
    "show_social_share_buttons": (bool, False),
    "topic": (str, ""),
    "auto_delete": (bool, False),
}
_SHARED = ("publicly", "internally", "none")


def get_settings(world: World, caller: Caller, request: Request) -> Response:
    instance, meeting, _ = recorded_sitting(world, caller, request)
    return json_response(200, _settings(world, instance, meeting))


def patch_settings(world: World, caller: Caller, request: Request) -> Response:
    """What the request names changes, the rest stays."""
    instance, _, _ = recorded_sitting(world, caller, request)
    body = json_body(request)
    if not isinstance(body, dict):
        raise errors.not_json()
    asked = {name: value for name, value in body.items() if name in _SETTINGS}
    wrong = [name for name, value in asked.items() if type(value) is not _SETTINGS[name][0]]
    if asked.get("share_recording", "none") not in _SHARED:
        wrong.append("share_recording")
    if not 8 <= len(str(asked.get("password", "by itself"))) <= 10:
        wrong.append("password")
    if wrong:
        raise ValidationFailed(*((name, "Invalid field.") for name in wrong))
    kept = world.store.recording_settings.get(instance.uuid)
    values = (kept.chosen if kept else {}) | asked
    world.store.recording_settings.put(RecordingSettings(instance.uuid, values))
    return Response(204)


def _settings(world: World, instance: Instance, meeting: Meeting) -> Json:
    kept = world.store.recording_settings.get(instance.uuid)
    first = {name: value for name, (_, value) in _SETTINGS.items()} | {"topic": meeting.topic}
    first["password"] = answers.passcode(world, instance)
    return first | (kept.chosen if kept else {})
