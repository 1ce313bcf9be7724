"""The simulator's own time: real time, moved or stopped."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypedDict

from zoomsim.records import Setting
from zoomsim.store import Store

_NAME = "clock"


class _State(TypedDict):
    stopped_at: str | None
    moved_by: float


class Clock:
    """Tells what time it is at Zoom.

    Real time (`read`) plus the seconds in `offset_file` (shared with whoever else follows that file), plus
    what `/_sim/clock` moved it by; or one instant, when it was stopped.
    """

    def __init__(self, store: Store, read: Callable[[], float], offset_file: str | None) -> None:
        self._store = store
        self._read = read
        self._offset_file = Path(offset_file) if offset_file else None

    def now(self) -> datetime:
        state = self._state()
        if state["stopped_at"] is not None:
            return datetime.fromisoformat(state["stopped_at"])
        return datetime.fromtimestamp(self._running() + state["moved_by"], UTC)

    def set(self, instant: datetime, *, stopped: bool) -> None:
        """Make it that instant now: stopped there until moved, or running on from it."""
        if stopped:
            self._keep(instant.astimezone(UTC).isoformat(), 0.0)
        else:
            self._keep(None, instant.timestamp() - self._running())

    def advance(self, seconds: float) -> None:
        """Move on, whether it is stopped or runs."""
        state = self._state()
        if state["stopped_at"] is not None:
            moved = datetime.fromisoformat(state["stopped_at"]) + timedelta(seconds=seconds)
            self._keep(moved.isoformat(), 0.0)
        else:
            self._keep(None, state["moved_by"] + seconds)

    def describe(self) -> dict[str, object]:
        return {"now": instant_text(self.now()), "stopped": self._state()["stopped_at"] is not None}

    def _running(self) -> float:
        return self._read() + self._file_offset()

    def _file_offset(self) -> float:
        if self._offset_file is None:
            return 0.0
        try:
            return float(self._offset_file.read_text().strip() or 0)
        except (FileNotFoundError, ValueError):
            return 0.0

    def _state(self) -> _State:
        kept = self._store.settings.get(_NAME)
        state: _State = kept.value if kept else {"stopped_at": None, "moved_by": 0.0}
        return state

    def _keep(self, stopped_at: str | None, moved_by: float) -> None:
        self._store.settings.put(Setting(_NAME, {"stopped_at": stopped_at, "moved_by": moved_by}))


def instant_text(instant: datetime) -> str:
    """As Zoom writes instants: UTC, whole seconds, with Z."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def milliseconds(instant: datetime) -> int:
    """As Zoom counts them in `event_ts` and in occurrence ids."""
    return round(instant.timestamp() * 1000)
