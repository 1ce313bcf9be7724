"""Zoom's accounts and users: adding, changing plan and licence, deactivating, revoking, granting."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from zoomsim import people, seed
from zoomsim.control.plain import plain
from zoomsim.oauth import grants
from zoomsim.oauth.scopes import scopes_of
from zoomsim.records import Account, User
from zoomsim.webhooks import events

if TYPE_CHECKING:
    from zoomsim.simulator import Simulator

_TYPES = {"basic": seed.BASIC, "licensed": seed.LICENSED, "none": seed.UNASSIGNED}
_WAYS_OUT = {"delete": "user.deleted", "disassociate": "user.disassociated"}
_PLANS = ("free", "pro", "business", "education")


def users(sim: "Simulator", fields: dict[str, Any]) -> Any:
    with sim.turn():
        return {"users": [plain(user) for user in sim.store.users.where()]}


def put_user(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """{"email", …}: added if unknown, else changed.

    first_name, last_name, account, licence (basic, licensed, none), status (active, inactive), timezone,
    settings ({section: {name: value}}), schedules_for (e-mails of those who let this one schedule),
    revoke: true (the user removes the app), delete: true or disassociate: true (the user leaves the account,
    with all meetings).
    """
    with sim.turn():
        user = people.find_user(sim, str(fields["email"])) or _new_user(sim, fields)
        _check_settings(sim, user, fields.get("settings", {}))
        before = user
        user = replace(
            user,
            first_name=str(fields.get("first_name", user.first_name)),
            last_name=str(fields.get("last_name", user.last_name)),
            type=_TYPES[fields["licence"]] if "licence" in fields else user.type,
            status=str(fields.get("status", user.status)),
            timezone=str(fields.get("timezone", user.timezone)),
            settings=user.settings | fields.get("settings", {}),
            schedules_for=_ids(sim, fields["schedules_for"])
            if "schedules_for" in fields
            else user.schedules_for,
        )
        sim.store.users.put(user)
        _tell_change(sim, before, user)
        if fields.get("revoke"):
            _revoke(sim, user)
        for way, event in _WAYS_OUT.items():
            if fields.get(way):
                _remove(sim, user, event)
        return plain(user)


def accounts(sim: "Simulator", fields: dict[str, Any]) -> Any:
    with sim.turn():
        return {"accounts": [plain(account) for account in sim.store.accounts.where()]}


def change_account(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """{"id", "plan"?, "locks"?: {setting: value}}; the lock `passcode`: true forces one on every meeting."""
    with sim.turn():
        account = sim.store.accounts.get(fields["id"])
        if account is None:
            raise LookupError(f"no account {fields['id']}")
        plan = fields.get("plan", account.plan)
        if plan not in _PLANS:
            raise ValueError(f"plan must be one of {', '.join(_PLANS)}")
        changed: Account = replace(account, plan=plan, locks=fields.get("locks", account.locks))
        return plain(sim.store.accounts.put(changed))


def grant(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """{"email", "scopes"?, "client_id"?}: authorise the app without the page; the token endpoint's answer."""
    with sim.turn():
        user = people.find_user(sim, str(fields["email"]))
        app = sim.store.apps.get(fields.get("client_id", seed.USER_APP.client_id))
        if user is None or app is None:
            raise LookupError("no such user or app")
        scopes = [str(scope) for scope in fields.get("scopes") or scopes_of(sim, app)]
        return grants.issue_tokens(sim, grants.new_grant(sim, app, user, scopes))


def _check_settings(sim: "Simulator", user: User, settings: Any) -> None:
    """Sections as Zoom has them, each with names and values; what Zoom's defaults have is of their kind."""
    if not isinstance(settings, dict):
        raise ValueError("settings must be {section: {name: value}}")
    known = people.settings_of(sim, replace(user, settings={}))
    for section, values in settings.items():
        if section not in known or not isinstance(values, dict):
            raise ValueError(f"settings must be {{section: {{name: value}}}}, a section {', '.join(known)}")
        for name, value in values.items():
            if name in known[section] and type(value) is not type(known[section][name]):
                kind = type(known[section][name]).__name__
                raise ValueError(f"settings: {section}.{name} must be of the kind {kind}")


def _ids(sim: "Simulator", emails: list[str]) -> list[str]:
    found = {email: people.find_user(sim, str(email)) for email in emails}
    if missing := [email for email, user in found.items() if user is None]:
        raise LookupError(f"no user {', '.join(missing)}")
    return [user.id for user in found.values() if user is not None]


def _new_user(sim: "Simulator", fields: dict[str, Any]) -> User:
    account = str(fields.get("account", seed.SCHOOL))
    if sim.store.accounts.get(account) is None:
        raise LookupError(f"no account {account}")
    email = str(fields["email"])
    return seed.add_user(sim, account, email, email.split("@")[0].title(), "", seed.LICENSED)


def _tell_change(sim: "Simulator", before: User, user: User) -> None:
    if user.status != before.status:
        event = "user.activated" if user.status == "active" else "user.deactivated"
        events.user_changed(sim, event, user, _owner(sim, user))
    events.user_updated(sim, before, user, _owner(sim, user))


def _remove(sim: "Simulator", user: User, event: str) -> None:
    """Somebody leaves the account for good; meetings and authorisations end with them."""
    for meeting in sim.store.meetings.where("host_id = ? AND deleted_at IS NULL", user.id):
        sim.store.meetings.put(replace(meeting, deleted_at=sim.now()))
    events.user_changed(sim, event, user, _owner(sim, user))
    for found in sim.store.grants.where("user_id = ? AND revoked_at IS NULL", user.id):
        grants.end_grant(sim, found)
    sim.store.users.put(replace(user, status="deleted"))


def _owner(sim: "Simulator", user: User) -> User:
    return sim.store.users.get(people.account_of(sim, user).owner_id) or user


def _revoke(sim: "Simulator", user: User) -> None:
    for found in sim.store.grants.where("user_id = ? AND revoked_at IS NULL", user.id):
        grants.end_grant(sim, found)
        events.app_deauthorised(sim, found)
