"""Marks are set on the register's page: one, many, everybody; with a reason, and with a way back."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from eduraise.accounts.models import User
from eduraise.attendance.closing import lock_due
from eduraise.attendance.enums import RegisterState
from eduraise.attendance.models import Mark, MarkChange, Register
from eduraise.core.models import AuditEntry
from tests.attendance.scene import Scene
from tests.classes.pages import fields_of, signed_in, text_of
from tests.school import School

pytestmark = pytest.mark.django_db
PART = {"HX-Request-Type": "partial"}


@pytest.fixture
def scene(school: School) -> Scene:
    """Tariq's class of an hour, over for an hour: Sana was there, Bea came late, Cem didn't come."""
    for name in ("bea", "cem"):
        school.enrol(school.person(name), school.program)
    scene = Scene(school)
    sitting = scene.held()
    scene.was_in(sitting, school.sana, (0, 60))
    scene.was_in(sitting, named("Bea"), (20, 60))
    scene.fold()
    school.clock.set(scene.at(120))
    return scene


def named(name: str) -> User:
    return User.objects.get(name=name)


def to(scene: Scene, end: str = "") -> str:
    return f"/classes/{scene.session.code}/attendance/{end}"


def press(client: Client, scene: Scene, name: str, status: str, **more: Any) -> Any:
    """One of the five buttons of a row."""
    return client.post(to(scene, "marks/"), {"student": named(name).uid, "status": status, **more})


def undo_address(answer: Any) -> str:
    """Where the toast's Undo posts to."""
    found = re.search(r'<form method="post" action="([^"]+/undo/)"', answer.content.decode())
    assert found
    return found[1]


def test_one_press_sets_a_mark_and_undo_puts_it_back(scene: Scene) -> None:
    client = signed_in(scene.school.tariq)

    answer = press(client, scene, "Cem", "excused")
    page = client.get(answer["Location"])

    assert answer.status_code == 302
    assert scene.marks()["Cem"] == ("excused", 0)
    assert "Cem: Excused" in page.content.decode()
    assert "Set by Tariq; by the rule: Absent" in text_of(page)
    client.post(undo_address(page))
    assert scene.marks()["Cem"] == ("absent", 0)


def test_with_script_the_row_alone_comes_back_with_the_counts(scene: Scene) -> None:
    client = signed_in(scene.school.tariq)

    answer = client.post(
        to(scene, "marks/"), {"student": named("Cem").uid, "status": "present"}, headers=PART
    ).content.decode()

    assert re.findall(r'<li id="s-([\w-]+)"', answer) == [str(named("Cem").uid)]
    assert '<hx-partial hx-target="#sums"' in answer
    assert 'class="present" aria-pressed="true"' in answer
    assert "/undo/" in answer


def test_many_are_set_at_once_with_one_reason_and_undone_together(scene: Scene) -> None:
    client = signed_in(scene.school.tove)
    picked = [str(named(name).uid) for name in ("Bea", "Cem")]

    client.post(to(scene, "marks/"), {"pick": picked, "status": "excused", "why": "bus strike"})
    page = client.get(to(scene))

    assert scene.marks() == {"Sana": ("present", 60), "Bea": ("excused", 40), "Cem": ("excused", 0)}
    assert text_of(page).count("Set by Tove: “bus strike”") == 2
    client.post(undo_address(page))
    assert scene.marks()["Bea"] == ("late", 40)


def test_ticking_nobody_says_so(scene: Scene) -> None:
    client = signed_in(scene.school.tariq)

    page = client.post(to(scene, "marks/"), {"status": "present"}, follow=True)

    assert "Tick the students first." in page.content.decode()
    assert not MarkChange.objects.filter(cause="hand").exists()


def test_what_somebody_else_set_meanwhile_is_not_written_over(scene: Scene) -> None:
    press(signed_in(scene.school.tove), scene, "Cem", "excused", seen=0)

    client = signed_in(scene.school.tariq)
    answer = press(client, scene, "Cem", "present", seen=0)

    assert "Somebody changed this mark meanwhile" in client.get(answer["Location"]).content.decode()
    assert scene.marks()["Cem"] == ("excused", 0)


def test_a_mark_has_its_own_form_with_minutes_and_reason(scene: Scene) -> None:
    client = signed_in(scene.school.tariq)
    address = to(scene, f"students/{named('Cem').uid}/")
    typed = fields_of(client.get(address))

    client.post(address, typed | {"m-status": "late", "m-minutes": "30", "m-why": "dialled in"})

    assert scene.marks()["Cem"] == ("late", 30)
    assert Mark.objects.get(student=named("Cem")).hand_why == "dialled in"
    assert "Tariq set it to “Late”, 30 minutes" in text_of(client.get(to(scene)))


def test_more_minutes_than_the_class_has_are_refused_beside_the_field(scene: Scene) -> None:
    client = signed_in(scene.school.tariq)
    address = to(scene, f"students/{named('Cem').uid}/")

    plain = client.post(address, {"m-status": "late", "m-minutes": "300", "m-why": "kept"})
    part = client.post(address, {"m-status": "late", "m-minutes": "300"}, headers=PART)

    assert plain.status_code == part.status_code == 422
    assert "give a number from 0 to that" in text_of(plain)
    assert 'value="kept"' in plain.content.decode()
    assert part["HX-Retarget"] == f"#f-{named('Cem').uid}"
    assert scene.marks()["Cem"] == ("absent", 0)


def test_each_mark_explains_itself_and_shows_what_it_was(scene: Scene) -> None:
    client = signed_in(scene.school.tariq)
    press(client, scene, "Bea", "present")

    said = text_of(client.get(to(scene)))

    assert "Late: came 20 minutes after the start, more than 10." in said
    assert "Late, 40 min → Present, 40 min, Tariq" in said
    assert "Absent: 0 minutes, and 30 were needed" in said


def test_where_nothing_is_known_everybody_is_marked_present_and_exceptions_follow(school: School) -> None:
    school.enrol(school.person("bea"), school.program)
    assert school.sana
    scene = Scene(school)
    Register.objects.all().delete()
    school.clock.set(scene.at(120))
    client = signed_in(school.tariq)

    assert "Everybody present" in text_of(client.get(to(scene)))
    client.post(to(scene, "marks/all/"))
    press(client, scene, "Bea", "absent")

    marks = Mark.objects.values_list("student__name", "status")
    assert dict(marks) == {"Bea": "absent", "Sana": "present"}
    assert "Everybody present" not in text_of(client.get(to(scene)))


def lock(scene: Scene) -> None:
    """Two weeks after it was final."""
    Register.objects.update(state=RegisterState.FINAL, final_at=scene.at(120))
    scene.school.clock.advance(days=15)
    lock_due(scene.school.now)


def test_a_locked_register_takes_nothing_until_an_admin_opens_it_with_a_reason(scene: Scene) -> None:
    lock(scene)
    tariq, ada = signed_in(scene.school.tariq), signed_in(scene.school.ada)

    page = tariq.get(to(scene))
    press(tariq, scene, "Cem", "present")

    assert 'name="status"' not in page.content.decode()
    assert scene.marks()["Cem"] == ("absent", 0)
    assert tariq.post(to(scene, "reopening/"), {"why": "please"}).status_code == 404
    assert ada.post(to(scene, "reopening/"), {"why": " "}).status_code == 422
    ada.post(to(scene, "reopening/"), {"why": "a note from a doctor"})
    press(tariq, scene, "Cem", "excused")
    assert scene.marks()["Cem"] == ("excused", 0)
    assert AuditEntry.objects.filter(verb="attendance.reopened").count() == 1
    assert "Opened again, Ada : “a note from a doctor”" in text_of(tariq.get(to(scene)))


def test_the_reason_to_open_a_register_again_is_not_called_optional(scene: Scene) -> None:
    lock(scene)

    said = text_of(signed_in(scene.school.ada).get(to(scene, "reopening/")))

    assert "It stays in the register’s history." in said
    assert "optional" not in said


def test_what_became_known_after_the_lock_stands_beside_the_mark_until_an_admin_takes_it(
    scene: Scene,
) -> None:
    lock(scene)
    scene.was_in(scene.session.occurrence.instances.get(), named("Cem"), (0, 60))  # type: ignore[union-attr]
    scene.fold(60 * 24 * 16)
    tariq, ada = signed_in(scene.school.tariq), signed_in(scene.school.ada)

    page = tariq.get(to(scene))

    assert "More became known after the lock: Present, 60 min, in " in text_of(page)
    assert "60 of 60 minutes count" in text_of(page)
    assert "It counts once an admin lets it." in text_of(page)
    assert scene.marks()["Cem"] == ("absent", 0)
    assert tariq.post(to(scene, "entries/")).status_code == 404
    ada.post(to(scene, "entries/"), {"student": named("Cem").uid})
    assert scene.marks()["Cem"] == ("present", 60)
    assert "Absent, 0 min → Present, 60 min, Known after the lock, let count by Ada" in text_of(
        tariq.get(to(scene))
    )


def test_a_locked_register_asks_nobody_who_somebody_was(scene: Scene) -> None:
    scene.was_in(scene.session.occurrence.instances.get(), None, (0, 60))  # type: ignore[union-attr]
    scene.fold()
    ada = signed_in(scene.school.ada)
    assert "Who are these?" in text_of(ada.get(to(scene)))

    lock(scene)

    assert "Who are these?" not in text_of(ada.get(to(scene)))
    assert "Nobody knows who these are" in text_of(ada.get(to(scene)))


def test_what_became_known_beside_a_mark_set_by_hand_is_not_offered_as_that_mark(scene: Scene) -> None:
    tariq, ada = signed_in(scene.school.tariq), signed_in(scene.school.ada)
    press(tariq, scene, "Cem", "excused")
    lock(scene)
    scene.was_in(scene.session.occurrence.instances.get(), named("Cem"), (0, 60))  # type: ignore[union-attr]
    scene.fold(60 * 24 * 16)

    page = text_of(ada.get(to(scene)))
    assert "Let the rule say “Present”" in page
    assert "; what was set stands" in page
    assert "Make it" not in page
    assert "If an admin lets it count, what was set by hand stands." in page

    answer = ada.post(to(scene, "entries/"), {"student": named("Cem").uid}, follow=True)
    assert "What was set by hand stands for 1 student." in answer.content.decode()
    assert "Set by Tariq; by the rule: Present" in text_of(answer)
    assert scene.marks()["Cem"][0] == "excused"


def test_a_class_that_was_not_held_counts_for_nobody_until_somebody_says_it_was(scene: Scene) -> None:
    client = signed_in(scene.school.tariq)

    client.post(to(scene, "holding/"), {"held": "no"})
    not_held = scene.marks()["Cem"]
    client.post(to(scene, "holding/"), {"held": "yes"})

    assert not_held[0] == ""
    assert scene.marks()["Cem"] == ("absent", 0)


@pytest.mark.parametrize("who", ["olu", "sana", "finn"])
@pytest.mark.parametrize(
    "end", ["marks/", "marks/all/", "reading/", "holding/", "entries/", "people/", "nudge/"]
)
def test_who_may_not_correct_changes_nothing(scene: Scene, who: str, end: str) -> None:
    answer = signed_in(getattr(scene.school, who)).post(
        to(scene, end), {"student": named("Cem").uid, "status": "present", "held": "no"}
    )

    assert answer.status_code == 404
    assert scene.marks()["Cem"] == ("absent", 0)


def test_a_student_of_another_class_is_not_marked_here(scene: Scene) -> None:
    other = scene.school.person("else")
    scene.school.enrol(other, scene.school.other_program)

    press(signed_in(scene.school.tariq), scene, "Else", "present")

    assert not Mark.objects.filter(student=other).exists()
