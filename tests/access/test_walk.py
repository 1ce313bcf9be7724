"""Nobody opens what is not theirs, by any address; and no address is forgotten here."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from django.test import Client

from tests.access.routes import OWN, ROUTES, WHO
from tests.access.walking import Things, routes
from tests.school import School

HOME = {
    "today:home",
    "today:help",
    "programs:list",
    "notifications:list",
    "classes:upcoming",
    "ops:live",
    "ops:ready",
    "ops:metrics",
}
POLICY = {
    "default-src 'self'",
    "script-src 'self'",
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


def browser(school: School, who: str) -> Client:
    client = Client(raise_request_exception=False)
    if who != "anonymous":
        client.force_login(getattr(school, who))
    return client


def test_every_route_is_known_here() -> None:
    assert sorted(name for name, _pattern in routes()) == sorted(ROUTES)


@pytest.mark.parametrize("who", WHO)
def test_each_of_the_cast_gets_what_is_theirs(school: School, who: str) -> None:
    """Each answer is private, unframed and bound to our own origin too, whatever it is."""
    things = Things(school)
    client = browser(school, who)
    elsewhere = {"Origin": "https://elsewhere.example"}
    answers = {
        name: client.get(things.address(name, pattern), headers=elsewhere) for name, pattern in routes()
    }

    found = {name: answer.status_code for name, answer in answers.items()}
    due = {name: ROUTES[name][WHO.index(who)] for name in answers}
    assert {name: status for name, status in found.items() if status != due[name]} == {}
    assert {name: wrong for name, answer in answers.items() if (wrong := unsafe(answer.headers))} == {}


def unsafe(headers: Mapping[str, str]) -> list[str]:
    """What the headers of an answer lack."""
    policy = {part.strip().split(" 'nonce")[0] for part in headers["Content-Security-Policy"].split(";")}
    wanted = {
        "Content-Security-Policy": policy >= POLICY and "unsafe" not in headers["Content-Security-Policy"],
        "X-Frame-Options": headers["X-Frame-Options"] == "DENY",
        "X-Content-Type-Options": headers["X-Content-Type-Options"] == "nosniff",
        "Referrer-Policy": headers["Referrer-Policy"] in ("same-origin", "no-referrer"),
        "Cross-Origin-Opener-Policy": headers["Cross-Origin-Opener-Policy"] == "same-origin",
        "Cache-Control": "no-store" in headers["Cache-Control"],
        "Access-Control-": not [one for one in headers if one.lower().startswith("access-control-")],
    }
    return [name for name, is_so in wanted.items() if not is_so]


def test_outsiders_post_in_vain(school: School) -> None:
    things = Things(school)
    for who in ("olu", "finn"):
        client = browser(school, who)
        for name, pattern in routes():
            if ROUTES[name][WHO.index(who)] != 404:
                continue
            answer = client.post(things.address(name, pattern))
            assert answer.status_code in (404, 405), (who, name)


def test_a_student_posts_in_vain_but_for_joining(school: School) -> None:
    things = Things(school)
    version = things.session.version
    client = browser(school, "sana")
    for name, pattern in routes():
        if name in OWN or name in HOME or name in ("door:join", "door:door", "door:None", "events:webhook"):
            continue
        answer = client.post(things.address(name, pattern))
        # a page that only reads answers a POST as it answers a GET
        reads = answer.status_code == 200 == ROUTES[name][WHO.index("sana")]
        assert reads or answer.status_code in (404, 405, 410, 302), name
        assert answer.status_code != 302 or name in ("accounts:invited", "classes:undo"), name

    assert things.refresh().version == version
    assert things.session.cancelled_at is None


def test_every_route_of_ours_wants_a_sign_in_but_for_those_that_must_not() -> None:
    open_to_all = {name for name, row in ROUTES.items() if row[0] != 302}
    assert open_to_all == {
        "zoom:for_zoom_admin",
        "ops:live",
        "ops:ready",
        "ops:metrics",
        "ui:components",
        "accounts:invitation",
        "accounts:language",
        "notifications:unsubscribe",
        "notifications:demo_mails",
        "notifications:demo_mail",
        "events:webhook",
        "calendars:feed",
    }
