"""Sends what waits: within three seconds or again after 5, 20 and 60 minutes, then never.

https://developers.zoom.us/blog/webhook-delays. Only 5xx, timeouts and broken connections are tried again,
unless the switch `retry_4xx` is on. Nothing is locked while an answer is awaited.
"""

from dataclasses import replace
from datetime import timedelta

from zoomsim.clock import milliseconds
from zoomsim.records import Delivery
from zoomsim.webhooks import sender, signature
from zoomsim.world import World

PAUSES = (timedelta(minutes=5), timedelta(minutes=20), timedelta(minutes=60))


def send_due(world: World) -> int:
    """Send everything that is due, in order. How many tries there were."""
    tries = 0
    while (delivery := claim(world)) is not None:
        finish(world, delivery, *attempt(world, delivery))
        tries += 1
    return tries


def claim(world: World) -> Delivery | None:
    """Take the next one that is due; of one meeting only one is on its way at a time."""
    with world.turn():
        _release_held(world)
        found = world.store.deliveries.where(
            "state = 'waiting' AND next_at <= ? AND subject NOT IN "
            "(SELECT subject FROM delivery WHERE state = 'sending')",
            world.now(),
            order="position",
            limit=1,
        )
        if not found:
            return None
        stamped = found[0].stamped_at if not world.switches["retries_restamped"] else None
        return world.store.deliveries.put(
            replace(found[0], state="sending", stamped_at=stamped or world.now())
        )


def attempt(world: World, delivery: Delivery) -> tuple[int, str]:
    """Post it once: the status, or 0 and why nobody answered."""
    assert delivery.stamped_at is not None
    body = delivery.body.encode()
    with world.turn():  # several are sent at a time
        unit = world.switches["timestamp_unit"]
    stamp = (
        milliseconds(delivery.stamped_at) if unit == "milliseconds" else int(delivery.stamped_at.timestamp())
    )
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Zoom Marketplace/1.0a",
        "x-zm-trackingid": f"v=2.0;clid=sim;rid=WEB_{delivery.id:08x}{len(delivery.tries)}",
        **signature.headers(world.options.webhook_secret, str(stamp), body),
    }
    send = world.options.send or sender.send
    try:
        status, _ = send(world.options.webhook_url, headers, body)
    except OSError as problem:
        return 0, f"{type(problem).__name__}: {problem}"
    return status, ""


def finish(world: World, delivery: Delivery, status: int, error: str) -> None:
    """Note the try, and when the next one is, if there is one."""
    with world.turn():
        now = world.now()
        delivery.tries = [*delivery.tries, {"at": now.isoformat(), "status": status, "error": error}]
        if 200 <= status < 300:
            delivery.state = "delivered"
        elif not _deserves_another(world, status) or len(delivery.tries) > len(PAUSES):
            delivery.state = "dropped"
        else:
            delivery.state, delivery.next_at = "waiting", now + PAUSES[len(delivery.tries) - 1]
        world.store.deliveries.put(delivery)


def take_back(world: World) -> None:
    """After a restart: what was on its way may or may not have arrived, and is sent again."""
    with world.turn():
        for delivery in world.store.deliveries.where("state = 'sending'"):
            world.store.deliveries.put(replace(delivery, state="waiting"))


def _deserves_another(world: World, status: int) -> bool:
    return status == 0 or status >= 500 or bool(world.switches["retry_4xx"])


def _release_held(world: World) -> None:
    """A held-back event goes once two later ones are on their way, or its time is up."""
    newest = world.store.deliveries.where(order="id DESC", limit=1)
    for held in world.store.deliveries.where("state = 'held'"):
        if newest[0].id >= held.id + 2 or held.next_at <= world.now():
            world.store.deliveries.put(replace(held, state="waiting", next_at=min(held.next_at, world.now())))
