"""The form that plans a class: it says what would happen, and keeps what was typed."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client

from eduraise.classes.models import ClassSession
from eduraise.programs.enums import Preset
from tests.classes.pages import fields_of, signed_in, text_of
from tests.classes.rows import make_class, make_host
from tests.school import School

URL = "/zoom/create-meeting/"


@pytest.fixture
def tariq(school: School) -> Client:
    make_host(school.tariq, school.now)
    school.tariq.zone = "Europe/Madrid"
    school.tariq.save()
    assert school.sana.pk
    return signed_in(school.tariq)


def typed(client: Client, **fields: str) -> dict[str, str]:
    """The form as it opens, with some of it typed over."""
    return (
        fields_of(client.get(URL), "plan")
        | {
            "topic": "Quadratic equations",
            "date": "2026-03-05",
            "time": "18:00",
            "minutes": "90",
        }
        | fields
    )


def test_it_opens_filled_in_for_the_next_class(tariq: Client, school: School) -> None:
    found = fields_of(tariq.get(URL), "plan")

    assert found["program"] == "ALG-2"
    assert found["topic"] == "Algebra II, class 1"
    assert (found["date"], found["time"], found["minutes"]) == ("2026-03-02", "10:00", "60")
    assert found["zone"] == "Europe/Madrid"
    assert found["key"]


def test_it_suggests_the_same_hour_a_week_after_the_last_class(tariq: Client, school: School) -> None:
    make_class(school.program, school.tariq, school.now - timedelta(days=3), minutes=90, now=school.now)

    found = fields_of(tariq.get(URL), "plan")

    assert (found["date"], found["time"], found["minutes"]) == ("2026-03-06", "09:00", "90")
    assert found["topic"] == "Algebra II, class 2"


def test_a_class_is_scheduled_and_its_page_is_opened(tariq: Client, school: School) -> None:
    response = tariq.post(URL, typed(tariq), follow=True)

    session = ClassSession.objects.get()
    assert response.redirect_chain == [(f"/classes/{session.code}/", 302)]
    assert (session.topic, session.local_start, session.minutes) == (
        "Quadratic equations",
        "2026-03-05T18:00",
        90,
    )
    assert session.teacher == session.created_by == school.tariq
    assert "“Quadratic equations” is scheduled: Thu 5 Mar, 18:00–19:30." in response.content.decode()


def test_the_same_form_sent_twice_is_one_class(tariq: Client) -> None:
    form = typed(tariq)
    first = tariq.post(URL, form)
    second = tariq.post(URL, form)

    assert ClassSession.objects.count() == 1
    assert first["Location"] == second["Location"]


BAD = [
    ({"topic": ""}, "Give the class a title."),
    ({"topic": "x" * 151}, "150 letters at most; there are 151."),
    ({"date": "31/02"}, "Give a date, such as 2026-12-02."),
    ({"date": ""}, "This can’t be empty."),
    ({"time": "25:00"}, "Give a time, such as 18:00."),
    ({"date": "2026-03-01"}, "This time is over. Choose a later one."),
    ({"date": "2126-03-05"}, "This is more than five years ahead. Check the year."),
    ({"date": "9999-12-31", "time": "23:59"}, "This is more than five years ahead. Check the year."),
    ({"date": "0001-01-01", "time": "00:00"}, "That is too far away."),
    ({"minutes": ""}, "Say how long it lasts."),
    ({"minutes": "other"}, "Say how many minutes."),
    ({"minutes": "other", "other_minutes": "500"}, "Classes of this program last 4 h at most."),
    ({"minutes": "other", "other_minutes": "-5"}, "1 at least."),
    ({"zone": "Europe/Atlantis"}, "Choose one of the zones shown."),
    ({"entry": "everybody"}, "Choose one of those shown."),
    ({"description": "x" * 1501}, "1500 letters at most; there are 1501."),
    (
        {"date": "2026-03-29", "time": "02:30"},
        "02:30 doesn’t exist that day: clocks go forward. Use 03:30 or another time.",
    ),
    ({"date": "2026-10-25", "time": "02:30"}, "Say which of the two you mean."),
]


@pytest.mark.parametrize(("fields", "message"), BAD, ids=[message[:30] for _, message in BAD])
def test_what_is_wrong_stands_beside_its_field_and_all_that_was_typed_stays(
    tariq: Client, fields: dict[str, str], message: str
) -> None:
    sent = typed(tariq, description="Bring <paper> & “pens”", mutes_on_entry="on") | fields

    response = tariq.post(URL, sent)

    assert response.status_code == 422
    assert message in text_of(response)
    assert not ClassSession.objects.exists()
    kept = fields_of(response, "plan")
    offered = {name: value for name, value in sent.items() if name not in ("minutes", "zone", "entry")}
    assert {name: kept.get(name) for name in offered} == offered


def test_a_time_that_comes_twice_is_the_one_that_was_chosen(tariq: Client) -> None:
    both = typed(tariq, date="2026-10-25", time="02:30")
    asked = tariq.post(URL, both)
    assert "The first (UTC+02:00)" in text_of(asked)

    tariq.post(URL, both | {"fold": "1"})

    session = ClassSession.objects.get()
    assert session.starts_at.isoformat() == "2026-10-25T01:30:00+00:00"
    assert (session.local_start, session.fold) == ("2026-10-25T02:30", 1)


def test_later_today_is_not_the_past_west_of_greenwich(tariq: Client, school: School) -> None:
    school.program.zone = "America/Los_Angeles"
    school.program.save()
    # Sunday evening there, while the server's date is Monday
    school.clock.set(school.now - timedelta(hours=3))
    sent = typed(tariq, date="2026-03-01", time="23:00", zone="America/Los_Angeles")

    assert tariq.post(URL, sent).status_code == 302
    assert ClassSession.objects.get().starts_at.isoformat() == "2026-03-02T07:00:00+00:00"


def test_a_clash_stands_at_the_time_with_ways_out(tariq: Client, school: School) -> None:
    tariq.post(URL, typed(tariq, topic="Standing waves"))

    response = tariq.post(URL, typed(tariq, topic="Graphs", time="18:30"))

    said = text_of(response)
    assert response.status_code == 422
    assert "You already teach “Standing waves” Thu 18:00–19:30" in said
    assert "Use 16:30 Use 19:30" in said
    assert ClassSession.objects.count() == 1


def test_a_way_out_is_used_without_losing_what_was_typed(tariq: Client) -> None:
    sent = typed(tariq, topic="Graphs", description="Bring paper", use="2026-03-05T19:30")
    sent.pop("mutes_on_entry", None)

    response = tariq.post(URL, sent)

    assert response.status_code == 200
    kept = fields_of(response, "plan")
    assert (kept["topic"], kept["time"], kept["description"]) == ("Graphs", "19:30", "Bring paper")
    assert "mutes_on_entry" not in kept
    assert not ClassSession.objects.exists()


def test_what_a_reader_may_not_know_of_is_only_taken_time(tariq: Client, school: School) -> None:
    school.assign(school.tariq, school.other_program, Preset.TEACHER)
    make_class(school.other_program, school.tariq, school.now + timedelta(hours=80), now=school.now)
    ada_books_for_tariq = signed_in(school.ada)
    ben = school.teacher("ben")
    school.assign(ben, school.program, Preset.LEAD)
    make_host(ben, school.now)
    from eduraise.classes.claims import claim_teacher

    claim_teacher(ClassSession.objects.get(), now=school.now)
    wish = {"teacher": str(school.tariq.uid), "date": "2026-03-05", "time": "17:00"}

    for_ben = signed_in(ben)
    said = text_of(for_ben.post(f"{URL}preview/", typed(for_ben, **wish)))
    assert "Tariq is taken Thu 16:00–17:00" in said
    assert "Sets" not in said
    said = text_of(ada_books_for_tariq.post(f"{URL}preview/", typed(ada_books_for_tariq, **wish)))
    assert "Tariq already teaches “Sets”" in said


def test_the_sentence_says_what_will_happen_while_it_is_typed(tariq: Client, school: School) -> None:
    response = tariq.post(f"{URL}preview/", typed(tariq))

    said = text_of(response)
    assert "Thu 5 Mar , 18:00–19:30 : Quadratic equations , with Tariq." in said
    assert "1 student will be told." in said
    assert "This can’t be empty" not in said
    assert not ClassSession.objects.exists()


def test_the_sentence_names_the_readers_own_hour_where_it_is_another(tariq: Client, school: School) -> None:
    school.tariq.zone = "Europe/London"
    school.tariq.save()

    said = text_of(tariq.post(f"{URL}preview/", typed(tariq)))

    assert "Thu 5 Mar , 18:00–19:30 Madrid time, 17:00 in London" in said


@pytest.mark.parametrize("missing", ["date", "time", "minutes", "topic", "program", "zone"])
def test_a_half_typed_form_is_previewed_without_an_error(tariq: Client, missing: str) -> None:
    response = tariq.post(f"{URL}preview/", typed(tariq) | {missing: ""})

    assert response.status_code == 200


def test_students_who_have_another_class_then_are_counted_not_named(tariq: Client, school: School) -> None:
    school.enrol(school.sana, school.other_program)
    make_class(school.other_program, school.olu, school.now + timedelta(hours=81), now=school.now)

    said = text_of(tariq.post(f"{URL}preview/", typed(tariq)))

    assert "1 of 1 students has another class then" in said
    assert "Sana" not in said
    assert "PHY" not in said


def test_short_notice_asks_for_a_reason_before_and_after_sending(tariq: Client, school: School) -> None:
    school.program.class_settings.notice_minutes = 7 * 24 * 60
    school.program.class_settings.save()

    assert "Why at short notice?" in text_of(tariq.post(f"{URL}preview/", typed(tariq)))
    refused = tariq.post(URL, typed(tariq))
    assert "This program asks for 7 days of notice. Say why it is sooner." in text_of(refused)
    assert tariq.post(URL, typed(tariq, reason="The room is free")).status_code == 302


def test_what_the_program_requires_is_a_padlock_and_not_a_field(tariq: Client, school: School) -> None:
    settings = school.program.class_settings
    settings.entry, settings.entry_strength = "waiting_room", "required"
    settings.save()

    response = tariq.get(URL)

    assert "Waiting room: on Required for every class of Algebra II." in text_of(response)
    assert "entry" not in fields_of(response, "plan")
    tariq.post(URL, typed(tariq, entry="join_before_host"))
    assert ClassSession.objects.get().chosen_settings["entry"] == "waiting_room"


def test_another_program_shows_its_own_settings_and_keeps_what_was_typed(
    tariq: Client, school: School
) -> None:
    school.assign(school.tariq, school.other_program, Preset.TEACHER)
    settings = school.other_program.class_settings
    settings.auto_recording, settings.auto_recording_strength = "cloud", "required"
    settings.save()

    looked = tariq.post(URL, typed(tariq, program="PHY-B", look="yes"))

    kept = fields_of(looked, "plan")
    assert (kept["topic"], kept["program"], kept["shown_for"]) == ("Quadratic equations", "PHY-B", "PHY-B")
    assert "Recording: to the cloud" in text_of(looked)
    # sent without having been shown the other program's settings, nothing is saved yet
    sent = tariq.post(URL, typed(tariq, program="PHY-B"))
    assert "The settings below are this program’s now. Look at them again." in text_of(sent)
    assert not ClassSession.objects.exists()


def test_a_program_that_one_may_not_book_in_is_no_choice(tariq: Client, school: School) -> None:
    assert school.other_program.pk
    absent, foreign = (tariq.post(URL, typed(tariq, program=code)) for code in ("NOPE", "PHY-B"))

    assert not ClassSession.objects.exists()
    for response in (absent, foreign):
        assert response.status_code == 422
        assert "Physics" not in text_of(response)
    assert "Choose one of the programs shown." in text_of(foreign)


def test_without_zoom_the_page_says_what_to_do(school: School) -> None:
    client = signed_in(school.tariq)

    said = text_of(client.get(URL))
    assert "Tariq must connect Zoom first." in said
    assert "Tariq must connect Zoom first." in text_of(client.post(URL, typed(client)))
    assert not ClassSession.objects.exists()


def test_who_may_book_nowhere_is_told_so(school: School) -> None:
    for person in (school.tove, school.ada):
        assert (
            "There is no program that you can schedule classes in" in text_of(signed_in(person).get(URL))
            or person is school.ada
        )


@pytest.mark.parametrize("address", [URL, f"{URL}preview/"])
def test_students_do_not_know_of_the_form(school: School, address: str) -> None:
    client = signed_in(school.sana)

    assert client.get(address).status_code == client.post(address).status_code == 404


def test_what_is_posted_beside_the_fields_changes_nothing(tariq: Client, school: School) -> None:
    sent = typed(tariq, teacher=str(school.olu.uid), code="AAAA-AA", version="9", created_by="1")

    tariq.post(URL, sent)

    session = ClassSession.objects.get()
    assert (session.teacher, session.version) == (school.tariq, 1)
    assert session.code != "AAAA-AA"


def test_the_page_takes_as_many_queries_with_many_programs(
    tariq: Client, school: School, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        school.assign(school.tariq, school.make_program(f"P-{number}", "Another"), Preset.TEACHER)

    with django_assert_max_num_queries(27):
        tariq.get(URL)


def allow(school: School, **fields: Any) -> None:
    type(school.program.class_settings).objects.filter(program=school.program).update(**fields)


def test_it_opens_at_an_hour_at_which_the_program_has_classes(tariq: Client, school: School) -> None:
    """Monday 09:00 in Madrid; a day of notice; Tuesdays and Sundays have no classes."""
    allow(school, notice_minutes=1440, weekdays=0b0111101, from_time=time(17, 30), to_time=time(20))

    found = fields_of(tariq.get(URL), "plan")

    assert (found["date"], found["time"]) == ("2026-03-04", "17:30")


def test_it_opens_at_no_hour_of_the_night_unless_there_is_no_other(tariq: Client, school: School) -> None:
    allow(school, notice_minutes=14 * 60)  # soonest at 23:00
    assert fields_of(tariq.get(URL), "plan")["time"] == "08:00"
    allow(school, notice_minutes=14 * 60, from_time=time(22))
    assert fields_of(tariq.get(URL), "plan")["time"] == "22:00"


def test_a_usual_hour_that_the_rules_forbid_now_is_not_suggested(tariq: Client, school: School) -> None:
    make_class(school.program, school.tariq, school.now - timedelta(days=3), minutes=90, now=school.now)
    allow(school, from_time=time(15))

    found = fields_of(tariq.get(URL), "plan")

    assert (found["date"], found["time"], found["minutes"]) == ("2026-03-02", "15:00", "90")


NOT_ALLOWED = [
    ({"time": "21:00"}, "This program has classes from 08:00 to 20:00 only."),
    ({"date": "2026-03-08"}, "This program has no classes on Sundays."),
    ({"date": "2026-02-20"}, "This time is over. Choose a later one."),
    ({"minutes": "other", "other_minutes": "300"}, "Classes of this program last 4 h at most."),
]


@pytest.mark.parametrize(("fields", "message"), NOT_ALLOWED, ids=[message for _, message in NOT_ALLOWED])
def test_what_would_be_refused_is_said_before_and_nothing_is_promised(
    tariq: Client, school: School, fields: dict[str, str], message: str
) -> None:
    allow(school, weekdays=0b0111111, from_time=time(8), to_time=time(20), notice_minutes=60)

    said = text_of(tariq.post(f"{URL}preview/", typed(tariq, **fields)))

    assert message in said
    assert "It can’t be scheduled like that: see beside the time." in said
    assert "will be told" not in said
    assert "Why at short notice?" not in said
    # and it is what the button answers, once
    assert text_of(tariq.post(URL, typed(tariq, **fields))).count(message) == 2


def test_a_clash_with_ones_own_class_is_not_told_a_second_time_as_the_students(
    tariq: Client, school: School
) -> None:
    tariq.post(URL, typed(tariq, topic="Standing waves"))

    said = text_of(tariq.post(f"{URL}preview/", typed(tariq, topic="Graphs", time="18:30")))

    assert "Nobody teaches two classes at once." in said
    assert "students have another class then" not in said
    assert "all the same" not in said


def test_a_day_outside_the_programs_own_is_said_and_taken(tariq: Client, school: School) -> None:
    type(school.program).objects.update(starts_on=date(2026, 3, 1), ends_on=date(2026, 3, 4))

    assert "ALG-2 ends on Wed 4 Mar" in text_of(tariq.post(f"{URL}preview/", typed(tariq)))
    assert "ALG-2 ends" not in text_of(tariq.post(f"{URL}preview/", typed(tariq, date="2026-03-04")))
    assert tariq.post(URL, typed(tariq)).status_code == 302


def test_who_has_not_taken_up_the_account_is_not_counted_as_told(tariq: Client, school: School) -> None:
    for name in ("nora", "ivo"):
        invited = school.person(name)
        invited.joined_at = None
        invited.save()
        school.enrol(invited, school.program)

    said = text_of(tariq.post(f"{URL}preview/", typed(tariq)))

    assert (
        "1 student will be told. 2 who haven’t taken up their accounts yet get no message, and find it there."
        in said
    )


def test_that_zoom_will_cut_a_class_short_is_a_warning_before_it_is_saved(
    tariq: Client, school: School
) -> None:
    cut = "Zoom ends this class after 40 minutes"
    assert cut not in text_of(tariq.post(f"{URL}preview/", typed(tariq)))
    school.tariq.zoom_user.licence = "basic"
    school.tariq.zoom_user.save()

    assert cut in text_of(tariq.post(f"{URL}preview/", typed(tariq)))
    short = typed(tariq, minutes="30")
    assert cut not in text_of(tariq.post(f"{URL}preview/", short))
