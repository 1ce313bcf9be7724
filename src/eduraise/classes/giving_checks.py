"""What is in the way of giving classes to other teachers, each on her own Zoom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import datetime

from eduraise.accounts.models import User
from eduraise.classes.checking import Facts, Verdict, standing_problem
from eduraise.classes.models import ClassSession
from eduraise.classes.several import Chosen
from eduraise.classes.spans import Span
from eduraise.zoom.choosing import Need, hosts_for_each
from eduraise.zoom.hosts import NotConnected
from eduraise.zoom.models import ZoomUser


def check_giving(
    classes: Sequence[ClassSession], takers: Sequence[User], reader: User, now: datetime
) -> Mapping[int, list[Verdict]]:
    """The classes that each of these teachers can't take, by her key; as `checking.check` says it."""
    found: dict[int, list[Verdict]] = defaultdict(list)
    chosen = [Chosen(_of(taker, one), one.version) for taker in takers for one in classes]
    if not chosen:
        return found
    facts = _Given(chosen, reader, now)
    for one in chosen:
        verdict = facts.verdict(one)
        if not verdict.is_possible:
            found[one.session.teacher_id].append(verdict)
    return found


def _of(taker: User, session: ClassSession) -> ClassSession:
    """The class as if it were hers; never stored."""
    given = copy(session)
    given.teacher = taker
    return given


class _Given(Facts):
    """Of these the hours stay; what counts is who is free, and on which Zoom."""

    def __init__(self, chosen: Sequence[Chosen], reader: User, now: datetime) -> None:
        longest = max(one.session.duration for one in chosen)
        first = min(one.session.starts_at for one in chosen)
        takers = {one.session.teacher_id: one.session.teacher for one in chosen}
        self.found = hosts_for_each(Need(taker, first, longest) for taker in takers.values())
        super().__init__(chosen, reader, now)

    def verdict(self, chosen: Chosen) -> Verdict:
        """Of one class; whoever else it could be given to takes nobody's hours."""
        self.seen.clear()
        return super().verdict(chosen)

    def _refusal(self, session: ClassSession, span: Span) -> str:
        found = self.found[session.teacher_id]
        unheld = found.message if isinstance(found, NotConnected) else ""
        return standing_problem(session, self.now) or unheld

    def _holders(self, session: ClassSession) -> Sequence[ZoomUser]:
        found = self.found[session.teacher_id]
        return [] if isinstance(found, NotConnected) else found
