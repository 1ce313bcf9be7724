"""Registrants of a meeting: register one or many, list, read, approve, deny, cancel, delete."""

from zoomsim import errors, limits, paging
from zoomsim.errors import ValidationFailed, ZoomError
from zoomsim.http import Request, Response, json_response
from zoomsim.meetings import schedule
from zoomsim.meetings.fields import SCHEDULED
from zoomsim.records import Meeting, Occurrence, Registrant, User
from zoomsim.registrants import answers, fields, questions, registration
from zoomsim.rest.caller import Caller, check_may_host, existing_meeting, json_body, named_meeting
from zoomsim.world import World

_LISTED = (registration.APPROVED, registration.PENDING, registration.DENIED)
_ACTIONS = {
    "approve": registration.APPROVED,
    "deny": registration.DENIED,
    "cancel": registration.CANCELLED,
}


def add_registrant(world: World, caller: Caller, request: Request) -> Response:
    """`occurrence_ids` chooses dates of a series whose registration is for single dates."""
    meeting, host = _meeting_to_register_for(world, caller, request)
    who = fields.read(json_body(request))
    registration.check_open(world, meeting, host)
    limits.take_registrant_add(world, meeting, who.email)
    ids = [id_ for id_ in request.query.get("occurrence_ids", "").split(",") if id_]
    occurrences = [_occurrence(world, meeting, id_) for id_ in ids]
    approve = _wants_approval(request)
    registrant = registration.register(world, meeting, who, occurrences, auto_approve=approve)
    return json_response(201, answers.confirmation(world, meeting, registrant))


def add_batch(world: World, caller: Caller, request: Request) -> Response:
    """Up to thirty at once, for a scheduled meeting: all of them or none."""
    meeting, host = existing_meeting(world, caller, request.path_values["meetingId"])
    everybody = fields.read_many(json_body(request))
    if meeting.type != SCHEDULED:
        raise ZoomError(
            400,
            303,
            "This API can only be used for scheduled meeting(meeting type: 2). Batch registration is not "
            "supported for other meeting types.",
        )
    registration.check_open(world, meeting, host)
    for who in everybody:
        limits.take_registrant_add(world, meeting, who.email)
    if any(who.email in registration.hosts_of(world, meeting) for who in everybody):
        raise ZoomError(400, 3027, "Host can not register.")
    registration.check_room(world, meeting, [who.email for who in everybody])
    approve = _wants_approval(request)
    made = [registration.register(world, meeting, who, auto_approve=approve) for who in everybody]
    return json_response(201, {"registrants": [answers.of_batch(world, meeting, one) for one in made]})


def list_registrants(world: World, caller: Caller, request: Request) -> Response:
    """By status (approved); of one date with `occurrence_id`."""
    meeting, host = existing_meeting(world, caller, request.path_values["meetingId"], webinar_code=300)
    _check_enabled(meeting, host)
    wanted = paging.asked(world, f"registrants {meeting.number}", request.query)
    status = wanted.query.get("status") or registration.APPROVED
    if status not in _LISTED:
        raise ValidationFailed(("status", "Invalid field."))
    found = world.store.registrants.where("meeting_number = ? AND status = ?", meeting.number, status)
    date = wanted.query.get("occurrence_id", "")
    if date:
        found = [one for one in found if not one.occurrence_ids or date in one.occurrence_ids]
    rows, around = paging.cut(world, wanted, found)
    shown = [answers.row(world, meeting, one) for one in rows]
    return json_response(200, around | {"page_number": paging.number(wanted), "registrants": shown})


def get_registrant(world: World, caller: Caller, request: Request) -> Response:
    meeting, host = existing_meeting(world, caller, request.path_values["meetingId"])
    _check_enabled(meeting, host)
    registrant = _registrant(world, meeting, request.path_values["registrantId"])
    return json_response(200, answers.row(world, meeting, registrant))


def put_status(world: World, caller: Caller, request: Request) -> Response:
    """approve, deny or cancel up to thirty, each known by id or by e-mail."""
    meeting, host = existing_meeting(world, caller, request.path_values["meetingId"])
    body = json_body(request)
    if not isinstance(body, dict):
        raise errors.not_json()
    status, rows = _ACTIONS.get(str(body.get("action"))), body.get("registrants")
    if status is None:
        raise ValidationFailed(("action", "Invalid field."))
    if not isinstance(rows, list) or not 1 <= len(rows) <= fields.MOST_AT_ONCE:
        raise ValidationFailed(("registrants", f"Name 1 to {fields.MOST_AT_ONCE} registrants."))
    _check_enabled(meeting, host)
    chosen = [_named(world, meeting, row) for row in rows]
    for one in chosen:
        limits.take_registrant_change(world, meeting, one.email)
    date = request.query.get("occurrence_id", "")
    for one in chosen:
        registration.change_status(world, meeting, one, status, caller.user, date)
    return Response(204)


def delete_registrant(world: World, caller: Caller, request: Request) -> Response:
    """One registration, or one date of it with `occurrence_id`."""
    meeting, host = existing_meeting(world, caller, request.path_values["meetingId"])
    _check_enabled(meeting, host)
    registrant = _registrant(world, meeting, request.path_values["registrantId"])
    date = request.query.get("occurrence_id", "")
    registration.change_status(world, meeting, registrant, registration.CANCELLED, caller.user, date)
    return Response(204)


def get_questions(world: World, caller: Caller, request: Request) -> Response:
    return json_response(200, questions.of(_asking(world, caller, request)))


def patch_questions(world: World, caller: Caller, request: Request) -> Response:
    """Each list that is named takes the place of the one there was."""
    meeting = _asking(world, caller, request)
    meeting.questions = questions.of(meeting) | questions.read(json_body(request))
    world.store.meetings.put(meeting)
    return Response(204)


def _asking(world: World, caller: Caller, request: Request) -> Meeting:
    """The meeting of an address. For a webinar these operations document no refusal but 404/3001."""
    meeting, host = named_meeting(world, caller, request.path_values["meetingId"])
    if meeting.is_webinar or not schedule.exists(world, meeting):
        raise errors.no_meeting(meeting.number)
    check_may_host(world, host)
    return meeting


def _meeting_to_register_for(world: World, caller: Caller, request: Request) -> tuple[Meeting, User]:
    """Zoom documents code 1001, elsewhere that of a user, for a missing meeting here (a switch)."""
    number = request.path_values["meetingId"]
    try:
        return existing_meeting(world, caller, number)
    except ZoomError as error:
        if error.status != 404:
            raise
        code = world.switches["register_no_meeting"]
        raise ZoomError(404, code, f"Meeting does not exist: {number}.") from error


def _check_enabled(meeting: Meeting, host: User) -> None:
    registration.check_licence(host)
    if not registration.is_needed(meeting):
        raise registration.not_enabled(meeting, 300)


def _occurrence(world: World, meeting: Meeting, id_: str) -> Occurrence:
    found = world.store.occurrences.get(f"{meeting.number}:{id_}")
    if found is None or found.status != "available":
        raise errors.invalid("Invalid parameter: `occurrence_id`.")
    return found


def _registrant(world: World, meeting: Meeting, key: str) -> Registrant:
    found = registration.find(world, meeting, key)
    if found is None:
        raise errors.invalid(
            "The value that you entered for the Registrant ID field is invalid. Enter a valid value and try "
            "again."
        )
    return found


def _named(world: World, meeting: Meeting, row: object) -> Registrant:
    """One row of PUT status: by id, and by e-mail where there is no id."""
    names = row if isinstance(row, dict) else {}
    return _registrant(world, meeting, str(names.get("id") or names.get("email") or ""))


def _wants_approval(request: Request) -> bool:
    body = request.json()
    return bool(isinstance(body, dict) and body.get("auto_approve") is True)
