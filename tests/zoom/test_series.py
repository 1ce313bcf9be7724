"""A series: many classes in one recurring meeting, each on a date that can be changed and removed alone."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from eduraise.core.codes import new_uid
from eduraise.zoom import series, shapes
from eduraise.zoom.enums import OperationKind, OperationState
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomOperation, ZoomUser
from eduraise.zoom.reading import read_meeting
from eduraise.zoom.series import Rule, Sitting
from eduraise.zoom.wanting import undo, want_all_gone, want_change, want_gone
from tests.linked import SETTINGS, LinkedZoom
from zoomsim.meetings import recurrence

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
MADRID = ZoneInfo("Europe/Madrid")
UNDO_FOR = timedelta(seconds=10)


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    return linked.connect(linked.school.tariq)


def rule(linked: LinkedZoom, times: int = 6, every_weeks: int = 1) -> Rule:
    """From next week on, at an hour of Madrid's clocks."""
    first = (linked.now + timedelta(days=7)).replace(hour=10, minute=0, second=0, microsecond=0)
    return Rule(first=first, zone="Europe/Madrid", every_weeks=every_weeks, minutes=60, times=times)


def book(linked: LinkedZoom, host: ZoomUser, rule: Rule, *, without: Collection[int] = ()) -> list[UUID]:
    """Classes on the rule's dates but for those of these places; their uids in order."""
    held = [
        Sitting(new_uid(), instant, instant, instant + HOUR)
        for place, instant in enumerate(rule.instants())
        if place not in without
    ]
    series.want_series(
        host=host,
        program=linked.school.program,
        topic="Algebra on Thursdays",
        agenda="Bring paper",
        settings=SETTINGS,
        rule=rule,
        sittings=held,
        now=linked.now,
        by=None,
    )
    return [sitting.held_for for sitting in held]


def work(linked: LinkedZoom) -> list[str]:
    """Let the worker go on until nothing is left; the calls that changed something."""
    before = ZoomOperation.objects.filter(state=OperationState.DONE).count()
    for _turn in range(12):
        linked.push()
        linked.advance(seconds=11)
    done = ZoomOperation.objects.filter(state=OperationState.DONE).order_by("finished_at", "pk")
    assert not ZoomOperation.objects.filter(state__in=("pending", "calling", "unknown", "failed")).exists()
    return [str(kind) for kind in done.values_list("kind", flat=True)[before:]]


def dates(linked: LinkedZoom) -> list[datetime]:
    """When the one series at Zoom meets, as Zoom says."""
    [meeting] = linked.sim.meetings
    number = meeting["id"]
    with linked.sim.client(ZoomUser.objects.get().access_token) as client:
        answer: dict[str, Any] = client.get(
            f"/v2/meetings/{number}", params={"show_previous_occurrences": "true"}
        ).json()
    assert answer["type"] == 8
    return sorted(
        datetime.fromisoformat(one["start_time"])
        for one in answer["occurrences"]
        if one["status"] == "available"
    )


def of(held_for: UUID) -> ZoomOccurrence:
    return ZoomOccurrence.objects.select_related("meeting__host__account").get(held_for=held_for)


def move(linked: LinkedZoom, held_for: UUID, by: timedelta) -> datetime:
    row = of(held_for)
    starts_at = row.wanted_starts_at + by
    want_change(
        occurrence=row,
        topic="Another title",
        agenda="Another agenda",
        settings=SETTINGS,
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
        zone="Europe/Madrid",
        not_before=linked.now + UNDO_FOR,
        now=linked.now,
        by=None,
    )
    return starts_at


def test_a_term_with_holidays_is_one_create_and_one_removal_for_each_holiday(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    weekly = rule(linked, times=12)
    held = book(linked, host, weekly, without={3, 7})
    assert work(linked) == ["create", "delete_one", "delete_one"]
    wanted = [at for place, at in enumerate(weekly.instants()) if place not in (3, 7)]
    assert dates(linked) == wanted
    assert [of(one).zoom_starts_at for one in held] == wanted
    assert all(of(one).is_at_zoom for one in held)


def test_each_date_has_the_hour_of_the_wall_through_a_clock_change(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    first = datetime(linked.now.year + 1, 3, 16, 9, tzinfo=UTC)
    weekly = Rule(first=first, zone="Europe/Madrid", every_weeks=1, minutes=60, times=4)
    held = book(linked, host, weekly)
    work(linked)
    hours = {of(one).zoom_starts_at.astimezone(MADRID).hour for one in held}  # type: ignore[union-attr]
    assert hours == {10}
    assert dates(linked) == weekly.instants()


def test_one_date_is_moved_and_the_others_stay(linked: LinkedZoom, host: ZoomUser) -> None:
    weekly = rule(linked)
    held = book(linked, host, weekly)
    work(linked)
    moved_to = move(linked, held[2], 3 * HOUR)
    assert work(linked) == ["update_one"]
    expected = [at for at in weekly.instants() if at != weekly.instants()[2]] + [moved_to]
    assert dates(linked) == sorted(expected)
    assert linked.sim.meetings[0]["topic"] == "Algebra on Thursdays"
    assert of(held[2]).zoom_starts_at == moved_to


def test_three_moves_of_one_date_are_one_call(linked: LinkedZoom, host: ZoomUser) -> None:
    held = book(linked, host, rule(linked))
    work(linked)
    for _turn in range(3):
        moved_to = move(linked, held[0], HOUR)
    assert work(linked) == ["update_one"]
    assert moved_to in dates(linked)


def test_what_is_moved_before_the_series_is_booked_is_moved_afterwards(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    held = book(linked, host, rule(linked))
    moved_to = move(linked, held[1], 2 * HOUR)
    want_gone(occurrence=of(held[4]), not_before=linked.now, now=linked.now, by=None)
    assert sorted(work(linked)) == ["create", "delete_one", "update_one"]
    assert moved_to in dates(linked)
    assert len(dates(linked)) == 5


def test_a_cancelled_date_is_removed_alone_and_the_last_one_with_the_series(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    held = book(linked, host, rule(linked, times=2))
    work(linked)
    want_gone(occurrence=of(held[0]), not_before=linked.now, now=linked.now, by=None)
    assert work(linked) == ["delete_one"]
    assert not of(held[0]).is_at_zoom
    want_gone(occurrence=of(held[1]), not_before=linked.now, now=linked.now, by=None)
    assert work(linked) == ["delete"]
    assert linked.sim.meetings == []
    assert ZoomMeeting.objects.get().gone_at is not None


def test_several_at_once_take_the_series_along_where_nothing_is_left(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    held = book(linked, host, rule(linked))
    work(linked)
    want_all_gone(occurrences=[of(one) for one in held[3:]], now=linked.now, by=None)
    assert work(linked) == ["delete_one"] * 3
    want_all_gone(occurrences=[of(one) for one in held[:3]], now=linked.now, by=None)
    assert work(linked) == ["delete"]


def test_a_series_that_ends_earlier_keeps_what_was_changed_on_the_dates_before(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    """Zoom makes the dates anew when the rule is sent: with other ids, and without what was changed."""
    weekly = rule(linked, times=8)
    held = book(linked, host, weekly, without={1})
    work(linked)
    moved_to = move(linked, held[1], 5 * HOUR)
    work(linked)
    meeting = ZoomMeeting.objects.get()
    series.want_end_before(meeting, weekly.instants()[5], not_before=linked.now, now=linked.now, by=None)
    assert sorted(work(linked)) == ["delete_one", "shorten", "update_one"]
    places = [0, 3, 4]
    assert dates(linked) == sorted([*(weekly.instants()[place] for place in places), moved_to])
    assert [of(one).is_at_zoom for one in held] == [True] * 4 + [False] * 3


def test_ending_it_before_its_first_class_removes_it(linked: LinkedZoom, host: ZoomUser) -> None:
    weekly = rule(linked)
    book(linked, host, weekly)
    work(linked)
    series.want_end_before(
        ZoomMeeting.objects.get(), weekly.first, not_before=linked.now, now=linked.now, by=None
    )
    assert work(linked) == ["delete"]


def test_undone_within_ten_seconds_nothing_was_sent(linked: LinkedZoom, host: ZoomUser) -> None:
    weekly = rule(linked)
    held = book(linked, host, weekly)
    work(linked)
    was = of(held[0])
    move(linked, held[0], HOUR)
    again = {
        "topic": "",
        "agenda": "",
        "settings": SETTINGS,
        "starts_at": was.wanted_starts_at,
        "ends_at": was.wanted_ends_at,
        "zone": "Europe/Madrid",
        "now": linked.now,
        "by": None,
    }
    assert undo(occurrence=of(held[0]), **again)  # type: ignore[arg-type]
    assert work(linked) == []
    want_gone(occurrence=of(held[0]), not_before=linked.now + UNDO_FOR, now=linked.now, by=None)
    assert undo(occurrence=of(held[0]), **again)  # type: ignore[arg-type]
    assert work(linked) == []
    assert dates(linked) == weekly.instants()
    move(linked, held[0], HOUR)
    linked.advance(seconds=11)
    linked.push()
    assert not undo(occurrence=of(held[0]), **again)  # type: ignore[arg-type]


def test_a_series_whose_answer_was_lost_is_adopted_with_its_dates(linked: LinkedZoom, host: ZoomUser) -> None:
    weekly = rule(linked)
    held = book(linked, host, weekly, without={2})
    linked.sim.fault("do_then_drop", operation="meetingCreate")
    linked.push()
    linked.advance(minutes=5)
    work(linked)
    assert len(linked.sim.meetings) == 1
    assert dates(linked) == [at for place, at in enumerate(weekly.instants()) if place != 2]
    assert all(of(one).is_at_zoom for one in held)


@pytest.mark.parametrize("kind", ["update_one", "delete_one", "shorten"])
def test_a_change_whose_answer_was_lost_is_made_again(linked: LinkedZoom, host: ZoomUser, kind: str) -> None:
    weekly = rule(linked)
    held = book(linked, host, weekly)
    work(linked)
    expected = weekly.instants()
    if kind == OperationKind.UPDATE_ONE:
        expected[1] = move(linked, held[1], HOUR)
    elif kind == OperationKind.DELETE_ONE:
        want_gone(occurrence=of(held[1]), not_before=linked.now, now=linked.now, by=None)
        del expected[1]
    else:
        series.want_end_before(
            ZoomMeeting.objects.get(), expected[4], not_before=linked.now, now=linked.now, by=None
        )
        del expected[4:]
    linked.advance(seconds=11)
    linked.sim.fault(
        "do_then_drop", operation="meetingDelete" if kind == OperationKind.DELETE_ONE else "meetingUpdate"
    )
    linked.push()
    linked.advance(minutes=5)
    work(linked)
    assert dates(linked) == expected


def test_a_series_that_waited_past_its_first_date_begins_with_the_next(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    weekly = rule(linked)
    held = book(linked, host, weekly)
    ZoomUser.objects.update(state="lost")
    linked.advance(days=8)
    ZoomUser.objects.update(state="connected")
    again = linked.sim.grant(linked.school.tariq.email)
    ZoomUser.objects.update(token_version=9, access_expires_at=linked.now + HOUR)
    fresh = ZoomUser.objects.get()
    fresh.access_token, fresh.refresh_token = again["access_token"], again["refresh_token"]
    fresh.save()
    work(linked)
    assert dates(linked) == weekly.instants()[1:]
    assert [of(one).is_at_zoom for one in held] == [False] + [True] * 5


def test_what_somebody_does_to_one_date_at_zoom_is_read_of_that_date(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    weekly = rule(linked)
    held = book(linked, host, weekly)
    work(linked)
    [meeting] = linked.sim.meetings
    third, fourth = of(held[2]), of(held[3])
    elsewhere = weekly.instants()[2] + 2 * HOUR
    with linked.sim.client(ZoomUser.objects.get().access_token) as client:
        at = f"/v2/meetings/{meeting['id']}"
        client.patch(
            at,
            params={"occurrence_id": third.zoom_occurrence_id},
            json={"start_time": f"{elsewhere:%Y-%m-%dT%H:%M:%SZ}"},
        ).raise_for_status()
        client.delete(at, params={"occurrence_id": fourth.zoom_occurrence_id}).raise_for_status()
    read_meeting(ZoomMeeting.objects.get(), linked.now)
    assert of(held[2]).zoom_starts_at == elsewhere
    assert of(held[3]).zoom_gone_at == linked.now
    assert [of(one).is_at_zoom for one in held] == [True, True, True, False, True, True]
    # moving another one leaves both to people
    move(linked, held[0], HOUR)
    assert work(linked) == ["update_one"]
    assert of(held[2]).zoom_starts_at == elsewhere


def test_every_second_week_is_every_second_week(linked: LinkedZoom, host: ZoomUser) -> None:
    biweekly = rule(linked, times=5, every_weeks=2)
    book(linked, host, biweekly)
    work(linked)
    assert dates(linked) == biweekly.instants()
    days = [series.local_date(at, "Europe/Madrid") for at in biweekly.instants()]
    assert days == [days[0] + timedelta(weeks=2 * turn) for turn in range(5)]


def test_a_class_on_no_date_of_the_rule_is_refused(linked: LinkedZoom, host: ZoomUser) -> None:
    weekly = rule(linked)
    off = weekly.first + timedelta(days=1)
    with pytest.raises(ValueError, match="no date of the series"):
        series.want_series(
            host=host,
            program=linked.school.program,
            topic="Algebra",
            agenda="",
            settings=SETTINGS,
            rule=weekly,
            sittings=[Sitting(new_uid(), off, off, off + HOUR)],
            now=linked.now,
            by=None,
        )


ZONES = (
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
    "Asia/Kathmandu",
    "America/Asuncion",
)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 9, 23])
def test_a_weekly_hour_stays_on_the_wall_as_zoom_keeps_it(zone: str, hour: int) -> None:
    """Through every clock change from 2024 to 2030; a skipped hour comes out later by the gap, as at Zoom."""
    place = ZoneInfo(zone)
    days = [date(year, 1, day) for year in range(2024, 2031) for day in range(1, 8)]
    for start in (datetime.combine(on, time(hour, 30)) for on in days):
        first = start.replace(tzinfo=place)
        weekly = Rule(first=first, zone=zone, every_weeks=1, minutes=60, times=50)
        found = weekly.instants()
        asked = shapes.recurrence(weekly).body()
        assert found == recurrence.starts(recurrence.parse(asked, start.date()), first, place, 60)
        for turn, instant in enumerate(found):
            wanted = start + timedelta(weeks=turn)
            shown = instant.astimezone(place).replace(tzinfo=None, fold=0)
            assert shown == wanted or shown - wanted in (timedelta(minutes=30), HOUR)
            skipped = (
                wanted.replace(tzinfo=place).astimezone(UTC).astimezone(place).replace(tzinfo=None) != wanted
            )
            assert (shown != wanted) == skipped
