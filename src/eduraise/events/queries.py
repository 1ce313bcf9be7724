"""Zoom's events as the admin sees them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from eduraise.core import hooks
from eduraise.events.meaning import Told, read
from eduraise.events.models import ZoomEvent
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomUser
from zoomclient import webhooks
from zoomclient.webhooks import EventUnreadable

PER_PAGE = 50
State = ZoomEvent.State
# What somebody may try again: it failed, or it fitted nothing then and may fit now.
RETRIABLE = (State.DEAD, State.QUARANTINED, State.DISMISSED)
# What somebody may put away, so that it asks for nothing any more.
DISMISSIBLE = (State.DEAD, State.QUARANTINED)


@dataclass(frozen=True)
class Shelf:
    """Events that stand alike. name: in the address."""

    name: str
    title: str | Promise
    states: tuple[ZoomEvent.State, ...]


SHELVES = (
    Shelf("dead", pgettext_lazy("events", "Failed"), (State.DEAD,)),
    Shelf("quarantined", pgettext_lazy("events", "Fit nothing here"), (State.QUARANTINED,)),
    Shelf("waiting", pgettext_lazy("events", "Waiting"), (State.RECEIVED, State.WAITING)),
    Shelf("applied", pgettext_lazy("events", "Applied"), (State.APPLIED,)),
    Shelf("passed", pgettext_lazy("events", "Passed over"), (State.DUPLICATE, State.IGNORED, State.HINT)),
    Shelf("dismissed", pgettext_lazy("events", "Put away"), (State.DISMISSED,)),
)


@dataclass(frozen=True)
class Counted:
    """A shelf with the number of its events."""

    shelf: Shelf
    count: int
    current: bool


def shelf_named(name: str | None) -> Shelf:
    """The shelf of that name, else the first."""
    return next((shelf for shelf in SHELVES if shelf.name == name), SHELVES[0])


def counted_shelves(current: Shelf) -> list[Counted]:
    """All shelves with their numbers; one query."""
    counts = dict(ZoomEvent.objects.values_list("state").annotate(Count("pk")))
    return [
        Counted(shelf, sum(counts.get(state, 0) for state in shelf.states), shelf is current)
        for shelf in SHELVES
    ]


@dataclass(frozen=True)
class Seen:
    """An event as its row tells it. kind: what happened, in words; about: whose or which, "" where nobody
    here knows; href: the page of that."""

    event: ZoomEvent
    kind: str
    about: str = ""
    href: str = ""


def events_on(shelf: Shelf, number: str | None) -> Page[ZoomEvent]:
    """A page of a shelf, the newest first."""
    events = ZoomEvent.objects.filter(state__in=shelf.states).order_by("-received_at", "-pk")
    return Paginator(events, PER_PAGE).get_page(number)


def in_words(events: Sequence[ZoomEvent]) -> list[Seen]:
    """Events in words, with the class or the Zoom user that each is about; four queries for all. Of the
    bodies, which hold people's names, nothing else is shown."""
    told = {event.pk: said for event in events if (said := _read(event)) is not None}
    classes = _classes({said.event.meeting_number for said in told.values()})
    people = _people({said.host_id for said in told.values()})
    return [_seen(event, told.get(event.pk), classes, people) for event in events]


def _read(event: ZoomEvent) -> Told | None:
    try:
        return read(event)
    except EventUnreadable:
        return None


def _seen(
    event: ZoomEvent,
    told: Told | None,
    classes: Mapping[str, tuple[str, str]],
    people: Mapping[str, str],
) -> Seen:
    kind = str(KINDS_IN_WORDS.get(event.event, event.event) or _("It isn’t known what it tells."))
    if told is None:
        return Seen(event, kind)
    number = told.event.meeting_number
    title, href = classes.get(number, ("", ""))
    about = title or people.get(told.host_id, "") or (_("meeting %(n)s") % {"n": number} if number else "")
    return Seen(event, kind, about, href)


def _classes(numbers: Collection[str]) -> dict[str, tuple[str, str]]:
    """By meeting number: the class that is held in it, and its page; of a series only how it is called."""
    rows = ZoomMeeting.objects.filter(meeting_number__in=[number for number in numbers if number])
    names = dict(rows.values_list("meeting_number", "wanted_topic"))
    sittings = ZoomOccurrence.objects.filter(
        meeting__in=rows, replaced=False, meeting__type=ZoomMeeting.SCHEDULED
    )
    held = dict(sittings.values_list("meeting__meeting_number", "held_for"))
    known = {uid: (title, url) for uid, title, url in hooks.held_for.ask(uids=list(held.values()))}
    return {number: known.get(held.get(number), (topic, "")) for number, topic in names.items() if number}


def _people(ids: Collection[str]) -> dict[str, str]:
    """By Zoom's own id: the Zoom user's address."""
    rows = ZoomUser.objects.filter(zoom_user_id__in=[each for each in ids if each])
    return dict(rows.values_list("zoom_user_id", "email"))


KINDS_IN_WORDS: dict[str, str | Promise] = {
    "meeting.started": _("A meeting began"),
    "meeting.ended": _("A meeting ended"),
    "meeting.participant_joined": _("Somebody came in"),
    "meeting.participant_left": _("Somebody left"),
    "meeting.participant_joined_waiting_room": _("Somebody came to the waiting room"),
    "meeting.participant_left_waiting_room": _("Somebody left the waiting room"),
    "meeting.participant_admitted": _("Somebody was let in"),
    "meeting.participant_put_in_waiting_room": _("Somebody was sent back to the waiting room"),
    "meeting.participant_joined_breakout_room": _("Somebody went to a breakout room"),
    "meeting.participant_left_breakout_room": _("Somebody left a breakout room"),
    "recording.started": _("A recording began"),
    "recording.paused": _("A recording was paused"),
    "recording.resumed": _("A recording went on"),
    "recording.stopped": _("A recording was stopped"),
    "meeting.created": _("A meeting was made"),
    "meeting.updated": _("A meeting was changed"),
    "meeting.deleted": _("A meeting was deleted"),
    "meeting.recovered": _("A deleted meeting was brought back"),
    "meeting.permanently_deleted": _("A meeting was deleted for good"),
    "app_deauthorized": _("Somebody took the app’s rights away"),
    "user.activated": _("A Zoom user was activated"),
    "user.updated": _("A Zoom user was changed"),
    "user.deactivated": _("A Zoom user was deactivated"),
    "user.deleted": _("A Zoom user was deleted"),
    "user.disassociated": _("A Zoom user left the account"),
    "endpoint.url_validation": _("Zoom asked whether this address is ours"),
}
WHY: dict[str, str | Promise] = {
    "account": _("It comes from a Zoom account that nobody here has connected."),
    "host": _("Its host is nobody whom we know."),
    "meeting of another account": _("It names a meeting of another Zoom account."),
    "meeting of another host": _("It names a meeting of another host."),
    "sitting of another meeting": _("It names a sitting of another meeting."),
    "kind": _("Nothing here depends on events of this kind. It is kept."),
    "not connected": _("Its host has disconnected Zoom."),
    "no sitting": _("It names no sitting."),
}


def why(event: ZoomEvent) -> str | Promise:
    """Why an event stands where it stands, in words; "" where its state says it all."""
    if event.last_error_code == "unreadable" and event.state in (State.DEAD, State.DISMISSED):
        return _("It can’t be read: %(reason)s.") % {"reason": event.skipped_why}
    if event.last_error_code and event.state in (State.DEAD, State.RECEIVED, State.WAITING):
        return _("It failed with %(error)s.") % {"error": event.last_error_code}
    if event.state == State.WAITING:
        return _("It may be about a meeting that is just being booked.")
    if event.state == State.DUPLICATE:
        return _("It tells what another event told before.")
    if event.state == State.HINT:
        return _("It came too late to be believed: Zoom was read instead.")
    if event.event == webhooks.URL_VALIDATION:
        return _("It was answered.")
    if event.skipped_why == "host" and event.event.startswith("user."):
        return _("It is about a Zoom user whom nobody here has connected.")
    return WHY.get(event.skipped_why, event.skipped_why)
