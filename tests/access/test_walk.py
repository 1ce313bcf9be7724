"""Nobody opens what is not theirs, by any address; and no address is forgotten here."""

from __future__ import annotations

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


def browser(school: School, who: str) -> Client:
    client = Client(raise_request_exception=False)
    if who != "anonymous":
        client.force_login(getattr(school, who))
    return client


def test_every_route_is_known_here() -> None:
    assert sorted(name for name, _pattern in routes()) == sorted(ROUTES)


def test_each_of_the_cast_gets_what_is_theirs(school: School) -> None:
    things = Things(school)
    found: dict[str, tuple[int, ...]] = {}
    browsers = [browser(school, who) for who in WHO]
    for name, pattern in routes():
        address = things.address(name, pattern)
        found[name] = tuple(client.get(address).status_code for client in browsers)

    assert {name: row for name, row in found.items() if row != ROUTES[name]} == {}


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
