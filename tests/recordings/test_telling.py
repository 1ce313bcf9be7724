"""Students hear once of a recording that they may watch; Zoom's events make it come sooner, and no more."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

from eduraise.attendance.correcting import Said, correct_marks
from eduraise.attendance.models import Mark, Register
from eduraise.classes.models import JoinClick
from eduraise.events.models import ZoomEvent
from eduraise.events.tasks import apply_waiting
from eduraise.notifications.models import Message
from eduraise.notifications.sending import send_due
from eduraise.programs.models import Enrolment
from eduraise.recordings.actions import change_rules, review, show_to
from eduraise.recordings.enums import Audience, State, Visible
from eduraise.recordings.models import HostWatch, Recording
from tests.classes.pages import signed_in
from tests.recordings.recorded import Recorded

pytestmark = pytest.mark.django_db


def told(held: Recorded) -> list[str]:
    rows = Message.objects.filter(kind="recording.ready").order_by("person__name")
    return list(rows.values_list("person__name", flat=True))


def test_enrolled_students_hear_once_that_they_can_watch_it(held: Recorded) -> None:
    assert all(person.pk for person in (held.school.sana, held.school.finn, held.school.olu))
    held.work(minutes=1)
    early = told(held)
    held.ready()
    for _turn in range(3):
        held.work(days=1)
    send_due(held.now)
    (letter,) = [one for one in mail.outbox if "Watch the recording" in one.subject]

    assert (early, told(held)) == ([], ["Sana"])
    assert letter.to == ["sana@school.example"]
    assert f"/recordings/{held.recording.uid}/" in letter.body
    assert "zoom.test" not in letter.body


def test_those_who_were_there_hear_of_what_only_they_may_see(held: Recorded) -> None:
    held.rules(seen_by=Audience.PRESENT)
    nora = held.school.person("nora")
    for person in (nora, held.school.sana):
        if person != held.school.sana:
            held.school.enrol(person, held.school.program)
    JoinClick.objects.create(
        session=held.session, person=nora, at=held.session.starts_at, way=JoinClick.Way.COMMON
    )
    held.ready()

    assert told(held) == ["Nora"]


def test_who_may_watch_only_later_hears_then_and_nobody_twice(held: Recorded) -> None:
    school = held.school
    kim, lee = (school.person(name) for name in ("kim", "lee"))
    for person in (kim, lee):
        school.enrol(person, school.program)
    held.rules(seen_by=Audience.PRESENT)
    register = Register.objects.create(session=held.session, next_at=held.now)
    for person, status in ((school.sana, "present"), (kim, "absent"), (lee, "absent")):
        Mark.objects.create(
            register=register, student=person, rule_status=status, held_on=held.session.starts_at.date()
        )
    held.ready()
    at_first = told(held)
    # somebody says in the tray who kim was, and the register is folded anew
    held.work(days=1)
    Mark.objects.filter(student=kim).update(rule_status="present")
    Register.objects.update(folded_at=held.now)
    held.work(minutes=1)
    named = told(held)
    held.work(days=1)
    said = Said(status="late", why="Only by phone")
    correct_marks(register=register, students={lee.pk: None}, said=said, by=school.tariq, now=held.now)
    held.work(minutes=1)
    corrected = told(held)

    assert (at_first, named, corrected) == (["Sana"], ["Kim", "Sana"], ["Kim", "Lee", "Sana"])


def test_where_the_rule_shows_it_to_all_the_others_hear_of_it(held: Recorded) -> None:
    held.rules(seen_by=Audience.PRESENT)
    assert held.school.sana.pk
    held.ready()
    before = told(held)
    held.work(days=1)
    change_rules(
        program=held.school.program,
        seen_version=1,
        seen_by=Audience.ENROLLED,
        after_review=False,
        may_download=False,
        keeps="keep",
        keep_days=None,
        by=held.school.tariq,
        now=held.now,
    )
    counts = [held.work(minutes=1)["told"] for _turn in range(3)]

    assert (before, told(held), counts) == ([], ["Sana"], [1, 0, 0])


def test_of_what_is_hidden_nobody_hears_until_it_is_shown(held: Recorded) -> None:
    held.rules(after_review=True)
    assert held.school.sana.pk
    held.ready()
    before = told(held)
    review(recording=held.recording, is_reviewed=True, by=held.school.tariq, now=held.now)
    held.work(seconds=5)
    undoable = told(held)
    held.work(seconds=6)

    assert (before, undoable, told(held)) == ([], [], ["Sana"])


def test_who_may_not_watch_it_any_more_is_sent_nothing(held: Recorded) -> None:
    sana = held.school.sana
    held.ready()
    Enrolment.objects.filter(person=sana).update(until_at=held.now)
    send_due(held.now)

    assert [one for one in mail.outbox if "recording" in one.subject] == []
    assert "Watch the recording" not in signed_in(sana).get("/notifications/").content.decode()


def test_what_was_hidden_meanwhile_is_not_told(held: Recorded) -> None:
    assert held.school.sana.pk
    held.ready()
    show_to(recording=held.recording, visible=Visible.NOBODY, by=held.school.tariq, now=held.now)
    send_due(held.now)

    assert [one for one in mail.outbox if "recording" in one.subject] == []


def hear(held: Recorded, client: Any) -> None:
    """Have Zoom's events delivered at our door and applied."""

    def receive(headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        answer = client.post("/zoom/webhook/", data=body, content_type="application/json", headers=headers)
        return answer.status_code, answer.content

    held.sim.receiver = receive
    held.sim.deliver()
    apply_waiting(held.now)


@pytest.fixture
def heard(held: Recorded, client: Any, settings: Any) -> Any:
    settings.ZOOM_ENVIRONMENT = settings.ZOOM_ENVIRONMENT | {
        "ZOOM_WEBHOOK_SECRET": (held.sim.webhook_secret,)
    }
    return lambda: hear(held, client)


def test_an_event_alone_is_enough_and_brings_no_word_of_its_own(held: Recorded, heard: Any) -> None:
    held.linked.advance(minutes=11)
    heard()
    HostWatch.objects.create(host=held.host, next_at=held.now.replace(year=2030))
    noted = Recording.objects.get()
    files = noted.files.count()
    held.work(seconds=1)

    assert ZoomEvent.objects.filter(event="recording.completed", state="applied").exists()
    assert (noted.state, files) == (State.PROCESSING, 0)
    assert held.recording.state == State.READY


def test_an_event_that_it_was_deleted_has_that_read(held: Recorded, heard: Any) -> None:
    held.ready()
    held.delete_at_zoom()
    heard()
    held.work(seconds=1)

    assert held.recording.state == State.TRASHED


def test_an_event_of_another_account_changes_nothing(held: Recorded, heard: Any) -> None:
    held.linked.advance(minutes=11)
    held.host.account.zoom_account_id = "another"
    held.host.account.save()
    heard()

    assert not Recording.objects.exists()
    assert set(ZoomEvent.objects.filter(event__startswith="recording").values_list("state", flat=True)) <= {
        "quarantined",
        "ignored",
    }


def test_the_same_event_ten_times_is_one_recording(held: Recorded, heard: Any) -> None:
    held.linked.advance(minutes=11)
    heard()
    bodies = [(row.body, row.signed_at) for row in ZoomEvent.objects.filter(event="recording.completed")]
    for _copy in range(10):
        ZoomEvent.objects.update(state="received", next_at=held.now, semantic_key=None, same_as=None)
        apply_waiting(held.now)
    held.work(seconds=1)

    assert bodies
    assert Recording.objects.count() == 1
    assert Message.objects.filter(kind="recording.ready").count() <= 1
