"""Clock, switches, limits, and starting afresh."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from zoomsim import limits

if TYPE_CHECKING:
    from zoomsim.simulator import Simulator


def read_clock(sim: "Simulator", fields: dict[str, Any]) -> Any:
    with sim.turn():
        return sim.clock.describe()


def move_clock(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """{"set": instant, "stopped"?: bool} or {"advance_seconds": number}; then what ran out of time ends."""
    with sim.turn():
        if "set" in fields:
            sim.clock.set(read_instant(fields["set"]), stopped=bool(fields.get("stopped", False)))
        if "advance_seconds" in fields:
            sim.clock.advance(float(fields["advance_seconds"]))
    sim.settle()
    sim.something_to_send.set()
    return read_clock(sim, {})


def read_switches(sim: "Simulator", fields: dict[str, Any]) -> Any:
    with sim.turn():
        return sim.switches.all()


def set_switches(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """{name: value, …}; all are checked before one is set."""
    with sim.turn():
        sim.switches.set(**fields)
        return sim.switches.all()


def read_limits(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """With how much of the daily quota each host has used."""
    with sim.turn():
        used = {user.email: limits.host_calls(sim, user) for user in sim.store.users.where()}
        return vars(limits.read(sim)) | {"host_calls_today": {email: n for email, n in used.items() if n}}


def set_limits(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """{"mode": off | host | on, "plan"?: free | pro | business, "host_calls_a_day"?: number}."""
    with sim.turn():
        return vars(limits.change(sim, fields))


def reset(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """Everything back to the seed, clock and switches too."""
    sim.reset()
    return {"reset": True}


def read_instant(value: Any) -> datetime:
    """ISO 8601 text or epoch seconds; without a zone it is UTC."""
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    instant = datetime.fromisoformat(str(value))
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)
