"""Kinds of message for tests: a lesson that moves, and a tip that nobody must read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from eduraise.notifications import registry
from eduraise.notifications.models import Message
from eduraise.ui.letters import Letter


@dataclass
class Lessons:
    """What the room that sends would know: which facts are still true and who may see them."""

    untrue: set[str] = field(default_factory=set)
    hidden_from: set[int] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    quote: str = ""
    asked: int = 0

    def words(self, messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
        """“Lesson 7 moved”, with the hour in the reader's zone."""
        return {
            message.pk: Letter(
                title=f"Lesson {message.data['lesson']} moved",
                sentences=(f"It is now at {timezone.localtime(now):%H:%M}.",),
                quote=self.quote,
                quote_by="Tariq" if self.quote else "",
                verb="See the lesson",
                path=f"/lessons/{message.data['lesson']}/",
            )
            for message in messages
            if message.fact_key not in self.gone
        }

    def still_true(self, message: Message, now: datetime) -> bool:
        """Whether nothing has happened to the lesson since."""
        return message.fact_key not in self.untrue

    def allowed(self, messages: Sequence[Message], now: datetime) -> set[int]:
        """Whoever still takes part."""
        self.asked += 1
        return {message.pk for message in messages if message.person_id not in self.hidden_from}


@contextmanager
def lessons() -> Iterator[Lessons]:
    """The kinds `lesson.booked`, `lesson.moved` and the optional `lesson.tip`, for the time of a test."""
    before = dict(registry._kinds)
    room = Lessons()
    rules = {"words": room.words, "still_true": room.still_true, "allowed": room.allowed}
    registry.register("lesson.booked", label="A lesson is booked", **rules)
    registry.register("lesson.moved", label="A lesson is moved", overtakes={"lesson.booked"}, **rules)
    registry.register("lesson.tip", label="Tips", optional=True, **rules)
    registry.register("lesson.bell", label="Only in the app", channels=(), **rules)
    try:
        yield room
    finally:
        registry._kinds.clear()
        registry._kinds.update(before)
