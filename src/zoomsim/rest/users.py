"""Users: the account's list, and of one who it is, its settings, schedulers, assistants and ZAKs."""

from datetime import timedelta

from zoomsim import errors, paging, people
from zoomsim.clock import instant_text
from zoomsim.http import Request, Response, json_response
from zoomsim.meetings import zak
from zoomsim.records import Json, User
from zoomsim.rest.caller import Caller, named_user
from zoomsim.world import World

_LONGEST_ZAK = timedelta(days=365)
_ZAK_OF_ME = timedelta(minutes=5)
_LARGEST_PAGE = 2_000
# What a row of the list has of a user.
_LISTED = (
    "id",
    "first_name",
    "last_name",
    "display_name",
    "email",
    "type",
    "pmi",
    "timezone",
    "verified",
    "dept",
    "created_at",
    "user_created_at",
    "last_login_time",
    "group_ids",
    "im_group_ids",
    "role_id",
    "status",
)


def list_users(world: World, caller: Caller, request: Request) -> Response:
    """The account's people by `status` (active), perhaps of one `role_id`."""
    wanted = paging.asked(world, f"users {caller.account.id}", request.query, largest=_LARGEST_PAGE)
    status, role = wanted.query.get("status") or "active", wanted.query.get("role_id", "")
    if status not in ("active", "inactive", "pending"):
        raise errors.ValidationFailed(("status", "Invalid field."))
    found = world.store.users.where("account_id = ? AND status = ?", caller.account.id, status)
    bodies = [body(world, user) for user in found]
    rows, around = paging.cut(world, wanted, [one for one in bodies if role in ("", one["role_id"])])
    shown = [{name: one[name] for name in _LISTED} for one in rows]
    return json_response(200, around | {"page_number": paging.number(wanted), "users": shown})


def list_schedulers(world: World, caller: Caller, request: Request) -> Response:
    """The users for whom this one may schedule."""
    user = named_user(world, caller, request.path_values["userId"], "user:read:list_schedulers")
    found = [world.store.users.get(id_) for id_ in user.schedules_for]
    rows = [{"id": one.id, "email": one.email, "pmi": one.pmi} for one in found if one is not None]
    return json_response(200, {"schedulers": rows})


def list_assistants(world: World, caller: Caller, request: Request) -> Response:
    """The users who may schedule for this one."""
    user = named_user(world, caller, request.path_values["userId"], "user:read:list_assistants")
    colleagues = world.store.users.where("account_id = ? AND status <> 'deleted'", user.account_id)
    rows = [
        {"id": one.id, "email": one.email, "can_manage_host_private_event": False}
        for one in colleagues
        if user.id in one.schedules_for
    ]
    return json_response(200, {"assistants": rows})


def get_user(world: World, caller: Caller, request: Request) -> Response:
    return json_response(
        200, body(world, named_user(world, caller, request.path_values["userId"], "user:read:user"))
    )


def get_settings(world: World, caller: Caller, request: Request) -> Response:
    """All settings, or with `option` those about security or authentication."""
    user = named_user(world, caller, request.path_values["userId"], "user:read:settings")
    option = request.query.get("option", "")
    if option == "meeting_security":
        return json_response(200, {"meeting_security": people.security_of(world, user)})
    if option == "meeting_authentication":
        return json_response(200, people.authentication_of(user))
    return json_response(200, people.settings_of(world, user))


def get_token(world: World, caller: Caller, request: Request) -> Response:
    """A ZAK for `ttl` seconds (two hours, at most a year). Other kinds of token are no longer given."""
    user = named_user(world, caller, request.path_values["userId"], "user:read:token")
    if request.query.get("type", "token") != "zak":
        raise errors.ZoomError(400, 2300, "This API endpoint is not recognized.")
    ttl = request.query.get("ttl", "7200")
    if not ttl.isdigit():
        raise errors.ValidationFailed(("ttl", "Invalid field."))
    life = min(timedelta(seconds=int(ttl)), _LONGEST_ZAK) if int(ttl) else zak.START_LINK_LIFE
    return json_response(200, {"token": zak.make(world, user, life)})


def get_my_zak(world: World, caller: Caller, request: Request) -> Response:
    """Good for five minutes."""
    return json_response(200, {"token": zak.make(world, caller.user, _ZAK_OF_ME)})


def body(world: World, user: User) -> Json:
    """A user as GET /users/{userId} answers."""
    account = people.account_of(world, user)
    is_owner = account.owner_id == user.id
    return {
        "id": user.id,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "display_name": user.display_name,
        "email": user.email,
        "type": user.type,
        "role_name": "Owner" if is_owner else "Member",
        "role_id": "0" if is_owner else "2",
        "pmi": user.pmi,
        "use_pmi": False,
        "personal_meeting_url": f"{world.base_url}/j/{user.pmi}",
        "timezone": user.timezone,
        "verified": 1,
        "dept": "",
        "created_at": instant_text(user.created_at),
        "user_created_at": instant_text(user.created_at),
        "last_login_time": instant_text(user.created_at),
        "group_ids": [],
        "im_group_ids": [],
        "jid": f"{user.id.lower()}@xmpp.zoom.us",
        "account_id": user.account_id,
        "account_number": account.number,
        "language": "en-US",
        "phone_country": "",
        "phone_number": "",
        "status": user.status,
        "job_title": "",
        "location": "",
        "login_types": [100],
    }
