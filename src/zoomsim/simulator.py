"""One simulated Zoom, ready to be used: the world with its seed, its timed events and its webhooks."""

from zoomsim import seed
from zoomsim.meetings import change
from zoomsim.recordings import making
from zoomsim.rooms import rooms
from zoomsim.webhooks import delivery, validation
from zoomsim.world import Options, World


class Simulator(World):
    """The world, planted. `deliver_due` is its heartbeat: a server's thread calls it, or a test."""

    def __init__(self, options: Options) -> None:
        super().__init__(options)
        with self.turn():
            seed.plant(self)

    def deliver_due(self) -> int:
        """End what has run out of time, then send all webhooks that are due by now. How many were tried."""
        self.settle()
        validation.challenge_if_due(self)
        return delivery.send_due(self)

    def settle(self) -> None:
        """Do what time alone has brought about."""
        with self.turn():
            rooms.settle(self, self.now())
            making.settle(self, self.now())
            change.settle(self, self.now())

    def reset(self) -> None:
        """Forget everything and plant anew: the same ids, numbers and tokens come again."""
        with self.turn():
            for table in self.store.tables:
                table.remove()
            seed.plant(self)
