"""The timetable of a program: its hours of the week, its term, and the sentence that counts the classes."""

from __future__ import annotations

from datetime import date, time
from typing import Any

import pytest

from eduraise.accounts.models import User
from eduraise.core.models import AuditEntry
from eduraise.programs.enums import Permission, Preset
from eduraise.programs.models import AssignmentPermission, Holiday, Program, Slot
from tests.programs.browsing import as_, filled
from tests.school import School

AT = "/programs/ALG-2/timetable/"
TUE_THU = {"weekdays": ["2", "4"], "local_start": "18:00", "minutes": "90", "every_weeks": "1"}


@pytest.fixture(autouse=True)
def program(school: School) -> Program:
    """Made before anybody asks for it."""
    return school.program


@pytest.fixture
def term(school: School) -> None:
    """From Monday 2 March to Friday 29 May."""
    program = school.program
    program.starts_on, program.ends_on = date(2026, 3, 2), date(2026, 5, 29)
    program.save()


def slots() -> list[str]:
    rows = Slot.objects.present().in_order().select_related("teacher")
    return [f"{row} {row.minutes} {row.teacher.name if row.teacher else '-'}" for row in rows]


def said(person: User, address: str = AT) -> str:
    """The sentence."""
    return str(as_(person).get(address).context["sum"].words)


def add(person: User, **changes: Any) -> Any:
    return as_(person).post(f"{AT}slots/new/", TUE_THU | changes)


def test_two_days_of_the_week_are_added_at_once_and_counted(school: School, term: None) -> None:
    Holiday.objects.create(
        name="Easter", starts_on=date(2026, 3, 29), ends_on=date(2026, 4, 6), created_at=school.now
    )
    answer = add(school.tariq, teacher=str(school.tariq.uid))

    assert answer.headers["Location"] == AT
    assert slots() == ["Tuesday 18:00 90 Tariq", "Thursday 18:00 90 Tariq"]
    assert said(school.tariq) == (
        "Every Tue and Thu, 18:00–19:30, Madrid time, Mon 2 Mar – Fri 29 May: <b>24 classes</b>, 36 h,"
        " skips 2 holidays."
    )
    assert list(AuditEntry.objects.values_list("verb", "actor_uid").distinct()) == [
        ("slot.added", school.tariq.uid)
    ]


def test_without_a_term_nothing_is_counted(school: School) -> None:
    add(school.ada)
    assert said(school.ada) == (
        "Every Tue and Thu, 18:00–19:30, Madrid time. Give the first and the last day of the term, and the"
        " classes are counted."
    )


def test_hours_of_several_kinds_are_said_one_after_the_other(school: School, term: None) -> None:
    add(school.ada)
    add(
        school.ada,
        weekdays=["5"],
        local_start="23:30",
        every_weeks="2",
        anchor_on="2026-03-09",
        until_on="2026-04-30",
    )
    assert said(school.ada).startswith(
        "Every Tue and Thu, 18:00–19:30; every second Fri, 23:30–Sat 01:00, until Thu 30 Apr, Madrid time,"
    )
    # Fridays 13 and 27 March, 10 and 24 April
    assert "<b>30 classes</b>" in said(school.ada)
    friday = Slot.objects.get(weekday=5)
    assert (friday.anchor_on, friday.every_weeks) == (date(2026, 3, 13), 2)


def test_the_form_says_what_the_timetable_would_be_and_saves_nothing(school: School, term: None) -> None:
    add(school.ada, weekdays=["2"])
    client = as_(school.ada)
    typed = client.post(f"{AT}slots/preview/", TUE_THU | {"weekdays": ["4"], "slot": ""})
    assert "Every Tue and Thu" in typed.content.decode()
    assert "<html" not in typed.content.decode()

    slot = Slot.objects.get()
    moved = client.post(
        f"{AT}slots/preview/", TUE_THU | {"weekday": "3", "version": "1", "slot": str(slot.uid)}
    )
    assert "Every Wed, 18:00" in moved.content.decode()
    half = client.post(f"{AT}slots/preview/", {"local_start": "quarter", "slot": ""})
    assert "Every Tue, 18:00" in half.content.decode()
    assert slots() == ["Tuesday 18:00 90 -"]
    assert client.post(f"{AT}slots/preview/", {"slot": "nothing"}).status_code == 404


def test_what_can_not_be_stands_beside_its_field(school: School) -> None:
    client = as_(school.ada)
    wrong = {
        "minutes": "3",
        "local_start": "",
        "every_weeks": "0",
        "from_on": "2026-05-02",
        "until_on": "2026-05-01",
    }
    answer = client.post(f"{AT}slots/new/", wrong)

    assert answer.status_code == 422
    assert sorted(answer.context["form"].errors) == [
        "every_weeks",
        "local_start",
        "minutes",
        "until_on",
        "weekdays",
    ]
    assert slots() == []


def test_the_same_hour_does_not_come_twice(school: School) -> None:
    add(school.ada)
    answer = add(school.ada)
    assert answer.status_code == 422
    assert answer.context["form"].errors["local_start"] == ["Tuesday 18:00 is in the timetable already."]
    assert len(slots()) == 2


def test_only_who_teaches_in_the_program_is_put_down(school: School) -> None:
    assert add(school.ada, teacher=str(school.olu.uid)).status_code == 422
    assert add(school.ada, teacher=str(school.tove.uid)).status_code == 302

    school.tove.assignments.update(closed_at=school.now)
    page = as_(school.ada).get(AT).content.decode()
    assert page.count("no longer on the program") == 2
    slot = Slot.objects.present().in_order()[0]
    address = f"{AT}slots/{slot.uid}/"
    sent = filled(as_(school.ada), address, minutes="60")
    assert as_(school.ada).post(address, sent).status_code == 302
    assert slots()[0] == "Tuesday 18:00 60 Tove"


def test_a_change_is_kept_and_one_of_two_is_told(school: School) -> None:
    add(school.ada, weekdays=["2"])
    address = f"{AT}slots/{Slot.objects.get().uid}/"
    first, second = (
        filled(as_(school.ada), address, weekday="3", minutes="60"),
        filled(as_(school.tariq), address, minutes="45"),
    )
    assert as_(school.ada).post(address, first).headers["Location"] == AT
    answer = as_(school.tariq).post(address, second)

    assert answer.status_code == 422
    assert "Somebody else saved this meanwhile" in answer.content.decode()
    assert slots() == ["Wednesday 18:00 60 -"]
    again = {bound.html_name: bound.value() for bound in answer.context["form"] if bound.value()}
    assert as_(school.tariq).post(address, again).status_code == 302
    assert slots() == ["Tuesday 18:00 45 -"]
    changed = AuditEntry.objects.filter(verb="slot.changed").order_by("pk")[0]
    assert (changed.before["weekday"], changed.after["weekday"]) == ("2", "3")


def test_a_removal_is_undone(school: School, term: None) -> None:
    add(school.ada, weekdays=["2"])
    slot = Slot.objects.get()
    page = as_(school.ada).post(f"{AT}slots/{slot.uid}/removal/", follow=True)

    assert f"{AT}slots/{slot.uid}/return/" in page.content.decode()
    assert slots() == []
    assert as_(school.ada).get(f"{AT}slots/{slot.uid}/").status_code == 404
    again = as_(school.ada).post(f"{AT}slots/{slot.uid}/removal/", follow=True)
    assert "This was removed already." in again.content.decode()

    as_(school.ada).post(f"{AT}slots/{slot.uid}/return/")
    assert slots() == ["Tuesday 18:00 90 -"]


def test_the_term_is_changed_here_too(school: School) -> None:
    address = f"{AT}term/"
    sent = filled(as_(school.tariq), address, starts_on="2026-03-02", ends_on="2026-03-01")
    assert as_(school.tariq).post(address, sent).status_code == 422
    sent["ends_on"] = "2026-03-31"
    assert as_(school.tariq).post(address, sent).headers["Location"] == AT
    school.program.refresh_from_db()
    assert (school.program.starts_on, school.program.ends_on) == (date(2026, 3, 2), date(2026, 3, 31))


def test_a_term_that_is_too_long_says_so_instead_of_a_number(school: School) -> None:
    program = school.program
    program.starts_on, program.ends_on = date(2026, 1, 1), date(2036, 1, 1)
    program.save()
    add(school.ada)
    assert said(school.ada).endswith("are more than two years. Plan one year after the other.")


def test_who_may_change_it_and_who_only_sees_it(school: School, term: None) -> None:
    add(school.ada, weekdays=["2"])
    slot = Slot.objects.get()
    teacher = school.teacher("ben")
    assignment = school.assign(teacher, school.program, Preset.TEACHER)
    sees = [school.tove, school.sana, teacher]
    for person in sees:
        assert "Every Tue" in said(person)
        assert f"{AT}slots/" not in as_(person).get(AT).content.decode()
        assert add(person).status_code == 404
        assert as_(person).post(f"{AT}slots/{slot.uid}/removal/").status_code == 404
    for person in (school.olu, school.finn):
        assert as_(person).get(AT).status_code == 404

    AssignmentPermission.objects.create(
        assignment=assignment, permission=Permission.TIMETABLE, is_granted=True
    )
    assert add(teacher, weekdays=["4"]).status_code == 302
    assert slots() == ["Tuesday 18:00 90 -", "Thursday 18:00 90 -"]


def test_an_hour_of_another_program_is_not_reached_through_this_one(school: School) -> None:
    other = Slot.objects.create(
        program=school.other_program,
        weekday=1,
        local_start=time(9),
        minutes=60,
        anchor_on=date(2026, 3, 2),
        created_at=school.now,
    )
    assert school.program.code
    for tail in ("", "removal/", "return/"):
        assert as_(school.ada).post(f"{AT}slots/{other.uid}/{tail}").status_code == 404
    assert as_(school.ada).post(f"{AT}slots/preview/", {"slot": str(other.uid)}).status_code == 404


def test_an_archived_program_keeps_its_timetable_as_it_was(school: School) -> None:
    add(school.ada, weekdays=["2"])
    slot = Slot.objects.get()
    school.program.archived_at = school.now
    school.program.save()

    assert f"{AT}slots/" not in as_(school.ada).get(AT).content.decode()
    assert add(school.ada).status_code == 422
    told = as_(school.ada).post(f"{AT}slots/{slot.uid}/removal/", follow=True).content.decode()
    assert "This program is archived. Restore it first." in told
    assert slots() == ["Tuesday 18:00 90 -"]


def test_a_page_costs_the_same_for_one_hour_and_for_many(
    school: School, term: None, django_assert_max_num_queries: Any
) -> None:
    client = as_(school.tariq)
    for minute in range(40):
        Slot.objects.create(
            program=school.program,
            weekday=1 + minute % 7,
            local_start=time(9, minute),
            minutes=30,
            anchor_on=date(2026, 3, 2),
            teacher=school.tove,
            created_at=school.now,
        )
    client.get(AT)
    with django_assert_max_num_queries(15) as many:
        client.get(AT)
    Slot.objects.filter(minutes=30).exclude(local_start=time(9, 0)).delete()
    with django_assert_max_num_queries(15) as one:
        client.get(AT)
    assert len(one) == len(many)
