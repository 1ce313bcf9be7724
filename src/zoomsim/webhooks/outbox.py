"""Webhooks that wait to be sent: who is covered by the app's subscription, and what faults do to new ones."""

import json
from collections.abc import Callable
from datetime import timedelta

from zoomsim import faults
from zoomsim.oauth.scopes import allows
from zoomsim.records import Delivery, Json
from zoomsim.webhooks import validation
from zoomsim.world import World

# https://developers.zoom.us/api-hub/meetings/events/webhooks.json: "Pro or a higher plan".
_OF_PAID_PLANS = (
    "meeting.updated",
    "meeting.deleted",
    "meeting.registration_",
    "recording.",
    "user.deactivated",
    "user.deleted",
)


def is_covered(world: World, host_id: str, scope: str) -> bool:
    """Whether events about this host's meetings reach the app.

    A user-managed app hears of the hosts who authorised it, with that scope; an account's own app, of
    everybody in the account once it has fetched a token.
    """
    if world.switches["webhooks_for"] == "everyone":
        return True
    host = world.store.users.get(host_id)
    if host is None:
        return False
    grants = world.store.grants.where("user_id = ? AND revoked_at IS NULL", host_id)
    kinds = {"cloud_recording": "recording:read", "user": "user:read"}
    classic = kinds.get(scope.partition(":")[0], "meeting:read")
    own = any(allows(grant.scopes, granular=scope, classic=(classic,)) for grant in grants)
    return own or account_is_covered(world, host.account_id)


def account_is_covered(world: World, account_id: str) -> bool:
    """Whether the account's own app is in use."""
    apps = world.store.apps.where("kind = 'account' AND account_id = ?", account_id)
    return any(
        world.store.grants.count("client_id = ? AND revoked_at IS NULL", app.client_id) for app in apps
    )


def plan_has(world: World, user_id: str, event: str) -> bool:
    """Whether the plan of this user's account has the event: some are for Pro and up (switch)."""
    user = world.store.users.get(user_id)
    account = world.store.accounts.get(user.account_id) if user else None
    if account is None or account.plan != "free" or world.switches["free_plan_events"]:
        return True
    return not event.startswith(_OF_PAID_PLANS)


def post(world: World, event: str, subject: str, body: Json, beside: Callable[[], Json] = dict) -> None:
    """Queue an event if there is an address that is on. Faults lose, repeat, delay or reorder it.

    beside: makes keys next to `event`; copies have their own, as Zoom's duplicates do.
    """
    if not validation.has_address(world) or validation.state(world)["disabled"]:
        return
    effect = faults.strike_event(world, event)
    for _ in range(1 + (int(effect.get("copies", 1)) if effect.get("do") == "repeat" else 0)):
        _queue(world, event, subject, json.dumps(body | beside(), ensure_ascii=False), effect)
    _forget_old(world)
    world.something_to_send.set()


def _queue(world: World, event: str, subject: str, body: str, effect: Json) -> None:
    now, what = world.now(), effect.get("do")
    id_ = world.chance.count("delivery")
    late = timedelta(seconds=float(effect.get("seconds", 60))) if what == "delay" else timedelta()
    # A reordered event goes out after the next two, or in a minute if nothing follows.
    held = timedelta(seconds=60) if what == "reorder" else timedelta()
    world.store.deliveries.put(
        Delivery(
            id=id_,
            event=event,
            subject=subject,
            body=body,
            made_at=now,
            next_at=now + late + held,
            position=id_ + (2.5 if what == "reorder" else 0),
            state={"lose": "lost", "reorder": "held"}.get(str(what), "waiting"),
        )
    )


def _forget_old(world: World) -> None:
    oldest = world.store.deliveries.where(order="id DESC", limit=1)[0].id - int(world.switches["calls_kept"])
    if oldest > 0:
        world.store.deliveries.remove("id <= ? AND state NOT IN ('waiting', 'held', 'sending')", oldest)
