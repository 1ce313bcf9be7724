"""One change is one mail: who chose invitations is told in the one that brings her calendar up to date."""

from __future__ import annotations

import email.policy
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage

import pytest
from django.core import mail

from eduraise.accounts.models import User
from eduraise.calendars.inviting import choose_invitations, invite_due
from eduraise.classes.announce import announce_due
from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.models import ClassSession
from eduraise.classes.several import Chosen, cancel_several, move_several
from eduraise.notifications.actions import choose_mails
from eduraise.notifications.models import Delivery, Message, QueuedMail
from eduraise.notifications.sending import send_due
from eduraise.programs.models import Enrolment
from tests.at_once import at_once
from tests.calendars.test_inviting import entries, plan
from tests.school import School

ORDERS = ("mails first", "invitations first")


def mails(school: School, order: str = ORDERS[0]) -> list[EmailMessage]:
    """What people get of all that is due, whichever worker comes first."""
    mail.outbox.clear()
    school.clock.advance(seconds=11)
    announce_due(school.now)
    if order == ORDERS[1]:
        invite_due(school.now)
    while send_due(school.now):
        pass
    invite_due(school.now)
    while send_due(school.now):
        pass
    sent = [one.message(policy=email.policy.SMTP).as_bytes() for one in mail.outbox]  # type: ignore[call-arg]
    return [message_from_bytes(wire, policy=email.policy.default) for wire in sent]


def to(person: User, found: list[EmailMessage]) -> list[EmailMessage]:
    return [one for one in found if one["To"] == person.email]


def words(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return " ".join(str(body.get_content()).split())


def three(school: School, *, hours: float = 24) -> list[ClassSession]:
    return [plan(school, f"Class {number}", hours + 24 * number) for number in range(3)]


def later(sessions: list[ClassSession], **by: float) -> list[Chosen]:
    return [Chosen(one, one.version, one.starts_at + timedelta(**by)) for one in sessions]


@pytest.fixture
def sana(school: School) -> User:
    choose_invitations(person=school.sana, now=school.now)
    return school.sana


@pytest.fixture
def other(school: School) -> User:
    """A student who chose nothing."""
    person = school.person("mila")
    Enrolment.objects.create(program=school.program, person=person, from_at=school.now)
    return person


@pytest.mark.parametrize("order", ORDERS)
def test_a_move_is_one_mail_with_its_words_and_its_entry(school: School, sana: User, order: str) -> None:
    session = plan(school)
    mails(school)
    edit = Edit(starts_at=session.starts_at + timedelta(hours=2))
    change_class(
        session=session,
        seen_version=1,
        edit=edit,
        by=school.tariq,
        now=school.now,
        message="The hall is taken.",
    )
    (one,) = to(sana, mails(school, order))

    assert str(one["Subject"]).startswith("Moved: “Sets” is now ")
    assert "The hall is taken." in words(one)
    assert "Your settings end them, under Calendar." in words(one)
    assert entries(one) == [("REQUEST", "Sets", 2)]
    message = Message.objects.get(person=sana, kind="class.moved")
    assert message.dropped_at is None
    assert [(d.state, d.last_error_code) for d in message.deliveries.all()] == [("dropped", "carried")]
    assert mails(school) == []


@pytest.mark.parametrize("order", ORDERS)
def test_several_moved_as_one_are_one_mail_though_only_some_are_in_her_calendar(
    school: School, sana: User, order: str
) -> None:
    sessions = [plan(school, f"Class {number}", 24 * (1 + 7 * number)) for number in range(4)]
    assert len(to(sana, mails(school))) == 2
    move_several(chosen=later(sessions, hours=1), by=school.tariq, now=school.now)
    (one,) = to(sana, mails(school, order))

    assert one["Subject"] == "4 classes of “Algebra II” moved"
    assert all(f"Class {number}" in words(one) for number in range(4))
    assert entries(one) == [("REQUEST", "Class 0", 2), ("REQUEST", "Class 1", 2)]


def test_of_classes_no_calendar_holds_yet_the_mail_goes_by_itself(school: School, sana: User) -> None:
    session = plan(school, hours=24 * 30)
    assert mails(school) == []
    edit = Edit(starts_at=session.starts_at + timedelta(hours=2))
    change_class(session=session, seen_version=1, edit=edit, by=school.tariq, now=school.now)
    (one,) = to(sana, mails(school))

    assert entries(one) == []
    assert str(one["Subject"]).startswith("Moved: ")


@pytest.mark.parametrize("order", ORDERS)
def test_several_cancelled_as_one_are_one_mail(school: School, sana: User, order: str) -> None:
    sessions = three(school)
    mails(school)
    chosen = [Chosen(one, one.version) for one in sessions]
    cancel_several(chosen=chosen, by=school.tariq, now=school.now, message="A storm.")
    (one,) = to(sana, mails(school, order))

    assert one["Subject"] == "3 classes of “Algebra II” are cancelled"
    assert "A storm." in words(one)
    assert entries(one) == [("CANCEL", f"Class {number}", 2) for number in range(3)]


def test_moved_out_of_and_into_sight_as_one_is_one_mail(school: School, sana: User) -> None:
    near, far = plan(school, "Near", 24), plan(school, "Far", 24 * 30)
    mails(school)
    chosen = [
        Chosen(near, 1, near.starts_at + timedelta(days=30, hours=3)),
        Chosen(far, 1, far.starts_at - timedelta(days=20)),
    ]
    move_several(chosen=chosen, by=school.tariq, now=school.now)
    (one,) = to(sana, mails(school))

    assert sorted(entries(one)) == [("REQUEST", "Far", 2), ("REQUEST", "Near", 2)]


def test_two_changes_are_two_mails_each_with_its_own_words(school: School, sana: User) -> None:
    moved, cancelled = plan(school, "Sets"), plan(school, "Graphs", 48)
    mails(school)
    edit = Edit(starts_at=moved.starts_at + timedelta(hours=2))
    change_class(session=moved, seen_version=1, edit=edit, by=school.tariq, now=school.now)
    cancel_class(session=cancelled, seen_version=1, by=school.tariq, now=school.now)
    found = to(sana, mails(school))

    subjects = sorted(str(one["Subject"]).split("”")[0] for one in found)
    assert subjects == ["Cancelled: “Graphs", "Moved: “Sets"]
    assert {entries(one)[0][:2] for one in found} == {("REQUEST", "Sets"), ("CANCEL", "Graphs")}


def test_who_chose_nothing_gets_the_mail_and_no_entry(school: School, sana: User, other: User) -> None:
    session = plan(school)
    mails(school)
    edit = Edit(starts_at=session.starts_at + timedelta(hours=2))
    change_class(session=session, seen_version=1, edit=edit, by=school.tariq, now=school.now)
    found = mails(school)

    assert [entries(one) for one in to(other, found)] == [[]]
    assert [len(entries(one)) for one in to(sana, found)] == [1]


def test_a_teacher_who_chose_invitations_is_told_of_anothers_change_in_one_mail(school: School) -> None:
    choose_invitations(person=school.tariq, now=school.now)
    session = plan(school)
    mails(school)
    edit = Edit(starts_at=session.starts_at + timedelta(hours=2))
    change_class(session=session, seen_version=1, edit=edit, by=school.ada, now=school.now)
    (one,) = to(school.tariq, mails(school))

    assert entries(one) == [("REQUEST", "Sets", 2)]


def test_her_own_change_of_which_she_is_not_told_is_an_update_alone(school: School) -> None:
    choose_invitations(person=school.tariq, now=school.now)
    session = plan(school)
    mails(school)
    edit = Edit(starts_at=session.starts_at + timedelta(hours=2))
    change_class(session=session, seen_version=1, edit=edit, by=school.tariq, now=school.now)
    (one,) = to(school.tariq, mails(school))

    assert one["Subject"] == "Changed: Sets, Tue 3 Mar, 10:00–11:00"


def test_what_stands_in_no_calendar_is_no_update(school: School, sana: User) -> None:
    session = plan(school)
    mails(school)
    ClassSession.objects.filter(pk=session.pk).update(version=3, told_version=3)
    assert mails(school) == []
    edit = Edit(starts_at=session.starts_at + timedelta(hours=2))
    change_class(session=session, seen_version=3, edit=edit, by=school.tariq, now=school.now)
    assert [entries(one) for one in to(sana, mails(school))] == [[("REQUEST", "Sets", 4)]]


def test_whoever_wants_no_mails_of_new_classes_gets_the_invitation_in_its_own_words(
    school: School, sana: User
) -> None:
    choose_mails(person=sana, wanted={"class.booked": False})
    session = plan(school)
    ClassSession.objects.filter(pk=session.pk).update(told_booked=False, told_version=0)
    ClassSession.objects.filter(pk=session.pk).update(told_booked=True, told_version=1)
    message = Message.objects.create(
        person=sana,
        kind="class.booked",
        fact_key=f"{session.uid}:1",
        thing_uid=session.uid,
        not_before=school.now,
        created_at=school.now,
    )
    Delivery.objects.create(message=message, channel="mail", provider_id="<1@x>", next_at=school.now)
    (one,) = to(sana, mails(school))

    assert one["Subject"] == "Invitation: Sets, Tue 3 Mar, 08:00–09:00"
    assert [d.last_error_code for d in message.deliveries.all()] == ["not_wanted"]


def test_a_right_that_ended_takes_back_apart_from_what_is_told_of_others(school: School, sana: User) -> None:
    session = plan(school)
    mails(school)
    edit = Edit(starts_at=session.starts_at + timedelta(hours=2))
    change_class(session=session, seen_version=1, edit=edit, by=school.tariq, now=school.now)
    Enrolment.objects.filter(person=sana).update(until_at=school.now)
    (one,) = to(sana, mails(school))

    assert one["Subject"] == "Cancelled: Sets, Tue 3 Mar, 08:00–09:00"
    assert "is now" not in words(one)


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_send_one_mail_too(school: School, sana: User) -> None:
    sessions = three(school)
    mails(school)
    move_several(chosen=later(sessions, hours=1), by=school.tariq, now=school.now)
    school.clock.advance(seconds=11)
    now = school.now
    mail.outbox.clear()
    announce_due(now)
    at_once(*[lambda: send_due(now), lambda: invite_due(now)] * 2)
    while send_due(now):
        pass

    assert [one.to for one in mail.outbox] == [[sana.email]]
    assert set(QueuedMail.objects.values_list("state", flat=True)) == {"sent"}
    assert Delivery.objects.filter(message__person=sana, message__kind="class.several_moved").get().state == (
        Delivery.State.DROPPED
    )
