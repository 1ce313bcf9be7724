"""One's own addresses for calendar programs: made, copied, replaced, removed, by their owner alone."""

from __future__ import annotations

import re
from datetime import timedelta

from django.test import Client

from eduraise.calendars.actions import address_of, make_feed
from eduraise.calendars.models import Feed
from eduraise.core.models import AuditEntry
from eduraise.programs.models import Enrolment
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class
from tests.school import School

PAGE = "/settings/calendar/"


def addresses_on(client: Client, page: str = PAGE) -> list[str]:
    html = client.get(page).content.decode()
    return re.findall(r"http://localhost:8000/calendars/[\w-]+\.ics", html)


def test_an_address_is_made_once_and_stands_on_the_page(school: School) -> None:
    client = signed_in(school.sana)
    assert addresses_on(client) == []
    assert [client.post(PAGE).status_code for _ in range(2)] == [302, 302]

    (address,) = addresses_on(client)
    assert address == address_of(Feed.objects.get(person=school.sana, program=None))
    assert "No calendar has read it yet." in text_of(client.get(PAGE))


def test_a_program_has_an_address_of_its_own_here_and_on_its_page(school: School) -> None:
    client = signed_in(school.sana)
    assert "Make an address Algebra II" in text_of(client.get(PAGE))
    client.post(PAGE, {"program": "alg-2"})
    feed = Feed.objects.get(person=school.sana)

    assert feed.program == school.program
    assert addresses_on(client) == addresses_on(client, "/programs/ALG-2/") == [address_of(feed)]
    assert addresses_on(signed_in(school.tove), "/programs/ALG-2/") == []


def test_nobody_makes_one_for_a_program_that_she_may_not_see(school: School) -> None:
    _ = school.other_program
    for who in (school.sana, school.finn, school.tove):
        assert signed_in(who).post(PAGE, {"program": "PHY-B"}).status_code == 404
    assert signed_in(school.ada).post(PAGE, {"program": "PHY-B"}).status_code == 302
    assert Feed.objects.get().person == school.ada


def test_programs_that_ended_for_somebody_leave_the_page_but_not_her_address(school: School) -> None:
    client = signed_in(school.sana)
    client.post(PAGE, {"program": "ALG-2"})
    Enrolment.objects.update(until_at=school.now)

    assert len(addresses_on(client)) == 1
    signed_in(school.sana).post(f"{PAGE}{Feed.objects.get().uid}/removal/")
    assert "Algebra II" not in text_of(client.get(PAGE))


def test_a_replaced_address_is_dead_at_once(school: School) -> None:
    client = signed_in(school.sana)
    client.post(PAGE)
    (before,) = addresses_on(client)
    assert Client().get(before.removeprefix("http://localhost:8000")).status_code == 200
    way = f"{PAGE}{Feed.objects.get().uid}/replacement/"
    assert "sees nothing more" in text_of(client.get(way))
    assert client.post(way).status_code == 302

    (after,) = addresses_on(client)
    answers = [Client().get(one.removeprefix("http://localhost:8000")) for one in (before, after)]
    assert [one.status_code for one in answers] == [404, 200]
    verbs = list(AuditEntry.objects.order_by("pk").values_list("verb", flat=True))
    assert verbs == ["feed.made", "feed.replaced"]


def test_a_removed_address_is_dead_and_can_be_made_anew(school: School) -> None:
    client = signed_in(school.sana)
    client.post(PAGE)
    (before,) = addresses_on(client)
    way = f"{PAGE}{Feed.objects.get().uid}/removal/"
    assert client.get(way).status_code == 200
    client.post(way)

    assert addresses_on(client) == []
    assert Client().get(before.removeprefix("http://localhost:8000")).status_code == 404
    client.post(PAGE)
    assert addresses_on(client) != [before]


def test_nobody_replaces_or_removes_anothers(school: School) -> None:
    feed = make_feed(person=school.sana, program=None, now=school.now)
    for who in ("ada", "tariq", "finn"):
        client = signed_in(getattr(school, who))
        for way in ("replacement", "removal"):
            assert client.post(f"{PAGE}{feed.uid}/{way}/").status_code == 404
        assert addresses_on(client) == []
    assert Feed.objects.get().secret_hash == feed.secret_hash


def test_settings_and_the_classs_page_lead_there(school: School) -> None:
    session = make_class(school.program, school.tariq, school.now + timedelta(days=1), now=school.now)
    client = signed_in(school.sana)

    assert PAGE in client.get("/settings/").content.decode()
    assert f"/classes/{session.code}/calendar.ics" in client.get(f"/classes/{session.code}/").content.decode()
