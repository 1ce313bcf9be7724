"""Taking up an account by the link in an invitation, in a browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.test import Client

from eduraise.accounts.actions import invite_person, withdraw_invitation
from eduraise.accounts.models import User
from tests.accounts.test_pages import has_our_look
from tests.accounts.test_signing_in import mailed_path, sign_in, signed_in
from tests.school import School

GOOD = {"name": "Mira Öz", "password": "correct horse battery", "again": "correct horse battery", "zone": ""}


@pytest.fixture
def mira(school: School) -> User:
    """Somebody invited."""
    return invite_person(email="mira@home.example", name="Mira", by=school.ada, now=school.now)


def open_link(client: Client, path: str) -> Any:
    return client.get(path, follow=True)


def test_the_link_leads_to_an_own_password_and_in(client: Client, school: School, mira: User) -> None:
    page = open_link(client, mailed_path(school))
    assert page.status_code == 200
    assert page.request["PATH_INFO"] == "/invitation/"  # the token left the address
    assert has_our_look(page.content.decode())

    done = client.post("/invitation/", GOOD | {"zone": "Europe/Madrid"})

    assert (done.status_code, done["Location"]) == (302, "/")
    assert signed_in(client)
    assert UserSession.objects.filter(user=mira).count() == 1
    mira.refresh_from_db()
    assert (mira.name, mira.zone) == ("Mira Öz", "Europe/Madrid")
    assert sign_in(Client(), mira, GOOD["password"])["Location"] == "/"


def test_looking_at_the_link_doesnt_spend_it(client: Client, school: School, mira: User) -> None:
    path = mailed_path(school)
    for _scanner in range(3):
        open_link(Client(), path)

    open_link(client, path)
    client.post("/invitation/", GOOD)

    assert signed_in(client)


def test_a_used_link_says_so_and_lets_nobody_in(client: Client, school: School, mira: User) -> None:
    path = mailed_path(school)
    open_link(client, path)
    client.post("/invitation/", GOOD)
    other = Client()

    page = open_link(other, path)
    again = other.post(
        "/invitation/", GOOD | {"password": "stolen stolen stolen", "again": "stolen stolen stolen"}
    )

    assert (page.status_code, again.status_code) == (410, 410)
    assert "This link was used already" in page.content.decode()
    assert has_our_look(page.content.decode())
    assert not signed_in(other)
    mira.refresh_from_db()
    assert mira.check_password(GOOD["password"])


def test_a_link_that_ran_out_or_was_withdrawn_says_so(client: Client, school: School, mira: User) -> None:
    path = mailed_path(school)
    school.clock.advance(days=8)
    assert "7 days, and they are over" in open_link(client, path).content.decode()

    withdraw_invitation(person=mira, by=school.ada, now=school.now)
    assert "This link was withdrawn" in open_link(client, path).content.decode()
    assert "never ours" in open_link(client, "/invitation/made-up/").content.decode()
    assert "never ours" in Client().get("/invitation/").content.decode()


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"password": "short", "again": "short"}, "password"),
        ({"password": "mira@home.example", "again": "mira@home.example"}, "password"),
        ({"again": "something else"}, "again"),
        ({"password": "", "again": ""}, "password"),
    ],
)
def test_what_is_wrong_is_said_and_the_link_stays_good(
    client: Client, school: School, mira: User, wrong: dict[str, str], field: str
) -> None:
    open_link(client, mailed_path(school))

    page = client.post("/invitation/", GOOD | wrong)

    assert page.status_code == 422
    assert next(iter(page.context["form"].errors)) == field
    assert not signed_in(client)
    client.post("/invitation/", GOOD)
    assert signed_in(client)


def test_all_that_is_wrong_with_two_passwords_is_said_at_once(
    client: Client, school: School, mira: User
) -> None:
    open_link(client, mailed_path(school))

    page = client.post("/invitation/", GOOD | {"password": "12345", "again": "54321"})

    assert list(page.context["form"].errors) == ["password", "again"]
    assert "The two passwords differ." in page.content.decode()


def test_somebody_else_who_is_signed_in_is_told_and_not_changed(
    client: Client, school: School, mira: User
) -> None:
    path = mailed_path(school)
    sign_in(client, school.tariq)
    before = User.objects.filter(pk=school.tariq.pk).values().get()

    page = open_link(client, path)
    client.post("/invitation/", GOOD)

    assert page.status_code == 409
    assert has_our_look(page.content.decode())
    assert User.objects.filter(pk=school.tariq.pk).values().get() == before
    mira.refresh_from_db()
    assert mira.is_invited


def test_the_session_gets_a_new_key(client: Client, school: School, mira: User) -> None:
    open_link(client, mailed_path(school))
    before = client.session.session_key

    client.post("/invitation/", GOOD)

    assert client.session.session_key != before


def test_the_page_hands_its_address_to_nobody(client: Client, school: School, mira: User) -> None:
    response = client.get(mailed_path(school))

    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert not re.search(r"[\w-]{43}", response["Location"])
