"""Signing in: who gets in, who doesn't, and when it ends."""

from __future__ import annotations

import re
import time
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import reverse

from eduraise.accounts.actions import invite_person
from eduraise.accounts.models import User
from eduraise.accounts.rights import close_account, make_admin
from eduraise.notifications.sending import send_due
from tests.school import PASSWORD, School

NEW = "another very long password"


def sign_in(client: Client, person: User | str, password: str = PASSWORD, **more: str) -> Any:
    email = person if isinstance(person, str) else person.email
    return client.post(reverse("account_login"), {"login": email, "password": password, **more})


def prove(client: Client, password: str = PASSWORD) -> None:
    """Give the password once more, as changes to one's account ask for."""
    client.post(reverse("account_reauthenticate"), {"password": password})


def signed_in(client: Client) -> bool:
    """Whether the server knows this browser."""
    return client.get(reverse("accounts:settings")).status_code == 200


def mailed_path(school: School) -> str:
    """The path of the link in the newest mail."""
    send_due(school.now, 50)
    found = re.search(r"http://localhost:8000(/\S+)", str(mail.outbox[-1].body))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("spelling", ["tariq@school.example", "TARIQ@School.example"])
def test_the_right_password_lets_in(client: Client, school: School, spelling: str) -> None:
    school.tariq  # noqa: B018

    response = sign_in(client, spelling)

    assert (response.status_code, response["Location"]) == (302, "/")
    assert signed_in(client)


def test_the_wrong_password_and_an_unknown_address_are_answered_alike(client: Client, school: School) -> None:
    wrong = sign_in(client, school.tariq, "not his password")
    unknown = sign_in(client, "nobody@school.example", "not his password")

    assert wrong.context["form"].errors == unknown.context["form"].errors
    assert wrong.context["form"].errors == {
        "password": ["That e-mail and password don't match. Check for capitals."]
    }
    assert not signed_in(client)


def test_pages_are_closed_to_visitors(client: Client, school: School) -> None:
    response = client.get("/settings/")

    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/settings/")


def test_the_session_gets_a_new_key(client: Client, school: School) -> None:
    client.get(reverse("account_login"))
    client.session["planted"] = "x"
    client.session.save()
    before = client.session.session_key

    sign_in(client, school.tariq)

    assert client.session.session_key != before


# Who may not


def test_a_closed_account_is_refused_whatever_it_knows(client: Client, school: School) -> None:
    close_account(person=school.tariq, by=school.ada, now=school.now)

    response = sign_in(client, school.tariq)

    assert (response.status_code, response["Location"]) == (302, reverse("account_inactive"))
    assert not signed_in(client)


def test_closing_ends_what_is_open(client: Client, school: School) -> None:
    sign_in(client, school.tariq)
    assert signed_in(client)

    close_account(person=school.tariq, by=school.ada, now=school.now)

    assert not signed_in(client)
    assert UserSession.objects.count() == 0


def test_a_closed_account_gets_no_link_for_a_new_password(client: Client, school: School) -> None:
    close_account(person=school.tariq, by=school.ada, now=school.now)

    client.post(reverse("account_reset_password"), {"email": school.tariq.email})

    send_due(school.now, 50)
    assert mail.outbox == []


def test_a_link_sent_before_closing_lets_nobody_in(client: Client, school: School) -> None:
    client.post(reverse("account_reset_password"), {"email": school.tariq.email})
    path = mailed_path(school)
    close_account(person=school.tariq, by=school.ada, now=school.now)

    page = client.get(path, follow=True)
    client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})

    assert sign_in(client, school.tariq, NEW)["Location"] == reverse("account_inactive")
    assert not signed_in(client)


def test_an_invited_person_has_no_way_in_but_the_invitation(client: Client, school: School) -> None:
    mira = invite_person(email="mira@home.example", name="Mira", by=school.ada, now=school.now)
    mira.set_password(PASSWORD)  # however it came to be
    mira.save()
    EmailAddress.objects.create(user=mira, email=mira.email, verified=True, primary=True)

    assert sign_in(client, mira)["Location"] == reverse("account_inactive")
    assert not signed_in(client)


def test_forgetting_a_password_before_joining_sends_the_invitation_again(
    client: Client, school: School
) -> None:
    mira = invite_person(email="mira@home.example", name="Mira", by=school.ada, now=school.now)
    school.clock.advance(hours=1)

    client.post(reverse("account_reset_password"), {"email": mira.email})

    assert mailed_path(school).startswith("/invitation/")
    assert [sent.subject for sent in mail.outbox] == ["Your account at Escola Oberta"] * 2


def test_nobody_signs_up(client: Client, school: School) -> None:
    page = client.get(reverse("account_signup"))
    client.post(reverse("account_signup"), {"email": "eve@home.example", "password1": NEW, "password2": NEW})

    assert "account/signup_closed.html" in [template.name for template in page.templates]
    assert not User.objects.filter(email="eve@home.example").exists()


def test_too_many_wrong_tries_are_held_up_even_with_the_right_one(client: Client, school: School) -> None:
    for _try in range(5):
        sign_in(client, school.tariq, "not his password")

    response = sign_in(client, school.tariq)

    assert response.context["form"].errors == {
        "password": ["Too many wrong tries. Wait five minutes, or choose a new password."]
    }


# A new password


def test_a_new_password_by_mail_works_once_and_signs_everybody_out(client: Client, school: School) -> None:
    elsewhere = Client()
    sign_in(elsewhere, school.tariq)
    client.post(reverse("account_reset_password"), {"email": "Tariq@SCHOOL.example"})
    path = mailed_path(school)

    page = client.get(path, follow=True)
    assert path not in page.request["PATH_INFO"]  # the token left the address
    done = client.post(page.request["PATH_INFO"], {"password1": NEW, "password2": NEW})

    assert done["Location"] == reverse("account_reset_password_from_key_done")
    assert not signed_in(elsewhere)
    assert Client().get(path, follow=True).context["token_fail"]
    assert not signed_in(client)
    sign_in(client, school.tariq, NEW)
    assert signed_in(client)
    send_due(school.now, 50)
    assert mail.outbox[-1].subject == "Your password was changed by a link in a mail"


def test_a_link_for_a_new_password_lasts_an_hour(client: Client, school: School) -> None:
    client.post(reverse("account_reset_password"), {"email": school.tariq.email})
    path = mailed_path(school)

    with time_machine.travel(time.time() + 3601):
        assert client.get(path, follow=True).context["token_fail"]


def test_an_unknown_address_is_answered_as_a_known_one_and_gets_no_mail(
    client: Client, school: School
) -> None:
    known = client.post(reverse("account_reset_password"), {"email": school.tariq.email})
    unknown = client.post(reverse("account_reset_password"), {"email": "nobody@school.example"})

    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    send_due(school.now, 50)
    assert [sent.to for sent in mail.outbox] == [["tariq@school.example"]]


@pytest.mark.parametrize(
    "headers",
    [{"HTTP_HOST": "evil.example"}, {"HTTP_X_FORWARDED_HOST": "evil.example"}, {"HTTP_HOST": "127.0.0.1:9"}],
)
def test_links_lead_to_our_own_address_whatever_the_request_says(
    client: Client, school: School, headers: dict[str, str]
) -> None:
    response = client.post(reverse("account_reset_password"), {"email": school.tariq.email}, **headers)  # type: ignore[arg-type]

    send_due(school.now, 50)
    if response.status_code == 400:
        assert mail.outbox == []
    else:
        assert "http://localhost:8000/accounts/password/reset/key/" in str(mail.outbox[0].body)
        assert "evil" not in str(mail.outbox[0].body)


def test_an_address_that_only_looks_alike_gets_no_mail(client: Client, school: School) -> None:
    school.person("mike")
    client.post(reverse("account_reset_password"), {"email": "mıke@school.example"})  # a dotless i

    send_due(school.now, 50)
    assert [sent.to for sent in mail.outbox] in ([], [["mike@school.example"]])


def test_changing_the_password_ends_other_sessions_and_keeps_this_one(client: Client, school: School) -> None:
    elsewhere = Client()
    sign_in(elsewhere, school.tariq)
    sign_in(client, school.tariq)

    client.post(
        reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    )

    assert signed_in(client)
    assert not signed_in(elsewhere)


@pytest.mark.parametrize("password", ["short", "password1234", "tariq@school.example"])
def test_a_password_that_is_easy_to_guess_is_refused(client: Client, school: School, password: str) -> None:
    sign_in(client, school.tariq)

    response = client.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": password, "password2": password},
    )

    assert response.status_code == 200
    assert school.tariq.check_password(PASSWORD)


# Where one is signed in


def test_devices_are_listed_and_signed_out_everywhere(client: Client, school: School) -> None:
    phone = Client(
        HTTP_USER_AGENT="Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Mobile Safari/605.1"
    )
    sign_in(phone, school.tariq)
    sign_in(client, school.tariq)
    page = client.get(reverse("usersessions_list"))
    assert "Safari, iPhone" in page.content.decode()

    client.post(reverse("usersessions_list"))

    assert signed_in(client)
    assert not signed_in(phone)


def test_becoming_an_admin_needs_a_new_sign_in(client: Client, school: School) -> None:
    sign_in(client, school.tariq)
    make_admin(person=school.tariq, by=school.ada, now=school.now)

    assert not signed_in(client)


def test_nobody_stays_signed_in_for_more_than_two_weeks(client: Client, school: School) -> None:
    with time_machine.travel("2026-03-02 08:00Z", tick=False) as real:
        sign_in(client, school.sana)
        for _day in range(13):
            real.shift(24 * 3600)
            assert signed_in(client)
        real.shift(24 * 3600 + 1)
        assert not signed_in(client)


@pytest.mark.parametrize(
    ("who", "minutes", "stays"),
    [
        ("ada", 30, True),
        ("ada", 31, False),
        ("tariq", 8 * 60, True),
        ("tariq", 8 * 60 + 1, False),
        ("tove", 8 * 60 + 1, False),
        ("sana", 13 * 24 * 60, True),
        ("sana", 14 * 24 * 60 + 1, False),
    ],
)
def test_who_does_nothing_is_signed_out_the_sooner_the_more_she_may_do(
    client: Client, school: School, who: str, minutes: int, stays: bool
) -> None:
    person = getattr(school, who)
    with time_machine.travel("2026-03-02 08:00Z", tick=False) as real:
        sign_in(client, person)
        real.shift(minutes * 60)
        assert signed_in(client) is stays


def test_an_admin_at_work_stays_signed_in(client: Client, school: School) -> None:
    with time_machine.travel("2026-03-02 08:00Z", tick=False) as real:
        sign_in(client, school.ada)
        for _quarter in range(8):
            real.shift(15 * 60)
            assert signed_in(client)


def test_a_page_that_looks_by_itself_is_no_use(client: Client, school: School) -> None:
    with time_machine.travel("2026-03-02 08:00Z", tick=False) as real:
        sign_in(client, school.ada)
        for _minutes in (10, 20, 30):
            real.shift(10 * 60)
            client.get("/", headers={"HX-Request": "true", "HX-PTag": "x"})
        real.shift(60)
        assert not signed_in(client)


def test_a_part_asked_for_after_the_end_opens_the_sign_in_page_whole(client: Client, school: School) -> None:
    response = client.get(
        "/settings/", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/people/?q=a"}
    )

    assert (response.status_code, response.content) == (204, b"")
    assert response["HX-Redirect"] == "/accounts/login/?next=%2Fpeople%2F%3Fq%3Da"


def test_a_form_sent_after_the_end_leads_back_to_its_page(client: Client, school: School) -> None:
    with time_machine.travel("2026-03-02 08:00Z", tick=False) as real:
        sign_in(client, school.ada)
        real.shift(31 * 60)
        sent = client.post(
            reverse("notifications:read_all"), headers={"Referer": "http://testserver/people/?q=a"}
        )
        back = client.post(
            sent["Location"], {"login": school.ada.email, "password": PASSWORD, "next": "/people/?q=a"}
        )
        page = client.get(back["Location"])

    assert sent["Location"] == "/accounts/login/?next=%2Fpeople%2F%3Fq%3Da"
    assert (back["Location"], page.status_code) == ("/people/?q=a", 200)


@pytest.mark.parametrize("referer", ["https://evil.example/people/", "//evil.example", ""])
def test_a_form_of_somewhere_else_leads_home(client: Client, school: School, referer: str) -> None:
    sent = client.post("/settings/", headers={"Referer": referer})

    assert sent["Location"] == "/accounts/login/?next=%2F"


# Where one lands


@pytest.mark.parametrize(
    "asked",
    [
        "//evil.example",
        "///evil.example",
        "////evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "/\\/evil.example",
        "https://evil.example",
        "HTTPS://evil.example",
        "https:evil.example",
        "https:/evil.example",
        "https:///evil.example",
        "http:evil.example",
        "//evil.example/%2f..",
        "https://localhost:8000@evil.example",
        "https://localhost:8000.evil.example",
        "javascript:alert(1)",
        "JavaScript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        " //evil.example",
        "\t//evil.example",
        "/\t/evil.example",
        "/\r\n/evil.example",
        "\x00//evil.example",
        "\u2028//evil.example",
        "／／evil.example",
        "//evil。example",
        "https://evil.example\\@localhost:8000",
        "ftp://localhost:8000/x",
        "//localhost:8000@evil.example",
        "mailto:x@evil.example",
        "//[::1]@evil.example",
        "http://[evil.example",
        "",
        "next",
        "?next=//evil.example",
    ],
)
def test_a_next_that_leads_elsewhere_leads_nowhere(client: Client, school: School, asked: str) -> None:
    location = sign_in(client, school.tariq, next=asked)["Location"]

    resolved = __import__("urllib.parse", fromlist=["urljoin"]).urljoin(
        "http://testserver/accounts/login/", location
    )
    assert resolved.startswith("http://testserver/")
    assert "\r" not in location
    assert "\n" not in location


def test_a_next_of_ours_is_followed(client: Client, school: School) -> None:
    assert sign_in(client, school.tariq, next="/j/7F3K-2Q")["Location"] == "/j/7F3K-2Q"


def test_a_class_link_says_where_one_goes_but_nothing_about_the_class(client: Client, school: School) -> None:
    page = client.get(reverse("account_login") + "?next=/j/7F3K-2Q").content.decode()

    assert "Sign in to join your class" in page
    assert "7F3K-2Q" not in re.sub(r'<input type="hidden" name="next"[^>]*>', "", page)


# The demo


def test_the_demos_buttons_stand_only_in_the_demo(client: Client, school: School, settings: Any) -> None:
    page = client.get(reverse("account_login")).content.decode()
    assert "demo.example" not in page

    settings.DEMO = True
    page = client.get(reverse("account_login")).content.decode()
    assert re.findall(r'name="login" value="([^"]+)"', page) == [
        "admin@demo.example",
        "teacher@demo.example",
        "student@demo.example",
    ]


def test_cookies_are_kept_from_scripts_and_other_sites(client: Client, school: School) -> None:
    sign_in(client, school.tariq)

    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
