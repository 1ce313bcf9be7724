"""The suite's fixtures: the database, the clock, the cast."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import django
import hypothesis
import pytest
from django.conf import settings
from django.db import connection

import tests.environment

django.setup()  # with the environment just set, before anything imports a model

from django.contrib.auth.hashers import Argon2PasswordHasher  # noqa: E402

from eduraise.core import clock  # noqa: E402
from tests.moving import MovingClock  # noqa: E402
from tests.school import School  # noqa: E402

# how long an example takes says more of the machine than of the code
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")
# passwords are hashed as ever, at a fraction of the price
Argon2PasswordHasher.time_cost, Argon2PasswordHasher.memory_cost, Argon2PasswordHasher.parallelism = 1, 8, 1


@pytest.hookimpl(tryfirst=True)  # before they are chosen by their marks
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark those that need a database as `database`: they alone tell more on one of another kind."""
    for item in items:
        fixtures = getattr(item, "fixturenames", ())
        if item.get_closest_marker("django_db") or "db" in fixtures or "transactional_db" in fixtures:
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, request: pytest.FixtureRequest
) -> None:
    """Real files on SQLite (Django's default test database is in memory, without a write-ahead log)."""
    if connection.vendor == "sqlite":
        worker = getattr(request.config, "workerinput", {}).get("workerid", "main")
        name = str(tests.environment.FOLDER / f"suite-{worker}.sqlite3")
        settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = name
        connection.settings_dict.setdefault("TEST", {})["NAME"] = name


@pytest.fixture
def moving() -> Iterator[MovingClock]:
    """The product's clock, standing still at Monday 2 March 2026, 08:00 UTC, until the test moves it."""
    hand = MovingClock(datetime(2026, 3, 2, 8, 0, tzinfo=UTC))
    clock.install(product=hand)
    yield hand
    clock.install()


@pytest.fixture
def now(moving: MovingClock) -> datetime:
    """The instant at which the clock stands."""
    return moving()


@pytest.fixture
def school(db: None, moving: MovingClock) -> School:
    """A small school with its standing cast."""
    return School(moving)


@pytest.fixture(autouse=True)
def mailers(settings: Any) -> None:
    """Mail as it goes in production: the framework's is queued, what the worker sends lands in `mailoutbox`.

    (The framework's test set-up sends both to the outbox at once.)
    """
    memory = {"BACKEND": "django.core.mail.backends.locmem.EmailBackend"}
    settings.MAILERS = {
        "default": {"BACKEND": "eduraise.notifications.mail.QueueingBackend"},
        "outgoing": memory,
    }
