"""The pages of a plan: from the timetable's hours to what became of each class."""

from __future__ import annotations

import re
from datetime import date, time, timedelta

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.notifications.sending import send_due
from eduraise.planner.models import Plan
from eduraise.programs.syllabus import add_topics
from eduraise.programs.timetable_models import Holiday, Slot
from eduraise.zoom.models import HostDay, ZoomUser
from tests.classes.pages import signed_in
from tests.classes.series import plan as series_of
from tests.classes.series import thursdays
from tests.linked import LinkedZoom
from tests.planner.plans import begin, candidates, carry_out, plan_of
from tests.school import School

pytestmark = pytest.mark.django_db


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    return linked.connect(linked.school.tariq)


@pytest.fixture
def lead(linked: LinkedZoom, host: ZoomUser) -> Client:
    """Tariq leads the program, so that he manages its timetable."""
    return signed_in(linked.school.tariq)


def text(answer: object) -> str:
    """A page's words, without its markup."""
    html = answer.content.decode()  # type: ignore[attr-defined]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).replace(" .", ".").replace(" ,", ",")


def slot(school: School, days: list[date], **changes: object) -> Slot:
    """An hour of the week, from the first of these days on."""
    values = {
        "weekday": days[0].isoweekday(),
        "local_start": time(10),
        "minutes": 60,
        "every_weeks": 1,
        "anchor_on": days[0],
        "teacher": None,
    }
    return Slot.objects.create(program=school.program, created_at=school.now, **(values | changes))  # type: ignore[arg-type]


def address(plan: Plan, rest: str = "") -> str:
    return f"/programs/{plan.program.code}/plans/{plan.uid}/{rest}"


def test_the_timetable_becomes_a_plan_that_says_what_it_would_do(linked: LinkedZoom, lead: Client) -> None:
    school = linked.school
    assert school.sana.pk
    days = thursdays(school, 6)
    slot(school, days, teacher=school.tariq)
    Holiday.objects.create(
        program=school.program, starts_on=days[2], ends_on=days[2], name="Easter", created_at=school.now
    )
    where = f"/programs/{school.program.code}/plan/"
    assert "Look at the plan" in text(lead.get(where))
    answer = lead.post(where, {"first_on": days[0], "last_on": days[-1]})
    plan = Plan.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, address(plan))
    page = text(lead.get(address(plan)))
    for words in (
        "5 classes",
        "1 holiday skipped.",
        "1 student is told once, when Zoom has booked them.",
        "Schedule 5 classes",
        "Easter",
        "2 of the 85 that Zoom still takes today for Tariq",
        "1 series with 5 classes",
    ):
        assert words in page

    lead.post(address(plan, "start/"))
    carry_out(linked, plan)
    page = text(lead.get(address(plan)))
    assert "5 classes are scheduled" in page
    assert "Everybody concerned was told once." in page


def test_as_many_mails_go_out_as_are_foretold(
    linked: LinkedZoom, lead: Client, mailoutbox: list[EmailMessage]
) -> None:
    """Of two students one has not taken up her account: she finds the classes when she does."""
    school = linked.school
    assert school.sana.pk
    new = school.person("new")
    User.objects.filter(pk=new.pk).update(joined_at=None)
    school.enrol(new, school.program)
    plan = plan_of(school, candidates(school, thursdays(school, 3)))
    page = text(signed_in(school.ada).get(address(plan)))
    assert "1 student is told once, when Zoom has booked them." in page
    assert "1 teacher is told. 2 mails go out." in page
    begin(school, plan)
    carry_out(linked, plan)
    while send_due(linked.now):
        pass
    assert sorted(mail.to[0] for mail in mailoutbox) == [school.sana.email, school.tariq.email]


def test_a_class_has_its_topic_of_the_syllabus_before_and_after(linked: LinkedZoom, lead: Client) -> None:
    school = linked.school
    add_topics(program=school.program, titles=["Sets", "Graphs", "Limits"], by=school.ada, now=linked.now)
    days = thursdays(school, 4)
    series_of(school, days[:1])
    plan = plan_of(school, candidates(school, days[1:], holidays=days[2:3]))

    def said() -> list[str]:
        page = text(lead.get(address(plan), {"show": "all"}))
        return [title for title in ("Sets", "Graphs", "Limits") if f"Topic: {title}" in page]

    assert said() == ["Graphs", "Limits"]
    begin(school, plan)
    carry_out(linked, plan)
    assert said() == ["Graphs", "Limits"]


def test_days_that_make_no_sense_are_refused_beside_their_field(linked: LinkedZoom, lead: Client) -> None:
    days = thursdays(linked.school, 2)
    where = f"/programs/{linked.school.program.code}/plan/"
    answer = lead.post(where, {"first_on": days[1], "last_on": days[0]})
    assert answer.status_code == 422
    assert "The last day must not be before the first." in text(answer)
    answer = lead.post(where, {"first_on": days[0], "last_on": days[1]})
    assert answer.status_code == 422
    assert "The timetable has no hours yet. Add the first one." in text(answer)
    assert Plan.objects.count() == 0


def test_what_is_in_the_way_can_be_left_out_and_holidays_be_chosen(linked: LinkedZoom, lead: Client) -> None:
    school = linked.school
    days = thursdays(school, 4)
    school.assign(school.tariq, school.other_program)
    series_of(school, days[1:2], program=school.other_program)
    plan = plan_of(school, candidates(school, days, holidays=days[3:]))
    page = text(lead.get(address(plan)))
    assert "In the way" in page
    assert "Tariq has another class then" in page
    assert "Schedule 2 classes" in page
    lead.post(address(plan, "holidays/"), {"on_holiday": "next_free"})
    lead.post(address(plan, "rows/2/"), {"choice": "leave"})
    page = text(lead.get(address(plan)))
    assert "Schedule 3 classes" in page
    assert "Take it in" in page
    assert lead.post(address(plan, "holidays/"), {"on_holiday": "never"}).status_code == 404


def test_what_failed_says_why_and_is_tried_again_and_the_plan_is_taken_back(
    linked: LinkedZoom, lead: Client
) -> None:
    school = linked.school
    days = thursdays(school, 3)
    school.assign(school.tariq, school.other_program)
    [taken] = series_of(school, days[1:2], program=school.other_program).booked.values()
    plan = plan_of(school, candidates(school, days))
    begin(school, plan)
    carry_out(linked, plan)
    page = text(lead.get(address(plan)))
    assert "2 classes are scheduled" in page
    assert "Could not be scheduled" in page
    assert taken.topic not in page  # of another's class only the hours are told
    lead.post(address(plan, "again/"), {"row": "2"})
    carry_out(linked, plan)
    asks = text(lead.get(address(plan, "undo/")))
    assert "2 classes are cancelled." in asks
    lead.post(address(plan, "undo/"))
    carry_out(linked, plan)
    assert "The plan was taken back." in text(lead.get(address(plan)))


def test_a_plan_that_is_at_work_looks_again_and_says_nothing_twice(linked: LinkedZoom, lead: Client) -> None:
    plan = plan_of(linked.school, candidates(linked.school, thursdays(linked.school, 3)))
    begin(linked.school, plan)
    answer = lead.get(address(plan))
    assert 'hx-trigger="every 2s"' in answer.content.decode()
    mark = answer["HX-PTag"]
    part = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-PTag": mark}
    assert lead.get(address(plan), headers=part).status_code == 304
    carry_out(linked, plan)
    assert lead.get(address(plan), headers=part).status_code == 200
    assert 'hx-trigger="every 2s"' not in lead.get(address(plan)).content.decode()


def test_what_zoom_takes_no_more_today_is_said(linked: LinkedZoom, lead: Client, host: ZoomUser) -> None:
    HostDay.objects.create(host=host, utc_on=linked.now.date(), used=84)
    days = thursdays(linked.school, 4)
    plan = plan_of(linked.school, candidates(linked.school, days, holidays=days[1:2]))
    page = text(lead.get(address(plan)))
    assert "1 change waits for Zoom’s next day" in page


def test_the_programs_page_leads_to_planning_only_for_whoever_manages_the_timetable(
    linked: LinkedZoom, lead: Client
) -> None:
    page = f"/programs/{linked.school.program.code}/"
    assert "Plan the term" in text(lead.get(page))
    for person in (linked.school.tove, linked.school.sana):
        assert "Plan the term" not in text(signed_in(person).get(page))


def test_another_programs_plan_is_not_found_under_this_one(linked: LinkedZoom, lead: Client) -> None:
    plan = plan_of(linked.school, candidates(linked.school, thursdays(linked.school, 1)))
    other = linked.school.other_program
    admin = signed_in(linked.school.ada)
    assert admin.get(f"/programs/{other.code}/plans/{plan.uid}/").status_code == 404


def test_a_page_takes_the_same_queries_for_three_classes_or_three_hundred(
    linked: LinkedZoom, lead: Client
) -> None:
    counts = []
    for number in (3, 300):
        days = [linked.now.date() + timedelta(days=2 + turn) for turn in range(number)]
        plan = plan_of(linked.school, candidates(linked.school, days))
        lead.get(address(plan))
        with CaptureQueriesContext(connection) as captured:
            lead.get(address(plan))
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 32
