"""iCalendar (RFC 5545) of entries. The same entries are the same bytes, so that a hash of them can stand for
what is written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings
from icalendar import Calendar, Event, Timezone

from eduraise.accounts.models import User
from eduraise.accounts.reading import named_zone
from eduraise.calendars.entries import Entry, SeriesDate, SeriesEntry, Written
from eduraise.calendars.zones import zone_rules

END = b"END:VCALENDAR\r\n"
REQUEST, CANCEL = "REQUEST", "CANCEL"
PRODUCT = "-//EduRaise//EduRaise//EN"
# How often programs are asked to come again
AGAIN = timedelta(hours=1)
TITLE_LONGEST, DESCRIPTION_LONGEST = 200, 4000
# Turn the direction of what follows them, beyond the text that they stand in
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def write_calendar(*, name: str, entries: Sequence[Written]) -> bytes:
    """A calendar with these entries and the rules of their zones. name: what programs call it."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("name", one_line(name))
    calendar.add("x-wr-calname", one_line(name))
    calendar.add("refresh-interval", AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for zone in _zones(entries):
        calendar.add_component(zone)
    body: bytes = calendar.to_ical(sorted=False)
    return body.removesuffix(END) + b"".join(_lines(one) for one in entries) + END


def write_invitation(entry: Entry, *, method: str, to: User, at: datetime) -> bytes:
    """One entry as a calendar message (RFC 5546) to one attendee, from the organisation, made at an instant.
    No answer is asked for."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for zone in _zones([entry]):
        calendar.add_component(zone)
    event = _event(entry, uid=entry.uid, version=entry.version)
    del event["dtstamp"]
    event.add("dtstamp", at.astimezone(UTC))
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)
    organiser = {"CN": one_line(sender[0] or settings.ORGANISATION or "EduRaise")}
    event.add("organizer", f"mailto:{sender[1]}", parameters=organiser)
    attendee = {"CN": one_line(to.name), "ROLE": "REQ-PARTICIPANT", "RSVP": "FALSE"}
    event.add("attendee", f"mailto:{to.email}", parameters=attendee)
    calendar.add_component(event)
    body: bytes = calendar.to_ical(sorted=False)
    return body


def one_line(text: str) -> str:
    """Text of one line, without what no calendar shows."""
    return " ".join(plain(text).split())[:TITLE_LONGEST]


def plain(text: str) -> str:
    """Text in lines, without control characters, half characters and marks that turn its surroundings."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    return "".join(letter for letter in lines if letter == "\n" or _is_shown(letter))[:DESCRIPTION_LONGEST]


def _is_shown(letter: str) -> bool:
    return unicodedata.category(letter) not in ("Cc", "Cs") and letter not in _TURNS


@lru_cache(maxsize=4096)
def _lines(written: Written) -> bytes:
    """What is written of one entry or series. Writing it takes a millisecond or two, and all students of a
    class have the same one in their feeds, which programs fetch at the same full hours."""
    if isinstance(written, Entry):
        events: Iterable[Event] = [_event(written, uid=written.uid, version=written.version)]
    elif isinstance(written, SeriesDate):
        events = [_date_of_series(written)]
    else:
        events = _series(written)
    return b"".join(event.to_ical(sorted=False) for event in events)


def _series(series: SeriesEntry) -> Iterator[Event]:
    """One entry with the rule, then what differs from it under the same uid."""
    pattern = series.pattern
    event = _event(pattern, uid=pattern.uid, version=pattern.version)
    until = series.until.astimezone(UTC)
    event.add("rrule", {"freq": "weekly", "interval": series.every_weeks, "until": until})
    for start in series.excluded:
        event.add("exdate", _local(start, pattern.zone))
    yield event
    for start, entry in series.exceptions:
        other = _event(entry, uid=pattern.uid, version=pattern.version)
        other.add("recurrence-id", _local(start, pattern.zone))
        yield other


def _date_of_series(written: SeriesDate) -> Event:
    """Under the series' uid: a calendar that has the series puts this in the place of that date."""
    event = _event(written.entry, uid=written.entry.uid, version=written.entry.version)
    event.add("recurrence-id", _local(written.start, written.zone))
    return event


def _event(entry: Entry, *, uid: str, version: int) -> Event:
    event = Event()
    event.add("uid", f"{uid}@{urlsplit(settings.BASE_URL).hostname}")
    event.add("sequence", version)
    # without METHOD this is when the entry was last changed (RFC 5545, 3.8.7.2)
    event.add("dtstamp", entry.changed_at.astimezone(UTC))
    event.add("last-modified", entry.changed_at.astimezone(UTC))
    event.add("dtstart", _local(entry.starts_at, entry.zone))
    event.add("dtend", _local(entry.ends_at, entry.zone))
    event.add("summary", one_line(entry.title))
    event.add("description", plain(entry.description))
    if entry.door:
        event.add("location", entry.door)
        event.add("url", entry.door)
    if entry.category:
        event.add("categories", [one_line(entry.category)])
    event.add("status", "CANCELLED" if entry.is_cancelled else "CONFIRMED")
    return event


def _local(at: datetime, zone: str) -> datetime:
    """An instant by the zone's clocks; in UTC where these show the same time twice and this is the second,
    which iCalendar can't say otherwise."""
    there = at.astimezone(named_zone(zone))
    return at.astimezone(UTC) if there.fold or str(there.tzinfo) == "UTC" else there


def _zones(entries: Iterable[Written]) -> Iterator[Timezone]:
    """The rules of each zone that is written, over the years in which it is."""
    years: dict[str, set[int]] = {}
    for zone, at in _instants(entries):
        there = _local(at, zone)
        if there.tzinfo is not UTC:
            years.setdefault(str(there.tzinfo), set()).add(there.year)
    for zone, seen in sorted(years.items()):
        yield zone_rules(zone, min(seen), max(seen))


def _instants(entries: Iterable[Written]) -> Iterator[tuple[str, datetime]]:
    for written in entries:
        if isinstance(written, Entry):
            yield from _hours_of(written)
            continue
        if isinstance(written, SeriesDate):
            yield from _hours_of(written.entry)
            yield written.zone, written.start
            continue
        yield from _hours_of(written.pattern)
        yield written.pattern.zone, written.until
        for _start, entry in written.exceptions:
            yield from _hours_of(entry)


def _hours_of(entry: Entry) -> tuple[tuple[str, datetime], ...]:
    return (entry.zone, entry.starts_at), (entry.zone, entry.ends_at)
