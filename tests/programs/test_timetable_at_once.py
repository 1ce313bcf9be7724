"""Two admins who write the same into a timetable at once: it stands there once, and each is answered."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from eduraise.programs.enums import HolidaySource
from eduraise.programs.holiday_rules import Off
from eduraise.programs.holidays import add_holidays
from eduraise.programs.models import Holiday, Program, Slot, SyllabusTopic
from eduraise.programs.slots import SlotDraft, add_slots
from eduraise.programs.syllabus import add_topics, move_topic
from eduraise.programs.timetable_queries import topics_of
from tests.accounts.test_at_once import admin
from tests.at_once import at_once, by_code

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)
MAY = Off(date(2026, 5, 1), date(2026, 5, 1), "May")


@pytest.fixture
def program() -> Program:
    return Program.objects.create(code="ALG-2", title="Algebra II", zone="UTC", created_at=NOW, opened_at=NOW)


def test_the_same_hour_is_added_once(program: Program) -> None:
    drafts = [SlotDraft(2, time(18), 90)]

    def by(someone: Any) -> Any:
        return lambda: len(add_slots(program=program, drafts=drafts, by=someone, now=NOW))

    assert sorted(by_code(at_once(by(admin("ada")), by(admin("eve")))), key=str) == [1, "slot_twice"]
    assert Slot.objects.count() == 1


def test_the_same_holiday_of_a_program_is_added_once(program: Program) -> None:
    typed = HolidaySource.TYPED

    def by(someone: Any) -> Any:
        return lambda: add_holidays(program=program, holidays=[MAY], source=typed, by=someone, now=NOW).known

    assert sorted(by_code(at_once(by(admin("ada")), by(admin("eve"))))) == [0, 1]
    assert Holiday.objects.count() == 1


def test_the_same_holiday_of_the_organisation_is_added_once() -> None:
    typed = HolidaySource.TYPED

    def by(someone: Any) -> Any:
        return lambda: add_holidays(program=None, holidays=[MAY], source=typed, by=someone, now=NOW).known

    # the second finds it there, or is told that somebody is adding it
    assert sorted(by_code(at_once(by(admin("ada")), by(admin("eve")))), key=str) in ([0, 1], [0, "changed"])
    assert Holiday.objects.count() == 1


def test_topics_added_and_moved_at_once_are_all_there(program: Program) -> None:
    ada, eve = admin("ada"), admin("eve")
    first, *_rest = add_topics(program=program, titles=["1", "2", "3"], by=ada, now=NOW)

    def add() -> int:
        return len(add_topics(program=program, titles=["4", "5"], by=eve, now=NOW))

    def move() -> None:
        move_topic(topic=first, is_up=False, by=ada, now=NOW)

    assert set(by_code(at_once(add, move))) == {2, None}
    assert [one.title for one in topics_of(program)] == ["2", "1", "3", "4", "5"]
    assert SyllabusTopic.objects.count() == 5
