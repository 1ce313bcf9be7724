"""Who is registered and who came, between the client and the simulated Zoom."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.zoomclient.simulated import Simulator
from zoomclient import (
    MeetingDraft,
    MeetingSettings,
    NotFound,
    NotLicensed,
    RateLimited,
    Recurrence,
    Refused,
    RegistrantAction,
    RegistrantDraft,
    RegistrantStatus,
    ScopeMissing,
    Zoom,
)

MONDAY = datetime(2027, 3, 8, 9, 0, tzinfo=ZoneInfo("Europe/Oslo"))
SANA = RegistrantDraft(email="sana@school.example", first_name="Sana", last_name="Iqbal")
FINN = RegistrantDraft(email="finn@school.example", first_name="Finn")


def booked(zoom: Zoom, *, approval_type: int = 0, **fields: object) -> str:
    settings = MeetingSettings(approval_type=approval_type, waiting_room=False)
    given = {
        "topic": "Sets",
        "starts_at": MONDAY,
        "duration": timedelta(minutes=60),
        "timezone": "Europe/Oslo",
        "settings": settings,
    }
    return zoom.meetings.create("me", MeetingDraft.model_validate(given | fields)).id


def test_who_is_registered_has_a_link_of_her_own_until_she_is_cancelled(zoom: Zoom) -> None:
    number = booked(zoom)
    added = zoom.registrants.add(number, SANA)
    assert (added.id, bool(added.join_url)) == (number, True)

    (listed,) = zoom.registrants.list(number)
    assert (listed.id, listed.email, listed.status) == (
        added.registrant_id,
        "sana@school.example",
        RegistrantStatus.APPROVED,
    )
    assert listed.join_url == added.join_url

    zoom.registrants.set_status(number, RegistrantAction.CANCEL, {added.registrant_id: SANA.email})
    assert list(zoom.registrants.list(number)) == []


def test_who_registers_again_is_who_they_were(zoom: Zoom) -> None:
    number = booked(zoom)

    assert (
        zoom.registrants.add(number, SANA).registrant_id == zoom.registrants.add(number, SANA).registrant_id
    )


def test_a_class_is_registered_at_once_and_read_in_pages(zoom: Zoom) -> None:
    number = booked(zoom)
    drafts = [RegistrantDraft(email=f"student{index}@school.example", first_name="S") for index in range(30)]
    added = zoom.registrants.add_many(number, drafts)
    found = list(zoom.registrants.list(number, page_size=7))

    assert {one.email for one in added} == {draft.email for draft in drafts}
    assert {one.id for one in found} == {one.registrant_id for one in added}


def test_a_registrant_waits_for_approval_where_the_host_wants_it(zoom: Zoom) -> None:
    number = booked(zoom, approval_type=1)
    added = zoom.registrants.add(number, SANA)
    assert added.join_url == ""
    assert [one.id for one in zoom.registrants.list(number, RegistrantStatus.PENDING)] == [
        added.registrant_id
    ]

    zoom.registrants.set_status(number, RegistrantAction.APPROVE, {added.registrant_id: ""})
    (approved,) = zoom.registrants.list(number)
    assert approved.join_url

    zoom.registrants.set_status(number, RegistrantAction.DENY, {added.registrant_id: ""})
    assert [one.id for one in zoom.registrants.list(number, RegistrantStatus.DENIED)] == [added.registrant_id]


def test_a_registrant_is_deleted(zoom: Zoom) -> None:
    number = booked(zoom)
    added = zoom.registrants.add(number, SANA)
    zoom.registrants.delete(number, added.registrant_id)

    assert list(zoom.registrants.list(number)) == []


def test_why_somebody_is_not_registered_is_told_apart(sim: Simulator, zoom: Zoom) -> None:
    def refusal(number: str, draft: RegistrantDraft = SANA) -> str:
        with pytest.raises((Refused, NotFound)) as problem:
            zoom.registrants.add(number, draft)
        return problem.value.reason

    plain, single = booked(zoom, approval_type=2), booked(zoom)
    series = booked(zoom, recurrence=Recurrence.weekly([1], times=3))
    host = RegistrantDraft(email="teacher@demo.example", first_name="T")
    with pytest.raises(Refused) as batch:
        zoom.registrants.add_many(series, [SANA])

    assert refusal(plain) == "registration_off"
    assert refusal(single, host) == "host_cannot_register"
    assert refusal("99999999999") == "meeting_not_found"
    assert batch.value.reason == "batch_needs_single_meeting"
    sim.control("switches", max_registrants=1)
    zoom.registrants.add(single, SANA)
    assert refusal(single, FINN) == "registration_full"


def test_a_registrants_day_is_spent_and_nobody_elses(zoom: Zoom) -> None:
    number = booked(zoom)
    for _ in range(3):
        zoom.registrants.add(number, SANA)
    with pytest.raises(RateLimited) as problem:
        zoom.registrants.add(number, SANA)

    error = problem.value
    assert (error.daily, error.per_registrant, error.per_host) == (True, True, False)
    assert error.retry_at.astimezone(UTC).time() == time(0, 0)
    assert zoom.registrants.add(number, FINN).registrant_id


def held(sim: Simulator, zoom: Zoom) -> tuple[str, str]:
    """Two registered students came, one of them twice. The meeting's number, Sana's registrant id."""
    sim.control("clock", set="2027-03-01T08:00:00Z", stopped=True)
    number = booked(zoom)
    sana = zoom.registrants.add(number, SANA).registrant_id
    finn = zoom.registrants.add(number, FINN).registrant_id
    sim.people(number, "host_start")
    sim.people(number, "join", people=[{"registrant": sana}, {"registrant": finn}])
    sim.control("clock", advance_seconds=600)
    sim.people(number, "leave", people=["Sana Iqbal"])
    sim.control("clock", advance_seconds=300)
    sim.people(number, "join", people=[{"registrant": sana}])
    sim.control("clock", advance_seconds=600)
    sim.people(number, "end")
    sim.control("clock", advance_seconds=31 * 60)
    return number, sana


@pytest.mark.parametrize("awkward", [False, True])
def test_who_came_is_read_by_the_sittings_uuid(sim: Simulator, zoom: Zoom, awkward: bool) -> None:
    sim.control("switches", awkward_uuids=awkward)
    number, sana = held(sim, zoom)
    (instance,) = zoom.past_meetings.instances(number)
    meeting = zoom.past_meetings.get(instance.uuid)

    assert meeting == zoom.past_meetings.get(number)
    assert (meeting.id, meeting.uuid, meeting.duration) == (number, instance.uuid, 25)
    assert ("//" in meeting.uuid or meeting.uuid.startswith("/")) is awkward
    rows = list(zoom.past_meetings.participants(instance.uuid, page_size=2))
    assert [one.duration for one in rows if one.registrant_id == sana] == [600, 600]
    assert len({one.user_id for one in rows}) == len(rows) == 4


def test_a_report_tells_the_registrants_to_the_account_alone(sim: Simulator, zoom: Zoom) -> None:
    number, sana = held(sim, zoom)

    with sim.zoom(sim.whole_account()) as whole:
        rows = list(whole.reports.participants(number, page_size=3))
    assert [one.duration for one in rows if one.registrant_id == sana] == [600, 600]
    assert [one.leave_time - one.join_time for one in rows if one.leave_time and one.join_time] == [
        timedelta(seconds=one.duration or 0) for one in rows
    ]
    with pytest.raises(ScopeMissing):
        list(zoom.reports.participants(number))


def test_a_report_is_late(sim: Simulator, zoom: Zoom) -> None:
    number = booked(zoom, approval_type=2)
    sim.people(number, "host_start")
    sim.people(number, "join", people=["A guest"])
    sim.control("clock", advance_seconds=60)
    sim.people(number, "end")

    with sim.zoom(sim.whole_account()) as whole:
        with pytest.raises(NotFound):
            list(whole.reports.participants(number))
        sim.control("clock", advance_seconds=31 * 60)
        assert len(list(whole.reports.participants(number))) == 2


def test_a_meeting_of_more_than_a_year_ago_and_one_without_a_licence_are_told(
    sim: Simulator, zoom: Zoom
) -> None:
    number, _ = held(sim, zoom)
    sim.control("users", email="teacher@demo.example", licence="basic")
    with pytest.raises(NotLicensed) as unpaid:
        zoom.past_meetings.get(number)
    sim.control("users", email="teacher@demo.example", licence="licensed")
    sim.control("clock", advance_seconds=370 * 86_400)
    with sim.zoom(sim.consent()) as later, pytest.raises(Refused) as old:
        later.past_meetings.get(number)

    assert (unpaid.value.reason, old.value.reason) == ("paid_plan_needed", "older_than_a_year")
