"""Cloud recordings: of a sitting, of a user; deleting, recovering, and the settings of a recording."""

from datetime import UTC, date, datetime, time, timedelta

from zoomsim import errors, paging
from zoomsim.errors import ValidationFailed, ZoomError
from zoomsim.http import Request, Response, json_response
from zoomsim.meetings import past
from zoomsim.recordings import answers, passes, trash
from zoomsim.records import Instance, Meeting, RecordingFile, User
from zoomsim.rest.caller import Caller, json_body, may_see, named_user
from zoomsim.rest.reports import day
from zoomsim.world import World

_LONGEST_SPAN = timedelta(days=31)


def get_recordings(world: World, caller: Caller, request: Request) -> Response:
    """A sitting's files; with `include_fields=download_access_token` a token for `ttl` seconds (≤ a week)."""
    instance, meeting, _ = recorded_sitting(world, caller, request)
    files = trash.files_of(world, instance)
    if not files:
        raise no_recording()
    body = answers.of_sitting(world, meeting, instance, files) | {
        "password": answers.passcode(world, instance)
    }
    if "download_access_token" in request.query.get("include_fields", "").split(","):
        body["download_access_token"] = passes.make(world, instance.uuid, _ttl(request))
    return json_response(200, body)


def list_of_user(world: World, caller: Caller, request: Request) -> Response:
    """From day `from` to day `to`, a month at most (switch `long_range`); with `trash` all that is in it."""
    host = named_user(
        world, caller, request.path_values["userId"], "cloud_recording:read:list_user_recordings"
    )
    wanted = paging.asked(world, f"recordings {host.id}", request.query)
    first, last = _days(world, wanted.query)
    in_trash = wanted.query.get("trash", "").lower() == "true"
    rows, around = paging.cut(world, wanted, _recorded(world, host, wanted.query, in_trash=in_trash))
    shown = [answers.of_sitting(world, meeting, instance, files) for instance, meeting, files in rows]
    span = {"from": first.isoformat(), "to": last.isoformat()}
    return json_response(200, around | span | {"meetings": shown})


def delete_recordings(world: World, caller: Caller, request: Request) -> Response:
    """All files of a sitting: into the trash, or with `action=delete` for good."""
    instance, meeting, _ = recorded_sitting(world, caller, request)
    for_good = _for_good(request)
    files = trash.files_of(world, instance) or (trash.trashed_of(world, instance) if for_good else [])
    if not files:
        raise no_recording()
    if for_good:
        trash.delete(world, meeting, instance, files, caller.user)
    else:
        trash.put(world, meeting, instance, files, caller.user, together=True)
    return Response(204)


def delete_file(world: World, caller: Caller, request: Request) -> Response:
    """One file. Raises 400/3303 while it is being worked on."""
    instance, meeting, _ = recorded_sitting(world, caller, request)
    file = _file(world, instance, request)
    if file.ready_at > world.now():
        raise ZoomError(400, 3303, "You can not delete an uncompleted meeting.")
    if _for_good(request):
        trash.delete(world, meeting, instance, [file], caller.user)
    elif not file.trash:
        trash.put(world, meeting, instance, [file], caller.user, together=False)
    else:
        raise no_recording()
    return Response(204)


def recover_recordings(world: World, caller: Caller, request: Request) -> Response:
    """All that is in the trash of a sitting. Succeeds with 200, unlike its kin."""
    instance, meeting, _ = recorded_sitting(world, caller, request)
    _check_recover(world, request)
    files = trash.trashed_of(world, instance)
    if not files:
        raise no_recording()
    trash.recover(world, meeting, instance, files, caller.user)
    return Response(200)


def recover_file(world: World, caller: Caller, request: Request) -> Response:
    instance, meeting, _ = recorded_sitting(world, caller, request)
    _check_recover(world, request)
    file = _file(world, instance, request)
    if not file.trash:
        raise no_recording()
    trash.recover(world, meeting, instance, [file], caller.user)
    return Response(204)


def no_recording() -> ZoomError:
    return ZoomError(404, 3301, "There is no recording for this meeting.")


def recorded_sitting(world: World, caller: Caller, request: Request) -> tuple[Instance, Meeting, User]:
    """The recorded sitting of an address, by uuid, or by number the latest; raises 404/3301 and 400/1010."""
    values = request.path_values
    instance = past.find(world, values.get("meetingId") or values["meetingUUID"])
    meeting = world.store.meetings.get(instance.meeting_number) if instance else None
    host = world.store.users.get(instance.host_id) if instance else None
    if instance is None or meeting is None or host is None:
        raise no_recording()
    if host.account_id != caller.account.id:
        raise ZoomError(400, 1010, f"User does not belong to this account: {caller.account.id}.")
    if not may_see(caller, host) or not _is_recorded(world, instance):
        raise no_recording()
    return instance, meeting, host


def _is_recorded(world: World, instance: Instance) -> bool:
    return world.store.recording_files.count("instance_uuid = ?", instance.uuid) > 0


def _file(world: World, instance: Instance, request: Request) -> RecordingFile:
    file = world.store.recording_files.get(request.path_values["recordingId"])
    if file is None or file.instance_uuid != instance.uuid:
        raise no_recording()
    return file


def _recorded(
    world: World, host: User, query: dict[str, str], *, in_trash: bool
) -> list[tuple[Instance, Meeting, list[RecordingFile]]]:
    first, last = _days(world, query)
    begin = datetime.combine(first, time.min, UTC)
    end = datetime.combine(last, time.min, UTC) + timedelta(days=1)
    number = query.get("meeting_id", "")
    how = trash.ALONE if query.get("trash_type") == "recording_file" else trash.WITH_MEETING
    found = []
    for instance in world.store.instances.where("host_id = ?", host.id, order="started_at DESC, rowid DESC"):
        meeting = world.store.meetings.get(instance.meeting_number)
        if meeting is None or instance.ended_at is None or number not in ("", str(meeting.number)):
            continue
        if in_trash:
            files = trash.trashed_of(world, instance, how)
        else:
            files = trash.files_of(world, instance) if begin <= instance.started_at < end else []
        if files:
            found.append((instance, meeting, files))
    return found


def _days(world: World, query: dict[str, str]) -> tuple[date, date]:
    today = world.now().date()
    first = day(query, "from", today)
    last = day(query, "to", max(first, today))
    if first > last:
        raise ValidationFailed(("from", "Invalid field."))
    if last - first > _LONGEST_SPAN:
        if world.switches["long_range"] == "refused":
            raise errors.invalid("The date range may be one month at most.")
        first = last - _LONGEST_SPAN
    return first, last


def _ttl(request: Request) -> timedelta:
    text = request.query.get("ttl", "")
    if text and not (text.isdigit() and int(text) <= passes.LONGEST.total_seconds()):
        raise ValidationFailed(("ttl", "Invalid field."))
    return timedelta(seconds=int(text)) if text else passes.OF_WEBHOOKS


def _for_good(request: Request) -> bool:
    action = request.query.get("action") or "trash"
    if action not in ("trash", "delete"):
        raise ValidationFailed(("action", "Invalid field."))
    return action == "delete"


def _check_recover(world: World, request: Request) -> None:
    body = json_body(request)
    if not isinstance(body, dict) or body.get("action") != "recover":
        raise ValidationFailed(("action", "Invalid field."))
    if world.switches["storage_full"]:
        raise ZoomError(
            400,
            3309,
            "Not enough cloud storage available. Either purchase additional storage or delete cloud "
            "recordings to free up storage.",
        )
