"""People hear what holds, once, when it can't be undone any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from eduraise.accounts.models import User
from eduraise.classes import messages, troubled
from eduraise.classes.announce import announce_due
from eduraise.classes.cancelling import cancel_class, cancel_coming_of
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.differences import notice_gone, notice_time, take_zooms_time
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession
from eduraise.classes.scheduling import schedule_class
from eduraise.classes.undoing import undo_change
from eduraise.notifications import registry
from eduraise.notifications.models import Message
from eduraise.zoom.enums import OperationState
from eduraise.zoom.wanting import retry_operation
from tests.classes.rows import make_class, make_host, want, zoom_link
from tests.school import School

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def people(school: School) -> None:
    """Sana attends; Finn did; Olu and Tove must hear nothing."""
    for person in (school.sana, school.finn, school.olu, school.tove, school.ada):
        assert person.pk
    make_host(school.tariq, school.now)


def book(school: School, by: User | None = None) -> ClassSession:
    draft = ClassDraft(
        program=school.program,
        teacher=school.tariq,
        topic="Sets",
        starts_at=school.now + 10 * HOUR,
        duration=timedelta(minutes=90),
        zone="Europe/Madrid",
    )
    return schedule_class(by=by or school.tariq, draft=draft, now=school.now)


def at_zoom(school: School, session: ClassSession) -> ClassSession:
    """Zoom answers."""
    occurrence = session.occurrence
    assert occurrence is not None
    occurrence.zoom_starts_at, occurrence.zoom_minutes = session.starts_at, session.minutes
    occurrence.save()
    occurrence.meeting.meeting_number, occurrence.meeting.join_url = f"9{session.pk}", zoom_link()
    occurrence.meeting.save()
    occurrence.meeting.operations.update(state=OperationState.DONE)
    return session


def announced(school: School) -> ClassSession:
    """A class of which everybody has heard."""
    session = at_zoom(school, book(school))
    announce_due(school.now)
    Message.objects.all().delete()
    session.refresh_from_db()
    return session


def change(school: School, session: ClassSession, by: User | None = None, **fields: Any) -> ClassSession:
    message = fields.pop("message", "")
    return change_class(
        session=session,
        seen_version=session.version,
        edit=Edit(**fields),
        by=by or school.tariq,
        now=school.now,
        message=message,
    )


def told() -> list[tuple[str, str]]:
    rows = Message.objects.filter(dropped_at__isnull=True).select_related("person").order_by("pk")
    return [(row.person.name, row.kind) for row in rows]


def letter(message: Message, school: School, zone: str = "Europe/Madrid") -> Any:
    with translation.override("en"), timezone.override(zone):
        return registry.kind_of(message.kind).words([message], school.now)[message.pk]


def test_students_hear_of_a_class_when_it_is_at_zoom_and_not_before(school: School) -> None:
    session = book(school)
    assert announce_due(school.now) == {"classes": 0, "sets": 0, "troubles": 0, "settled": 0}

    at_zoom(school, session)
    assert announce_due(school.now)["classes"] == 1
    assert announce_due(school.now)["classes"] == 0

    assert told() == [("Sana", messages.BOOKED)]
    said = letter(Message.objects.get(), school)
    assert said.title == "New class: “Sets”, Mon 2 Mar, 19:00–20:30"
    assert said.path == f"/j/{session.code}"
    assert said.facts == (
        ("When", "Mon 2 Mar, 19:00–20:30"),
        ("Program", "ALG-2 Algebra II"),
        ("Teacher", "Tariq"),
    )


def test_what_was_told_says_the_same_whatever_becomes_of_the_class(school: School) -> None:
    session = at_zoom(school, book(school))
    announce_due(school.now)
    [row] = Message.objects.filter(kind=messages.BOOKED)
    before = messages.booked_words([row], school.now)[row.pk]
    assert before.title == "New class: “Sets”, Mon 2 Mar, 18:00–19:30"
    session.refresh_from_db()

    change(school, session, starts_at=session.starts_at + 2 * HOUR)
    session.refresh_from_db()
    session.topic, session.teacher = "Graphs", school.olu
    session.save()

    assert messages.booked_words([row], school.now)[row.pk] == before
    with timezone.override("America/New_York"):
        after = messages.booked_words([row], school.now)[row.pk]
    assert after.title == "New class: “Sets”, Mon 2 Mar, 13:00–14:30"


def test_a_letter_is_in_its_readers_zone_with_the_classs_own_beside_it(school: School) -> None:
    at_zoom(school, book(school))
    announce_due(school.now)

    said = letter(Message.objects.get(), school, zone="Europe/London")

    assert said.facts[:2] == (("When", "Mon 2 Mar, 18:00–19:30"), ("Class’s own time", "19:00 in Madrid"))


def test_a_draft_programs_students_hear_nothing(school: School) -> None:
    school.program.opened_at = None
    school.program.save()
    at_zoom(school, book(school))

    assert announce_due(school.now)["classes"] == 1
    assert told() == []


def test_a_teacher_hears_of_a_class_that_somebody_else_gives_her(school: School) -> None:
    at_zoom(school, book(school, by=school.ada))
    announce_due(school.now)

    assert told() == [("Sana", messages.BOOKED), ("Tariq", messages.GIVEN)]
    said = letter(Message.objects.get(kind=messages.GIVEN), school)
    assert said.sentences == ("Ada has scheduled this class for you.",)


def test_a_move_is_told_after_ten_seconds_with_the_teachers_words(school: School) -> None:
    session = announced(school)
    change(school, session, starts_at=session.starts_at + HOUR, message="The room is taken")

    school.clock.advance(seconds=9)
    assert announce_due(school.now)["classes"] == 0
    school.clock.advance(seconds=1)
    assert announce_due(school.now)["classes"] == 1

    assert told() == [("Sana", messages.MOVED)]
    said = letter(Message.objects.get(), school)
    assert said.title == "Moved: “Sets” is now Mon 2 Mar, 20:00–21:30"
    assert said.sentences == ("It was to be Mon 2 Mar, 19:00–20:30. The link stays the same.",)
    assert (said.quote, said.quote_by) == ("The room is taken", "Tariq")


def test_three_edits_are_one_message_that_says_from_where_to_where(school: School) -> None:
    session = announced(school)
    for hours in (1, 2, 3):
        session = change(school, session, starts_at=session.starts_at + hours * HOUR)
    school.clock.advance(seconds=10)
    announce_due(school.now)

    assert told() == [("Sana", messages.MOVED)]
    said = letter(Message.objects.get(), school)
    assert said.sentences == ("It was to be Mon 2 Mar, 19:00–20:30. The link stays the same.",)


def test_what_was_undone_or_put_back_is_not_told(school: School) -> None:
    session = announced(school)
    moved = change(school, session, starts_at=session.starts_at + HOUR)
    back = undo_change(session=moved, version=2, by=school.tariq, now=school.now)
    again = change(school, back, topic="Graphs")
    change(school, again, topic="Sets")
    school.clock.advance(seconds=10)

    announce_due(school.now)

    assert told() == []
    assert not ClassSession.objects.filter(told_version__lt=5).exists()


def test_a_new_title_is_told_and_a_muted_microphone_is_not(school: School) -> None:
    session = announced(school)
    session = change(school, session, topic="Graphs")
    school.clock.advance(seconds=10)
    announce_due(school.now)
    change(school, session, chosen={"mutes_on_entry": False})
    school.clock.advance(seconds=10)
    announce_due(school.now)

    assert told() == [("Sana", messages.CHANGED)]
    said = letter(Message.objects.get(), school)
    assert said.sentences == ("This was changed: title.",)


def test_a_cancelled_class_is_told_to_those_who_heard_of_it(school: School) -> None:
    session = announced(school)
    cancel_class(session=session, seen_version=1, by=school.ada, now=school.now, message="See you on Tuesday")
    school.clock.advance(seconds=10)
    announce_due(school.now)

    assert told() == [("Sana", messages.CANCELLED), ("Tariq", messages.CANCELLED)]
    said = letter(Message.objects.first(), school)  # type: ignore[arg-type]
    assert said.title == "Cancelled: “Sets”, Mon 2 Mar, 19:00–20:30"
    assert (said.quote, said.quote_by) == ("See you on Tuesday", "Ada")


def test_a_class_that_nobody_heard_of_is_cancelled_in_silence(school: School) -> None:
    session = book(school)
    cancel_class(session=session, seen_version=1, by=school.tariq, now=school.now)
    school.clock.advance(seconds=10)
    announce_due(school.now)

    assert told() == []


def test_students_of_a_program_that_ends_hear_that_its_classes_are_off(school: School) -> None:
    announced(school)
    cancel_coming_of(program=school.program, by=school.ada, now=school.now)
    school.program.archived_at = school.now
    school.program.save()
    announce_due(school.now)

    assert told() == [("Sana", messages.CANCELLED), ("Tariq", messages.CANCELLED)]
    rows = list(Message.objects.all())
    assert messages.may_know(rows, school.now) == {row.pk for row in rows}


def test_who_left_meanwhile_is_not_shown_what_was_said(school: School) -> None:
    at_zoom(school, book(school))
    announce_due(school.now)
    message = Message.objects.get()
    assert messages.may_know([message], school.now) == {message.pk}

    school.sana.enrolments.update(until_at=school.now)

    assert messages.may_know([message], school.now) == set()


def test_what_is_not_true_any_more_is_not_sent(school: School) -> None:
    session = at_zoom(school, book(school))
    announce_due(school.now)
    message = Message.objects.get()
    kind = registry.kind_of(message.kind)
    assert kind.still_true(message, school.now)

    cancel_class(session=session, seen_version=1, by=school.tariq, now=school.now)

    assert not kind.still_true(message, school.now)


def test_a_page_of_messages_takes_as_many_queries_as_one(
    school: School, django_assert_num_queries: Any
) -> None:
    for topic in range(6):
        session = make_class(
            school.program, school.tariq, school.now + topic * HOUR, now=school.now, topic=str(topic)
        )
        change(school, session, topic=f"New {topic}")
    school.clock.advance(seconds=10)
    announce_due(school.now)
    rows = list(Message.objects.filter(person=school.sana))
    assert len(rows) == 6

    with django_assert_num_queries(1):
        messages.booked_words(rows, school.now)
    with django_assert_num_queries(2):
        messages.may_know(rows, school.now)


def test_the_teacher_hears_when_zoom_refuses_and_the_admin_where_only_he_can_help(school: School) -> None:
    session = book(school)
    assert session.occurrence is not None
    operations = session.occurrence.meeting.operations
    operations.update(state=OperationState.FAILED, answer_code="invalid_field:topic", finished_at=school.now)
    announce_due(school.now)
    announce_due(school.now)
    assert told() == [("Tariq", troubled.TROUBLE)]

    want(
        session.occurrence.meeting,
        "create",
        OperationState.FAILED,
        school.now,
        answer_code="host_unlicensed",
        finished_at=school.now,
    )
    announce_due(school.now)
    assert sorted(told()) == [("Ada", troubled.TROUBLE), ("Tariq", troubled.TROUBLE)]
    said = letter(Message.objects.first(), school)  # type: ignore[arg-type]
    assert said.sentences == ("Zoom refused to book it. The class’s page says why.",)


def test_a_booking_that_zoom_does_not_answer_is_told_within_two_minutes_once(school: School) -> None:
    book(school)
    school.clock.advance(seconds=119)
    announce_due(school.now)
    assert told() == []

    school.clock.advance(seconds=1)
    announce_due(school.now)
    school.clock.advance(minutes=5)
    announce_due(school.now)

    assert told() == [("Tariq", troubled.TROUBLE)]


def test_the_teacher_hears_of_what_was_done_in_zoom_and_students_do_not(school: School) -> None:
    session = announced(school)
    notice_time(held_for=session.uid, starts_at=session.starts_at + HOUR, minutes=90, now=school.now)
    notice_gone(held_for=session.uid, now=school.now)
    announce_due(school.now)

    # the worse one, told later, stands for both
    assert told() == [("Tariq", troubled.TROUBLE)]


def test_what_was_told_of_a_trouble_reads_as_settled_once_it_is(school: School) -> None:
    session = announced(school)
    notice_time(held_for=session.uid, starts_at=session.starts_at + HOUR, minutes=90, now=school.now)
    announce_due(school.now)
    message = Message.objects.get(kind=troubled.TROUBLE)
    assert letter(message, school).title == "“Sets”, Mon 2 Mar, 19:00–20:30, needs attention"
    assert troubled.is_in_trouble(message, school.now)

    school.clock.advance(minutes=5)
    take_zooms_time(session=session, seen_version=session.version, by=school.tariq, now=school.now)

    said = letter(message, school)
    assert said.title == "Settled: “Sets”, Mon 2 Mar, 19:00–20:30"
    assert said.sentences == (
        "Its meeting was moved in Zoom to Mon 2 Mar, 20:00–21:30. Zoom’s time was taken. (Mon 2 Mar, 09:05)",
    )
    assert not troubled.is_in_trouble(message, school.now), "no mail of it goes out any more"


def test_a_refusal_that_was_tried_again_reads_as_settled(school: School) -> None:
    session = announced(school)
    assert session.occurrence
    failed = want(
        session.occurrence.meeting,
        "update",
        OperationState.FAILED,
        school.now,
        answer_code="host_unlicensed",
        finished_at=school.now,
    )
    announce_due(school.now)
    message = Message.objects.filter(kind=troubled.TROUBLE, person=school.tariq).get()
    assert letter(message, school).title.endswith("needs attention")

    retry_operation(operation=failed, now=school.now, by=school.tariq)

    assert letter(message, school).title.startswith("Settled:")


def test_no_message_holds_a_link_of_zooms(school: School) -> None:
    session = announced(school)
    change(school, session, starts_at=session.starts_at + HOUR)
    school.clock.advance(seconds=10)
    announce_due(school.now)

    for message in Message.objects.all():
        assert "zoom.us" not in repr(letter(message, school))
        assert "zoom.us" not in repr(message.data)
