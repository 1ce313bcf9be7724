"""What is known of a sitting comes from events and from readings, and they agree in the end."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest
from django.db import transaction

from eduraise.zoom.instances import OtherSitting, fold_sitting, notice_end, place_again
from eduraise.zoom.models import ZoomInstance, ZoomOccurrence
from tests.events.booked import Booked
from tests.school import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def nine(school: School) -> datetime:
    return school.now + timedelta(hours=1)


def fold(booked: Booked, uuid: str = "one", **facts: Any) -> ZoomInstance:
    return fold_sitting(host=booked.host, meeting=booked.meeting, number="1234567890", uuid=uuid, **facts)


def known() -> tuple[Any, ...]:
    return ZoomInstance.objects.values_list("started_at", "ended_at", "end_is_estimate").get()


def test_a_named_end_wins_over_one_that_was_noticed(booked: Booked, nine: datetime) -> None:
    fold(booked, began_at=nine)
    assert notice_end(booked.meeting, not_running_at=nine + timedelta(minutes=55)) == 1
    assert known() == (nine, nine + timedelta(minutes=55), True)

    fold(booked, ended_at=nine + timedelta(minutes=51))
    assert notice_end(booked.meeting, not_running_at=nine + timedelta(minutes=60)) == 0

    assert known() == (nine, nine + timedelta(minutes=51), False)


def test_a_sitting_seen_running_again_has_not_ended(booked: Booked, nine: datetime) -> None:
    fold(booked, began_at=nine)
    notice_end(booked.meeting, not_running_at=nine + timedelta(minutes=5))
    fold(booked, seen_running_at=nine + timedelta(minutes=6))

    assert known() == (nine, None, False)


def test_a_sitting_that_began_after_the_reading_is_not_ended_by_it(booked: Booked, nine: datetime) -> None:
    fold(booked, began_at=nine)

    assert notice_end(booked.meeting, not_running_at=nine) == 0


def test_a_sitting_that_a_newer_reading_saw_running_is_not_ended(booked: Booked, nine: datetime) -> None:
    fold(booked, began_at=nine, seen_running_at=nine + timedelta(minutes=6))

    assert notice_end(booked.meeting, not_running_at=nine + timedelta(minutes=5)) == 0


def test_a_named_end_stays_whatever_a_late_reading_saw(booked: Booked, nine: datetime) -> None:
    facts: list[dict[str, datetime]] = [
        {"began_at": nine},
        {"ended_at": nine + timedelta(minutes=50)},
        {"began_at": nine + timedelta(minutes=1), "seen_running_at": nine + timedelta(minutes=1)},
    ]
    for order in permutations(facts):
        with transaction.atomic():
            for fact in order:
                fold(booked, **fact)
            assert known() == (nine, nine + timedelta(minutes=50), False)
            transaction.set_rollback(True)


def test_another_hosts_sitting_is_left_alone(booked: Booked, school: School, nine: datetime) -> None:
    fold(booked, began_at=nine)
    olu = booked.connect(school.olu, "olu-at-zoom")

    with pytest.raises(OtherSitting):
        fold_sitting(host=olu, number="1234567890", uuid="one", ended_at=nine)
    with pytest.raises(OtherSitting):
        fold_sitting(host=booked.host, number="5555555555", uuid="one", ended_at=nine)

    assert known() == (nine, None, False)


def test_of_two_classes_of_a_meeting_the_nearest_has_the_sitting(booked: Booked, nine: datetime) -> None:
    from eduraise.core.codes import new_uid

    eleven = nine + timedelta(hours=2)
    second = ZoomOccurrence.objects.create(
        meeting=booked.meeting,
        held_for=new_uid(),
        wanted_starts_at=eleven,
        wanted_ends_at=eleven + timedelta(hours=1),
    )
    starts = {
        "early": nine - timedelta(minutes=50),
        "late": nine + timedelta(minutes=61),
        "between": nine + timedelta(hours=1),
    }
    for uuid, began_at in starts.items():
        fold(booked, uuid, began_at=began_at)

    placed = dict(ZoomInstance.objects.values_list("meeting_uuid", "occurrence"))
    first = booked.session.occurrence_id
    assert placed == {"early": first, "late": second.pk, "between": first}


def test_a_deleted_date_has_the_sitting_only_if_nothing_else_fits(booked: Booked, nine: datetime) -> None:
    occurrence = booked.session.occurrence
    assert occurrence is not None
    occurrence.wanted_gone, occurrence.zoom_gone_at = True, nine - timedelta(hours=2)
    occurrence.save()

    assert fold(booked, "lately", began_at=nine).occurrence == occurrence
    occurrence.zoom_gone_at = nine - timedelta(hours=25)
    occurrence.save()
    assert fold(booked, "long ago", began_at=nine).occurrence is None


def test_a_moved_class_takes_its_sittings_along_but_not_those_placed_by_hand(
    booked: Booked, nine: datetime
) -> None:
    fold(booked, "by rule", began_at=nine)
    fold(booked, "by hand", began_at=nine)
    ZoomInstance.objects.filter(meeting_uuid="by hand").update(mapped_by="hand")
    occurrence = booked.session.occurrence
    assert occurrence is not None
    occurrence.wanted_starts_at += timedelta(days=1)
    occurrence.wanted_ends_at += timedelta(days=1)
    occurrence.save()

    place_again(booked.meeting)

    placed = dict(ZoomInstance.objects.values_list("meeting_uuid", "occurrence"))
    assert placed == {"by rule": None, "by hand": occurrence.pk}
