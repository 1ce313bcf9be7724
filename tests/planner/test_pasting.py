"""A pasted table becomes a plan: each line a class with what was found of it, or a line with its reason."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from eduraise.classes.models import ClassSession
from eduraise.planner import pasting
from eduraise.planner.drafting import TooManyRows
from eduraise.planner.enums import PlanKind, RowState, Verdict
from eduraise.planner.models import PastedTable, Plan
from eduraise.programs.timetable_models import Holiday
from eduraise.ui.written_dates import Order
from eduraise.zoom.models import ZoomUser
from tests.classes.pages import signed_in
from tests.classes.series import thursdays
from tests.linked import LinkedZoom
from tests.planner.plans import begin, carry_out, codes, states
from tests.planner.test_pages import address, text

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    return linked.connect(linked.school.tariq)


@pytest.fixture
def lead(linked: LinkedZoom, host: ZoomUser) -> Client:
    return signed_in(linked.school.tariq)


def where(linked: LinkedZoom) -> str:
    return f"/programs/{linked.school.program.code}/plan/table/"


def pasted(linked: LinkedZoom, table: str, **more: object) -> Plan:
    school = linked.school
    known = pasting.known_to(school.program, Order.DAY_FIRST, school.now)
    grid = pasting.read_table(table, known)
    return pasting.paste_table(
        program=school.program,
        grid=grid,
        known=known,
        by=school.ada,
        now=school.now,
        **more,  # type: ignore[arg-type]
    )


def unread(plan: Plan) -> list[tuple[int, str]]:
    return [(number, code) for number, _cells, code in PastedTable.objects.get(plan=plan).unread]


def test_a_weekly_table_is_booked_as_one_meeting(linked: LinkedZoom, host: ZoomUser) -> None:
    days = thursdays(linked.school, 6)
    rows = "\n".join(f"{on};10:00;1:00;Tariq;Class {number}" for number, on in enumerate(days, 1))
    plan = pasted(linked, f"Date;Start;Length;Teacher;Title\n{rows}")
    assert plan.kind == PlanKind.TABLE
    assert codes(plan, linked) == [[]] * 6
    assert ClassSession.objects.count() == 0

    begin(linked.school, plan)
    carry_out(linked, plan)

    assert states(plan) == [RowState.BOOKED] * 6
    assert len(linked.sim.meetings) == 1
    topics = ClassSession.objects.order_by("starts_at").values_list("topic", flat=True)
    assert list(topics) == [f"Class {number}" for number in range(1, 7)]


def test_every_second_week_is_one_meeting_too(linked: LinkedZoom, host: ZoomUser) -> None:
    days = thursdays(linked.school, 8)[::2]
    plan = pasted(linked, "\n".join(f"{on},10:00,60,Tariq" for on in days))
    assert set(plan.rows.values_list("every_weeks", flat=True)) == {2}
    begin(linked.school, plan)
    carry_out(linked, plan)
    assert len(linked.sim.meetings) == 1


def test_each_line_has_its_verdict_and_what_cant_be_read_keeps_its_reason(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    school = linked.school
    first, second = thursdays(school, 2)
    assert school.tove.pk
    plan = pasted(
        linked,
        "Date;Start;End;Teacher;Title\n"
        f"{first};10:00;11:00;Tariq;Sets\n"
        f"{first};10:30;11:30;tariq@school.example;Twice\n"
        f"{second};10:00;11:00;Nobody Here;Logic\n"
        "30.2.2027;10:00;11:00;Tariq;No such day\n"
        f"{second};late;11:00;Tariq;No hour\n"
        f"{second};10:00;;Tariq;No end\n"
        f"{second};10:00;11:00;Tariq;{'x' * 200}\n"
        '"open;10:00\n',
    )
    assert codes(plan, linked) == [[], [Verdict.TWICE], [Verdict.NO_TEACHER]]
    assert list(plan.rows.order_by("row_number").values_list("row_number", "said_teacher")) == [
        (2, ""),
        (3, ""),
        (4, "Nobody Here"),
    ]
    assert unread(plan) == [
        (5, "bad_date"),
        (6, "bad_start"),
        (7, "no_length"),
        (8, "bad_title"),
        (9, "quote_open"),
    ]


def test_lines_that_name_no_teacher_and_no_length_get_those_chosen(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    school = linked.school
    [day] = thursdays(school, 1)
    plan = pasted(linked, f"{day},23:30", minutes=90, teacher=school.tariq)
    row = plan.rows.get()
    assert (row.teacher, row.minutes, row.local_start, row.topic) == (
        school.tariq, 90, time(23, 30), school.program.title,
    )  # fmt: skip
    assert row.ends_at.date() == day + timedelta(days=1)  # over midnight


def test_holidays_are_left_out_of_a_table_as_of_a_timetable(linked: LinkedZoom, host: ZoomUser) -> None:
    days = thursdays(linked.school, 3)
    Holiday.objects.create(
        program=linked.school.program,
        starts_on=days[1],
        ends_on=days[1],
        name="Easter",
        created_at=linked.now,
    )
    plan = pasted(linked, "\n".join(f"{on},10:00,60,Tariq" for on in days))
    assert list(plan.rows.order_by("on").values_list("holiday", "is_left_out")) == [
        ("", False),
        ("Easter", True),
        ("", False),
    ]


def test_an_hour_that_clocks_skip_is_told_with_the_one_that_would_be_right(
    linked: LinkedZoom, lead: Client
) -> None:
    table = {"text": "Date;Start;Length\n2026-03-29;02:30;60\n2026-04-05;02:30;60"}
    page = text(lead.post(where(linked), table, follow=True))
    assert "1 is at an hour that clocks skip that day." in page
    assert "Good to know 1" in page
    assert "Clocks skip 02:30 that day: it would begin at 03:30. Is that meant?" in page


def test_a_formula_is_a_title_and_nothing_runs(linked: LinkedZoom, host: ZoomUser) -> None:
    [day] = thursdays(linked.school, 1)
    plan = pasted(linked, f"Date,Start,Length,Title\n{day},10:00,60,'=HYPERLINK(0)\n=NOW(),10:00,60,x")
    assert plan.rows.get().topic == "=HYPERLINK(0)"
    assert unread(plan) == [(3, "bad_date")]


def test_the_guess_is_shown_and_corrected(linked: LinkedZoom, lead: Client) -> None:
    """3/4 is the third of April here; told that months come first it is the fourth of March."""
    answer = lead.post(where(linked), {"text": "3/4/2027;10:00;60;Sets"})
    plan = Plan.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, address(plan))
    assert plan.rows.get().on == date(2027, 4, 3)
    page = text(lead.get(address(plan)))
    assert "How the table was read" in page
    assert "Date, Start, Length, Title; day before month" in page

    columns = {"column0": "date", "column1": "start", "column2": "length", "column3": ""}
    answer = lead.post(address(plan, "columns/"), columns | {"order": "mdy", "teacher": "", "minutes": ""})

    assert answer.status_code == 302
    row = plan.rows.get()
    assert (row.on, row.topic, row.teacher) == (date(2027, 3, 4), linked.school.program.title, None)
    assert "month before day" in text(lead.get(address(plan)))


def test_columns_that_make_no_sense_are_refused_beside_their_field(linked: LinkedZoom, lead: Client) -> None:
    lead.post(where(linked), {"text": "3/4/2027;10:00;60"})
    plan = Plan.objects.get()
    twice = {"column0": "start", "column1": "start", "column2": "length", "order": "dmy"}
    answer = lead.post(address(plan, "columns/"), twice)
    assert answer.status_code == 422
    assert "Another column holds this already." in text(answer)
    assert "Say which column holds the date." in text(answer)
    assert plan.rows.get().on == date(2027, 4, 3)


def test_a_table_of_which_nothing_can_be_read_is_kept_to_be_corrected(
    linked: LinkedZoom, lead: Client
) -> None:
    lead.post(where(linked), {"text": "one;two\nthree;four"})
    plan = Plan.objects.get()
    page = text(lead.get(address(plan)))
    assert "Can’t be read" in page
    assert "It has no date." in page
    assert "None of these classes can be scheduled as it stands." in page
    assert "one two" in " ".join(text(lead.get(f"{where(linked)}?again={plan.uid}")).split())


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8-sig", "utf-16"])
def test_a_file_is_read_in_the_encodings_that_spreadsheets_write(
    linked: LinkedZoom, lead: Client, encoding: str
) -> None:
    content = "Date;Start;Length;Title\n2027-03-04;10:00;60;Mañana".encode(encoding)
    lead.post(where(linked), {"file": SimpleUploadedFile("Spring.csv", content)})
    plan = Plan.objects.get()
    assert plan.rows.get().topic == "Mañana"
    assert "Spring.csv" in text(lead.get(address(plan)))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"text": ""}, "Paste the table here, or choose a file below."),
        ({"text": "  \n\n"}, "Paste the table here, or choose a file below."),
        ({"text": "2027-03-04,10:00,60\n" * 1002}, "These are more than 1000 lines."),
        ({"text": "x" * (1024 * 1024 + 1)}, "This is larger than 1 MB."),
    ],
)
def test_what_is_no_table_is_refused_beside_its_field(
    linked: LinkedZoom, lead: Client, sent: dict[str, str], said: str
) -> None:
    answer = lead.post(where(linked), sent)
    assert answer.status_code == 422
    assert said in text(answer)
    assert Plan.objects.count() == 0


def test_a_table_beside_a_file_and_a_workbook_are_refused(linked: LinkedZoom, lead: Client) -> None:
    book = SimpleUploadedFile("plan.xlsx", b"PK\x03\x04rest")
    assert "This is a workbook." in text(lead.post(where(linked), {"file": book}))
    both = {"text": "a", "file": SimpleUploadedFile("plan.csv", b"b")}
    assert "Paste a table or bring a file, not both." in text(lead.post(where(linked), both))


def test_only_whoever_manages_the_timetable_brings_a_table(linked: LinkedZoom, lead: Client) -> None:
    lead.post(where(linked), {"text": "2027-03-04,10:00,60"})
    plan = Plan.objects.get()
    for person in (linked.school.tove, linked.school.sana, linked.school.olu):
        client = signed_in(person)
        assert client.get(where(linked)).status_code == 404
        assert client.post(address(plan, "columns/"), {"column0": "date"}).status_code == 404
    other = linked.school.other_program
    ada = signed_in(linked.school.ada)
    assert ada.get(f"/programs/{other.code}/plan/table/?again={plan.uid}").status_code == 404


def test_a_second_table_stands_beside_the_first_for_a_week(linked: LinkedZoom, lead: Client) -> None:
    def left_after(**later: float) -> tuple[int, int]:
        linked.advance(**later)
        lead.post(where(linked), {"text": "2027-03-04,10:00,60"})
        return Plan.objects.count(), PastedTable.objects.count()

    assert left_after() == (1, 1)
    assert left_after(hours=1) == (2, 2)
    assert left_after(days=8) == (1, 1)


def test_a_table_has_an_end(linked: LinkedZoom, host: ZoomUser) -> None:
    with pytest.raises(TooManyRows):
        pasted(linked, "\n".join(["2027-03-04,10:00,60"] * 1001))
