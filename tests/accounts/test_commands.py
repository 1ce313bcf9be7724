"""What whoever runs the installation does by commands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from base64 import urlsafe_b64decode
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from eduraise.accounts.models import User
from eduraise.accounts.queries import listed
from eduraise.notifications.models import QueuedMail
from tests.accounts.test_signing_in import signed_in
from tests.accounts.test_taking_up import GOOD
from tests.school import PASSWORD, School


def create_admin(*arguments: str) -> str:
    out = StringIO()
    call_command("create_admin", *arguments, stdout=out)
    return out.getvalue()


def test_the_first_admin_gets_a_link(client: Client, school: School) -> None:
    said = create_admin("ada@school.example", "--name", "Ada")

    path = re.search(r"http://localhost:8000(/invitation/\S+)", said)
    assert path is not None
    client.get(path[1])
    client.post("/invitation/", GOOD)
    assert signed_in(client)
    ada = User.objects.get()
    assert (ada.email, ada.is_admin, listed([ada], school.now)[0].roles) == (
        "ada@school.example",
        True,
        ("admin",),
    )
    assert QueuedMail.objects.count() == 0


def test_somebody_who_has_joined_is_made_an_admin_and_keeps_her_password(school: School) -> None:
    assert create_admin("TARIQ@school.example" if school.tariq else "", "--name", "X") == (
        "Tariq <tariq@school.example> is an admin.\n"
    )

    school.tariq.refresh_from_db()
    assert (school.tariq.name, school.tariq.is_admin) == ("Tariq", True)
    assert school.tariq.check_password(PASSWORD)


def test_run_twice_the_newest_link_counts(client: Client, school: School) -> None:
    links = [
        re.findall(r"(/invitation/\S+)", create_admin("ada@school.example", "--name", "Ada"))[0]
        for _twice in range(2)
    ]

    assert client.get(links[0], follow=True).status_code == 410
    assert client.get(links[1], follow=True).status_code == 200
    assert User.objects.count() == 1


def test_a_wrong_address_is_said(school: School) -> None:
    with pytest.raises(CommandError, match="That is no e-mail address"):
        create_admin("ada", "--name", "Ada")


def test_a_key_is_made_before_there_is_any_setting() -> None:
    made = [
        subprocess.run(
            [sys.executable, "-m", "eduraise", "generate_key"],
            capture_output=True,
            text=True,
            check=True,
            env={"PATH": os.environ["PATH"]},
        ).stdout.strip()
        for _twice in range(2)
    ]

    assert [len(urlsafe_b64decode(key)) for key in made] == [32, 32]
    assert made[0] != made[1]
