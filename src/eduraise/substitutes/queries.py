"""Substitutions as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.programs.queries import enrolled_counts
from eduraise.substitutes.candidates import Candidate, candidates_of
from eduraise.substitutes.enums import State
from eduraise.substitutes.models import Substitution


def question_for(person: User, uid: UUID) -> Substitution | None:
    """What this person was asked under this uid; None where it was somebody else, or nobody."""
    rows = Substitution.objects.filter(uid=uid, substitute=person)
    related = (
        *("session__program__class_settings", "session__teacher", "absent", "substitute", "asked_by"),
        "session__occurrence__meeting__host__account",
    )
    return rows.select_related(*related).first()


def taken_from(person: User) -> QuerySet[Substitution, Any]:
    """The classes, by their keys, that somebody else takes for a person at present, or took for her."""
    stands = Q(state=State.ACCEPTED) | Q(state=State.ENDED, session__teacher=F("substitute"))
    return Substitution.objects.filter(stands, absent=person).values("session")


@dataclass(frozen=True)
class Offer:
    """A class as whoever is asked to take it sees it. is_open: whether she can still answer; candidate: what
    is in her way, None where she can't be asked any more."""

    session: ClassSession
    is_open: bool
    enrolled: int
    candidate: Candidate | None


def offer_of(row: Substitution, now: datetime) -> Offer:
    """What the page of a question shows."""
    session = row.session
    ahead = session.starts_at > now and session.cancelled_at is None and session.program.archived_at is None
    is_open = row.state == State.ASKED and ahead
    found = candidates_of(session, now, person=row.substitute) if is_open else []
    enrolled = enrolled_counts([session.program_id], now).get(session.program_id, 0)
    return Offer(session, is_open, enrolled, found[0] if found else None)
