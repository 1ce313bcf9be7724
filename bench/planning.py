"""Planning a term: how long a plan of a thousand classes takes to look at, and how many calls one costs at
Zoom.

In this process, with the pretend Zoom behind a transport. The thousand are of twelve teachers, forty hours a
week in all, through two clock changes, with holidays; the teachers' other classes, their hours at Zoom and
their students' other programs are there, so that all that a row may be told is looked for.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from statistics import median
from time import process_time

from django.db import transaction
from tests.linked import LinkedZoom
from tests.moving import MovingClock
from tests.school import School
from tests.zoom_simulator import ZoomSim

from bench.figures import Figure
from bench.school import program_with_classes
from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.planner import actions, checking
from eduraise.planner.booking import plan_due
from eduraise.planner.drafting import make_plan
from eduraise.planner.models import Plan
from eduraise.planner.showing import PlanPage
from eduraise.planner.sourcing import candidates_of
from eduraise.programs.models import Holiday, Program
from eduraise.programs.slots import SlotDraft, add_slots
from eduraise.zoom import api

CLASSES, TEACHERS, HOURS_A_WEEK = 1000, 12, 40
WEEKS = CLASSES // HOURS_A_WEEK
ROUNDS = 5
FIRST = date(2026, 9, 7)


def measure() -> list[Figure]:
    """Fills a fresh database; the figures."""
    hand = MovingClock(datetime(2026, 8, 20, 8, 0, tzinfo=UTC))
    clock.install(product=hand)
    school = School(hand)
    with transaction.atomic():
        program = term(school)
    return [thousand(school, program), *calls(school)]


def term(school: School) -> Program:
    """A program of forty hours a week; each of its teachers has a hundred other classes."""
    program = school.make_program("TERM", "A whole school's term")
    teachers = [program_with_classes(school, number) for number in range(1, TEACHERS + 1)]
    for teacher in teachers:
        school.assign(teacher, program)
    for number in range(1, TEACHERS + 1):
        student = school.person(f"both{number}")
        school.enrol(student, program)
        school.enrol(student, Program.objects.get(code=f"P{number}"))
    drafts = [
        SlotDraft(
            weekday=number % 5 + 1,
            local_start=time(8 + number // 5),
            minutes=45,
            anchor_on=FIRST,
            teacher=teachers[number % TEACHERS],
        )
        for number in range(HOURS_A_WEEK)
    ]
    add_slots(program=program, drafts=drafts, by=school.ada, now=school.now)
    for number in range(6):
        on = FIRST + timedelta(days=24 * number + 1)
        Holiday.objects.create(
            program=program, starts_on=on, ends_on=on, name=f"Day off {number}", created_at=school.now
        )
    return program


def thousand(school: School, program: Program) -> Figure:
    """From the timetable to a plan whose every row has been looked at."""
    times = []
    for _round in range(ROUNDS):
        began = process_time()
        plan = planned(school, program)
        page = PlanPage(plan, school.now, plan.by)
        assert len(page.rows) == CLASSES, len(page.rows)
        assert page.shares
        times.append(process_time() - began)
    found = sum(bool(row.verdicts) for row in checking.check(plan, school.now).rows)
    return Figure(
        "planning a term: 1,000 classes, conflicts and clocks looked at",
        median(times),
        "s",
        2,
        note=f"{found} rows with something to be known",
    )


def planned(school: School, program: Program) -> Plan:
    """A plan of the whole term."""
    last_on = FIRST + timedelta(weeks=WEEKS, days=-1)
    found = candidates_of(program, first_on=FIRST, last_on=last_on, now=school.now)
    return make_plan(program=program, candidates=found, by=school.ada, now=school.now)


def calls(school: School) -> list[Figure]:
    """What thirty weekly classes with six holidays among them cost at Zoom."""
    sim = ZoomSim()
    api.install(sim.transport)
    linked = LinkedZoom(school, sim)
    program = school.make_program("CALLS", "A weekly class")
    teacher = school.teacher("weekly")
    school.assign(teacher, program)
    linked.connect(teacher)
    slot = SlotDraft(weekday=2, local_start=time(18), minutes=90, anchor_on=FIRST, teacher=teacher)
    add_slots(program=program, drafts=[slot], by=school.ada, now=school.now)
    for week in (7, 15, 16, 17, 24, 29):
        on = FIRST + timedelta(weeks=week, days=1)
        Holiday.objects.create(program=program, starts_on=on, ends_on=on, name="Off", created_at=school.now)
    last_on = FIRST + timedelta(weeks=36, days=-1)
    found = candidates_of(program, first_on=FIRST, last_on=last_on, now=school.now)
    plan = make_plan(program=program, candidates=found, by=school.ada, now=school.now)
    said = PlanPage(plan, school.now, plan.by).shares[0].calls
    actions.begin(plan=plan, by=school.ada, now=school.now)
    before = counted(sim)
    for _turn in range(30):
        plan_due(linked.now)
        linked.push(at_most=40)
        linked.advance(seconds=11)
    api.install(None)
    spent = counted(sim) - before
    held = ClassSession.objects.filter(program=program, occurrence__zoom_starts_at__isnull=False).count()
    assert held == 30, held
    return [
        Figure(
            "a term of 30 weekly classes with 6 holidays: calls that count at Zoom",
            spent,
            "calls",
            7,
            note=f"one meeting, one call for each holiday; the plan said {said}",
        ),
        Figure("the same: meetings at Zoom", len(sim.meetings), "meetings", 1),
    ]


def counted(sim: ZoomSim) -> int:
    """Calls so far that make, change or remove something."""
    log = sim.control("GET", "log")["calls"]
    return sum(call["method"] in ("POST", "PATCH", "DELETE") and "/v2/" in call["path"] for call in log)
