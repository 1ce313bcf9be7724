"""What is in the way of cancelled classes that are to be held after all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from eduraise.accounts.models import User
from eduraise.classes.checking import Facts, Verdict
from eduraise.classes.models import ClassSession
from eduraise.classes.restoring import held_by_their_teachers, hosts_of_restored, require_restorable
from eduraise.classes.several import Chosen
from eduraise.classes.spans import Span
from eduraise.core.errors import DomainError
from eduraise.zoom.hosts import NotConnected
from eduraise.zoom.models import ZoomUser


def check_restoring(chosen: Sequence[Chosen], reader: User, now: datetime) -> list[Verdict]:
    """What is in the way of each, as `checking.check` says it of classes that are moved."""
    if not chosen:
        return []
    facts = _Restored(chosen, reader, now)
    return [facts.verdict(one) for one in chosen]


class _Restored(Facts):
    """Of these the hours were allowed once; what counts is who is free and still there."""

    def __init__(self, chosen: Sequence[Chosen], reader: User, now: datetime) -> None:
        sessions = [one.session for one in chosen]
        self.with_teacher = held_by_their_teachers(sessions, now)
        self.found = hosts_of_restored(sessions)
        super().__init__(chosen, reader, now)

    def _refusal(self, session: ClassSession, span: Span) -> str:
        found = self.found[session.teacher_id]
        try:
            require_restorable(session, self.now, has_teacher=session.pk in self.with_teacher)
        except DomainError as problem:
            return problem.message
        return found.message if isinstance(found, NotConnected) else ""

    def _holders(self, session: ClassSession) -> Sequence[ZoomUser]:
        found = self.found[session.teacher_id]
        return [] if isinstance(found, NotConnected) else found
