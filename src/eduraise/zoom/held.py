"""Sittings that are over, as Zoom lists them afterwards: which ones a meeting had, and who was in each.

Two lists tell who was there. The report takes the account's own app; the list of a past meeting takes a host
with a licence on a paid plan. Of a sitting with one participant both tell nothing, and after big ones they
are late. (https://developers.zoom.us/docs/api/meetings/, read 2026-11-23)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from eduraise.core import breaker
from eduraise.zoom import features, instances, silence, wholeaccount
from eduraise.zoom.asking import with_zoom
from eduraise.zoom.enums import Licence, Plan
from eduraise.zoom.models import ZoomInstance, ZoomMeeting, ZoomUser
from zoomclient import (
    NotFound,
    NotSent,
    ParticipantRow,
    PastInstance,
    PastMeeting,
    PastParticipant,
    RateLimited,
    Refused,
    ReportedParticipant,
    Zoom,
    ZoomError,
)


class Listing(StrEnum):
    """Which of Zoom's lists."""

    REPORT = "report"
    PAST = "past"


@dataclass(frozen=True)
class Row:
    """One stay of one person. stay: Zoom's id of it; breakout: of the room in which it was, "" for none.
    seconds: as Zoom counted, None or 0 where it has not yet."""

    stay: str
    name: str
    email: str
    zoom_user_id: str
    zoom_registrant_id: str
    joined_at: datetime
    left_at: datetime | None
    has_waited: bool = False
    breakout: str = ""
    seconds: int | None = None


class Unavailable(Exception):
    """This list can't be had of this host, and asking again changes nothing. reason: a stable word."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


NOT_CONNECTED = "not_connected"


class NotNow(Exception):
    """Zoom could not be asked, which says nothing of the sitting. retry_at: no sooner, where it is known."""

    def __init__(self, reason: str, retry_at: datetime | None = None) -> None:
        super().__init__(reason)
        self.reason, self.retry_at = reason, retry_at


def listings_of(host: ZoomUser) -> tuple[list[Listing], str]:
    """Which lists this host's connection may have, the best first; and why not the others, "" for all.

    Asked anew for each reading: a plan or a licence may change between two.
    """
    found = []
    if host.account.serves and host.account.plan != Plan.FREE and not _lacks_reports(host):
        found.append(Listing.REPORT)
    why = _why_no_past(host)
    if not why:
        found.append(Listing.PAST)
    return found, why if not found else ""


def _lacks_reports(host: ZoomUser) -> bool:
    return bool(features.REPORTS.lacking(host.account.scopes))


def _why_no_past(host: ZoomUser) -> str:
    if not host.is_usable:
        return NOT_CONNECTED
    if host.account.plan == Plan.FREE or host.licence in (Licence.BASIC, Licence.NONE):
        return "paid_plan_needed"
    return "" if features.may(host, features.WHO_CAME) else "scope_missing"


def read_list(sitting: ZoomInstance, listing: Listing, now: datetime, *, by_hand: bool = False) -> list[Row]:
    """Everybody who was in a sitting, all pages; [] where Zoom has none (yet). Call it outside a transaction.

    by_hand: because somebody waits for it. Raises Unavailable or NotNow; then nothing that was read counts.
    """
    host, uuid = sitting.host, sitting.meeting_uuid
    if host is None:
        raise Unavailable("no_host")
    asks: dict[Listing, Callable[[], Sequence[ParticipantRow]]] = {
        Listing.REPORT: lambda: wholeaccount.ask(host.account, now, lambda zoom: _reported(zoom, uuid)),
        Listing.PAST: lambda: with_zoom(host, now, lambda zoom: _of_past(zoom, uuid), by_hand=by_hand),
    }
    try:
        return list(_rows(_ask(asks[listing], now)))
    except NotFound:
        return []


def _reported(zoom: Zoom, uuid: str) -> list[ReportedParticipant]:
    return list(zoom.reports.participants(uuid))


def _of_past(zoom: Zoom, uuid: str) -> list[PastParticipant]:
    return list(zoom.past_meetings.participants(uuid))


def _ask[Got](ask: Callable[[], Got], now: datetime) -> Got:
    """Raises NotFound, Unavailable or NotNow."""
    if not breaker.may_call(silence.BREAKER, now):
        raise NotNow("silent")
    try:
        got = ask()
    except ZoomError as problem:
        silence.note(problem, now)
        if isinstance(problem, NotFound):
            raise
        if isinstance(problem, Refused) and problem.reason != "page_token_expired":
            raise Unavailable(problem.reason) from None
        retry_at = problem.retry_at if isinstance(problem, NotSent | RateLimited) else None
        raise NotNow(problem.reason, retry_at) from None
    breaker.answered(silence.BREAKER)
    return got


def _rows(found: Iterable[ParticipantRow]) -> Iterable[Row]:
    for row in found:
        if row.join_time is None:
            continue
        reported = row if isinstance(row, ReportedParticipant) else None
        yield Row(
            stay=row.user_id,
            name=row.name,
            email=row.user_email,
            zoom_user_id=(reported.participant_user_id if reported else "") or row.id,
            zoom_registrant_id=row.registrant_id,
            joined_at=row.join_time,
            left_at=row.leave_time,
            has_waited=row.was_in_waiting_room,
            breakout=reported.bo_mtg_id if reported else "",
            seconds=row.duration,
        )


def find_sittings(meeting: ZoomMeeting, begun_from: datetime, begun_until: datetime, now: datetime) -> int:
    """Ask Zoom which sittings of a meeting began in this span, and keep those that nobody told of; how many.

    Call it outside a transaction. Raises Unavailable or NotNow.
    """
    number, host = str(meeting.meeting_number), meeting.host
    if not features.may(host, features.WHO_CAME):
        raise Unavailable("scope_missing")
    try:
        listed = _ask(lambda: with_zoom(host, now, lambda zoom: zoom.past_meetings.instances(number)), now)
    except NotFound:
        return 0
    around = [one for one in listed if one.start_time and begun_from <= one.start_time <= begun_until]
    known = ZoomInstance.objects.filter(meeting_uuid__in=[one.uuid for one in around])
    complete = set(
        known.filter(ended_at__isnull=False, end_is_estimate=False).values_list("meeting_uuid", flat=True)
    )
    missing = [one for one in around if one.uuid not in complete]
    for one in missing:
        _keep(meeting, one, now)
    return len(missing)


def _keep(meeting: ZoomMeeting, listed: PastInstance, now: datetime) -> None:
    """A sitting that is over, with its end where Zoom tells it; else the end is noticed now."""
    ended_at = end_of(meeting.host, listed.uuid, now)
    with transaction.atomic():
        sitting = instances.fold_sitting(
            host=meeting.host,
            meeting=meeting,
            number=str(meeting.meeting_number),
            uuid=listed.uuid,
            began_at=listed.start_time,
            ended_at=ended_at,
        )
        if ended_at is None:
            instances.estimate_end(sitting, now)


def end_of(host: ZoomUser, uuid: str, now: datetime) -> datetime | None:
    """When a sitting ended by Zoom's own word; None where it can't be told. Raises NotNow."""
    try:
        past: PastMeeting = _ask(lambda: with_zoom(host, now, lambda zoom: _past(zoom, uuid)), now)
    except (NotFound, Unavailable):
        return None
    return past.end_time


def _past(zoom: Zoom, uuid: str) -> PastMeeting:
    return zoom.past_meetings.get(uuid)
