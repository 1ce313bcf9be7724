"""A random run: people, Zoom, the network and the worker act in any order; chosen by a seed, so repeatable.

After each act it is asked what must hold at any moment. In the end the world is left in peace, each
difference with Zoom is settled by somebody, lost connections are made anew, and what must hold at rest
(`tests/truths`) is asked; then Zoom's events are told again, in other orders, and nothing may change.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import connection
from django.db.models import Exists, OuterRef

from eduraise.classes.models import ClassSession
from eduraise.core import clock, crash
from eduraise.core.errors import DomainError
from eduraise.ops import regular
from eduraise.ops.schedule import REGULAR
from eduraise.zoom import api, push, waiting
from eduraise.zoom.enums import OPEN_STATES, OperationKind, OperationState
from eduraise.zoom.models import ZoomOccurrence, ZoomOperation
from tests.linked import LinkedZoom
from tests.simulation import links, replaying
from tests.simulation.people import NOTHING, People
from tests.simulation.scene import Scene
from tests.simulation.sittings import sittings_known
from tests.simulation.story import told
from tests.simulation.weather import Died, Weather
from tests.simulation.witness import Witness
from tests.simulation.zoom_side import ZoomSide
from tests.truths import always_untrue, untrue

WORK = tuple(work.name for work in REGULAR if work.name not in ("heartbeat", "prune"))

# How often what was just wanted is tried within the request
AT_ONCE = 0.5
# The database's clock is not the application's
SKEW = timedelta(seconds=90)

type Act = Callable[[], str]


def begin(linked: LinkedZoom, seed: int) -> Storm:
    """The run of a seed. All that is left to chance follows it, all clocks go by the run's, leases by one
    that is ahead or behind; each call and each crash point passes what the run has put there."""
    random.seed(seed)
    skew = SKEW * (seed % 3 - 1)
    clock.install(product=linked.school.clock, leases=lambda: linked.now + skew)
    api.install(linked.sim.transport)
    run = Storm(linked, seed)
    api.install(run.witness)
    crash.install(run.weather.passing)
    return run


class Untrue(AssertionError):
    """Something doesn't hold that must."""


class Storm:
    """One run. trace: what was done, and what came of it."""

    def __init__(self, linked: LinkedZoom, seed: int) -> None:
        self.seed, self.linked, self.sim = seed, linked, linked.sim
        self.scene = Scene(linked, seed)
        self.chance = self.scene.chance
        self.people, self.zoom = People(self.scene), ZoomSide(self.scene)
        self.weather, self.witness = Weather(self.scene), Witness(self.scene)
        self.sim.receiver = self.witness.receive
        self.trace: list[str] = []
        self.acts: list[tuple[int, Act]] = [
            (5, self.people.book),
            (1, self.people.plan_series),
            (2, self.people.change_several),
            (1, self.people.change_chosen),
            (3, self.people.change),
            (2, self.people.cancel),
            (3, self.people.undo),
            (2, self.people.take_back),
            (2, self.people.restore),
            (2, self.people.find_substitute),
            (2, self.people.enrol_or_end),
            (3, self.people.settle_one),
            (1, self.people.connect_anew),
            (1, self.zoom.plan),
            (2, self.zoom.move),
            (1, self.zoom.delete),
            (1, self.zoom.move_date),
            (1, self.zoom.delete_date),
            (2, self.zoom.sit),
            (4, self.weather.go_wrong),
            (2, self.weather.lose_webhooks),
            (4, self.weather.run_out),
            (4, self.weather.doom),
            (5, self.meanwhile),
            (14, self.work),
            (4, self.deliver),
            (8, self.wait),
        ]

        # after which all stands as before
        self.harmless = (
            self.weather.go_wrong,
            self.weather.lose_webhooks,
            self.weather.run_out,
            self.weather.doom,
            self.meanwhile,
            self.wait,
        )
        # what others do while a call is out
        self.others: tuple[Act, ...] = (
            self.people.book,
            self.people.change,
            self.people.change_several,
            self.people.cancel,
            self.people.undo,
            self.people.take_back,
            self.people.restore,
            self.people.settle_one,
            self.zoom.move,
            self.send_another,
            self.deliver,
            self.wait,
        )

    def run(self, acts: int, *, archives: bool = False) -> None:
        """Blow, come to rest, and ask. Raises Untrue, or whatever broke, with the story of the run."""
        try:
            self.blow(acts)
            if archives:
                self.people.archive()
            self.calm()
            self.replay()
        except Exception as problem:
            problem.add_note(told(self.seed, self.trace))
            raise

    def blow(self, acts: int) -> None:
        """Let so many things happen."""
        weights = [weight for weight, _act in self.acts]
        for _turn in range(acts):
            act = self.chance.choices([act for _weight, act in self.acts], weights)[0]
            self.act(act)
            if act not in self.harmless:
                self._require(self._always_untrue())

    def act(self, act: Act) -> None:
        """Let one thing happen, whatever comes of it: done, refused, or whoever did it dies over it."""
        try:
            with _commits():
                last = ZoomOperation.objects.order_by("-pk").values_list("pk", flat=True).first()
                came_of = act()
                self._try_at_once(last or 0)
        except DomainError as refused:
            came_of = f"refused: {refused.code}"
        except Died as death:
            self.witness.note_death(death)
            came_of = f"dies at {death}"
        self.trace.append(f"{self.linked.now:%H:%M:%S} {act.__name__} {came_of}")

    def calm(self) -> None:
        """Nothing goes wrong any more, people settle what is left, and the worker goes on until all rests.

        What a lost event told is seen by the next reading of a host's list, at most six hours later.
        """
        self.weather.clear_up()
        self.witness.meanwhile = None
        self.zoom.all_go()
        for minutes in (*[1] * 20, *[20] * 20):
            self.linked.advance(minutes=minutes)
            self.deliver()
            self._work(*WORK)
            self._require(links.untold())
            self.people.mend_connections()
            while self.people.settle_one() != NOTHING:
                self._work("push")
            if not self.untrue() and self._rests():
                return
        self._require(self.untrue())

    def _rests(self) -> bool:
        """Whether another turn of the worker finds nothing more to do."""
        before = replaying.standing()
        self._work(*WORK)
        return replaying.standing() == before

    def replay(self) -> None:
        """All that Zoom ever told is told again, in other orders, and all work is done again."""
        now = self.linked.now
        self._require(replaying.otherwise_in_another_order(self.chance, now))
        before = replaying.standing()
        replaying.again(self.chance, now)
        self._work(*WORK)
        after = replaying.standing()
        self._require(
            f"told again, {name}: {after[name] - before[name]} instead of {before[name] - after[name]}"
            for name in before
            if before[name] != after[name]
        )

    def untrue(self) -> list[str]:
        """What doesn't hold at rest."""
        return [
            *untrue(self.sim, self.linked.now),
            *self._always_untrue(),
            *links.links_work(self.sim),
            *sittings_known(self.sim),
        ]

    def _always_untrue(self) -> Iterator[str]:
        yield from always_untrue(self.linked.now)
        yield from self.witness.untrue()
        yield from links.lost_without_need(self.sim, self.witness, self.people)
        yield from self._sent_nowhere()

    def _sent_nowhere(self) -> Iterator[str]:
        """Who was told of a class is sent to a meeting that is at Zoom, unless somebody deleted it there; as
        long as another is being booked for it, one that it had before is there."""
        booking = ZoomOperation.objects.filter(
            meeting=OuterRef("occurrence__meeting"),
            meeting__meeting_number=None,
            kind=OperationKind.CREATE,
            state__in=OPEN_STATES,
        )
        told_of = ClassSession.objects.filter(told_booked=True, cancelled_at=None)
        facts = told_of.annotate(is_booking=Exists(booking)).values_list(
            "code", "uid", "occurrence__meeting__meeting_number", "is_booking"
        )
        there = self.zoom.numbers() | self.zoom.deleted if facts else set()
        had = defaultdict(set)
        for uid, number in ZoomOccurrence.objects.values_list("held_for", "meeting__meeting_number"):
            had[uid].add(number)
        for code, uid, number, is_booking in facts:
            if not is_booking and number not in there:
                yield f"class {code} was told, and its meeting {number} is not at Zoom"
            if is_booking and not had[uid] & there:
                yield f"class {code} was told, and none of its meetings is at Zoom"

    def _require(self, wrong: Iterator[str] | list[str]) -> None:
        if found := list(wrong):
            raise Untrue("\n".join(found))

    # The worker, and time

    def work(self) -> str:
        """A worker does one piece of regular work."""
        return self._work(self.chance.choice(WORK))

    def meanwhile(self) -> str:
        """While the next call is out, or its answer on the way, somebody else does something."""
        other = self.chance.choice(self.others)
        self.witness.meanwhile = lambda: self.act(other)
        return other.__name__

    def send_another(self) -> str:
        """Another sender, or another process, carries some of what is due."""
        keys = list(waiting.due(self.linked.now).values_list("pk", flat=True)[:3])
        return " ".join(push.push(key, self.linked.now) for key in keys) or NOTHING

    def _try_at_once(self, last: int) -> None:
        """What was just wanted is tried within the request, or the request had no room for that."""
        fresh = ZoomOperation.objects.filter(
            pk__gt=last, kind=OperationKind.CREATE, state=OperationState.PENDING, attempts=0
        )
        for key in list(fresh.order_by("pk").values_list("pk", flat=True)):
            if self.chance.random() < AT_ONCE:
                push.push(key, self.linked.now)

    def deliver(self) -> str:
        """Zoom sends the webhooks that are due."""
        return str(self.sim.deliver())

    def wait(self) -> str:
        """Time passes."""
        seconds = self.chance.choice((1, 5, 12, 30, 65, 200))
        self.linked.advance(seconds=seconds)
        return str(seconds)

    def _work(self, *names: str) -> str:
        for name in names:
            run = regular.run(name, now=self.linked.now)
            assert (run.result, run.counts.get("broken", 0)) == ("ok", 0), f"{name}: {run.result}"
        return " ".join(names)


@contextmanager
def _commits() -> Iterator[None]:
    """What waits for a commit is done when an act is; a test's own transaction never commits."""
    first = len(connection.run_on_commit)
    yield
    committed = connection.run_on_commit[first:]
    del connection.run_on_commit[first:]
    for _savepoints, act, _robust in committed:
        act()
