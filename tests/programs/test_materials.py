"""Materials: put in order, removed and brought back, and their files in the end."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from eduraise.programs.materials import add_material
from eduraise.programs.models import Material
from eduraise.programs.pruning import prune_files
from tests.programs.browsing import as_
from tests.school import School

PDF = b"%PDF-1.7 worksheet"


@pytest.fixture(autouse=True)
def storage(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = str(tmp_path)
    return tmp_path


def text(school: School, title: str, **fields: Any) -> Material:
    act = {"program": school.program, "kind": "text", "text": "Read.", "by": school.ada, "now": school.now}
    return add_material(title=title, **(act | fields))  # type: ignore[arg-type]


def sheet(school: School, **fields: Any) -> Material:
    return text(school, "Sheet", kind="file", file=SimpleUploadedFile("sheet.pdf", PDF), **fields)


def order(school: School) -> list[str]:
    rows = Material.objects.present().filter(program=school.program).in_order()
    return list(rows.values_list("title", flat=True))


def post(school: School, material: Material, tail: str, **sent: str) -> Any:
    return as_(school.ada).post(f"/programs/ALG-2/materials/{material.uid}/{tail}/", sent)


def test_materials_move_up_and_down_and_the_button_keeps_its_place(school: School) -> None:
    _one, two, three = (text(school, title) for title in ("One", "Two", "Three"))

    answer = post(school, three, "place", to="up")
    assert order(school) == ["One", "Three", "Two"]
    assert answer.headers["Location"] == f"/programs/ALG-2/?tab=materials#up-{three.uid}"

    post(school, three, "place", to="down")
    post(school, three, "place", to="down")  # it is the last already
    assert order(school) == ["One", "Two", "Three"]
    assert post(school, two, "place", to="away").status_code == 404


def test_a_removal_keeps_row_and_file_and_is_undone(school: School) -> None:
    material = sheet(school)
    address = f"/programs/ALG-2/materials/{material.uid}/file/"
    assert school.sana
    page = as_(school.ada).post(f"/programs/ALG-2/materials/{material.uid}/removal/", follow=True)

    assert f"/programs/ALG-2/materials/{material.uid}/return/" in page.content.decode()
    assert as_(school.sana).get(address).status_code == 404
    assert "Sheet" not in as_(school.sana).get("/programs/ALG-2/?tab=materials").content.decode()

    post(school, material, "return")

    assert b"".join(as_(school.sana).get(address).streaming_content) == PDF  # type: ignore[attr-defined]


def test_a_removal_that_fails_in_the_end_has_deleted_nothing(school: School) -> None:
    material = sheet(school)
    post(school, material, "removal")
    assert default_storage.exists(str(material.file.name))


def test_removing_twice_is_told(school: School) -> None:
    material = text(school, "One")
    post(school, material, "removal")
    again = as_(school.ada).post(f"/programs/ALG-2/materials/{material.uid}/removal/", follow=True)
    assert "This was removed already." in again.content.decode()


def test_the_file_goes_thirty_days_after_its_material_and_the_row_stays(school: School) -> None:
    kept, gone = sheet(school), sheet(school)
    post(school, gone, "removal")

    school.clock.advance(days=29)
    assert prune_files(school.now) == {"removed": 0, "orphans": 0}
    school.clock.advance(days=2)
    assert prune_files(school.now) == {"removed": 1, "orphans": 0}

    assert default_storage.exists(str(kept.file.name))
    assert not default_storage.exists(str(gone.file.name))
    gone.refresh_from_db()
    assert (gone.file.name, gone.file_name, gone.bytes) == ("", "sheet.pdf", len(PDF))
    page = as_(school.ada).post(f"/programs/ALG-2/materials/{gone.uid}/return/", follow=True)
    assert "can’t be brought back" in page.content.decode()


def test_a_file_that_no_row_knows_goes_after_a_day(school: School, storage: Path) -> None:
    material = sheet(school)
    for name, age in (("old.pdf", timedelta(hours=25)), ("new.pdf", timedelta(hours=1))):
        path = storage / "materials" / name
        path.write_bytes(PDF)
        at = (timezone.now() - age).timestamp()
        os.utime(path, (at, at))
    own = storage / str(material.file.name)
    os.utime(own, (0, 0))

    assert prune_files(school.now) == {"removed": 0, "orphans": 1}

    assert sorted(path.name for path in (storage / "materials").iterdir()) == sorted(["new.pdf", own.name])


def test_what_goes_with_an_assignment_is_for_that_teacher_alone(school: School) -> None:
    row = school.tariq.assignments.get()
    assert school.tove.name
    answer = as_(school.ada).post(
        f"/programs/ALG-2/teachers/{row.uid}/materials/new/",
        {"title": "Keys", "kind": "file", "file": SimpleUploadedFile("keys.pdf", PDF)},
    )
    assert answer.headers["Location"] == "/programs/ALG-2/?tab=teachers"
    address = f"/programs/ALG-2/materials/{Material.objects.get().uid}/file/"

    for person, status in ((school.tariq, 200), (school.ada, 200), (school.tove, 404), (school.sana, 404)):
        page = as_(person)
        assert page.get(address).status_code == status
        if person != school.sana:
            shown = page.get("/programs/ALG-2/?tab=teachers").content.decode()
            assert ("Keys" in shown) == (status == 200)
        assert "Keys" not in page.get("/programs/ALG-2/?tab=materials").content.decode()

    as_(school.ada).post(f"/programs/ALG-2/teachers/{row.uid}/end/")
    assert as_(school.tariq).get(address).status_code == 404


def test_a_material_of_another_program_is_not_reached_through_this_one(school: School) -> None:
    other = text(school, "Theirs", program=school.other_program)
    assert school.program.code
    for tail in ("removal", "return", "place"):
        assert post(school, other, tail, to="up").status_code == 404
    other.refresh_from_db()
    assert other.removed_at is None
