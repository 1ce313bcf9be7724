"""The one address that people keep: what stands there before, during and after a class, and who goes in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from eduraise.classes.changing import Edit, change_class
from eduraise.classes.enums import DifferenceField
from eduraise.classes.joining import find_class, may_join
from eduraise.classes.models import ClassSession, Difference, JoinClick
from eduraise.zoom.models import ZoomMeeting
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class, sit
from tests.school import School

HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(school: School) -> ClassSession:
    """Tariq's class tomorrow at 09:00 in Madrid; Join opens ten minutes before."""
    cache.clear()
    for person in (school.tariq, school.sana):
        person.zone = "Europe/Madrid"
        person.save()
    return make_class(school.program, school.tariq, school.now + 24 * HOUR, now=school.now)


def look(person: Any, session: ClassSession, **headers: str) -> Any:
    return signed_in(person).get(f"/j/{session.code}", headers=headers)


def go_in(person: Any, session: ClassSession) -> Any:
    return signed_in(person).post(f"/j/{session.code}/join")


def opened(school: School, session: ClassSession) -> None:
    school.clock.set(session.starts_at - 10 * MINUTE)


def link_of(session: ClassSession) -> str:
    assert session.occurrence
    assert session.occurrence.meeting.join_url
    return session.occurrence.meeting.join_url


def test_a_student_goes_in_when_it_opens_and_her_click_is_kept(school: School, session: ClassSession) -> None:
    opened(school, session)

    answer = go_in(school.sana, session)

    assert (answer.status_code, answer["Location"]) == (303, link_of(session))
    assert (answer["Cache-Control"], answer["Referrer-Policy"]) == ("no-store", "no-referrer")
    click = JoinClick.objects.get()
    assert (click.person, click.way, click.at, click.told_of_recording) == (
        school.sana,
        "common",
        school.now,
        False,
    )


def test_a_second_before_it_opens_nobody_goes_in(school: School, session: ClassSession) -> None:
    opened(school, session)
    school.clock.advance(seconds=-1)

    assert go_in(school.sana, session)["Location"] == f"/j/{session.code}"
    assert not JoinClick.objects.exists()
    assert "Opens at 08:50 This page lets you in by itself." in text_of(look(school.sana, session))


def test_long_before_the_door_says_when_it_opens(school: School, session: ClassSession) -> None:
    response = look(school.sana, session)

    said = text_of(response)
    assert "Opens on Tue 3 Mar at 08:50" in said
    assert "Keep the link: it stays the same, even if the class moves." in said
    assert "hx-trigger" not in response.content.decode()


def test_the_other_zone_stands_beside_where_it_differs(school: School, session: ClassSession) -> None:
    school.sana.zone = "Europe/London"
    school.sana.save()

    assert "Tue 3 Mar, 08:00–09:00 · 09:00 in Madrid" in text_of(look(school.sana, session))


def test_open_but_not_started_one_can_wait_in_zoom(school: School, session: ClassSession) -> None:
    opened(school, session)

    response = look(school.sana, session)

    assert "Your teacher hasn’t started yet You can wait in Zoom. Join class" in text_of(response)
    assert f'action="/j/{session.code}/join" target="_blank"' in response.content.decode()


def test_while_it_is_on_the_door_says_so(school: School, session: ClassSession) -> None:
    school.clock.set(session.starts_at + 24 * MINUTE)
    sit(session, session.starts_at)

    assert "Live for 24 min" in text_of(look(school.sana, session))


def test_a_class_that_ended_in_zoom_is_not_called_unstarted(school: School, session: ClassSession) -> None:
    school.clock.set(session.starts_at + 26 * MINUTE)
    sit(session, session.starts_at, ended_at=school.now - 2 * MINUTE)

    door = text_of(look(school.sana, session))
    page = text_of(signed_in(school.sana).get(f"/classes/{session.code}/"))
    for shown in (door, page):
        assert "It was on, and has ended in Zoom." in shown
        assert "If it is started again, you can come in." in shown
        assert "hasn’t started yet" not in shown
    teachers = text_of(signed_in(school.tariq).get(f"/classes/{session.code}/"))
    assert "It can be started again until 10:00." in teachers
    assert "Start again" in teachers


def test_of_a_class_deleted_in_zoom_the_door_holds_and_says_why(
    school: School, session: ClassSession
) -> None:
    opened(school, session)
    Difference.objects.create(session=session, field=DifferenceField.GONE, seen_at=school.now)

    response = look(school.sana, session)

    assert "The class isn’t ready at Zoom Its teacher is told. This page lets you in" in text_of(response)
    assert "hx-trigger" in response.content.decode()
    assert "Join class" not in text_of(response)
    assert go_in(school.sana, session)["Location"] == f"/j/{session.code}"
    assert not JoinClick.objects.exists()
    today = text_of(signed_in(school.sana).get("/"))
    assert "It isn’t ready at Zoom. Your teacher is told." in today
    assert "you can wait in Zoom" not in today


def test_a_class_deleted_in_zoom_is_booked_again_instead_of_started(
    school: School, session: ClassSession
) -> None:
    opened(school, session)
    Difference.objects.create(session=session, field=DifferenceField.GONE, seen_at=school.now)
    ZoomMeeting.objects.update(missing_at=school.now)
    tariq = signed_in(school.tariq)

    assert tariq.post(f"/classes/{session.code}/start/").status_code == 409
    for address in (f"/classes/{session.code}/", f"/j/{session.code}", "/", "/zoom/meetings/"):
        page = tariq.get(address)
        assert f"/classes/{session.code}/start/" not in page.content.decode(), address
    assert "Book again The link stays the same" in text_of(tariq.get("/"))
    assert "Book again The link stays the same" in text_of(tariq.get(f"/j/{session.code}"))

    tariq.post(f"/classes/{session.code}/difference/", {"choice": "book"})

    assert "It is being booked at Zoom" in text_of(look(school.sana, session))


def test_a_class_that_runs_on_can_still_be_joined(school: School, session: ClassSession) -> None:
    school.clock.set(session.ends_at + 30 * MINUTE)
    sit(session, session.starts_at)

    assert go_in(school.sana, session).status_code == 303


@pytest.mark.parametrize(
    ("closed_by", "words"),
    [
        ("ended", "This class is over Nobody can join it any more."),
        ("cancelled", "Cancelled by Tariq “The room is flooded”"),
        ("archived", "The program has ended Nothing of it can be joined any more."),
        ("being booked", "It is being booked at Zoom The link is right. This page looks again by itself."),
    ],
)
def test_every_closed_door_says_why(
    school: School, session: ClassSession, closed_by: str, words: str
) -> None:
    opened(school, session)
    assert session.occurrence
    match closed_by:
        case "ended":
            school.clock.set(session.ends_at + 15 * MINUTE)
        case "cancelled":
            session.cancelled_at, session.cancelled_by = school.now, school.tariq
            session.cancel_message = "The room is flooded"
            session.save()
        case "archived":
            school.program.archived_at = school.now
            school.program.save()
        case "being booked":
            session.occurrence.meeting.join_url = None
            session.occurrence.meeting.meeting_number = None
            session.occurrence.meeting.save()
            session.occurrence.meeting.operations.update(state="pending")

    response = look(school.sana, session)

    assert response.status_code == 200
    assert words in text_of(response)
    assert "Join class" not in text_of(response)
    assert go_in(school.sana, session)["Location"] == f"/j/{session.code}"
    assert not JoinClick.objects.exists()


def test_a_move_is_said_at_the_door_for_a_week(school: School, session: ClassSession) -> None:
    change_class(
        session=session,
        seen_version=1,
        edit=Edit(starts_at=session.starts_at + 14 * 24 * HOUR),
        by=school.tariq,
        now=school.now,
    )

    moved = "This class was moved from Tue 3 Mar, 09:00–10:00 Tue 17 Mar, 09:00–10:00"
    assert moved in text_of(look(school.sana, session))
    school.clock.advance(days=7)
    assert "This class was moved" not in text_of(look(school.sana, session))


@pytest.mark.parametrize("who", ["olu", "finn"])
def test_who_has_no_part_in_it_gets_the_answer_of_a_code_that_does_not_exist(
    school: School, session: ClassSession, who: str
) -> None:
    opened(school, session)
    client = signed_in(getattr(school, who))

    foreign, absent = client.get(f"/j/{session.code}"), client.get("/j/2222-22")
    assert foreign.status_code == absent.status_code == 404
    # but for the number of the request
    assert text_of(foreign).rsplit(" ", 1)[0] == text_of(absent).rsplit(" ", 1)[0]
    assert client.post(f"/j/{session.code}/join").status_code == 404
    assert not JoinClick.objects.exists()


def test_an_enrolment_that_ended_while_she_waited_lets_nobody_in(
    school: School, session: ClassSession
) -> None:
    opened(school, session)
    client = signed_in(school.sana)
    assert client.get(f"/j/{session.code}").status_code == 200

    school.sana.enrolments.update(until_at=school.now)

    assert client.post(f"/j/{session.code}/join").status_code == 404


def test_a_draft_programs_class_is_nowhere_for_students(school: School, session: ClassSession) -> None:
    school.program.opened_at = None
    school.program.save()

    assert look(school.sana, session).status_code == 404
    assert look(school.tariq, session).status_code == 200


def test_visitors_are_sent_to_sign_in_and_told_nothing(session: ClassSession) -> None:
    answer = Client().get(f"/j/{session.code}")

    assert answer.status_code == 302
    assert answer["Location"].endswith(f"?next=/j/{session.code}")
    assert Client().post(f"/j/{session.code}/join").status_code == 302
    assert not JoinClick.objects.exists()


def test_the_classs_teacher_starts_it_here(school: School, session: ClassSession) -> None:
    opened(school, session)

    html = look(school.tariq, session).content.decode()

    assert "You teach this class" in html
    assert f'action="/classes/{session.code}/start/"' in html
    assert "/join" not in html


def test_those_who_assist_go_in_and_those_who_only_see_numbers_do_not(
    school: School, session: ClassSession
) -> None:
    opened(school, session)
    ida = school.teacher("ida")
    school.assign(ida, school.program, "observer")

    assert go_in(school.tove, session).status_code == 303
    assert go_in(ida, session)["Location"] == f"/j/{session.code}"
    assert "You may see this class, but not join it" in text_of(look(ida, session))


def test_one_function_answers_who_may_join(school: School, session: ClassSession) -> None:
    def allowed(name: str) -> bool:
        person = getattr(school, name)
        found = find_class(school.ada, session.code, school.now)
        assert found
        return may_join(person, found, school.now)

    people = ("ada", "tariq", "tove", "olu", "sana", "finn")
    assert [allowed(name) for name in people] == [False] * 6
    opened(school, session)
    assert {name for name in people if allowed(name)} == {"ada", "tariq", "tove", "sana"}
    school.sana.is_active = False
    school.sana.save()
    assert not allowed("sana")


def test_the_page_never_holds_zooms_link(school: School, session: ClassSession) -> None:
    opened(school, session)

    for person in (school.sana, school.tariq, school.ada):
        assert "zoom.us" not in look(person, session).content.decode()


def test_who_waits_is_looked_after_slowly_then_quickly_and_let_in_once_it_opens(
    school: School, session: ClassSession
) -> None:
    client = signed_in(school.sana)
    address = f"/j/{session.code}"
    school.clock.set(session.starts_at - HOUR)
    whole = client.get(address)
    assert 'hx-trigger="every 30s"' in whole.content.decode()
    assert "data-let-in" not in whole.content.decode()
    asks = {"HX-Request-Type": "partial"}

    first = client.get(f"{address}?waited=yes", headers=asks)
    asks["HX-PTag"] = first["HX-PTag"]
    school.clock.advance(seconds=30)
    assert client.get(f"{address}?waited=yes", headers=asks).status_code == 304

    school.clock.set(session.starts_at - 11 * MINUTE)
    near = client.get(f"{address}?waited=yes", headers=asks)
    assert 'hx-trigger="every 5s"' in near.content.decode()
    asks["HX-PTag"] = near["HX-PTag"]

    opened(school, session)
    there = client.get(f"{address}?waited=yes", headers=asks)
    assert f'data-let-in="{session.code}"' in there.content.decode()
    assert "target" not in there.content.decode().split("data-let-in")[1].split(">")[0]
    # whoever opens the page when the door is open already chooses to go in
    assert "data-let-in" not in client.get(address).content.decode()


def test_a_recorded_class_is_said_to_be_before_one_goes_in(school: School, session: ClassSession) -> None:
    session.chosen_settings = {"auto_recording": "cloud"}
    session.save()
    opened(school, session)

    assert "This class is recorded" in text_of(look(school.sana, session))
    go_in(school.sana, session)
    assert JoinClick.objects.get().told_of_recording


def test_codes_that_lead_nowhere_can_be_tried_only_so_often(school: School, session: ClassSession) -> None:
    client = signed_in(school.olu)
    for number in range(30):
        assert client.get(f"/j/2222-{23 + number // 8}").status_code == 404

    assert client.get("/j/2222-22").status_code == 429
    # others, and later on she herself, are not kept out
    assert look(school.sana, session).status_code == 200
    school.clock.advance(minutes=10)
    assert client.get("/j/2222-22").status_code == 404


def test_a_code_is_read_however_it_is_typed(school: School, session: ClassSession) -> None:
    client = signed_in(school.sana)

    for typed in (session.code.lower(), session.code.replace("-", ""), f"{session.code}/"):
        assert client.get(f"/j/{typed}").status_code == 200


def test_the_door_asks_the_database_the_same_few_things_whoever_waits(
    school: School, session: ClassSession, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        make_class(school.program, school.tariq, school.now + (30 + number) * HOUR, now=school.now)
    client = signed_in(school.sana)
    client.get(f"/j/{session.code}")
    school.clock.set(session.starts_at - HOUR)

    with django_assert_max_num_queries(12):
        client.get(f"/j/{session.code}")
    with django_assert_max_num_queries(12):
        client.get(f"/j/{session.code}", headers={"HX-Request-Type": "partial"})
