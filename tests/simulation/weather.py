"""What goes wrong: calls, answers and webhooks on their way, and processes that die at a crash point."""

from __future__ import annotations

from eduraise.core.crash import POINTS
from eduraise.zoom.models import ZoomUser
from tests.simulation.scene import Scene

CALLS = (
    "addBatchRegistrants",
    "meetingRegistrantCreate",
    "meetingRegistrantStatus",
    "meetingCreate",
    "meetingUpdate",
    "meetingDelete",
    "meeting",
    "meetings",
    "oauthToken",
    "oauthToken",
)
EFFECTS = (
    {"do": "drop_before"},
    {"do": "do_then_drop"},
    {"do": "status", "status": 500},
    {"do": "status", "status": 502, "work": True},
    {"do": "status", "status": 429, "headers": {"Retry-After": "7"}},
    {"do": "mangle", "how": "html"},
    {"do": "mangle", "how": "truncated"},
    {"do": "mangle", "how": "wrong_types"},
    {"do": "delay", "seconds": 60},
)
LOSSES = ({"do": "lose"}, {"do": "repeat"}, {"do": "reorder"}, {"do": "delay", "seconds": 90})
# what no act of a run passes
NOT_HERE = (
    "programs.import.line_written",
    "planner.group.written",
    "recordings.settle.claimed",
    "recordings.settle.sent",
    "recordings.copy.written",
)


class Died(BaseException):
    """A process is no more: no code of ours may catch this."""


class Weather:
    """Arms faults at Zoom and on the way, and deaths here. died: where, so far."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.sim, self.chance = scene, scene.sim, scene.chance
        self.died: list[str] = []
        self._points: tuple[str, ...] = ()
        self._left = 0

    def go_wrong(self) -> str:
        """The next call of some kind suffers something."""
        effect, call = self.chance.choice(EFFECTS), self.chance.choice(CALLS)
        self.sim.control("POST", "faults", match={"operation": call}, effect=effect, times=1)
        return f"{call} {effect}"

    def lose_webhooks(self) -> str:
        """The next webhook does."""
        effect = self.chance.choice(LOSSES)
        self.sim.control("POST", "faults", match={"event": "meeting.*"}, effect=effect, times=1)
        return str(effect)

    def run_out(self) -> str:
        """A host's access token comes to its end, so that the next call spends her refresh token."""
        host = self.chance.choice(list(ZoomUser.objects.order_by("pk")))
        ZoomUser.objects.filter(pk=host.pk).update(access_expires_at=self.scene.now)
        return host.email

    def doom(self) -> str:
        """A process will die at a certain point, or at whichever is the nth to be passed."""
        points = tuple(point for point in POINTS if point not in NOT_HERE)
        self._points = points if self.chance.random() < 0.5 else (self.chance.choice(points),)
        self._left = self.chance.randrange(1, 6) if len(self._points) > 1 else 1
        return f"at {self._points[0]}" if len(self._points) == 1 else f"at the {self._left}. point"

    def doom_at(self, point: str) -> None:
        """A process will die at this point."""
        self._points, self._left = (point,), 1

    def passing(self, point: str) -> None:
        """What happens at a crash point. Raises Died."""
        if self._left and point in self._points:
            self._left -= 1
            if self._left == 0:
                self.died.append(point)
                raise Died(point)

    def clear_up(self) -> None:
        """Nothing goes wrong any more."""
        self._left = 0
        self.sim.control("DELETE", "faults")
