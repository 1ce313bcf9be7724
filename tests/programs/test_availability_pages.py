"""A teacher states hours and days off in her settings, an admin for her; nobody else reads or writes them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from eduraise.accounts.models import User
from eduraise.core.models import AuditEntry
from eduraise.programs.models import AvailableHours, DayOff, TeacherProfile
from eduraise.programs.stating import joined
from tests.classes.pages import text_of
from tests.classes.rows import make_class
from tests.programs.browsing import as_
from tests.programs.stated import MONDAY, TUESDAY, hours, off, states
from tests.school import School


@pytest.fixture
def page(school: School) -> str:
    """The page of tariq's availability; he lives in Madrid."""
    User.objects.filter(pk=school.tariq.pk).update(zone="Europe/Madrid")
    school.tariq.refresh_from_db()
    return f"/programs/profiles/{school.tariq.uid}/availability/"


def stated(person: User) -> list[str]:
    rows = AvailableHours.objects.filter(profile__person=person).order_by("weekday", "from_time")
    return [f"{one.weekday} {one.from_time:%H:%M}-{one.to_time:%H:%M}" for one in rows]


def add(client: Client, page: str, days: list[int], since: str, until: str) -> int:
    sent = {"weekdays": days, "since": since, "until": until}
    return client.post(f"{page}hours/new/", sent).status_code


def test_a_teacher_states_her_hours(school: School, page: str) -> None:
    tariq = as_(school.tariq)
    assert "You state no hours" in text_of(tariq.get(page))
    assert "In Madrid time." in text_of(tariq.get(f"{page}hours/new/"))

    assert add(tariq, page, [MONDAY, TUESDAY], "09:00", "13:00") == 302
    add(tariq, page, [MONDAY], "15:00", "18:00")

    assert stated(school.tariq) == ["1 09:00-13:00", "1 15:00-18:00", "2 09:00-13:00"]
    shown = text_of(tariq.get(page))
    assert "Monday, 09:00–13:00" in shown
    assert "Madrid time" in shown
    words = "Monday 09:00–13:00, 15:00–18:00; Tuesday 09:00–13:00 (Madrid time)"
    assert words in text_of(tariq.get("/settings/"))
    assert words in text_of(as_(school.ada).get(f"/people/{school.tariq.uid}/"))


def test_what_can_not_be_stands_beside_its_field(school: School, page: str) -> None:
    wrong = as_(school.tariq).post(f"{page}hours/new/", {"since": "9", "until": "13:00"})

    assert wrong.status_code == 422
    assert wrong.context["form"].errors == {
        "weekdays": ["Choose at least one weekday."],
        "since": ["Give a time, such as 09:00."],
    }
    wrong = as_(school.tariq).post(
        f"{page}days-off/new/", {"starts_on": "2026-05-04", "ends_on": "2026-05-03"}
    )
    assert wrong.context["form"].errors == {"ends_on": ["The last day must not be before the first."]}
    assert (stated(school.tariq), DayOff.objects.count()) == ([], 0)


def test_a_removed_span_comes_back(school: School, page: str) -> None:
    tariq = as_(school.tariq)
    add(tariq, page, [MONDAY, TUESDAY], "22:00", "02:00")

    gone = tariq.post(
        f"{page}hours/removal/", {"weekday": "1", "since": "22:00", "until": "02:00"}, follow=True
    )
    assert stated(school.tariq) == ["2 22:00-02:00"]
    assert "“Monday 22:00–Tue 02:00” is removed." in gone.content.decode()
    undo = f"{page}hours/return/?weekday=1&since=22%3A00&until=02%3A00"
    assert undo.replace("&", "&amp;") in gone.content.decode()

    tariq.post(undo)
    assert stated(school.tariq) == ["1 22:00-02:00", "2 22:00-02:00"]


@pytest.mark.parametrize("sent", [{}, {"weekday": "8", "since": "09:00", "until": "10:00"}, {"weekday": "x"}])
def test_a_span_that_no_button_names_is_refused(school: School, page: str, sent: dict[str, str]) -> None:
    assert as_(school.tariq).post(f"{page}hours/removal/", sent).status_code == 400


def test_removing_what_is_gone_says_so(school: School, page: str) -> None:
    sent = {"weekday": "1", "since": "09:00", "until": "10:00"}

    answer = as_(school.tariq).post(f"{page}hours/removal/", sent, follow=True)

    assert "This was removed already." in answer.content.decode()


def test_days_off_are_stated_removed_and_back(school: School, page: str) -> None:
    tariq = as_(school.tariq)
    tariq.post(f"{page}days-off/new/", {"starts_on": "2026-05-04", "note": "Dentist"})
    row = DayOff.objects.get()
    assert (str(row.starts_on), str(row.ends_on), row.note) == ("2026-05-04", "2026-05-04", "Dentist")
    assert "Mon 4 May Dentist" in text_of(tariq.get(page))

    tariq.post(f"{page}days-off/{row.uid}/removal/")
    assert "No days off to come." in text_of(tariq.get(page))
    tariq.post(f"{page}days-off/{row.uid}/return/")
    assert "Mon 4 May Dentist" in text_of(tariq.get(page))


def test_how_many_booked_classes_lie_on_days_off_is_said(school: School, page: str) -> None:
    for days, teacher in ((62, school.tariq), (63, school.tariq), (64, school.tariq), (63, school.olu)):
        make_class(school.program, teacher, school.now + timedelta(days=days), now=school.now)
    client = as_(school.tariq)

    said = client.post(
        f"{page}days-off/new/", {"starts_on": "2026-05-03", "ends_on": "2026-05-04"}, follow=True
    )
    none = client.post(f"{page}days-off/new/", {"starts_on": "2026-05-20"}, follow=True)

    assert "Saved. 2 booked classes lie on these days." in said.content.decode()
    assert "Saved." in none.content.decode()
    assert "lie on these days" not in none.content.decode()


def test_days_that_are_over_are_not_shown(school: School, page: str) -> None:
    off(school.tariq, "2026-02-27", "2026-03-01", note="Skiing", now=school.now)
    off(school.tariq, "2026-02-27", "2026-03-02", note="Until today", now=school.now)

    shown = text_of(as_(school.tariq).get(page))

    assert "Until today" in shown
    assert "Skiing" not in shown


def test_an_admin_does_it_for_her_and_it_is_in_the_log_without_the_note(school: School, page: str) -> None:
    ada = as_(school.ada)
    add(ada, page, [MONDAY], "09:00", "13:00")
    ada.post(f"{page}days-off/new/", {"starts_on": "2026-05-04", "ends_on": "2026-05-06", "note": "Ill"})

    assert "Whoever schedules a class of Tariq outside" in text_of(ada.get(page))
    rows = AuditEntry.objects.order_by("pk").values_list("verb", "actor_uid", "thing_uid", "after")
    days = {"starts_on": "2026-05-04", "ends_on": "2026-05-06"}
    assert list(rows) == [
        ("hours.changed", school.ada.uid, school.tariq.uid, {"hours": ["1 09:00-13:00"]}),
        ("day_off.added", school.ada.uid, school.tariq.uid, days),
    ]


def test_nobody_else_reads_or_writes_it(school: School, page: str) -> None:
    row = off(school.tariq, "2026-05-04", "2026-05-04", note="Dentist", now=school.now)
    states(school.tariq, "", (MONDAY, "09:00", "13:00"))
    sent = {"weekday": "1", "since": "09:00", "until": "13:00"}

    for person in (school.tove, school.olu, school.sana, school.finn):
        client = as_(person)
        assert client.get(page).status_code == 404
        assert add(client, page, [MONDAY], "01:00", "02:00") == 404
        assert client.post(f"{page}hours/removal/", sent).status_code == 404
        assert client.post(f"{page}days-off/{row.uid}/removal/").status_code == 404
        assert client.post(f"{page}hours/zone/").status_code == 404
    assert stated(school.tariq) == ["1 09:00-13:00"]
    assert DayOff.objects.present().count() == 1


def test_another_teachers_days_off_are_not_reached_by_ones_own_address(school: School) -> None:
    row = off(school.tariq, "2026-05-04", "2026-05-04", now=school.now)

    own = f"/programs/profiles/{school.olu.uid}/availability/days-off/{row.uid}/removal/"

    assert as_(school.olu).post(own).status_code == 404
    assert DayOff.objects.present().count() == 1


def test_who_is_no_teacher_has_no_such_page(school: School) -> None:
    for client in (as_(school.sana), as_(school.ada)):
        assert client.get(f"/programs/profiles/{school.sana.uid}/availability/").status_code == 404
    assert "Hours and days off" not in text_of(as_(school.sana).get("/settings/"))


def test_who_moves_to_another_zone_is_shown_whose_clocks_are_meant(school: School, page: str) -> None:
    tariq = as_(school.tariq)
    add(tariq, page, [MONDAY], "09:00", "13:00")
    User.objects.filter(pk=school.tariq.pk).update(zone="Asia/Kathmandu")
    assert "These hours are meant in Madrid time" in text_of(tariq.get(page))
    assert TeacherProfile.objects.get(person=school.tariq).hours_zone == "Europe/Madrid"

    tariq.post(f"{page}hours/zone/")

    assert "are meant in" not in text_of(tariq.get(page))
    assert TeacherProfile.objects.get(person=school.tariq).hours_zone == "Asia/Kathmandu"
    assert stated(school.tariq) == ["1 09:00-13:00"]


def test_a_week_begins_as_the_readers_language_has_it(school: School, page: str) -> None:
    states(school.tariq, "", (7, "09:00", "13:00"), (1, "09:00", "13:00"))
    tariq = as_(school.tariq)

    shown = text_of(tariq.get(page))
    assert shown.index("Monday") < shown.index("Sunday")

    User.objects.filter(pk=school.tariq.pk).update(language="en-us")
    shown = text_of(tariq.get(page))
    assert shown.index("Sunday") < shown.index("Monday")


@pytest.mark.parametrize(
    ("there", "new", "expected"),
    [
        ([], (1, "09:00", "13:00"), [(1, "09:00", "13:00")]),
        ([(1, "09:00", "13:00")], (1, "13:00", "17:00"), [(1, "09:00", "17:00")]),
        ([(1, "09:00", "13:00")], (1, "10:00", "11:00"), [(1, "09:00", "13:00")]),
        ([(1, "09:00", "10:00"), (1, "11:00", "12:00")], (1, "08:00", "13:00"), [(1, "08:00", "13:00")]),
        ([(1, "22:00", "02:00")], (1, "20:00", "23:00"), [(1, "20:00", "02:00")]),
        (
            [(1, "22:00", "02:00")],
            (1, "00:00", "00:00"),
            [(1, "00:00", "00:00"), (1, "22:00", "02:00")],
        ),
        ([(1, "09:00", "10:00")], (1, "11:00", "12:00"), [(1, "09:00", "10:00"), (1, "11:00", "12:00")]),
    ],
)
def test_spans_of_a_day_that_meet_become_one(
    there: list[tuple[int, str, str]], new: tuple[int, str, str], expected: list[tuple[int, str, str]]
) -> None:
    assert joined(hours(*there), hours(new)[0]) == [*hours(*expected)]
