"""What a teacher teaches and how much: kept by an action, with what was before."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.core.codes import new_uid
from eduraise.core.models import AuditEntry
from eduraise.programs.models import TeacherProfile
from tests.classes.pages import text_of
from tests.classes.rows import make_class
from tests.programs.browsing import as_
from tests.school import School


def test_a_teacher_keeps_her_own_subjects_and_hours(school: School) -> None:
    address = f"/programs/profiles/{school.tariq.uid}/"
    sent = {"subjects": "Physics, algebra , Algebra,, ", "weekly_hours": "12"}

    assert as_(school.tariq).post(address, sent).status_code == 302

    profile = TeacherProfile.objects.get(person=school.tariq)
    assert sorted(profile.subjects.values_list("subject", flat=True)) == ["Physics", "algebra"]
    assert profile.weekly_minutes == 720
    entry = AuditEntry.objects.get(verb="teacher.changed")
    assert entry.before == {"subjects": [], "weekly_minutes": None}
    assert entry.after == {"subjects": ["Physics", "algebra"], "weekly_minutes": 720}
    assert "Physics, algebra" in as_(school.tariq).get(address).content.decode()


def test_an_admin_makes_somebody_a_teacher_and_it_is_in_the_log(school: School) -> None:
    kim = school.person("kim")
    address = f"/programs/profiles/{kim.uid}/"
    assert "Make a teacher" in as_(school.ada).get(address).content.decode()
    assert not TeacherProfile.objects.filter(person=kim).exists()

    as_(school.ada).post(address, {"subjects": "Maths", "weekly_hours": ""})

    assert AuditEntry.objects.get(verb="teacher.made").actor_uid == school.ada.uid
    assert TeacherProfile.objects.filter(person=kim).exists()


def test_nobody_makes_herself_a_teacher(school: School) -> None:
    for person, whose in ((school.sana, school.sana), (school.tariq, school.tove)):
        assert as_(person).post(f"/programs/profiles/{whose.uid}/", {"subjects": "Maths"}).status_code == 404
    assert not TeacherProfile.objects.filter(person=school.sana).exists()
    assert not AuditEntry.objects.filter(verb__startswith="teacher.").exists()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"subjects": "x" * 81}, "A subject can have 80 letters at most."),
        ({"weekly_hours": "0"}, "1 at least."),
        ({"weekly_hours": "many"}, "Give a whole number."),
    ],
)
def test_what_is_wrong_is_said_and_kept(school: School, sent: dict[str, str], said: str) -> None:
    answer = as_(school.tariq).post(f"/programs/profiles/{school.tariq.uid}/", sent)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert next(iter(sent.values())) in answer.content.decode()


def test_an_admin_reads_on_a_teachers_page_what_and_where_she_teaches(school: School) -> None:
    teaches(school)

    said = text_of(as_(school.ada).get(f"/people/{school.tariq.uid}/"))

    assert "Teaching Subjects Algebra, Physics · Change Hours 90 min this week, 12 h at most" in said
    assert "Zoom Zoom connected Programs Algebra II (Lead teacher)" in said


def test_a_teacher_reads_the_same_in_her_settings_and_changes_it_there(school: School) -> None:
    teaches(school)

    page = as_(school.tariq).get("/settings/")

    assert "Teaching Subjects Algebra, Physics · Change Hours 90 min this week, 12 h at most" in text_of(page)
    assert "Programs Algebra II (Lead teacher)" in text_of(page)
    assert f"/programs/profiles/{school.tariq.uid}/" in page.content.decode()


def test_who_teaches_nothing_has_no_such_part_and_an_admin_can_make_her_a_teacher(school: School) -> None:
    assert "Teaching" not in text_of(as_(school.sana).get("/settings/"))
    page = as_(school.ada).get(f"/people/{school.sana.uid}/")
    assert "Teaching Is no teacher here. Make a teacher" in text_of(page)
    school.sana.is_active = False
    school.sana.save()
    assert "Make a teacher" not in text_of(as_(school.ada).get(f"/people/{school.sana.uid}/"))


def test_a_program_that_one_only_stands_in_for_is_named_and_no_link(school: School) -> None:
    school.assign(school.tariq, school.other_program, only_for=new_uid())

    page = as_(school.tariq).get("/settings/")

    assert "Physics B (for one class)" in text_of(page)
    assert "/programs/PHY-B/" not in page.content.decode()


def teaches(school: School) -> None:
    sent = {"subjects": "Physics, Algebra", "weekly_hours": "12"}
    as_(school.tariq).post(f"/programs/profiles/{school.tariq.uid}/", sent)
    make_class(school.program, school.tariq, school.now + timedelta(days=1), minutes=90, now=school.now)
