"""What a teacher teaches and how much: kept by an action, with what was before."""

from __future__ import annotations

import pytest

from eduraise.core.models import AuditEntry
from eduraise.programs.models import TeacherProfile
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
        ({"weekly_hours": "0"}, "greater than or equal to 1"),
        ({"weekly_hours": "many"}, "Enter a whole number."),
    ],
)
def test_what_is_wrong_is_said_and_kept(school: School, sent: dict[str, str], said: str) -> None:
    answer = as_(school.tariq).post(f"/programs/profiles/{school.tariq.uid}/", sent)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert next(iter(sent.values())) in answer.content.decode()
