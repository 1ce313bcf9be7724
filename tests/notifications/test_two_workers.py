"""Several workers on the same rows, and workers that die: nobody gets a mail twice."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Lock
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection

from eduraise.core import clock
from eduraise.notifications.models import QueuedMail
from eduraise.notifications.sending import give_up_lapsed, send_due
from tests.at_once import at_once

pytestmark = pytest.mark.django_db(transaction=True)
POINTS = ("notifications.send.claimed", "notifications.send.sent", "notifications.send.stored")


class Counting(BaseEmailBackend):
    """Notes to whom mail went, from any thread."""

    lock = Lock()
    sent: list[str] = []

    def send_messages(self, email_messages: Any) -> int:
        with self.lock:
            self.sent += [address for message in email_messages for address in message.to]
        return len(email_messages)


@pytest.fixture
def counted(settings: Any) -> list[str]:
    """To whom mail went."""
    settings.MAILERS = settings.MAILERS | {"outgoing": {"BACKEND": f"{__name__}.Counting"}}
    Counting.sent = []
    return Counting.sent


def test_four_workers_send_each_mail_once(counted: list[str]) -> None:
    for number in range(40):
        EmailMessage(f"Mail {number}", "…", to=[f"m{number}@x.example"]).send()

    def work() -> None:
        while send_due(datetime.now(UTC), 5):
            pass

    at_once(*[work] * 4)

    assert sorted(counted) == sorted(f"m{number}@x.example" for number in range(40))
    assert set(QueuedMail.objects.values_list("state", "sealed")) == {("sent", None)}


@pytest.mark.sweep
@pytest.mark.parametrize("point", POINTS)
def test_a_worker_that_dies_leaves_at_most_one_copy(point: str, tmp_path: Path) -> None:
    EmailMessage("A mail", "…", to=["m@x.example"]).send()

    for crash_at in (point, ""):
        died = subprocess.run(
            [sys.executable, "-c", WORKER],
            env=os.environ | {"EDURAISE_CRASH_AT": crash_at} | environment(tmp_path),
            capture_output=True,
            text=True,
            check=False,
        )
        assert died.returncode == (-9 if crash_at else 0), died.stderr
        QueuedMail.objects.filter(state="sending").update(
            lease_until=clock.lease_now() - timedelta(seconds=1)
        )
    give_up_lapsed()

    row = QueuedMail.objects.get()
    copies = len(list(tmp_path.glob("*.eml")))
    assert (copies, row.state, row.last_error_code) == {
        "notifications.send.claimed": (0, "failed", "may_have_arrived"),
        "notifications.send.sent": (1, "failed", "may_have_arrived"),
        "notifications.send.stored": (1, "sent", ""),
    }[point]


WORKER = """
import django
django.setup()
from datetime import UTC, datetime
from eduraise.notifications.sending import send_due
send_due(datetime.now(UTC), 5)
"""


def environment(folder: Path) -> dict[str, str]:
    """The suite's own database, in another process, whose mails are files."""
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        address = f"sqlite:///{database['NAME']}"
    else:
        address = (
            f"postgresql://{database['USER']}:{database['PASSWORD']}@/{database['NAME']}"
            f"?host={database['HOST'] or 'localhost'}"
        )
    return {"DATABASE_URL": address, "EMAIL_URL": f"file://{folder}"}
