"""What happened: calls received, webhooks sent, and the truth about meetings and who was in them."""

import json
from typing import TYPE_CHECKING, Any

from zoomsim.clock import instant_text
from zoomsim.control.plain import plain
from zoomsim.webhooks import validation

if TYPE_CHECKING:
    from zoomsim.simulator import Simulator


def log(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """{"calls", "webhooks"}, oldest first. ?after= skips calls up to that id, ?operation= keeps one kind."""
    with sim.turn():
        condition, values = "id > ?", [int(fields.get("after", 0))]
        calls = sim.store.calls.where(condition, *values, order="id")
        wanted = fields.get("operation")
        return {
            "calls": [plain(call) for call in calls if wanted in (None, call.operation)],
            "webhooks": _webhooks(sim),
        }


def webhooks(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """What was queued and sent, and how the challenges went."""
    with sim.turn():
        return {"webhooks": _webhooks(sim), "validation": validation.state(sim)}


def pump(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """{"deliver": true} sends what is due now; {"validate": true} challenges the address."""
    answer: dict[str, Any] = {}
    if fields.get("validate"):
        answer["right"] = validation.challenge(sim)
    if fields.get("deliver"):
        answer["tries"] = sim.deliver_due()
    return answer


def truth(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """Every meeting that ever was, every sitting, and every stretch that somebody spent somewhere."""
    with sim.turn():
        return {
            "now": instant_text(sim.now()),
            "meetings": [plain(meeting) for meeting in sim.store.meetings.where(order="number")],
            "occurrences": [plain(one) for one in sim.store.occurrences.where(order="starts_at")],
            "registrants": [plain(one) for one in sim.store.registrants.where()],
            "instances": [plain(instance) for instance in sim.store.instances.where(order="started_at")],
            "recordings": [plain(one) for one in sim.store.recordings.where(order="id")],
            "recording_files": [plain(one) for one in sim.store.recording_files.where()],
            "visits": [plain(visit) for visit in sim.store.visits.where()],
            "stays": [plain(stay) for stay in sim.store.stays.where(order="id")],
        }


def _webhooks(sim: "Simulator") -> list[dict[str, Any]]:
    return [plain(one) | {"body": json.loads(one.body)} for one in sim.store.deliveries.where(order="id")]
