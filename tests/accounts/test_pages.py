"""Every page about accounts: in our look, without anything that the content policy would block."""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Any

import allauth
import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import settings
from django.core import mail
from django.test import Client
from django.urls import get_resolver, reverse

from eduraise.accounts.mails import LETTERS
from eduraise.accounts.models import User
from eduraise.notifications.sending import send_due
from tests.accounts.test_signing_in import prove, sign_in
from tests.school import PASSWORD, School

#: Pages that need something before they can be shown, or only lead on; each has a test of its own.
NOT_SHOWN_ALONE = {
    "account_confirm_email",
    "account_confirm_login_code",
    "account_logout",
    "account_reauthenticate",
    "account_reset_password_from_key",
    "account_set_password",
    "mfa_authenticate",
    "mfa_deactivate_totp",
    "mfa_download_recovery_codes",
    "mfa_edit_webauthn",
    "mfa_login_webauthn",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_view_recovery_codes",
}
ENTRANCE = {
    "account_login",
    "account_signup",
    "account_inactive",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
}


def library_pages() -> list[str]:
    """The names of the library's pages that are shown without an argument."""
    found: set[str] = set()
    for pattern in get_resolver().url_patterns:
        if str(pattern.pattern) == "accounts/":
            found |= {name for name in pattern.reverse_dict if isinstance(name, str)}  # type: ignore[union-attr]
    return sorted(found - NOT_SHOWN_ALONE)


def has_our_look(html: str) -> bool:
    """Our shell or our gate stands around it; nothing is inline that the policy forbids."""
    assert not re.search(r"\sstyle\s*=|\son[a-z]+\s*=|<style|javascript:|src=\"data:", html)
    for script in re.findall(r"<script([^>]*)>", html):
        assert "src=" in script or 'type="application/json"' in script
    return 'class="gate"' in html or 'class="app"' in html


@pytest.mark.parametrize("name", library_pages())
def test_each_page_of_the_library_has_our_look(client: Client, school: School, name: str) -> None:
    if name not in ENTRANCE:
        sign_in(client, school.tariq)
        prove(client)

    response = client.get(reverse(name))

    assert response.status_code == 200
    assert has_our_look(response.content.decode())


def test_no_page_of_the_library_is_forgotten() -> None:
    assert {"account_login", "account_email", "mfa_index", "usersessions_list", "mfa_activate_totp"} <= set(
        library_pages()
    )


def test_each_mail_of_the_library_has_our_words() -> None:
    """What the library could send and we have no words for belongs to what is switched off here."""
    root = Path(allauth.__file__).parent / "templates"
    known = {
        str(file.relative_to(root)).removesuffix("_subject.txt")
        for file in [*root.glob("account/email/*_subject.txt"), *root.glob("mfa/email/*_subject.txt")]
    }
    switched_off = {
        "account/email/account_already_exists",
        "account/email/login_code",
        "account/email/password_reset",  # (a notice, below, though its letter has the same name)
        "account/email/password_reset_code",
        "account/email/unknown_account",
    }
    assert known - set(LETTERS) <= switched_off
    assert settings.ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS is False


# The second step


def turn_on_codes(person: User) -> tuple[str, list[str]]:
    """An authenticator app's secret and recovery codes for somebody."""
    secret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    TOTP.activate(person, secret)
    return secret, RecoveryCodes.activate(person).get_unused_codes()


def code_now(secret: str) -> str:
    """What an authenticator app would show."""
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


def test_the_qr_code_is_drawn_into_the_page(client: Client, school: School) -> None:
    sign_in(client, school.tariq)
    prove(client)

    html = client.get(reverse("mfa_activate_totp")).content.decode()

    assert has_our_look(html)
    assert re.search(r'<svg class="qr"[^>]*>.*<path d="M', html)


def test_setting_up_an_app_asks_for_its_code_and_gives_recovery_codes(
    client: Client, school: School, django_capture_on_commit_callbacks: Any
) -> None:
    elsewhere = Client()
    sign_in(elsewhere, school.tariq)
    sign_in(client, school.tariq)
    prove(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret

    wrong = client.post(reverse("mfa_activate_totp"), {"code": "000000"})
    assert wrong.context["form"].errors == {
        "code": ["That code is not right. Each one works once, for half a minute."]
    }
    secret = wrong.context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        done = client.post(reverse("mfa_activate_totp"), {"code": code_now(secret)})

    assert done["Location"] == reverse("mfa_view_recovery_codes")
    page = client.get(done["Location"]).content.decode()
    assert has_our_look(page)
    assert len(re.findall(r"<code><bdi dir=\"ltr\">", page)) == 10
    assert elsewhere.get(reverse("accounts:settings")).status_code == 302  # must sign in anew
    assert client.get(reverse("accounts:settings")).status_code == 200


def test_with_an_app_the_password_is_not_enough(client: Client, school: School) -> None:
    secret, _codes = turn_on_codes(school.tariq)

    step = sign_in(client, school.tariq)
    assert step["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("accounts:settings")).status_code == 302
    page = client.get(step["Location"])
    assert has_our_look(page.content.decode())
    client.post(step["Location"], {"code": code_now(secret)})

    assert client.get(reverse("accounts:settings")).status_code == 200


def test_a_recovery_code_lets_in_once(client: Client, school: School) -> None:
    _secret, codes = turn_on_codes(school.tariq)
    for browser in (client, Client()):
        sign_in(browser, school.tariq)
        browser.post(reverse("mfa_authenticate"), {"code": codes[0]})

    assert client.get(reverse("accounts:settings")).status_code == 200
    assert browser.get(reverse("accounts:settings")).status_code == 302


@pytest.mark.parametrize(
    "name", ["mfa_index", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes"]
)
def test_pages_for_who_has_a_second_step(client: Client, school: School, name: str) -> None:
    secret, _codes = turn_on_codes(school.tariq)
    sign_in(client, school.tariq)
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    prove(client)

    response = client.get(reverse(name))

    assert response.status_code == 200
    assert has_our_look(response.content.decode())


@pytest.mark.parametrize("name", ["account_reauthenticate", "mfa_reauthenticate"])
def test_proving_once_more_who_one_is(client: Client, school: School, name: str) -> None:
    turn_on_codes(school.tariq)
    client.force_login(school.tariq)  # without a record of when and how

    response = client.get(reverse(name))

    assert response.status_code == 200
    assert has_our_look(response.content.decode())


def test_signing_out_asks_and_then_does(client: Client, school: School) -> None:
    sign_in(client, school.tariq)
    assert has_our_look(client.get(reverse("account_logout")).content.decode())

    client.post(reverse("account_logout"))

    assert client.get(reverse("accounts:settings")).status_code == 302


# The address


def test_a_new_address_counts_once_its_link_is_opened_and_the_old_one_is_told(
    client: Client, school: School
) -> None:
    sign_in(client, school.tariq)
    prove(client)
    client.post(reverse("account_email"), {"email": "tariq@new.example", "action_add": "1"})
    assert "tariq@new.example" in client.get(reverse("account_email")).content.decode()
    send_due(school.now, 50)
    assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (
        ["tariq@new.example"],
        "Confirm your e-mail address",
    )
    school.tariq.refresh_from_db()
    assert school.tariq.email == "tariq@school.example"

    path = re.search(r"http://localhost:8000(/\S+)", str(mail.outbox[-1].body))
    assert path is not None
    assert has_our_look(client.get(path[1]).content.decode())
    client.post(path[1])

    school.tariq.refresh_from_db()
    assert (school.tariq.email, school.tariq.email_key) == ("tariq@new.example",) * 2
    assert list(EmailAddress.objects.filter(user=school.tariq).values_list("email", "primary")) == [
        ("tariq@new.example", True)
    ]
    send_due(school.now, 50)
    assert [(sent.to, sent.subject) for sent in mail.outbox[1:]] == [
        (["tariq@school.example"], "The e-mail address of your account was changed")
    ]
    assert has_our_look(Client().get(path[1]).content.decode())  # used up


def test_with_a_second_step_the_address_can_be_changed_too(client: Client, school: School) -> None:
    secret, _codes = turn_on_codes(school.tariq)
    sign_in(client, school.tariq)
    client.post(reverse("mfa_authenticate"), {"code": code_now(secret)})
    prove(client)

    client.post(reverse("account_email"), {"email": "tariq@new.example", "action_add": "1"})

    assert EmailAddress.objects.filter(email="tariq@new.example", verified=False).exists()
    school.tariq.refresh_from_db()
    assert school.tariq.email == "tariq@school.example"


@pytest.mark.parametrize("typed", ["sana@school.example", "SANA@school.example", "ｓana@school.example"])
def test_somebody_elses_address_is_refused_in_any_spelling(
    client: Client, school: School, typed: str
) -> None:
    school.sana  # noqa: B018
    sign_in(client, school.tariq)
    prove(client)

    response = client.post(reverse("account_email"), {"email": typed, "action_add": "1"})

    assert response.context["form"].errors["email"]
    assert not EmailAddress.objects.filter(user=school.tariq).exclude(email="tariq@school.example").exists()


def test_changing_the_address_asks_who_one_is_and_then_goes_on(client: Client, school: School) -> None:
    sign_in(client, school.tariq)
    asks = client.post(reverse("account_email"), {"email": "tariq@new.example", "action_add": "1"})
    assert asks["Location"].startswith(reverse("account_reauthenticate"))
    assert not EmailAddress.objects.filter(email="tariq@new.example").exists()
    assert has_our_look(client.get(asks["Location"]).content.decode())

    client.post(asks["Location"], {"password": PASSWORD})

    assert EmailAddress.objects.filter(email="tariq@new.example", verified=False).exists()
    with time_machine.travel(time.time() + 301):
        asks = client.post(reverse("account_email"), {"email": "tariq@other.example", "action_add": "1"})
    assert asks["Location"].startswith(reverse("account_reauthenticate"))


def test_too_many_requests_have_our_look(client: Client, school: School, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login": "1/m/ip"}
    sign_in(client, school.tariq, "wrong")

    response = sign_in(client, school.tariq)

    assert response.status_code == 429
    assert has_our_look(response.content.decode())
