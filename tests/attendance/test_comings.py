"""Comings and goings as they happen: told by events, taken for people, and worked out to whole minutes."""

from __future__ import annotations

from datetime import UTC, timedelta
from zoneinfo import ZoneInfo

import pytest

from eduraise.attendance.enums import Room
from eduraise.attendance.folding import fold_register
from eduraise.attendance.models import Mark
from tests.attendance.rows import Told
from tests.classes.rows import make_class
from tests.school import School

pytestmark = pytest.mark.django_db


def minutes(told: Told, at: float = 61) -> dict[str, int]:
    """Each student's minutes once all is folded."""
    told.name()
    fold_register(told.register.pk, told.at(at))
    rows = Mark.objects.filter(register=told.register).select_related("student")
    return {row.student.name: row.rule_minutes for row in rows}


def test_a_leaving_without_a_coming_counts_from_the_sittings_start(told: Told) -> None:
    told.click(told.school.sana, -1)
    told.somebody("Sana", 0, stay="first")
    told.somebody("Sana", None, 5, stay="first")
    told.somebody("Sana", None, 50, stay="second")
    told.sitting(until=60)

    assert minutes(told) == {"Sana": 50}
    assert Mark.objects.get().is_estimate


@pytest.mark.parametrize("ended", [60, 45])
def test_a_coming_without_a_leaving_counts_to_the_sittings_end(told: Told, ended: int) -> None:
    told.click(told.school.sana, -1)
    told.somebody("Sana", 10)
    told.click(told.school.sana, 9)
    told.sitting(until=ended)

    assert minutes(told) == {"Sana": ended - 10}


def test_forty_rejoins_count_each_minute_once(told: Told) -> None:
    told.click(told.school.sana, -1)
    for number in range(40):
        told.somebody("Sana", number, number + 0.5, stay=f"s{number}", key="one")
        told.somebody("Sana", number, number + 0.5, stay=f"again{number}", key="one")
    told.sitting(until=60)

    # gaps of half a minute are within the grace
    assert minutes(told) == {"Sana": 39}


def test_two_sittings_of_one_meeting_count_together(told: Told) -> None:
    told.click(told.school.sana, -1)
    told.click(told.school.sana, 29)
    told.somebody("Sana", 0, 20)
    told.sitting(until=20)
    told.somebody("Sana", 30, 60, uuid="two")
    told.sitting("two", since=30, until=60)

    assert minutes(told) == {"Sana": 50}


def test_a_class_over_midnight_and_the_change_of_clocks_is_as_long_as_it_lasts(school: School) -> None:
    assert school.sana
    madrid = ZoneInfo("Europe/Madrid")
    # Madrid's clocks go from 2:00 to 3:00 on 29 March 2026
    night = school.now.replace(month=3, day=28, hour=23, minute=30).replace(tzinfo=madrid)
    told = Told(
        school, make_class(school.program, school.tariq, night.astimezone(UTC), minutes=240, now=school.now)
    )
    told.click(school.sana, -1)
    told.somebody("Sana", 0, 240)
    told.sitting(until=240)

    assert minutes(told, at=241) == {"Sana": 240}
    assert Mark.objects.get().held_on.isoformat() == "2026-03-28"


def test_five_hundred_who_come_and_go_are_named_and_counted(told: Told, school: School) -> None:
    for number in range(500):
        told.somebody(f"Guest {number}", 1, 60)
    told.click(school.sana, 0)
    told.somebody("Sana", 1, 60)
    told.sitting(until=60)

    assert minutes(told) == {"Sana": 59}
    assert (told.register.matched, told.register.expected) == (1, 501)
    assert told.register.folded_at == told.nine + timedelta(minutes=61)


def test_who_is_sent_to_wait_and_let_in_again_under_one_id_counts_for_the_time_inside(told: Told) -> None:
    def told_of(*, loses_leaving: bool) -> tuple[int, list[list[int]]]:
        told.click(told.school.sana, -1)
        told.somebody("Sana", 0, None if loses_leaving else 20, stay="s")
        told.somebody("Sana", 20, 40, stay="s", room=Room.WAITING)
        told.somebody("Sana", 40, 60, stay="s")
        told.sitting(until=60)
        told.name()
        fold_register(told.register.pk, told.at(61 if loses_leaving else 62))
        mark = Mark.objects.get(register=told.register)
        return mark.rule_minutes, mark.waits

    assert told_of(loses_leaving=True) == (40, [[1200, 2400]])
    assert told_of(loses_leaving=False) == (40, [[1200, 2400]])


def test_two_visits_to_one_breakout_room_are_two_stays(told: Told) -> None:
    told.click(told.school.sana, -1)
    told.somebody("Sana", 0, 10, stay="s")
    for began, ended in ((10, 20), (50, 60)):
        told.somebody("Sana", began, ended, stay="b/s", room=Room.BREAKOUT)
    told.sitting(until=60)
    told.name()
    fold_register(told.register.pk, told.at(61))

    assert Mark.objects.get().rule_minutes == 30
