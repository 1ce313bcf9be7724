"""Giving classes of a plan a teacher on its page: one of them, all of an hour, all that a table names."""

from __future__ import annotations

from datetime import time, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.planner.models import Plan
from eduraise.programs.enums import Preset
from tests.classes.pages import signed_in
from tests.classes.series import plan as series_of
from tests.classes.series import thursdays
from tests.linked import LinkedZoom
from tests.planner.plans import begin, candidates, carry_out, codes, plan_of, states
from tests.planner.test_pages import address, text
from tests.programs.stated import THURSDAY
from tests.programs.stated import states as stated

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(linked: LinkedZoom) -> Client:
    """Tariq leads the program and has Zoom; Tove teaches beside him and has too."""
    school = linked.school
    linked.connect(school.tariq)
    return signed_in(school.tariq)


def mixed(linked: LinkedZoom) -> Plan:
    """Four Thursdays at ten and two at noon that nobody teaches, one Thursday for a “Tarik”."""
    school, days = linked.school, thursdays(linked.school, 4)
    return plan_of(
        school,
        [
            *candidates(school, days, teacher=None),
            *candidates(school, days[:2], teacher=None, local_start=time(12)),
            *candidates(school, days[:1], teacher=None, local_start=time(15), said_teacher="Tarik"),
        ],
    )


def teachers(plan: Plan) -> list[str]:
    names = plan.rows.order_by("row_number").values_list("teacher__name", flat=True)
    return [name or "" for name in names]


def give(client: Client, plan: Plan, number: int, which: str, uid: object) -> object:
    return client.post(address(plan, f"rows/{number}/teacher/"), {"which": which, "teacher": str(uid)})


def test_classes_without_a_teacher_are_named_by_hour_with_the_way_to_give_them_one(
    linked: LinkedZoom, lead: Client
) -> None:
    plan = mixed(linked)
    answer = lead.get(address(plan))
    page = text(answer)
    assert "7 classes have no teacher" in page
    assert "Thu 10:00–11:00 4 classes" in page
    assert "Thu 12:00–13:00 2 classes" in page
    assert "Thu 15:00–16:00 1 class Tarik" in page
    for number in (1, 5, 7):
        assert f'href="{address(plan, f"rows/{number}/teacher/")}?which=hour"' in answer.content.decode()


@pytest.mark.parametrize(
    ("which", "number", "taught"),
    [
        ("one", 2, ["", "Tariq", "", "", "", "", ""]),
        ("hour", 2, ["Tariq", "Tariq", "Tariq", "Tariq", "", "", ""]),
        ("same", 2, ["Tariq", "Tariq", "Tariq", "Tariq", "Tariq", "Tariq", ""]),
        ("same", 7, ["", "", "", "", "", "", "Tariq"]),
    ],
)
def test_a_teacher_is_given_one_class_its_hour_or_all_of_nobody(
    linked: LinkedZoom, lead: Client, which: str, number: int, taught: list[str]
) -> None:
    plan = mixed(linked)
    answer = give(lead, plan, number, which, linked.school.tariq.uid)
    assert answer.status_code == 302  # type: ignore[attr-defined]
    assert teachers(plan) == taught
    # the verdicts are those of the teacher that it has now
    assert codes(plan, linked) == [[] if name else ["no_teacher"] for name in taught]


def test_what_hinders_a_teacher_is_said_before_she_is_chosen_and_after(
    linked: LinkedZoom, lead: Client
) -> None:
    school, days = linked.school, thursdays(linked.school, 4)
    school.assign(school.tariq, school.other_program)
    series_of(school, days[1:2], program=school.other_program)
    plan = mixed(linked)
    page = text(lead.get(address(plan, "rows/1/teacher/"), {"which": "hour"}))
    assert "Who teaches these 4 classes?" in page
    assert "Could hold 3 of 4. Tariq has another class then" in page
    assert "Give 4 classes" in page
    assert "Could hold it" in text(lead.get(address(plan, "rows/1/teacher/")))
    give(lead, plan, 1, "hour", school.tariq.uid)
    assert codes(plan, linked)[:4] == [[], ["teacher_busy", "host_busy"], [], []]
    begin(school, plan)
    carry_out(linked, plan)
    assert states(plan)[:4] == ["booked", "failed", "booked", "booked"]


def test_a_class_of_a_teacher_is_given_to_another(linked: LinkedZoom, lead: Client) -> None:
    school = linked.school
    second = school.person("second")
    school.assign(second, school.program, preset=Preset.LEAD)
    linked.connect(second)
    plan = plan_of(school, candidates(school, thursdays(school, 3)))
    give(lead, plan, 2, "one", second.uid)
    assert teachers(plan) == ["Tariq", second.name, "Tariq"]
    assert codes(plan, linked) == [[], [], []]


def test_who_is_free_comes_first_and_each_other_has_why_not(linked: LinkedZoom, lead: Client) -> None:
    school, days = linked.school, thursdays(linked.school, 2)
    assert school.tove.pk
    people = {name: school.teacher(name) for name in ("abel", "bea", "cleo", "dora")}
    for person in people.values():
        school.assign(person, school.program)
    for name in ("abel", "bea", "dora"):
        linked.connect(people[name])
    stated(people["abel"], "Europe/Madrid", (THURSDAY, "14:00", "18:00"))
    school.assign(people["bea"], school.other_program)
    series_of(school, days, program=school.other_program, teacher=people["bea"])
    plan = plan_of(school, candidates(school, days))
    answer = lead.get(address(plan, "rows/1/teacher/"))
    page = text(answer)
    offered = ["Dora", "Tariq", "Abel", "Bea", "Cleo", "Tove"]
    places = [page.rindex(f" {name} ") for name in offered]
    assert places == sorted(places), page
    for name, why in (
        ("Dora", "Could hold it"),
        ("Abel", "Could hold it. Outside Abel’s hours"),
        ("Bea", "Can’t: Bea has another class then"),
        ("Cleo", "Can’t: "),
        ("Tove", "Can’t: the part in this program (Assistant) doesn’t allow holding classes."),
    ):
        assert f"{name} {why}" in page, page
    assert give(lead, plan, 1, "one", school.tove.uid).status_code == 422  # type: ignore[attr-defined]


def test_only_who_may_hold_classes_of_the_program_can_be_chosen(linked: LinkedZoom, lead: Client) -> None:
    """Olu teaches elsewhere, Sana attends: neither is offered, neither is taken."""
    school, plan = linked.school, mixed(linked)
    page = text(lead.get(address(plan, "rows/1/teacher/")))
    for person in (school.olu, school.sana):
        assert person.name not in page
        answer = give(lead, plan, 1, "one", person.uid)
        assert answer.status_code == 422  # type: ignore[attr-defined]
    assert text(give(lead, plan, 1, "one", "")).count("Choose a teacher.") == 2
    assert teachers(plan) == [""] * 7


def test_nobody_else_and_no_plan_that_is_begun(linked: LinkedZoom, lead: Client) -> None:
    school, plan = linked.school, mixed(linked)
    for person in (school.tove, school.sana, school.olu):
        other = signed_in(person)
        assert other.get(address(plan, "rows/1/teacher/")).status_code == 404
        assert give(other, plan, 1, "one", school.tariq.uid).status_code == 404  # type: ignore[attr-defined]
    assert lead.get(address(plan, "rows/8/teacher/")).status_code == 404
    give(lead, plan, 1, "one", school.tariq.uid)
    begin(school, plan)
    answer = give(lead, plan, 2, "one", school.tariq.uid)
    assert answer["Location"] == address(plan)  # type: ignore[index]
    assert "This plan was gone on with meanwhile." in text(lead.get(address(plan)))
    assert teachers(plan) == ["Tariq", *[""] * 6]


def test_what_could_not_be_scheduled_is_given_a_teacher_and_scheduled(
    linked: LinkedZoom, lead: Client
) -> None:
    """Two of three had none when the plan was begun; one is given to him, then the other with it."""
    school, days = linked.school, thursdays(linked.school, 3)
    found = [*candidates(school, days[:1]), *candidates(school, days[1:], teacher=None)]
    plan = plan_of(school, found)
    begin(school, plan)
    carry_out(linked, plan)
    page = text(lead.get(address(plan)))
    assert "2 could not be scheduled." in page
    assert page.count("Choose a teacher") == 2
    assert "Give and schedule 2 classes" in text(lead.get(address(plan, "rows/2/teacher/?which=same")))
    give(lead, plan, 2, "same", school.tariq.uid)
    carry_out(linked, plan)
    assert states(plan) == ["booked"] * 3
    assert teachers(plan) == ["Tariq"] * 3
    # what is scheduled is given to another on its own page
    assert lead.get(address(plan, "rows/1/teacher/")).status_code == 404


def test_the_way_back_is_the_list_that_one_came_from(linked: LinkedZoom, lead: Client) -> None:
    school = linked.school
    days = [linked.now.date() + timedelta(days=2 + turn) for turn in range(60)]
    plan = plan_of(school, candidates(school, days))
    where = address(plan, "rows/55/teacher/")
    page = lead.get(where, {"show": "all", "page": "2"}).content.decode()
    assert f'href="{address(plan)}?show=all&amp;page=2#rows"' in page
    values = {"which": "one", "teacher": str(school.tariq.uid), "show": "all", "page": "2"}
    assert lead.post(where, values)["Location"] == f"{address(plan)}?show=all&page=2#rows"


@pytest.mark.parametrize("rest", ["", "rows/1/teacher/?which=same"])
def test_the_pages_take_the_same_queries_for_two_teachers_or_eight(
    linked: LinkedZoom, lead: Client, rest: str
) -> None:
    school = linked.school
    people = [school.person(f"teacher{number}") for number in range(8)]
    counts = []
    for number in (2, 8):
        for person in people[:number]:
            if not person.assignments.exists():
                school.assign(person, school.program, preset=Preset.LEAD)
        days = [linked.now.date() + timedelta(days=2 + turn) for turn in range(number)]
        found = [
            one
            for turn, person in enumerate(people[:number])
            for one in candidates(school, days[turn : turn + 1], teacher=person)
        ]
        plan = plan_of(school, found)
        lead.get(address(plan, rest))
        with CaptureQueriesContext(connection) as captured:
            assert lead.get(address(plan, rest)).status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 32


def test_who_hears_of_a_plan_and_why_others_do_not_is_said(linked: LinkedZoom, lead: Client) -> None:
    """Two are enrolled; one of them hasn't taken up her account."""
    school = linked.school
    assert school.sana.joined_at
    late = school.person("late")
    type(late).objects.filter(pk=late.pk).update(joined_at=None)
    school.enrol(late, school.program)
    plan = plan_of(school, candidates(school, thursdays(school, 3)))
    page = text(lead.get(address(plan)))
    assert "1 student is told once, when Zoom has booked them." in page
    assert "1 who is enrolled has not taken up the account yet and finds the classes there." in page
    assert "teacher is told" not in page  # it is he who schedules them
    assert "1 teacher is told." in text(signed_in(school.ada).get(address(plan)))
