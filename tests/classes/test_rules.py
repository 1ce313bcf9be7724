"""What a program asks of its classes is kept, and said in words when it is not."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from eduraise.classes import rules
from eduraise.core.errors import DomainError
from eduraise.programs.enums import AutoRecording, Entry, Strength
from eduraise.programs.models import ClassSettings

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)  # a Monday, 09:00 in Madrid
MADRID = "Europe/Madrid"


def asks(**fields: Any) -> ClassSettings:
    return ClassSettings(**({"notice_minutes": 0} | fields))


def refusal(check: Any, *args: Any) -> tuple[str, str | None, str]:
    with pytest.raises(DomainError) as problem:
        check(*args)
    return problem.value.code, problem.value.field, problem.value.message


def test_a_class_has_the_programs_settings_and_what_was_chosen_where_it_leaves_that_open() -> None:
    program = asks(
        entry=Entry.WAITING_ROOM,
        entry_strength=Strength.REQUIRED,
        mutes_on_entry=True,
        mutes_on_entry_strength=Strength.SUGGESTED,
        auto_recording=AutoRecording.NONE,
        auto_recording_strength=Strength.FREE,
    )

    settled = rules.settle_settings(program, {"mutes_on_entry": False, "auto_recording": "cloud"})

    assert settled == {
        "entry": "waiting_room",
        "has_passcode": True,
        "mutes_on_entry": False,
        "auto_recording": "cloud",
        "requires_sign_in": False,
    }


def test_what_the_program_requires_is_not_chosen_otherwise() -> None:
    program = asks(entry=Entry.WAITING_ROOM, entry_strength=Strength.REQUIRED)

    assert refusal(rules.settle_settings, program, {"entry": "join_before_host"}) == (
        "setting_required",
        "entry",
        "The program requires this setting.",
    )


@pytest.mark.parametrize("value", ["", "everybody", None, 1.5, "<b>"])
def test_a_setting_has_only_values_that_exist(value: object) -> None:
    program = asks(entry_strength=Strength.FREE)

    assert refusal(rules.settle_settings, program, {"entry": value})[:2] == ("setting_required", "entry")


@pytest.mark.parametrize(
    ("minutes", "message"),
    [
        (14, "Classes of this program last 15 min at least."),
        (241, "Classes of this program last 4 h at most."),
    ],
)
def test_a_class_is_as_long_as_the_program_allows(minutes: int, message: str) -> None:
    program = asks(shortest_minutes=15, longest_minutes=240)

    rules.require_length(program, timedelta(minutes=15))
    rules.require_length(program, timedelta(minutes=240))
    found = refusal(rules.require_length, program, timedelta(minutes=minutes))
    assert found == ("length_not_allowed", "minutes", message)


def check_hours(program: ClassSettings, start: str, minutes: int, zone: str = MADRID) -> None:
    at = datetime.fromisoformat(start)
    rules.require_allowed_time(program, zone, at, at + timedelta(minutes=minutes))


def test_weekdays_are_those_of_the_programs_own_clocks() -> None:
    weekdays = asks(weekdays=0b0010001)

    # Friday 23:30 UTC is Saturday in Madrid
    assert refusal(check_hours, weekdays, "2026-03-06T23:30+00:00", 30) == (
        "outside_hours",
        "date",
        "This program has no classes on Saturdays. It has on: Mondays, Fridays.",
    )
    check_hours(weekdays, "2026-03-06T22:00+00:00", 30)


def test_hours_hold_from_the_first_to_the_last_minute() -> None:
    evening = asks(from_time=time(16), to_time=time(20))

    check_hours(evening, "2026-03-02T16:00+01:00", 240)
    for start, minutes in (("2026-03-02T15:59+01:00", 30), ("2026-03-02T19:31+01:00", 30)):
        assert refusal(check_hours, evening, start, minutes) == (
            "outside_hours",
            "time",
            "This program has classes from 16:00 to 20:00 only.",
        )


def test_hours_that_end_at_midnight_allow_a_class_until_midnight_and_none_beyond() -> None:
    late = asks(from_time=time(20), to_time=time(0))

    check_hours(late, "2026-03-02T22:00+01:00", 120)
    check_hours(late, "2026-03-02T20:00+01:00", 60)
    assert refusal(check_hours, late, "2026-03-02T22:00+01:00", 121)[0] == "outside_hours"


def test_a_class_across_midnight_is_beyond_the_hours_of_its_day() -> None:
    until_ten = asks(to_time=time(22))

    assert refusal(check_hours, until_ten, "2026-03-02T21:30+01:00", 180) == (
        "outside_hours",
        "time",
        "This program has no classes after 22:00.",
    )


def test_a_start_is_compared_as_an_instant() -> None:
    # 08:30 UTC is later today behind UTC too, where the date was still yesterday's an hour ago
    rules.require_notice(asks(), NOW + timedelta(minutes=30), NOW, "")
    rules.require_notice(asks(), NOW, NOW + timedelta(seconds=59), "")

    assert refusal(rules.require_notice, asks(), NOW - timedelta(minutes=1), NOW, "") == (
        "in_the_past",
        "time",
        "This time is over. Choose a later one.",
    )


def test_short_notice_needs_a_reason_where_the_program_only_asks() -> None:
    day = asks(notice_minutes=24 * 60)
    tomorrow = NOW + timedelta(hours=24)

    rules.require_notice(day, tomorrow, NOW, "")
    sooner = tomorrow - timedelta(minutes=1)
    assert refusal(rules.require_notice, day, sooner, NOW, "  ") == (
        "reason_needed",
        "reason",
        "This program asks for 24 hours of notice. Say why it is sooner.",
    )
    rules.require_notice(day, sooner, NOW, "The room is free only today")


def test_short_notice_is_refused_where_the_program_insists() -> None:
    two_days = asks(notice_minutes=48 * 60, notice_is_hard=True)

    assert refusal(rules.require_notice, two_days, NOW + timedelta(hours=47), NOW, "A reason") == (
        "too_soon",
        "time",
        "This program asks for 2 days of notice. Choose a later time.",
    )
