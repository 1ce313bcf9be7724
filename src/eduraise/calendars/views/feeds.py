"""What calendar programs fetch: a feed by its secret address, and one class as a file."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from eduraise.access.roles import RoleRequest
from eduraise.accounts.reading import as_read_by
from eduraise.calendars.actions import hash_of, note_fetched
from eduraise.calendars.describing import entries_of, written_alone
from eduraise.calendars.entries import SeriesDate, SeriesEntry, Written
from eduraise.calendars.models import Feed
from eduraise.calendars.queries import classes_of, name_of, of_its_series
from eduraise.calendars.writing import write_calendar
from eduraise.classes.decorators import about_a_class
from eduraise.classes.joining import Standing
from eduraise.classes.lessons import name_lessons
from eduraise.classes.models import ClassSession
from eduraise.classes.times import tzdata_version
from eduraise.core import clock
from eduraise.core.misses import Misses
from eduraise.core.places import Places

# No secret is guessed: this keeps whoever tries from costing much. Programs of many people ask from one place
MISSES = Misses("feed", allowed=60)
# A quarter of the threads of each process
PLACES = Places(max(1, settings.WEB_THREADS // 4))
# In so many seconds a program that found no place is asked to come again
COME_AGAIN = (60, 900)
# Rises when the same entries are written differently
FORM = 2
HEADERS = {
    # a program may keep what it fetched, and asks each time whether it still holds
    "Cache-Control": "private, no-cache",
    "X-Robots-Tag": "noindex, nofollow",
    "Referrer-Policy": "no-referrer",
}


@login_not_required
@require_safe
def feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    """What the owner of this secret address may see now, for calendar programs.

    They all come at the full hour: no more than a share of the threads serves them, the rest is asked to come
    again in a while, and pages have the other threads.
    """
    with PLACES.one() as is_free:
        return _feed(request, secret) if is_free else _later()


def _feed(request: HttpRequest, secret: str) -> HttpResponseBase:
    now = clock.now()
    found = Feed.objects.select_related("person", "program").filter(secret_hash=hash_of(secret)).first()
    if found is None or not found.person.is_active:
        return _nothing_here(request)
    note_fetched(feed=found, now=now)
    with as_read_by(found.person):
        entries = entries_of(classes_of(found, now))
        name = name_of(found, now)
        return _calendar(request, name, entries)


@about_a_class
@require_safe
def of_class(request: RoleRequest, session: ClassSession, standing: Standing) -> HttpResponse:
    """One class as a file that any calendar takes in. It stays as it was then; a feed doesn't."""
    now = clock.now()
    name_lessons([session], now)
    written = written_alone(session, of_its_series(session, request.user, now))
    response = HttpResponse(
        write_calendar(name=session.topic, entries=[written]),
        content_type="text/calendar; charset=utf-8",
    )
    response["Content-Disposition"] = f'attachment; filename="{session.code}.ics"'
    return response


def _calendar(request: HttpRequest, name: str, entries: Sequence[Written]) -> HttpResponseBase:
    """The feed, or 304 where the program has it already; it is written only if it has not.

    Last-Modified is told but not asked about: whoever loses sight of a class gets an older date with another
    content.
    """
    etag = _etag(name, entries)
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(
            write_calendar(name=name, entries=entries), content_type="text/calendar; charset=utf-8"
        )
        response["Content-Disposition"] = 'inline; filename="classes.ics"'
    response["ETag"] = etag
    changed = [_changed_at(one) for one in entries]
    if changed:
        response["Last-Modified"] = http_date(max(changed))
    for header, value in HEADERS.items():
        response[header] = value
    return response


def _etag(name: str, entries: Sequence[Written]) -> str:
    """A hash of all that the calendar is written from."""
    written = repr((FORM, tzdata_version(), get_language(), name, entries))
    return f'"{hashlib.sha256(written.encode(errors="replace")).hexdigest()[:32]}"'


def _changed_at(written: Written) -> float:
    match written:
        case SeriesEntry():
            return written.pattern.changed_at.timestamp()
        case SeriesDate():
            return written.entry.changed_at.timestamp()
        case _:
            return written.changed_at.timestamp()


def _later() -> HttpResponse:
    """All places are taken; each is named another time, so that they don't all come together again."""
    seconds = random.randint(*COME_AGAIN)  # noqa: S311 jitter is no secret
    return HttpResponse(status=503, headers={"Retry-After": str(seconds)})


def _nothing_here(request: HttpRequest) -> HttpResponse:
    """No such address, or one that was replaced: the same answer. After many of them, a pause.

    An address that is right is answered whoever missed before: the servers of one big calendar fetch for all
    people who use it, also those whose address is dead.
    """
    now, who = clock.now(), get_adapter().get_client_ip(request)
    if MISSES.are_too_many(who, now):
        return HttpResponse(status=429, headers={"Retry-After": "600"})
    MISSES.note(who, now)
    return HttpResponse("Nothing here.\n", status=404, content_type="text/plain; charset=utf-8")
