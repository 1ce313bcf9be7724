"""Another personal link for a student whose link others have: the former is taken off at Zoom, then she is
registered anew. See `registering`, which does it."""

from __future__ import annotations

from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.accounts.names import by_name
from eduraise.core import audit
from eduraise.core.errors import DomainError
from eduraise.ui import times
from eduraise.zoom.enums import RegistrantState
from eduraise.zoom.models import Registrant, ZoomMeeting
from eduraise.zoom.registering import ADDS_A_DAY, SAME_LINK, adds_today, coming
from zoomclient.limits import next_utc_day

PAGE = 50
#: Whose registration stands, or is about to
HELD = (
    RegistrantState.WANTED,
    RegistrantState.REGISTERED,
    RegistrantState.RENEW_WANTED,
    RegistrantState.IMPOSSIBLE,
)


class NoPersonalLink(DomainError):
    """She has no link of her own to this meeting that could be replaced."""

    code = "no_personal_link"


class NoMoreLinksToday(DomainError):
    """Zoom gives one person three links to a meeting a day, and she has had them."""

    code = "no_more_links_today"

    def __init__(self, again_at: datetime, now: datetime) -> None:
        when = times.day_and_span(again_at, None, timezone.get_current_timezone(), now)
        words = _("Zoom gives a student three links to one meeting a day. Another can be made from %(when)s.")
        super().__init__(words % {"when": when})


@transaction.atomic
def renew_link(*, meeting: ZoomMeeting, person: User, by: User, now: datetime) -> None:
    """Have somebody's personal link replaced, with the worker's next turn. However often that is asked before
    then, it is one change at Zoom. Raises NoPersonalLink, NoMoreLinksToday."""
    rows = Registrant.objects.select_for_update(no_key=True)
    row = rows.filter(meeting=meeting, person=person).first()
    if row is not None and row.state == RegistrantState.RENEW_WANTED:
        return
    if not may_renew(meeting, now):
        raise NoPersonalLink(_("No class of this meeting is ahead: its links open nothing any more."))
    if row is None or row.state != RegistrantState.REGISTERED:
        raise NoPersonalLink(_("There is no personal link yet that could be replaced."))
    if adds_today(row, now) >= ADDS_A_DAY:
        # taken off she couldn't be added again before tomorrow
        raise NoMoreLinksToday(next_utc_day(now), now)
    Registrant.objects.filter(pk=row.pk).update(
        state=RegistrantState.RENEW_WANTED, next_at=now, attempts=0, reason=""
    )
    audit.record(
        "zoom.link_renewed",
        by=by,
        thing=meeting,
        at=now,
        program_uid=meeting.program.uid,
        after={"person": str(person.uid)},
    )


def may_renew(meeting: ZoomMeeting, now: datetime) -> bool:
    """Whether another link to it would serve for anything."""
    return coming(now).filter(pk=meeting.pk).exists()


def links_of(meeting: ZoomMeeting, number: str | None) -> Page[Registrant]:
    """Who has, or is to have, a personal link to a meeting, by name."""
    rows = Registrant.objects.filter(meeting=meeting, state__in=HELD).select_related("person")
    return Paginator(rows.order_by(*by_name("person__")), PAGE).get_page(number)


def state_words(row: Registrant) -> str:
    """How somebody's link stands, in words."""
    match row.state:
        case RegistrantState.IMPOSSIBLE:
            return _("Joins by the common link: Zoom refused to register them")
        case RegistrantState.REGISTERED if row.reason == SAME_LINK:
            return _("Has a link of their own. Zoom gave the same one again")
        case RegistrantState.REGISTERED if row.reason:
            return _("Has a link of their own. Zoom refused to replace it")
        case RegistrantState.REGISTERED:
            return _("Has a link of their own")
        case RegistrantState.WANTED if row.reason == RegistrantState.RENEW_WANTED:
            return str(RegistrantState.RENEW_WANTED.label)
    return row.get_state_display()
