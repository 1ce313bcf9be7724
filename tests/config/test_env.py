"""Settings by environment: all problems are named together, each with what would be right."""

from __future__ import annotations

import pytest

from eduraise.config import env
from tests.environment import VALUES


def problems(**changes: str) -> str:
    with pytest.raises(env.EnvironmentProblem) as problem:
        env.read(VALUES | changes)
    return str(problem.value)


def test_the_suites_own_environment_is_right() -> None:
    assert env.read(VALUES)["BASE_URL"] == "http://localhost:8000"


def test_everything_missing_is_named_at_once() -> None:
    with pytest.raises(env.EnvironmentProblem) as problem:
        env.read({})

    assert str(problem.value).splitlines() == [
        "EduRaise can't start:",
        "  BASE_URL is missing: the address people open EduRaise by.",
        "  SECRET_KEY is missing: signs sessions and links.",
        "  ENCRYPTION_KEYS is missing: encrypt Zoom tokens and links; newest first.",
    ]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        (
            "BASE_URL",
            "classes.example.org",
            "an address such as https://classes.example.org",
        ),
        ("SECRET_KEY", "short", "at least 32 random characters"),
        (
            "ENCRYPTION_KEYS",
            "notakey",
            "keys made by 'eduraise generate_key', newest first, separated by commas",
        ),
        (
            "DATABASE_URL",
            "mysql://x/y",
            "sqlite:///path or postgresql://user:password@host/name",
        ),
        (
            "EMAIL_URL",
            "pigeon://x",
            "smtp+tls://user:password@host:587, smtps://…, file:///folder or console:",
        ),
        ("WEB_THREADS", "many", "a whole number"),
        ("DEBUG", "perhaps", "1 or 0"),
    ],
)
def test_a_wrong_value_is_answered_with_a_right_one(name: str, value: str, said: str) -> None:
    assert problems(**{name: value}).splitlines()[1:] == [f"  {name} is wrong: it should be {said}."]


def test_plain_http_is_for_this_machine_alone() -> None:
    assert "BASE_URL must begin with https" in problems(BASE_URL="http://school.example.org", DEBUG="0")


def test_the_clock_is_moved_in_demo_and_tests_alone() -> None:
    assert "CLOCK_OFFSET_FILE belongs to the demo" in problems(CLOCK_OFFSET_FILE="/tmp/clock", DEBUG="0")


def test_half_a_zoom_app_is_refused() -> None:
    assert "go together" in problems(ZOOM_CLIENT_SECRET="")


def test_a_postgresql_address_with_a_socket_is_understood() -> None:
    database = env.database("postgresql://ann:p%40ss@/school?host=/run/pg&pool=1")

    assert (database["USER"], database["PASSWORD"], database["HOST"], database["NAME"]) == (
        "ann",
        "p@ss",
        "/run/pg",
        "school",
    )
    assert database["OPTIONS"] == {"pool": True}


def test_sqlite_is_set_up_to_survive_a_power_cut() -> None:
    options = env.database("sqlite:////srv/school.sqlite3")["OPTIONS"]

    assert options["transaction_mode"] == "IMMEDIATE"
    assert "synchronous=FULL" in options["init_command"]
