"""Liveness, readiness and figures: what a stranger may know, and what only a scraper may."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

from eduraise.ops import health
from eduraise.ops.models import Heartbeat
from tests.school import School


def test_a_process_that_answers_is_alive(client: Client) -> None:
    assert client.get("/health/live").content == b"ok\n"


def test_readiness_names_each_part_and_no_more(client: Client, school: School) -> None:
    health.beat(school.now)

    answer = client.get("/health/ready")

    assert answer.status_code == 200
    assert answer.json() == {
        "status": "ok",
        "parts": {"database": "ok", "tables": "ok", "worker": "ok"},
    }


def test_without_a_worker_pages_still_answer_but_it_says_so(client: Client, school: School) -> None:
    health.beat(school.now)
    Heartbeat.objects.update(seen_at=Heartbeat.objects.get().seen_at - timedelta(minutes=3))

    answer = client.get("/health/ready")

    assert (answer.status_code, answer.json()["status"]) == (200, "degraded")
    assert answer.json()["parts"]["worker"] == "failing"


def test_a_demo_whose_school_is_being_made_is_not_ready(
    client: Client, school: School, settings: Settings, tmp_path: Path
) -> None:
    busy = tmp_path / "busy"
    busy.touch()
    settings.DEMO, settings.DEMO_BUSY_FILE = True, str(busy)

    assert client.get("/health/ready").status_code == 503
    busy.unlink()
    assert client.get("/health/ready").status_code == 200


def test_figures_are_for_this_machine_or_a_token(client: Client, school: School, settings: Settings) -> None:
    health.beat(school.now)
    page = client.get("/metrics")
    assert page.status_code == 200
    assert b"eduraise_worker_silence_seconds" in page.content

    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "192.0.2.7"}).status_code == 404

    settings.METRICS_TOKEN = "figures-please"
    assert client.get("/metrics").status_code == 404
    right = client.get(
        "/metrics", headers={"Authorization": "Bearer figures-please"}, REMOTE_ADDR="192.0.2.7"
    )
    assert right.status_code == 200


@pytest.mark.django_db
def test_readiness_says_when_tables_are_behind(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db.migrations.recorder import MigrationRecorder

    monkeypatch.setattr(health, "_current", False)
    recorder = MigrationRecorder(health.connection)
    recorder.record_unapplied("ops", "0001_initial")
    try:
        answer = client.get("/health/ready")
    finally:
        recorder.record_applied("ops", "0001_initial")
    assert (answer.status_code, answer.json()["parts"]["tables"]) == (503, "failing")
