"""Markup that somebody typed is shown and never obeyed: on no page does it become an element."""

from __future__ import annotations

from datetime import timedelta
from html.parser import HTMLParser

import pytest
from django.test import Client
from django.utils.html import escape

from eduraise.classes.models import ClassSession
from eduraise.programs.models import Holiday, Material, SyllabusTopic
from tests.access.routes import ROUTES, WHO
from tests.access.walking import Things, routes
from tests.classes.rows import sit
from tests.school import School

PLANTED = [
    # out of an attribute in quotes of either kind, out of what holds text alone, and then an element
    "\"'></title></textarea></script><img data-planted src=x onerror=alert(1)>",
    "{{ 7|add:7 }}{% now 'Y' %} ${7*7}",
    "javascript:alert(1)//\u202edata-planted",
    "=cmd|'/c calc'!A1 👩‍👩‍👧 e\u0301\u200b",
]


class Reading(HTMLParser):
    """What a browser would make of a page: planted elements, handlers, addresses that run code."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            runs = name in ("href", "src", "action", "formaction") and (
                value or ""
            ).strip().lower().startswith(("javascript:", "data:text"))
            if name == "data-planted" or name.startswith("on") or runs:
                self.found.append(f"<{tag} {name}={value!r}>")


def plant(school: School, text: str) -> Things:
    """The text in every place where somebody can type one."""
    things = Things(school)
    for person in (school.tariq, school.sana, school.ada):
        person.name = text[:150]
        person.save()
    program = school.program
    program.title = program.subject = program.needs = text[:80]
    program.guidelines = program.software = program.support_contact = text
    program.save()
    Material.objects.create(
        program=program, title=text[:150], text=text, kind="text", position=1, created_at=school.now
    )
    Holiday.objects.update(name=text[:100])
    SyllabusTopic.objects.update(title=text[:150], notes=text)
    written = {"topic": text[:150], "description": text, "cancel_message": text, "short_notice_reason": text}
    ClassSession.objects.filter(pk=things.session.pk).update(**written)
    sit(things.session, school.now - timedelta(minutes=1))
    return things


@pytest.mark.parametrize("text", PLANTED)
def test_no_page_obeys_it(school: School, text: str) -> None:
    things = plant(school, text)
    shown = 0
    for who in ("ada", "tariq", "sana"):
        client = Client()
        client.force_login(getattr(school, who))
        for name, pattern in routes():
            if ROUTES[name][WHO.index(who)] != 200:
                continue
            answer = client.get(things.address(name, pattern))
            if not answer.headers["Content-Type"].startswith("text/html"):
                continue  # a file, of which no browser makes a page
            page = answer.getvalue().decode()
            reading = Reading()
            reading.feed(page)
            assert reading.found == [], (who, name)
            assert ">14<" not in page, (who, name)
            shown += escape(text[:20]) in page
    assert shown >= 12
