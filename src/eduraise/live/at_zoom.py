"""What Zoom makes of a class's groups: whether it holds them prepared, and whom it sends there by itself."""

from __future__ import annotations

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.zoom.enums import OPEN_STATES, OperationKind, OperationState
from eduraise.zoom.models import ZoomMeeting, ZoomOperation
from eduraise.zoom.words import reason_words


class Prepared(StrEnum):
    """How the groups stand at Zoom."""

    NONE = "none"
    SERIES = "series"
    TOO_MANY = "too_many"
    WAITS = "waits"
    HELD = "held"
    DROPPED = "dropped"
    REFUSED = "refused"


WORDS: dict[Prepared, str | Promise] = {
    Prepared.NONE: "",
    Prepared.SERIES: _(
        "Zoom holds the same rooms for all classes of a series, so that these are not sent there. In the "
        "meeting, make the rooms by this list."
    ),
    Prepared.TOO_MANY: _(
        "Zoom sends 200 people at most to rooms by itself, so that these are not sent there. In the meeting, "
        "make the rooms by this list."
    ),
    Prepared.WAITS: _("They are being sent to Zoom."),
    Prepared.HELD: _("Zoom has them prepared: in the meeting, open Breakout rooms."),
    Prepared.DROPPED: _(
        "Zoom took them and kept none: the account doesn’t let hosts assign people to breakout rooms when "
        "they schedule. An admin of the account can allow it in Zoom’s web portal under Settings, In Meeting "
        "(Advanced), Breakout room. Until then, make the rooms in the meeting by this list."
    ),
}


def prepared(session: ClassSession) -> tuple[Prepared, str]:
    """How the groups of a class stand at Zoom, and that in words; one query."""
    if session.occurrence is None:
        return Prepared.NONE, ""
    meeting = session.occurrence.meeting
    if meeting.is_series:
        return Prepared.SERIES, str(WORDS[Prepared.SERIES])
    if meeting.wanted_rooms is None:
        return Prepared.NONE, ""
    last = (
        ZoomOperation.objects.filter(
            meeting=meeting, kind__in=(OperationKind.CREATE, OperationKind.UPDATE), stray_number=""
        )
        .order_by("-id")
        .first()
    )
    if last is not None and last.state in (OperationState.FAILED, OperationState.GIVEN_UP):
        return Prepared.REFUSED, reason_words(last.answer_code)
    waits = last is not None and last.state in OPEN_STATES
    found = Prepared.WAITS if waits else _compared(meeting)
    return found, str(WORDS[found])


def _compared(meeting: ZoomMeeting) -> Prepared:
    """What Zoom answered, against what it was sent."""
    return Prepared.HELD if _plain(meeting.zoom_rooms) == _plain(meeting.wanted_rooms) else Prepared.DROPPED


def _plain(rooms: list[dict[str, object]] | None) -> list[tuple[object, list[str]]]:
    return [
        (one["name"], sorted(str(email).lower() for email in _list(one["emails"]))) for one in rooms or []
    ]


def sends_people(state: str) -> bool:
    """Whether Zoom sends people of prepared groups to their rooms, or may yet."""
    return state in (Prepared.NONE, Prepared.WAITS, Prepared.HELD)


def _list(value: object) -> list[object]:
    return list(value) if isinstance(value, (list, tuple)) else []


def how_known(person: User, registered: set[int]) -> tuple[bool, str]:
    """Whether Zoom can send somebody to their room by itself, and why it can't: it takes Zoom's app,
    signed in with that address, and doesn't go with registration of people from outside its account
    (https://nus.atlassian.net/wiki/spaces/CTS/pages/36392806/Pre-assign+Breakout+Rooms, read 2026-11-26)."""
    if person.joined_at is None:
        return False, str(_("Has not taken up the invitation: send them there in the meeting"))
    if person.pk in registered:
        return False, str(_("Joins by a link of their own: send them there in the meeting"))
    return True, ""
