"""What a home costs: the same for one program with its classes as for a hundred, never more than twelve."""

from __future__ import annotations

from datetime import time, timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.notifications.models import Message
from eduraise.programs.enums import Preset
from eduraise.programs.models import Material, Program
from eduraise.programs.timetable_models import Slot, SyllabusTopic
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class, sit
from tests.school import School

MOST = 12


def cost(person: User, address: str = "/") -> int:
    """The queries of the whole request, session, reader, roles and bell among them."""
    client = Client()
    client.force_login(person)
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    assert answer.status_code == 200
    return len(queries)


def fill(school: School, number: int) -> None:
    """One more program: classes (live, near, to come, over, in trouble), people, something to read."""
    program = school.program
    if number:
        program = school.make_program(f"P-{number:03}", f"Program {number}")
        school.assign(school.tariq, program, Preset.LEAD)
        school.enrol(school.sana, program)
    school.assign(school.teacher(f"colleague{number}"), program, Preset.ASSISTANT)
    Material.objects.create(
        program=program, kind="link", title="Notes", url="https://notes.example", created_at=school.now
    )
    behind(school, program)
    for hours, at_zoom in ((-30, True), (-0.2, True), (0.1, True), (26, True), (30, False)):
        at = school.now + timedelta(hours=hours, minutes=number)
        made = make_class(program, school.tariq, at, now=school.now, at_zoom=at_zoom, operation=None)
        if hours < 0:
            sit(made, made.starts_at, ended_at=made.ends_at if hours < -1 else None)


def behind(school: School, program: Program) -> None:
    """More topics than classes, one of which was cancelled, and a timetable that has more days."""
    start = school.now.date()
    term = {"starts_on": start - timedelta(days=7), "ends_on": start + timedelta(days=14)}
    Program.objects.filter(pk=program.pk).update(**term)
    topic = {"program": program, "created_at": school.now}
    SyllabusTopic.objects.bulk_create(
        SyllabusTopic(position=position, title=f"Topic {position}", **topic) for position in range(12)
    )
    slot = {"weekday": start.isoweekday(), "local_start": time(10), "minutes": 60, "anchor_on": start}
    Slot.objects.create(**slot, **topic)
    make_class(program, school.tariq, school.now - timedelta(days=3), now=school.now, cancelled_at=school.now)


def test_a_program_that_is_behind_says_so_on_the_home_of_its_teacher(school: School) -> None:
    fill(school, 0)
    school.assign(school.tariq, school.make_program("P-1", "Program 1"), Preset.LEAD)
    said = text_of(signed_in(school.tariq).get("/"))

    assert said.count("Behind by 1 class") == 2  # in few words, and in the sentence that says what mends it
    assert "5 topics of the syllabus have no class" in said
    assert "Behind" not in text_of(signed_in(school.sana).get("/"))


def test_home_costs_the_same_for_one_twenty_and_a_hundred(school: School) -> None:
    readers = {"ada": school.ada, "tariq": school.tariq, "sana": school.sana}
    costs: dict[str, list[int]] = {name: [] for name in readers}
    for number in range(100):
        fill(school, number)
        if number + 1 in (1, 20, 100):
            for name, person in readers.items():
                costs[name].append(cost(person))

    for name, counts in costs.items():
        assert counts == [counts[0]] * 3, name
        assert counts[0] <= MOST, name


def test_what_waits_at_the_bell_costs_one_more_however_much_it_is(school: School) -> None:
    fill(school, 0)
    bare, counts = cost(school.tariq), []
    classes = list(ClassSession.objects.order_by("pk"))
    for number in (1, 30):
        for index in range(number):
            for kind in ("class.moved", "class.cancelled"):
                Message.objects.create(
                    person=school.tariq,
                    kind=kind,
                    fact_key=f"{number}-{index}",
                    thing_uid=classes[index % len(classes)].uid,
                    not_before=school.now,
                    created_at=school.now,
                )
        counts.append(cost(school.tariq))

    assert counts == [bare + 1] * 2
