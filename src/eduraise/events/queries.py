"""Zoom's events as the admin sees them."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from eduraise.events.models import ZoomEvent

PER_PAGE = 50
State = ZoomEvent.State
# What somebody may try again: it failed, or it fitted nothing then and may fit now.
RETRIABLE = (State.DEAD, State.QUARANTINED)


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


def events_on(shelf: Shelf, number: str | None) -> Page[ZoomEvent]:
    """A page of a shelf, the newest first, without the bodies: they hold people's names."""
    events = ZoomEvent.objects.filter(state__in=shelf.states).order_by("-received_at", "-pk").defer("body")
    return Paginator(events, PER_PAGE).get_page(number)


WHY: dict[str, str | Promise] = {
    "account": _("It comes from a Zoom account that nobody here has connected."),
    "host": _("Its host is nobody whom we know."),
    "meeting of another account": _("It names a meeting of another Zoom account."),
    "meeting of another host": _("It names a meeting of another host."),
    "sitting of another meeting": _("It names a sitting of another meeting."),
    "kind": _("Events of this kind are not understood here. It is kept."),
    "not connected": _("Its host has disconnected Zoom."),
    "no sitting": _("It names no sitting."),
}


def why(event: ZoomEvent) -> str | Promise:
    """Why an event stands where it stands, in words; "" where its state says it all."""
    if event.state == State.DEAD and event.last_error_code == "unreadable":
        return _("It can’t be read: %(reason)s.") % {"reason": event.skipped_why}
    if event.last_error_code and event.state in (State.DEAD, State.RECEIVED, State.WAITING):
        return _("It failed with %(error)s.") % {"error": event.last_error_code}
    if event.state == State.WAITING:
        return _("It may be about a meeting that is just being booked.")
    if event.state == State.DUPLICATE:
        return _("It tells what another event told before.")
    if event.state == State.HINT:
        return _("It came too late to be believed: Zoom was read instead.")
    return WHY.get(event.skipped_why, event.skipped_why)
