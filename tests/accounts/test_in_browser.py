"""Pages about accounts in a real browser, under the product's own content policy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from eduraise.accounts.actions import invite_person
from eduraise.accounts.models import User
from eduraise.notifications.actions import tell
from tests.accounts.test_pages import code_now
from tests.accounts.test_signing_in import mailed_path
from tests.browser import chromium
from tests.moving import MovingClock
from tests.notifications.kinds import lessons
from tests.school import PASSWORD, School

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
AXE = (Path(__file__).parents[1] / "vendor/axe.min.js").read_text()
#: Where one lands after signing in.
HOME = re.compile(r":\d+/$")
WIDTHS = ((390, "light"), (1280, "dark"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture
def here(transactional_db: None, moving: MovingClock) -> School:
    """The school, in a database that the server sees too."""
    return School(moving)


@pytest.fixture
def complaints() -> list[str]:
    """What the browser's console complained of."""
    return []


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    """A browser in Madrid."""
    context = browser.new_context(
        base_url=live_server.url, timezone_id="Europe/Madrid", reduced_motion="reduce"
    )
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, complaints: list[str]) -> Page:
    """Its only page."""
    page = context.new_page()

    def heard(message: ConsoleMessage) -> None:
        # there is no page at "/" in this test's part of the product
        if message.type in {"error", "warning"} and "404" not in message.text:
            complaints.append(message.text)

    page.on("console", heard)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page


def sign_in(page: Page, person: User) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("^(?!.*/login/)"))


def prove(page: Page) -> None:
    page.goto("/accounts/reauthenticate/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="It’s me").click()
    page.wait_for_url(re.compile("^(?!.*/reauthenticate/)"))


def findings(page: Page) -> list[str]:
    """What axe finds on the page as it stands."""
    page.evaluate(AXE)
    result: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{violation['id']}: {node['html'][:120]}"
        for violation in result["violations"]
        for node in violation["nodes"]
    ]


def looked_at(page: Page, address: str) -> list[str]:
    """Everything wrong with a page: for those who can't see it, and on the narrowest screen."""
    page.goto(address)
    wrong = []
    for width, scheme in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        wrong += [f"{address} {width}: {finding}" for finding in findings(page)]
    page.set_viewport_size({"width": 320, "height": 640})
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        wrong.append(f"{address} is wider than 320")
    return wrong


def test_pages_before_the_door(page: Page, here: School, complaints: list[str], settings: Any) -> None:
    settings.DEMO = True
    invite_person(email="m@home.example", name="Mira", by=here.ada, now=here.now)
    wrong = [
        finding
        for address in [
            "/accounts/login/?next=/j/7F3K-2Q",
            "/accounts/password/reset/",
            "/accounts/password/reset/done/",
            "/accounts/password/reset/key/done/",
            "/accounts/signup/",
            "/accounts/inactive/",
            "/accounts/confirm-email/",
            mailed_path(here),
        ]
        for finding in looked_at(page, address)
    ]

    assert wrong == []
    assert complaints == []


def test_pages_behind_it(page: Page, here: School, complaints: list[str]) -> None:
    sign_in(page, here.tariq)
    prove(page)
    with lessons() as room:
        room.quote = "Sorry, I am ill. " * 12
        tell(person=here.tariq, kind="lesson.moved", fact_key="7", data={"lesson": 7}, now=here.now)
        wrong = [
            finding
            for address in [
                "/settings/",
                "/accounts/email/",
                "/accounts/password/change/",
                "/accounts/2fa/",
                "/accounts/2fa/totp/activate/",
                "/accounts/2fa/webauthn/",
                "/accounts/2fa/webauthn/add/",
                "/accounts/sessions/",
                "/accounts/reauthenticate/",
                "/accounts/logout/",
                "/notifications/",
                "/notifications/mails/",
            ]
            for finding in looked_at(page, address)
        ]

    assert wrong == []
    assert complaints == []


def test_pages_of_admins(page: Page, here: School, complaints: list[str]) -> None:
    mira = invite_person(
        email="m@a-very-long-domain-of-a-school.example", name="مريم الحدّاد", by=here.ada, now=here.now
    )
    sign_in(page, here.ada)
    prove(page)
    wrong = [
        finding
        for address in [
            "/people/",
            "/people/?q=nobody",
            "/people/invite/",
            f"/people/{mira.uid}/",
            f"/people/{here.tariq.uid}/",
            f"/people/{mira.uid}/correction/",
            f"/people/{here.tariq.uid}/closing/",
            f"/people/{here.tariq.uid}/admin/",
            "/notifications/failed/",
        ]
        for finding in looked_at(page, address)
    ]

    assert wrong == []
    assert complaints == []


def test_right_to_left(page: Page, here: School) -> None:
    User.objects.filter(pk=here.tariq.pk).update(language="ar")
    sign_in(page, here.tariq)

    wrong = [
        finding
        for address in ("/settings/", "/accounts/sessions/", "/notifications/")
        for finding in looked_at(page, address)
    ]

    assert wrong == []
    assert page.locator("html").get_attribute("dir") == "rtl"


@pytest.mark.smoke
def test_an_invited_person_comes_in_with_her_own_password_and_zone(page: Page, here: School) -> None:
    mira = invite_person(email="m@home.example", name="Mira", by=here.ada, now=here.now)

    page.goto(mailed_path(here))
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_label("The same password again").fill("correct horse batter")
    page.get_by_role("button", name="Set up my account").click()
    expect(page.get_by_role("alert")).to_contain_text("The two passwords differ")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_label("The same password again").fill("correct horse battery")
    page.get_by_role("button", name="Set up my account").click()
    page.wait_for_url(HOME)

    page.goto("/settings/")
    expect(page.get_by_label("Name")).to_have_value("Mira")
    mira.refresh_from_db()
    assert mira.zone == "Europe/Madrid"


def test_the_devices_zone_is_offered_once(page: Page, here: School) -> None:
    sign_in(page, here.tariq)
    page.goto("/settings/")

    page.get_by_role("button", name="Change", exact=True).click()

    expect(page.get_by_label("Time zone")).to_have_value("Europe/Madrid")
    expect(page.get_by_text("This device seems to be somewhere else")).not_to_be_visible()


def test_an_authenticator_app_is_set_up_and_asked_for(page: Page, here: School) -> None:
    sign_in(page, here.tariq)
    prove(page)
    page.goto("/accounts/2fa/totp/activate/")
    drawn = page.locator("svg.qr").bounding_box()
    assert drawn is not None
    assert drawn["width"] >= 160
    secret = page.locator("code").first.inner_text().strip()
    page.get_by_label("Code", exact=True).fill(code_now(secret))
    page.get_by_role("button", name="Turn it on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Recovery codes")
    codes = page.locator(".codes code").all_inner_texts()

    page.context.clear_cookies()
    sign_in(page, here.tariq)
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    page.get_by_label("Code", exact=True).fill(codes[0])
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/settings/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Settings")


@pytest.mark.smoke
def test_a_passkey_is_added_and_lets_in(page: Page, here: School, complaints: list[str]) -> None:
    keys = page.context.new_cdp_session(page)
    keys.send("WebAuthn.enable")
    keys.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    sign_in(page, here.tariq)
    prove(page)
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("Name").fill("My laptop")
    page.get_by_label("Sign in by this passkey alone").check()
    page.get_by_role("button", name="Add it").click()
    page.wait_for_url(re.compile(r"/accounts/2fa/(webauthn|recovery-codes)/$"))
    assert Authenticator.objects.filter(user=here.tariq, type=Authenticator.Type.WEBAUTHN).count() == 1
    assert looked_at(page, "/accounts/2fa/webauthn/") == []
    assert looked_at(page, "/accounts/2fa/webauthn/reauthenticate/") == []

    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(HOME)
    page.goto("/settings/")
    expect(page.get_by_label("Name")).to_have_value("Tariq")
    assert complaints == []

    User.objects.filter(pk=here.tariq.pk).update(is_active=False)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url("**/accounts/inactive/")
    page.goto("/settings/")
    assert "/accounts/login/" in page.url
