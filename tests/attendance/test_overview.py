"""The page of attendance for teachers and admins: which registers need somebody, and how programs stand."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.attendance.enums import RegisterState
from eduraise.attendance.excuses import send_excuse
from eduraise.attendance.models import ReadingPlan, Register
from eduraise.programs.enums import Preset
from tests.attendance.scene import Scene
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class
from tests.school import School

pytestmark = pytest.mark.django_db
PAGE = "/attendance/registers/"


def said(person: User) -> str:
    answer = signed_in(person).get(PAGE)
    assert answer.status_code == 200
    return text_of(answer)


def hold(school: School, days: int, *, knows: bool = True, final: bool = True) -> Scene:
    """A class so many days from now, with sana in it, and somebody whom nobody knows unless all are known."""
    scene = Scene(school, starts_at=school.now + timedelta(days=days))
    sitting = scene.held()
    scene.was_in(sitting, school.sana, (0, 60))
    if not knows:
        scene.was_in(sitting, None, (0, 60))
    scene.fold()
    state = {"state": RegisterState.FINAL, "final_at": scene.at(120)} if final else {}
    Register.objects.filter(pk=scene.register.pk).update(**state, next_at=scene.at(200))
    return scene


def untold(school: School, days: int) -> Scene:
    """A class of which Zoom told nothing, and will not."""
    _ = school.sana
    scene = Scene(school, starts_at=school.now + timedelta(days=days))
    scene.fold()
    ReadingPlan.objects.update_or_create(
        register=scene.register, defaults={"settled_at": scene.at(90), "next_at": scene.at(90)}
    )
    return scene


def test_it_names_the_registers_that_need_somebody_and_why(school: School) -> None:
    hold(school, 1)
    unknown = hold(school, 2, knows=False, final=False)
    by_hand = untold(school, 3)
    school.clock.advance(days=4)
    page = said(school.tariq)

    assert "1 nobody knows" in page
    assert "To mark by hand" in page
    assert "2 registers not final yet 2 to check" in page
    html = signed_in(school.tariq).get(PAGE).content.decode()
    links = [f"/classes/{one.session.code}/attendance/" for one in (by_hand, unknown)]
    assert [one for one in html.split('"') if one.endswith("/attendance/") and "/classes/" in one] == links
    assert "/programs/ALG-2/attendance/" in html


def test_what_still_waits_for_zoom_is_pending_and_not_to_be_marked_by_hand(school: School) -> None:
    scene = Scene(school)
    _ = school.sana
    scene.fold()
    ReadingPlan.objects.update_or_create(register=scene.register, defaults={"next_at": scene.at(90)})
    school.clock.set(scene.at(61))
    page = said(school.tariq)

    assert "No register needs anybody." in page
    assert "1 register not final yet" in page


@pytest.mark.parametrize("how", ["locked", "not held", "cancelled", "long ago"])
def test_what_nobody_can_correct_any_more_is_not_on_it(school: School, how: str) -> None:
    scene = hold(school, 1, knows=False)
    rows = Register.objects.filter(pk=scene.register.pk)
    if how == "locked":
        rows.update(state=RegisterState.LOCKED, locked_at=scene.at(300))
    if how == "not held":
        rows.update(not_held_at=scene.at(90))
    if how == "cancelled":
        type(scene.session).objects.update(cancelled_at=scene.at(-60), cancelled_by=school.tariq)
    school.clock.advance(days=90 if how == "long ago" else 4)

    assert "No register needs anybody." in said(school.tariq)
    assert "Nothing is open" in said(school.tariq)


def test_excuses_that_wait_are_counted_for_who_answers_them(school: School) -> None:
    session = make_class(school.program, school.tariq, school.now + timedelta(hours=3), now=school.now)
    send_excuse(session=session, student=school.sana, text="ill", now=school.now)

    for who in (school.tariq, school.ada):
        assert said(who).count("1 excuse waits") == 2
    assert "excuse waits" not in said(school.olu)


def test_each_sees_her_own_programs_alone(school: School) -> None:
    scene = hold(school, 1, knows=False)
    school.clock.advance(days=2)
    wim = school.teacher("wim")
    school.assign(wim, school.other_program, Preset.LEAD)

    assert "1 nobody knows" in said(school.ada)
    for who in (school.olu, wim):
        page = said(who)
        assert ("Algebra" in page, "nobody knows" in page, "Physics B" in page) == (False, False, True)
    # who stands in for one class finds that
    school.assign(wim, school.program, Preset.TEACHER, only_for=scene.session.uid)
    assert "1 nobody knows" in said(wim)
    assert "/programs/ALG-2/attendance/" not in signed_in(wim).get(PAGE).content.decode()


def test_it_stands_in_the_navigation_and_is_the_registers_place(school: School) -> None:
    scene = hold(school, 1)
    school.clock.advance(days=2)
    for who in (school.tariq, school.ada):
        for address in ("/", PAGE, f"/classes/{scene.session.code}/attendance/"):
            html = signed_in(who).get(address).content.decode()
            bar = html[html.index('<nav class="nav"') :].split("</nav>")[0]
            assert f'href="{PAGE}"' in bar
            assert (f'href="{PAGE}" aria-current="page"' in bar) == (address != "/")


def test_it_takes_as_many_queries_for_one_register_as_for_many(school: School) -> None:
    hold(school, 1, knows=False)
    school.clock.advance(days=30)

    def queries() -> int:
        client = signed_in(school.tariq)
        client.get(PAGE)
        with CaptureQueriesContext(connection) as asked:
            client.get(PAGE)
        return len(asked)

    one = queries()
    for day in range(27):
        hold(school, day - 28, knows=False)
        school.assign(school.tariq, school.make_program(f"P-{day}", f"Program {day}"), Preset.LEAD)
    assert queries() == one <= 12
    page = said(school.tariq)
    assert "These are the latest 25" in page
    assert "28 to check" in page
