"""A new key: every secret comes under it while people work, and the former one can go."""

from __future__ import annotations

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.fernet import Fernet
from django.core.management import CommandError, call_command
from django.db import connection
from pytest_django import Settings

from eduraise.core import encrypted
from eduraise.core.models import Setting
from eduraise.ops import doctor, rotating
from eduraise.zoom import tokens
from eduraise.zoom.models import ZoomMeeting, ZoomUser
from tests.linked import LinkedZoom
from tests.school import School

NEW = Fernet.generate_key().decode()


@pytest.fixture
def secrets(linked: LinkedZoom, school: School) -> None:
    """Secrets of each kind, under the key of before: of Zoom, of ours, of a second step."""
    host = linked.connect(school.tariq)
    linked.want(host)
    linked.push()
    Setting.objects.create(name="ZOOM_CLIENT_SECRET", value="CANARY", set_at=school.now)
    TOTP.activate(school.tariq, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(school.tariq)


def rotate() -> str:
    out = StringIO()
    call_command("rotate_keys", stdout=out, stderr=out)
    return out.getvalue()


@pytest.mark.usefixtures("secrets")
def test_afterwards_the_former_key_is_not_needed(school: School, settings: Settings) -> None:
    link, codes = ZoomMeeting.objects.get().join_url, recovery_codes(school)
    settings.ENCRYPTION_KEYS = (NEW, *settings.ENCRYPTION_KEYS)
    assert any("under a former key" in finding.what for finding in doctor.examine())

    assert rotate().splitlines()[-1] == "The former keys may be taken out of ENCRYPTION_KEYS now."

    settings.ENCRYPTION_KEYS = (NEW,)
    assert Setting.objects.get(name="ZOOM_CLIENT_SECRET").value == "CANARY"
    assert (ZoomMeeting.objects.get().join_url, ZoomUser.objects.get().access_token is not None) == (
        link,
        True,
    )
    assert recovery_codes(school) == codes
    assert rotating.rotate().unreadable == []
    assert not any("key" in finding.what for finding in doctor.examine())


def recovery_codes(school: School) -> list[str]:
    codes: list[str] = RecoveryCodes(
        Authenticator.objects.get(user=school.tariq, type=Authenticator.Type.RECOVERY_CODES)
    ).generate_codes()
    return codes


@pytest.mark.usefixtures("secrets")
def test_what_a_second_step_is_made_from_rests_encrypted() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        stored = str(cursor.fetchall())
    assert "JBSWY3DPEHPK3PXP" not in stored


@pytest.mark.usefixtures("secrets")
def test_each_field_that_holds_secrets_is_reached(settings: Settings) -> None:
    """A table that is added later is found by its field's kind."""
    assert {(model.__name__, name) for model, name in encrypted.fields()} >= {
        ("ZoomUser", "refresh_token"),
        ("ZoomMeeting", "join_url"),
        ("Setting", "value"),
    }
    settings.ENCRYPTION_KEYS = (NEW, *settings.ENCRYPTION_KEYS)
    filled = rotating.waiting()

    assert (rotating.rotate().resealed, rotating.waiting()) == (filled, 0)


class Before:
    """Does something before the so-manieth write, of one table or of any."""

    def __init__(self, write: int, act: Callable[[], object], table: str = "") -> None:
        self.left, self.act, self.table = write, act, table

    def __call__(self, execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if sql.startswith("UPDATE") and self.table in sql:
            self.left -= 1
            if self.left == 0:
                self.act()
        return execute(sql, *rest)


@pytest.mark.usefixtures("secrets")
def test_a_token_that_is_refreshed_meanwhile_is_not_put_back(linked: LinkedZoom, settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = (NEW, *settings.ENCRYPTION_KEYS)

    def refresh() -> None:
        linked.advance(minutes=70)
        tokens.access_for(ZoomUser.objects.get(), linked.now)

    with connection.execute_wrapper(Before(1, refresh, ZoomUser._meta.db_table)):
        rotating.rotate()

    host = ZoomUser.objects.get()
    assert host.token_version == 2
    assert rotating.waiting() == 0
    linked.advance(minutes=70)
    assert tokens.access_for(host, linked.now)


@pytest.mark.usefixtures("secrets")
def test_stopped_halfway_it_is_done_by_the_next(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = (NEW, *settings.ENCRYPTION_KEYS)
    all_of_them = rotating.waiting()

    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), connection.execute_wrapper(Before(3, stop)):
        rotating.rotate()

    assert rotating.waiting() == all_of_them - 2
    rotate()
    assert rotating.waiting() == 0


@pytest.mark.usefixtures("secrets")
def test_what_no_key_reads_is_named_and_left_as_it_is(settings: Settings) -> None:
    settings.ENCRYPTION_KEYS = (NEW,)
    before = dict(Setting.objects.extra(select={"raw": "value"}).values_list("name", "raw"))

    with pytest.raises(CommandError, match="run this again"):
        rotate()

    assert dict(Setting.objects.extra(select={"raw": "value"}).values_list("name", "raw")) == before
