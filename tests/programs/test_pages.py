"""Programs through their pages: what admins do, and what others see of it."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from eduraise.accounts.models import User
from eduraise.core.codes import new_uid
from eduraise.core.models import AuditEntry
from eduraise.notifications.models import Message
from eduraise.programs.models import Assignment, Enrolment, Material, Program, TeacherProfile
from tests.classes.pages import text_of
from tests.classes.rows import make_class
from tests.programs.browsing import as_
from tests.school import School


def told(person: User) -> list[str]:
    return list(Message.objects.filter(person=person).values_list("kind", flat=True))


NEW = {"title": "Sets and graphs", "code": "MAT-7", "subject": "Maths", "zone": "Madrid"}


def test_an_admin_makes_a_program_and_it_is_a_draft(school: School) -> None:
    response = as_(school.ada).post("/programs/new/", NEW)

    program = Program.objects.get(code="MAT-7")
    assert response.headers["Location"] == "/programs/MAT-7/"
    assert (program.state, program.zone) == (Program.State.DRAFT, "Europe/Madrid")
    assert AuditEntry.objects.get(verb="program.created").actor_uid == school.ada.uid


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "", "This can’t be empty."),
        ("code", "a b", "Use letters, digits and dashes only, such as ALG-2."),
        ("code", "alg-2", "Another program has this code."),
        ("zone", "Atlantis", "There is no such zone. Write a city, such as Madrid."),
        ("ends_on", "2026-01-01", "The last day must not be before the first."),
    ],
)
def test_what_is_wrong_stands_beside_its_field(school: School, field: str, value: str, said: str) -> None:
    assert school.program.code == "ALG-2"
    sent = NEW | {"starts_on": "2026-02-01"} | {field: value}

    response = as_(school.ada).post("/programs/new/", sent)

    assert response.status_code == 422
    assert said in response.content.decode()
    assert "Sets and graphs" in response.content.decode() or field == "title"
    assert not Program.objects.filter(title="Sets and graphs").exists()


def test_hostile_words_are_words(school: School) -> None:
    as_(school.ada).post("/programs/new/", NEW | {"title": "<script>alert(1)</script>"})

    page = as_(school.ada).get("/programs/MAT-7/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_students_see_a_program_when_it_is_opened(school: School) -> None:
    draft = school.make_program("DRF-1", "Draft", opened_at=None)
    school.enrol(school.sana, draft)
    assert as_(school.sana).get("/programs/DRF-1/").status_code == 404

    as_(school.ada).post("/programs/DRF-1/opening/")

    assert as_(school.sana).get("/programs/DRF-1/").status_code == 200


def assign(school: School, person: User, **fields: Any) -> Any:
    sent = {"person": str(person.uid), "preset": "teacher", "expectations": "Bring chalk."} | fields
    return as_(school.ada).post(f"/programs/{school.program.code}/teachers/new/", sent)


def test_a_teacher_is_assigned_and_told_at_once(school: School) -> None:
    assert assign(school, school.olu).status_code == 302

    row = Assignment.objects.get(person=school.olu, program=school.program)
    assert (row.preset, row.expectations, row.granted_by) == ("teacher", "Bring chalk.", school.ada)
    assert "program.assigned" in told(school.olu)
    assert as_(school.olu).get("/programs/ALG-2/").status_code == 200
    bell = as_(school.olu).get("/notifications/").content.decode()
    assert "You teach Algebra II" in bell


def test_who_may_not_schedule_is_not_told_that_she_can(school: School) -> None:
    assign(school, school.olu)
    assign(school, tove := school.teacher("tove"), preset="assistant")

    assert "You can schedule classes at once." in as_(school.olu).get("/notifications/").content.decode()
    assistants = as_(tove).get("/notifications/").content.decode()
    assert "You are put on Algebra II" in assistants
    assert "schedule" not in assistants
    assert "Connect Zoom" not in as_(tove).get("/").content.decode()


def test_assigning_twice_is_said_and_done_once(school: School) -> None:
    assign(school, school.olu)
    again = assign(school, school.olu)

    assert again.status_code == 422
    assert "teaches in this program already" in again.content.decode()
    assert Assignment.objects.filter(person=school.olu, program=school.program).count() == 1


def test_single_permissions_are_kept_where_they_differ(school: School) -> None:
    assign(school, school.olu, own="on", permissions=["class.create", "timetable.manage"])

    row = Assignment.objects.get(person=school.olu, program=school.program)
    granted = {one.permission: one.is_granted for one in row.deviations.all()}
    assert granted["timetable.manage"] is True
    assert granted["class.cancel"] is False
    assert "class.create" not in granted


def test_ending_shows_what_it_touches_and_holds_at_once(school: School) -> None:
    row = school.tariq.assignments.get()
    address = f"/programs/ALG-2/teachers/{row.uid}/end/"
    assert as_(school.ada).get(address).status_code == 200
    assert as_(school.tariq).get("/programs/ALG-2/").status_code == 200

    as_(school.ada).post(address)

    assert as_(school.tariq).get("/programs/ALG-2/").status_code == 404
    assert assign(school, school.tariq).status_code == 302


def test_students_are_enrolled_known_and_new(school: School) -> None:
    known = school.person("kim")
    response = as_(school.ada).post(
        f"/programs/{school.program.code}/students/new/",
        {"people": f"Nora Castell, nora@example.org\n{known.email}\n"},
    )

    assert response.status_code == 302
    names = Enrolment.objects.filter(program=school.program).values_list("person__name", flat=True)
    assert sorted(names) == ["Kim", "Nora Castell"]
    assert User.objects.get(email="nora@example.org").joined_at is None


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("Nora Castell", "Line 1: “Nora Castell” has no e-mail address"),
        ("nobody@example.org", "Line 1: nobody here has nobody@example.org"),
        ("", "This can’t be empty."),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_nobody_is_enrolled(
    school: School, lines: str, said: str
) -> None:
    response = as_(school.ada).post(
        f"/programs/{school.program.code}/students/new/",
        {"people": f"Ana, ana@example.org\n{lines}" if lines else ""},
    )

    assert response.status_code == 422
    assert said.replace("Line 1", "Line 2") in response.content.decode()
    assert not Enrolment.objects.exists()


def test_all_lines_that_cannot_be_read_are_named_together(school: School) -> None:
    lines = "Ana, ana@example.org\nIvo, not-an-address\nNora, nora@example.org\nnobody@example.org"

    said = text_of(as_(school.ada).post(f"/programs/{school.program.code}/students/new/", {"people": lines}))

    assert "Line 2: “Ivo, not-an-address” has no e-mail address." in said
    assert "Line 4: nobody here has nobody@example.org. Write the name before it." in said


def test_whatever_is_wrong_is_named_by_its_line_and_nothing_typed_is_lost(school: School) -> None:
    school.person("gone", is_active=False)
    lines = "\n".join(
        (
            "Ana, ana@example.org",
            "",
            "https://evil.example/, ivo@example.org",
            f"{'N' * 200}, nora@example.org",
            "gone@school.example",
            "Ada, not-an-address",
            f"Somebody, {school.tariq.email}",
        )
    )

    response = as_(school.ada).post(
        "/programs/ALG-2/students/new/", {"people": lines, "since_on": "2026-02-02"}
    )

    assert response.status_code == 422
    said = text_of(response)
    # as an editor counts them, lines without anything among them
    for line, why in (
        (3, "A name can't hold an address or invisible characters."),
        (4, "A name can have 150 characters at most."),
        (5, "The account of Gone is closed. Reopen it first."),
        (6, "“Ada, not-an-address” has no e-mail address."),
        (7, "Tariq teaches in ALG-2."),
    ):
        assert f"Line {line}: {why}" in said
    html = response.content.decode()
    assert "not-an-address\nSomebody, tariq@school.example" in html
    assert 'value="2026-02-02"' in html
    assert not Enrolment.objects.exists()
    assert not User.objects.filter(email="ana@example.org").exists()


@pytest.mark.parametrize("number", [1, 40])
def test_reading_many_lines_costs_the_same(
    school: School, number: int, django_assert_max_num_queries: Any
) -> None:
    page, address = as_(school.ada), f"/programs/{school.program.code}/students/new/"
    lines = "\n".join(school.person(f"kim{one}").email for one in range(number)) + "\nnonsense"
    with django_assert_max_num_queries(12):
        assert page.post(address, {"people": lines}).status_code == 422


def test_a_teacher_of_the_program_is_not_enrolled_in_it_and_nobody_else_of_the_list(school: School) -> None:
    lines = f"Nora Castell, nora@example.org\n{school.tariq.email}\n{school.tove.email}\n{school.olu.email}"

    response = as_(school.ada).post("/programs/ALG-2/students/new/", {"people": lines})

    assert response.status_code == 422
    said = text_of(response)
    for line, name in ((2, "Tariq"), (3, "Tove")):
        why = f"{name} teaches in ALG-2. Nobody is teacher and student of one program."
        assert f"Line {line}: {why}" in said
    assert not Enrolment.objects.exists()


def test_who_taught_here_and_who_stands_in_for_one_class_may_attend(school: School) -> None:
    former, substitute = school.teacher("fay"), school.teacher("sue")
    school.assign(former, school.program, until_at=school.now, closed_at=school.now)
    school.assign(substitute, school.program, only_for=new_uid())

    as_(school.ada).post("/programs/ALG-2/students/new/", {"people": f"{former.email}\n{substitute.email}"})

    assert set(Enrolment.objects.values_list("person__name", flat=True)) == {"Fay", "Sue"}


def test_enrolling_again_changes_nothing_and_after_the_end_begins_a_new_spell(school: School) -> None:
    spell = school.sana.enrolments.get()
    sent = {"people": school.sana.email}
    as_(school.ada).post("/programs/ALG-2/students/new/", sent)
    assert school.sana.enrolments.count() == 1

    as_(school.ada).post(f"/programs/ALG-2/students/{spell.uid}/end/")
    assert as_(school.sana).get("/programs/ALG-2/").status_code == 404
    school.clock.advance(minutes=1)
    as_(school.ada).post("/programs/ALG-2/students/new/", sent)

    assert school.sana.enrolments.count() == 2
    assert as_(school.sana).get("/programs/ALG-2/").status_code == 200


def test_archiving_ends_and_restoring_brings_back(school: School) -> None:
    _ = school.sana, school.tariq
    as_(school.ada).post("/programs/ALG-2/archive/")
    assert Program.objects.get(code="ALG-2").state == Program.State.ARCHIVED
    assert as_(school.sana).get("/programs/ALG-2/").status_code == 404

    as_(school.ada).post("/programs/ALG-2/restoration/")
    assert as_(school.sana).get("/programs/ALG-2/").status_code == 200


def test_rules_are_changed_and_refused_in_words(school: School) -> None:
    page = as_(school.ada)
    rules = school.program.class_settings
    sent = {
        name: getattr(rules, name)
        for name in (
            *("entry", "entry_strength", "has_passcode_strength", "mutes_on_entry_strength"),
            *("auto_recording", "auto_recording_strength", "requires_sign_in_strength"),
            *("notice_minutes", "shortest_minutes", "longest_minutes", "join_opens_minutes", "alarm_minutes"),
            "differences_by_itself",
        )
    } | {"has_passcode": "on", "weekday_choice": ["0", "1", "2"], "version": 1}

    assert page.post("/programs/ALG-2/rules/", sent | {"join_opens_minutes": 15}).status_code == 302
    rules.refresh_from_db()
    assert (rules.join_opens_minutes, rules.weekdays) == (15, 0b111)

    refused = page.post("/programs/ALG-2/rules/", sent | {"shortest_minutes": 300, "version": 2})
    assert refused.status_code == 422
    assert "This is less than the shortest. Give as much or more." in refused.content.decode()


def test_all_that_contradicts_itself_in_rules_is_said_at_once_beside_its_field(school: School) -> None:
    wrong = {
        "shortest_minutes": 120,
        "longest_minutes": 60,
        "notice_minutes": -5,
        "join_opens_minutes": 99999,
        "alarm_minutes": 121,
        "from_time": "20:00",
        "to_time": "08:00",
        "weekday_choice": ["0"],
        "version": 1,
    }
    refused = as_(school.ada).post(f"/programs/{school.program.code}/rules/", wrong)

    form = refused.context["form"]
    said = {name: form.errors[name] for name in wrong if name in form.errors}
    assert said.pop("notice_minutes")
    assert said == {
        "longest_minutes": ["This is less than the shortest. Give as much or more."],
        "join_opens_minutes": ["Join can open at most 120 minutes before the start."],
        "alarm_minutes": ["The alarm can wait for 120 minutes at most."],
        "to_time": ["This is before the hours begin. Give a later time."],
    }
    assert not form.non_field_errors()


def test_hours_may_end_at_midnight(school: School) -> None:
    sent = {"from_time": "20:00", "to_time": "00:00", "weekday_choice": ["0"], "version": 1}

    refused = as_(school.ada).post(f"/programs/{school.program.code}/rules/", sent)

    assert "to_time" not in refused.context["form"].errors


PDF = b"%PDF-1.7 worksheet"


def upload(school: School, name: str, content: bytes, **fields: str) -> Any:
    sent = {"title": "Worksheet", "kind": "file", "visible_to": "students"} | fields
    file = SimpleUploadedFile(name, content)
    return as_(school.ada).post(f"/programs/{school.program.code}/materials/new/", sent | {"file": file})


def test_a_file_is_given_as_an_attachment_to_those_who_may(school: School) -> None:
    assert upload(school, "sheet.pdf", PDF).status_code == 302
    address = f"/programs/ALG-2/materials/{Material.objects.get().uid}/file/"

    answer = as_(school.sana).get(address)
    assert b"".join(answer.streaming_content) == PDF  # type: ignore[attr-defined]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="sheet.pdf"'
    assert answer.headers["Content-Type"] == "application/octet-stream"
    for person in (school.olu, school.finn):
        assert as_(person).get(address).status_code == 404


def test_what_is_for_teachers_no_student_gets(school: School) -> None:
    upload(school, "answers.pdf", PDF, visible_to="teachers")
    address = f"/programs/ALG-2/materials/{Material.objects.get().uid}/file/"

    assert as_(school.sana).get(address).status_code == 404
    assert "Worksheet" not in as_(school.sana).get("/programs/ALG-2/?tab=materials").content.decode()
    assert as_(school.tariq).get(address).status_code == 200


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<script>"),
        ("drawing.svg", b"<svg/>"),
        ("sheet.pdf", b"<html>"),
        ("photo.png", b"%PDF-"),
    ],
)
def test_files_that_could_run_or_lie_are_refused(school: School, name: str, content: bytes) -> None:
    assert upload(school, name, content).status_code == 422
    assert not Material.objects.exists()


def test_a_program_that_one_may_not_know_is_not_there(school: School) -> None:
    _ = school.olu, school.tariq
    for person, code in ((school.olu, "ALG-2"), (school.tariq, "PHY-B"), (school.finn, "ALG-2")):
        assert as_(person).get(f"/programs/{code}/").status_code == 404
    listed = as_(school.tariq).get("/programs/").content.decode()
    assert "Algebra II" in listed
    assert "Physics B" not in listed


def test_only_admins_change_programs(school: School) -> None:
    row = school.sana.enrolments.get()
    for person in (school.tariq, school.sana):
        page = as_(person)
        for address in (
            "/programs/new/",
            "/programs/ALG-2/edit/",
            "/programs/ALG-2/rules/",
            "/programs/ALG-2/archive/",
            "/programs/ALG-2/teachers/new/",
            "/programs/ALG-2/students/new/",
            f"/programs/ALG-2/students/{row.uid}/end/",
            "/programs/ALG-2/materials/new/",
        ):
            assert (page.get(address).status_code, page.post(address).status_code) == (404, 404), address


def test_a_spell_of_another_program_is_not_reached_through_this_one(school: School) -> None:
    other = school.enrol(school.person("lee"), school.other_program)

    address = f"/programs/{school.program.code}/students/{other.uid}/end/"
    assert as_(school.ada).post(address).status_code == 404
    other.refresh_from_db()
    assert other.until_at is None


@pytest.mark.parametrize("number", [1, 30])
def test_the_list_costs_the_same_for_one_and_many(
    school: School, number: int, django_assert_max_num_queries: Any
) -> None:
    page = as_(school.ada)
    for index in range(number):
        program = school.make_program(f"P-{index}", f"Program {index}")
        school.enrol(school.person(f"s{index}"), program)
    page.get("/programs/")
    with django_assert_max_num_queries(12):
        assert page.get("/programs/").status_code == 200


def test_an_assignment_that_ran_out_makes_room(school: School) -> None:
    school.assign(school.olu, school.program, until_at=school.now - timedelta(hours=1))

    assert assign(school, school.olu).status_code == 302


@pytest.mark.parametrize("tab", ["overview", "teachers", "students", "materials", "rules"])
def test_each_tab_opens_for_those_who_have_it(school: School, tab: str) -> None:
    _ = school.tariq, school.tove, school.sana
    for person, status in (
        (school.ada, 200),
        (school.tariq, 200),
        (school.sana, 200 if tab in ("overview", "materials") else 404),
    ):
        assert as_(person).get(f"/programs/ALG-2/?tab={tab}").status_code == status


def test_the_list_to_choose_a_teacher_from_shows_what_rooms_know(school: School) -> None:
    assert school.olu.name
    page = as_(school.ada).get(f"/programs/{school.program.code}/teachers/new/").content.decode()

    assert "Zoom not connected" in page
    assert "0 min this week, no limit given" in page
    assert "No clash" in page


def test_hours_of_the_week_stand_beside_those_that_are_wished_for(school: School) -> None:
    make_class(school.other_program, school.olu, school.now + timedelta(hours=2), minutes=150, now=school.now)
    TeacherProfile.objects.filter(person=school.olu).update(weekly_minutes=12 * 60)

    said = text_of(as_(school.ada).get(f"/programs/{school.program.code}/teachers/new/"))

    assert "2 h 30 this week, 12 h at most" in said


def test_the_rules_say_what_holds_when_and_how_firmly(school: School) -> None:
    rules = school.program.class_settings
    rules.notice_minutes, rules.weekdays, rules.from_time, rules.to_time = 1440, 0b0011111, time(8), time(20)
    rules.save()

    said = text_of(as_(school.ada).get("/programs/ALG-2/?tab=rules"))
    assert "Notice 24 h; less needs a reason" in said
    assert "Days Mon, Tue, Wed, Thu, Fri Hours 08:00–20:00" in said

    rules.notice_is_hard, rules.weekdays, rules.from_time, rules.to_time = True, 127, None, None
    rules.save()
    said = text_of(as_(school.ada).get("/programs/ALG-2/?tab=rules"))
    assert "Notice 24 h; less is refused Days Every day Hours Any hour" in said


def test_each_rules_firmness_is_called_by_what_it_is_about(school: School) -> None:
    page = text_of(as_(school.ada).get(f"/programs/{school.program.code}/rules/"))

    for what in ("Entry", "Passcode", "Muting", "Recording", "Signing in"):
        assert page.count(f"{what}: how firmly") == 1


def test_a_program_without_classes_says_so_once(school: School) -> None:
    assert text_of(as_(school.tariq).get("/programs/ALG-2/")).count("No class is planned.") == 1


def test_what_was_done_leads_to_where_it_can_be_seen(school: School) -> None:
    ada, at = as_(school.ada), f"/programs/{school.program.code}/"
    row, spell = school.tariq.assignments.get(), school.sana.enrolments.get()

    answers = [
        assign(school, school.olu),
        ada.post(f"{at}teachers/{row.uid}/end/"),
        ada.post(f"{at}students/{spell.uid}/end/"),
    ]

    assert [answer["Location"] for answer in answers] == [
        f"{at}?tab=teachers",
        f"{at}?tab=teachers",
        f"{at}?tab=students",
    ]
