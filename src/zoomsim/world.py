"""The ground on which the simulator stands: state, time, chance and switches, one turn at a time."""

import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from zoomsim.chance import Chance
from zoomsim.clock import Clock
from zoomsim.errors import Refusal
from zoomsim.store import Store
from zoomsim.switches import Switches

# Sends one webhook: address, headers, body → (status, body of the answer). Raises OSError without an answer.
Send = Callable[[str, dict[str, str], bytes], tuple[int, bytes]]


@dataclass
class Options:
    """How a simulator is set up; what changes while it runs are switches, clock and limits.

    read_clock: real time in epoch seconds. offset_file: a file with seconds to add to it.
    webhook_url: where events go; none are sent without. sleep: how a delayed answer waits.
    """

    state_path: str | None = None
    seed: int = 0
    base_url: str = ""
    own_url: str = "http://zoomsim.localhost"
    read_clock: Callable[[], float] = time.time
    offset_file: str | None = None
    webhook_url: str = ""
    webhook_secret: str = "sim-webhook-secret"  # noqa: S105 - published: it guards nothing
    redirect_urls: list[str] = field(default_factory=list)
    control_token: str = ""
    limits: str = "off"
    send: Send | None = None
    sleep: Callable[[float], None] = time.sleep


class World:
    """State, clock, chance and switches of one simulated Zoom. Use inside `turn` only."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.store = Store(options.state_path)
        self.clock = Clock(self.store, options.read_clock, options.offset_file)
        self.chance = Chance(self.store, options.seed)
        self.switches = Switches(self.store)
        self.heard_origin = ""
        self.something_to_send = threading.Event()
        self._lock = threading.RLock()
        self._depth = 0

    @property
    def base_url(self) -> str:
        """Where it is reached: as told, else as its last caller reached it, else by its own name."""
        return self.options.base_url or self.heard_origin or self.options.own_url

    def now(self) -> datetime:
        return self.clock.now()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """One turn: alone, and all or nothing; but what a refusal has changed so far (counts) stays."""
        with self._lock:
            self._depth += 1
            try:
                if self._depth == 1:
                    self.store.database.execute("BEGIN IMMEDIATE")
                yield
            except Refusal:
                self._end("COMMIT")
                raise
            except BaseException:
                self._end("ROLLBACK")
                raise
            else:
                self._end("COMMIT")
            finally:
                self._depth -= 1

    def each[T](self, things: Iterable[T], do: Callable[[T], object]) -> None:
        """Do it to each of these within a turn. One that goes wrong is said on stderr, left as it was, and
        holds up no other."""
        for thing in things:
            self.store.database.execute("SAVEPOINT one")
            try:
                do(thing)
            except Exception:
                traceback.print_exc(file=sys.stderr)
                self.store.database.execute("ROLLBACK TO one")
            self.store.database.execute("RELEASE one")

    def _end(self, how: str) -> None:
        if self._depth == 1:
            self.store.database.execute(how)
