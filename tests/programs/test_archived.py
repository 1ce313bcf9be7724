"""An archived program takes nothing new in; restored, it does again."""

from __future__ import annotations

import pytest

from eduraise.core.errors import Changed, DomainError
from eduraise.notifications.models import Message
from eduraise.programs.actions import archive_program, change_rules, open_program, restore_program
from eduraise.programs.assigning import assign_teacher, end_assignment
from eduraise.programs.enrolling import enrol, enrol_by_address
from eduraise.programs.locking import ProgramArchived
from eduraise.programs.materials import add_material
from eduraise.programs.models import Assignment, Enrolment, Material, Program
from tests.programs.browsing import as_, filled
from tests.school import School


def deeds(school: School) -> dict[str, object]:
    """Each thing that adds to a program, or changes what only its coming classes follow."""
    program, by, now = school.program, school.ada, school.now
    kim = school.person("kim")
    rules = program.class_settings
    return {
        "assign": lambda: assign_teacher(
            program=program, person=school.olu, preset="teacher", by=by, now=now
        ),
        "enrol": lambda: enrol(program=program, people=[kim], by=by, now=now),
        "invite": lambda: enrol_by_address(program=program, people=[("Nora", "n@x.example")], by=by, now=now),
        "material": lambda: add_material(
            program=program, title="Sets", kind="text", text="Read.", by=by, now=now
        ),
        "rules": lambda: change_rules(
            program=program, seen_version=rules.version, by=by, now=now, join_opens_minutes=15
        ),
    }


def rows(school: School) -> tuple[int, int, int, int]:
    here = {"program": school.program}
    return (
        Assignment.objects.filter(**here).count(),
        Enrolment.objects.filter(**here).count(),
        Material.objects.filter(**here).count(),
        Message.objects.filter(program_uid=school.program.uid).count(),
    )


@pytest.mark.parametrize("deed", ["assign", "enrol", "invite", "material", "rules"])
def test_an_archived_program_refuses_what_is_new_and_a_restored_one_takes_it(
    school: School, deed: str
) -> None:
    act = deeds(school)[deed]
    archive_program(program=school.program, by=school.ada, now=school.now)
    before = rows(school)

    with pytest.raises(ProgramArchived, match=r"^This program is archived"):
        act()  # type: ignore[operator]
    assert rows(school) == before

    restore_program(program=school.program, by=school.ada, now=school.now)
    act()  # type: ignore[operator]


def test_what_is_there_can_still_be_ended(school: School) -> None:
    row = school.tariq.assignments.get()
    archive_program(program=school.program, by=school.ada, now=school.now)

    end_assignment(assignment=row, by=school.ada, now=school.now)

    row.refresh_from_db()
    assert row.closed_at == school.now


@pytest.mark.parametrize(
    ("address", "sent"),
    [
        ("teachers/new/", {"preset": "teacher"}),
        ("students/new/", {"people": "Nora, nora@example.org"}),
        ("materials/new/", {"title": "Sets", "kind": "text", "text": "Read.", "visible_to": "students"}),
    ],
)
def test_the_page_says_why_and_keeps_what_was_typed(
    school: School, address: str, sent: dict[str, str]
) -> None:
    admin = as_(school.ada)
    if address == "teachers/new/":
        sent = sent | {"person": str(school.olu.uid)}
    admin.post(f"/programs/{school.program.code}/archive/")

    refused = admin.post(f"/programs/ALG-2/{address}", sent)

    assert refused.status_code == 422
    assert "This program is archived. Restore it first." in refused.content.decode()
    assert [refused.context["form"][name].value() for name in sent] == list(sent.values())


def test_its_page_offers_nothing_new(school: School) -> None:
    admin = as_(school.ada)
    admin.post(f"/programs/{school.program.code}/archive/")

    for tab, button in (
        ("teachers", "Assign a teacher"),
        ("students", "Enrol students"),
        ("materials", "Add a material"),
        ("rules", "Change the rules"),
    ):
        page = admin.get(f"/programs/ALG-2/?tab={tab}").content.decode()
        assert button not in page
        assert "This program is archived." in page


def test_rules_of_an_archived_program_are_refused_on_the_page(school: School) -> None:
    admin = as_(school.ada)
    address = f"/programs/{school.program.code}/rules/"
    sent = filled(admin, address, join_opens_minutes=15)
    admin.post("/programs/ALG-2/archive/")

    assert admin.post(address, sent).status_code == 422
    school.program.class_settings.refresh_from_db()
    assert school.program.class_settings.join_opens_minutes == 10


def test_each_move_of_a_program_happens_once(school: School) -> None:
    act = {"program": school.program, "by": school.ada, "now": school.now}
    archive_program(**act)
    for again in (archive_program, open_program):
        with pytest.raises(Changed):
            again(**act)
    restore_program(**act)
    with pytest.raises(Changed):
        restore_program(**act)

    assert Program.objects.get(pk=school.program.pk).state == Program.State.RUNNING


def test_a_closed_account_is_neither_assigned_nor_enrolled(school: School) -> None:
    gone = school.teacher("gone", is_active=False)
    for act in (
        lambda: assign_teacher(
            program=school.program, person=gone, preset="teacher", by=school.ada, now=school.now
        ),
        lambda: enrol(program=school.program, people=[gone], by=school.ada, now=school.now),
    ):
        with pytest.raises(DomainError):
            act()
    assert not gone.assignments.exists()
    assert not gone.enrolments.exists()
