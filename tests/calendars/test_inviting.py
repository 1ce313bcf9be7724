"""Invitations by mail: each class once, again when it changed, taken back when it is gone; one attendee."""

from __future__ import annotations

import email.policy
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from typing import Any

import pytest
from django.core import mail

from eduraise.accounts.models import User
from eduraise.calendars.actions import make_feed
from eduraise.calendars.inviting import choose_invitations, invite_due
from eduraise.calendars.models import Feed, MailedCalendar, SentEntry
from eduraise.classes.changesets import put_together
from eduraise.classes.enums import ChangeSetKind
from eduraise.classes.models import Change, ClassSession
from eduraise.notifications.sending import send_due
from eduraise.programs.models import Enrolment
from eduraise.programs.syllabus import add_topics
from tests.calendars.reading import raw, shown, values
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class
from tests.school import School

PAGE = "/settings/calendar/"


def plan(school: School, topic: str = "Sets", hours: float = 24, **fields: Any) -> ClassSession:
    given: dict[str, Any] = {"program": school.program, "teacher": school.tariq} | fields
    at = school.now + timedelta(hours=hours)
    session = make_class(given.pop("program"), given.pop("teacher"), at, topic=topic, now=school.now, **given)
    ClassSession.objects.filter(pk=session.pk).update(told_booked=True, told_version=1)
    return session


def change(session: ClassSession, *, told: bool = True, **fields: Any) -> None:
    """Something else is so, and people were told of it, or not yet."""
    session.refresh_from_db()
    version = session.version + 1
    told_version = version if told else session.told_version
    ClassSession.objects.filter(pk=session.pk).update(version=version, told_version=told_version, **fields)


def mails(school: School) -> list[EmailMessage]:
    """What goes out now."""
    mail.outbox.clear()
    invite_due(school.now)
    while send_due(school.now):
        pass
    sent = [one.message(policy=email.policy.SMTP).as_bytes() for one in mail.outbox]  # type: ignore[call-arg]
    return [message_from_bytes(wire, policy=email.policy.default) for wire in sent]


def invitation(message: EmailMessage) -> bytes:
    """The part that calendars read."""
    (part,) = [one for one in message.walk() if one.get_content_type() == "text/calendar"]
    body = part.get_payload(decode=True)
    assert isinstance(body, bytes)
    assert values(body, "METHOD") == [part.get_param("method")]
    return body


def said(messages: list[EmailMessage]) -> list[tuple[str, str, str, int]]:
    """Of each: to whom, its method, its title and sequence."""
    found = []
    for message in messages:
        body = invitation(message)
        (one,) = shown(body)
        found.append((str(message["To"]), values(body, "METHOD")[0], one.title, one.sequence))
    return found


@pytest.fixture
def sana(school: School) -> User:
    choose_invitations(person=school.sana, now=school.now)
    return school.sana


def test_each_class_of_the_next_two_weeks_is_one_mail_once(school: School, sana: User) -> None:
    plan(school, "Sets")
    plan(school, "Graphs", 24 * 13)
    plan(school, "Later", 24 * 15)
    plan(school, "Waves", program=school.other_program, teacher=school.olu)
    first = mails(school)

    assert said(first) == [
        (sana.email, "REQUEST", "Sets", 1),
        (sana.email, "REQUEST", "Graphs", 1),
    ]
    assert mails(school) == []
    school.clock.advance(days=2)
    assert said(mails(school)) == [(sana.email, "REQUEST", "Later", 1)]


def test_an_invitation_names_one_attendee_and_our_own_link(school: School, sana: User) -> None:
    _ = school.tove
    session = plan(school)
    (message,) = mails(school)
    body = invitation(message)
    lines = dict(raw(body))
    (one,) = shown(body)

    assert one.starts_at == session.starts_at
    assert one.url == one.location == f"http://localhost:8000/j/{session.code}"
    assert one.uid == f"{session.uid}@localhost"
    assert values(body, "ATTENDEE") == ["mailto:sana@school.example"]
    assert lines["ORGANIZER"].startswith("mailto:")
    assert "zoom.us" not in str(message)
    assert message["Subject"] == "Invitation: Sets, Tue 3 Mar, 08:00–09:00"
    assert values(body, "TZID") == ["Europe/Madrid"]


def test_nobody_else_is_sent_any(school: School) -> None:
    plan(school)
    _ = school.sana

    assert mails(school) == []


def test_a_change_is_an_update_with_a_higher_sequence_once_people_were_told(
    school: School, sana: User
) -> None:
    session = plan(school)
    mails(school)
    later = session.starts_at + timedelta(hours=3)
    change(session, told=False, starts_at=later, ends_at=later + timedelta(hours=1))
    assert mails(school) == []
    ClassSession.objects.update(told_version=2)
    found = mails(school)

    assert said(found) == [(sana.email, "REQUEST", "Sets", 2)]
    assert found[0]["Subject"] == "Changed: Sets, Tue 3 Mar, 11:00–12:00"
    assert shown(invitation(found[0]))[0].starts_at == later
    assert mails(school) == []


def test_several_changes_in_one_go_are_one_mail(school: School, sana: User) -> None:
    session = plan(school)
    mails(school)
    change(session, told=False, topic="Graphs")
    change(session, told=False, topic="Trees")
    change(session, topic="Forests")

    assert said(mails(school)) == [(sana.email, "REQUEST", "Forests", 4)]


def test_one_that_moves_out_of_sight_is_an_update_and_not_taken_back(school: School, sana: User) -> None:
    session = plan(school)
    mails(school)
    later = school.now + timedelta(days=30)
    change(session, starts_at=later, ends_at=later + timedelta(hours=1))

    assert said(mails(school)) == [(sana.email, "REQUEST", "Sets", 2)]


def test_a_cancelled_class_is_taken_back_once(school: School, sana: User) -> None:
    session = plan(school)
    mails(school)
    change(session, cancelled_at=school.now, cancel_message="Tariq is ill")
    found = mails(school)

    assert said(found) == [(sana.email, "CANCEL", "Sets", 2)]
    assert dict(raw(invitation(found[0])))["STATUS"] == "CANCELLED"
    assert values(invitation(found[0]), "UID") == [f"{session.uid}@localhost"]
    assert mails(school) == []


def test_of_a_class_that_was_cancelled_before_anybody_was_invited_nothing_is_sent(
    school: School, sana: User
) -> None:
    change(plan(school), cancelled_at=school.now)

    assert mails(school) == []


def test_a_right_that_ended_takes_back_what_it_gave_and_gives_it_anew_with_a_higher_sequence(
    school: School, sana: User
) -> None:
    plan(school)
    mails(school)
    Enrolment.objects.filter(person=sana).update(until_at=school.now)
    assert said(mails(school)) == [(sana.email, "CANCEL", "Sets", 2)]
    assert mails(school) == []
    Enrolment.objects.filter(person=sana).update(until_at=None)
    assert said(mails(school)) == [(sana.email, "REQUEST", "Sets", 3)]
    assert mails(school) == []


def test_what_is_over_is_left_alone(school: School, sana: User) -> None:
    plan(school)
    mails(school)
    school.clock.advance(days=2)
    Enrolment.objects.filter(person=sana).update(until_at=school.now)

    assert mails(school) == []


def test_a_closed_account_and_one_not_taken_up_are_sent_nothing(school: School, sana: User) -> None:
    plan(school)
    User.objects.filter(pk=sana.pk).update(is_active=False)
    assert mails(school) == []
    User.objects.filter(pk=sana.pk).update(is_active=True, joined_at=None)
    assert mails(school) == []


def test_a_class_that_is_not_announced_yet_invites_nobody(school: School, sana: User) -> None:
    session = plan(school)
    ClassSession.objects.filter(pk=session.pk).update(told_booked=False, told_version=0)

    assert mails(school) == []


def test_people_take_turns(school: School, sana: User) -> None:
    for name in ("tove", "tariq"):
        choose_invitations(person=getattr(school, name), now=school.now)
    plan(school)
    invite_due(school.now, limit=2)
    invite_due(school.now, limit=2)

    assert SentEntry.objects.values("person").distinct().count() == 3


def test_hostile_words_add_nothing_to_a_mail_or_its_invitation(school: School, sana: User) -> None:
    plan(school, "Sets\r\nBcc: all@school.example\r\nATTENDEE:mailto:x@y.example")
    User.objects.filter(pk=sana.pk).update(name='Sana";X=1\r\nATTENDEE:mailto:x@y.example')
    (message,) = mails(school)
    body = invitation(message)

    assert message["Bcc"] is None
    assert len(values(body, "ATTENDEE")) == 1
    assert len(shown(body)) == 1
    assert "X" not in [name for name, _value in raw(body)]


def test_choosing_ends_the_own_feed_and_the_other_way_round(school: School) -> None:
    client = signed_in(school.sana)
    plan(school)
    client.post(PAGE)
    client.post(PAGE, {"program": "ALG-2"})
    assert "1 mail comes at once." in text_of(client.get(PAGE))
    answer = client.post(f"{PAGE}invitations/", {"wants": "yes"}, follow=True)

    assert not Feed.objects.exists()
    assert "2 addresses are removed." in answer.content.decode()
    assert "Invitations are on." in text_of(client.get(PAGE))
    assert len(mails(school)) == 1
    for program in ("", "ALG-2"):
        choose_invitations(person=school.sana, now=school.now)
        invite_due(school.now)
        answer = client.post(PAGE, {"program": program}, follow=True)
        assert "No more invitations will come." in answer.content.decode()
        assert not MailedCalendar.objects.exists()
        assert not SentEntry.objects.exists()


def test_what_an_admin_looks_at_goes_beside_her_own_invitations(school: School) -> None:
    make_feed(person=school.ada, program=school.program, now=school.now)
    assert choose_invitations(person=school.ada, now=school.now) == 0
    make_feed(person=school.ada, program=school.other_program, now=school.now)

    assert Feed.objects.filter(person=school.ada).count() == 2
    assert MailedCalendar.objects.filter(person=school.ada).count() == 1


def test_ending_them_sends_nothing_more(school: School, sana: User) -> None:
    plan(school)
    mails(school)
    signed_in(sana).post(f"{PAGE}invitations/", {"wants": "no"})
    plan(school, "Graphs", 48)
    assert mails(school) == []


def as_one(sessions: list[ClassSession], kind: ChangeSetKind, by: User, school: School) -> None:
    """The last changes of these were made as one."""
    rows = list(ClassSession.objects.filter(pk__in=[one.pk for one in sessions]))
    for one in rows:
        Change.objects.create(session=one, version=one.version, by=by, at=school.now, field="time")
    put_together(rows, kind, by=by, now=school.now)
    ClassSession.objects.filter(pk__in=[one.pk for one in rows]).update(tell_with=None)


def entries(message: EmailMessage) -> list[tuple[str, str, int]]:
    """Of each calendar message in a mail: method, title and sequence; each is whole, about one entry."""
    found = []
    for part in message.walk():
        if part.get_content_type() != "text/calendar":
            continue
        body = part.get_payload(decode=True)
        assert isinstance(body, bytes)
        (one,) = shown(body)
        assert values(body, "METHOD") == [part.get_param("method")]
        assert body.count(b"ATTENDEE") == 1
        found.append((values(body, "METHOD")[0], one.title, one.sequence))
    return found


def test_what_was_changed_as_one_is_one_mail_with_an_entry_of_each(school: School, sana: User) -> None:
    sessions = [plan(school, f"Class {number}", 24 + number) for number in range(3)]
    alone = plan(school, "Alone", 48)
    assert len(mails(school)) == 4
    for one in [*sessions, alone]:
        change(one, ends_at=one.ends_at + timedelta(minutes=5))
    as_one(sessions, ChangeSetKind.MOVED, school.tariq, school)
    several, other = mails(school)
    assert (several["Subject"], several["To"]) == (
        "Changed: 3 classes, the first on Tue 3 Mar, 08:00–09:05",
        sana.email,
    )
    assert entries(several) == [("REQUEST", f"Class {number}", 2) for number in range(3)]
    assert [part.get_filename() for part in several.iter_attachments()] == [
        "class-1.ics",
        "class-2.ics",
        "class-3.ics",
    ]
    assert entries(other) == [("REQUEST", "Alone", 2)]
    assert mails(school) == []


def test_what_was_cancelled_as_one_is_one_mail_too(school: School, sana: User) -> None:
    sessions = [plan(school, f"Class {number}", 24 + number) for number in range(3)]
    mails(school)
    for one in sessions:
        change(one, cancelled_at=school.now, cancel_message="A storm.")
    as_one(sessions, ChangeSetKind.CANCELLED, school.tariq, school)
    (several,) = mails(school)
    assert several["Subject"] == "Cancelled: 3 classes, the first on Tue 3 Mar, 08:00–09:00"
    assert entries(several) == [("CANCEL", f"Class {number}", 2) for number in range(3)]


def test_an_invitation_calls_a_class_by_its_topic_and_says_when_it_is(school: School, sana: User) -> None:
    titles = ["Sets", "Graphs"]
    add_topics(program=school.program, titles=titles, by=school.ada, now=school.now)
    first, second = (plan(school, school.program.title, hours) for hours in (24, 48))
    found = mails(school)
    assert [one.title for message in found for one in shown(invitation(message))] == [
        *("Algebra II: Sets", "Algebra II: Graphs"),
    ]
    assert "Topic: Graphs" in shown(invitation(found[1]))[0].description
    assert [str(one["Subject"]) for one in found] == [
        "Invitation: Algebra II: Sets, Tue 3 Mar, 08:00–09:00",
        "Invitation: Algebra II: Graphs, Wed 4 Mar, 08:00–09:00",
    ]
    # it is taken back by the name it was sent under, and nobody is mailed of the topics that move up
    change(first, cancelled_at=school.now)
    (gone,) = mails(school)
    assert shown(invitation(gone))[0].title == "Algebra II: Sets"
    assert gone["Subject"] == "Cancelled: Algebra II: Sets, Tue 3 Mar, 08:00–09:00"
    # what is sent next of the other has the topic that it has then
    change(second, ends_at=second.ends_at + timedelta(minutes=15))
    assert said(mails(school)) == [(sana.email, "REQUEST", "Algebra II: Sets", 2)]


def test_a_long_title_leaves_the_date_in_the_subject(school: School, sana: User) -> None:
    plan(school, "Quadratic equations " * 7)
    (message,) = mails(school)
    assert str(message["Subject"]).endswith("…, Tue 3 Mar, 08:00–09:00")
    assert shown(invitation(message))[0].title == ("Quadratic equations " * 7).strip()
