"""Each program's numbers, defined once: every page that shows one reads it from here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q, Sum

from eduraise.classes.models import ClassSession
from eduraise.classes.states import past, upcoming, with_states
from eduraise.programs.models import Program


@dataclass(frozen=True)
class ProgramNumbers:
    """planned: all classes that were not cancelled, past and to come. held: those that are over and in which
    somebody was seen. not_held: over, and nobody was seen. cancelled: before they began. hours: the planned
    lengths of those held, together. next_at: when the next one starts, or the present one started.
    """

    planned: int = 0
    held: int = 0
    not_held: int = 0
    cancelled: int = 0
    hours: timedelta = timedelta()
    next_at: datetime | None = None

    @property
    def to_come(self) -> int:
        """Those that are not over."""
        return self.planned - self.held - self.not_held


def numbers_of(programs: Iterable[Program], now: datetime) -> dict[int, ProgramNumbers]:
    """The numbers of each program by its key, in three queries for one or many."""
    keys = [program.pk for program in programs]
    classes = ClassSession.objects.filter(program__in=keys)
    all_of: dict[int, dict[str, Any]] = {
        row["program"]: {**row}
        for row in classes.values("program").annotate(
            planned=Count("pk", filter=Q(cancelled_at__isnull=True)),
            cancelled=Count("pk", filter=Q(cancelled_at__isnull=False)),
        )
    }
    over: dict[int, dict[str, Any]] = {
        row["program"]: {**row}
        for row in with_states(past(classes.not_cancelled(), now), now)
        .values("program")
        .annotate(
            held=Count("pk", filter=Q(was_held=True)),
            not_held=Count("pk", filter=Q(was_held=False)),
            hours=Sum(
                ExpressionWrapper(F("ends_at") - F("starts_at"), output_field=DurationField()),
                filter=Q(was_held=True),
            ),
        )
    }
    coming = dict(
        upcoming(classes.not_cancelled(), now).values_list("program").annotate(next_at=Min("starts_at"))
    )
    return {key: _numbers(all_of.get(key, {}), over.get(key, {}), coming.get(key)) for key in keys}


def _numbers(all_of: Mapping[str, Any], over: Mapping[str, Any], next_at: datetime | None) -> ProgramNumbers:
    return ProgramNumbers(
        planned=all_of.get("planned", 0),
        held=over.get("held", 0),
        not_held=over.get("not_held", 0),
        cancelled=all_of.get("cancelled", 0),
        hours=over.get("hours") or timedelta(),
        next_at=next_at,
    )
