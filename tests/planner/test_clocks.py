"""Weekly classes stay on the wall clock through every change of it, as another reader of the zones finds."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest
from dateutil import tz
from hypothesis import given
from hypothesis import strategies as st

from eduraise.classes.times import Kind, read_local
from eduraise.planner.grouping import groups_of
from eduraise.planner.models import PlannedClass
from eduraise.programs.expanding import expand
from eduraise.programs.timetable_models import Slot
from eduraise.zoom.sentzones import is_held
from eduraise.zoom.series import MOST_DATES, Rule
from tests.linked import LinkedZoom
from tests.planner.plans import begin, candidates, carry_out, plan_of, states
from tests.zoom.test_zones import weekly

ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "America/Asuncion",
)
FIRST, LAST = date(2024, 1, 1), date(2030, 12, 31)
HOURS = st.times().map(lambda at: time(at.hour, at.minute // 5 * 5))


def changes_of(zone: str) -> list[date]:
    """The days on which its clocks change, told by another implementation than the product's."""
    place = tz.gettz(zone)
    days = [FIRST + timedelta(days=turn) for turn in range((LAST - FIRST).days)]
    offsets = [datetime(on.year, on.month, on.day, tzinfo=place).utcoffset() for on in days]
    return [on for on, now, then in zip(days, offsets, offsets[1:], strict=False) if now != then]


@given(zone=st.sampled_from(ZONES), weekday=st.integers(1, 7), hour=HOURS, every_weeks=st.integers(1, 4))
def test_an_hour_of_the_week_is_the_same_on_the_wall_for_seven_years(
    zone: str, weekday: int, hour: time, every_weeks: int
) -> None:
    slot = Slot(
        uid=uuid4(), weekday=weekday, local_start=hour, minutes=90, every_weeks=every_weeks, anchor_on=FIRST
    )
    place = tz.gettz(zone)
    for year in range(2024, 2031):
        for one in expand([slot], [], first_on=date(year, 1, 1), last_on=date(year, 12, 31)):
            reading = read_local(datetime.combine(one.on, hour), zone)
            wall = reading.at.astimezone(place)
            assert (one.on.isoweekday(), (one.on - FIRST).days // 7 % every_weeks) == (weekday, 0)
            if reading.kind is Kind.SKIPPED:
                assert not tz.datetime_exists(datetime.combine(one.on, hour), place)
                assert (
                    timedelta()
                    < wall.replace(tzinfo=None) - datetime.combine(one.on, hour)
                    <= timedelta(hours=1)
                )
            else:
                assert (wall.date(), wall.time()) == (one.on, hour)


@pytest.mark.parametrize("zone", ZONES)
def test_the_week_of_each_clock_change_is_among_those_that_are_tried(zone: str) -> None:
    """Classes a week apart, one on either side of each change: 168 hours, more or less the change."""
    changes = changes_of(zone)
    assert len(changes) >= {"Asia/Kathmandu": 0, "America/Asuncion": 2}.get(zone, 13)
    place = tz.gettz(zone)
    for on in changes:
        before, after = (
            read_local(datetime.combine(on + timedelta(days=shift), time(10)), zone).at for shift in (-3, 4)
        )
        moved = before.astimezone(place).utcoffset() - after.astimezone(place).utcoffset()  # type: ignore[operator]
        assert after - before == timedelta(days=7) + moved
        assert moved


@given(zone=st.sampled_from(ZONES), first_on=st.dates(FIRST, LAST), hour=HOURS, number=st.integers(1, 120))
def test_each_part_of_a_term_is_one_rule_that_zoom_can_hold(
    zone: str, first_on: date, hour: time, number: int
) -> None:
    """However a slot is cut, its parts have all its dates, once, and each is on clocks that Zoom knows."""
    rows = [
        PlannedClass(
            row_number=turn + 1,
            on=on,
            held_on=on,
            local_start=hour,
            minutes=60,
            zone=zone,
            starts_at=read_local(datetime.combine(on, hour), zone).at,
        )
        for turn in range(number)
        if (on := first_on + timedelta(weeks=turn))
    ]
    groups = groups_of(rows)
    assert sorted(row.row_number for group in groups for row in group) == list(range(1, number + 1))
    for group in groups:
        instants = weekly(zone, group[0].on, (group[-1].on - group[0].on).days // 7 + 1, hour)
        assert len(instants) <= MOST_DATES
        assert is_held(zone, instants) or len(group) == 1
        rule = Rule(first=instants[0], zone=zone, every_weeks=1, minutes=60, times=len(instants))
        # a rule that begins with an hour that clocks skip counts from the hour that they show instead
        if instants[0].astimezone(tz.gettz(zone)).time() == hour:
            assert rule.instants() == instants


@pytest.mark.django_db
def test_a_term_in_a_zone_of_which_zoom_has_no_clocks_is_a_meeting_for_each_season(
    linked: LinkedZoom,
) -> None:
    school = linked.school
    linked.connect(school.tariq)
    days = [linked.now.date() + timedelta(days=10, weeks=turn) for turn in range(40)]
    plan = plan_of(school, candidates(school, days, zone="Australia/Lord_Howe"))
    begin(school, plan)
    carry_out(linked, plan)
    assert set(states(plan)) == {"booked"}
    assert 2 <= len(linked.sim.meetings) <= 4
    at_zoom = plan.rows.values_list("session__occurrence__zoom_starts_at", "on")
    for starts_at, on in at_zoom:
        wall = starts_at.astimezone(tz.gettz("Australia/Lord_Howe"))
        assert (wall.date(), wall.time()) == (on, time(10))
        assert starts_at.tzinfo == UTC


@pytest.mark.django_db
def test_a_class_on_leap_day_and_one_over_midnight_are_planned_as_any_other(linked: LinkedZoom) -> None:
    school = linked.school
    linked.connect(school.tariq)
    found = candidates(school, [date(2028, 2, 29)], local_start=time(23, 30), minutes=90)
    plan = plan_of(school, found)
    begin(school, plan)
    carry_out(linked, plan)
    session = plan.rows.get().session
    assert session
    assert (session.starts_at.isoformat(), session.ends_at.isoformat()) == (
        "2028-02-29T22:30:00+00:00",
        "2028-03-01T00:00:00+00:00",
    )
