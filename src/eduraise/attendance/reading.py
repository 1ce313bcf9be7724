"""Reading at Zoom who was in a class, after its end: by the best list that its connection has, until that
tells the same twice, half an hour apart, or a day has passed.

Where a connection has no list, Zoom's events are final two hours after the end; where nothing is heard at all
the marking is by hand. What can't be read takes nothing away from what is known.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db.models import Q
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.attendance import listed
from eduraise.attendance.enums import Room, Source
from eduraise.attendance.models import Interval, Reading, ReadingPlan, Register
from eduraise.attendance.refusals import RolledUp
from eduraise.core import audit, clock, crash, queue
from eduraise.core.errors import DomainError
from eduraise.zoom import held
from eduraise.zoom.held import NotNow, Unavailable
from eduraise.zoom.instances import AROUND
from eduraise.zoom.models import ZoomInstance

LEASE = timedelta(minutes=5)
WORKS_SECONDS = 20.0
FIRST = timedelta(minutes=10)
APART = timedelta(minutes=30)
LATER = timedelta(hours=2)
EVENTS_FINAL, FINAL = timedelta(hours=2), timedelta(hours=24)
BY_HAND_EVERY = timedelta(minutes=2)

log = structlog.get_logger(__name__)


class ReadLately(DomainError):
    """Zoom was asked just now."""

    code = "read_lately"

    def __init__(self) -> None:
        super().__init__(_("Zoom was asked a moment ago. Its answer shows here as soon as it has come."))


def read_due(now: datetime, limit: int = 50) -> Counter[str]:
    """Read the sittings of classes whose time has come; what came of it, counted.

    Safe in several processes at once.
    """
    until = time.monotonic() + WORKS_SECONDS
    kept = ReadingPlan.objects.filter(settled_at__isnull=True, register__rolled_up_at__isnull=True)
    due = kept.filter(next_at__lte=now).order_by("next_at", "pk")
    outcomes: Counter[str] = Counter()
    for plan in due.select_related("register__session")[:limit]:
        if time.monotonic() > until:
            break
        fence = queue.claim(
            ReadingPlan.objects.filter(settled_at__isnull=True),
            plan,
            lease_now=clock.lease_now(),
            lease=LEASE,
        )
        if fence is not None:
            plan.fence, plan.attempts = fence, plan.attempts + 1
            outcomes[read_class(plan, clock.now())] += 1
    return outcomes


def read_class(plan: ReadingPlan, now: datetime) -> str:
    """Read one class's sittings, whose plan this process holds; one word for what came of it."""
    crash.point("attendance.reading.claimed")
    try:
        _find_sittings(plan, now)
        sittings = _sittings(plan.register)
        waits, plan.source, plan.why = _read_all(plan, sittings, now)
    except NotNow as problem:
        return _put_off(plan, problem.reason, problem.retry_at, now)
    except Exception as problem:
        # one class must not keep the others from being read
        log.exception("a class can't be read", register=str(plan.register.uid))
        return _put_off(plan, type(problem).__name__, None, now)
    crash.point("attendance.reading.read")
    return _settle(plan, sittings, now, waits=waits)


def _sittings(register: Register) -> list[ZoomInstance]:
    found = ZoomInstance.objects.filter(occurrence__held_for=register.session.uid)
    return list(found.select_related("host__account", "occurrence", "meeting").order_by("started_at", "pk"))


def _find_sittings(plan: ReadingPlan, now: datetime) -> None:
    """Ask once, after the class, which sittings there were: events and readings may have missed one."""
    session = plan.register.session
    was_asked = plan.listed_at is not None and (plan.asked_at is None or plan.asked_at <= plan.listed_at)
    occurrence = session.occurrence
    meeting = occurrence.meeting if occurrence is not None else None
    if was_asked or meeting is None or not meeting.meeting_number or now < session.ends_at:
        return
    try:
        held.find_sittings(meeting, session.starts_at - AROUND, session.ends_at + AROUND, now)
    except Unavailable as problem:
        plan.last_error_code, plan.last_error_at = problem.reason[:80], now
    plan.listed_at = now


def _read_all(plan: ReadingPlan, sittings: Sequence[ZoomInstance], now: datetime) -> tuple[bool, str, str]:
    """Read what is over and may say more; whether more is to come, by which list, and why by none."""
    waits, sources, whys = False, set(), set()
    for sitting in sittings:
        if sitting.ended_at is None:
            waits = True
            continue
        source, why = read_sitting(sitting, now, by_hand=plan.asked_by_id is not None)
        waits |= not _is_settled(sitting, source, why, now)
        sources.add(source)
        whys.add(why)
    # a class rests on the weakest of what its sittings rest on
    weakest = next((one for one in ("", Source.PAST, Source.REPORT) if one in sources), "")
    return waits, str(weakest), next((why for why in sorted(whys) if why), "")


def read_sitting(sitting: ZoomInstance, now: datetime, *, by_hand: bool = False) -> tuple[str, str]:
    """Read one sitting that is over by the best list; which that was ("" for none), and why not a better.

    What a host may no longer read counts as if there were no such list. Raises NotNow.
    """
    if sitting.host is None:
        return "", "no_host"
    listings, why = held.listings_of(sitting.host)
    for listing in listings:
        try:
            rows = held.read_list(sitting, listing, now, by_hand=by_hand)
        except Unavailable as problem:
            why = problem.reason
            continue
        listed.keep(sitting, Source(listing), rows, now)
        return str(listing), why
    return "", why


def _is_settled(sitting: ZoomInstance, source: str, why: str, now: datetime) -> bool:
    """Whether nothing more is to be expected of this sitting's list."""
    assert sitting.ended_at is not None
    if now >= sitting.ended_at + FINAL:
        return True
    if not source:
        # whoever connects again may still read it
        return why != held.NOT_CONNECTED and now >= sitting.ended_at + EVENTS_FINAL
    newest = Reading.objects.filter(instance=sitting, source=source).order_by("read_at", "pk").last()
    if newest is None or newest.seen_at - newest.read_at < APART:
        return False
    if newest.rows == 0:
        # of one participant Zoom tells nothing; of several it is late
        return _heard_of(sitting) < 2 and now >= sitting.ended_at + EVENTS_FINAL
    return newest.is_complete


def _heard_of(sitting: ZoomInstance) -> int:
    """How many people events saw in the meeting itself."""
    inside = Interval.objects.filter(
        participant__instance=sitting, participant__source=Source.WEBHOOK
    ).exclude(room=Room.WAITING)
    return inside.values("participant").distinct().count()


def _settle(plan: ReadingPlan, sittings: Sequence[ZoomInstance], now: datetime, *, waits: bool) -> str:
    """Note what came of a reading: all is known, or when to ask next."""
    over_at = max([plan.register.session.ends_at, *(one.ended_at for one in sittings if one.ended_at)])
    if not sittings:
        # nothing was held, as far as anybody knows: an event may still be late
        waits = now < over_at + EVENTS_FINAL
    is_done = not waits or now >= over_at + FINAL
    mine = ReadingPlan.objects.filter(pk=plan.pk, fence=plan.fence)
    values = {
        "source": plan.source,
        "why": plan.why[:40],
        "listed_at": plan.listed_at,
        "read_at": now,
        "lease_until": None,
        "attempts": 0,
        "asked_by": None,
        "next_at": _next(over_at, now),
    }
    # who asks while it is being read is answered by the next reading
    unasked = Q(asked_at__isnull=True) | Q(asked_at__lte=now)
    if is_done and mine.filter(unasked).update(settled_at=now, **values):
        Register.objects.filter(pk=plan.register_id).update(next_at=now, read_at=now)
        return "settled"
    mine.update(**values)
    Register.objects.filter(pk=plan.register_id).update(read_at=now)
    return "read"


def _next(over_at: datetime, now: datetime) -> datetime:
    """When to ask again: half an hour apart, after a while every two hours, and when a day has passed."""
    pause = APART if now < over_at + LATER * 2 else LATER
    steps = [at for at in (over_at + FIRST, over_at + EVENTS_FINAL, over_at + FINAL) if at > now]
    return min([now + pause, *steps])


def _put_off(plan: ReadingPlan, why: str, retry_at: datetime | None, now: datetime) -> str:
    """Zoom could not be asked: later; after a day what is known is taken as it is."""
    mine = ReadingPlan.objects.filter(pk=plan.pk, fence=plan.fence)
    failed = {"lease_until": None, "last_error_code": why[:80], "last_error_at": now}
    if now >= plan.register.session.ends_at + FINAL:
        mine.update(settled_at=now, **failed)
        Register.objects.filter(pk=plan.register_id).update(next_at=now)
        return "given up"
    mine.update(next_at=retry_at or now + queue.back_off(plan.attempts, first=30.0), **failed)
    return "unread"


def ask_to_read(*, register: Register, by: User, now: datetime) -> None:
    """Have Zoom read once more because somebody wants it.

    Raises ReadLately within two minutes of the last time, RolledUp.
    """
    if Register.objects.filter(pk=register.pk, rolled_up_at__isnull=False).exists():
        raise RolledUp
    lately = now - BY_HAND_EVERY
    free = (Q(asked_at__isnull=True) | Q(asked_at__lte=lately)) & (
        Q(read_at__isnull=True) | Q(read_at__lte=lately)
    )
    asked = ReadingPlan.objects.filter(free, register=register)
    if not asked.update(asked_at=now, asked_by=by, settled_at=None, next_at=now, attempts=0):
        raise ReadLately
    audit.record("attendance.read_again", by=by, thing=register, at=now)
