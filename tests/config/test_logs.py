"""What is logged is one line that machines read, and holds no secret, whoever logged it."""

from __future__ import annotations

import io
import json
import logging
import logging.config
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.conf import settings

from eduraise.config import logs

CANARY = "CANARY-eyJzdiI6"


@pytest.fixture(params=[False, True], ids=["json", "readable"])
def lines(request: pytest.FixtureRequest) -> Iterator[io.StringIO]:
    """What is written to stderr, in production's form and in the developers'."""
    written = io.StringIO()
    config = logs.configure(readable=request.param)
    handler = logging.StreamHandler(written)
    formatter = config["formatters"]["line"]
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            processors=formatter["processors"], foreign_pre_chain=formatter["foreign_pre_chain"]
        )
    )
    logger = logging.getLogger("logged")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield written
    logger.removeHandler(handler)
    logs.configure(readable=settings.DEBUG or settings.DEMO)


SAID: list[dict[str, Any]] = [
    {"access_token": CANARY},
    {"passcode": CANARY},
    {"start_url": f"https://us05web.zoom.us/s/85?zak={CANARY}"},
    {"url": f"https://us05web.zoom.us/s/85?zak={CANARY}"},
    {"url": f"https://us05web.zoom.us/j/85?pwd={CANARY}"},
    {"path": f"/zoom/connect/callback/?code={CANARY}&state={CANARY}"},
    {"headers": {"Authorization": f"Bearer {CANARY}"}},
    {"headers": [f"Authorization: Bearer {CANARY}"]},
    {"body": json.dumps({"refresh_token": CANARY, "password": CANARY})},
    {"form": f"grant_type=refresh_token&refresh_token={CANARY}"},
]


@pytest.mark.parametrize("said", SAID, ids=lambda said: next(iter(said)))
def test_no_secret_is_logged_by_ours(lines: io.StringIO, said: dict[str, Any]) -> None:
    structlog.get_logger("logged").info("something", operation="42", **said)

    [line] = lines.getvalue().splitlines()
    assert CANARY not in line
    assert "something" in line
    assert "42" in line


@pytest.mark.parametrize("said", SAID, ids=lambda said: next(iter(said)))
def test_no_secret_is_logged_by_a_library(lines: io.StringIO, said: dict[str, Any]) -> None:
    logging.getLogger("logged").warning("it said %s", json.dumps(said))

    assert CANARY not in lines.getvalue()
    assert "it said" in lines.getvalue()


def test_no_secret_is_logged_with_an_error(lines: io.StringIO) -> None:
    try:
        raise ValueError(f"GET https://us05web.zoom.us/s/85?zak={CANARY} failed")
    except ValueError:
        structlog.get_logger("logged").exception("a call failed")

    assert CANARY not in lines.getvalue()
    assert "ValueError" in lines.getvalue()


def test_a_line_of_ours_is_json_in_production(lines: io.StringIO, request: pytest.FixtureRequest) -> None:
    structlog.get_logger("logged").warning("refused", status_code=400, reason="invalid_field")

    line = lines.getvalue()
    if request.node.callspec.params["lines"]:
        assert "status_code=400" in line
    else:
        said = json.loads(line)
        assert (said["event"], said["level"], said["status_code"]) == ("refused", "warning", 400)
        assert said["logger"] == "logged"
