"""What Zoom refuses stands, in a teacher's words, at the field that it concerns: every documented answer."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.enums import Attention
from eduraise.classes.joining import find_class
from eduraise.classes.models import ClassSession
from eduraise.classes.refusals import OTHER
from eduraise.classes.scheduling import schedule_class
from eduraise.classes.troubles import Trouble, trouble_of
from eduraise.zoom.looking import APART
from eduraise.zoom.words import reason_words
from tests.classes.pages import signed_in, text_of
from tests.contract import shapes
from tests.linked import LinkedZoom

pytestmark = pytest.mark.django_db(transaction=True)

# Documented of a call of ours: a part of Zoom's message → the form's field, what the teacher reads
SAID = {
    "hosting and scheduling capabilities": ("teacher", "This Zoom user may not hold meetings"),
    "Instant meetings do not support": ("teacher", "doesn’t let us schedule for this Zoom user"),
    "have been blocked from": ("teacher", "Zoom has blocked this Zoom user"),
    "You cannot schedule a meeting for": ("teacher", "doesn’t let us schedule for this Zoom user"),
    "`schedule_for` field": ("teacher", "doesn’t let us schedule for this Zoom user"),
    "`enforce_login_domains`": ("requires_sign_in", "Zoom can’t require signing in"),
    "User does not exist": ("teacher", "This Zoom user doesn’t exist any more"),
    "Cannot access webinar info": ("", "At Zoom this is a webinar"),
    "Prescheduling is only": ("", "a kind of meeting that can’t be changed here"),
    "outside of your account": ("teacher", "belongs to another Zoom account"),
    "`occurrence_id`": ("", "has no such date any more"),
    "Not allowed to delete PMI": ("", "At Zoom this is a personal room"),
    "Not allowed to delete PAC": ("", "At Zoom this is a personal audio room"),
}
# Undocumented, but answered: what Zoom names in "errors" → where it stands
FIELDS = {
    "topic": ("topic", "Zoom doesn’t take this title"),
    "agenda": ("description", "Zoom doesn’t take this description"),
    "start_time": ("time", "Zoom doesn’t take this time"),
    "timezone": ("zone", "Zoom doesn’t know this time zone"),
    "duration": ("minutes", "Zoom doesn’t take this length"),
    "password": ("has_passcode", "Zoom doesn’t take the passcode"),
    "settings.waiting_room": ("entry", "Zoom doesn’t take this way to come in"),
    "settings.join_before_host": ("entry", "Zoom doesn’t take this way to come in"),
    "settings.mute_upon_entry": ("mutes_on_entry", "Zoom doesn’t take this for muting"),
    "settings.auto_recording": ("auto_recording", "Zoom can’t record like this"),
    "settings.meeting_authentication": ("requires_sign_in", "Zoom can’t require signing in"),
    "settings.never_heard_of": ("", "Zoom doesn’t take something in this class"),
}


def documented(operation: str) -> list[Any]:
    """Each documented refusal of a call, but that the meeting isn't there, which is no refusal to us."""
    operations = json.loads((Path(shapes.__file__).parent / "data/operations.json").read_text())
    [found] = [each for each in operations if each["operationId"] == operation]
    return [
        pytest.param(error, id=f"{error['code']}-{error['message'][:40]}")
        for error in found["errors"]
        if error["code"] != 3001
    ]


def schedule(linked: LinkedZoom) -> ClassSession:
    draft = ClassDraft(
        program=linked.school.program,
        teacher=linked.school.tariq,
        topic="Sets",
        starts_at=linked.now + timedelta(days=2),
        duration=timedelta(hours=1),
        zone="Europe/Madrid",
    )
    return schedule_class(by=linked.school.tariq, draft=draft, now=linked.now)


def refuse(linked: LinkedZoom, operation: str, error: dict[str, Any]) -> None:
    body = {name: error[name] for name in ("code", "message", "errors") if name in error}
    linked.sim.fault("status", status=error.get("http", 400), body=body, operation=operation)


def trouble(linked: LinkedZoom, session: ClassSession) -> Trouble:
    tariq = linked.school.tariq
    current = find_class(tariq, session.code, linked.now)
    assert current
    found = trouble_of(current, tariq, linked.now, may_edit=True)
    assert found
    return found


def expected(error: dict[str, Any]) -> tuple[str, str]:
    [said] = [words for part, words in SAID.items() if part in error["message"]]
    return said


def assert_said(found: Trouble, where: tuple[str, str]) -> None:
    field, words = where
    assert (found.field, words in found.detail) == (field, True)
    assert found.detail != str(OTHER.sentence)


@pytest.mark.parametrize("error", documented("meetingCreate"))
def test_what_zoom_refuses_of_a_new_class(linked: LinkedZoom, error: dict[str, Any]) -> None:
    linked.connect(linked.school.tariq)
    refuse(linked, "meetingCreate", error)

    session = schedule(linked)

    found = trouble(linked, session)
    assert found.reason == Attention.NOT_BOOKED
    assert_said(found, expected(error))
    assert found.detail in text_of(signed_in(linked.school.tariq).get(f"/classes/{session.code}/"))


@pytest.mark.parametrize("error", documented("meetingUpdate"))
def test_what_zoom_refuses_of_a_change(linked: LinkedZoom, error: dict[str, Any]) -> None:
    linked.connect(linked.school.tariq)
    session = schedule(linked)
    change_class(
        session=session,
        seen_version=session.version,
        edit=Edit(topic="Graphs"),
        by=linked.school.tariq,
        now=linked.now,
    )
    refuse(linked, "meetingUpdate", error)
    linked.advance(seconds=11)

    assert linked.push() == ["failed"]
    found = trouble(linked, session)
    assert found.reason == Attention.REFUSED
    assert_said(found, expected(error))


@pytest.mark.parametrize("error", documented("meetingDelete"))
def test_what_zoom_refuses_of_a_cancellation(linked: LinkedZoom, error: dict[str, Any]) -> None:
    linked.connect(linked.school.tariq)
    session = schedule(linked)
    cancel_class(session=session, seen_version=session.version, by=linked.school.tariq, now=linked.now)
    refuse(linked, "meetingDelete", error)
    linked.advance(seconds=11)

    assert linked.push() == ["failed"]
    found = trouble(linked, session)
    assert found.reason == Attention.STILL_AT_ZOOM
    assert_said(found, expected(error))


@pytest.mark.parametrize("error", documented("meeting"))
def test_what_zoom_refuses_of_a_start_link_doesnt_keep_the_teacher_out(
    linked: LinkedZoom, error: dict[str, Any]
) -> None:
    linked.connect(linked.school.tariq)
    session = schedule(linked)
    linked.advance(days=2)
    refuse(linked, "meeting", error)

    answer = signed_in(linked.school.tariq).post(f"/classes/{session.code}/start/")

    [at_zoom] = linked.sim.meetings
    assert (answer.status_code, answer["Location"]) == (303, at_zoom["join_url"])


@pytest.mark.parametrize("named", FIELDS)
def test_a_field_that_zoom_names_is_named_here(linked: LinkedZoom, named: str) -> None:
    linked.connect(linked.school.tariq)
    errors = [{"field": named, "message": "Invalid field."}]
    refuse(linked, "meetingCreate", {"code": 300, "message": "Validation Failed.", "errors": errors})

    session = schedule(linked)

    found = trouble(linked, session)
    assert_said(found, FIELDS[named])
    form = text_of(signed_in(linked.school.tariq).get(f"/classes/{session.code}/change/"))
    is_open = found.field not in ("", "has_passcode")  # the program requires a passcode: nothing to choose
    assert (found.detail in form) is is_open
    said = reason_words(f"invalid_field:{named}")
    assert (":" in said, named in said) == (False, True)


def test_a_refusal_that_nobody_documented_is_the_admins(linked: LinkedZoom) -> None:
    linked.connect(linked.school.tariq)
    refuse(linked, "meetingCreate", {"code": 9999, "message": "Something new."})

    found = trouble(linked, schedule(linked))

    assert (found.field, found.detail, found.owner) == ("", str(OTHER.sentence), "admin")


def test_a_meeting_that_is_not_there_is_looked_for_before_anybody_is_told(linked: LinkedZoom) -> None:
    linked.connect(linked.school.tariq)
    session = schedule(linked)
    change_class(
        session=session,
        seen_version=session.version,
        edit=Edit(topic="Graphs"),
        by=linked.school.tariq,
        now=linked.now,
    )
    linked.advance(seconds=11)
    refuse(linked, "meetingUpdate", {"http": 404, "code": 3001, "message": "Meeting does not exist: 1."})

    assert linked.push() == ["pending"]
    linked.advance(seconds=APART.total_seconds() + 1)
    assert linked.push() == ["done"]
    assert [meeting["topic"] for meeting in linked.sim.meetings] == ["Graphs"]
