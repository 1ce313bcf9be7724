"""Substitutions as pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Concat

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.core.prepared import Prepared
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


def class_columns(*, now: datetime) -> Iterator[tuple[str, Any]]:
    """What lists of classes read along: for whom a class is taken, as "<key>:<name>"."""
    yield from TAKEN_FOR.at(now, "taken_for").items()


def _with_taken_for(classes: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    taken = Substitution.objects.filter(
        state__in=(State.ACCEPTED, State.ENDED), session=OuterRef("pk"), substitute=OuterRef("teacher")
    )
    written = Concat(Cast("absent", CharField()), Value(":"), "absent__name", output_field=CharField())
    added = {"taken_for": Subquery(taken.order_by("-pk").annotate(written=written).values("written")[:1])}
    return classes.annotate(**added)


TAKEN_FOR = Prepared(ClassSession, _with_taken_for, reads=("pk", "teacher"))


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
