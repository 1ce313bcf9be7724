"""What needs attention is found from the rare side, and none is missed that way."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eduraise.accounts.models import User
from eduraise.classes import states
from eduraise.classes.enums import Attention, DifferenceField, DifferenceState
from eduraise.classes.models import ClassSession, Difference
from eduraise.programs.models import Program
from eduraise.zoom.enums import HostState, Licence, OperationState, Plan
from eduraise.zoom.models import ZoomAccount, ZoomMeeting, ZoomOccurrence, ZoomUser
from tests.classes.rows import make_class, want
from tests.school import School

HOUR = timedelta(hours=1)
type Happening = Callable[[School, ClassSession], object]


def host(**fields: Any) -> Happening:
    """The class's host comes to be so."""

    def happen(school: School, session: ClassSession) -> None:
        assert session.occurrence is not None
        ZoomUser.objects.filter(pk=session.occurrence.meeting.host_id).update(**fields)

    return happen


def meeting(**fields: Any) -> Happening:
    """Its meeting comes to be so."""

    def happen(school: School, session: ClassSession) -> None:
        assert session.occurrence is not None
        ZoomMeeting.objects.filter(pk=session.occurrence.meeting_id).update(**fields)

    return happen


def sitting(**fields: Any) -> Happening:
    """Its occurrence comes to be so."""

    def happen(school: School, session: ClassSession) -> None:
        ZoomOccurrence.objects.filter(pk=session.occurrence_id).update(**fields)

    return happen


def itself(**fields: Any) -> Happening:
    """The class itself comes to be so."""
    return lambda school, session: ClassSession.objects.filter(pk=session.pk).update(**fields)


def operation(kind: str, state: str) -> Happening:
    """A change came to this."""

    def happen(school: School, session: ClassSession) -> None:
        assert session.occurrence is not None
        want(session.occurrence.meeting, kind, state, school.now)

    return happen


def difference(field: str, state: str = DifferenceState.OPEN) -> Happening:
    """Zoom has it otherwise."""
    return lambda school, session: Difference.objects.get_or_create(
        session=session, field=field, state=state, defaults={"seen_at": school.now}
    )


def second_lane(school: School, session: ClassSession) -> None:
    """Its host holds another at the same time."""
    assert session.occurrence is not None
    hours = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    session.occurrence.meeting.host.claims.get_or_create(lane=1, held_for=session.uid, defaults=hours)


def unassigned(school: School, session: ClassSession) -> None:
    """Its teacher leaves the program."""
    session.teacher.assignments.filter(program=session.program).update(until_at=school.now)


def stands_in(school: School, session: ClassSession) -> None:
    """Its teacher may hold it, and nothing else of the program."""
    session.teacher.assignments.filter(program=session.program).update(only_for=session.uid)


HAPPENINGS: list[Happening] = [
    *(host(state=state) for state in HostState.values),
    *(host(licence=licence) for licence in Licence.values),
    lambda school, session: ZoomAccount.objects.update(plan=Plan.EDUCATION),
    meeting(meeting_number=None),
    lambda school, session: meeting(gone_at=school.now)(school, session),
    lambda school, session: meeting(missing_at=school.now)(school, session),
    sitting(zoom_starts_at=None),
    sitting(seats=10, seats_short=11),
    lambda school, session: sitting(zoom_gone_at=school.now)(school, session),
    itself(occurrence=None),
    lambda school, session: itself(cancelled_at=school.now)(school, session),
    *(operation("update", state) for state in (OperationState.FAILED, OperationState.GIVEN_UP)),
    *(operation("delete", state) for state in (OperationState.GIVEN_UP, OperationState.DONE)),
    operation("update", OperationState.PENDING),
    *(difference(field) for field in DifferenceField.values),
    difference(DifferenceField.TIME, DifferenceState.KEPT),
    second_lane,
    unassigned,
    stands_in,
    lambda school, session: User.objects.filter(pk=session.teacher_id).update(is_active=False),
    lambda school, session: Program.objects.filter(pk=session.program_id).update(archived_at=school.now),
]


@pytest.fixture(autouse=True)
def cast(school: School) -> None:
    """Who is there before anything happens, and after it was undone."""
    assert school.program
    assert school.tariq


@pytest.mark.parametrize("happening", range(len(HAPPENINGS)))
def test_each_thing_that_can_happen_to_one_class_is_found_as_if_all_were_looked_at(
    school: School, happening: int
) -> None:
    sessions = classes(school)
    HAPPENINGS[happening](school, sessions[0])

    assert found(school) == looked_at(school.now)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    happened=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(range(len(HAPPENINGS)))), max_size=6, unique=True
    ),
    later=st.integers(-1, 30),
)
def test_in_any_world_none_is_missed(school: School, happened: list[tuple[int, int]], later: int) -> None:
    with transaction.atomic():
        sessions = classes(school)
        for which, happening in happened:
            if sessions[which].occurrence is not None:
                HAPPENINGS[happening](school, sessions[which])
        now = school.now + later * HOUR

        assert found(school, now) == looked_at(now)
        transaction.set_rollback(True)


def test_every_reason_was_among_them(school: School) -> None:
    seen = set()
    for happening in HAPPENINGS:
        with transaction.atomic():
            sessions = classes(school)
            happening(school, sessions[0])
            seen |= {reason for _code, reason in found(school)}
            itself(cancelled_at=school.now)(school, sessions[0])
            seen |= {reason for _code, reason in found(school)}
            transaction.set_rollback(True)

    assert seen == set(Attention.values)


def classes(school: School) -> list[ClassSession]:
    """A short one of Tariq's, a long one of his, and one of another teacher in another program."""
    other = school.teacher("Lin")
    program = school.make_program("LIN", "Lin's")
    school.assign(other, program)
    return [
        make_class(school.program, school.tariq, school.now + HOUR, minutes=30, now=school.now),
        make_class(school.program, school.tariq, school.now + 24 * HOUR, now=school.now),
        make_class(program, other, school.now + 2 * HOUR, now=school.now),
    ]


def found(school: School, now: Any = None) -> set[tuple[str, str]]:
    """The codes of the classes that need attention, with why."""
    needing = states.needing_attention(ClassSession.objects.all(), now or school.now)
    return {(session.code, session.attention) for session in needing}


def looked_at(now: Any) -> set[tuple[str, str]]:
    """The same by looking at each."""
    every = states.with_states(ClassSession.objects.all(), now)
    return {(session.code, session.attention) for session in every if session.attention}
