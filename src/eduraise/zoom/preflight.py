"""Looking a class over before it begins, at its host's wake-ups: what isn't right is mended or said.

What a wake-up asks of Zoom anyway (the token, the licence) needs no call of its own; each class within a day
is read once. What Zoom holds otherwise than wanted is set right by an operation, once; what it then still
holds otherwise, as locked account settings can make it, is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eduraise.core import hooks
from eduraise.programs.queries import enrolled_counts
from eduraise.zoom import reading
from eduraise.zoom.enums import PASSCODE, WAITING_ROOM, Licence, OperationKind, Why
from eduraise.zoom.guarding import guard_words, unsafe_codes
from eduraise.zoom.hosts import FREE_MINUTES
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomUser
from eduraise.zoom.wishes import want
from zoomclient import ZoomError

AHEAD = timedelta(hours=24)
# One mend an hour: a setting that Zoom's account has locked would be asked for in vain again and again
MEND_EVERY = timedelta(hours=1)
# What Zoom gives without a larger plan (KB0068522 and GET /users/{userId}/settings, read 2026-11-25)
USUAL_SEATS = 100

CONNECTION, LICENCE, TOO_LONG, SEATS = "connection", "licence", "too_long", "seats"
MISSING, MOVED, UNREAD = "missing", "moved", "unread"
WEBINAR = "webinar"

WORDS: dict[str, str | Promise] = {
    CONNECTION: gettext_lazy("Zoom doesn’t accept the connection."),
    LICENCE: gettext_lazy("The host has no meetings licence at Zoom."),
    TOO_LONG: gettext_lazy("Zoom ends it after 40 minutes: the licence is Basic."),
    MISSING: gettext_lazy("Zoom doesn’t find the meeting."),
    MOVED: gettext_lazy("Zoom has another time for it."),
    PASSCODE: gettext_lazy("It has no passcode at Zoom, though it should."),
    WAITING_ROOM: gettext_lazy("It has no waiting room at Zoom, though it should."),
    WEBINAR: gettext_lazy("It was turned into a webinar in Zoom."),
    UNREAD: gettext_lazy("Zoom could not be asked."),
}

log = structlog.get_logger(__name__)


def words(codes: Sequence[str]) -> list[str]:
    """What wasn't right, in sentences."""
    return [str(WORDS[code]) for code in codes if code in WORDS]


def line(occurrence: ZoomOccurrence) -> str:
    """What the last look came to, in a few words; "" before the first."""
    if occurrence.checked_at is None:
        return ""
    said = [*words(occurrence.check_codes), seats_words(occurrence), _left_open(occurrence)]
    return " ".join(each for each in said if each) or _("Everything is ready at Zoom.")


def _left_open(occurrence: ZoomOccurrence) -> str:
    codes = occurrence.meeting.left_open
    return f"{guard_words(codes)} {_('That was left so.')}" if codes else ""


def seats_words(occurrence: ZoomOccurrence) -> str:
    """That too few get in, with the numbers; "" where all do."""
    if not occurrence.seats_short or occurrence.seats is None:
        return ""
    seats, enrolled = occurrence.seats, occurrence.seats + occurrence.seats_short - 1
    students = ngettext("%(n)d student is enrolled", "%(n)d students are enrolled", enrolled) % {
        "n": enrolled
    }
    return _("%(students)s; Zoom lets %(seats)d people in, the teacher among them.") % {
        "students": students,
        "seats": seats,
    }


def look_over(host: ZoomUser, seats: int | None, now: datetime) -> int:
    """Look over the host's classes of the next day. Call it outside a transaction. How many weren't right.

    seats: how many Zoom lets into a meeting of this host; None where nobody could tell.
    """
    rows = list(coming(host, now))
    enrolled = enrolled_counts({row.meeting.program_id for row in rows}, now)
    return sum(bool(_look_at(row, host, seats, enrolled.get(row.meeting.program_id, 0), now)) for row in rows)


def without_connection(host: ZoomUser, now: datetime) -> int:
    """The connection is gone, so none of these classes can be started: said of each."""
    return coming(host, now).update(checked_at=now, check_codes=[CONNECTION], seats_short=0)


def coming(host: ZoomUser, now: datetime) -> QuerySet[ZoomOccurrence]:
    """The sittings that begin within a day, the next first."""
    return (
        ZoomOccurrence.objects.filter(
            meeting__host=host,
            meeting__meeting_number__isnull=False,
            meeting__gone_at__isnull=True,
            wanted_gone=False,
            replaced=False,
            wanted_starts_at__gt=now,
            wanted_starts_at__lte=now + AHEAD,
        )
        .select_related("meeting__host__account")
        .order_by("wanted_starts_at", "pk")
    )


def _look_at(
    row: ZoomOccurrence, host: ZoomUser, seats: int | None, enrolled: int, now: datetime
) -> list[str]:
    codes = _of_host(row, host)
    fits = seats or USUAL_SEATS
    short = max(0, enrolled + 1 - fits)  # the teacher takes one
    if short:
        codes.append(SEATS)
    try:
        found = reading.read_meeting(row.meeting, now)
    except ZoomError as problem:
        log.info("a class could not be looked over", reason=problem.reason)
        codes.append(UNREAD)
    else:
        if not found.is_overtaken:
            hooks.meeting_read.tell(meeting=row.meeting, reading=found, now=now)
        row.refresh_from_db()
        if found.is_webinar:
            codes.append(WEBINAR)
        codes += [MISSING] if row.meeting.missing_at or row.meeting.missing_reads else _of_meeting(row, now)
    ZoomOccurrence.objects.filter(pk=row.pk).update(
        checked_at=now, check_codes=codes, seats=fits if short else None, seats_short=short
    )
    return codes


def _of_host(row: ZoomOccurrence, host: ZoomUser) -> list[str]:
    codes = []
    length = row.wanted_ends_at - row.wanted_starts_at
    if host.licence == Licence.NONE:
        codes.append(LICENCE)
    if host.licence == Licence.BASIC and length > timedelta(minutes=FREE_MINUTES):
        codes.append(TOO_LONG)
    return codes


def _of_meeting(row: ZoomOccurrence, now: datetime) -> list[str]:
    meeting: ZoomMeeting = row.meeting
    meeting.refresh_from_db()
    if row.zoom_gone_at is not None and not _is_changing(meeting):
        return [MISSING]
    codes = [MOVED] if row.zoom_starts_at != row.wanted_starts_at and not _is_changing(meeting) else []
    return codes + (guard(row, now) or [])


def guard(row: ZoomOccurrence, now: datetime) -> list[str] | None:
    """Have what keeps strangers out set back at Zoom; what it holds otherwise although it was asked to.

    None while a change is on its way, whose answer will tell.
    """
    if _is_changing(row.meeting):
        return None
    unsafe = unsafe_codes(row.meeting)
    return None if unsafe and _mend(row, now) else unsafe


def _is_changing(meeting: ZoomMeeting) -> bool:
    return meeting.operations.filter(state__in=("pending", "calling", "unknown")).exists()


@transaction.atomic
def _mend(row: ZoomOccurrence, now: datetime) -> bool:
    """Have Zoom set right once; False if that was tried lately, in vain."""
    meeting = row.meeting
    tried = meeting.operations.filter(why=Why.PREFLIGHT, created_at__gt=now - MEND_EVERY)
    if tried.exists():
        return False
    want(
        meeting,
        OperationKind.UPDATE,
        not_before=now,
        deadline_at=row.wanted_ends_at,
        now=now,
        by=None,
        why=Why.PREFLIGHT,
    )
    return True
