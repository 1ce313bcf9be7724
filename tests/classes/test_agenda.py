"""What people read of a class at Zoom, and that its meeting is found again whatever stands there."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.conf import settings

from eduraise.classes.changing import UNDO_FOR, Edit, change_class
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession
from eduraise.classes.scheduling import schedule_class
from eduraise.classes.texts import DESCRIPTION_LONGEST
from eduraise.classes.undoing import undo_change
from eduraise.zoom.models import ZoomMeeting
from tests.linked import LinkedZoom
from tests.school import School

LONGEST = "Bring paper. " * 115 + "Pens"


@pytest.fixture(autouse=True)
def connected(linked: LinkedZoom, school: School) -> None:
    linked.connect(school.tariq)


def book(school: School, description: str) -> ClassSession:
    draft = ClassDraft(
        program=school.program,
        teacher=school.tariq,
        topic="Sets",
        description=description,
        starts_at=school.now + timedelta(hours=10),
        duration=timedelta(minutes=90),
        zone="Europe/Madrid",
    )
    return schedule_class(by=school.tariq, draft=draft, now=school.now)


def describe(school: School, session: ClassSession, description: str) -> ClassSession:
    edit = Edit(description=description)
    return change_class(
        session=session, seen_version=session.version, edit=edit, by=school.tariq, now=school.now
    )


def agendas(linked: LinkedZoom) -> list[str]:
    return [meeting["agenda"] for meeting in linked.sim.meetings]


def text(session: ClassSession, *description: str) -> str:
    """What is to stand at Zoom."""
    meeting = ZoomMeeting.objects.get()
    door = f"{settings.BASE_URL}/j/{session.code}"
    return "\n\n".join((meeting.ref, *description, session.program.title, door))


def test_the_agenda_has_the_reference_the_description_the_program_and_the_door(
    school: School, linked: LinkedZoom
) -> None:
    session = book(school, "Bring paper.\r\nAnd pens.")
    linked.push()

    assert agendas(linked) == [text(session, "Bring paper.\nAnd pens.")]


def test_a_class_without_a_description_has_no_gap(school: School, linked: LinkedZoom) -> None:
    session = book(school, "")
    linked.push()

    assert agendas(linked) == [text(session)]


def test_another_description_is_one_update(school: School, linked: LinkedZoom) -> None:
    session = book(school, "Bring paper")
    linked.push()
    describe(school, session, "Bring pens")
    linked.advance(seconds=UNDO_FOR.total_seconds())
    linked.push()

    assert agendas(linked) == [text(session, "Bring pens")]
    assert linked.sim.called("meetingUpdate") == 1
    assert linked.push() == []


def test_an_undone_description_leaves_the_one_before_it(school: School, linked: LinkedZoom) -> None:
    session = book(school, "Bring paper")
    linked.push()
    session = describe(school, session, "Bring pens")  # shares the row that the next one waits in
    linked.advance(seconds=5)
    session = describe(school, session, "Bring nothing")
    undo_change(session=session, version=session.version, by=school.tariq, now=school.now)
    linked.advance(seconds=UNDO_FOR.total_seconds())
    linked.push()

    assert agendas(linked) == [text(session, "Bring pens")]


def test_a_lost_create_is_found_by_a_list_that_cuts_the_agenda(school: School, linked: LinkedZoom) -> None:
    assert 250 < len(LONGEST) <= DESCRIPTION_LONGEST
    linked.sim.fault("do_then_drop", operation="meetingCreate")
    session = book(school, LONGEST)

    assert linked.push() == ["adopted", "unknown"]
    assert agendas(linked) == [text(session, LONGEST)]
    assert linked.push() == []
