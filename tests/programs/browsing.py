"""What tests of programs' pages share: somebody's browser, and forms as a browser would send them."""

from __future__ import annotations

from typing import Any

from django.test import Client

from eduraise.accounts.models import User


def as_(person: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def filled(client: Client, address: str, **changes: Any) -> dict[str, Any]:
    """What the form at an address would send if somebody changed these fields and pressed its button."""
    form = client.get(address).context["form"]
    sent = {bound.html_name: bound.value() for bound in form}
    return sendable(sent | changes)


def sendable(values: dict[str, Any]) -> dict[str, Any]:
    """Without what a browser leaves out: empty choices and boxes that aren't ticked."""
    return {name: value for name, value in values.items() if value is not None and value is not False}
