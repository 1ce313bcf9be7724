"""The endpoint challenge: at the start and every 72 hours; six failures in a row switch the address off.

Events are sent whether or not a challenge was ever answered: real apps were seen to get events without one.
"""

import json
from datetime import datetime, timedelta
from typing import TypedDict

from zoomsim.clock import milliseconds
from zoomsim.records import Delivery, Setting
from zoomsim.webhooks import sender, signature
from zoomsim.world import World

EVERY = timedelta(hours=72)
UNTIL_FIRST = timedelta(seconds=60)
_MOST_FAILURES = 6


class State(TypedDict):
    """next_at: when the next challenge is due. failures: in a row, since the address once answered well."""

    next_at: str
    passed_at: str
    failures: int
    disabled: bool


def state(world: World) -> State:
    kept = world.store.settings.get("validation")
    current: State = (
        kept.value if kept else {"next_at": "", "passed_at": "", "failures": 0, "disabled": False}
    )
    return current


def has_address(world: World) -> bool:
    """Whether webhooks have anywhere to go."""
    return bool(world.options.webhook_url) or world.options.send is not None


def challenge_if_due(world: World) -> None:
    """Challenge when it is time to."""
    with world.turn():
        now, current = world.now(), state(world)
        if not has_address(world) or not world.switches["url_validation"] or current["disabled"]:
            return
        if current["next_at"] and now < datetime.fromisoformat(current["next_at"]):
            return
    challenge(world)


def challenge(world: World) -> bool:
    """Send endpoint.url_validation now; whether the answer was right. Brings a disabled address back."""
    with world.turn():
        now = world.now()
        plain = world.chance.urlsafe("plain token", 16)
        id_ = world.chance.count("delivery")
    body = json.dumps(
        {"payload": {"plainToken": plain}, "event_ts": milliseconds(now), "event": "endpoint.url_validation"}
    )
    status, right = _ask(world, now, plain, body)
    with world.turn():
        tries = [{"at": now.isoformat(), "status": status, "error": "" if right else "wrong answer"}]
        outcome = "delivered" if right else "dropped"
        world.store.deliveries.put(
            Delivery(id_, "endpoint.url_validation", "", body, now, now, id_, outcome, now, tries)
        )
        world.store.settings.put(Setting("validation", _after(state(world), now, right=right)))
    return right


def _ask(world: World, now: datetime, plain: str, body: str) -> tuple[int, bool]:
    secret = world.options.webhook_secret
    headers = {"Content-Type": "application/json"}
    headers |= signature.headers(secret, str(int(now.timestamp())), body.encode())
    try:
        status, answer = (world.options.send or sender.send)(
            world.options.webhook_url, headers, body.encode()
        )
    except OSError:
        return 0, False
    expected = {"plainToken": plain, "encryptedToken": signature.encrypted_token(secret, plain)}
    try:
        return status, status == 200 and json.loads(answer) == expected
    except ValueError:
        return status, False


def _after(before: State, now: datetime, *, right: bool) -> State:
    if right:
        return State(next_at=(now + EVERY).isoformat(), passed_at=now.isoformat(), failures=0, disabled=False)
    if not before["passed_at"]:
        return before | {"next_at": (now + UNTIL_FIRST).isoformat()}
    failures = before["failures"] + 1
    return before | {
        "next_at": (now + EVERY).isoformat(),
        "failures": failures,
        "disabled": failures >= _MOST_FAILURES,
    }
