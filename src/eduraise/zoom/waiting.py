"""Operations that wait: which are due, whose turn it is, and what a process left when it died."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from eduraise.core import clock
from eduraise.zoom.enums import CHANGES, OF_SETTINGS, TIMELY, USABLE, OperationKind, OperationState
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomOperation

SHARE_OF_A_HOST = 5
ROUND = 40


def rounds(until: float) -> Iterator[tuple[int, int]]:
    """What is due, each operation once: its key and its meeting's; round after round, until nothing is left
    or `time.monotonic()` says `until`.

    The nearest class comes first, but no host takes more than its share of a round: a hundred changes of one
    teacher hold up nobody else's.
    """
    given = set[int]()
    while time.monotonic() < until:
        fresh = due(clock.now()).exclude(pk__in=given)
        rows = list(in_turn(fresh).values_list("pk", "meeting_id")[:ROUND])
        if not rows:
            return
        for row in rows:
            given.add(row[0])
            yield row


def in_turn(rows: QuerySet[ZoomOperation]) -> QuerySet[ZoomOperation]:
    """Of each host the first few, nearest class first."""
    place = Window(
        RowNumber(), partition_by=F("meeting__host"), order_by=[F("deadline_at").asc(), F("id").asc()]
    )
    return rows.annotate(place=place).filter(place__lte=SHARE_OF_A_HOST).order_by("deadline_at", "id")


def due(now: datetime) -> QuerySet[ZoomOperation]:
    """Operations whose time has come, and creates that are to be looked for.

    A change of a meeting that isn't there yet is not due: its create carries it, or is followed by it.
    """
    is_early = Q(kind__in=CHANGES, meeting__meeting_number__isnull=True)
    return (
        ZoomOperation.objects.filter(
            ~is_early,
            Q(state=OperationState.PENDING, not_before__lte=now) | Q(state=OperationState.UNKNOWN),
            next_at__lte=now,
            meeting__host__state__in=USABLE,
        )
        .exclude(is_kept())
        .order_by("deadline_at", "id")
    )


def is_kept() -> Q:
    """Removals of what another meeting is to take the place of, while Zoom doesn't hold that one. Where it is
    all or the rest of a series, of each of its dates."""
    unmade = Q(waits_for__isnull=False, waits_for__meeting_number__isnull=True)
    others = ZoomOperation.objects.filter(unmade, meeting=OuterRef("meeting"), state=OperationState.PENDING)
    return unmade | Q(Exists(others), kind__in=(OperationKind.DELETE, OperationKind.SHORTEN), stray_number="")


def keep_until(meeting: ZoomMeeting, another: ZoomMeeting, *, of_date: ZoomOccurrence | None = None) -> None:
    """Let the removal of a meeting that was just wanted wait until Zoom holds the one that takes its place,
    and whatever waits for it too, where it was never made.

    of_date: of this date alone, where it is one of more; None: of all that is to go.
    """
    removals = Q(kind=OperationKind.DELETE)
    removals |= (
        Q(kind=OperationKind.DELETE_ONE, occurrence=of_date) if of_date else Q(kind=OperationKind.SHORTEN)
    )
    waiting = ZoomOperation.objects.filter(state=OperationState.PENDING, stray_number="")
    waiting.filter(removals, meeting=meeting).update(waits_for=another)
    waiting.filter(
        waits_for=meeting, waits_for__wanted_gone=True, waits_for__meeting_number__isnull=True
    ).update(waits_for=another)


def wait_no_longer(now: datetime) -> int:
    """Let removals go that wait for meetings of which nothing will be: their classes are cancelled, or over;
    how many."""
    to_come = ZoomOccurrence.objects.filter(
        meeting=OuterRef("waits_for"), wanted_gone=False, wanted_ends_at__gt=now
    )
    kept = ZoomOperation.objects.filter(
        ~Exists(to_come),
        state=OperationState.PENDING,
        waits_for__isnull=False,
        waits_for__meeting_number__isnull=True,
    )
    return kept.update(waits_for=None)


def recover(now: datetime) -> dict[str, int]:
    """Take up what a process left when it died: a create is of unknown outcome, the rest may be repeated."""
    # asked first: nearly always there is nothing to write, and on SQLite even that would wait for a writer
    if not _is_any_left(now):
        return {}
    left = ZoomOperation.objects.filter(state=OperationState.CALLING, lease_until__lte=clock.lease_now())
    unknown = left.filter(kind=OperationKind.CREATE).update(
        state=OperationState.UNKNOWN,
        next_at=now,
        lease_until=None,
        last_error_code="process_died",
        last_error_at=now,
    )
    again = sum(
        put_back(
            left.filter(pk=row.pk), row, now, next_at=now, last_error_code="process_died", last_error_at=now
        )
        for row in left.exclude(kind=OperationKind.CREATE)
    )
    late = ZoomOperation.objects.filter(
        state__in=(OperationState.PENDING, OperationState.UNKNOWN),
        kind__in=TIMELY,
        deadline_at__lte=now,
    ).update(state=OperationState.GIVEN_UP, finished_at=now, answer_code="too_late")
    wait_no_longer(now)
    return {"unknown": unknown, "again": again, "too late": late}


def _is_any_left(now: datetime) -> bool:
    """Whether there may be anything for `recover`, by one table alone."""
    open_states = (OperationState.PENDING, OperationState.UNKNOWN)
    died = Q(state=OperationState.CALLING, lease_until__lte=clock.lease_now())
    late = Q(state__in=open_states, kind__in=TIMELY, deadline_at__lte=now)
    kept = Q(state=OperationState.PENDING, waits_for__isnull=False)
    return ZoomOperation.objects.filter(died | late | kept).exists()


def put_back(rows: QuerySet[ZoomOperation], row: ZoomOperation, now: datetime, **changes: object) -> int:
    """Let an operation that was under way wait again; 1, or 0 where `rows` doesn't hold it any more.

    Where the same was wished anew meanwhile, one is enough: the newer one carries the older one along.
    """
    for _try in range(2):
        try:
            with transaction.atomic():
                if _is_carried_along(row):
                    return rows.update(
                        state=OperationState.OVERTAKEN, lease_until=None, finished_at=now, **_error(changes)
                    )
                return rows.update(state=OperationState.PENDING, lease_until=None, **changes)
        except IntegrityError:
            continue  # it was wished at this very moment
    return 0


def _is_carried_along(row: ZoomOperation) -> bool:
    """Whether a newer wish of this kind waits, which then is for the whole if the older one was."""
    newer = (
        ZoomOperation.objects.filter(
            meeting=row.meeting_id,
            occurrence=row.occurrence_id,
            kind=row.kind,
            stray_number=row.stray_number,
            state=OperationState.PENDING,
        )
        .select_for_update(no_key=True)
        .first()
    )
    if newer is not None and newer.why in OF_SETTINGS and row.why not in OF_SETTINGS:
        ZoomOperation.objects.filter(pk=newer.pk).update(why=row.why)
    return newer is not None


def _error(changes: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in changes.items() if name.startswith("last_error")}
