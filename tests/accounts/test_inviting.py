"""Inviting people: one account for an address, a link that works once for its own person."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from hypothesis import given
from hypothesis import strategies as st

from eduraise.accounts.actions import (
    NotOpen,
    accept_invitation,
    invite_person,
    open_invitation,
    resend_invitation,
    withdraw_invitation,
)
from eduraise.accounts.invitations import hash_of
from eduraise.accounts.models import Invitation, Role, User, email_key
from eduraise.accounts.queries import listed, people
from eduraise.accounts.rights import close_account, reopen_account
from eduraise.core import hooks
from eduraise.core.errors import DomainError
from eduraise.core.models import AuditEntry
from eduraise.notifications.models import QueuedMail
from eduraise.notifications.sending import send_due
from tests.school import PASSWORD, School

MINE = "correct horse battery staple"


def invite(school: School, email: str = "mira@home.example", role: str = Role.STUDENT) -> User:
    return invite_person(email=email, name="Mira Öz", by=school.ada, role=role, now=school.now)


def token_in_mail(school: School) -> str:
    """The token of the newest mail that went out."""
    send_due(school.now, 50)
    found = re.search(r"http://localhost:8000/invitation/([\w-]+)/", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


def code_of(token: str, school: School) -> str:
    with pytest.raises(NotOpen) as problem:
        accept_invitation(token=token, name="Mallory", password=MINE, now=school.now)
    return problem.value.code


def test_a_new_person_gets_a_mail_and_an_account_that_nobody_can_use_yet(school: School) -> None:
    mira = invite(school)

    assert (mira.email, mira.name, mira.joined_at) == ("mira@home.example", "Mira Öz", None)
    assert not mira.has_usable_password()
    token = token_in_mail(school)
    assert mail.outbox[-1].to == ["mira@home.example"]
    assert Invitation.objects.get().token_hash != token
    assert not EmailAddress.objects.filter(user=mira).exists()


def test_the_mail_says_who_where_and_until_when(school: School) -> None:
    invite(school)
    token_in_mail(school)

    body = str(mail.outbox[-1].body)
    assert mail.outbox[-1].subject == "Your account at Escola Oberta"
    assert "Ada has made an account for you" in body
    assert "until Monday 9 March" in body


def test_taking_it_up_sets_a_password_and_proves_the_address(school: School) -> None:
    mira = invite(school)
    token = token_in_mail(school)

    accept_invitation(token=token, name="Mira  Öz", password=MINE, zone="Asia/Tokyo", now=school.now)

    mira.refresh_from_db()
    assert mira.check_password(MINE)
    assert (mira.name, mira.joined_at, mira.zone) == ("Mira Öz", school.now, "Asia/Tokyo")
    assert (
        list(EmailAddress.objects.values_list("user", "email", "verified", "primary"))
        == [
            (mira.pk, "mira@home.example", True, True),
            (school.ada.pk, "ada@school.example", True, True),
        ]
        or EmailAddress.objects.get(user=mira).verified
    )


@pytest.mark.parametrize("typed", ["mira@home.example", "MIRA@Home.Example", " mira@home.example "])
def test_a_known_address_in_any_spelling_leaves_that_account_alone(school: School, typed: str) -> None:
    known = school.person("mira", zone="Asia/Tokyo")
    known.email = "Mira@home.example"
    known.save()
    before = User.objects.filter(pk=known.pk).values().get()

    found = invite_person(email=typed, name="X", by=school.ada, role="admin", now=school.now)

    assert found == known
    assert User.objects.filter(pk=known.pk).values().get() == before
    assert (Invitation.objects.count(), QueuedMail.objects.count()) == (0, 0)


def test_inviting_twice_makes_one_account_and_one_mail(school: School) -> None:
    assert invite(school) == invite(school, "Mira@HOME.example")

    assert (Invitation.objects.count(), QueuedMail.objects.count()) == (1, 1)


def test_a_link_works_once(school: School) -> None:
    mira = invite(school)
    token = token_in_mail(school)
    accept_invitation(token=token, name="Mira", password=MINE, now=school.now)

    assert code_of(token, school) == "invitation_used"
    mira.refresh_from_db()
    assert (mira.name, mira.check_password(MINE)) == ("Mira", True)


def test_a_link_lasts_seven_days(school: School) -> None:
    invite(school)
    token = token_in_mail(school)

    school.clock.advance(days=7, seconds=-1)
    assert open_invitation(token, school.now).person.name == "Mira Öz"
    school.clock.advance(seconds=1)
    assert code_of(token, school) == "invitation_expired"


def test_a_new_link_voids_the_former(school: School) -> None:
    mira = invite(school)
    first = token_in_mail(school)
    school.clock.advance(minutes=2)
    resend_invitation(person=mira, by=school.ada, now=school.now)
    second = token_in_mail(school)

    assert code_of(first, school) == "invitation_withdrawn"
    assert accept_invitation(token=second, name="Mira", password=MINE, now=school.now) == mira


def test_mails_are_not_sent_in_a_row(school: School) -> None:
    mira = invite(school)

    with pytest.raises(DomainError) as problem:
        resend_invitation(person=mira, by=school.ada, now=school.now + timedelta(minutes=1))

    assert problem.value.code == "too_soon"
    assert QueuedMail.objects.count() == 1


def test_a_withdrawn_link_lets_nobody_in(school: School) -> None:
    mira = invite(school)
    token = token_in_mail(school)

    assert withdraw_invitation(person=mira, by=school.ada, now=school.now)
    assert not withdraw_invitation(person=mira, by=school.ada, now=school.now)

    assert code_of(token, school) == "invitation_withdrawn"


def test_a_closed_account_lets_nobody_in_by_its_link(school: School) -> None:
    mira = invite(school)
    token = token_in_mail(school)
    close_account(person=mira, by=school.ada, now=school.now)

    assert code_of(token, school) == "invitation_withdrawn"
    reopen_account(person=mira, by=school.ada, now=school.now)
    assert code_of(token, school) == "invitation_withdrawn"


def test_a_link_is_bound_to_its_address(school: School) -> None:
    mira = invite(school)
    token = token_in_mail(school)
    mira.email = "other@home.example"
    mira.save()

    assert code_of(token, school) == "invitation_withdrawn"


def test_an_invitation_of_somebody_who_has_joined_changes_nothing(school: School) -> None:
    """However such a row came to be: with it nobody gets into an account that is taken."""
    Invitation.objects.create(
        person=school.tariq,
        email_key=school.tariq.email_key,
        role=Role.TEACHER,
        token_hash=hash_of("stray"),
        sent_at=school.now,
        expires_at=school.now + timedelta(days=7),
    )

    assert code_of("stray", school) == "invitation_used"
    school.tariq.refresh_from_db()
    assert school.tariq.check_password(PASSWORD)


@pytest.mark.parametrize("token", ["", "x", "../../etc", "\x00", "é" * 5000])
def test_a_token_that_is_none(school: School, token: str) -> None:
    assert code_of(token, school) == "invitation_unknown"


@pytest.mark.parametrize(
    ("email", "name", "field", "code"),
    [
        ("", "Mira", "email", "email_unfit"),
        ("mira", "Mira", "email", "email_unfit"),
        ("mira@home.example\nBcc: all@school.example", "Mira", "email", "email_unfit"),
        ("m" * 250 + "@home.example", "Mira", "email", "email_unfit"),
        ("mira@home.example", "  ", "name", "name_missing"),
        ("mira@home.example", "M" * 151, "name", "name_too_long"),
        ("mira@home.example", "Locked! http://evil.example", "name", "name_unfit"),
        ("mira@home.example", "Mira\u202eÖz", "name", "name_unfit"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(
    school: School, email: str, name: str, field: str, code: str
) -> None:
    with pytest.raises(DomainError) as problem:
        invite_person(email=email, name=name, by=school.ada, now=school.now)

    assert (problem.value.field, problem.value.code) == (field, code)
    assert not User.objects.exclude(pk=school.ada.pk).exists()


def test_rooms_above_hear_of_new_people_only(school: School) -> None:
    heard: list[tuple[str, str]] = []

    def listen(*, person: User, role: str, **_more: object) -> None:
        heard.append((person.email, role))

    hooks.person_invited.register(listen)
    try:
        invite(school, role=Role.TEACHER)
        invite(school, role=Role.ADMIN)
        invite_person(email="tariq@school.example", name="T", by=school.ada, role="teacher", now=school.now)
        invite_person(email=school.sana.email, name="S", by=school.ada, role="teacher", now=school.now)
    finally:
        hooks.person_invited._listeners.remove(listen)

    assert heard == [("mira@home.example", "teacher"), ("tariq@school.example", "teacher")]


def test_an_invited_person_is_listed_with_her_role(school: School) -> None:
    invite(school, role=Role.TEACHER)
    school.sana  # noqa: B018 makes her

    found = people(text="", role="teacher", state="invited", now=school.now)

    assert [(one.person.name, one.state, one.roles) for one in listed(found, school.now)] == [
        ("Mira Öz", "invited", ("teacher",))
    ]


def test_each_step_is_in_the_audit_log_without_the_token(school: School) -> None:
    mira = invite(school)
    token = token_in_mail(school)
    accept_invitation(token=token, name="Mira", password=MINE, now=school.now)

    entries = AuditEntry.objects.filter(thing_uid=mira.uid).order_by("pk")
    assert [(entry.verb, entry.actor_label) for entry in entries] == [
        ("person.invited", "Ada"),
        ("person.joined", "Mira"),
    ]
    assert token not in str(list(entries.values()))


@given(st.text(max_size=40))
def test_an_address_has_one_key_however_it_is_written(text: str) -> None:
    assert email_key(email_key(text)) == email_key(text)
