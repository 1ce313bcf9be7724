"""Faults: listing, adding, clearing."""

from typing import TYPE_CHECKING, Any

from zoomsim import faults
from zoomsim.control.plain import plain

if TYPE_CHECKING:
    from zoomsim.simulator import Simulator


def listed(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """Those that may still strike, and those that are used up."""
    with sim.turn():
        return {"faults": [plain(fault) for fault in sim.store.faults.where(order="id")]}


def add(sim: "Simulator", fields: dict[str, Any]) -> Any:
    with sim.turn():
        return plain(faults.add(sim, fields))


def clear(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """{"id": number} for one, all without."""
    with sim.turn():
        if "id" in fields:
            sim.store.faults.remove("id = ?", int(fields["id"]))
        else:
            sim.store.faults.remove()
        return {"faults": []} if "id" not in fields else listed(sim, {})
