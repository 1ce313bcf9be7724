"""What was moved or deleted in Zoom stays ours until somebody chooses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eduraise.classes.differences import (
    Settled,
    book_again,
    notice_gone,
    notice_present,
    notice_time,
    restore_ours,
    take_zooms_time,
)
from eduraise.classes.enums import Attention, ClassState
from eduraise.classes.models import ClassSession, Difference
from eduraise.classes.rules import OutsideHours
from eduraise.classes.states import state_of
from eduraise.zoom.models import HostClaim, ZoomOccurrence, ZoomOperation
from tests.classes.rows import make_class
from tests.school import School

HOUR = timedelta(hours=1)


@pytest.fixture
def session(school: School) -> ClassSession:
    return make_class(school.program, school.tariq, school.now + 10 * HOUR, now=school.now)


def moved_in_zoom(school: School, session: ClassSession) -> None:
    notice_time(held_for=session.uid, starts_at=session.starts_at + HOUR, minutes=45, now=school.now)


def choose(choice: Any, school: School, session: ClassSession) -> ClassSession:
    return choice(session=session, seen_version=session.version, by=school.tariq, now=school.now)  # type: ignore[no-any-return]


def attention(school: School, session: ClassSession) -> str:
    found: Any = state_of(session, school.now)
    return str(found.attention)


def states() -> list[str]:
    return list(Difference.objects.order_by("pk").values_list("state", flat=True))


def test_a_move_in_zoom_leaves_our_time_and_asks_for_a_choice(school: School, session: ClassSession) -> None:
    moved_in_zoom(school, session)
    moved_in_zoom(school, session)

    again = ClassSession.objects.get(pk=session.pk)
    assert again.starts_at == session.starts_at
    assert attention(school, session) == Attention.TIME_DIFFERS
    assert states() == ["open"]


def test_zooms_time_is_taken_as_a_move_like_any_other(school: School, session: ClassSession) -> None:
    moved_in_zoom(school, session)

    moved = choose(take_zooms_time, school, session)

    assert (moved.starts_at, moved.minutes) == (session.starts_at + HOUR, 45)
    assert moved.tell_at > school.now
    assert moved.version == 2
    assert states() == ["kept"]
    assert attention(school, moved) == ""


def test_ours_is_restored_at_zoom_and_nobody_needs_to_hear_of_it(
    school: School, session: ClassSession
) -> None:
    moved_in_zoom(school, session)

    restored = choose(restore_ours, school, session)

    assert restored.starts_at == session.starts_at
    assert ZoomOperation.objects.get(kind="update").not_before == school.now
    assert states() == ["restored"]


def test_zooms_time_is_not_taken_against_the_programs_rules(school: School, session: ClassSession) -> None:
    moved_in_zoom(school, session)
    school.program.class_settings.weekdays = 0b1000000
    school.program.class_settings.save()

    with pytest.raises(OutsideHours):
        choose(take_zooms_time, school, session)

    assert states() == ["open"]


def test_when_zoom_agrees_again_the_difference_is_gone(school: School, session: ClassSession) -> None:
    moved_in_zoom(school, session)
    notice_time(held_for=session.uid, starts_at=session.starts_at, minutes=60, now=school.now)

    assert states() == ["gone"]
    with pytest.raises(Settled):
        choose(restore_ours, school, session)


def test_a_deleted_meeting_is_booked_again_under_the_same_link(school: School, session: ClassSession) -> None:
    former = session.occurrence
    notice_gone(held_for=session.uid, now=school.now)
    assert attention(school, session) == Attention.GONE

    again = choose(book_again, school, session)

    assert again.code == session.code
    assert again.occurrence != former
    assert ZoomOccurrence.objects.get(held_for=session.uid, wanted_gone=False) == again.occurrence
    assert HostClaim.objects.filter(held_for=session.uid).count() == 1
    found: Any = state_of(again, school.now)
    assert (found.shown_state, found.attention) == (ClassState.BEING_BOOKED, "")
    assert states() == ["restored"]


def test_a_meeting_that_is_there_after_all_ends_the_alarm(school: School, session: ClassSession) -> None:
    notice_gone(held_for=session.uid, now=school.now)
    notice_present(held_for=session.uid, now=school.now)

    assert states() == ["gone"]


def test_of_two_who_choose_at_once_one_does(school: School, session: ClassSession) -> None:
    moved_in_zoom(school, session)
    choose(restore_ours, school, session)

    with pytest.raises(Settled):
        choose(take_zooms_time, school, session)


def test_a_cancelled_class_differs_from_nothing(school: School, session: ClassSession) -> None:
    session.cancelled_at = school.now
    session.save()

    moved_in_zoom(school, session)
    notice_gone(held_for=session.uid, now=school.now)

    assert states() == []


def test_the_same_choice_can_be_made_again_when_it_happens_again(
    school: School, session: ClassSession
) -> None:
    for _ in range(2):
        moved_in_zoom(school, session)
        session = choose(restore_ours, school, session)

    assert states() == ["restored", "restored"]
