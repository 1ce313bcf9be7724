"""Each person's own language and zone on every page, and sessions that end."""

from __future__ import annotations

import time
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit, urlunsplit

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone, translation

from eduraise.accounts.models import Role, User
from eduraise.accounts.reading import named_zone, zone_of
from eduraise.core import clock, hooks

type Respond = Callable[[HttpRequest], HttpResponse]

SIGNED_IN_AT = "signed_in_at"
SEEN_AT = "seen_at"
#: Nobody stays signed in longer than this, however busy.
LONGEST_SECONDS = 14 * 24 * 3600
#: A browser that does nothing for this long is signed out, by what it could do there. Students have no such
#: limit: their phones are their own, and a class must be one touch away.
ADMIN_IDLE_SECONDS = 30 * 60
TEACHER_IDLE_SECONDS = 8 * 3600
#: How exactly it is known when a session was last used: each note is a write.
NOTED_SECONDS = 300


def sessions(respond: Respond) -> Respond:
    """End sessions that are too old or idle; note now and then that one is used."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            # real time, like the library's and the browser's: the product's clock may be moved by days in
            # the demo
            now = time.time()
            if is_over(request, request.user, now):
                logout(request)
            elif not looks_again(request) and now - request.session.get(SEEN_AT, 0) > NOTED_SECONDS:
                note_use(request, now)
        return respond(request)

    return middleware


def is_over(request: HttpRequest, person: User, now: float) -> bool:
    """Whether this session has lasted or idled long enough."""
    began = request.session.get(SIGNED_IN_AT, now)
    seen = request.session.get(SEEN_AT, began)
    return now - began > LONGEST_SECONDS or idled_too_long(person, now - seen)


def idled_too_long(person: User, seconds: float) -> bool:
    """Whether a person of these rights may not be idle for so long. Who teaches is asked after hours only."""
    if person.is_admin:
        return seconds > ADMIN_IDLE_SECONDS
    return seconds > TEACHER_IDLE_SECONDS and (person.pk, Role.TEACHER) in hooks.roles_of_people.ask(
        people=[person], now=clock.now()
    )


def looks_again(request: HttpRequest) -> bool:
    """Whether a page that stands open looks by itself whether it is still true: nobody need be there."""
    return "HX-PTag" in request.headers


def note_use(request: HttpRequest, now: float) -> None:
    """Write down that a session is used, for its own end and for the person's list of sessions."""
    request.session.setdefault(SIGNED_IN_AT, now)
    request.session[SEEN_AT] = now
    UserSession.objects.filter(session_key=request.session.session_key).update(last_seen_at=timezone.now())


def reading(respond: Respond) -> Respond:
    """Write the page in its reader's language and zone; a visitor's language is the browser's."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if isinstance(request.user, User):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language() or settings.LANGUAGE_CODE
            timezone.activate(zone_of(request.user))
        else:
            timezone.activate(named_zone(settings.DEFAULT_ZONE))
        try:
            return respond(request)
        finally:
            timezone.deactivate()

    return middleware


def sign_in_page(respond: Respond) -> Respond:
    """Where the session ended, sign in as on a whole page, and come back to the page that stood open.

    A redirect would be followed by the script and the sign-in page be put into the part's place. The address
    that a part or a form was sent to is not a page to come back to.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        by_script = request.headers.get("HX-Request") == "true"
        if not asks_to_sign_in(response) or not (by_script or request.method == "POST"):
            return response
        page = open_page(request, "HX-Current-URL" if by_script else "Referer")
        there = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': page})}"
        if by_script:
            return HttpResponse(status=204, headers={"HX-Redirect": there})
        response["Location"] = there
        return response

    return middleware


def asks_to_sign_in(response: HttpResponse) -> bool:
    """Whether an answer sends to the sign-in page because the page needs it."""
    if response.status_code != 302:
        return False
    path, _, query = response["Location"].partition("?")
    return path == reverse(settings.LOGIN_URL) and "next=" in query


def open_page(request: HttpRequest, header: str) -> str:
    """Path and query of our page that a request came from, as the browser says; else the home page."""
    url = urlsplit(request.headers.get(header, ""))
    if url.netloc != request.get_host():
        return "/"
    return urlunsplit(("", "", url.path or "/", url.query, ""))
