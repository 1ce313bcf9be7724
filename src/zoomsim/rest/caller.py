"""Who calls the API, and whom and what the caller may name."""

from dataclasses import dataclass

from zoomsim import errors, people
from zoomsim.http import Request
from zoomsim.meetings import schedule
from zoomsim.oauth import grants
from zoomsim.people import account_of, find_user
from zoomsim.records import Account, App, Meeting, User
from zoomsim.world import World


@dataclass(frozen=True)
class Caller:
    """An app with a good token. `user` is who granted it; for an account's own app, the account's owner."""

    app: App
    user: User
    account: Account
    scopes: list[str]

    @property
    def is_account(self) -> bool:
        return self.app.kind == "account"


def identify(world: World, request: Request) -> Caller:
    """By the Authorization header alone: tokens in the query are refused. Raises 401/124 (400: a switch)."""
    status = world.switches["bad_token_status"]
    scheme, _, value = request.headers.get("authorization", "").partition(" ")
    found = grants.find_token(world, value.strip(), "access") if scheme.lower() == "bearer" else None
    if found is None or not grants.access_works(world, *found):
        raise errors.bad_token(status)
    token, grant = found
    if world.now() >= token.expires_at:
        raise errors.expired_token(status)
    app, user = world.store.apps.get(grant.client_id), world.store.users.get(grant.user_id)
    assert app is not None
    assert user is not None
    return Caller(app, user, account_of(world, user), grant.scopes)


def named_user(world: World, caller: Caller, user_id: str, scope: str) -> User:
    """The user of an address: `me`, an id or an e-mail.

    A user-managed token reaches its own user alone. Raises 404/1001, and that or 400/4711 for somebody else.
    """
    if user_id == "me" and (not caller.is_account or world.switches["account_me"]):
        return caller.user
    user = find_user(world, user_id)
    if user is None or user.account_id != caller.account.id:
        raise errors.no_user(user_id)
    if not caller.is_account and user.id != caller.user.id:
        if world.switches["other_user"] == 1001:
            raise errors.no_user(user_id)
        raise errors.lacks_scopes([f"{scope}:admin"], world.switches["scope_refusal"])
    return user


def named_meeting(world: World, caller: Caller, number: str) -> tuple[Meeting, User]:
    """The meeting of an address and its host. Raises 400/300 for what is no number, 404/3001 otherwise."""
    digits = number.replace(" ", "").replace("-", "")
    if not digits.isascii() or not digits.isdigit():
        raise errors.invalid("Invalid meeting ID.")
    meeting = world.store.meetings.get(int(digits))
    host = world.store.users.get(meeting.host_id) if meeting else None
    if meeting is None or host is None or not may_see(caller, host):
        raise errors.no_meeting(number)
    return meeting, host


def existing_meeting(
    world: World, caller: Caller, number: str, *, webinar_code: int = 3000
) -> tuple[Meeting, User]:
    """The same, neither deleted nor expired. Raises 404/3001, and 400/3000 for a webinar."""
    meeting, host = named_meeting(world, caller, number)
    if not schedule.exists(world, meeting):
        raise errors.no_meeting(meeting.number)
    if meeting.is_webinar:
        raise errors.is_webinar(webinar_code)
    check_may_host(world, host)
    return meeting, host


def check_may_host(world: World, host: User) -> None:
    """Raises 400/3161 where what an unlicensed host has is refused too (switch `unlicensed_hosts`)."""
    if world.switches["unlicensed_hosts"] == "all" and not people.may_host(host):
        raise errors.may_not_host()


def json_body(request: Request) -> object:
    """What the request carries. Raises 400/300."""
    try:
        return request.json()
    except ValueError:
        raise errors.not_json() from None


def may_see(caller: Caller, host: User) -> bool:
    """Whether what this host holds is the caller's to see."""
    return host.account_id == caller.account.id and (caller.is_account or host.id == caller.user.id)
