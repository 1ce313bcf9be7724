"""List pages: against the framework alone, with a hundred times the data, and how many queries they ask."""

from __future__ import annotations

from datetime import UTC, datetime

from django.conf import settings
from django.db import connection, transaction
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from tests.moving import MovingClock
from tests.school import School

from bench import bare
from bench.figures import Figure, interleaved
from bench.school import grow, program_with_classes
from eduraise.accounts.models import User
from eduraise.core import clock

LIST = "/zoom/meetings/"
PAGES = {LIST: "classes", "/": "today", "/programs/": "programs"}
TIMES, PROGRAMS = 100, 25


def measure() -> list[Figure]:
    """Fills a fresh database; the figures."""
    hand = MovingClock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    clock.install(product=hand)
    settings.ROOT_URLCONF = "bench.bare"
    school = School(hand)
    with transaction.atomic():
        one = program_with_classes(school, 1, classes=1)
        teacher = program_with_classes(school, 2)
        admin = school.ada
    clients = {"teacher": signed_in(teacher), "admin": signed_in(admin)}
    figures = [*queries(signed_in(one), clients["teacher"]), against_bare(teacher, clients["teacher"])]
    # as many as fill each page, so that what grows is what is not on it
    grow(school, 3, 3 + PROGRAMS)
    before = times(clients)
    grow(school, 3 + PROGRAMS, 3 + TIMES * PROGRAMS)
    after = times(clients)
    return figures + [
        Figure(f"{path} of {who}: {TIMES} × the data", after[who, path] / before[who, path], "×", 1.2)
        for who, path in before
    ]


def signed_in(person: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client(headers={"host": "localhost"})
    client.force_login(person)
    return client


def against_bare(person: User, client: Client) -> Figure:
    """Our list against the same rows by the framework alone."""
    plain = signed_in(person)
    with override_settings(MIDDLEWARE=bare.MIDDLEWARE):
        plain.handler.load_middleware()
    ours, theirs = interleaved(lambda: get(client, LIST), lambda: get(plain, "/bare/"), rounds=60)
    note = f"{ours * 1000:.1f} ms against {theirs * 1000:.1f} ms"
    return Figure(f"{LIST} against a bare view of the same rows", ours / theirs, "×", 1.5, note=note)


def queries(of_one: Client, of_many: Client) -> list[Figure]:
    """Queries of each page where there is one class, and where there are a hundred."""
    figures = []
    for path in PAGES:
        few, many = count(of_one, path), count(of_many, path)
        figures.append(Figure(f"{path}: queries", many, "queries", 12, note=f"with one class {few}"))
    return figures


def count(client: Client, path: str) -> int:
    """The queries of one request."""
    get(client, path)
    with CaptureQueriesContext(connection) as asked:
        get(client, path)
    return len(asked)


def times(clients: dict[str, Client]) -> dict[tuple[str, str], float]:
    """The seconds of each page for each of them."""
    asked = [(who, path) for who in clients for path in PAGES]
    taken = interleaved(*(lambda who=who, path=path: get(clients[who], path) for who, path in asked))
    return dict(zip(asked, taken, strict=True))


def get(client: Client, path: str) -> bytes:
    """A page's bytes; fails if it isn't one."""
    answer = client.get(path)
    if answer.status_code != 200:
        raise RuntimeError(f"{path} answered {answer.status_code}")
    return answer.content
