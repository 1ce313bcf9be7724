"""The thread that keeps a served simulator going: webhooks out, time running out."""

import sys
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor

from zoomsim.simulator import Simulator
from zoomsim.webhooks import delivery, validation

_LONGEST_NAP = 0.5
_SENDERS = 4


class Heartbeat:
    """Beats twice a second, and at once when there is something to send. Survives whatever goes wrong."""

    def __init__(self, sim: Simulator) -> None:
        self._sim = sim
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="heartbeat", daemon=True)

    def start(self) -> None:
        delivery.take_back(self._sim)
        self._thread.start()

    def stop(self) -> None:
        """Finish the beat, and come to rest."""
        self._stop.set()
        self._sim.something_to_send.set()
        self._thread.join(timeout=5)

    def _run(self) -> None:
        with ThreadPoolExecutor(_SENDERS, "sender") as senders:
            while not self._stop.is_set():
                self._sim.something_to_send.wait(_LONGEST_NAP)
                self._sim.something_to_send.clear()
                try:
                    self._beat(senders)
                except Exception:
                    traceback.print_exc(file=sys.stderr)

    def _beat(self, senders: ThreadPoolExecutor) -> None:
        self._sim.settle()
        validation.challenge_if_due(self._sim)
        busy = [
            senders.submit(delivery.send_due, self._sim)
            for _ in range(_SENDERS if _is_busy(self._sim) else 1)
        ]
        for one in busy:
            one.result()


def _is_busy(sim: Simulator) -> bool:
    with sim.turn():
        return sim.store.deliveries.count("state = 'waiting' AND next_at <= ?", sim.now()) > 1
