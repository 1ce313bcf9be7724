"""Calendar programs that all come at once take no thread from those who look at pages."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from threading import Lock

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from eduraise.calendars.models import Feed
from eduraise.calendars.views.feeds import COME_AGAIN, PLACES
from tests.at_once import at_once
from tests.calendars.test_feeds import path_of, plan
from tests.classes.pages import signed_in
from tests.school import School


@pytest.fixture(autouse=True)
def fresh_counts(db: None) -> None:
    cache.clear()


def test_they_have_a_quarter_of_the_threads() -> None:
    assert PLACES.number == max(1, settings.WEB_THREADS // 4) < max(2, settings.WEB_THREADS)


def test_beyond_their_places_they_are_asked_to_come_again_and_pages_answer(school: School) -> None:
    plan(school, "Sets")
    path, page = path_of(school, school.sana), signed_in(school.sana)
    with ExitStack() as others:
        for _place in range(PLACES.number):
            assert others.enter_context(PLACES.one())
        answers = [Client().get(path) for _program in range(30)]
        assert page.get("/").status_code == 200

    waits = [int(answer["Retry-After"]) for answer in answers]
    assert {(answer.status_code, answer.content) for answer in answers} == {(503, b"")}
    assert COME_AGAIN[0] <= min(waits) < max(waits) <= COME_AGAIN[1]  # not all at the same time again
    assert Feed.objects.get().fetched_at is None
    assert Client().get(path).status_code == 200


@pytest.mark.parametrize("kind", ["whole", "unchanged", "unknown", "broken"])
def test_each_answer_gives_its_place_back(school: School, kind: str) -> None:
    plan(school, "Sets")
    path = path_of(school, school.sana)
    headers = {"If-None-Match": Client().get(path)["ETag"]} if kind == "unchanged" else {}
    if kind == "unknown":
        path = path.replace("/calendar/", "/calendar/x", 1) if "/calendar/" in path else f"{path[:-6]}x.ics"
    if kind == "broken":
        Feed.objects.update(secret_hash="")
    for _time in range(2 * PLACES.number + 1):
        assert Client(headers=headers).get(path).status_code in (200, 304, 404)


@pytest.mark.django_db(transaction=True)
def test_a_burst_is_answered_whole_or_not_at_all(school: School) -> None:
    plan(school, "Sets")
    path, lock, found = path_of(school, school.sana), Lock(), Counter[int]()
    whole = Client().get(path).content

    def fetch() -> None:
        for _time in range(5):
            answer = Client().get(path)
            assert answer.content == (whole if answer.status_code == 200 else b"")
            with lock:
                found[answer.status_code] += 1

    at_once(*[fetch] * 8)

    assert set(found) <= {200, 503}
    assert (
        found[200] >= PLACES.number
    )  # the first who come always find a place; how many more do is a matter of pace
    assert sum(found.values()) == 40
    with PLACES.one() as is_free:
        assert is_free
