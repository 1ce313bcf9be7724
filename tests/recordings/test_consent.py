"""Before they enter, people are told that a class is recorded, however that came about; that is kept so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eduraise.classes.joining import find_class, is_recorded, join
from eduraise.classes.models import ClassSession, JoinClick
from eduraise.zoom.enums import RecordingState
from eduraise.zoom.models import ZoomInstance
from tests.classes.pages import signed_in
from tests.classes.rows import make_class, make_host
from tests.school import School

pytestmark = pytest.mark.django_db
SAID = "This class is recorded"


@pytest.fixture
def session(school: School) -> ClassSession:
    make_host(school.tariq, school.now)
    return make_class(school.program, school.tariq, school.now + timedelta(minutes=1), now=school.now)


def by_choice(session: ClassSession, school: School) -> None:
    ClassSession.objects.filter(pk=session.pk).update(chosen_settings={"auto_recording": "local"})


def at_zoom(session: ClassSession, school: School) -> None:
    assert session.occurrence is not None
    meeting = session.occurrence.meeting
    meeting.zoom_settings = {"auto_recording": "cloud"}
    meeting.save()


def by_hand(session: ClassSession, school: School) -> None:
    """The teacher pressed Record in Zoom."""
    assert session.occurrence is not None
    meeting = session.occurrence.meeting
    ZoomInstance.objects.create(
        host=meeting.host,
        meeting=meeting,
        meeting_number=meeting.meeting_number,
        meeting_uuid="running==",
        occurrence=session.occurrence,
        started_at=school.now,
        seen_running_at=school.now,
        host_joined_at=school.now,
        recording=RecordingState.ON,
        recording_at=school.now,
    )


def not_at_all(session: ClassSession, school: School) -> None:
    """Nobody records it."""


@pytest.mark.parametrize(
    ("how", "is_told"), [(by_choice, True), (at_zoom, True), (by_hand, True), (not_at_all, False)]
)
def test_the_door_says_it_and_the_click_keeps_that_it_did(
    school: School, session: ClassSession, how: Any, is_told: bool
) -> None:
    how(session, school)
    page = signed_in(school.sana).get(f"/j/{session.code}").content.decode()
    join(user=school.sana, session=session, now=school.now)

    assert (SAID in page) is is_told
    assert JoinClick.objects.get().told_of_recording is is_told


def test_of_a_class_that_was_cancelled_nobody_is_told_so(school: School, session: ClassSession) -> None:
    by_choice(session, school)
    ClassSession.objects.filter(pk=session.pk).update(cancelled_at=school.now)

    for address in (f"/j/{session.code}", f"/classes/{session.code}/"):
        assert SAID not in signed_in(school.sana).get(address).content.decode()


def test_after_a_class_its_page_warns_nobody_any_more(school: School, session: ClassSession) -> None:
    by_choice(session, school)
    before = SAID in signed_in(school.sana).get(f"/classes/{session.code}/").content.decode()
    school.clock.set(session.ends_at + timedelta(hours=2))
    after = SAID in signed_in(school.sana).get(f"/classes/{session.code}/").content.decode()

    assert (before, after) == (True, False)


def test_what_was_said_to_who_entered_stays_as_it_was(school: School, session: ClassSession) -> None:
    join(user=school.sana, session=session, now=school.now)
    by_hand(session, school)
    later = school.person("nora")
    school.enrol(later, school.program)
    join(user=later, session=session, now=school.now)

    assert list(JoinClick.objects.order_by("pk").values_list("person__name", "told_of_recording")) == [
        ("Sana", False),
        ("Nora", True),
    ]
    found = find_class(school.sana, session.code, school.now)
    assert found is not None
    assert is_recorded(found)
