"""Reading and setting what may be switched."""

from typing import Any

from zoomsim.records import Setting
from zoomsim.store import Store
from zoomsim.switch_table import SWITCHES

__all__ = ["SWITCHES", "Switches", "UnknownSwitch"]

_NAME = "switches"


class UnknownSwitch(ValueError):
    """No such switch, or a value that it can't have."""


class Switches:
    """Reads and sets switches; each keeps its value in the state file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getitem__(self, name: str) -> Any:
        return self._set().get(name, SWITCHES[name][1])

    def all(self) -> dict[str, Any]:
        return {name: self[name] for name in SWITCHES}

    def set(self, **values: Any) -> None:
        for name, value in values.items():
            _check(name, value)
        self._store.settings.put(Setting(_NAME, self._set() | values))

    def _set(self) -> dict[str, Any]:
        kept = self._store.settings.get(_NAME)
        return dict(kept.value) if kept else {}


def _check(name: str, value: Any) -> None:
    if name not in SWITCHES:
        raise UnknownSwitch(f"no switch {name}; there are {', '.join(SWITCHES)}")
    allowed = SWITCHES[name][0]
    kinds = allowed if isinstance(allowed, tuple) else (allowed,)
    if all(isinstance(kind, type) for kind in kinds):
        if type(value) not in kinds:
            raise UnknownSwitch(f"{name} must be {' or '.join(kind.__name__ for kind in kinds)}")
    elif value not in kinds:
        raise UnknownSwitch(f"{name} must be one of {', '.join(str(kind) for kind in kinds)}")
