"""A program copied to its next term: moved by weeks, with whom and what was chosen, and nothing booked."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from eduraise.classes.models import ClassSession
from eduraise.classes.serial import DatedClass
from eduraise.planner.enums import PlanKind, RowState
from eduraise.planner.models import Plan
from eduraise.programs.copying import began_on, next_term_of
from eduraise.programs.materials import add_material, remove_material
from eduraise.programs.models import Material, Program
from eduraise.programs.pruning import prune_files
from eduraise.programs.slots import SlotDraft, add_slots
from eduraise.programs.syllabus import add_topics, change_topic
from eduraise.programs.timetable_models import Holiday
from tests.classes.pages import signed_in
from tests.classes.series import at, thursdays
from tests.classes.series import plan as series_of
from tests.linked import LinkedZoom
from tests.planner.plans import begin, carry_out, states
from tests.planner.test_pages import address, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def program(linked: LinkedZoom) -> Program:
    """A term of ten weeks with two hours a week, a syllabus, materials and holidays."""
    school = linked.school
    linked.connect(school.tariq)
    assert school.tove.pk
    assert school.sana.pk
    first = thursdays(school, 1)[0]
    school.program.starts_on, school.program.ends_on = first, first + timedelta(days=69)
    school.program.guidelines = "Cameras on."
    school.program.save()
    rules = school.program.class_settings
    rules.notice_minutes, rules.join_opens_minutes = 0, 25
    rules.save()
    drafts = [
        SlotDraft(weekday=4, local_start=time(10), minutes=60, teacher=school.tariq),
        SlotDraft(weekday=2, local_start=time(18), minutes=90, every_weeks=2, teacher=school.tove),
    ]
    add_slots(program=school.program, drafts=drafts, by=school.ada, now=school.now)
    [first_topic, _second] = add_topics(
        program=school.program, titles=["Sets", "Logic"], by=school.ada, now=school.now
    )
    shared = {"program": school.program, "by": school.ada, "now": school.now}
    reader = add_material(
        **shared, title="Reader", kind="file", file=SimpleUploadedFile("reader.txt", b"All of it")
    )
    change_topic(
        topic=first_topic,
        seen_version=1,
        title="Sets",
        notes="Venn",
        materials=[reader],
        place=1,
        by=school.ada,
        now=school.now,
    )
    add_material(**shared, title="Hers", kind="text", text="x", assignment=school.tariq.assignments.get())
    Holiday.objects.create(
        program=school.program,
        starts_on=first + timedelta(days=7),
        ends_on=first + timedelta(days=7),
        name="Fair",
        created_at=school.now,
    )
    return school.program


def typed(program: Program, **changes: object) -> dict[str, object]:
    first, last = next_term_of(program, began_on(program))
    return {
        "title": "Algebra, spring",
        "code": "ALG-S",
        "starts_on": first.isoformat(),
        "ends_on": last.isoformat(),
        "teachers": [str(program.assignments.get(person__name="Tariq").person.uid)],
        "with_materials": "on",
        "with_others": "on",
    } | changes


def copied(linked: LinkedZoom, program: Program, **changes: object) -> Program:
    answer = signed_in(linked.school.ada).post(f"/programs/{program.code}/copy/", typed(program, **changes))
    assert answer.status_code == 302, text(answer)
    return Program.objects.get(code="ALG-S")


def test_a_copy_has_timetable_syllabus_and_rules_of_its_own_and_nothing_is_booked(
    linked: LinkedZoom, program: Program
) -> None:
    copy = copied(linked, program)
    assert program.starts_on
    weeks = timedelta(weeks=10)
    assert (copy.state, copy.guidelines, copy.zone) == (Program.State.DRAFT, "Cameras on.", program.zone)
    assert copy.starts_on == program.starts_on + weeks
    assert copy.class_settings.join_opens_minutes == 25
    assert [
        (slot.weekday, slot.local_start, slot.every_weeks, slot.teacher and slot.teacher.name)
        for slot in copy.slots.order_by("weekday")
    ] == [(2, time(18), 2, None), (4, time(10), 1, "Tariq")]  # tove was not chosen
    every_second = {one.slots.get(weekday=2).anchor_on for one in (program, copy)}
    assert (max(every_second) - min(every_second)) % timedelta(weeks=2) == timedelta()
    assert list(copy.topics.order_by("position").values_list("title", "notes")) == [
        ("Sets", "Venn"), ("Logic", ""),
    ]  # fmt: skip
    assert list(copy.materials.values_list("title", "topic__title")) == [("Reader", "Sets")]
    assert [one.person.name for one in copy.assignments.all()] == ["Tariq"]
    assert (copy.holidays.count(), copy.enrolments.count(), copy.classes.count()) == (0, 0, 0)


def test_the_copy_is_planned_as_any_term_and_booked_when_that_is_confirmed(
    linked: LinkedZoom, program: Program
) -> None:
    copy = copied(linked, program)
    plan = Plan.objects.get(program=copy)
    assert plan.kind == PlanKind.COPY
    assert "Schedule 10 classes" in text(signed_in(linked.school.ada).get(address(plan)))
    begin(linked.school, plan)
    carry_out(linked, plan)
    assert states(plan).count(RowState.BOOKED) == 10
    assert {one.starts_at.weekday() for one in copy.classes.all()} == {3}


def test_classes_outside_the_timetable_come_as_many_weeks_later_if_chosen(
    linked: LinkedZoom, program: Program
) -> None:
    day, three = thursdays(linked.school, 3)[2], timedelta(hours=3)
    dated = [DatedClass(day, at(day) + three, "Exam")]
    [exam] = series_of(linked.school, [day], local_start=time(13), classes=dated).booked.values()
    twin = series_of(linked.school, thursdays(linked.school, 2)[1:])  # at an hour that the timetable has
    assert len(twin.booked) == 1
    copy = copied(linked, program)
    extra = Plan.objects.get(program=copy).rows.filter(slot_uid__isnull=True)
    assert [(row.topic, row.starts_at) for row in extra] == [
        (
            exam.topic,
            at(thursdays(linked.school, 13)[12]) + three,
        )  # at one there, whatever clocks do meanwhile
    ]
    Plan.objects.all().delete()
    Program.objects.filter(code="ALG-S").update(code="OLD", code_key="old")
    again = copied(linked, program, with_others="")
    assert not Plan.objects.get(program=again).rows.filter(slot_uid__isnull=True).exists()


def test_students_and_holidays_go_along_only_where_chosen(linked: LinkedZoom, program: Program) -> None:
    copy = copied(linked, program, with_students="on", moves_holidays="on")
    assert [one.person.name for one in copy.enrolments.all()] == ["Sana"]
    assert program.starts_on
    assert [one.starts_on for one in copy.holidays.all()] == [program.starts_on + timedelta(weeks=11)]


def test_a_file_removed_in_one_term_stays_in_the_other(linked: LinkedZoom, program: Program) -> None:
    copy = copied(linked, program)
    mine = copy.materials.get()
    theirs = Material.objects.get(program=program, title="Reader")
    remove_material(material=theirs, by=linked.school.ada, now=linked.now)
    prune_files(linked.advance(days=400))
    mine.refresh_from_db()
    assert mine.file.read() == b"All of it"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"code": "taken-1"}, "Another program has this code."),
        ({"code": "new"}, "Use letters, digits and dashes only"),
        ({"ends_on": "2020-01-01"}, "The last day must not be before the first."),
        ({"title": ""}, "This can’t be empty."),
    ],
)
def test_what_makes_no_copy_is_refused_and_none_is_made(
    linked: LinkedZoom, program: Program, change: dict[str, object], said: str
) -> None:
    Program.objects.filter(pk=linked.school.other_program.pk).update(code="TAKEN-1", code_key="taken-1")
    answer = signed_in(linked.school.ada).post(f"/programs/{program.code}/copy/", typed(program, **change))
    assert answer.status_code == 422
    assert said in text(answer)
    assert Program.objects.count() == 2
    assert ClassSession.objects.count() == 0


def test_only_an_admin_copies_a_program_an_archived_one_too(linked: LinkedZoom, program: Program) -> None:
    where = f"/programs/{program.code}/copy/"
    assert signed_in(linked.school.tariq).get(where).status_code == 404
    assert signed_in(linked.school.tariq).post(where, typed(program)).status_code == 404
    program.archived_at = linked.now
    program.save()
    page = text(signed_in(linked.school.ada).get(f"/programs/{program.code}/"))
    assert "Copy to the next term" in page
    assert "Plan the term" not in page
    assert copied(linked, program).state == Program.State.DRAFT


def test_a_free_code_is_proposed_for_the_copy(linked: LinkedZoom, program: Program) -> None:
    def proposed(code: str) -> str:
        page = signed_in(linked.school.ada).get(f"/programs/{code}/copy/").content.decode()
        return re.search(r'name="code" value="([^"]*)"', page)[1]  # type: ignore[index]

    assert proposed("ALG-2") == "ALG-2-2026"
    linked.school.make_program("alg-2-2026", "Its copy", code_key="alg-2-2026")
    assert proposed("ALG-2") == "ALG-2-2026-2"
    long = linked.school.make_program("PHILOSOPHY-AND-L", "Long", code_key="philosophy-and-l")
    assert proposed(long.code) == "PHILOSOPHY-2026"


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "today", "term"),
    [
        (date(2026, 9, 7), date(2026, 12, 18), date(2026, 11, 26), (date(2026, 12, 21), date(2027, 4, 2))),
        (date(2025, 9, 8), date(2025, 12, 19), date(2026, 11, 26), (date(2027, 2, 15), date(2027, 5, 28))),
        (date(2026, 12, 7), date(2026, 12, 13), date(2026, 11, 26), (date(2026, 12, 14), date(2026, 12, 20))),
    ],
)
def test_the_next_term_follows_the_last_one_and_lies_ahead(
    starts_on: date, ends_on: date, today: date, term: tuple[date, date]
) -> None:
    program = Program(starts_on=starts_on, ends_on=ends_on)
    assert next_term_of(program, today) == term
    assert term[0].weekday() == starts_on.weekday()
