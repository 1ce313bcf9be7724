"""Two admins who do the same at once: one row, one message, and a clear answer to each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError

from eduraise.accounts.models import Invitation, User
from eduraise.notifications.models import Message
from eduraise.programs.actions import archive_program, change_rules
from eduraise.programs.assigning import assign_teacher, change_assignment, end_assignment
from eduraise.programs.enrolling import enrol, enrol_by_address
from eduraise.programs.importing import begin_import, check_import, confirm_import, import_due
from eduraise.programs.models import (
    Assignment,
    ClassSettings,
    Enrolment,
    ImportLine,
    ImportRun,
    Program,
    TeacherProfile,
)
from eduraise.programs.tables import read_table
from tests.accounts.test_at_once import admin
from tests.at_once import at_once, by_code

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime(2026, 3, 2, 8, tzinfo=UTC)


@pytest.fixture
def program() -> Program:
    made = Program.objects.create(code="ALG-2", title="Algebra II", zone="UTC", created_at=NOW, opened_at=NOW)
    ClassSettings.objects.create(program=made)
    return made


def person(name: str) -> User:
    return User.objects.create_user(f"{name}@school.example", name=name, joined_at=NOW)


def teacher(name: str) -> User:
    made = person(name)
    TeacherProfile.objects.create(person=made)
    return made


def told(someone: User) -> list[str]:
    return list(Message.objects.filter(person=someone).values_list("kind", flat=True))


def test_one_teacher_assigned_by_two_is_assigned_once(program: Program) -> None:
    admins, olu = [admin("ada"), admin("eve")], teacher("olu")

    def by(someone: User) -> Any:
        act = {"program": program, "person": olu, "preset": "teacher", "now": NOW}
        return lambda: assign_teacher(by=someone, **act).preset  # type: ignore[arg-type]

    assert sorted(by_code(at_once(*map(by, admins)))) == ["already_assigned", "teacher"]
    assert Assignment.objects.filter(person=olu).count() == 1
    assert told(olu) == ["program.assigned"]


def test_one_student_enrolled_by_two_is_enrolled_once(program: Program) -> None:
    admins, sana = [admin("ada"), admin("eve")], person("sana")

    def by(someone: User) -> Any:
        return lambda: len(enrol(program=program, people=[sana], by=someone, now=NOW))

    assert sorted(by_code(at_once(*map(by, admins)))) == [0, 1]
    assert Enrolment.objects.filter(person=sana).count() == 1
    assert told(sana) == ["program.enrolled"]


def test_the_same_new_people_brought_by_two_in_another_order_come_once(program: Program) -> None:
    other = Program.objects.create(code="PHY-B", title="Physics", zone="UTC", created_at=NOW, opened_at=NOW)
    people = [(f"P{number}", f"p{number}@home.example") for number in range(4)]

    def bring(where: Program, whom: list[tuple[str, str]], by: User) -> Any:
        return lambda: enrol_by_address(program=where, people=whom, by=by, now=NOW)

    came_of = by_code(at_once(bring(program, people, admin("ada")), bring(other, people[::-1], admin("eve"))))

    assert came_of == [(4, 0), (4, 0)]
    assert User.objects.filter(email__endswith="@home.example").count() == 4
    assert Enrolment.objects.count() == 8


def test_whoever_is_enrolled_while_the_program_is_archived_is_either_in_or_refused(program: Program) -> None:
    ada, eve, sana = admin("ada"), admin("eve"), person("sana")

    came_of = by_code(
        at_once(
            lambda: archive_program(program=program, by=ada, now=NOW),
            lambda: len(enrol(program=program, people=[sana], by=eve, now=NOW)),
        )
    )

    assert came_of in ([None, 1], [None, "program_archived"])
    assert Enrolment.objects.count() == (1 if came_of[1] == 1 else 0)


def test_of_two_who_change_the_rules_one_is_asked_to_look_again(program: Program) -> None:
    def change(by: User, minutes: int) -> Any:
        return lambda: change_rules(
            program=program, seen_version=1, by=by, now=NOW, join_opens_minutes=minutes
        )

    came_of = by_code(at_once(change(admin("ada"), 5), change(admin("eve"), 20)))

    assert sorted(came_of, key=str) == [None, "changed"]
    rules = ClassSettings.objects.get(program=program)
    assert rules.join_opens_minutes == (5 if came_of[0] is None else 20)
    assert rules.version == 2


def test_an_assignment_changed_while_it_ends_is_told_of_one_of_both(program: Program) -> None:
    ada, eve, olu = admin("ada"), admin("eve"), teacher("olu")
    row = assign_teacher(program=program, person=olu, preset="teacher", by=ada, now=NOW)

    came_of = by_code(
        at_once(
            lambda: end_assignment(assignment=row, by=ada, now=NOW),
            lambda: change_assignment(
                assignment=row,
                seen_version=1,
                preset="lead",
                permissions=None,
                expectations="",
                by=eve,
                now=NOW,
            ),
        )
    )

    assert came_of in ([None, None], [None, "changed"])
    row = Assignment.objects.get(pk=row.pk)
    assert row.closed_at == NOW
    assert row.preset == ("lead" if came_of[1] is None else "teacher")


def test_only_the_clash_that_is_meant_is_told_as_one(program: Program) -> None:
    ada, olu = admin("ada"), teacher("olu")
    act: dict[str, Any] = {"program": program, "by": ada, "now": NOW}

    with pytest.raises(IntegrityError):
        enrol(people=[olu], source=None, **act)
    with pytest.raises(IntegrityError):
        assign_teacher(person=olu, preset="teacher", expectations=None, **act)


def test_one_table_brought_by_two_invites_and_enrols_each_person_once(program: Program) -> None:
    text = "".join(f"Person {n},p{n}@school.example,student,ALG-2\n" for n in range(12))

    def bring(someone: User) -> ImportRun:
        run = check_import(table=read_table(text), program=None, by=someone, now=NOW)
        confirm_import(run=run, by=someone, now=NOW)
        return run

    runs = [bring(admin("ada")), bring(admin("eve"))]
    # each by the request that confirmed it and by the worker at the same time
    came_of = by_code(
        at_once(
            *(lambda run=run: begin_import(run=run, now=NOW) for run in runs),  # type: ignore[misc]
            *(lambda: import_due(NOW) for _worker in range(2)),
        )
    )

    assert [one for one in came_of if isinstance(one, Exception)] == []
    while import_due(NOW + timedelta(hours=1)):
        pass
    assert Enrolment.objects.filter(program=program).count() == 12
    assert Invitation.objects.count() == 12
    assert Message.objects.filter(kind="program.enrolled").count() == 12
    done = ImportLine.objects.filter(verdict="good", done_at__isnull=False)
    assert done.count() == 12
    assert ImportLine.objects.filter(verdict="known", reason="enrolled").count() == 12
