"""What ends by itself: a question that nobody answered before the class, and a class that is over.

Rights end by their own instant; nothing here takes a right away that somebody still needs.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import DateTimeField, Exists, ExpressionWrapper, F, OuterRef, Q, QuerySet

from eduraise.classes.states import GRACE
from eduraise.core.queue import found
from eduraise.programs.models import Assignment
from eduraise.programs.standing_in import end_standing_in, prolong_standing_in
from eduraise.substitutes import holding, messages, rerouting
from eduraise.substitutes.asking import close
from eduraise.substitutes.enums import State
from eduraise.substitutes.models import Substitution
from eduraise.substitutes.taking import LASTS
from eduraise.zoom.enums import Way

RELATED = (
    *("session__program", "session__teacher", "absent", "substitute", "asked_by"),
    "session__occurrence__meeting__host",
)


def settle_due(now: datetime, limit: int = 100) -> dict[str, int]:
    """End what is over of up to `limit` substitutions, and let rights follow classes that were moved; how
    many of each."""
    return {
        "lapsed": sum(_lapse(row, now) for row in found(lapsing(now), limit)),
        "ended": sum(_end(row, now) for row in found(ending(now), limit)),
        "rerouted": sum(rerouting.reroute(row, now) for row in found(rerouting.refused(), limit)),
        "brought_home": sum(rerouting.bring_home(row, now) for row in found(rerouting.astray(now), limit)),
        "prolonged": sum(_follow(row, now) for row in found(_moved(now), limit)),
    }


def lapsing(now: datetime) -> QuerySet[Substitution]:
    """Questions that nobody can answer with yes any more."""
    gone = Q(session__cancelled_at__isnull=False, session__tell_at__lte=now)
    over = Q(session__starts_at__lte=now) | Q(session__program__archived_at__isnull=False)
    standing_in = Substitution.objects.filter(
        session=OuterRef("session"), state=State.ACCEPTED, substitute=OuterRef("session__teacher")
    )
    given_on = ~Q(session__teacher=F("absent")) & ~Q(Exists(standing_in))
    rows = Substitution.objects.filter(gone | over | given_on, state=State.ASKED)
    return rows.select_related(*RELATED).order_by("pk")


def ending(now: datetime) -> QuerySet[Substitution]:
    """Classes that were taken and are over, cancelled for good, or given to somebody else for good."""
    over = Q(session__ends_at__lte=now - GRACE)
    gone = Q(session__cancelled_at__isnull=False, session__tell_at__lte=now)
    elsewhere = ~Q(session__teacher=F("substitute"))
    rows = Substitution.objects.filter(over | gone | elsewhere, state=State.ACCEPTED)
    return rows.select_related(*RELATED).order_by("pk")


def _moved(now: datetime) -> QuerySet[Substitution]:
    """Classes whose substitute's right doesn't end as long after them as it should: they were moved since."""
    ends_at = ExpressionWrapper(OuterRef("session__ends_at") + LASTS, output_field=DateTimeField())
    near = timedelta(seconds=1)
    rights = Assignment.objects.active(now).filter(
        only_for=OuterRef("session__uid"), person=OuterRef("substitute")
    )
    off = rights.filter(Q(until_at__lt=ends_at - near) | Q(until_at__gt=ends_at + near))
    taken = Substitution.objects.filter(Exists(off), state=State.ACCEPTED)
    return taken.select_related("session", "substitute").order_by("pk")


@transaction.atomic
def _lapse(row: Substitution, now: datetime) -> bool:
    if not close(row, State.LAPSED, now):
        return False
    if row.session.cancelled_at is None and row.session.starts_at <= now:
        messages.tell_answer(row, by=None, now=now)
    else:
        messages.tell_not_needed(row, by=None, now=now)
    return True


@transaction.atomic
def _end(row: Substitution, now: datetime) -> bool:
    taken = Substitution.objects.filter(pk=row.pk, state=State.ACCEPTED)
    if not taken.update(state=State.ENDED, ended_at=now):
        return False
    if row.way == Way.ALTERNATIVE:
        holding.let_go(row, by=None, now=now)
    if row.session.teacher_id != row.substitute_id:
        end_standing_in(only_for=row.session.uid, now=now, person=row.substitute)
    return True


def _follow(row: Substitution, now: datetime) -> bool:
    until_at = row.session.ends_at + LASTS
    return bool(
        prolong_standing_in(only_for=row.session.uid, person=row.substitute, until_at=until_at, now=now)
    )
