"""Hand-over notes are for teachers: no page, feed, mail or message shows one to a student or an outsider."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail

from eduraise.accounts.models import User
from eduraise.calendars.actions import address_of, make_feed
from eduraise.classes.models import ClassSession
from eduraise.notes.actions import TOLD_AFTER, remove_note, write_note
from eduraise.notes.models import Note
from eduraise.notifications.models import Message
from eduraise.notifications.sending import send_due
from eduraise.programs.enums import Preset
from eduraise.programs.models import Assignment
from tests.access.walking import routes
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class, make_host
from tests.school import School

SECRET = "Ximena-needs-help-with-fractions"
HOUR = timedelta(hours=1)


@pytest.fixture
def wim(school: School) -> User:
    """Teaches in the program too, and the next class."""
    person = school.teacher("wim")
    school.assign(person, school.program, Preset.TEACHER)
    return person


@pytest.fixture
def classes(school: School, wim: User) -> list[ClassSession]:
    assert school.sana.pk
    assert school.tove.pk
    for person in (school.tariq, wim):
        make_host(person, school.now)
    return [
        make_class(school.program, teacher, school.now + hours * HOUR, now=school.now, told_booked=True)
        for teacher, hours in ((school.tariq, -24), (wim, 0.5))
    ]


@pytest.fixture
def note(school: School, classes: list[ClassSession]) -> Note:
    return write_note(session=classes[0], text=SECRET, by=school.tariq, now=school.now)


def everything_of(person: User, classes: list[ClassSession], note: Note) -> str:
    """All that somebody's pages and feeds say: each address of the product that names nothing, and those of
    these classes and their program."""
    client = signed_in(person)
    plain = [path for _name, path in routes() if "<" not in path]
    own = [f"/programs/ALG-2/{part}" for part in ("", "timetable/", "syllabus/", "?tab=teachers", "notes/")]
    for session in classes:
        ways = ("", "notes/new/", f"notes/{note.uid}/")
        own += [f"/classes/{session.code}/{way}" for way in ways]
        own += [f"/j/{session.code}", f"/classes/{session.code}/calendar.ics"]
    found = "/find/?q=Ximena", "/find/?q=Sets"
    answers = [client.get(path, follow=True) for path in [*plain, *own, *found]]
    return " ".join(
        b"".join(answer.streaming_content).decode(errors="replace")
        if answer.streaming
        else answer.content.decode(errors="replace")
        for answer in answers
    )


def test_a_students_pages_and_feeds_never_show_one(
    school: School, classes: list[ClassSession], note: Note
) -> None:
    for person in (school.sana, school.olu, school.finn):
        assert SECRET not in everything_of(person, classes, note)
    # it is there to be seen
    assert SECRET in everything_of(school.tove, classes, note)


def test_students_find_none_of_its_addresses(school: School, classes: list[ClassSession], note: Note) -> None:
    own = f"/classes/{classes[0].code}/notes/"
    for person in (school.sana, school.olu, school.finn):
        client = signed_in(person)
        assert client.get("/programs/ALG-2/notes/").status_code == 404
        assert client.get(f"{own}new/").status_code == 404
        assert client.post(f"{own}new/", {"text": "x"}).status_code == 404
        assert client.get(f"{own}{note.uid}/").status_code == 404
        for act in ("removal", "return"):
            assert client.post(f"{own}{note.uid}/{act}/").status_code == 404
    assert Note.objects.count() == 1


def test_calendar_feeds_hold_none_of_it_for_teachers_either(
    school: School, classes: list[ClassSession], note: Note
) -> None:
    for person in (school.sana, school.tariq):
        address = address_of(make_feed(person=person, program=None, now=school.now))
        shown = signed_in(person).get(urlsplit(address).path)
        assert shown.status_code == 200
        assert b"BEGIN:VEVENT" in shown.content
        assert SECRET.encode() not in shown.content


def test_an_observer_reads_and_does_not_write(
    school: School, classes: list[ClassSession], note: Note
) -> None:
    observer = school.teacher("oda")
    school.assign(observer, school.program, Preset.OBSERVER)

    client = signed_in(observer)

    assert SECRET in text_of(client.get(f"/classes/{classes[1].code}/"))
    assert client.post(f"/classes/{classes[0].code}/notes/new/", {"text": "x"}).status_code == 404


def test_who_stands_in_for_one_class_reads_its_note_and_no_list(
    school: School, classes: list[ClassSession], note: Note
) -> None:
    school.assign(school.olu, school.program, Preset.TEACHER, only_for=classes[1].uid)
    client = signed_in(school.olu)

    shown = text_of(client.get(f"/classes/{classes[1].code}/"))

    assert f"Left for this class {SECRET}" in shown
    assert "All notes" not in shown
    assert "This is the first class." not in shown
    assert client.get("/programs/ALG-2/notes/").status_code == 404
    assert client.get(f"/classes/{classes[0].code}/").status_code == 404
    assert client.post(f"/classes/{classes[1].code}/notes/new/", {"text": "Back to you"}).status_code == 302


def test_a_teacher_who_left_reads_no_more(school: School, classes: list[ClassSession], note: Note) -> None:
    tove = signed_in(school.tove)
    assert SECRET in text_of(tove.get("/programs/ALG-2/notes/"))

    Assignment.objects.filter(person=school.tove).update(until_at=school.now)

    assert tove.get("/programs/ALG-2/notes/").status_code == 404
    assert tove.get(f"/classes/{classes[1].code}/").status_code == 404


def test_in_an_archived_program_nothing_is_written(
    school: School, classes: list[ClassSession], note: Note
) -> None:
    type(school.program).objects.update(archived_at=school.now)
    client = signed_in(school.tariq)

    assert client.get(f"/classes/{classes[0].code}/notes/new/").status_code == 404
    assert client.post(f"/classes/{classes[0].code}/notes/{note.uid}/removal/").status_code == 404


def test_the_teacher_of_the_next_class_is_told_and_nobody_else(
    school: School, wim: User, classes: list[ClassSession], note: Note
) -> None:
    assert [message.person for message in Message.objects.all()] == [wim]
    send_due(school.now)
    assert mail.outbox == []  # it can still be put right

    school.clock.advance(seconds=TOLD_AFTER.total_seconds() + 1)
    send_due(school.now)

    assert [letter.to for letter in mail.outbox] == [[wim.email]]
    assert mail.outbox[0].subject == "A note for your next class of Algebra II"
    assert SECRET in str(mail.outbox[0].body)
    assert SECRET in text_of(signed_in(wim).get("/notifications/"))


def test_who_leaves_a_note_for_herself_is_not_told(school: School, classes: list[ClassSession]) -> None:
    ClassSession.objects.filter(pk=classes[1].pk).update(teacher=school.tariq)

    write_note(session=classes[0], text="For me", by=school.tariq, now=school.now)

    assert Message.objects.count() == 0


def test_a_note_that_was_taken_back_is_not_told(
    school: School, wim: User, classes: list[ClassSession], note: Note
) -> None:
    remove_note(note=note, by=school.tariq, now=school.now)

    school.clock.advance(seconds=TOLD_AFTER.total_seconds() + 1)
    send_due(school.now)

    assert mail.outbox == []
    assert SECRET not in text_of(signed_in(wim).get("/notifications/"))


def test_who_teaches_the_next_class_no_more_is_not_told(
    school: School, wim: User, classes: list[ClassSession], note: Note
) -> None:
    Assignment.objects.filter(person=wim).update(until_at=school.now)

    school.clock.advance(seconds=TOLD_AFTER.total_seconds() + 1)
    send_due(school.now)

    assert mail.outbox == []
    assert SECRET not in text_of(signed_in(wim).get("/notifications/"))


def test_a_programs_teachers_see_each_others_classes(
    school: School, wim: User, classes: list[ClassSession]
) -> None:
    """Lists, calendar, page: what one of them teaches the others see; an outsider sees none of it."""
    for person, sees in ((school.tove, True), (wim, True), (school.tariq, True), (school.olu, False)):
        client = signed_in(person)
        for session in classes:
            assert (client.get(f"/classes/{session.code}/").status_code == 200) is sees
        listed = client.get("/zoom/meetings/").content.decode()
        assert (classes[1].code in listed) is sees
        day = f"{classes[1].starts_at:%Y-%m-%d}"
        agenda = client.get(f"/calendar/?view=agenda&on={day}").content.decode()
        assert (classes[1].code in agenda) is sees
