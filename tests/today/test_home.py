"""Each role's home: the next class, what needs somebody, the days ahead; nothing that is not the reader's."""

from __future__ import annotations

import html
import re
import time
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from eduraise.accounts.middleware import SEEN_AT
from eduraise.accounts.models import User
from eduraise.classes.models import JoinClick
from eduraise.ops.models import RegularRun
from eduraise.ops.regular import run
from eduraise.zoom import preflight
from eduraise.zoom.enums import Licence
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence
from tests.classes.rows import make_class, make_host, sit
from tests.school import School


def opened(person: User, address: str = "/") -> str:
    client = Client()
    client.force_login(person)
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def words(page: str) -> str:
    """What a page says, its markup left out."""
    main = re.sub(r"<(svg|title).*?</\1>", " ", page[page.index("<main") :], flags=re.S)
    return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", main).split()))


def test_nothing_yet_is_said_to_each(school: School) -> None:
    assert "Create the first program" in opened(school.ada)
    assert "Connect Zoom to schedule classes" in opened(school.tariq)
    assert "All good." in opened(school.ada)
    assert "You have no upcoming classes" in opened(school.sana)


def test_the_next_class_stands_on_the_board_with_its_button(school: School) -> None:
    at = school.now + timedelta(minutes=8)
    make_class(school.program, school.tariq, at, topic="Quadratic equations", now=school.now)

    assert "Start class" in opened(school.tariq)
    student = opened(school.sana)
    assert "Join class" in student
    assert "Quadratic equations" in student
    assert "zoom.us/j" not in student


def test_nobody_sees_classes_that_are_not_theirs(school: School) -> None:
    make_class(
        school.other_program,
        school.olu,
        school.now + timedelta(minutes=8),
        topic="Interference",
        now=school.now,
    )

    for person in (school.tariq, school.sana, school.finn):
        assert "Interference" not in opened(person)
    assert "Interference" in opened(school.ada)


@pytest.mark.parametrize("role", ["ada", "tariq", "sana"])
def test_help_is_there_for_each(school: School, role: str) -> None:
    school.program.support_contact = "help@school.example"
    school.program.save()

    page = opened(getattr(school, role), "/help/")
    assert "Whom to ask" in page
    assert "help@school.example" in page


def test_the_language_is_promised_only_where_there_is_a_choice(school: School, settings: Any) -> None:
    assert "which mails you get" in opened(school.sana, "/help/")
    assert "the language" not in opened(school.sana, "/help/")

    settings.LANGUAGES = [("en", "English"), ("es", "Español")]

    assert "Your settings change that, the language, and which mails you get." in opened(
        school.sana, "/help/"
    )
    assert '<select name="language"' in opened(school.sana, "/settings/")


def test_the_days_ahead_are_called_what_they_are(school: School) -> None:
    """Wednesday: the next seven days end in the next week, which is no rest of this one."""
    school.clock.advance(hours=48)
    make_class(school.program, school.tariq, school.now + timedelta(days=6), now=school.now)

    for person in (school.tariq, school.sana):
        page = opened(person)
        assert "Next seven days" in page
        assert "Sets" in page[page.index("Next seven days") :]


def test_regular_work_says_how_often_and_what_came_of_it(school: School) -> None:
    run("push", now=school.now)
    RegularRun.objects.create(
        name="reconcile", began_at=school.now, ended_at=school.now, result="ok", counts={"missing": 2}
    )
    failed = {"name": "send", "began_at": school.now, "ended_at": school.now, "result": "OSError: no route"}
    RegularRun.objects.create(**failed)

    said = words(opened(school.ada, "/operations/"))

    assert re.search(r"Operations at Zoom that are due every 5 s last .{5,40} nothing to do", said)
    assert re.search(r"What Zoom.s events missed every 30 s last .{5,40} meetings not found at Zoom: 2", said)
    assert re.search(r"Mail that waits every 5 s last .{5,40} OSError: no route", said)
    assert "Files of materials that are gone every 60 min not run yet" in said


def test_the_work_behind_is_for_admins(school: School) -> None:
    assert "Regular work" in opened(school.ada, "/operations/")
    client = Client()
    client.force_login(school.tariq)
    assert client.get("/operations/").status_code == 404


@pytest.mark.parametrize("role", ["ada", "tariq", "sana"])
def test_every_page_that_help_names_can_be_opened(school: School, role: str) -> None:
    client = Client()
    client.force_login(getattr(school, role))
    page = client.get("/help/").content.decode()
    main = page[page.index("<main") :]

    named = {one for one in re.findall(r'href="(/[^"]*)"', main) if not one.startswith("/static/")}
    assert len(named) > 2
    assert {one: client.get(one).status_code for one in named} == dict.fromkeys(named, 200)


def test_a_teachers_programs_say_how_they_stand(school: School) -> None:
    _ = school.tove, school.sana
    hour = timedelta(hours=1)
    held = make_class(school.program, school.tariq, school.now - 30 * hour, minutes=90, now=school.now)
    sit(held, held.starts_at, ended_at=held.ends_at)
    make_class(school.program, school.tariq, school.now + 30 * hour, now=school.now)

    home, program = words(opened(school.tariq)), words(opened(school.tariq, "/programs/ALG-2/"))
    assert "With Tove (Assistant)" in home
    assert "enrolled 1" in home
    for page in (home, program):
        assert "classes held 1 of 2" in page
        assert "taught 90 min" in page
        assert "Next: class 2 of 2, Tue 3 Mar, 14:00" in page


def test_what_needs_a_teacher_is_mended_from_her_home(school: School) -> None:
    at = school.now + timedelta(days=1)
    lost = make_class(school.program, school.tariq, at, now=school.now, at_zoom=False, operation=None)

    page = opened(school.tariq)
    assert "Sets: It isn’t booked at Zoom" in page
    assert f'action="/classes/{lost.code}/booking/"' in page
    assert "<title>(1) Today – EduRaise</title>" in page
    assert "booking/" not in opened(school.tove)


def test_the_live_board_says_how_classes_stand(school: School) -> None:
    live = make_class(school.program, school.tariq, school.now - timedelta(minutes=20), now=school.now)
    sit(live, live.starts_at, host_joined_at=live.starts_at)
    _ = school.sana
    # who pressed Join is not for that in the class
    JoinClick.objects.create(session=live, person=school.sana, at=school.now, way="common")

    page = words(opened(school.ada))
    assert "Now 1 " in page
    assert "On since 07:40 08:40 in Madrid 1 enrolled" in page
    assert "came" not in page


def test_the_weeks_five_numbers(school: School) -> None:
    school.clock.advance(days=2)
    _ = school.sana
    for hours, late in ((-30, 2), (-28, 20), (-26, None), (-80, 0)):
        at = school.now + timedelta(hours=hours)
        over = make_class(school.program, school.tariq, at, now=school.now, at_zoom=late is not None)
        if late is not None:
            sit(over, over.starts_at + timedelta(minutes=late), ended_at=over.ends_at)

    page = words(opened(school.ada))
    assert "classes held 2 of 3" in page  # what was on Sunday is of another week
    assert "taught 2 h started on time 50 % teachers with Zoom 1 of 1 students enrolled 1" in page


def test_an_admin_learns_of_a_class_that_nobody_started(school: School) -> None:
    missed = make_class(school.program, school.tariq, school.now, topic="Missed", now=school.now)
    unknown = make_class(school.other_program, school.olu, school.now, topic="Unread", now=school.now)
    held = make_class(school.program, school.tariq, school.now + timedelta(hours=2), now=school.now)
    sit(held, held.starts_at, ended_at=held.ends_at)
    for session in (missed, held):
        assert session.occurrence
        ZoomMeeting.objects.filter(pk=session.occurrence.meeting_id).update(read_at=session.ends_at)
    school.clock.advance(hours=4)

    page = words(opened(school.ada))
    assert "Nobody started 1 class of the last 24 hours" in page
    assert "All good" not in page
    found = words(opened(school.ada, "/zoom/meetings/?tab=past&state=missed"))
    assert "Missed" in found
    assert "Unread" not in found
    assert "Nobody started it" in words(opened(school.tariq, f"/classes/{missed.code}/"))
    # where nobody looked, nothing is claimed
    assert "Nobody started it" not in words(opened(school.olu, f"/classes/{unknown.code}/"))
    school.clock.advance(hours=24)
    assert "All good" in words(opened(school.ada))


def test_a_class_that_has_ended_in_zoom_yields_the_board_to_the_next(school: School) -> None:
    ended = make_class(
        school.program, school.tariq, school.now - timedelta(minutes=20), topic="Short", now=school.now
    )
    sit(ended, ended.starts_at, ended_at=school.now - timedelta(minutes=1))
    assert "It was on, and has ended in Zoom." in opened(school.sana)
    assert "hasn’t started yet" not in opened(school.sana)
    make_class(school.program, school.tariq, school.now + timedelta(minutes=44), topic="Next", now=school.now)

    page = opened(school.tariq)
    board = page[page.index('class="board"') : page.index('id="live"')]
    assert "Next" in board
    assert "Short" not in board
    assert "Ended in Zoom" in page
    # what comes next is what has not been
    assert "Next class: Mon 2 Mar, 08:44" in words(opened(school.ada))


def test_a_class_that_runs_over_yields_the_board_to_the_next(school: School) -> None:
    over = make_class(
        school.program, school.tariq, school.now - timedelta(minutes=61), topic="Running over", now=school.now
    )
    sit(over, over.starts_at)
    make_class(school.program, school.tariq, school.now + timedelta(minutes=4), topic="Next", now=school.now)

    page = opened(school.tariq)
    board = page[page.index('class="board"') : page.index('id="live"')]
    assert "Next" in board
    assert "Running over" not in board
    assert page.count("btn now") == 1


def test_a_home_that_did_not_change_is_answered_304(school: School) -> None:
    make_class(school.program, school.tariq, school.now + timedelta(minutes=12), now=school.now)
    client = Client()
    client.force_login(school.sana)
    mark = client.get("/")["HX-PTag"]
    asking = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-PTag": mark}

    assert client.get("/", headers=asking).status_code == 304
    school.clock.advance(minutes=3)
    part = client.get("/", headers=asking)
    assert part.status_code == 200
    assert "<title>Starts in 9 min – Sets – EduRaise</title>" in part.content.decode()
    assert "<html" not in part.content.decode()
    assert client.get("/", headers=asking | {"HX-PTag": part["HX-PTag"]}).status_code == 304


def test_an_admin_who_teaches_has_her_own_classes_on_a_teachers_home(school: School) -> None:
    school.assign(school.ada, school.other_program)
    at = school.now + timedelta(hours=5)
    make_class(school.program, school.tariq, at, topic="His", now=school.now)
    make_class(school.other_program, school.ada, at, topic="Hers", now=school.now)
    client = Client()
    client.force_login(school.ada)
    assert "Work as Teacher" in client.get("/").content.decode()
    client.post("/role/", {"role": "teacher"})

    page = client.get("/").content.decode()
    assert "Hers" in page
    assert "His" not in page


def test_ended_programs_leave_a_next_step(school: School) -> None:
    _ = school.tariq, school.sana
    school.program.archived_at = school.now
    school.program.save()

    assert "None of your programs is running" in opened(school.tariq)
    assert "Your programs have ended" in opened(school.sana)
    assert "You are in no program yet" in opened(school.person("new"))
    assert "You are on no program yet" in opened(school.teacher("newer"))


def test_nobody_wears_a_role_that_is_not_hers(school: School) -> None:
    client = Client()
    client.force_login(school.sana)
    for role in ("admin", "teacher", "", "nonsense"):
        assert client.post("/role/", {"role": role}).status_code == 404
    assert "Needs you" not in opened(school.sana)

    client.force_login(school.ada)
    assert "Work as" not in client.get("/").content.decode()


def test_a_home_that_looks_again_by_itself_keeps_nobody_signed_in(school: School) -> None:
    client = Client()
    client.force_login(school.ada)
    mark = client.get("/")["HX-PTag"]
    a_while_ago = time.time() - 20 * 60
    session = client.session
    session[SEEN_AT] = a_while_ago
    session.save()

    client.get("/", headers={"HX-Request": "true", "HX-Request-Type": "partial", "HX-PTag": mark})
    assert client.session[SEEN_AT] == a_while_ago
    client.get("/")
    assert client.session[SEEN_AT] > a_while_ago


def test_an_admin_is_told_what_the_last_look_at_zoom_came_to(school: School) -> None:
    at = school.now + timedelta(hours=3)
    session = make_class(school.program, school.tariq, at, topic="Quadratic equations", now=school.now)
    looked_at = ZoomOccurrence.objects.filter(pk=session.occurrence_id)
    assert "at Zoom" not in words(opened(school.ada))

    looked_at.update(checked_at=school.now)
    assert "All good." in words(opened(school.ada))
    assert "0 enrolled 12:00 in Madrid Ready at Zoom" in words(opened(school.ada))
    assert "Ready at Zoom" not in words(opened(school.tariq))

    looked_at.update(check_codes=[preflight.UNREAD])
    page = words(opened(school.ada))
    assert "Zoom could not be asked. 12:00 in Madrid Not ready at Zoom" in page
    assert "All good." not in page

    # what was seen before the class was changed says nothing
    looked_at.update(checked_at=school.now - timedelta(hours=1))
    assert "at Zoom" not in words(opened(school.ada))


def test_an_admin_is_told_how_many_are_licensed(school: School) -> None:
    school.assign(school.teacher("noor"), school.program)
    assert "Zoom licences" not in words(opened(school.ada))
    make_host(school.tariq, school.now)
    make_host(User.objects.get(name="Noor"), school.now, licence=Licence.BASIC)
    make_host(school.person("between programs"), school.now)

    page = words(opened(school.ada))

    assert "2 of 3 Zoom users are licensed. 1 is Basic: Zoom ends its classes after 40 minutes." in page
    assert "Zoom licences" not in words(opened(school.tariq))
