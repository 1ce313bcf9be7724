"""A teacher's part in a program: changed, told, ended; and it holds from the next click on."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from eduraise.core.models import AuditEntry
from eduraise.notifications.models import Message
from eduraise.notifications.sending import send_due
from eduraise.programs.enums import Preset
from eduraise.programs.models import Assignment, AssignmentPermission, Program
from eduraise.programs.queries import teaching_of
from tests.classes.rows import make_class
from tests.programs.browsing import as_, filled, sendable
from tests.school import School


def address_of(school: School) -> str:
    return f"/programs/{school.program.code}/teachers/{school.tariq.assignments.get().uid}/"


def change(school: School, **fields: Any) -> Any:
    admin, address = as_(school.ada), address_of(school)
    return admin.post(address, filled(admin, address, **fields))


def last_entry() -> AuditEntry:
    return AuditEntry.objects.filter(verb="assignment.changed").latest("pk")


def test_a_change_is_kept_with_what_was_before(school: School) -> None:
    answer = change(
        school, preset="assistant", own="on", permissions=["class.create"], expectations="Bring chalk."
    )

    assert answer.status_code == 302
    entry = last_entry()
    assert entry.before["preset"] == "lead"
    assert entry.after == {
        "preset": "assistant",
        "permissions": ["class.create"],
        "expectations": "Bring chalk.",
    }
    assert "class.cancel" in entry.before["permissions"]
    assert entry.actor_uid == school.ada.uid


def test_only_what_differs_is_in_the_log(school: School) -> None:
    change(school, expectations="Bring chalk.")

    assert (last_entry().before, last_entry().after) == (
        {"expectations": ""},
        {"expectations": "Bring chalk."},
    )


def test_the_teacher_is_told_how_it_stands_now(school: School) -> None:
    change(school, preset="assistant", expectations="Bring chalk.")
    change(school, preset="observer")

    bell = as_(school.tariq).get("/notifications/").content.decode()
    assert "Your part in Algebra II is changed" in bell
    assert "as observer now" in bell
    kinds = Message.objects.filter(person=school.tariq, dropped_at__isnull=True).values_list(
        "kind", flat=True
    )
    assert list(kinds) == ["program.assignment_changed"]  # the first had not gone out


def test_saving_without_a_change_is_no_change(school: School) -> None:
    assert change(school).status_code == 302

    assert not AuditEntry.objects.filter(verb="assignment.changed").exists()
    assert not Message.objects.filter(person=school.tariq).exists()
    assert school.tariq.assignments.get().version == 1


def test_what_was_taken_is_gone_with_the_next_click(school: School) -> None:
    session = make_class(school.program, school.tariq, school.now + timedelta(days=1), now=school.now)
    page = as_(school.tariq)
    assert page.get(f"/classes/{session.code}/change/").status_code == 200

    change(school, preset="observer")

    assert page.get(f"/classes/{session.code}/change/").status_code == 404
    assert page.get("/programs/ALG-2/").status_code == 200


def test_an_ended_assignment_reaches_nothing_in_the_same_session(school: School) -> None:
    session = make_class(school.program, school.tariq, school.now + timedelta(days=1), now=school.now)
    page = as_(school.tariq)
    mine = (f"/classes/{session.code}/", f"/classes/{session.code}/change/", "/programs/ALG-2/")
    assert [page.get(one).status_code for one in mine] == [200, 200, 200]

    as_(school.ada).post(address_of(school) + "end/")

    assert [page.get(one).status_code for one in mine] == [404, 404, 404]
    assert session.code not in page.get("/zoom/meetings/").content.decode()
    attention = as_(school.ada).get("/zoom/meetings/?state=attention").content.decode()
    assert session.topic in attention


def test_whose_part_an_admin_ended_is_told(school: School) -> None:
    as_(school.ada).post(address_of(school) + "end/")

    bell = as_(school.tariq).get("/notifications/").content.decode()
    assert "Your part in Algebra II has ended" in bell
    kinds = Message.objects.filter(person=school.tariq).values_list("kind", flat=True)
    assert "program.assignment_ended" in kinds


def test_ending_says_how_many_classes_are_left_without_a_teacher(school: School) -> None:
    make_class(school.program, school.tariq, school.now + timedelta(days=1), now=school.now)

    page = as_(school.ada).get(address_of(school) + "end/").content.decode()

    assert "1 coming class is left without a teacher." in page


def test_a_student_whose_spell_ended_gets_no_mail_that_waited(school: School, mailoutbox: list[Any]) -> None:
    admin = as_(school.ada)
    admin.post(f"/programs/{school.program.code}/students/new/", {"people": "Nora, nora@example.org"})
    nora = school.program.enrolments.get(person__email="nora@example.org")
    admin.post(f"/programs/ALG-2/students/{nora.uid}/end/")

    school.clock.advance(minutes=1)
    send_due(now=school.now)

    assert [mail.subject for mail in mailoutbox if "enrolled" in mail.subject] == []


def test_a_student_whose_spell_ended_reaches_nothing_in_the_same_session(school: School) -> None:
    session = make_class(school.program, school.tariq, school.now + timedelta(minutes=5), now=school.now)
    spell, page = school.sana.enrolments.get(), as_(school.sana)
    mine = (f"/j/{session.code}", "/programs/ALG-2/")
    assert [page.get(one).status_code for one in mine] == [200, 200]

    as_(school.ada).post(f"/programs/ALG-2/students/{spell.uid}/end/")

    assert [page.get(one).status_code for one in mine] == [404, 404]
    assert session.topic not in page.get("/zoom/upcoming-meetings/").content.decode()


def other_admin(school: School) -> Client:
    return as_(school.person("eve", is_admin=True))


@pytest.mark.parametrize(
    ("tail", "field", "mine", "theirs", "label"),
    [
        ("edit/", "title", "Mine", "Theirs", "Title"),
        ("rules/", "join_opens_minutes", 15, 20, "Join opens, in minutes before the start"),
        ("teacher", "expectations", "Mine", "Theirs", "What you expect"),
    ],
)
def test_whoever_saves_second_is_asked_to_look_and_loses_nothing(
    school: School, tail: str, field: str, mine: object, theirs: object, label: str
) -> None:
    admin, eve = as_(school.ada), other_admin(school)
    address = address_of(school) if tail == "teacher" else f"/programs/{school.program.code}/{tail}"
    my_form = filled(admin, address, **{field: mine})
    eve.post(address, filled(eve, address, **{field: theirs}))

    refused = admin.post(address, my_form)

    assert refused.status_code == 422
    page = refused.content.decode()
    assert "Somebody else saved this meanwhile." in page
    assert f"It differs from yours in: {label}." in page
    assert str(refused.context["form"][field].value()) == str(mine)
    assert str(stored(school, tail, field)) == str(theirs)

    again = {bound.html_name: bound.value() for bound in refused.context["form"]}
    sent = sendable(again)
    assert admin.post(address, sent).status_code == 302
    assert str(stored(school, tail, field)) == str(mine)


def stored(school: School, tail: str, field: str) -> object:
    program = Program.objects.get(pk=school.program.pk)
    things: dict[str, Any] = {"edit/": program, "rules/": program.class_settings}
    return getattr(things.get(tail) or Assignment.objects.get(person=school.tariq), field)


def test_a_form_without_the_version_that_was_seen_is_refused(school: School) -> None:
    admin, address = as_(school.ada), f"/programs/{school.program.code}/edit/"
    sent = filled(admin, address, title="New")
    del sent["version"]

    assert admin.post(address, sent).status_code == 422
    assert Program.objects.get(pk=school.program.pk).title == "Algebra II"


def test_what_differs_from_a_preset_is_known_of_all_ones_programs_in_one_query(
    school: School, django_assert_num_queries: Any
) -> None:
    own = school.tove.assignments.get()
    for permission, is_granted in (("class.host", True), ("class.create", True), ("students.message", False)):
        AssignmentPermission.objects.create(assignment=own, permission=permission, is_granted=is_granted)
    school.assign(school.tove, school.other_program, Preset.OBSERVER)

    with django_assert_num_queries(1):
        found = {one.assignment.program.code: one.held for one in teaching_of(school.tove, school.now)}

    assert found == {
        "ALG-2": {"attendance.see", "attendance.correct", "class.host", "class.create"},
        "PHY-B": {"statistics.see"},
    }
