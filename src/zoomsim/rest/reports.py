"""Reports, for admins alone: a meeting, who took part in it, and the meetings of a user. Those of all hosts
are in `host_reports`."""

from datetime import UTC, date, datetime, time, timedelta

from zoomsim import errors, paging, people
from zoomsim.clock import instant_text
from zoomsim.errors import ValidationFailed, ZoomError
from zoomsim.http import Request, Response, json_response
from zoomsim.meetings import past
from zoomsim.meetings.past import Attendance
from zoomsim.records import Account, Instance, Json, Meeting, User
from zoomsim.rest.caller import Caller, named_user
from zoomsim.rest.past_meetings import attendance, check_age, company
from zoomsim.world import World

_LONGEST_SPAN = timedelta(days=31)


def get_meeting(world: World, caller: Caller, request: Request) -> Response:
    foreign = ZoomError(404, 1001, "User does not exist.")
    instance, meeting, host = _reported(world, caller, request.path_values["meetingId"], foreign)
    return json_response(200, {**_figures(world, instance, meeting, host), "custom_keys": [], "dept": ""})


def list_participants(world: World, caller: Caller, request: Request) -> Response:
    """A row for each join, and for each stretch in a breakout room; with `include_fields=registrant_id` as
    whom they registered.

    Before Zoom has worked it out there is none, or one with durations of 0 (switch `early_report`).
    """
    foreign = ZoomError(400, 1010, f"User does not belong to this account:{caller.account.id}.")
    instance, _, _ = _reported(world, caller, request.path_values["meetingId"], foreign)
    wanted = paging.asked(world, f"report participants {instance.uuid}", request.query)
    with_registrant = "registrant_id" in wanted.query.get("include_fields", "").split(",")
    rows, around = paging.cut(world, wanted, company(world, instance, request, aside=True))
    shown = [_row(world, instance, one, with_registrant=with_registrant) for one in rows]
    return json_response(200, around | {"participants": shown})


def list_meetings(world: World, caller: Caller, request: Request) -> Response:
    """A user's sittings that are over and worked out, from day `from` to day `to`, a month at most."""
    user = named_user(world, caller, request.path_values["userId"], "report:read:user")
    check_plan(people.account_of(world, user))
    wanted = paging.asked(world, f"report meetings {user.id}", request.query)
    first, last = days(world, wanted.query)
    found = [
        (instance, meeting)
        for instance in ended(world, user, first, last)
        if (meeting := world.store.meetings.get(instance.meeting_number)) is not None
    ]
    rows, around = paging.cut(world, wanted, found)
    shown = [
        _figures(world, instance, meeting, user) | {"source": "Zoom", "has_chat": False}
        for instance, meeting in rows
    ]
    span = {"from": first.isoformat(), "to": last.isoformat(), "page_number": paging.number(wanted)}
    return json_response(200, around | span | {"meetings": shown})


def _reported(world: World, caller: Caller, key: str, foreign: ZoomError) -> tuple[Instance, Meeting, User]:
    """Raises `foreign` for another account's, 400/200 on a free plan, 400/12702 and 404/3001."""
    instance = past.find(world, key)
    meeting = world.store.meetings.get(instance.meeting_number) if instance else None
    host = world.store.users.get(instance.host_id) if instance else None
    if instance is None or meeting is None or host is None:
        raise _not_found(key)
    if host.account_id != caller.account.id:
        raise foreign
    check_plan(caller.account)
    check_age(world, instance, "Can not access meeting a year ago.")
    if not past.is_processed(world, instance) and world.switches["early_report"] == "none":
        raise _not_found(key)
    return instance, meeting, host


def _not_found(key: str) -> ZoomError:
    return ZoomError(404, 3001, f"Meeting {key} not found or has expired.")


def check_plan(account: Account) -> None:
    """Raises 400/200 on a free plan."""
    if account.plan == "free":
        raise ZoomError(400, 200, "No permission.")


def _row(world: World, instance: Instance, one: Attendance, *, with_registrant: bool) -> Json:
    body = attendance(world, instance, one) | {
        "customer_key": "",
        "bo_mtg_id": one.breakout_uuid,
        "participant_user_id": one.visit.zoom_user_id,
    }
    return body | ({"registrant_id": one.visit.registrant_id} if with_registrant else {})


def _figures(world: World, instance: Instance, meeting: Meeting, host: User) -> Json:
    assert instance.ended_at is not None
    return {
        "uuid": instance.uuid,
        "id": meeting.number,
        "type": meeting.type,
        "topic": meeting.topic,
        "user_name": host.display_name,
        "user_email": host.email,
        "start_time": instant_text(instance.started_at),
        "end_time": instant_text(instance.ended_at),
        "duration": past.minutes(instance),
        "total_minutes": past.total_minutes(world, instance),
        "participants_count": past.people_count(world, instance),
    }


def ended(world: World, user: User, first: date, last: date) -> list[Instance]:
    """A host's sittings of these days that are over and worked out, oldest first."""
    found = world.store.instances.where(
        "host_id = ? AND ended_at IS NOT NULL AND started_at >= ? AND started_at < ?",
        user.id,
        datetime.combine(first, time.min, UTC),
        datetime.combine(last, time.min, UTC) + timedelta(days=1),
        order="started_at, rowid",
    )
    return [one for one in found if past.is_processed(world, one)]


def days(world: World, query: dict[str, str]) -> tuple[date, date]:
    """`from` and `to`, a month apart at most. Raises 300."""
    today = world.now().date()
    last = day(query, "to", today)
    first = day(query, "from", last)
    if not timedelta() <= last - first <= _LONGEST_SPAN:
        raise ValidationFailed(("from", "The range may be one month at most."))
    return first, last


def day(query: dict[str, str], name: str, default: date) -> date:
    """A day of a query, of which a time of day is left out (zoomus sends one). Raises 300."""
    try:
        return date.fromisoformat(query[name].partition("T")[0]) if query.get(name) else default
    except ValueError:
        raise errors.ValidationFailed((name, "Invalid field.")) from None
