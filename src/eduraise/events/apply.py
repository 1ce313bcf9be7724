"""Applies the events that were kept: once each, whatever comes how often and in which order.

A batch is claimed in one short transaction and applied in groups, one for each meeting, each in a transaction
of its own. What fails is tried again alone, later, and after five tries stands dead until somebody looks.
"""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import Case, CharField, F, Q, Value, When

from eduraise.core import clock, crash
from eduraise.core.queue import back_off
from eduraise.events import watching
from eduraise.events.effects import Effects
from eduraise.events.matching import Match, Matcher, Misfit, NotYet, Verdict
from eduraise.events.meaning import Kind, Told, read
from eduraise.events.models import ZoomEvent
from eduraise.zoom.instances import OtherSitting
from eduraise.zoom.models import ZoomMeeting
from zoomclient.webhooks import EventUnreadable

BATCH = 200
TRIES = 5
LEASE = timedelta(seconds=60)
LOOKS_AGAIN = timedelta(seconds=15)
DUE = (ZoomEvent.State.RECEIVED, ZoomEvent.State.WAITING)

State = ZoomEvent.State
log = logging.getLogger(__name__)


def apply_due(now: datetime, limit: int = BATCH) -> Counter[str]:
    """Apply what is due, the oldest first; how many events came to which state.

    Safe in several processes at once. An event whose process dies is taken again when its lease is over.
    """
    rows = claim(now, limit)
    crash.point("events.apply.claimed")
    outcome: Counter[str] = Counter()
    batch = [told for row in rows if (told := understand(row, now, outcome))]
    if batch:
        matcher = Matcher(batch)
        for group in groups(batch):
            outcome.update(apply_group(group, matcher, now))
        watching.note_seen(batch)
    return outcome


def claim(now: datetime, limit: int) -> list[ZoomEvent]:
    """Take the next events for this process, seen by all others before anything is done with them."""
    due = ZoomEvent.objects.filter(state__in=DUE, next_at__lte=now)
    if not due.exists():
        return []
    lease_now = clock.lease_now()
    free = due.filter(Q(lease_until__isnull=True) | Q(lease_until__lte=lease_now))
    with transaction.atomic():
        rows = list(free.order_by("next_at", "id").select_for_update(skip_locked=True)[:limit])
        ZoomEvent.objects.filter(pk__in=[row.pk for row in rows]).update(
            lease_until=lease_now + LEASE, fence=F("fence") + 1, attempts=F("attempts") + 1
        )
    for row in rows:
        row.fence, row.attempts = row.fence + 1, row.attempts + 1
    return rows


def understand(row: ZoomEvent, now: datetime, outcome: Counter[str]) -> Told | None:
    """Read one event; None if it is settled by that: nobody will ever read it, or it killed who tried."""
    try:
        told = read(row)
    except EventUnreadable as problem:
        settle(
            row, State.DEAD, skipped_why=str(problem)[:80], last_error_code="unreadable", last_error_at=now
        )
        outcome[State.DEAD] += 1
        return None
    if row.attempts > TRIES:
        settle(row, State.DEAD, last_error_at=now)
        outcome[State.DEAD] += 1
        return None
    return told


def groups(batch: Iterable[Told]) -> list[list[Told]]:
    """Events of one meeting (or of one host's account) go together; what failed before goes alone."""
    together: dict[Any, list[Told]] = defaultdict(list)
    for told in batch:
        alone = told.row.pk if told.row.attempts > 1 else 0
        together[(told.event.account_id, told.event.meeting_number or told.host_id, alone)].append(told)
    # locks are taken in one order by all
    return [
        sorted(group, key=lambda told: (told.event.meeting_uuid, told.row.pk)) for group in together.values()
    ]


def apply_group(group: list[Told], matcher: Matcher, now: datetime) -> Counter[str]:
    """Apply a group in one transaction, or if that fails each of its events in one."""
    try:
        with transaction.atomic():
            return _apply_together(group, matcher, now)
    except OperationalError as problem:
        log.warning("events are put off: %s", problem)
        put_off(group, now)
        return Counter(put_off=len(group))
    except Exception as problem:
        if len(group) == 1:
            return Counter([fail(group[0], problem, now)])
        one_by_one = [apply_group([told], matcher, now) for told in group]
        return sum(one_by_one, Counter())
    finally:
        crash.point("events.apply.applied")


def _apply_together(group: list[Told], matcher: Matcher, now: datetime) -> Counter[str]:
    meeting = matcher.meeting_of(group[0])
    if meeting is not None:
        # as it is now, and for this process alone until the group is done
        meeting = ZoomMeeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    first = _applied_before(group)
    effects, outcome, settled = Effects(group, now), Counter[str](), []
    for told in group:
        verdict = matcher.match(told, now)
        if isinstance(verdict, Match) and meeting is not None:
            verdict = replace(verdict, meeting=meeting)
        state, fields = _apply_one(told, verdict, first, effects, now)
        named = {"event": told.event.name, "account_id": told.event.account_id}
        settled.append((told.row, state, named | fields))
        outcome[state] += 1
    effects.finish()
    settle_all(settled)
    return outcome


def _applied_before(group: list[Told]) -> dict[str, int]:
    """The event that told a fact first, by semantic key."""
    keys = [told.semantic_key for told in group]
    told_before = ZoomEvent.objects.filter(semantic_key__in=keys).values_list("semantic_key", "pk")
    return {str(key): pk for key, pk in told_before}


def _apply_one(
    told: Told, verdict: Verdict, first: dict[str, int], effects: Effects, now: datetime
) -> tuple[ZoomEvent.State, dict[str, Any]]:
    """Where an event comes to stand, and what else is noted of it."""
    if told.kind is Kind.OTHER:
        return State.IGNORED, {"skipped_why": "kind"}
    if isinstance(verdict, Misfit):
        return State.QUARANTINED, {"skipped_why": verdict.why}
    if isinstance(verdict, NotYet):
        return State.WAITING, {"next_at": min(now + LOOKS_AGAIN, verdict.until), "attempts": 0}
    key = told.semantic_key
    if not told.is_hint and first.get(key, told.row.pk) != told.row.pk:
        return State.DUPLICATE, {"same_as": first[key]}
    try:
        skipped_why = effects.apply(told, verdict)
    except OtherSitting:
        return State.QUARANTINED, {"skipped_why": "sitting of another meeting"}
    if told.is_hint:
        return State.HINT, {}
    if skipped_why:
        return State.IGNORED, {"skipped_why": skipped_why}
    first[key] = told.row.pk
    return State.APPLIED, {"semantic_key": key, "applied_at": now}


def settle_all(settled: Sequence[tuple[ZoomEvent, ZoomEvent.State, dict[str, Any]]]) -> None:
    """Put a group's events where they stand now: those that came to the same in one statement."""
    held = dict(
        ZoomEvent.objects.filter(pk__in=[row.pk for row, _state, _fields in settled])
        .order_by("pk")
        .select_for_update()
        .values_list("pk", "fence")
    )
    alike: dict[tuple[Any, ...], list[tuple[ZoomEvent, str | None]]] = defaultdict(list)
    for row, state, fields in settled:
        if held.get(row.pk) != row.fence:
            continue  # another process has taken it meanwhile
        if state == State.HINT:
            settle(row, state, **fields)
            continue
        key = fields.pop("semantic_key", None)
        alike[state, *sorted(fields.items())].append((row, key))
    for (state, *pairs), rows in alike.items():
        values: dict[str, Any] = {"lease_until": None, "skipped_why": ""} | dict(pairs)
        if state == State.APPLIED:
            cases = [When(pk=row.pk, then=Value(key)) for row, key in rows]
            values["semantic_key"] = Case(*cases, output_field=CharField())
        ZoomEvent.objects.filter(pk__in=[row.pk for row, _key in rows]).update(state=state, **values)


def settle(row: ZoomEvent, state: ZoomEvent.State, **fields: Any) -> None:
    """Put a claimed event into a state and let it go; nothing if another process has taken it meanwhile."""
    mine = ZoomEvent.objects.filter(pk=row.pk, fence=row.fence)
    still = mine.filter(age=ZoomEvent.Age.HINT) if state == State.HINT else mine
    if not still.update(**{"state": state, "lease_until": None, "skipped_why": ""} | fields):
        # a fresher copy came while it was read as a hint: it is due as it is
        mine.update(lease_until=None)


def fail(told: Told, problem: Exception, now: datetime) -> ZoomEvent.State:
    """Note that an event can't be applied; where it stands now."""
    row = told.row
    log.error("event %s can't be applied", row.uid, exc_info=problem)
    state = State.DEAD if row.attempts >= TRIES else ZoomEvent.State(row.state)
    settle(
        row,
        state,
        event=told.event.name,
        account_id=told.event.account_id,
        next_at=now + back_off(row.attempts),
        last_error_code=type(problem).__name__[:80],
        last_error_at=now,
    )
    return state


def put_off(group: list[Told], now: datetime) -> None:
    """The database had no room: not the events' fault, so that it counts as no try."""
    for told in group:
        ZoomEvent.objects.filter(pk=told.row.pk, fence=told.row.fence).update(
            lease_until=None, attempts=F("attempts") - 1, next_at=now + LOOKS_AGAIN
        )
