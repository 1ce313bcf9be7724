"""A browser's way to Zoom's consent page and back, for tests of connecting."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from django.test import Client

from eduraise.accounts.models import User
from tests.linked import LinkedZoom


def browser(person: User) -> Client:
    """A browser in which this person has signed in."""
    client = Client()
    client.force_login(person)
    return client


def asked(client: Client) -> dict[str, str]:
    """What the browser takes along to Zoom's consent page."""
    answer = client.post("/zoom/connect/start/")
    assert answer.status_code == 303
    return {name: one[0] for name, one in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def decide(site: LinkedZoom, query: dict[str, str], email: str, decision: str = "allow") -> str:
    """What Zoom sends the browser back to, as an address of ours."""
    user = site.sim.user(email, licence="licensed")
    with site.sim.client() as zoom:
        back = zoom.post("/oauth/authorize", data=query | {"user": user["id"], "decision": decision})
    where = urlsplit(back.headers["location"])
    return f"{where.path}?{where.query}"


def connect(site: LinkedZoom, person: User, email: str) -> Client:
    """Agree at Zoom and come back; what was agreed to waits for a yes."""
    client = browser(person)
    assert client.get(decide(site, asked(client), email)).status_code == 302
    return client


def say(client: Client, answer: str) -> Any:
    """Press a button beneath the account that the page shows."""
    page = client.get("/zoom/connect/").content.decode()
    found = re.search(r'name="pending" value="([^"]+)"', page)
    return client.post(
        "/zoom/connect/confirmation/", {"answer": answer, "pending": found[1] if found else ""}
    )
