"""How a class stands follows from what Zoom said and from the clock."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eduraise.classes import states
from eduraise.classes.enums import Attention, ClassState, DifferenceField
from eduraise.classes.models import ClassSession, Difference
from eduraise.classes.states import state_of, with_states
from eduraise.zoom.enums import HostState, Licence, OperationState, Plan
from tests.classes.rows import make_class, sit, want
from tests.school import School


def shown(session: ClassSession, school: School) -> tuple[str, str]:
    found: Any = state_of(session, school.now)
    return found.shown_state, found.attention


@pytest.fixture
def coming(school: School) -> ClassSession:
    """Tariq's class in an hour, until 10:00."""
    return make_class(school.program, school.tariq, school.now + timedelta(hours=1), now=school.now)


def test_a_class_whose_meeting_is_at_zoom_is_booked(school: School, coming: ClassSession) -> None:
    assert shown(coming, school) == (ClassState.BOOKED, "")


@pytest.mark.parametrize("state", [OperationState.PENDING, OperationState.CALLING, OperationState.UNKNOWN])
def test_a_class_whose_meeting_is_on_its_way_is_being_booked(school: School, state: str) -> None:
    session = make_class(
        school.program,
        school.tariq,
        school.now + timedelta(hours=1),
        now=school.now,
        at_zoom=False,
        operation=state,
    )

    assert shown(session, school) == (ClassState.BEING_BOOKED, "")


def test_while_zoom_does_not_answer_that_is_said(school: School) -> None:
    session = make_class(
        school.program,
        school.tariq,
        school.now + timedelta(hours=1),
        now=school.now,
        at_zoom=False,
        operation=None,
    )
    assert session.occurrence is not None
    want(session.occurrence.meeting, "create", OperationState.PENDING, school.now, last_error_code="not_sent")

    assert shown(session, school) == (ClassState.SILENT, "")


def test_a_sitting_makes_a_class_live_until_it_ends_and_no_longer(
    school: School, coming: ClassSession
) -> None:
    school.clock.set(coming.starts_at + timedelta(minutes=2))
    sitting = sit(coming, school.now)
    assert shown(coming, school)[0] == ClassState.LIVE

    sitting.ended_at = school.clock.advance(minutes=20)
    sitting.save()
    # a drop-out at 09:22 doesn't end a class until 10:00
    assert shown(coming, school)[0] == ClassState.BOOKED

    school.clock.set(coming.ends_at)
    assert shown(coming, school)[0] == ClassState.ENDED


def test_a_class_that_runs_on_is_live_beyond_its_planned_end(school: School, coming: ClassSession) -> None:
    sitting = sit(coming, coming.starts_at)

    school.clock.set(coming.ends_at + timedelta(hours=3, minutes=59))
    assert shown(coming, school)[0] == ClassState.LIVE
    school.clock.advance(minutes=1)
    assert shown(coming, school)[0] == ClassState.ENDED

    sitting.seen_running_at = school.now - timedelta(minutes=9)
    sitting.save()
    assert shown(coming, school)[0] == ClassState.LIVE
    school.clock.advance(minutes=2)
    assert shown(coming, school)[0] == ClassState.ENDED


def test_a_restarted_meeting_is_live_again(school: School, coming: ClassSession) -> None:
    sit(coming, coming.starts_at, ended_at=coming.starts_at + timedelta(minutes=5))
    school.clock.set(coming.starts_at + timedelta(minutes=10))
    sit(coming, school.now)

    assert shown(coming, school)[0] == ClassState.LIVE


def test_a_class_in_which_nobody_was_seen_ends_a_quarter_of_an_hour_late(
    school: School, coming: ClassSession
) -> None:
    school.clock.set(coming.ends_at + timedelta(minutes=14))
    assert shown(coming, school)[0] == ClassState.BOOKED
    school.clock.advance(minutes=1)
    assert shown(coming, school)[0] == ClassState.ENDED


def test_cancelled_is_cancelled_even_while_somebody_is_in_the_meeting(
    school: School, coming: ClassSession
) -> None:
    sit(coming, school.now)
    coming.cancelled_at = school.now
    coming.save()

    assert shown(coming, school)[0] == ClassState.CANCELLED


def attention_when(school: School, coming: ClassSession, reason: str) -> None:
    assert coming.occurrence is not None
    meeting, host = coming.occurrence.meeting, coming.occurrence.meeting.host
    match reason:
        case Attention.NO_TEACHER:
            school.tariq.assignments.update(until_at=school.now)
        case Attention.HOST_LOST:
            host.state = HostState.LOST
        case Attention.NOT_BOOKED:
            meeting.meeting_number = None
            meeting.operations.update(state=OperationState.FAILED, answer_code="3161")
        case Attention.REFUSED:
            want(meeting, "update", OperationState.FAILED, school.now, answer_code="300")
        case Attention.GONE:
            Difference.objects.create(session=coming, field=DifferenceField.GONE, seen_at=school.now)
        case Attention.TIME_DIFFERS:
            Difference.objects.create(session=coming, field=DifferenceField.TIME, seen_at=school.now)
        case Attention.UNSAFE:
            Difference.objects.create(session=coming, field=DifferenceField.UNSAFE, seen_at=school.now)
        case Attention.WEBINAR:
            Difference.objects.create(session=coming, field=DifferenceField.WEBINAR, seen_at=school.now)
        case Attention.HOST_FULL:
            host.claims.create(
                lane=1, held_for=coming.uid, starts_at=coming.starts_at, ends_at=coming.ends_at
            )
        case Attention.TOO_FEW_SEATS:
            coming.occurrence.seats, coming.occurrence.seats_short = 10, 11
            coming.occurrence.save()
        case Attention.CUT_SHORT:
            host.licence = Licence.BASIC
        case Attention.STILL_AT_ZOOM:
            coming.cancelled_at = school.now
            want(meeting, "delete", OperationState.GIVEN_UP, school.now)
    host.save()
    meeting.save()
    coming.save()


@pytest.mark.parametrize("reason", Attention.values)
def test_whatever_is_in_the_way_of_a_coming_class_is_named_and_forgotten_when_it_is_over(
    school: School, coming: ClassSession, reason: str
) -> None:
    attention_when(school, coming, reason)

    assert shown(coming, school)[1] == reason
    school.clock.set(coming.ends_at)
    assert shown(coming, school)[1] == ""


def test_the_worst_reason_is_named(school: School, coming: ClassSession) -> None:
    for reason in (Attention.CUT_SHORT, Attention.TIME_DIFFERS, Attention.HOST_LOST, Attention.NO_TEACHER):
        attention_when(school, coming, reason)
        assert shown(coming, school)[1] == reason


def test_a_refusal_is_forgotten_when_a_later_change_was_taken(school: School, coming: ClassSession) -> None:
    attention_when(school, coming, Attention.REFUSED)
    assert coming.occurrence is not None
    want(coming.occurrence.meeting, "update", OperationState.DONE, school.now)

    assert shown(coming, school) == (ClassState.BOOKED, "")


def test_a_second_meeting_at_once_is_no_trouble_where_the_plan_holds_two(
    school: School, coming: ClassSession
) -> None:
    assert coming.occurrence is not None
    host = coming.occurrence.meeting.host
    host.account.plan = Plan.EDUCATION
    host.account.save()
    attention_when(school, coming, Attention.HOST_FULL)

    assert shown(coming, school) == (ClassState.BOOKED, "")


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    minutes=st.integers(-400, 400),
    begun=st.none() | st.integers(-30, 90),
    lasted=st.none() | st.integers(1, 200),
    seen=st.none() | st.integers(-400, 400),
    cancelled=st.booleans(),
)
def test_a_class_is_in_exactly_one_of_upcoming_and_past_and_past_means_over(
    school: School,
    minutes: int,
    begun: int | None,
    lasted: int | None,
    seen: int | None,
    cancelled: bool,
) -> None:
    ClassSession.objects.all().update(occurrence=None)
    ClassSession.objects.all().delete()
    starts_at = school.now
    session = make_class(
        school.program,
        school.tariq,
        starts_at,
        now=school.now,
        cancelled_at=school.now if cancelled else None,
    )
    if begun is not None:
        started = starts_at + timedelta(minutes=begun)
        sit(
            session,
            started,
            ended_at=started + timedelta(minutes=lasted) if lasted else None,
            seen_running_at=starts_at + timedelta(minutes=seen) if seen is not None else None,
        )
    now = starts_at + timedelta(minutes=minutes)

    every = ClassSession.objects.all()
    is_past = states.past(every, now).exists()
    assert states.upcoming(every, now).exists() is not is_past
    found: Any = with_states(every, now).get()
    if cancelled:
        assert is_past is (session.ends_at <= now)
    else:
        assert is_past is (found.shown_state == ClassState.ENDED)
        assert states.live(every, now).exists() is (found.shown_state == ClassState.LIVE)
