"""An admin is told of events that failed, and of events that should come and don't."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.test import override_settings

from eduraise.accounts.models import User
from eduraise.core import hooks
from eduraise.events.apply import apply_due
from eduraise.zoom.instances import fold_sitting
from tests.events.booked import Booked
from tests.events.knocking import Zoom
from tests.school import School

pytestmark = pytest.mark.django_db


def titles(person: User, now: datetime) -> list[str]:
    return [
        str(problem.title)
        for problem in hooks.needs_of.ask(person=person, now=now)
        if "event" in str(problem.title)
    ]


def test_failed_events_are_told_to_admins_alone(zoom: Zoom, booked: Booked, school: School) -> None:
    zoom.tells(b"0")
    zoom.tells(b"1")
    apply_due(school.now)

    assert titles(school.ada, school.now) == ["2 events from Zoom could not be applied"]
    assert titles(school.tariq, school.now) == []


def test_a_class_that_runs_untold_says_that_events_do_not_arrive(
    zoom: Zoom, booked: Booked, school: School
) -> None:
    nine = school.now + timedelta(hours=1)
    fold_sitting(
        host=booked.host,
        meeting=booked.meeting,
        number="1234567890",
        uuid="u",
        began_at=nine,
        seen_running_at=nine,
    )
    untold = ["Zoom’s events don’t arrive"]

    assert titles(school.ada, school.clock.set(nine + timedelta(minutes=2))) == []
    assert titles(school.ada, school.clock.advance(minutes=2)) == untold
    with override_settings(ZOOM_ENVIRONMENT={}):
        assert titles(school.ada, school.now) == []
    zoom.tells(booked.joined(nine, "u"))
    apply_due(school.now)
    assert titles(school.ada, school.now) == []
