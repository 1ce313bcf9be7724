"""Booked classes and a timetable that have parted, brought in line in a real browser."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from playwright.sync_api import Page, expect

from eduraise.programs.models import Slot
from eduraise.programs.slots import SlotDraft, add_slots
from tests.browser import listen
from tests.classes.series import plan as series_of
from tests.classes.series import thursdays
from tests.linked import LinkedZoom
from tests.planner.test_in_browser import browser, page, sound

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
__all__ = ["browser", "page"]
AT = "/programs/ALG-2/timetable/"


def test_a_changed_hour_says_that_classes_differ_and_they_are_moved(page: Page, linked: LinkedZoom) -> None:
    school, complaints = linked.school, list[str]()
    listen(page, complaints)
    days = thursdays(school, 6)
    school.program.starts_on, school.program.ends_on = days[0], days[-1] + timedelta(weeks=2)
    school.program.save()
    draft = SlotDraft(weekday=4, local_start=time(10), minutes=60, teacher=school.tariq)
    [slot] = add_slots(program=school.program, drafts=[draft], by=school.ada, now=school.now)
    series_of(school, days, slot_uid=slot.uid)

    page.goto(f"{AT}slots/{slot.uid}/")
    page.fill("[name=local_start]", "12:00")
    page.get_by_role("button", name="Save").first.click()
    expect(page.get_by_text("Saved. Booked classes and the timetable differ: see below.")).to_be_visible()
    differ = "6 classes are on Thu 10:00–11:00; the timetable says Thu 12:00–13:00."
    expect(page.get_by_text(differ).first).to_be_visible()
    expect(page.get_by_text("Thu 12:00–13:00: no class is booked on 2 days.")).to_be_visible()
    sound(page)

    page.get_by_role("link", name="Change the timetable").click()
    expect(page.get_by_text("Thu 12:00–13:00 becomes Thu 10:00–11:00.")).to_be_visible()
    page.get_by_role("link", name="Keep it as it is").click()
    page.get_by_role("link", name="Move the classes").click()
    expect(page.get_by_text("6 classes move.").first).to_be_visible()
    page.get_by_role("button", name="Move these classes").first.click()
    expect(page.get_by_text("6 classes were moved.")).to_be_visible()
    expect(page.get_by_text(differ)).to_have_count(0)
    page.get_by_role("button", name="Plan the missing dates").click()
    expect(page.get_by_role("button", name="Schedule 2 classes").first).to_be_visible()
    assert Slot.objects.get().local_start == time(12)
    assert complaints == []
