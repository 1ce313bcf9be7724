"""Where booked classes and the timetable have parted: told, and brought in line either way."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.models import ClassSession
from eduraise.classes.series_parts import Scope
from eduraise.classes.several import Chosen, cancel_several, move_several
from eduraise.classes.together import change_together
from eduraise.core.models import AuditEntry
from eduraise.planner.comparing import compare
from eduraise.planner.models import Plan
from eduraise.planner.showing_differences import words_of
from eduraise.planner.undoing import begin_undo
from eduraise.programs.models import Holiday, Slot
from tests.classes.pages import signed_in
from tests.classes.series import plan as series_of
from tests.classes.series import thursdays
from tests.linked import LinkedZoom
from tests.planner.plans import begin, candidates, carry_out, plan_of
from tests.school import School

pytestmark = pytest.mark.django_db
AT = "/programs/ALG-2/timetable/"
TITLE = "Booked classes and the timetable differ"
WEEKS = 6
DAY = timedelta(days=1)


@pytest.fixture
def days(linked: LinkedZoom) -> list[date]:
    """Six Thursdays, the term ending with their week."""
    linked.connect(linked.school.tariq)
    found = thursdays(linked.school, WEEKS)
    program = linked.school.program
    program.starts_on, program.ends_on = found[0] - 3 * DAY, found[-1] + 3 * DAY
    program.save()
    return found


@pytest.fixture
def slot(linked: LinkedZoom, days: list[date]) -> Slot:
    """Thursdays at ten."""
    return add_slot(linked.school, days[0])


@pytest.fixture
def sessions(linked: LinkedZoom, days: list[date], slot: Slot) -> list[ClassSession]:
    """The timetable's classes, booked as one series."""
    series_of(linked.school, days, slot_uid=slot.uid)
    return list(ClassSession.objects.order_by("starts_at"))


def add_slot(school: School, on: date, hour: int = 10, **more: Any) -> Slot:
    values = {"weekday": on.isoweekday(), "anchor_on": on, "teacher": school.tariq, "minutes": 60}
    return Slot.objects.create(
        program=school.program, local_start=time(hour), created_at=school.now, **(values | more)
    )


def said(linked: LinkedZoom) -> list[str]:
    """All differences: classes that lie otherwise in words, days without class by their number."""
    found = compare(linked.school.program, linked.now)
    return [*map(words_of, found.apart), *(f"{len(one.days)} missing" for one in found.missing)]


def move_all(linked: LinkedZoom, session: ClassSession, scope: Scope = Scope.ALL, **by: float) -> None:
    session.refresh_from_db()
    change_together(
        session=ClassSession.objects.select_related("series", "program").get(pk=session.pk),
        seen_version=session.version,
        scope=scope,
        edit=Edit(starts_at=session.starts_at + timedelta(**by)),
        by=linked.school.ada,
        now=linked.now,
    )


def read(client: Client, address: str = AT) -> str:
    return page_text(client.get(address).content.decode())


def page_text(html: str) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", html)))


def link(client: Client, verb: str, address: str = AT) -> str:
    """Where a button of the page leads."""
    html = client.get(address).content.decode()
    found = re.search(rf'href="([^"]+)"[^>]*>(?:(?!</a>).)*{verb}', html, re.DOTALL)
    assert found, verb
    return unescape(found[1])


def test_a_timetable_whose_classes_are_booked_says_nothing(
    linked: LinkedZoom, sessions: Sequence[ClassSession]
) -> None:
    assert said(linked) == []
    assert TITLE not in read(signed_in(linked.school.ada))


def test_before_anything_is_booked_nothing_is_missing(linked: LinkedZoom, slot: Slot) -> None:
    assert said(linked) == []


def test_classes_that_moved_together_are_one_difference(
    linked: LinkedZoom, sessions: Sequence[ClassSession]
) -> None:
    move_all(linked, sessions[0], hours=1)
    assert said(linked) == ["6 classes are on Thu 11:00–12:00; the timetable says Thu 10:00–11:00."]


def test_a_changed_slot_is_one_difference_and_brings_no_missing_days(
    linked: LinkedZoom, slot: Slot, sessions: Sequence[ClassSession]
) -> None:
    Slot.objects.update(weekday=5, anchor_on=slot.anchor_on + DAY, minutes=90)
    assert said(linked) == ["6 classes are on Thu 10:00–11:00; the timetable says Fri 10:00–11:30."]


def test_classes_moved_by_ticking_are_a_difference_too_one_alone_is_somebodys_choice(
    linked: LinkedZoom, sessions: Sequence[ClassSession]
) -> None:
    later = [Chosen(one, one.version, one.starts_at + timedelta(hours=2)) for one in sessions]
    move_several(chosen=later[:1], by=linked.school.ada, now=linked.now)
    assert said(linked) == []
    move_several(chosen=later[1:4], by=linked.school.ada, now=linked.now)
    assert said(linked) == ["4 classes are on Thu 12:00–13:00; the timetable says Thu 10:00–11:00."]


def test_what_was_cancelled_left_out_or_moved_off_a_holiday_is_somebodys_choice(
    linked: LinkedZoom, days: list[date], slot: Slot
) -> None:
    school = linked.school
    for on in days[1:3]:
        Holiday.objects.create(
            program=school.program, starts_on=on, ends_on=on, name="Easter", created_at=school.now
        )
    plan = plan_of(school, candidates(school, days, slot_uid=slot.uid, holidays=days[1:2]))
    plan.rows.filter(row_number=5).update(is_left_out=True)
    begin(school, plan)
    carry_out(linked, plan)
    sessions = list(ClassSession.objects.order_by("starts_at"))
    assert len(sessions) == 4
    off_holiday = [Chosen(sessions[1], sessions[1].version, sessions[1].starts_at + 2 * DAY)]
    move_several(chosen=off_holiday, by=school.ada, now=linked.now)
    cancel_class(session=sessions[3], seen_version=sessions[3].version, by=school.ada, now=linked.now)
    assert said(linked) == []


def test_a_longer_term_and_a_holiday_that_was_removed_leave_days_without_class(
    linked: LinkedZoom, days: list[date], slot: Slot
) -> None:
    school = linked.school
    holiday = Holiday.objects.create(
        program=school.program, starts_on=days[2], ends_on=days[2], name="Easter", created_at=school.now
    )
    plan = plan_of(school, candidates(school, days, slot_uid=slot.uid, holidays=days[2:3]))
    begin(school, plan)
    carry_out(linked, plan)
    assert said(linked) == []
    holiday.delete()
    school.program.ends_on = days[-1] + timedelta(weeks=2)
    school.program.save()
    assert said(linked) == ["3 missing"]

    admin = signed_in(school.ada)
    assert "Thu 10:00–11:00: no class is booked on 3 days." in read(admin)
    planned = admin.post("/programs/ALG-2/plan/missing/")
    made = Plan.objects.latest("pk")
    assert planned["Location"] == f"/programs/ALG-2/plans/{made.uid}/"
    begin(school, made)
    carry_out(linked, made)
    assert [row.on for row in made.rows.order_by("on")] == [days[2], days[-1] + 7 * DAY, days[-1] + 14 * DAY]
    assert said(linked) == []


def test_days_of_a_plan_that_was_taken_back_are_without_class_again(
    linked: LinkedZoom, days: list[date], slot: Slot
) -> None:
    plan = plan_of(linked.school, candidates(linked.school, days, slot_uid=slot.uid))
    begin(linked.school, plan)
    begin_undo(plan=carry_out(linked, plan), by=linked.school.ada, now=linked.now)
    carry_out(linked, plan)
    assert said(linked) == []  # nothing of the timetable is booked: there is a term to plan
    series_of(linked.school, days[:2])
    assert said(linked) == ["4 missing"]


def test_a_shorter_term_leaves_classes_outside_of_it(
    linked: LinkedZoom, days: list[date], sessions: Sequence[ClassSession]
) -> None:
    linked.school.program.ends_on = days[-3]
    linked.school.program.save()
    assert said(linked) == ["2 classes on Thu 10:00–11:00 are on days that the timetable doesn’t have."]
    admin = signed_in(linked.school.ada)
    assert link(admin, "Change the timetable") == f"{AT}term/"
    assert sessions[-1].code in link(admin, "Cancel the classes")


def test_classes_of_a_removed_slot_and_a_series_of_none_are_outside_of_the_timetable(
    linked: LinkedZoom, days: list[date], slot: Slot, sessions: Sequence[ClassSession]
) -> None:
    school = linked.school
    mondays = [on + 4 * DAY for on in days[:3]]
    Slot.objects.update(removed_at=linked.now)
    assert said(linked) == ["6 classes are on Thu 10:00–11:00; the timetable has no such hour."]
    signed_in(school.ada).post(link(signed_in(school.ada), "Change the timetable"))
    assert said(linked) == []
    [kept] = Slot.objects.present()
    assert (str(kept), kept.teacher, kept.from_on) == ("Thursday 10:00", school.tariq, days[0])
    series_of(school, mondays)
    assert said(linked) == ["3 classes are on Mon 10:00–11:00; the timetable has no such hour."]


def test_classes_that_were_made_one_by_one_are_known_by_their_hour(
    linked: LinkedZoom, days: list[date], slot: Slot
) -> None:
    for on in days:
        series_of(linked.school, [on])
    ClassSession.objects.update(series=None, original_on=None)
    assert said(linked) == []
    Slot.objects.update(local_start=time(12))
    assert said(linked) == ["6 classes are on Thu 10:00–11:00; the timetable says Thu 12:00–13:00."]
    Slot.objects.update(local_start=time(10))
    rows = [
        Chosen(one, one.version, one.starts_at + DAY) for one in ClassSession.objects.order_by("starts_at")
    ]
    move_several(chosen=rows[:1], by=linked.school.ada, now=linked.now)
    assert said(linked) == []
    move_several(chosen=rows[2:5], by=linked.school.ada, now=linked.now)
    assert said(linked) == ["4 classes are on Fri 10:00–11:00; the timetable says Thu 10:00–11:00."]


def test_single_classes_beside_the_timetable_are_nobodys(
    linked: LinkedZoom, days: list[date], sessions: Sequence[ClassSession]
) -> None:
    for on in days[:4]:
        series_of(linked.school, [on + DAY])
    ClassSession.objects.exclude(pk__in=[one.pk for one in sessions]).update(series=None, original_on=None)
    assert said(linked) == []


def test_the_timetable_takes_over_what_the_classes_have(
    linked: LinkedZoom, slot: Slot, sessions: Sequence[ClassSession]
) -> None:
    move_all(linked, sessions[0], days=1, hours=8)
    lead = signed_in(linked.school.tariq)
    address = link(lead, "Change the timetable")
    asked = read(lead, address)
    assert "Change the timetable to Fri 18:00–19:00?" in asked
    assert "Thu 10:00–11:00 becomes Fri 18:00–19:00." in asked
    before = list(ClassSession.objects.values_list("starts_at", "version").order_by("pk"))

    assert lead.post(address)["Location"] == AT
    slot.refresh_from_db()
    assert (str(slot), slot.minutes, slot.teacher) == ("Friday 18:00", 60, linked.school.tariq)
    assert list(ClassSession.objects.values_list("starts_at", "version").order_by("pk")) == before
    assert AuditEntry.objects.filter(verb="slot.changed").count() == 1
    assert said(linked) == []
    assert "The timetable says Fri 18:00–19:00 now." in read(lead)
    lead.post(address)
    assert "Look at them again." in read(lead)


def test_where_only_later_classes_moved_the_slot_ends_and_another_begins(
    linked: LinkedZoom, days: list[date], slot: Slot, sessions: Sequence[ClassSession]
) -> None:
    move_all(linked, sessions[2], Scope.FOLLOWING, hours=1)
    lead = signed_in(linked.school.tariq)
    address = link(lead, "Change the timetable")
    assert "Thu 10:00–11:00 stays until" in read(lead, address)
    lead.post(address)
    rows = Slot.objects.present().in_order().values_list("local_start", "from_on", "until_on")
    assert list(rows) == [(time(10), None, days[2] - DAY), (time(11), days[2], None)]
    assert said(linked) == []


def test_what_lies_between_others_is_not_taken_over_but_can_be_moved_back(
    linked: LinkedZoom, slot: Slot, sessions: Sequence[ClassSession]
) -> None:
    later = [Chosen(one, one.version, one.starts_at + DAY) for one in sessions[1:3]]
    move_several(chosen=later, by=linked.school.ada, now=linked.now)
    admin = signed_in(linked.school.ada)
    page = read(admin)
    assert "2 classes are on Fri 10:00–11:00; the timetable says Thu 10:00–11:00." in page
    assert "Change the timetable" not in page
    address = link(admin, "Move the classes")
    html = admin.get(address).content.decode()
    form = {
        name: value
        for name, value in re.findall(r'name="(version-[^"]+|shown)" value="([^"]+)"', html)
        if name != "shown"
    }
    codes = [one.code for one in sessions[1:3]]
    form |= {"shown": codes, "pick": codes, "how": "to", "weekday": "4", "hour": "10:00", "back": AT}
    assert admin.post("/classes/several/time/", form)["Location"] == AT
    assert said(linked) == []


def test_whoever_moved_a_slots_classes_is_led_to_the_timetable_and_so_is_who_changed_a_slot(
    linked: LinkedZoom, slot: Slot, sessions: Sequence[ClassSession]
) -> None:
    lead = signed_in(linked.school.tariq)
    first = ClassSession.objects.get(pk=sessions[0].pk)
    form = {
        "version": str(first.version),
        "scope": "all",
        "topic": first.topic,
        "date": f"{first.starts_at:%Y-%m-%d}",
        "time": "12:00",
        "minutes": "60",
        "zone": first.zone,
        "entry": "waiting_room",
        "auto_recording": "none",
        "mutes_on_entry": "on",
    }
    answer = lead.post(f"/classes/{first.code}/change/", form, follow=True)
    page = page_text(answer.content.decode())
    assert "6 classes were moved. The timetable says otherwise: see what differs" in page
    assert TITLE in read(lead)
    slot_form = {"weekday": "4", "local_start": "12:30", "minutes": "60", "every_weeks": "1", "version": "1"}
    answer = lead.post(f"{AT}slots/{slot.uid}/", slot_form | {"teacher": str(slot.teacher.uid)}, follow=True)  # type: ignore[union-attr]
    assert f"Saved. {TITLE}: see below." in page_text(answer.content.decode())


def test_one_who_may_not_change_the_timetable_is_told_nothing_of_it(
    linked: LinkedZoom, sessions: Sequence[ClassSession]
) -> None:
    move_all(linked, sessions[0], hours=1)
    for person in (linked.school.tove, linked.school.sana):
        assert TITLE not in read(signed_in(person))


def test_the_same_queries_for_few_classes_or_many(linked: LinkedZoom, days: list[date], slot: Slot) -> None:
    counts = []
    for number in (0, 40):
        for turn in range(number):
            on = days[0] + turn * DAY
            Slot.objects.create(
                program=linked.school.program,
                weekday=on.isoweekday(),
                anchor_on=on,
                local_start=time(18),
                minutes=30 + turn,
                created_at=linked.now,
            )
        if not number:
            series_of(linked.school, days[:3])
        with CaptureQueriesContext(connection) as captured:
            assert compare(linked.school.program, linked.now)
        counts.append(len(captured))
    assert counts == [4, 4]


def test_moving_one_class_alone_says_nothing(linked: LinkedZoom, sessions: Sequence[ClassSession]) -> None:
    session = ClassSession.objects.get(pk=sessions[0].pk)
    edit = Edit(starts_at=session.starts_at + DAY)
    change_class(
        session=session, seen_version=session.version, edit=edit, by=linked.school.ada, now=linked.now
    )
    assert said(linked) == []


def test_what_was_cancelled_together_is_somebodys_choice(
    linked: LinkedZoom, sessions: Sequence[ClassSession]
) -> None:
    chosen = [Chosen(one, one.version) for one in sessions[:3]]
    cancel_several(chosen=chosen, by=linked.school.ada, now=linked.now)
    assert said(linked) == []
