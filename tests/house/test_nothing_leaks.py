"""What a page says is the same whether or not there is anything that its reader may not see."""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import ndiff

import pytest
from django.test import Client

from eduraise.classes.models import TeacherClaim
from eduraise.programs.models import Material
from tests.access.routes import ROUTES, WHO
from tests.access.walking import Things, routes
from tests.classes.rows import make_class
from tests.school import School

# Differ with each answer
MASKED = re.compile(
    r'(csrfmiddlewaretoken" value="|X-CSRFToken"?: ?"|nonce="|name="(?:key|nonce)" value=")[^"]*'
)
LISTS = (
    "programs:list",
    "classes:list",
    "classes:upcoming",
    "classes:create",
    "notifications:list",
    "calendars:page",
)
# Says of all teachers when they are free, and nothing of why: tried by itself below
WHO_IS_FREE = "substitutes:find"
QUERIES = ("?q=hidden", "?page=2", "?state=live", "?when=past", "?program=PHY-B", "?view=month")


def pages(school: School, things: Things, who: str) -> dict[str, tuple[int, str]]:
    """Every answer to `who`, with each query string that lists know."""
    client = Client(raise_request_exception=False)
    client.force_login(getattr(school, who))
    found: dict[str, tuple[int, str]] = {}
    for name, pattern in routes():
        if ROUTES[name][WHO.index(who)] != 200 or name.startswith("ops:") or name == WHO_IS_FREE:
            continue
        for query in ("", *(QUERIES if name in LISTS else ())):
            address = things.address(name, pattern) + query
            answer = client.get(address)
            text = b"".join(answer).decode(errors="replace") if answer.streaming else answer.content.decode()
            found[address] = (answer.status_code, MASKED.sub(r"\1", text))
    return found


def fill_another_program(school: School) -> None:
    """Everything that there can be, in a program of which neither tariq, tove, sana nor finn may know."""
    other, now = school.other_program, school.now
    _ = school.olu
    school.make_program("ALG-9", "Algebra hidden", opened_at=None)
    for hours in (-30, -1, 2, 26, 200):
        make_class(other, school.olu, now + timedelta(hours=hours), topic="A hidden topic", now=now)
    for name in ("aaron", "tariqa", "sanae"):
        school.enrol(school.person(name), other)
    Material.objects.create(
        program=other, title="A hidden text", text="hidden", kind="text", position=1, created_at=now
    )
    school.assign(school.teacher("abel"), other)


@pytest.mark.parametrize("who", ["tariq", "tove", "sana", "finn"])
def test_pages_are_the_same_with_and_without_what_one_may_not_see(school: School, who: str) -> None:
    things = Things(school)
    _ = school.other_program, school.olu
    before = pages(school, things, who)
    fill_another_program(school)
    after = pages(school, things, who)

    assert sum(status == 200 for status, _text in before.values()) > 10
    assert {address: difference(before[address], after[address]) for address in before} == {
        address: [] for address in before
    }


def test_whoever_looks_for_a_substitute_learns_that_others_are_taken_and_nothing_of_what(
    school: School,
) -> None:
    things = Things(school)
    at = things.session.starts_at
    fill_another_program(school)
    other = make_class(school.other_program, school.olu, at, topic="A hidden hour", now=school.now)
    TeacherClaim.objects.create(
        teacher=school.olu, session=other, held_for=other.uid, starts_at=at, ends_at=other.ends_at
    )
    client = Client()
    client.force_login(school.tariq)

    said = client.get(f"/classes/{things.session.code}/substitute/").content.decode()

    assert "Teaches another class then" in said
    assert [
        word for word in ("A hidden", "Algebra hidden", "PHY-B", "Physics", "ALG-9", "sanae") if word in said
    ] == []


def test_whoever_may_see_it_does(school: School) -> None:
    things = Things(school)
    _ = school.other_program, school.olu
    before = pages(school, things, "ada")
    fill_another_program(school)
    after = pages(school, things, "ada")

    assert {"/", "/programs/", "/zoom/meetings/"} <= {one for one in before if before[one] != after[one]}


def difference(before: tuple[int, str], after: tuple[int, str]) -> list[str]:
    """The lines in which two answers differ."""
    lines = ndiff(before[1].splitlines(), after[1].splitlines()) if before != after else []
    return [line for line in lines if line[0] in "+-"]
