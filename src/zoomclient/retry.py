"""Tries a read again that failed for a passing reason. Nothing that changes anything is ever repeated here.

Off unless one is passed in, since only the caller knows how long somebody can wait.
"""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from zoomclient.errors import NotSent, OutcomeUnknown, RateLimited
from zoomclient.http import Clock


@dataclass(frozen=True, slots=True)
class Retry:
    """Another try for a GET that ended in NotSent, OutcomeUnknown or RateLimited.

    attempts: in all. seconds: for all of them and the waits between, but for a limiter's own; none begins
    that could end later. Each page of a list is a call of its own. A wait lasts until Zoom's or the limiter's
    `retry_at`, where they tell one, and a random part of a bound that doubles from first_wait to
    longest_wait, so that many who failed together do not come back together. sleep, draw (0 to 1), timer:
    for tests.
    """

    attempts: int = 3
    seconds: float = 30.0
    first_wait: float = 0.5
    longest_wait: float = 8.0
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    draw: Callable[[], float] = field(default=random.random, repr=False)
    timer: Callable[[], float] = field(default=time.monotonic, repr=False)

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.seconds <= 0 or not 0 < self.first_wait <= self.longest_wait:
            raise ValueError("A retry has an attempt, a time, and waits that grow.")

    def run[Result](self, once: Callable[[], Result], *, longest: float, clock: Clock) -> Result:
        """What `once` gives, or its last error. longest: the seconds that one attempt may take."""
        ends_at = self.timer() + self.seconds
        for tried in range(1, self.attempts):
            try:
                return once()
            except (NotSent, OutcomeUnknown, RateLimited) as problem:
                wait = self._wait(problem, tried, clock())
                if self.timer() + wait + longest > ends_at:
                    raise
            self.sleep(wait)
        return once()

    def _wait(self, problem: NotSent | OutcomeUnknown | RateLimited, tried: int, now: datetime) -> float:
        bound = min(self.first_wait * 2.0 ** (tried - 1), self.longest_wait)
        told = None if isinstance(problem, OutcomeUnknown) else problem.retry_at
        until_told = max((told - now).total_seconds(), 0.0) if told else 0.0
        return until_told + bound * self.draw()
