"""Holidays of a program and of the organisation: typed, pasted, from a file; changed, removed, back again."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from eduraise.accounts.models import User
from eduraise.core.models import AuditEntry
from eduraise.programs.models import Holiday, Program
from tests.programs.browsing import as_, filled
from tests.programs.test_holiday_files import calendar, entry
from tests.school import School

OF_PROGRAM = "/programs/ALG-2/timetable/holidays/"
OF_ALL = "/programs/holidays/"
CHRISTMAS = {"name": "Christmas", "starts_on": "2026-12-24", "ends_on": "2027-01-06"}


@pytest.fixture(autouse=True)
def program(school: School) -> Program:
    """A program with a term."""
    program = school.program
    program.starts_on, program.ends_on = date(2026, 9, 1), date(2027, 6, 30)
    program.save()
    return program


def holidays(program: Program | None) -> list[str]:
    rows = Holiday.objects.present().filter(program=program).in_order()
    return [f"{one.starts_on:%d %b}–{one.ends_on:%d %b} {one.name} ({one.source})" for one in rows]


def bring(person: User, address: str = OF_PROGRAM, **sent: Any) -> Any:
    return as_(person).post(f"{address}several/", sent, follow=True)


def test_one_is_typed(school: School, program: Program) -> None:
    answer = as_(school.tariq).post(f"{OF_PROGRAM}new/", CHRISTMAS)
    assert answer.headers["Location"] == "/programs/ALG-2/timetable/"
    as_(school.ada).post(f"{OF_ALL}new/", {"name": "May", "starts_on": "2027-05-01", "ends_on": ""})

    assert holidays(program) == ["24 Dec–06 Jan Christmas (typed)"]
    assert holidays(None) == ["01 May–01 May May (typed)"]
    page = as_(school.sana).get("/programs/ALG-2/timetable/").content.decode()
    assert page.index("Christmas") < page.index("May") < page.index("Whole organisation")
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", "actor_uid", "program_uid")
    assert list(verbs) == [
        ("holiday.added", school.tariq.uid, program.uid),
        ("holiday.added", school.ada.uid, None),
    ]


def test_what_can_not_be_stands_beside_its_field(school: School, program: Program) -> None:
    client = as_(school.ada)
    wrong = client.post(f"{OF_ALL}new/", CHRISTMAS | {"ends_on": "2026-12-23", "name": " "})
    assert (wrong.status_code, sorted(wrong.context["form"].errors)) == (422, ["name"])
    wrong = client.post(f"{OF_ALL}new/", CHRISTMAS | {"ends_on": "2026-12-23"})
    assert wrong.context["form"].errors == {"ends_on": ["The last day must not be before the first."]}
    assert (holidays(None), holidays(program)) == ([], [])


def test_a_pasted_list_is_taken_whole_or_not_at_all(school: School, program: Program) -> None:
    text = "2026-12-24 - 2027-01-06 Christmas\n31 Dec party\n2027-03-19 Saint Joseph\n2027-02-30 Never"
    refused = bring(school.tariq, text=text)

    assert refused.status_code == 422
    assert refused.context["form"].errors["text"] == [
        "Line 2: Begin with a date, such as 2026-12-24.",
        "Line 4: There is no day 2027-02-30.",
    ]
    assert text in refused.content.decode().replace("&#x27;", "'")
    assert holidays(program) == []

    taken = bring(school.tariq, text=text.replace("31 Dec party", "").replace("02-30", "02-28"))
    assert "3 holidays are added." in taken.content.decode()
    assert holidays(program) == [
        "24 Dec–06 Jan Christmas (pasted)",
        "28 Feb–28 Feb Never (pasted)",
        "19 Mar–19 Mar Saint Joseph (pasted)",
    ]


def test_what_is_there_already_is_not_added_again(school: School, program: Program) -> None:
    as_(school.ada).post(f"{OF_PROGRAM}new/", CHRISTMAS)
    text = "2026-12-24 - 2027-01-06 Christmas\n2027-03-19 Saint Joseph"
    said = bring(school.ada, text=text).content.decode()
    assert "1 holiday is added. 1 was there already." in said
    assert "Nothing new. 2 were there already." in bring(school.ada, text=text).content.decode()
    assert len(holidays(program)) == 2
    # the organisation's are another list
    assert "2 holidays are added." in bring(school.ada, OF_ALL, text=text).content.decode()


def test_a_calendar_file_is_taken_for_the_term(school: School, program: Program) -> None:
    content = calendar(
        entry("Christmas", "20201224", "DTEND;VALUE=DATE:20201227", "RRULE:FREQ=YEARLY"),
        entry("Too late", "20270701"),
        "SUMMARY:Party\nDTSTART:20261224T180000Z",
    )
    file = SimpleUploadedFile("holidays.ics", content)
    said = bring(school.tariq, file=file).content.decode()

    assert "1 holiday is added. 1 entry with an hour is left out. 1 outside the term is left out." in said
    assert holidays(program) == ["24 Dec–26 Dec Christmas (file)"]


def test_the_organisations_file_is_taken_from_today_two_years_ahead(school: School) -> None:
    content = calendar(entry("May", "20200501", "RRULE:FREQ=YEARLY"))
    bring(school.ada, OF_ALL, file=SimpleUploadedFile("holidays.ics", content))
    assert holidays(None) == ["01 May–01 May May (file)"] * 2


def test_files_that_can_not_be_read_say_why(school: School, program: Program) -> None:
    weekly = calendar(entry("Rest", "20261226", "RRULE:FREQ=WEEKLY"))
    for sent, field in (
        ({"file": SimpleUploadedFile("a.ics", b"PK\x03\x04")}, "file"),
        ({"file": SimpleUploadedFile("a.ics", weekly)}, "file"),
        ({"file": SimpleUploadedFile("a.ics", weekly), "text": "2026-12-24 X"}, "file"),
        ({"text": " "}, "text"),
    ):
        answer = bring(school.ada, **sent)
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])
    assert holidays(program) == []


def test_a_change_is_kept_and_one_of_two_is_told(school: School, program: Program) -> None:
    as_(school.ada).post(f"{OF_PROGRAM}new/", CHRISTMAS)
    address = f"{OF_PROGRAM}{Holiday.objects.get().uid}/"
    first = filled(as_(school.ada), address, ends_on="2027-01-07")
    second = filled(as_(school.tariq), address, name="Yule")
    assert as_(school.ada).post(address, first).status_code == 302
    answer = as_(school.tariq).post(address, second)

    assert answer.status_code == 422
    assert "Somebody else saved this meanwhile" in answer.content.decode()
    assert holidays(program) == ["24 Dec–07 Jan Christmas (typed)"]


def test_two_holidays_do_not_become_the_same(school: School) -> None:
    client = as_(school.ada)
    client.post(f"{OF_ALL}new/", CHRISTMAS)
    client.post(f"{OF_ALL}new/", CHRISTMAS | {"name": "Yule"})
    address = f"{OF_ALL}{Holiday.objects.get(name='Yule').uid}/"
    answer = client.post(address, filled(client, address, name="Christmas"))
    assert answer.context["form"].errors == {"name": ["This holiday is there already."]}


def test_a_removal_is_undone_unless_the_same_was_added_again(school: School, program: Program) -> None:
    client = as_(school.ada)
    for at, owner in ((OF_ALL, None), (OF_PROGRAM, program)):
        client.post(f"{at}new/", CHRISTMAS)
        found = Holiday.objects.present().get(program=owner)
        page = client.post(f"{at}{found.uid}/removal/", follow=True).content.decode()
        assert f"{at}{found.uid}/return/" in page
        assert holidays(owner) == []
        client.post(f"{at}{found.uid}/return/")
        assert len(holidays(owner)) == 1

        client.post(f"{at}{found.uid}/removal/")
        client.post(f"{at}new/", CHRISTMAS)
        told = client.post(f"{at}{found.uid}/return/", follow=True).content.decode()
        assert "This is there already." in told
        assert len(holidays(owner)) == 1


def test_everybody_reads_the_organisations_and_admins_keep_them(school: School) -> None:
    Holiday.objects.create(
        name="Founders’ day", starts_on=date(2026, 3, 3), ends_on=date(2026, 3, 3), created_at=school.now
    )
    Holiday.objects.create(
        name="Long gone", starts_on=date(2026, 2, 1), ends_on=date(2026, 3, 1), created_at=school.now
    )
    Holiday.objects.create(
        program=school.other_program,
        name="Theirs",
        starts_on=date(2026, 3, 3),
        ends_on=date(2026, 3, 3),
        created_at=school.now,
    )
    for person in (school.ada, school.tariq, school.olu, school.sana, school.finn):
        page = as_(person).get(OF_ALL).content.decode()
        found = [name in page for name in ("Founders’ day", "Long gone", "Theirs", "several/")]
        assert found == [True, False, False, person == school.ada]
        past = as_(person).get(f"{OF_ALL}?when=past").content.decode()
        assert ["Founders’ day" in past, "Long gone" in past] == [False, True]
        if person != school.ada:
            assert as_(person).post(f"{OF_ALL}new/", CHRISTMAS).status_code == 404


def test_a_holiday_is_reached_through_whose_it_is_alone(school: School, program: Program) -> None:
    days = {"starts_on": date(2026, 12, 24), "ends_on": date(2026, 12, 24), "created_at": school.now}
    of_all = Holiday.objects.create(name="All", **days)
    own = Holiday.objects.create(name="Own", program=program, **days)
    other = Holiday.objects.create(name="Theirs", program=school.other_program, **days)
    for at, found in ((OF_PROGRAM, of_all), (OF_PROGRAM, other), (OF_ALL, own), (OF_ALL, other)):
        for tail in ("", "removal/", "return/"):
            assert as_(school.ada).post(f"{at}{found.uid}/{tail}").status_code == 404
    assert Holiday.objects.present().count() == 3


def test_hundreds_come_in_pages_at_the_same_cost(school: School, django_assert_max_num_queries: Any) -> None:
    text = "\n".join(f"2026-11-{1 + number % 30:02} Day {number}" for number in range(400))
    bring(school.ada, text=text)
    client = as_(school.ada)
    client.get("/programs/ALG-2/timetable/")
    with django_assert_max_num_queries(13):
        page = client.get("/programs/ALG-2/timetable/")
    assert len(page.context["holidays"]) == 50
    assert "?page=8" in page.content.decode()


def test_no_program_is_called_like_the_list_of_holidays(school: School) -> None:
    sent = {"title": "Holidays", "code": "Holidays", "zone": "Europe/Madrid"}
    assert as_(school.ada).post("/programs/new/", sent).context["form"].errors.keys() == {"code"}
