"""Feeds that calendar programs fetch at the full hour: fifty thousand addresses, of which most get a 304.

Fetched is a sample of them, each as its program does: with the tag of what it has. The classes of some
programs change in between.
"""

from __future__ import annotations

from datetime import UTC, datetime
from random import Random
from statistics import quantiles
from time import perf_counter

from django.conf import settings
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from tests.moving import MovingClock
from tests.school import School

from bench import bare
from bench.figures import Figure, interleaved
from bench.pages import signed_in
from bench.school import joined, program_with_classes
from eduraise.accounts.models import User
from eduraise.calendars.actions import address_of, hash_of, make_feed
from eduraise.calendars.models import Feed
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.core.codes import new_token
from eduraise.programs.models import Enrolment, Program

FEEDS, PROGRAMS, FETCHED, CHANGED = 50_000, 50, 1_000, 2
CHUNK = 5_000


def measure() -> list[Figure]:
    """Fills a fresh database; the figures."""
    hand = MovingClock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    clock.install(product=hand)
    settings.ROOT_URLCONF = "bench.bare"
    school = School(hand)
    with transaction.atomic():
        one = program_with_classes(school, 1, classes=1)
        teachers = [program_with_classes(school, number) for number in range(2, 2 + PROGRAMS)]
        few, many = (path(make_feed(person=who, program=None, now=hand())) for who in (one, teachers[0]))
    sample = _subscribe(hand())
    seconds, share, wrong = _fetch(sample)
    return [
        *_queries(few, many),
        _against_bare(teachers[0], many),
        _against_whole(many),
        Figure("a fetch among 50,000 feeds, p95", quantiles(seconds, n=20)[-1] * 1000, "ms", 300),
        Figure("feeds told that they have it", share, "%", 95, at_most=False),
        Figure("feeds that were answered otherwise", wrong, "", 0),
    ]


def path(feed: Feed) -> str:
    """Its address on this server."""
    return address_of(feed).removeprefix(settings.BASE_URL)


def _subscribe(now: datetime) -> list[str]:
    """Fifty thousand students with a feed each, spread over the programs; the addresses of some of them."""
    programs, found = list(Program.objects.order_by("pk")), list[str]()
    for first in range(0, FEEDS, CHUNK):
        with transaction.atomic():
            people = joined([f"reader{number}" for number in range(first, first + CHUNK)], now)
            Enrolment.objects.bulk_create(
                Enrolment(person=person, program=programs[place % len(programs)], from_at=now)
                for place, person in enumerate(people)
            )
            secrets = [new_token() for _person in people]
            Feed.objects.bulk_create(
                Feed(person=person, secret=secret, secret_hash=hash_of(secret), made_at=now)
                for person, secret in zip(people, secrets, strict=True)
            )
        found += secrets
    chosen = Random(1).sample(found, FETCHED)
    return [path(feed) for feed in Feed.objects.filter(secret_hash__in=map(hash_of, chosen))]


def _fetch(sample: list[str]) -> tuple[list[float], float, int]:
    """The seconds of each fetch with the tag of the one before; how many of a hundred were told that they
    have it; how many were answered otherwise than by 200 or 304."""
    client = Client(headers={"host": "localhost"})
    tags = {each: client.get(each)["ETag"] for each in sample}
    changed = Program.objects.order_by("pk")[:CHANGED]
    ClassSession.objects.filter(program__in=list(changed)).update(topic="Changed")
    seconds, states = [], []
    for each in sample:
        began = perf_counter()
        answer = client.get(each, headers={"if-none-match": tags[each]})
        seconds.append(perf_counter() - began)
        states.append(answer.status_code)
    share = 100 * states.count(304) / len(states)
    return seconds, share, sum(state not in (200, 304) for state in states)


def _queries(few: str, many: str) -> list[Figure]:
    """Queries of a feed with one class, and with a hundred."""
    counts = [_count(each) for each in (few, many)]
    same = Figure("a feed: queries with 100 classes against 1", counts[1] / counts[0], "×", 1)
    return [Figure("a feed: queries", counts[1], "queries", 12), same]


def _count(each: str) -> int:
    client = Client(headers={"host": "localhost"})
    client.get(each)
    with CaptureQueriesContext(connection) as asked:
        client.get(each)
    return len(asked)


def _against_bare(person: User, each: str) -> Figure:
    """A fetch that is told that it has it, against a bare page of 25 rows by the framework alone."""
    client = Client(headers={"host": "localhost"})
    tag = client.get(each)["ETag"]
    plain = signed_in(person)
    with override_settings(MIDDLEWARE=bare.MIDDLEWARE):
        plain.handler.load_middleware()
    ours, theirs = interleaved(
        lambda: client.get(each, headers={"if-none-match": tag}), lambda: plain.get("/bare/"), rounds=40
    )
    note = f"{ours * 1000:.1f} ms against {theirs * 1000:.1f} ms; a hundred classes"
    return Figure("a feed with 304 against a bare page of 25 rows", ours / theirs, "×", 2, note=note)


def _against_whole(each: str) -> Figure:
    """A fetch that is told that it has it, against one that is given all."""
    client = Client(headers={"host": "localhost"})
    tag = client.get(each)["ETag"]
    told, whole = interleaved(
        lambda: client.get(each, headers={"if-none-match": tag}), lambda: client.get(each), rounds=40
    )
    note = f"{told * 1000:.1f} ms against {whole * 1000:.1f} ms"
    return Figure("a feed with 304 against the whole of it", told / whole, "×", 1, note=note)
