"""Registering students for meetings, by their program's choice: each gets a join link of her own, by which
Zoom says afterwards who came.

Who is enrolled is registered, who isn't any more is taken off; the stored link is used again. Adding one
person twice gives the same registration, so that a call whose outcome is unknown is simply made again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core import breaker, clock, encrypted, queue
from eduraise.core.queue import back_off
from eduraise.programs.models import Enrolment
from eduraise.zoom import features, silence
from eduraise.zoom.asking import with_zoom
from eduraise.zoom.enums import USABLE, Licence, OperationKind, RegistrantState, Why
from eduraise.zoom.models import (
    FormerRegistrant,
    Registrant,
    ZoomMeeting,
    ZoomOccurrence,
    ZoomOperation,
    ZoomUser,
)
from eduraise.zoom.wishes import program_wishes, want
from zoomclient import (
    ConnectionLost,
    NotFound,
    RateLimited,
    Refused,
    RegistrantAction,
    RegistrantDraft,
    ScopeMissing,
    ZoomError,
)
from zoomclient.limits import next_utc_day, utc_day
from zoomclient.registrants import MOST_AT_ONCE, AddedRegistrant

LEASE = timedelta(seconds=60)
TURN = 300
MEETINGS_A_TURN = 20
ASKS_AGAIN_AFTER = timedelta(days=7)
# Zoom adds one person to one meeting three times a day at most
ADDS_A_DAY = 3
ALONE = "one_by_one"
WANTED, REGISTERED = RegistrantState.WANTED, RegistrantState.REGISTERED
CANCEL_WANTED, CANCELLED = RegistrantState.CANCEL_WANTED, RegistrantState.CANCELLED
RENEW_WANTED = RegistrantState.RENEW_WANTED
# Zoom knows nobody by this id at the meeting: who is to be taken off is off
UNKNOWN_THERE = "invalid_registrant"
# Of a registration: she was taken off and added again, and Zoom gave her the link that she had
SAME_LINK = "same_link"

type Act = Callable[[ZoomMeeting, list[Registrant], datetime], str]

log = structlog.get_logger(__name__)


def register_due(now: datetime) -> Counter[str]:
    """Bring registrations in line with enrolments; what was done, counted."""
    done: Counter[str] = Counter()
    done["chosen"] = follow_choice(now)
    done["wanted"] = want_enrolled(now)
    done["to take off"] = want_ended_off(now)
    done += _settle_due(now)
    if done["let go"]:
        # the second half of another link: nobody is to stand without one until the next turn
        done += _settle_due(now)
    return +done


def _settle_due(now: datetime) -> Counter[str]:
    done: Counter[str] = Counter()
    for meeting, rows in _due(now):
        if not breaker.may_call(silence.BREAKER, now):
            done["silent"] += 1
            break
        done += _settle_meeting(meeting, rows, clock.now())
    return done


def link_of(person: User, meeting: ZoomMeeting) -> str:
    """Somebody's own join link for a meeting, "" where she has none. For a redirect, never for a page."""
    row = Registrant.objects.filter(meeting=meeting, person=person, state=REGISTERED).first()
    return (row.join_url or "") if row else ""


def words_of(meeting: ZoomMeeting) -> str:
    """How many are registered for a meeting, or why nobody is, in words. One query."""
    if not meeting.registers:
        if not features.may(meeting.host, features.REGISTRATION):
            return _("Off: the app at Zoom lacks the scopes. Students join by the common link.")
        if meeting.host.licence != Licence.LICENSED:
            return _("Not possible: it takes a licensed host. Students join by the common link.")
        return _("Zoom doesn’t register anybody yet.")
    found = Counter(Registrant.objects.filter(meeting=meeting).values_list("state", flat=True))
    known, failed = found[REGISTERED] + found[RENEW_WANTED], found[RegistrantState.IMPOSSIBLE]
    all_of_them = known + failed + found[WANTED]
    words = _("%(known)d of %(all)d students") % {"known": known, "all": all_of_them}
    if failed:
        words += " · " + _("%(number)d by the common link, Zoom refused them") % {"number": failed}
    return words


def coming(now: datetime) -> QuerySet[ZoomMeeting]:
    """Meetings at Zoom that have something ahead."""
    ahead = ZoomOccurrence.objects.filter(
        meeting=OuterRef("pk"), wanted_gone=False, replaced=False, wanted_ends_at__gt=now
    )
    return ZoomMeeting.objects.filter(
        Exists(ahead), meeting_number__isnull=False, gone_at__isnull=True, wanted_gone=False
    )


def follow_choice(now: datetime) -> int:
    """Have coming meetings register, or not, as their programs choose now and their hosts can.

    What Zoom was asked for and holds otherwise it is asked again only much later: a licence or the account's
    settings may be others by then.
    """
    able = Q(host__licence=Licence.LICENSED, host__state__in=USABLE)
    choice = F("program__class_settings__registers_students")
    chosen = Q(program__class_settings__registers_students=True)
    asked = Q(wanted_settings__registers_students=True)
    lately = ZoomOperation.objects.filter(
        meeting=OuterRef("pk"), why=Why.REGISTRATION, created_at__gt=now - ASKS_AGAIN_AFTER
    )
    to_ask = (chosen & ~asked) | (~chosen & asked) | ~Exists(lately)
    waiting = Q(operations__state__in=("pending", "calling", "unknown"))
    unlike = coming(now).filter(able & to_ask).exclude(registers=choice).exclude(waiting)
    hosts = ZoomUser.objects.filter(pk__in=unlike.values("host")).select_related("account")
    granted = [host for host in queue.found(hosts) if features.may(host, features.REGISTRATION)]
    meetings = unlike.filter(host__in=granted).select_related("program__class_settings").order_by("pk")
    return len([_ask_for(meeting, now) for meeting in meetings[:MEETINGS_A_TURN]])


@transaction.atomic
def _ask_for(meeting: ZoomMeeting, now: datetime) -> ZoomOperation:
    ZoomMeeting.objects.filter(pk=meeting.pk).update(
        wanted_settings=meeting.wanted_settings | program_wishes(meeting.program),
        wanted_version=F("wanted_version") + 1,
    )
    meeting.refresh_from_db()
    last = meeting.occurrences.order_by("-wanted_ends_at")[0]
    return want(
        meeting,
        OperationKind.UPDATE,
        not_before=now,
        deadline_at=last.wanted_ends_at,
        now=now,
        by=None,
        why=Why.REGISTRATION,
    )


def want_enrolled(now: datetime) -> int:
    """Want everybody enrolled who is not registered yet, and anew who had been taken off."""
    meetings = coming(now).filter(registers=True)
    enrolled = Enrolment.objects.active(now).filter(
        person__is_active=True, program__zoom_meetings__in=meetings, program__archived_at__isnull=True
    )
    known = Registrant.objects.filter(meeting=OuterRef("program__zoom_meetings"), person=OuterRef("person"))
    back = enrolled.filter(Exists(known.filter(state__in=(CANCELLED, CANCEL_WANTED))))
    missing = enrolled.filter(~Exists(known))
    pairs = list(missing.values_list("program__zoom_meetings", "person", "person__email").distinct()[:TURN])
    Registrant.objects.bulk_create(
        [
            Registrant(meeting_id=meeting, person_id=person, email=email, next_at=now)
            for meeting, person, email in pairs
        ],
        ignore_conflicts=True,
    )
    again = list(back.values_list("program__zoom_meetings", "person").distinct()[:TURN])
    for meeting, person in again:
        off = Registrant.objects.filter(state__in=(CANCELLED, CANCEL_WANTED))
        off.filter(meeting=meeting, person=person).update(state=WANTED, next_at=now, attempts=0, reason="")
    return len(pairs) + len(again)


def want_ended_off(now: datetime) -> int:
    """Want off who isn't enrolled any more, or was closed out."""
    still = Enrolment.objects.active(now).filter(
        person=OuterRef("person"), program=OuterRef("meeting__program"), person__is_active=True
    )
    held = (WANTED, REGISTERED, RENEW_WANTED)
    gone = Registrant.objects.filter(~Exists(still), state__in=held, meeting__in=coming(now))
    ids = list(gone.values_list("pk", flat=True)[:TURN])
    rows = Registrant.objects.filter(pk__in=ids)
    never = rows.filter(zoom_registrant_id__isnull=True, state=WANTED, attempts=0)
    return never.update(state=CANCELLED) + rows.filter(state__in=held).update(
        state=CANCEL_WANTED, next_at=now, attempts=0
    )


def _due(now: datetime) -> Iterable[tuple[ZoomMeeting, list[Registrant]]]:
    """What is due, by meeting, the next class first; at most a batch of each kind."""
    rows = (
        Registrant.objects.filter(
            state__in=(WANTED, RENEW_WANTED, CANCEL_WANTED),
            next_at__lte=now,
            meeting__in=coming(now),
            meeting__host__state__in=USABLE,
        )
        .select_related("meeting__host__account", "person")
        .order_by("next_at", "pk")[:TURN]
    )
    grouped: dict[int, list[Registrant]] = defaultdict(list)
    for row in rows:
        grouped[row.meeting_id].append(row)
    for group in list(grouped.values())[:MEETINGS_A_TURN]:
        yield group[0].meeting, group


def _settle_meeting(meeting: ZoomMeeting, rows: list[Registrant], now: datetime) -> Counter[str]:
    taken = [row for row in rows if _take(row, now)]
    wanted = [row for row in taken if row.state == WANTED]
    done: Counter[str] = Counter()
    for batch in _batches(meeting, wanted):
        done += _call(meeting, batch, _add, now)
    for state in (CANCEL_WANTED, RENEW_WANTED):
        off = [row for row in taken if row.state == state]
        for start in range(0, len(off), MOST_AT_ONCE):
            done += _call(meeting, off[start : start + MOST_AT_ONCE], _take_off, now)
    return done


def _batches(meeting: ZoomMeeting, rows: list[Registrant]) -> list[list[Registrant]]:
    """Zoom takes thirty at once for a single meeting, one by one for a series.

    Those of a batch that was refused go alone: one of them was the reason.
    """
    size = MOST_AT_ONCE if meeting.type == ZoomMeeting.SCHEDULED else 1
    alone = [row for row in rows if row.last_error_code == ALONE]
    together = [row for row in rows if row.last_error_code != ALONE]
    return [[row] for row in alone] + [
        together[start : start + size] for start in range(0, len(together), size)
    ]


def _take(row: Registrant, now: datetime) -> bool:
    """Have it for this process alone; False if another has it, or it must wait for tomorrow."""
    if row.state == WANTED and adds_today(row, now) >= ADDS_A_DAY:
        Registrant.objects.filter(pk=row.pk).update(next_at=next_utc_day(now))
        return False
    rows = Registrant.objects.filter(state=row.state)
    fence = queue.claim(rows, row, lease_now=clock.lease_now(), lease=LEASE)
    if fence is None:
        return False
    row.fence, row.attempts = fence, row.attempts + 1
    return True


def adds_today(row: Registrant, now: datetime) -> int:
    """How often somebody was added to a meeting on this day of Zoom's."""
    return row.adds_count if row.adds_on == utc_day(now) else 0


def _call(meeting: ZoomMeeting, rows: list[Registrant], act: Act, now: datetime) -> Counter[str]:
    if not rows:
        return Counter()
    try:
        what = act(meeting, rows, now)
    except ZoomError as problem:
        silence.note(problem, now)
        return _store_problem(rows, problem, now)
    breaker.answered(silence.BREAKER)
    return Counter({what: len(rows)})


def _add(meeting: ZoomMeeting, rows: list[Registrant], now: datetime) -> str:
    drafts = [
        RegistrantDraft(email=row.email, first_name=row.person.name[:64] or row.email[:64]) for row in rows
    ]
    number = str(meeting.meeting_number)
    if len(rows) == 1:
        added: Sequence[AddedRegistrant] = [
            with_zoom(meeting.host, now, lambda zoom: zoom.registrants.add(number, drafts[0]))
        ]
        pairs = list(zip(rows, added, strict=True))
    else:
        added = with_zoom(meeting.host, now, lambda zoom: zoom.registrants.add_many(number, drafts))
        by_email = {one.email.casefold(): one for one in added}
        pairs = [(row, by_email[row.email.casefold()]) for row in rows if row.email.casefold() in by_email]
    for row, told in pairs:
        _store_added(row, told, now)
    answered = {row.pk for row, _told in pairs}
    _put_off([row for row in rows if row.pk not in answered], "not_answered", now)
    return "registered"


@transaction.atomic
def _store_added(row: Registrant, told: AddedRegistrant, now: datetime) -> None:
    """She is registered. By her former id she stays known: of earlier sittings Zoom tells by that."""
    is_ours = Registrant.objects.filter(pk=row.pk, fence=row.fence).update(
        state=REGISTERED,
        zoom_registrant_id=told.registrant_id,
        join_url=encrypted.seal(row, row.uid, "join_url", told.join_url) if told.join_url else None,
        adds_on=utc_day(now),
        adds_count=adds_today(row, now) + 1,
        lease_until=None,
        reason=SAME_LINK
        if row.reason == RENEW_WANTED and told.registrant_id == row.zoom_registrant_id
        else "",
        last_error_code="",
    )
    if is_ours and row.zoom_registrant_id not in (None, told.registrant_id):
        FormerRegistrant.objects.get_or_create(
            registrant=row, zoom_registrant_id=row.zoom_registrant_id, defaults={"until_at": now}
        )


def _take_off(meeting: ZoomMeeting, rows: list[Registrant], now: datetime) -> str:
    known = {row.zoom_registrant_id: row.email for row in rows if row.zoom_registrant_id}
    if known:
        number = str(meeting.meeting_number)
        with_zoom(
            meeting.host,
            now,
            lambda zoom: zoom.registrants.set_status(number, RegistrantAction.CANCEL, known),
        )
    for row in rows:
        _store_off(row, now)
    return "let go" if rows[0].state == RENEW_WANTED else "taken off"


def _store_off(row: Registrant, now: datetime) -> None:
    """Her link opens nothing any more; who is to have another is wanted anew."""
    ours = Registrant.objects.filter(pk=row.pk, fence=row.fence)
    if row.state == RENEW_WANTED:
        ours.update(
            state=WANTED, reason=RENEW_WANTED, join_url=None, lease_until=None, next_at=now, attempts=0
        )
    else:
        ours.update(state=CANCELLED, join_url=None, lease_until=None, last_error_code="")


def _store_problem(rows: list[Registrant], problem: ZoomError, now: datetime) -> Counter[str]:
    log.info("registration not done", reason=problem.reason, number=len(rows))
    if isinstance(problem, RateLimited):
        spent_by_one = problem.per_registrant and len(rows) > 1
        _put_off(
            rows, ALONE if spent_by_one else problem.reason, now, now if spent_by_one else problem.retry_at
        )
        return Counter({"put off": len(rows)})
    if isinstance(problem, Refused) and not isinstance(problem, NotFound):
        if len(rows) > 1 and not isinstance(problem, ScopeMissing):
            _put_off(rows, ALONE, now, now)
            return Counter({"put off": len(rows)})
        return _close(rows, problem, now)
    pause = timedelta(minutes=15) if isinstance(problem, ConnectionLost) else None
    _put_off(rows, problem.reason, now, now + pause if pause else None)
    return Counter({"put off": len(rows)})


def _close(rows: list[Registrant], problem: Refused, now: datetime) -> Counter[str]:
    """Zoom won't: who was to be registered joins by the common link, who was to go is as good as gone, and
    who was to get another link keeps hers, unless Zoom knows her by that no more."""
    for row in rows:
        if row.state == RENEW_WANTED and problem.reason == UNKNOWN_THERE:
            _store_off(row, now)
            return Counter({"let go": 1})
        state = {WANTED: RegistrantState.IMPOSSIBLE, RENEW_WANTED: REGISTERED}.get(
            RegistrantState(row.state), CANCELLED
        )
        Registrant.objects.filter(pk=row.pk, fence=row.fence).update(
            state=state, reason=problem.reason[:60], lease_until=None
        )
    return Counter({"impossible": len(rows)})


def _put_off(rows: list[Registrant], why: str, now: datetime, until: datetime | None = None) -> None:
    for row in rows:
        Registrant.objects.filter(pk=row.pk, fence=row.fence).update(
            next_at=until or now + back_off(row.attempts),
            lease_until=None,
            last_error_code=why[:80],
            last_error_at=now,
        )
