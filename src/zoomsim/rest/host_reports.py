"""The report of all hosts of an account: how many meetings each held, for how long, with how many people.

GET /report/users, for admins alone.
"""

from datetime import date

from zoomsim import paging
from zoomsim.errors import ValidationFailed
from zoomsim.http import Request, Response, json_response
from zoomsim.meetings import past
from zoomsim.records import Json, User
from zoomsim.rest.caller import Caller
from zoomsim.rest.reports import check_plan, days, ended
from zoomsim.world import World

ACTIVE, INACTIVE = "active", "inactive"


def list_hosts(world: World, caller: Caller, request: Request) -> Response:
    """From day `from` to day `to`; `type` active (had meetings: if nothing is said) or inactive."""
    check_plan(caller.account)
    wanted = paging.asked(world, f"report users {caller.account.id}", request.query)
    first, last = _span(world, wanted.query)
    kind = wanted.query.get("type") or ACTIVE
    if kind not in (ACTIVE, INACTIVE):
        raise ValidationFailed(("type", "Invalid field."))
    users = world.store.users.where("account_id = ? AND status <> 'deleted'", caller.account.id)
    figures = [_figures(world, user, first, last) for user in users]
    found = [one for one in figures if bool(one["meetings"]) == (kind == ACTIVE)]
    rows, around = paging.cut(world, wanted, found)
    body: Json = {
        "from": first.isoformat(),
        "to": last.isoformat(),
        "page_number": paging.number(wanted),
        "total_meetings": sum(one["meetings"] for one in found),
        "total_participants": sum(one["participants"] for one in found),
        "total_meeting_minutes": sum(one["meeting_minutes"] for one in found),
    }
    return json_response(200, around | body | {"users": rows})


def _span(world: World, query: dict[str, str]) -> tuple[date, date]:
    """Both days have to be named."""
    if missing := [(name, "Required.") for name in ("from", "to") if not query.get(name)]:
        raise ValidationFailed(*missing)
    return days(world, query)


def _figures(world: World, user: User, first: date, last: date) -> Json:
    held = ended(world, user, first, last)
    return {
        "id": user.id,
        "email": user.email,
        "user_name": user.display_name,
        "type": user.type,
        "dept": "",
        "meetings": len(held),
        "participants": sum(past.people_count(world, one) for one in held),
        "meeting_minutes": sum(past.minutes(one) for one in held),
        "custom_attributes": [],
    }
