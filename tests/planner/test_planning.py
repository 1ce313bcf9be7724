"""From a timetable to a term of booked classes: checked, scheduled in the background, told once, undone."""

from __future__ import annotations

from datetime import UTC, date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.models import ClassSession, TeacherClaim
from eduraise.classes.serial import schedule_series
from eduraise.notifications.models import Message
from eduraise.planner import actions, checking, drafting, undoing
from eduraise.planner.booking import book_group, plan_due
from eduraise.planner.drafting import NothingToSchedule, PlanMoved, TooManyRows
from eduraise.planner.enums import OnHoliday, PlanState, RowState, Verdict
from eduraise.planner.models import Plan, PlannedClass
from eduraise.planner.sourcing import with_holidays
from eduraise.planner.words import words_of
from eduraise.programs.models import Holiday
from eduraise.zoom.models import BusyTime, HostClaim, ZoomOperation, ZoomUser
from tests.classes.series import ZONE, at, draft, thursdays
from tests.classes.series import plan as series_of
from tests.linked import LinkedZoom
from tests.planner.plans import begin, candidates, carry_out, codes, plan_of, states
from tests.programs.stated import off as is_off
from tests.programs.stated import states as states_hours
from tests.school import School
from tests.zoom.test_series import dates

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
BOOKED, FAILED, SKIPPED = RowState.BOOKED, RowState.FAILED, RowState.SKIPPED


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    return linked.connect(linked.school.tariq)


def operations() -> list[str]:
    return sorted(ZoomOperation.objects.values_list("kind", flat=True))


def test_a_term_with_six_holidays_is_one_meeting_at_zoom(linked: LinkedZoom, host: ZoomUser) -> None:
    days = thursdays(linked.school, 30)
    off = {days[3], days[4], days[5], days[15], days[16], days[25]}
    plan = plan_of(linked.school, candidates(linked.school, days, holidays=off))
    assert begin(linked.school, plan) == 24
    carry_out(linked, plan)
    assert plan.state == PlanState.BOOKED
    assert states(plan) == [SKIPPED if on in off else BOOKED for on in days]
    assert operations() == ["create"] + ["delete_one"] * 6
    assert dates(linked) == [at(on) for on in days if on not in off]
    assert ClassSession.objects.count() == TeacherClaim.objects.count() == HostClaim.objects.count() == 24


def test_a_class_on_a_holiday_goes_to_the_next_free_day_or_stays(linked: LinkedZoom, host: ZoomUser) -> None:
    days = thursdays(linked.school, 4)
    plan = plan_of(linked.school, candidates(linked.school, days, holidays=[days[1]]))
    drafting.choose_on_holiday(plan=plan, choice=OnHoliday.NEXT_FREE, now=linked.now)
    assert [row.held_on for row in plan.rows.order_by("row_number")][1] == days[1] + timedelta(days=1)
    drafting.choose_on_holiday(plan=plan, choice=OnHoliday.KEEP, now=linked.now)
    assert [row.held_on for row in plan.rows.order_by("row_number")] == days
    drafting.choose_on_holiday(plan=plan, choice=OnHoliday.NEXT_FREE, now=linked.now)
    begin(linked.school, plan)
    carry_out(linked, plan)
    assert dates(linked)[1] == at(days[1] + timedelta(days=1))
    assert operations() == ["create", "update_one"]


def test_each_class_of_a_break_gets_a_free_day_of_its_own(school: School) -> None:
    days = thursdays(school, 4)
    starts, ends = days[0] - timedelta(days=1), days[2] + timedelta(days=1)
    Holiday.objects.create(
        program=school.program, name="Break", starts_on=starts, ends_on=ends, created_at=school.now
    )

    found = with_holidays(
        school.program, candidates(school, days), last_on=days[3] + timedelta(days=30), now=school.now
    )

    first_free = ends + timedelta(days=1)
    assert [one.next_free for one in found] == [first_free + timedelta(days=n) for n in range(3)] + [None]


def test_a_free_day_is_one_on_which_the_teacher_is_there_and_teaches_nothing_else(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    school, days = linked.school, thursdays(linked.school, 4)
    friday, monday = days[0] + timedelta(days=1), days[0] + timedelta(days=4)
    Holiday.objects.create(
        program=school.program, name="Break", starts_on=days[0], ends_on=days[0], created_at=school.now
    )
    states_hours(school.tariq, ZONE, (1, "09:00", "12:00"), (4, "09:00", "12:00"), (5, "09:00", "12:00"))
    is_off(school.tariq, f"{friday}", f"{friday}", now=school.now)
    school.assign(school.tariq, school.other_program)
    series_of(school, [monday], program=school.other_program)

    last_on = days[3] + timedelta(days=30)
    found = with_holidays(school.program, candidates(school, days), last_on=last_on, now=school.now)

    assert found[0].next_free == friday + timedelta(weeks=1)
    assert [one.next_free for one in found[1:]] == [None] * 3


def test_why_one_is_refused_is_said_with_hours_as_whoever_planned_reads_them(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    school = linked.school
    school.ada.zone = "Asia/Kathmandu"
    school.ada.save()
    [day] = thursdays(school, 1)
    plan = plan_of(school, candidates(school, [day]))
    begin(school, plan)
    series_of(school, [day])  # somebody else was faster

    carry_out(linked, plan)

    [row] = plan.rows.all()
    begins = at(day).astimezone(ZoneInfo("Asia/Kathmandu"))
    assert row.state == FAILED
    assert f"{begins:%H:%M}" in row.failure


def test_a_clash_is_said_before_and_hinders_that_class_alone(linked: LinkedZoom, host: ZoomUser) -> None:
    school = linked.school
    days = thursdays(school, 4)
    school.assign(school.tariq, school.other_program)
    [taken] = series_of(school, days[1:2], program=school.other_program).booked.values()
    plan = plan_of(linked.school, candidates(linked.school, days))
    assert codes(plan, linked) == [[], [Verdict.TEACHER_BUSY, Verdict.HOST_BUSY], [], []]
    row = actions.look(plan, linked.now).rows[1]
    assert words_of(row)[0].startswith("Tariq has another class then, ")
    assert begin(linked.school, plan) == 3
    carry_out(linked, plan)
    assert states(plan) == [BOOKED, FAILED, BOOKED, BOOKED]
    assert plan.rows.get(row_number=2).failure.startswith("Tariq has another class then, ")

    taken.refresh_from_db()
    cancel_class(session=taken, seen_version=1, by=linked.school.tariq, now=linked.now)
    linked.advance(seconds=11)
    assert actions.try_again(plan=plan, by=linked.school.ada, now=linked.now, row_number=2) == 1
    carry_out(linked, plan)
    assert states(plan) == [BOOKED] * 4


def test_what_clashes_only_when_it_is_scheduled_is_refused_then(linked: LinkedZoom, host: ZoomUser) -> None:
    days = thursdays(linked.school, 3)
    plan = plan_of(linked.school, candidates(linked.school, days))
    begin(linked.school, plan)
    series_of(linked.school, days[2:])
    carry_out(linked, plan)
    assert states(plan) == [BOOKED, BOOKED, FAILED]


@pytest.mark.parametrize("dies_at", range(4))
def test_whoever_dies_in_between_leaves_whole_series_and_nothing_twice(
    linked: LinkedZoom, host: ZoomUser, dies_at: int
) -> None:
    """Four slots are four series; the process dies after the k-th of them, or in the middle of one."""
    school = linked.school
    days = thursdays(school, 5)
    found = [
        one
        for turn in range(4)
        for one in candidates(school, days, local_start=time(8 + 2 * turn), slot_uid=None)
    ]
    plan = plan_of(school, found)
    begin(school, plan)
    for _turn in range(dies_at):
        book_group(Plan.objects.get(pk=plan.pk), linked.now)
    carry_out(linked, plan)
    assert states(plan) == [BOOKED] * 20
    assert ClassSession.objects.count() == 20
    assert len(linked.sim.meetings) == 4


@pytest.mark.parametrize("call", range(1, 8))
def test_whichever_call_fails_at_zoom_the_plan_is_fulfilled_in_the_end(
    linked: LinkedZoom, host: ZoomUser, call: int
) -> None:
    days = thursdays(linked.school, 6)
    later = [on + timedelta(days=1) for on in days]
    plan = plan_of(
        linked.school,
        candidates(linked.school, days, holidays=days[2:3]) + candidates(linked.school, later, slot_uid=None),
        on_holiday=OnHoliday.NEXT_FREE,
    )
    begin(linked.school, plan)
    plan_due(linked.now)
    operation = ("meetingCreate", "meetingUpdate", "meeting")[call % 3]
    effect = ("do_then_drop", "drop_before", "status")[call // 3]
    more = {"status": 500} if effect == "status" else {}
    linked.sim.fault(effect, operation=operation, **more)
    carry_out(linked, plan)
    linked.advance(minutes=5)
    carry_out(linked, plan)
    assert states(plan)[:2] == [BOOKED] * 2
    sessions = ClassSession.objects.select_related("occurrence__meeting")
    assert all(session.occurrence and session.occurrence.is_at_zoom for session in sessions)
    assert all(one.occurrence and one.occurrence.zoom_starts_at == one.starts_at for one in sessions)
    assert len(linked.sim.meetings) == 2


def test_people_hear_once_of_all_and_not_before_zoom_has_them(linked: LinkedZoom, host: ZoomUser) -> None:
    school = linked.school
    assert school.sana.pk
    plan = plan_of(school, candidates(school, thursdays(school, 5)))
    begin(school, plan)
    plan_due(linked.now)
    assert Message.objects.count() == 0
    carry_out(linked, plan)
    told = Message.objects.order_by("person__name").values_list("person__name", "kind", "data__number")
    assert [row for row in told if row[1].startswith("plan")] == [
        ("Sana", "plan.booked", 5),
        ("Tariq", "plan.booked", 5),
    ]
    assert {row[1] for row in told} == {"plan.booked"}
    session = ClassSession.objects.order_by("starts_at")[0]
    assert (session.told_booked, session.told_version, session.tell_with) == (True, 1, None)


def test_undoing_takes_back_what_nobody_moved_and_says_what_it_costs(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    school = linked.school
    assert school.sana.pk
    plan = plan_of(school, candidates(school, thursdays(school, 5)))
    begin(school, plan)
    carry_out(linked, plan)
    first, second = ClassSession.objects.select_related("teacher", "program").order_by("starts_at")[:2]
    change_class(session=first, seen_version=1, edit=Edit(topic="Mine"), by=school.tariq, now=linked.now)
    later = second.starts_at + 3 * HOUR
    change_class(session=second, seen_version=1, edit=Edit(starts_at=later), by=school.tariq, now=linked.now)
    linked.advance(seconds=11)
    cost = undoing.cost_of(plan, linked.now)
    assert (cost.cancelled, cost.kept, cost.meetings, cost.are_told) == (4, 1, 1, True)
    undoing.begin_undo(plan=plan, by=school.ada, now=linked.now)
    carry_out(linked, plan)
    assert plan.state == PlanState.UNDONE
    assert sorted(states(plan)) == [RowState.KEPT] + [RowState.UNDONE] * 4
    assert dates(linked) == [later]
    off = Message.objects.filter(kind="plan.undone").values_list("person__name", "data__number")
    assert sorted(off) == [("Sana", 4), ("Tariq", 4)]
    assert not Message.objects.filter(kind="class.cancelled").exists()


def test_it_is_too_late_to_undo_when_a_class_has_begun(linked: LinkedZoom, host: ZoomUser) -> None:
    plan = plan_of(linked.school, candidates(linked.school, thursdays(linked.school, 2)))
    begin(linked.school, plan)
    carry_out(linked, plan)
    linked.advance(days=20)
    assert not undoing.may_undo(plan, linked.now)
    with pytest.raises(undoing.TooLate):
        undoing.begin_undo(plan=plan, by=linked.school.ada, now=linked.now)


def test_a_paused_plan_waits_and_goes_on(linked: LinkedZoom, host: ZoomUser) -> None:
    plan = plan_of(linked.school, candidates(linked.school, thursdays(linked.school, 3)))
    begin(linked.school, plan)
    actions.pause(plan=plan, by=linked.school.ada, now=linked.now)
    carry_out(linked, plan)
    assert states(plan) == [RowState.WAITING] * 3
    actions.resume(plan=plan, by=linked.school.ada, now=linked.now)
    carry_out(linked, plan)
    assert states(plan) == [BOOKED] * 3
    with pytest.raises(PlanMoved):
        actions.pause(plan=plan, by=linked.school.ada, now=linked.now)


def test_the_same_dates_are_not_scheduled_twice(linked: LinkedZoom, host: ZoomUser) -> None:
    days = thursdays(linked.school, 3)
    plan = plan_of(linked.school, candidates(linked.school, days[:2]))
    begin(linked.school, plan)
    carry_out(linked, plan)
    again = plan_of(linked.school, candidates(linked.school, days))
    assert codes(again, linked) == [[Verdict.BOOKED_ALREADY], [Verdict.BOOKED_ALREADY], []]
    assert begin(linked.school, again) == 1
    assert states(again) == [SKIPPED, SKIPPED, RowState.WAITING]


def test_a_class_that_the_program_has_from_elsewhere_is_left_out_and_no_obstacle(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    days = thursdays(linked.school, 2)
    series_of(linked.school, days[:1])
    plan = plan_of(linked.school, candidates(linked.school, days))

    assert codes(plan, linked) == [[Verdict.BOOKED_ALREADY], []]
    assert begin(linked.school, plan) == 1
    assert carry_out(linked, plan).rows.get(row_number=1).failure == "Scheduled already."
    assert states(plan) == [SKIPPED, BOOKED]


def test_what_is_only_to_be_known_is_said_and_hinders_nothing(linked: LinkedZoom, host: ZoomUser) -> None:
    school = linked.school
    days = thursdays(school, 3)
    other = school.other_program
    school.assign(school.tariq, other)
    tess = school.teacher("tess")
    school.assign(tess, other)
    linked.connect(tess)
    school.enrol(school.sana, other)
    schedule_series(by=tess, draft=draft(school, days[:1], program=other, teacher=tess), now=school.now)
    BusyTime.objects.create(
        host=host, zoom_key="1", starts_at=at(days[1]), ends_at=at(days[1]) + HOUR, seen_at=linked.now
    )
    program = school.program
    program.ends_on = days[1]
    program.save()
    profile = school.tariq.teacher_profile
    profile.weekly_minutes = 30
    profile.save()
    plan = plan_of(school, candidates(school, days))
    assert codes(plan, linked) == [
        [Verdict.TOO_MANY_HOURS, Verdict.STUDENTS_BUSY],
        [Verdict.ZOOM_BUSY, Verdict.TOO_MANY_HOURS],
        [Verdict.TOO_MANY_HOURS, Verdict.OUTSIDE],
    ]
    assert all(words_of(row) for row in actions.look(plan, linked.now).rows)
    assert begin(school, plan) == 3


def test_hours_that_clocks_skip_or_show_twice_are_said(linked: LinkedZoom, host: ZoomUser) -> None:
    year = linked.now.year + 1
    spring = next(date(year, 3, day) for day in range(25, 32) if date(year, 3, day).weekday() == 6)
    autumn = next(date(year, 10, day) for day in range(25, 32) if date(year, 10, day).weekday() == 6)
    plan = plan_of(linked.school, candidates(linked.school, [spring, autumn], local_start=time(2, 30)))
    assert codes(plan, linked) == [[Verdict.SKIPPED_HOUR], [Verdict.REPEATED_HOUR]]
    assert words_of(actions.look(plan, linked.now).rows[0]) == [
        "Clocks skip 02:30 that day: it would begin at 03:30. Is that meant?"
    ]


def test_nobody_is_planned_who_may_not_teach_or_has_no_zoom(linked: LinkedZoom) -> None:
    school = linked.school
    days = thursdays(school, 1)
    assert codes(plan_of(school, candidates(school, days)), linked) == [[Verdict.NOT_CONNECTED]]
    for teacher in (None, school.olu):
        plan = plan_of(school, candidates(school, days, teacher=teacher))
        assert codes(plan, linked) == [[Verdict.NO_TEACHER]]
        with pytest.raises(NothingToSchedule):
            begin(school, plan)


def test_two_classes_of_one_plan_at_one_hour_are_said(linked: LinkedZoom, host: ZoomUser) -> None:
    days = thursdays(linked.school, 1)
    found = candidates(linked.school, days) + candidates(linked.school, days, slot_uid=None)
    assert codes(plan_of(linked.school, found), linked) == [[], [Verdict.TWICE]]


def test_a_class_left_out_is_left_out_and_can_be_taken_in_again(linked: LinkedZoom, host: ZoomUser) -> None:
    plan = plan_of(linked.school, candidates(linked.school, thursdays(linked.school, 3)))
    drafting.leave_out(plan=plan, row_number=2, is_out=True)
    drafting.leave_out(plan=plan, row_number=3, is_out=True)
    drafting.leave_out(plan=plan, row_number=3, is_out=False)
    assert begin(linked.school, plan) == 2
    carry_out(linked, plan)
    assert states(plan) == [BOOKED, SKIPPED, BOOKED]


def test_a_plan_has_an_end(linked: LinkedZoom) -> None:
    days = [linked.now.date() + timedelta(days=turn) for turn in range(1001)]
    with pytest.raises(TooManyRows):
        plan_of(linked.school, candidates(linked.school, days))
    with pytest.raises(NothingToSchedule):
        plan_of(linked.school, [])
    assert PlannedClass.objects.count() == 0


def test_looking_takes_the_same_queries_for_three_or_three_hundred(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    counts = []
    for number in (3, 300):
        days = [linked.now.date() + timedelta(days=2 + turn) for turn in range(number)]
        plan = plan_of(linked.school, candidates(linked.school, days))
        with CaptureQueriesContext(
            connection,
        ) as captured:
            checking.check(plan, linked.now)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 25


def test_an_hour_stays_on_the_wall_through_every_clock_change(linked: LinkedZoom, host: ZoomUser) -> None:
    days = [date(2026, 11, 26) + timedelta(weeks=turn) for turn in range(50)]
    plan = plan_of(linked.school, candidates(linked.school, days))
    instants = [row.starts_at for row in plan.rows.order_by("row_number")]
    assert {instant.astimezone(UTC).hour for instant in instants} == {8, 9}
    assert instants == [at(on) for on in days]
