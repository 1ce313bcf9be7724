"""Opening pages as somebody, and reading them as text."""

from __future__ import annotations

import re
from datetime import datetime
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client

from eduraise.accounts.models import User
from eduraise.classes.histories import history_of
from eduraise.classes.joining import standing_of
from eduraise.classes.models import ClassSession


def signed_in(person: User) -> Client:
    """A browser in which this person is signed in."""
    client = Client()
    client.force_login(person)
    return client


def text_of(response: Any) -> str:
    """What a page says, without its markup, blanks folded."""
    assert isinstance(response, HttpResponse)
    html = response.content.decode()
    main = re.search(r"<main.*</main>", html, re.DOTALL)
    bare = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", main[0] if main else html, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", bare)).split())


def fields_of(response: Any, form_id: str = "") -> dict[str, str]:
    """What a page's form would send as it stands: by name, the first form's or that with the id."""
    html = response.content.decode()
    form = re.search(
        rf'<form [^>]*id="{form_id}".*?</form>' if form_id else "<form.*?</form>", html, re.DOTALL
    )
    assert form
    body = form[0]
    found: dict[str, str] = {}
    for tag in re.findall(r"<input\b[^>]*>", body):
        attributes = dict(re.findall(r'([\w-]+)(?:="([^"]*)")?', tag[6:-1]))
        name, kind = attributes.get("name"), attributes.get("type", "text")
        if (
            name
            and name != "csrfmiddlewaretoken"
            and (kind not in ("checkbox", "radio") or "checked" in attributes)
        ):
            found[name] = unescape(attributes.get("value") or ("on" if kind in ("checkbox", "radio") else ""))
    for name, options in re.findall(r'<select\b[^>]*name="(\w+)"[^>]*>(.*?)</select>', body, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        found[name] = unescape(chosen[1]) if chosen else ""
    for name, value in re.findall(r'<textarea\b[^>]*name="(\w+)"[^>]*>(.*?)</textarea>', body, re.DOTALL):
        found[name] = unescape(value).strip("\r\n")
    return found


def titles_of(session: ClassSession, reader: User, now: datetime) -> list[str]:
    """What a class's history tells this reader, newest first."""
    return [moment.title for moment in history_of(session, standing_of(reader, session, now), now)]
