"""Hand-over notes: from class to class, by and for a program's teachers; kept, changed, removed and back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.core.models import AuditEntry
from eduraise.notes import queries
from eduraise.notes.actions import LONGEST, NoteChanged, change_note, write_note
from eduraise.notes.models import FormerText, Note
from eduraise.notifications.models import Message
from eduraise.notifications.registry import kind_of
from eduraise.programs.enums import Preset
from eduraise.programs.syllabus import add_topics
from tests.classes.pages import fields_of, signed_in, text_of
from tests.classes.rows import make_class, make_host
from tests.school import School

TEXT = "We stopped at exercise 7.\nXimena needs help with fractions."
DAY = timedelta(days=1)


@pytest.fixture
def wim(school: School) -> User:
    """Teaches in the program too."""
    person = school.teacher("wim")
    school.assign(person, school.program, Preset.TEACHER)
    return person


@pytest.fixture
def classes(school: School, wim: User) -> list[ClassSession]:
    """Yesterday's by tariq, and tomorrow's and the one after by wim and tariq."""
    for person in (school.tariq, wim):
        make_host(person, school.now)
    return [
        make_class(school.program, teacher, school.now + days * DAY, topic=topic, now=school.now)
        for teacher, days, topic in (
            (school.tariq, -1, "Sets"),
            (wim, 1, "Graphs"),
            (school.tariq, 2, "Trees"),
        )
    ]


def page(person: User, session: ClassSession) -> str:
    return text_of(signed_in(person).get(f"/classes/{session.code}/"))


def leave(person: User, session: ClassSession, text: str = TEXT) -> int:
    return signed_in(person).post(f"/classes/{session.code}/notes/new/", {"text": text}).status_code


def test_the_next_class_shows_what_the_last_one_left(
    school: School, wim: User, classes: list[ClassSession]
) -> None:
    assert leave(school.tariq, classes[0]) == 302

    shown = page(wim, classes[1])

    assert "Left for this class We stopped at exercise 7. Ximena needs help" in shown
    assert "Tariq , from Sets" in shown
    assert "Left for this class" not in page(school.tariq, classes[0])
    assert "We stopped at exercise 7." in page(school.tariq, classes[0])


def test_on_later_classes_it_is_an_earlier_note(
    school: School, wim: User, classes: list[ClassSession]
) -> None:
    leave(school.tariq, classes[0])

    shown = page(school.tariq, classes[2])
    assert "Left for this class" not in shown
    assert "An earlier note We stopped at exercise 7." in shown
    assert "An earlier note" not in page(wim, classes[1])

    ClassSession.objects.filter(pk=classes[1].pk).update(cancelled_at=school.now)
    assert "Left for this class We stopped at exercise 7." in page(school.tariq, classes[2])


def test_a_later_note_takes_the_place_of_the_earlier_one(
    school: School, wim: User, classes: list[ClassSession]
) -> None:
    leave(school.tariq, classes[0], "First")
    leave(wim, classes[1], "Second")

    assert "Left for this class Second" in page(school.tariq, classes[2])
    assert "Left for this class First" in page(wim, classes[1])


def test_of_two_notes_to_one_class_the_last_one_is_shown(
    school: School, wim: User, classes: list[ClassSession]
) -> None:
    write_note(session=classes[0], text="First", by=school.tariq, now=school.now)
    write_note(session=classes[0], text="Second", by=wim, now=school.now + timedelta(minutes=1))

    assert "Left for this class Second" in page(wim, classes[1])


def test_who_comes_before_and_after_is_said(school: School, wim: User, classes: list[ClassSession]) -> None:
    ClassSession.objects.filter(pk=classes[1].pk).update(cancelled_at=school.now)

    shown = page(school.tariq, classes[0])

    assert "This is the first class." in shown
    assert "Next Trees , Wed 4 Mar" in shown
    assert "No later class is scheduled." in page(wim, classes[2])


def test_classes_are_called_by_their_topics(school: School, classes: list[ClassSession]) -> None:
    ClassSession.objects.update(topic=school.program.title)
    add_topics(program=school.program, titles=["Sets", "Graphs", "Trees"], by=school.ada, now=school.now)
    leave(school.tariq, classes[0])

    shown = page(school.tariq, classes[1])
    assert "Left for this class" in shown
    assert ", from Algebra II: Sets ," in shown
    assert "Before Algebra II: Sets ," in shown
    assert "Next Algebra II: Trees ," in shown
    lead = signed_in(school.tariq)
    assert "Next: Algebra II: Graphs ," in text_of(lead.get("/programs/ALG-2/"))
    assert "from Algebra II: Sets ," in text_of(lead.get("/programs/ALG-2/notes/"))
    message = Message.objects.get(kind="note.written")
    letter = kind_of(message.kind).words([message], school.now)[message.pk]
    assert [said.split(",")[0] for _name, said in letter.facts] == ["Algebra II: Graphs", "Algebra II: Sets"]
    # a teacher's home tells it of the class that is next
    school.clock.set(classes[1].starts_at)
    assert "from Algebra II: Sets ," in text_of(signed_in(classes[1].teacher).get("/"))


def test_a_class_that_is_not_held_leaves_nothing_for_the_next(
    school: School, classes: list[ClassSession]
) -> None:
    leave(school.tariq, classes[0])
    ClassSession.objects.filter(pk=classes[0].pk).update(cancelled_at=school.now)
    shown = page(school.tariq, classes[0])
    assert "Leave a note for the next class" not in shown
    assert "We stopped at exercise 7." in shown
    assert leave(school.tariq, classes[0]) == 404


def test_the_programs_page_says_who_takes_the_next_class_and_what_was_left(
    school: School, classes: list[ClassSession]
) -> None:
    leave(school.tariq, classes[0])

    shown = text_of(signed_in(school.tove).get("/programs/ALG-2/"))

    assert "Wim takes it." in shown
    assert "We stopped at exercise 7." in shown


def test_nobody_takes_what_is_not_scheduled(school: School) -> None:
    shown = text_of(signed_in(school.tariq).get("/programs/ALG-2/"))

    assert "No class is scheduled, so nobody takes the next one." in shown


def test_what_is_empty_or_too_long_is_refused_and_stays(school: School, classes: list[ClassSession]) -> None:
    address = f"/classes/{classes[0].code}/notes/new/"
    empty = signed_in(school.tariq).post(address, {"text": " \n "})
    long = signed_in(school.tariq).post(address, {"text": "x" * (LONGEST + 1)})

    assert empty.status_code == long.status_code == 422
    assert "Write something for whoever teaches next." in text_of(empty)
    assert "A note can have 2000 characters at most; this one has 2001." in text_of(long)
    assert fields_of(long, "note")["text"] == "x" * (LONGEST + 1)
    assert Note.objects.count() == 0


def test_a_change_keeps_what_was_said_before(school: School, wim: User, classes: list[ClassSession]) -> None:
    note = write_note(session=classes[0], text="First", by=school.tariq, now=school.now)
    tariq, address = signed_in(school.tariq), f"/classes/{classes[0].code}/notes/{note.uid}/"

    tariq.post(address, fields_of(tariq.get(address), "note") | {"text": "Second"})

    assert "Left for this class Second" in page(wim, classes[1])
    former = FormerText.objects.get()
    assert (former.text, former.version, former.changed_by) == ("First", 1, school.tariq)
    assert "What it said before First" in text_of(tariq.get(address))
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", "after")
    assert list(verbs) == [("note.written", {}), ("note.changed", {})]


def test_two_who_change_it_at_once_are_told(school: School, classes: list[ClassSession]) -> None:
    note = write_note(session=classes[0], text="First", by=school.tariq, now=school.now)
    tariq, address = signed_in(school.tariq), f"/classes/{classes[0].code}/notes/{note.uid}/"
    opened = fields_of(tariq.get(address), "note")
    change_note(note=note, seen_version=1, text="Ada’s", by=school.ada, now=school.now)

    refused = tariq.post(address, opened | {"text": "Mine"})
    assert refused.status_code == 422
    assert Note.objects.get().text == "Ada’s"
    assert fields_of(refused, "note")["text"] == "Mine"

    assert tariq.post(address, fields_of(refused, "note")).status_code == 302
    assert Note.objects.get().text == "Mine"
    assert list(FormerText.objects.order_by("version").values_list("text", flat=True)) == ["First", "Ada’s"]


def test_what_was_removed_can_not_be_changed(school: School, classes: list[ClassSession]) -> None:
    note = write_note(session=classes[0], text="First", by=school.tariq, now=school.now)
    Note.objects.update(removed_at=school.now)

    with pytest.raises(NoteChanged):
        change_note(note=note, seen_version=1, text="Second", by=school.tariq, now=school.now)


def test_a_removed_note_comes_back(school: School, wim: User, classes: list[ClassSession]) -> None:
    note = write_note(session=classes[0], text="First", by=school.tariq, now=school.now)
    tariq, address = signed_in(school.tariq), f"/classes/{classes[0].code}/notes/{note.uid}/"

    gone = tariq.post(f"{address}removal/", follow=True)
    assert f"{address}return/" in gone.content.decode()
    assert "Left for this class" not in page(wim, classes[1])
    assert tariq.get(address).status_code == 404

    tariq.post(f"{address}return/")
    assert "Left for this class First" in page(wim, classes[1])
    assert "This is there already." in tariq.post(f"{address}return/", follow=True).content.decode()


def test_only_who_wrote_it_and_admins_change_it(
    school: School, wim: User, classes: list[ClassSession]
) -> None:
    note = write_note(session=classes[0], text="First", by=school.tariq, now=school.now)
    address = f"/classes/{classes[0].code}/notes/{note.uid}/"

    assert signed_in(wim).get(address).status_code == 404
    assert signed_in(wim).post(f"{address}removal/").status_code == 404
    assert address not in signed_in(wim).get(f"/classes/{classes[0].code}/").content.decode()
    assert signed_in(school.ada).get(address).status_code == 200


def test_a_note_is_reached_by_the_address_of_its_own_class_alone(
    school: School, classes: list[ClassSession]
) -> None:
    note = write_note(session=classes[0], text="First", by=school.tariq, now=school.now)

    other = f"/classes/{classes[2].code}/notes/{note.uid}/"

    assert signed_in(school.tariq).get(other).status_code == 404


def test_the_list_takes_as_many_queries_for_one_note_as_for_a_page(
    school: School, classes: list[ClassSession]
) -> None:
    tariq = signed_in(school.tariq)
    counts = []
    for number in (1, 30):
        for turn in range(number):
            write_note(session=classes[turn % 3], text=f"Note {turn}", by=school.tariq, now=school.now)
        with CaptureQueriesContext(connection) as captured:
            shown = tariq.get("/programs/ALG-2/notes/")
        counts.append(len(captured))

    assert counts[0] == counts[1] <= 12
    assert len(shown.context["notes"].object_list) == 25
    assert "Note 29" in text_of(tariq.get("/programs/ALG-2/notes/?page=1"))


def test_what_comes_next_of_many_programs_takes_as_many_queries_as_of_one(school: School) -> None:
    programs = [school.make_program(f"P-{number}", "Program") for number in range(6)]
    for program in programs:
        session = make_class(program, school.tariq, school.now - DAY, now=school.now)
        make_class(program, school.tariq, school.now + DAY, now=school.now)
        write_note(session=session, text=program.code, by=school.tariq, now=school.now)
    later = make_class(programs[0], school.olu, school.now + 2 * DAY, now=school.now)
    write_note(session=later, text="for later", by=school.olu, now=school.now)

    with CaptureQueriesContext(connection) as for_next:
        coming = queries.next_of(programs, school.now)
    with CaptureQueriesContext(connection) as for_last:
        last = queries.last_of(programs, school.now)

    assert {key: session.teacher for key, session in coming.items()} == {
        program.pk: school.tariq for program in programs
    }
    assert {key: note.text for key, note in last.items()} == {
        program.pk: program.code for program in programs
    }
    assert (len(for_next), len(for_last)) == (1, 2)
