"""What Zoom says of a class instead of what stands here, and since when something is in its way."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery

from eduraise.classes.enums import Attention, DifferenceField, DifferenceState
from eduraise.classes.models import ClassSession, Difference
from eduraise.zoom.enums import OperationState
from eduraise.zoom.models import ZoomOperation

FAILED = (OperationState.FAILED, OperationState.GIVEN_UP)


def zooms_hours(session: ClassSession) -> tuple[datetime, datetime] | None:
    """From when until when a class's meeting is at Zoom, where it was moved there; else None."""
    found = open_difference(session, DifferenceField.TIME)
    return found.zooms_span if found else None


def open_difference(session: ClassSession, field: DifferenceField) -> Difference | None:
    """What waits for a choice in this part of a class; else None."""
    return Difference.objects.filter(session=session, field=field, state=DifferenceState.OPEN).first()


def with_instants(classes: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    """The same classes of `with_states` with all that `noticed_at` chooses from."""
    open_ones = Difference.objects.filter(session=OuterRef("pk"), state=DifferenceState.OPEN)
    refusals = ZoomOperation.objects.filter(meeting=OuterRef("occurrence__meeting"), state__in=FAILED)
    added: dict[str, Any] = {
        "differs_at": Subquery(open_ones.order_by("-pk").values("seen_at")[:1]),
        "refused_at": Subquery(refusals.order_by("-pk").values("finished_at")[:1]),
        "lost_at": F("occurrence__meeting__host__state_since"),
    }
    return classes.annotate(**added)


def noticed_at(session: ClassSession) -> datetime | None:
    """Since when what `attention` names is in the way of a class of `with_instants`; None where nobody noted
    it (a licence that ends a class early, a teacher who left)."""
    match session.attention:
        case Attention.TIME_DIFFERS | Attention.GONE | Attention.UNSAFE | Attention.WEBINAR:
            return session.differs_at
        case Attention.NOT_BOOKED | Attention.REFUSED | Attention.STILL_AT_ZOOM:
            return session.refused_at
        case Attention.HOST_LOST:
            return session.lost_at
        case _:
            return None
