"""One recording's turn with Zoom: what is wanted is done, and then it is read how it stands.

Each step may be repeated, so that a process may die between any two of them: a wish stays until Zoom was
seen to have fulfilled it. A call that failed says nothing about the recording.
"""

from __future__ import annotations

import time
from collections import Counter
from contextlib import suppress
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q, QuerySet

from eduraise.core import breaker, clock, crash, queue
from eduraise.recordings import storing
from eduraise.recordings.copying import verify
from eduraise.recordings.enums import AT_ZOOM, GoneBy, Keeps, State, Wish
from eduraise.recordings.models import Recording
from eduraise.recordings.standing import follow, rules_of
from eduraise.zoom import recorded, silence
from eduraise.zoom.enums import USABLE

LEASE = timedelta(seconds=90)
WORKS_SECONDS = 15.0
#: So many times in a row Zoom says that there is none, before that is believed; so long apart.
BELIEVED, LOOKS_AGAIN = 2, timedelta(minutes=10)
#: One that Zoom announced but never gave.
GIVEN_UP_AFTER = timedelta(hours=24)

log = structlog.get_logger(__name__)


def settle_due(now: datetime, limit: int = 200) -> Counter[str]:
    """Do what is wanted of Zoom and read what is due; what came of it, counted.

    Safe in several processes at once.
    """
    outcomes: Counter[str] = Counter()
    until = time.monotonic() + WORKS_SECONDS
    for recording in list(due(now).order_by("next_at", "pk")[:limit]):
        if time.monotonic() > until:
            break
        if not breaker.may_call(silence.BREAKER, now):
            outcomes["silent"] += 1
            break
        fence = queue.claim(due(now), recording, lease_now=clock.lease_now(), lease=LEASE)
        if fence is not None:
            recording.fence, recording.attempts = fence, recording.attempts + 1
            outcomes[settle(recording, clock.now())] += 1
    return outcomes


def due(now: datetime) -> QuerySet[Recording]:
    """Recordings whose turn it is."""
    wanted = Q(state__in=AT_ZOOM) | ~Q(wish=Wish.NONE)
    rows = Recording.objects.filter(wanted, next_at__lte=now, zoom_uuid__isnull=False)
    return rows.filter(host__state__in=USABLE).select_related("host__account", "program")


def settle(recording: Recording, now: datetime) -> str:
    """One claimed recording; one word for what came of it."""
    crash.point("recordings.settle.claimed")
    try:
        return _step(recording, now)
    except recorded.NoRecording:
        return _not_there(recording, now)
    except recorded.Unanswered as problem:
        return _put_off(recording, problem, now)
    except Exception as problem:
        # one recording must not hold up the others
        log.exception("a recording can't be settled", recording=str(recording.uid))
        _release(recording, now + queue.back_off(recording.attempts), type(problem).__name__, now)
        return "failed"


def _step(recording: Recording, now: datetime) -> str:
    host, uuid = recording.host, recording.zoom_uuid
    assert host is not None
    assert uuid is not None
    if recording.wish == Wish.RECOVER:
        with suppress(recorded.NoRecording):  # none in the trash: taken out before, or gone
            recorded.recover(host, uuid, now)
        crash.point("recordings.settle.sent")
        return _read(recording, now, "recovered")
    if recording.wish == Wish.TRASH:
        return _trash(recording, now)
    if recording.state == State.READY and recording.hides_at_zoom != recording.hidden_at_zoom:
        return _share(recording, now)
    return _read(recording, now, "read")


def _trash(recording: Recording, now: datetime) -> str:
    """Delete it at Zoom, if what allowed that still does."""
    assert recording.host is not None
    assert recording.zoom_uuid is not None
    if recording.gone_by == GoneBy.RULE and not _still_allowed(recording, now):
        Recording.objects.filter(pk=recording.pk, fence=recording.fence).update(
            wish=Wish.NONE, gone_by=GoneBy.UNKNOWN, lease_until=None
        )
        return "kept"
    recorded.put_into_trash(recording.host, recording.zoom_uuid, now)
    crash.point("recordings.settle.sent")
    _gone(recording, State.TRASHED, now)
    return "trashed"


def _still_allowed(recording: Recording, now: datetime) -> bool:
    """Whether the rule by which it is to go still wants so: nobody kept it, and a copy wanted is here."""
    rules = rules_of(recording.program)
    if recording.is_kept or rules.keeps == Keeps.KEEP:
        return False
    return rules.keeps == Keeps.DELETE or verify(recording, now)


def _share(recording: Recording, now: datetime) -> str:
    """Have Zoom share it with nobody, or again as before. With whom it was is noted before that ends."""
    host, uuid = recording.host, recording.zoom_uuid
    assert host is not None
    assert uuid is not None
    hides = recording.hides_at_zoom
    if hides:
        before = recorded.sharing(host, uuid, now)
        if before not in ("", recorded.SHARED_WITH_NOBODY):
            Recording.objects.filter(pk=recording.pk).update(share_before=before)
        recorded.share(host, uuid, recorded.SHARED_WITH_NOBODY, now)
    elif recording.share_before:
        recorded.share(host, uuid, recording.share_before, now)
    crash.point("recordings.settle.sent")
    with transaction.atomic():
        current = _mine(recording)
        if current is not None:
            current.hidden_at_zoom = hides
            current.attempts, current.last_error_code = 0, ""
            current.lease_until = None
            current.next_at = storing.next_look(current, now)
            current.save()
    return "hidden" if hides else "shared"


def _read(recording: Recording, now: datetime, word: str) -> str:
    assert recording.host is not None
    assert recording.zoom_uuid is not None
    found = recorded.read(recording.host, recording.zoom_uuid, now)
    with transaction.atomic():
        current = _mine(recording)
        if current is not None:
            current.lease_until = None
            storing.store(current, found, now)
    return word


def _not_there(recording: Recording, now: datetime) -> str:
    """Zoom says that there is none: trashed, being prepared, or gone (believed the second time)."""
    assert recording.host is not None
    on = recording.started_at.date()
    try:
        around = (on - timedelta(days=1), on + timedelta(days=1))
        trashed = recorded.listed(recording.host, *around, now, trash=True)
    except recorded.Unanswered as problem:
        return _put_off(recording, problem, now)
    if any(one.uuid == recording.zoom_uuid for one in trashed):
        _gone(recording, State.TRASHED, now)
        return "trashed"
    if recording.state == State.PROCESSING and now < recording.found_at + GIVEN_UP_AFTER:
        _release(recording, now + storing.SOON, "", now)
        return "waits"
    if recording.missing_reads + 1 < BELIEVED:
        rows = Recording.objects.filter(pk=recording.pk, fence=recording.fence)
        rows.update(missing_reads=F("missing_reads") + 1)
        _release(recording, now + LOOKS_AGAIN, "", now)
        return "missing"
    _gone(recording, State.DELETED, now)
    return "deleted"


def _gone(recording: Recording, state: State, now: datetime) -> None:
    """It is no longer among those that can be watched at Zoom; why, is known if it was wanted here."""
    with transaction.atomic():
        current = _mine(recording)
        if current is None:
            return
        current.state = state
        current.gone_at = current.gone_at or now
        current.missing_reads = 0 if state == State.TRASHED else current.missing_reads + 1
        current.wish = Wish.NONE
        current.read_at, current.lease_until, current.attempts = now, None, 0
        current.last_error_code = ""
        follow(current, rules_of(current.program), now)
        current.next_at = now + storing.DAILY
        current.save()


def _mine(recording: Recording) -> Recording | None:
    """The row, locked, if it is still this process that has it."""
    rows = Recording.objects.select_for_update(of=("self",), no_key=True).select_related("program")
    return rows.filter(pk=recording.pk, fence=recording.fence).first()


def _put_off(recording: Recording, problem: recorded.Unanswered, now: datetime) -> str:
    """Later. What Zoom refuses for good is no longer wished for, and said."""
    if problem.repeats and recording.wish:
        Recording.objects.filter(pk=recording.pk, fence=recording.fence).update(
            wish=Wish.NONE, gone_by=GoneBy.UNKNOWN if recording.gone_at is None else F("gone_by")
        )
    wait = storing.DAILY if problem.repeats else queue.back_off(recording.attempts, cap=3600)
    _release(recording, problem.retry_at or now + wait, problem.reason, now)
    return "refused" if problem.repeats else "put off"


def _release(recording: Recording, next_at: datetime, reason: str, now: datetime) -> None:
    Recording.objects.filter(pk=recording.pk, fence=recording.fence).update(
        next_at=next_at,
        lease_until=None,
        last_error_code=reason[:80],
        last_error_at=now if reason else None,
    )
