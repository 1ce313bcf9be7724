"""Registers and grids taken along: opened again and compared cell by cell."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest

from eduraise.attendance.correcting import Said, correct_marks
from eduraise.attendance.enums import RegisterState, Status
from eduraise.attendance.excuses import send_excuse
from eduraise.attendance.models import Interval, Participant, Register
from eduraise.classes.models import ClassSession
from eduraise.core.models import AuditEntry
from eduraise.core.workbooks import column_name, write_workbook
from eduraise.programs.syllabus import add_topics
from eduraise.zoom.models import ZoomInstance
from tests.attendance.scene import Scene
from tests.classes.pages import signed_in, text_of
from tests.school import School

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
EVIL = '=HYPERLINK("http://evil.example","open")'
SANA_WAS = ["2026-03-02 10:03", "2026-03-02 11:00"]
STATUSES = ["Present", "Late", "Left early", "Absent", "Excused"]
MARKED = ["In brackets: not final, or not held", "With *: set by hand"]
HEADING = [
    "Student",
    "Mark",
    "Minutes",
    "Of minutes",
    "First in",
    "Last out",
    "Estimated",
    "By the rule",
    "Set by",
    "Reason",
    "Register",
]


@pytest.fixture
def scene(school: School) -> Scene:
    """A class with sana there, one whose name would be a formula absent, and omar set by hand."""
    evil, omar = school.person("evil"), school.person("omar")
    evil.name = EVIL
    evil.save()
    for student in (evil, omar):
        school.enrol(student, school.program)
    scene = Scene(school)
    sitting = scene.held()
    scene.was_in(sitting, school.tariq, (0, 60))
    scene.was_in(sitting, school.sana, (3, None))
    scene.fold()
    Register.objects.update(state=RegisterState.FINAL)
    correct_marks(
        register=scene.register,
        students={omar.pk: None},
        said=Said(status=Status.LATE, minutes=45, why="+1 told me"),
        by=school.tariq,
        now=scene.at(90),
    )
    return scene


def table(response: Any) -> list[list[str]]:
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline="")))


def cells(content: bytes) -> list[list[object]]:
    """What a spreadsheet shows of a workbook's sheet: numbers as numbers, and no formula anywhere."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        sheet = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))
    assert not list(sheet.iter(f"{MAIN}f"))
    rows = []
    for row in sheet.iter(f"{MAIN}row"):
        found: dict[str, object] = {}
        for cell in row:
            at = cell.attrib["r"].rstrip("0123456789")
            if cell.get("t") == "inlineStr":
                found[at] = "".join(text.text or "" for text in cell.iter(f"{MAIN}t"))
            else:
                found[at] = float(cell.findtext(f"{MAIN}v") or "")
        last = max(found, key=lambda letters: (len(letters), letters))
        width = next(place for place in range(1000) if column_name(place) == last) + 1
        rows.append([found.get(column_name(place)) for place in range(width)])
    return rows


def test_a_register_as_csv_cell_by_cell(school: School, scene: Scene) -> None:
    response = signed_in(school.tariq).get(f"/classes/{scene.session.code}/register.csv")

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert f'filename="{scene.session.code}-2026-03-02.csv"' in response["Content-Disposition"]
    assert table(response) == [
        HEADING,
        [f"'{EVIL}", "Absent", "0", "60", "", "", "", "Absent", "", "", "Final"],
        ["Omar", "Late", "45", "60", "", "", "", "Absent", "Tariq", "'+1 told me", "Final"],
        ["Sana", "Present", "57", "60", *SANA_WAS, "yes", "Present", "", "", "Final"],
    ]
    entry = AuditEntry.objects.get(verb="attendance.exported")
    assert (entry.actor_uid, entry.thing_uid) == (school.tariq.uid, scene.register.uid)


def test_a_register_as_a_workbook_cell_by_cell(school: School, scene: Scene) -> None:
    response = signed_in(school.tariq).get(f"/classes/{scene.session.code}/register.xlsx")

    found = cells(b"".join(response.streaming_content))  # type: ignore[attr-defined]
    assert found[0] == HEADING
    assert found[1] == [EVIL, "Absent", 0.0, 60.0, "", "", "", "Absent", "", "", "Final"]
    assert found[2] == ["Omar", "Late", 45.0, 60.0, "", "", "", "Absent", "Tariq", "+1 told me", "Final"]
    assert found[3][:8] == [
        "Sana",
        "Present",
        57.0,
        60.0,
        "2026-03-02 10:03",
        "2026-03-02 11:00",
        "yes",
        "Present",
    ]
    assert len(found) == 4


def test_an_hour_that_clocks_show_twice_is_told_with_its_offset(school: School) -> None:
    # as in the program's Madrid clocks go back from 3:00 to 2:00
    school.program.zone = "Europe/Madrid"
    school.program.save()
    night = Scene(school, minutes=90, starts_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC))
    sitting = night.held()
    night.was_in(sitting, school.tariq, (0, 90))
    night.was_in(sitting, school.sana, (20, 70))
    night.fold()
    school.clock.set(night.at(200))
    tariq = signed_in(school.tariq)

    [row] = table(tariq.get(f"/classes/{night.session.code}/register.csv"))[1:]
    assert row[2:6] == ["50", "90", "2026-10-25 02:50 (UTC+02:00)", "2026-10-25 02:40 (UTC+01:00)"]
    [heading, *_rows] = table(tariq.get("/programs/ALG-2/attendance.csv"))
    assert heading[1] == "2026-10-25 02:30 (UTC+02:00) Sets"

    school.tariq.zone = "Europe/Madrid"
    school.tariq.save()
    page = text_of(signed_in(school.tariq).get(f"/classes/{night.session.code}/attendance/"))
    assert "Sun 25 Oct, 02:30 (UTC+02:00)–03:00 (UTC+01:00)" in page
    assert "There 02:50 (UTC+02:00)–02:40 (UTC+01:00): 50 of 90 minutes count" in page


def test_classes_are_called_by_their_topics_of_the_syllabus(school: School, scene: Scene) -> None:
    ClassSession.objects.update(topic=school.program.title)
    add_topics(program=school.program, titles=["Factorising"], by=school.ada, now=school.now)
    school.clock.set(scene.at(200))
    tariq, sana = signed_in(school.tariq), signed_in(school.sana)
    send_excuse(session=scene.session, student=school.sana, text="ill", now=school.now)

    [heading, *_rows] = table(tariq.get("/programs/ALG-2/attendance.csv"))
    assert heading[1] == "2026-03-02 10:00 Algebra II: Factorising"
    assert 'title="Algebra II: Factorising"' in tariq.get("/programs/ALG-2/attendance/").content.decode()
    for address in ("/attendance/", "/attendance/my-excuses/"):
        assert "Algebra II: Factorising" in text_of(sana.get(address))


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_a_programs_grid_cell_by_cell(school: School, scene: Scene, form: str) -> None:
    response = signed_in(school.tariq).get(f"/programs/{school.program.code}/attendance.{form}")

    if form == "csv":
        found: list[list[Any]] = table(response)  # type: ignore[assignment]
    else:
        read = cells(b"".join(response.streaming_content))  # type: ignore[attr-defined]
        found = [
            ["" if cell is None else f"{cell:.0f}" if isinstance(cell, float) else cell for cell in row]
            for row in read
        ]
    assert found == [
        ["Student", "2026-03-02 10:00 Sets", "Attendance %", "Counted", *STATUSES, "Minutes", *MARKED],
        [f"'{EVIL}" if form == "csv" else EVIL, "Absent", "0", "1", *"000100", "0", "0"],
        ["Omar", "Late*", "100", "1", *"01000", "45", "0", "1"],
        ["Sana", "Present", "100", "1", *"10000", "57", "0", "0"],
    ]


def test_what_does_not_count_stands_in_brackets_and_is_counted_apart(school: School, scene: Scene) -> None:
    Register.objects.update(state=RegisterState.PENDING)

    rows = table(signed_in(school.tariq).get(f"/programs/{school.program.code}/attendance.csv"))

    assert [[row[1], row[3], *row[-2:]] for row in rows[1:]] == [
        ["(Absent)", "0", "1", "0"],
        ["(Late)*", "0", "1", "1"],
        ["(Present)", "0", "1", "0"],
    ]


def test_two_of_one_name_are_told_apart_on_pages_and_in_files(school: School) -> None:
    twins = [school.person("one"), school.person("two")]
    for twin, number in zip(twins, ("S-17", ""), strict=True):
        twin.name, twin.external_id = "Eva Lind", number
        twin.save()
        school.enrol(twin, school.program)
    scene = Scene(school)
    scene.was_in(scene.held(), twins[0], (0, 60))
    who = Participant.objects.create(
        instance=ZoomInstance.objects.get(), source="webhook", key="x", name="Ipad"
    )
    at = {"join_key": "x", "held_on": scene.at(0).date(), "fact_key": b"x" * 16}
    Interval.objects.create(participant=who, joined_at=scene.at(1), **at)
    school.clock.set(scene.at(120))
    scene.tell()
    scene.fold()
    begins = twins[1].email[:2]

    def names(person: Any, end: str) -> list[str]:
        return [row[0] for row in table(signed_in(person).get(end))[1:] if row[0].startswith("Eva")]

    register, program = f"/classes/{scene.session.code}/", f"/programs/{school.program.code}/attendance"
    of_teacher = ["Eva Lind (S-17)", f"Eva Lind ({begins[:1]}…)"]
    of_admin = [f"Eva Lind ({twin.email})" for twin in twins]
    for end in (f"{register}register.csv", f"{program}.csv"):
        assert names(school.tariq, end) == of_teacher
        assert names(school.ada, end) == of_admin
    for end in (f"{register}attendance/", f"{program}/"):
        page = signed_in(school.tariq).get(end).content.decode()
        assert all(f"<bdi>{each}</bdi>" in page for each in of_teacher)
        assert twins[0].email not in page
    page = signed_in(school.tariq).get(f"{register}attendance/").content.decode()
    assert all(f">{each}</option>" in page for each in of_teacher)


def test_who_may_take_them(school: School, scene: Scene) -> None:
    for address in (
        f"/classes/{scene.session.code}/register.csv",
        f"/programs/{school.program.code}/attendance.xlsx",
    ):
        for reader in (school.tariq, school.tove, school.ada):
            assert signed_in(reader).get(address).status_code == 200
        for other in (school.sana, school.finn, school.olu):
            assert signed_in(other).get(address).status_code == 404
    assert signed_in(school.ada).get(f"/classes/{scene.session.code}/register.exe").status_code == 404


def test_any_text_makes_a_workbook_that_opens() -> None:
    rows = [['A <b> & "c"', "\x00\x0b\ud800 ok"], [None, "=1+1"], [1.5, "  blank  "], ["é漢😀", -3]]

    found = cells(b"".join(write_workbook(rows, title="[a]/b:c?*" * 9)))

    assert found == [
        ['A <b> & "c"', " ok"],
        [None, "=1+1"],
        [1.5, "  blank  "],
        ["é漢😀", -3.0],
    ]
    assert [column_name(place) for place in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
