"""Find leads to what one may see, and tells nothing of anything else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.programs.enums import Preset
from eduraise.today.finding import Found, find
from tests.classes.rows import make_class
from tests.school import School


def names(found: Found) -> tuple[list[str], list[str], list[str]]:
    """What was found: codes of programs, titles of classes, names of people."""
    return (
        [program.code for program in found.programs],
        [session.topic for session in found.classes],
        [person.name for person in found.people],
    )


def furnish(school: School) -> None:
    """Everywhere something with "al" in it, in a program of sana's and in another."""
    _ = school.tariq, school.sana, school.finn, school.tove
    school.program.title = "Algebra"
    school.program.save()
    for program, teacher, topic in (
        (school.program, school.tariq, "Also sets"),
        (school.other_program, school.olu, "Also waves"),
    ):
        make_class(program, teacher, school.now + timedelta(hours=5), topic=topic, now=school.now)
    school.other_program.title = "Also physics"
    school.other_program.save()
    school.enrol(school.person("alice"), school.program)
    school.enrol(school.person("alfred"), school.other_program)
    school.assign(school.teacher("alva"), school.other_program)
    school.assign(school.teacher("alma"), school.program)


def test_each_finds_what_she_may_see(school: School) -> None:
    furnish(school)

    def found(person: User) -> tuple[list[str], list[str], list[str]]:
        return names(find(person, "al", school.now))

    everybody = ["Alfred", "Alice", "Alma", "Alva"]
    assert found(school.ada) == (["ALG-2", "PHY-B"], ["Also sets", "Also waves"], everybody)
    assert found(school.tariq) == (["ALG-2"], ["Also sets"], ["Alma", "Alice"])
    assert found(school.sana) == (["ALG-2"], ["Also sets"], ["Alma"])
    assert found(school.finn) == ([], [], [])
    assert found(school.olu) == (["PHY-B"], ["Also waves"], ["Alva", "Alfred"])


def test_addresses_are_found_by_admins_alone(school: School) -> None:
    _ = school.sana

    assert names(find(school.ada, "sana@school", school.now))[2] == ["Sana"]
    assert names(find(school.tariq, "sana@school", school.now))[2] == []
    assert names(find(school.tariq, "school.example", school.now))[2] == []


def test_students_find_no_draft_and_nothing_of_an_ended_program(school: School) -> None:
    draft = school.make_program("DRAFT-1", "Algebra to come", opened_at=None)
    ended = school.make_program("ENDED-1", "Algebra of old", archived_at=school.now)
    for program in (draft, ended):
        school.enrol(school.sana, program)
        school.assign(school.tariq, program, Preset.LEAD)

    assert names(find(school.sana, "algebra", school.now))[0] == ["ALG-2"]
    assert names(find(school.tariq, "algebra", school.now))[0] == ["ALG-2", "DRAFT-1", "ENDED-1"]


def test_a_class_is_found_by_its_code_as_people_type_it(school: School) -> None:
    session = make_class(school.program, school.tariq, school.now + timedelta(hours=5), now=school.now)
    typed = session.code.replace("-", " ").lower()

    assert names(find(school.sana, typed, school.now))[1] == ["Sets"]
    assert names(find(school.finn, typed, school.now))[1] == []


def test_somebody_in_several_programs_is_found_once(school: School) -> None:
    for code in ("GEO-1", "BIO-1"):
        program = school.make_program(code, "Program")
        school.assign(school.tariq, program)
        school.enrol(school.sana, program)

    found = find(school.tariq, "sana", school.now).people
    assert [(person.name, person.programs) for person in found] == [("Sana", ("ALG-2", "BIO-1", "GEO-1"))]


def test_letters_are_found_whatever_their_case_and_accents(school: School) -> None:
    school.enrol(school.person("Ángel"), school.program)

    assert names(find(school.tariq, "ANGEL", school.now))[2] == ["Ángel"]


@pytest.mark.parametrize("typed", ["", "   ", "\0", "%", "_", "'; drop table", "x" * 5000])
def test_what_matches_nothing_finds_nothing(school: School, typed: str) -> None:
    _ = school.tariq, school.sana

    assert find(school.ada, typed, school.now).number == 0


def test_the_page_says_so_and_answers_htmx_with_the_part(school: School) -> None:
    client = Client()
    client.force_login(school.sana)
    page = client.get("/find/", {"q": "<b>zebra</b>"}).content.decode()
    assert "Nothing that you may see matches “&lt;b&gt;zebra&lt;/b&gt;”." in page

    part = client.get("/find/", {"q": "alg"}, headers={"HX-Request": "true", "HX-Request-Type": "partial"})
    assert "Algebra II" in part.content.decode()
    assert "<html" not in part.content.decode()


@pytest.mark.parametrize("role", ["ada", "tariq", "sana"])
def test_finding_one_costs_as_much_as_finding_many(school: School, role: str) -> None:
    person = getattr(school, role)
    _ = school.tariq
    costs = []
    for number in (1, 12):
        for index in range(number):
            program = school.make_program(f"AL-{number}-{index}", "Algebra again")
            school.assign(school.tariq, program)
            school.enrol(school.sana, program)
            make_class(
                program, school.tariq, school.now + timedelta(hours=5), topic="Algebra", now=school.now
            )
        client = Client()
        client.force_login(person)
        with CaptureQueriesContext(connection) as queries:
            client.get("/find/", {"q": "al"})
        costs.append(len(queries))

    assert costs[0] == costs[1] <= 12
