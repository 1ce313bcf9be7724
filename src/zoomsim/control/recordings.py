"""Recording by hand, as a host does in the meeting, and all that was recorded."""

from typing import TYPE_CHECKING, Any

from zoomsim.control.plain import plain
from zoomsim.meetings import schedule
from zoomsim.recordings import making

if TYPE_CHECKING:
    from zoomsim.simulator import Simulator

_ACTIONS = {"start": making.start, "pause": making.pause, "resume": making.resume, "stop": making.stop}


def listed(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """Every stretch that was recorded, with its files."""
    with sim.turn():
        return {
            "recordings": [
                plain(one)
                | {"files": [plain(f) for f in sim.store.recording_files.where("recording_id = ?", one.id)]}
                for one in sim.store.recordings.where(order="id")
            ]
        }


def act(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """{"meeting": number, "action": start, pause, resume or stop}: of a meeting that runs."""
    action = _ACTIONS.get(str(fields.get("action")))
    if action is None:
        raise ValueError(f"action must be one of {', '.join(_ACTIONS)}")
    with sim.turn():
        meeting = sim.store.meetings.get(int(fields["meeting"]))
        instance = schedule.running_instance(sim, meeting) if meeting else None
        if meeting is None or instance is None:
            raise ValueError("the meeting is not running")
        try:
            action(sim, meeting, instance, sim.now())
        except making.CannotRecord as problem:
            raise ValueError(str(problem)) from problem
    return listed(sim, {})
