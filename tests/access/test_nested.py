"""Things of one program under another's address, things that ended, and fields that no form has."""

from __future__ import annotations

from typing import Any

import pytest

from eduraise.programs.materials import add_material
from eduraise.programs.models import Assignment, ClassSettings, Enrolment, Material, Program
from tests.programs.browsing import as_, filled
from tests.school import School


def things(school: School) -> tuple[Assignment, Enrolment, Material]:
    """What belongs to the other program."""
    assert school.olu.name
    where = school.other_program
    return (
        Assignment.objects.get(program=where),
        school.enrol(school.person("lee"), where),
        add_material(program=where, title="Theirs", kind="text", text="x", by=school.ada, now=school.now),
    )


def test_nothing_of_another_program_is_reached_under_this_ones_address(school: School) -> None:
    assignment, enrolment, material = things(school)
    here, page = f"/programs/{school.program.code}", as_(school.ada)
    before = [list(model.objects.values()) for model in (Assignment, Enrolment, Material)]

    for address in (
        f"{here}/teachers/{assignment.uid}/",
        f"{here}/teachers/{assignment.uid}/end/",
        f"{here}/teachers/{assignment.uid}/materials/new/",
        f"{here}/students/{enrolment.uid}/end/",
        f"{here}/materials/{material.uid}/file/",
        f"{here}/materials/{material.uid}/removal/",
        f"{here}/materials/{material.uid}/return/",
        f"{here}/materials/{material.uid}/place/",
    ):
        assert page.post(address, {"to": "up"}).status_code in (404, 405), address
        assert page.get(address).status_code in (404, 405), address

    assert [list(model.objects.values()) for model in (Assignment, Enrolment, Material)] == before


def test_what_has_ended_is_neither_changed_nor_ended_again(school: School) -> None:
    row, page = school.tariq.assignments.get(), as_(school.ada)
    address = f"/programs/{school.program.code}/teachers/{row.uid}/"
    page.post(address + "end/")

    for tail in ("", "end/", "materials/new/"):
        assert page.get(address + tail).status_code == 404
        assert page.post(address + tail, {"preset": "lead"}).status_code == 404


@pytest.mark.parametrize("who", ["tariq", "tove", "olu", "sana", "finn"])
def test_an_archived_program_gives_nobody_what_a_running_one_withheld(school: School, who: str) -> None:
    person = getattr(school, who)
    tabs = ("overview", "teachers", "students", "materials", "rules")
    addresses = [f"/programs/{school.program.code}/?tab={tab}" for tab in tabs]
    page = as_(person)
    before = [page.get(address).status_code for address in addresses]
    as_(school.ada).post("/programs/ALG-2/archive/")

    after = [page.get(address).status_code for address in addresses]

    assert all(now == then or now == 404 for then, now in zip(before, after, strict=True))
    if who in ("olu", "sana", "finn"):
        assert set(after) == {404}


@pytest.mark.parametrize(
    ("tail", "more"),
    [
        ("edit/", {"archived_at": "2026-01-01 10:00", "opened_at": "", "external_id": "x", "uid": "y"}),
        ("rules/", {"program": "2", "program_id": "2", "id": "7"}),
        ("teacher", {"person": "other", "program": "2", "until_at": "2026-01-01", "only_for": "x"}),
    ],
)
def test_fields_that_no_form_has_change_nothing(school: School, tail: str, more: dict[str, str]) -> None:
    row = school.tariq.assignments.get()
    assert school.other_program.pk != school.program.pk
    address = f"/programs/ALG-2/{f'teachers/{row.uid}/' if tail == 'teacher' else tail}"
    page = as_(school.ada)

    def stored() -> list[list[Any]]:
        return [list(model.objects.values()) for model in (Program, ClassSettings, Assignment)]

    before = stored()
    assert page.post(address, filled(page, address) | more).status_code == 302
    assert stored() == before
