"""An admin brings a table: what it would do is shown, the good lines are done, nobody twice."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import Invitation, User
from eduraise.core.errors import Changed
from eduraise.core.models import AuditEntry
from eduraise.notifications.models import Message
from eduraise.programs.enrolling import enrol
from eduraise.programs.import_words import outcome_of
from eduraise.programs.importing import (
    AT_ONCE,
    BATCH,
    NothingToImport,
    begin_import,
    check_import,
    confirm_import,
    import_due,
)
from eduraise.programs.models import Assignment, Enrolment, ImportLine, ImportRun
from eduraise.programs.tables import read_table
from tests.classes.pages import text_of
from tests.school import School

TABLE = """Name,E-mail,Role,Program
Nora Castell,nora@example.org,student,ALG-2
Samuel Okafor,samuel@example.org,teacher,ALG-2
Ruth Adeyemi,ruth@example.org,admin,
,zoe@example.org,student,ALG-2
Iris Vidal,not an address,student,ALG-2
Ivo Puig,ivo@example.org,pupil,ALG-2
Leo Serra,leo@example.org,student,NONE-1
Nora Castell,NORA@example.org,student,alg-2
Sana,sana@school.example,student,ALG-2
"""


@pytest.fixture
def ada(school: School) -> Client:
    _ = school.program, school.sana, school.tariq
    client = Client()
    client.force_login(school.ada)
    return client


def bring(school: School, text: str) -> ImportRun:
    return check_import(table=read_table(text), program=None, by=school.ada, now=school.now)


def carry_out(school: School, text: str) -> ImportRun:
    run = bring(school, text)
    confirm_import(run=run, by=school.ada, now=school.now)
    begin_import(run=run, now=school.now)
    while run.lines.count() <= AT_ONCE and import_due(school.now):
        pass  # a busy machine may leave some of a short table to the worker
    run.refresh_from_db()
    return run


def verdicts(run: ImportRun) -> list[tuple[int, str, str]]:
    return list(run.lines.order_by("line_number").values_list("line_number", "verdict", "reason"))


def test_each_line_says_whether_it_can_be_done_and_why_not(school: School, ada: Client) -> None:
    assert verdicts(bring(school, TABLE)) == [
        (2, "good", ""),
        (3, "good", ""),
        (4, "good", ""),
        (5, "bad", "name_missing"),
        (6, "bad", "email_unfit"),
        (7, "bad", "role_unknown"),
        (8, "bad", "program_unknown"),
        (9, "bad", "duplicate"),
        (10, "known", "enrolled"),
    ]


def test_nothing_happens_before_it_is_confirmed(school: School, ada: Client) -> None:
    before = User.objects.count()
    bring(school, TABLE)
    assert (User.objects.count(), Invitation.objects.count(), import_due(school.now)) == (before, 0, {})


def test_the_good_lines_are_done_and_the_people_told(school: School, ada: Client) -> None:
    run = carry_out(school, TABLE)

    assert run.state == "done"
    assert sorted(Invitation.objects.values_list("person__email", "role")) == [
        ("nora@example.org", "student"),
        ("ruth@example.org", "admin"),
        ("samuel@example.org", "teacher"),
    ]
    assert Enrolment.objects.get(person__email="nora@example.org").program == school.program
    assert Assignment.objects.get(person__email="samuel@example.org").preset == "teacher"
    assert User.objects.get(email="ruth@example.org").is_invited
    assert not User.objects.filter(
        email__in=["zoe@example.org", "leo@example.org", "ivo@example.org"]
    ).exists()
    told = Message.objects.filter(kind__in=["program.assigned", "program.enrolled"])
    assert sorted(told.values_list("person__email", flat=True)) == ["nora@example.org", "samuel@example.org"]


def test_the_same_table_again_does_nothing_twice(school: School, ada: Client) -> None:
    carry_out(school, TABLE)
    again = bring(school, TABLE)

    assert [row for row in verdicts(again) if row[1] == "good"] == []
    assert [row[0] for row in verdicts(again) if row[1] == "known"] == [2, 3, 4, 9, 10]
    with pytest.raises(NothingToImport):
        confirm_import(run=again, by=school.ada, now=school.now)


def test_an_import_is_confirmed_once(school: School, ada: Client) -> None:
    run = carry_out(school, TABLE)
    with pytest.raises(Changed):
        confirm_import(run=run, by=school.ada, now=school.now)
    assert AuditEntry.objects.filter(verb="import.confirmed").count() == 1


def test_one_person_may_come_for_several_programs_and_is_invited_once(school: School, ada: Client) -> None:
    _ = school.other_program
    carry_out(school, "Nora,nora@example.org,student,ALG-2\nNora,nora@example.org,student,PHY-B\n")

    assert Invitation.objects.filter(person__email="nora@example.org").count() == 1
    assert Enrolment.objects.filter(person__email="nora@example.org").count() == 2


def test_what_changed_since_it_was_checked_counts(school: School, ada: Client) -> None:
    run = bring(school, TABLE)
    nora = school.person("nora2", is_active=True)
    User.objects.filter(pk=nora.pk).update(email="nora@example.org", email_key="nora@example.org")
    nora.refresh_from_db()
    enrol(program=school.program, people=[nora], by=school.ada, now=school.now)
    confirm_import(run=run, by=school.ada, now=school.now)
    begin_import(run=run, now=school.now)

    assert verdicts(run)[0] == (2, "known", "enrolled")
    assert Enrolment.objects.filter(person=nora).count() == 1


def test_a_teacher_of_the_program_is_not_enrolled_in_it(school: School, ada: Client) -> None:
    assert school.other_program.pk
    own = f"{school.tariq.email},student,ALG-2\n{school.tariq.email},student,PHY-B"
    run = bring(school, f"E-mail,Role,Program,Name\n{own}\nivo@example.org,student,ALG-2,Ivo Puig")
    assert verdicts(run) == [(2, "bad", "teaches_here"), (3, "good", ""), (4, "good", "")]
    ivo = school.teacher("ivo")
    User.objects.filter(pk=ivo.pk).update(email="ivo@example.org", email_key="ivo@example.org")
    school.assign(ivo, school.program)

    confirm_import(run=run, by=school.ada, now=school.now)
    begin_import(run=run, now=school.now)

    assert verdicts(run) == [(2, "bad", "teaches_here"), (3, "good", ""), (4, "bad", "teaches_here")]
    assert outcome_of(run.lines.get(line_number=2)) == (
        "Tariq teaches in ALG-2. Nobody is teacher and student of one program."
    )
    assert [one.program.code for one in Enrolment.objects.filter(person=school.tariq)] == ["PHY-B"]


def test_a_program_archived_meanwhile_takes_nobody(school: School, ada: Client) -> None:
    run = bring(school, TABLE)
    confirm_import(run=run, by=school.ada, now=school.now)
    school.program.archived_at = school.now
    school.program.save()
    import_due(school.now)

    assert verdicts(run)[:3] == [
        (2, "bad", "program_archived"),
        (3, "bad", "program_archived"),
        (4, "good", ""),
    ]


def test_who_is_no_admin_any_more_imports_nobody(school: School, ada: Client) -> None:
    run = bring(school, TABLE)
    confirm_import(run=run, by=school.ada, now=school.now)
    school.ada.is_admin = False
    school.ada.save()
    import_due(school.now)

    assert {reason for _n, _verdict, reason in verdicts(run)[:3]} == {"not_admin"}
    assert Invitation.objects.count() == 0


def test_many_lines_are_left_to_the_worker_which_ends_them(school: School, ada: Client) -> None:
    lines = "".join(f"Person {n},p{n}@example.org,student,ALG-2\n" for n in range(60))
    run = carry_out(school, lines)
    assert run.state == "importing"
    assert 1 <= ImportLine.objects.filter(run=run, done_at__isnull=False).count() <= AT_ONCE

    while run.state == "importing":
        school.clock.advance(seconds=5)
        assert import_due(school.now, BATCH)
        run.refresh_from_db()
    assert Enrolment.objects.filter(program=school.program, source="import").count() == 60


def test_checking_asks_as_much_for_three_lines_as_for_three_hundred(school: School, ada: Client) -> None:
    def queries(count: int) -> int:
        text = "".join(f"Person {n},q{n}@example.org,student,ALG-2\n" for n in range(count))
        with CaptureQueriesContext(connection) as caught:
            bring(school, text)
        return len(caught)

    assert queries(300) == queries(3)


def test_an_import_that_failed_by_no_fault_of_its_own_is_tried_again(
    school: School, ada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = bring(school, "Nora,nora@example.org,student,ALG-2\n")
    confirm_import(run=run, by=school.ada, now=school.now)
    with monkeypatch.context() as broken:
        broken.setattr("eduraise.programs.importing.invite_person", lambda **_given: 1 / 0)
        assert import_due(school.now) == {"failed": 1}
    assert User.objects.filter(email="nora@example.org").count() == 0

    school.clock.advance(hours=1)
    assert import_due(school.now) == {"good": 1}


# The pages


def test_pasted_looked_at_and_confirmed(school: School, ada: Client) -> None:
    answer = ada.post("/people/import/", {"text": TABLE})
    page = text_of(ada.get(answer["Location"]))
    assert "3 new people are invited" in page
    assert "1 student is enrolled" in page
    assert "1 teacher is put on a program" in page
    assert "5 lines can’t be imported and are left out." in page

    done = ada.post(f"{answer['Location']}confirmation/", follow=True)
    assert "3 lines are imported." in text_of(done)
    assert Enrolment.objects.filter(person__email="nora@example.org").exists()


def test_bad_lines_stand_with_their_number_and_reason(school: School, ada: Client) -> None:
    where = ada.post("/people/import/", {"text": TABLE})["Location"]
    page = text_of(ada.get(f"{where}?show=bad"))
    assert "NONE-1" in page
    assert "pupil" in page

    file = ada.get(f"{where}lines/").content.decode("utf-8-sig").splitlines()
    assert file[0] == "name,email,role,program,line,reason"
    assert [row.split(",")[4] for row in file[1:]] == ["5", "6", "7", "8", "9"]


def test_bad_lines_come_back_corrected(school: School, ada: Client) -> None:
    where = ada.post("/people/import/", {"text": TABLE})["Location"]
    uid = where.rstrip("/").rpartition("/")[2]
    form = ada.get(f"/people/import/?again={uid}").content.decode()
    assert "not an address" in form

    bad = ada.get(f"{where}lines/").content.decode("utf-8-sig")
    mended = bad.replace("not an address", "iris@example.org")
    run = ImportRun.objects.get(
        uid=ada.post("/people/import/", {"text": mended})["Location"].rstrip("/").rpartition("/")[2]
    )
    assert (3, "good", "") in verdicts(run)


def test_a_file_is_read_whatever_spreadsheet_wrote_it(school: School, ada: Client) -> None:
    content = "﻿Name;E-mail;Role;Program\r\nZoë Ångström;zoe@example.org;student;ALG-2\r\n".encode("utf-16")
    file = SimpleUploadedFile("people.csv", content, "text/csv")
    where = ada.post("/people/import/", {"file": file})["Location"]
    ada.post(f"{where}confirmation/")

    assert User.objects.get(email="zoe@example.org").name == "Zoë Ångström"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": ""}, "Paste the table here, or choose a file below."),
        ({"text": "\n\n"}, "Paste the table here, or choose a file below."),
        ({"text": "Name,E-mail\n"}, "There is no line with a person in it."),
        ({"text": "Name,Role\nNora,student\n"}, "No column is called E-mail."),
        ({"text": "x,y@example.org,student,ALG-2\n" * 2001}, "more than 2000 lines"),
    ],
)
def test_what_cannot_be_read_is_said_and_nothing_typed_is_lost(
    school: School, ada: Client, fields: dict[str, str], said: str
) -> None:
    answer = ada.post("/people/import/", fields)
    assert answer.status_code == 422
    assert said in text_of(answer)
    assert fields["text"].strip()[:20] in answer.content.decode()
    assert ImportRun.objects.count() == 0


def test_a_workbook_is_refused_with_what_to_do(school: School, ada: Client) -> None:
    file = SimpleUploadedFile("people.xlsx", b"PK\x03\x04" + b"\0" * 200)
    answer = ada.post("/people/import/", {"file": file})
    assert (answer.status_code, "choose Save as and CSV" in text_of(answer)) == (422, True)


def test_it_stands_under_people_and_is_found_from_there_and_from_a_program(
    school: School, ada: Client
) -> None:
    assert '<a href="/people/" aria-current="page"' in ada.get("/people/import/").content.decode()
    assert "/people/import/" in ada.get("/people/").content.decode()
    assert "/people/import/?program=ALG-2" in ada.get("/programs/ALG-2/students/new/").content.decode()


def test_nobody_but_admins_knows_of_it(school: School, ada: Client) -> None:
    run = bring(school, TABLE)
    for person in (school.tariq, school.sana):
        client = Client()
        client.force_login(person)
        for address in ("", f"{run.uid}/", f"{run.uid}/lines/"):
            assert client.get(f"/people/import/{address}").status_code == 404
        assert client.post(f"/people/import/{run.uid}/confirmation/").status_code == 404
    run.refresh_from_db()
    assert run.state == "checked"


def test_pages_of_an_import_ask_as_much_for_one_line_as_for_many(school: School, ada: Client) -> None:
    def queries(count: int) -> int:
        text = "".join(f"Person {n},r{count}-{n}@example.org,student,ALG-2\n" for n in range(count))
        run = bring(school, text)
        with CaptureQueriesContext(connection) as caught:
            assert ada.get(f"/people/import/{run.uid}/").status_code == 200
        return len(caught)

    assert queries(40) == queries(1) <= 12


def test_what_is_on_its_way_refreshes_in_place(school: School, ada: Client) -> None:
    lines = "".join(f"Person {n},p{n}@example.org,student,ALG-2\n" for n in range(60))
    run = carry_out(school, lines)
    asked = {"HX-Request": "true", "HX-Request-Type": "partial"}
    first = ada.get(f"/people/import/{run.uid}/", headers=asked)
    assert " of 60 lines. You can leave this page." in first.content.decode()
    same = ada.get(f"/people/import/{run.uid}/", headers=asked | {"HX-PTag": first["HX-PTag"]})
    assert same.status_code == 304

    while import_due(school.now + timedelta(seconds=5)):
        pass
    last = ada.get(f"/people/import/{run.uid}/", headers=asked | {"HX-PTag": first["HX-PTag"]})
    assert "60 lines are imported." in last.content.decode()
    assert "hx-trigger" not in last.content.decode()
