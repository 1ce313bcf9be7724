"""The live board: true, each reader's own, and made once for all who watch."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.attendance.enums import ExcuseState, Room, Source, Status
from eduraise.attendance.models import Interval, Mark, Participant, Register
from eduraise.classes.elsewhere import give_other_link
from eduraise.classes.models import ClassSession
from eduraise.live.board import board, kept_board
from eduraise.live.models import Snapshot
from eduraise.live.words import line_of
from eduraise.programs.enums import Preset
from eduraise.programs.syllabus import add_topics
from eduraise.substitutes.models import Substitution
from eduraise.zoom.models import ZoomAccount, ZoomInstance, ZoomMeeting
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class, sit
from tests.school import School

MINUTE = timedelta(minutes=1)


def looked(client: Client, **headers: str) -> Any:
    """One look of a page that stands open."""
    given = {"HX-Request": "true", "HX-Request-Type": "partial"} | headers
    return client.get("/live/", headers=given)


def said(person: User) -> str:
    return text_of(looked(signed_in(person)))


def topics_at(now: datetime) -> list[str]:
    return [one.topic for one in board(now, kept_board()).classes]


def class_at(school: School, begins: float, **fields: Any) -> ClassSession:
    """begins: in so many minutes from now."""
    program = fields.pop("program", school.program)
    teacher = fields.pop("teacher", school.tariq)
    return make_class(program, teacher, school.now + begins * MINUTE, now=school.now, **fields)


def another(school: School, name: str, program: Any = None) -> User:
    """Another teacher of the program."""
    person = school.teacher(name)
    school.assign(person, program or school.program)
    return person


def read(session: ClassSession, at: datetime) -> None:
    """Its meeting was looked at, at Zoom."""
    assert session.occurrence
    ZoomMeeting.objects.filter(pk=session.occurrence.meeting_id).update(read_at=at)


def come(
    sitting: ZoomInstance, key: str, at: datetime, *, person: User | None = None, room: str = Room.MAIN
) -> Participant:
    """Somebody came in, as an event told."""
    who, _made = Participant.objects.get_or_create(
        instance=sitting, source=Source.WEBHOOK, key=key, defaults={"person": person, "name": key}
    )
    _told(who, room, joined_at=at)
    return who


def leave(who: Participant, at: datetime, *, room: str = Room.MAIN) -> None:
    _told(who, room, left_at=at)


def _told(who: Participant, room: str, **fields: Any) -> None:
    at = next(iter(fields.values()))
    fact = blake2b(f"{who.pk}{room}{fields}".encode(), digest_size=16).digest()
    Interval.objects.create(participant=who, fact_key=fact, room=room, held_on=at.date(), **fields)


def test_what_needs_somebody_stands_first(school: School) -> None:
    on = class_at(school, -20, topic="On")
    sit(on, on.starts_at, host_joined_at=on.starts_at)
    for topic, minutes in (("Waits", -6), ("Waits longer", -15)):
        read(
            class_at(school, minutes, topic=topic, teacher=another(school, topic.replace(" ", ""))),
            school.now,
        )
    class_at(school, -10, topic="Not known", teacher=another(school, "nadia"))

    page = said(school.ada)
    assert "1 class is on. “Waits longer” is not started. “Waits” is not started. Now 4 " in page
    topics = [page.index(words) for words in ("15 min", "Not started for 6 min", "hasn’t said", "On since")]
    assert topics == sorted(topics)


def test_what_comes_and_what_has_ended_stand_below(school: School) -> None:
    over = class_at(school, -80, topic="Over", minutes=60)
    sit(over, over.starts_at, host_joined_at=over.starts_at, ended_at=over.ends_at - 12 * MINUTE)
    class_at(school, 40, topic="Soon")
    class_at(school, 70, topic="Later", teacher=another(school, "late"))
    class_at(school, -200, topic="Long over", teacher=another(school, "early"))

    page = said(school.ada)
    assert "Within the hour" in page
    assert "Ended 12 min early" in page
    assert ("Later" in page, "Long over" in page) == (False, False)


def test_a_class_runs_over(school: School) -> None:
    late = class_at(school, -70, topic="Long")
    sit(late, late.starts_at, host_joined_at=late.starts_at, seen_running_at=school.now)
    assert "10 min over time" in said(school.ada)


def test_who_is_in_it_is_counted_by_who_came_and_did_not_leave(school: School) -> None:
    live = class_at(school, -20)
    sitting = sit(live, live.starts_at, host_joined_at=live.starts_at)
    people = [school.person(f"student{number}") for number in range(6)]
    for person in people:
        school.enrol(person, school.program)
    at = live.starts_at
    assert "6 enrolled" in said(school.ada)
    come(sitting, "teacher", at, person=school.tariq)
    come(sitting, "a", at, person=people[0])
    leave(come(sitting, "b", at, person=people[1]), at + MINUTE)
    # came again; on two devices; in a breakout room only; in the waiting room
    again = come(sitting, "c", at, person=people[2])
    leave(again, at + 2 * MINUTE)
    come(sitting, "c", at + 3 * MINUTE, person=people[2])
    come(sitting, "c on a phone", at, person=people[2])
    aside = come(sitting, "d", at, person=people[3])
    leave(aside, at + 2 * MINUTE)
    come(sitting, "d", at + 2 * MINUTE, room=Room.BREAKOUT)
    come(sitting, "e", at, person=people[4], room=Room.WAITING)
    come(sitting, "iPhone", at)
    come(sitting, "a former student", at, person=school.finn)

    school.clock.advance(seconds=6)
    page = said(school.ada)
    assert "3 of 6 here" in page
    assert "1 in the waiting room 1 not known" in page
    assert "4 people in class" in page


def test_who_is_excused_is_not_missed(school: School) -> None:
    session = class_at(school, -5)
    sit(session, session.starts_at)
    for name in ("bea", "cem", "dan"):
        school.enrol(school.person(name), school.program)
    bea, cem = (User.objects.get(name=name) for name in ("Bea", "Cem"))
    session.excuses.create(
        student=bea, text="ill", sent_at=school.now, state=ExcuseState.ACCEPTED, decided_at=school.now
    )
    register = Register.objects.create(session=session, next_at=school.now)
    for student, status in ((bea, Status.EXCUSED), (cem, Status.EXCUSED)):
        Mark.objects.create(
            register=register,
            student=student,
            hand_status=status,
            hand_at=school.now,
            held_on=session.starts_at.date(),
        )

    one = next(one for one in board(school.now, None).classes if one.code == session.code)

    assert (one.enrolled, one.excused) == (3, 2)
    assert line_of(one, school.now, reader=0, may_help=False, shows_people=True).missing == 1


def test_few_who_came_are_pointed_at_after_ten_minutes(school: School) -> None:
    live = class_at(school, -9)
    sitting = sit(live, live.starts_at, host_joined_at=live.starts_at)
    for number in range(5):
        school.enrol(school.person(f"student{number}"), school.program)
    come(sitting, "teacher", live.starts_at, person=school.tariq)
    assert "missing" not in said(school.ada)

    school.clock.advance(minutes=2)
    assert "5 missing" in said(school.ada)


def test_each_sees_their_own(school: School) -> None:
    own = class_at(school, -20, topic="Own")
    other = class_at(school, -20, topic="Elsewhere", program=school.other_program, teacher=school.olu)
    sits = [sit(one, one.starts_at, host_joined_at=one.starts_at) for one in (own, other)]
    for sitting in sits:
        come(sitting, "somebody", own.starts_at)
    observer = school.teacher("ute")
    school.assign(observer, school.program, Preset.OBSERVER)
    substitute = school.teacher("sub")
    school.assign(substitute, school.program, Preset.TEACHER, only_for=own.uid)
    _ = school.sana

    names = {"ada": school.ada, "tariq": school.tariq, "tove": school.tove, "olu": school.olu}
    seen = {name: ("Own" in said(one), "Elsewhere" in said(one)) for name, one in names.items()}
    assert seen == {"ada": (True, True), "tariq": (True, False), "tove": (True, False), "olu": (False, True)}
    assert ("Own" in said(substitute), "Elsewhere" in said(substitute)) == (True, False)
    # an observer knows that it is on, and not who came
    assert ("Own" in said(observer), "not known" in said(observer), "enrolled" in said(observer)) == (
        True,
        False,
        False,
    )
    assert looked(signed_in(school.sana)).status_code == 404
    ended = school.tove.assignments.get()
    ended.until_at = school.now
    ended.save()
    school.clock.advance(seconds=1)
    assert "Own" not in said(school.tove)


def test_it_is_answered_304_until_something_changes(school: School) -> None:
    live = class_at(school, -20)
    sit(live, live.starts_at, host_joined_at=live.starts_at)
    client = signed_in(school.ada)
    first = looked(client)
    mark = first["HX-PTag"]

    school.clock.advance(seconds=20)
    again = looked(client, **{"HX-PTag": mark})
    assert (again.status_code, again.content, again["HX-PTag"]) == (304, b"", mark)
    assert looked(client, **{"If-None-Match": first["ETag"]}).status_code == 304
    ZoomInstance.objects.update(ended_at=school.now)
    assert looked(client, **{"HX-PTag": mark}).status_code == 304  # what is five seconds old is as good
    school.clock.advance(seconds=6)
    changed = looked(client, **{"HX-PTag": mark})
    assert (changed.status_code, "Ended in Zoom at 08:00" in text_of(changed)) == (200, True)


def test_ten_watchers_cost_what_one_does(school: School) -> None:
    for number in range(20):
        program = school.make_program(f"P-{number}", f"Program {number}")
        live = class_at(school, -20, program=program, teacher=another(school, f"t{number}", program))
        come(sit(live, live.starts_at, host_joined_at=live.starts_at), "somebody", live.starts_at)
    admins = [school.person(f"admin{number}", is_admin=True) for number in range(10)]
    clients = [signed_in(person) for person in admins]
    for client in clients:
        looked(client)
    marks = [looked(client)["HX-PTag"] for client in clients]
    made = Snapshot.objects.get().fence

    costs = []
    for _round in range(3):
        school.clock.advance(seconds=5)
        for client, mark in zip(clients, marks, strict=True):
            with CaptureQueriesContext(connection) as queries:
                looked(client, **{"HX-PTag": mark})
            costs.append(len(queries))

    assert Snapshot.objects.get().fence == made + 3  # not thirty
    cheap = sorted(costs)[: len(costs) - 3]
    assert cheap == [cheap[0]] * 27
    assert cheap[0] <= 4


def test_looking_costs_the_same_for_one_class_as_for_fifty(school: School) -> None:
    client, costs = signed_in(school.tariq), []
    looked(client)
    for number in range(50):
        live = class_at(school, -20, teacher=another(school, f"t{number}"))
        come(sit(live, live.starts_at, host_joined_at=live.starts_at), "somebody", live.starts_at)
        if number in (0, 49):
            school.clock.advance(seconds=6)
            with CaptureQueriesContext(connection) as queries:
                assert looked(client).status_code == 200
            costs.append(len(queries))
    assert costs == [costs[0]] * 2


def test_who_comes_while_another_makes_it_is_given_the_one_before(school: School) -> None:
    class_at(school, -20, topic="Before")
    assert topics_at(school.now) == ["Before"]
    school.clock.advance(seconds=6)
    class_at(school, -10, topic="After", teacher=another(school, "two"))
    # another process is at it
    Snapshot.objects.update(lease_until="2100-01-01T00:00Z")

    assert topics_at(school.now) == ["Before"]
    # but not for longer than half a minute: then everybody looks
    school.clock.advance(seconds=30)
    assert topics_at(school.now) == ["Before", "After"]


def test_a_class_that_is_led_elsewhere_says_so(school: School) -> None:
    session = class_at(school, -5)
    give_other_link(session=session, url="https://meet.example.org/x", by=school.tariq, now=school.now)
    assert "Held elsewhere" in said(school.ada)


def test_events_alone_tell_that_nobody_came(school: School) -> None:
    class_at(school, -6)
    assert "Zoom hasn’t said whether it is on" in said(school.ada)
    ZoomAccount.objects.update(webhook_seen_at=school.now - 10 * MINUTE)
    school.clock.advance(seconds=6)
    assert "Not started for 6 min" in said(school.ada)


def test_a_teachers_home_has_what_is_on_in_her_programs(school: School) -> None:
    live = class_at(school, -20, topic="Colleague’s class")
    sit(live, live.starts_at, host_joined_at=live.starts_at)
    page = text_of(signed_in(school.tove).get("/"))
    assert page.count("Colleague’s class") == 1
    # her own stands on her board, and nowhere else
    assert text_of(signed_in(school.tariq).get("/")).count("Colleague’s class") == 1


def test_a_class_is_called_by_its_topic(school: School) -> None:
    class_at(school, 5, topic=school.program.title)
    add_topics(program=school.program, titles=["Sets"], by=school.ada, now=school.now)
    assert "Algebra II: Sets" in said(school.ada)


def test_of_a_class_that_somebody_takes_it_says_for_whom(school: School) -> None:
    wim, lena = another(school, "wim"), another(school, "lena")
    session = class_at(school, -5, teacher=wim)
    sit(session, session.starts_at)
    Substitution.objects.create(
        session=session, absent=school.tariq, substitute=wim, state="accepted", asked_at=school.now
    )
    assert "Wim for you" in said(school.tariq)
    assert "Wim for Tariq" in said(lena)
    mine = said(wim)
    assert "for Tariq" in mine
    assert "Wim for" not in mine


def test_whoever_opens_its_address_is_sent_to_the_page(school: School) -> None:
    for who in (school.ada, school.tariq):
        answer = signed_in(who).get("/live/")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert signed_in(school.sana).get("/live/").status_code == 404


def test_nobody_is_missing_before_it_was_worked_out_who_came(school: School) -> None:
    session = class_at(school, -12)
    _ = school.sana
    sitting = sit(session, session.starts_at)
    come(sitting, "Somebody", school.now)
    register = Register.objects.create(session=session, next_at=session.starts_at)
    page = said(school.ada)
    assert ("1 enrolled" in page, "of 1 here" in page, "missing" in page) == (True, False, False)
    sheet = text_of(signed_in(school.tariq).get(f"/classes/{session.code}/attendance/"))
    assert "Who is here is being worked out 1 person is in the meeting." in sheet
    assert "isn’t here yet" not in sheet
    Register.objects.filter(pk=register.pk).update(folded_at=school.now, folded_version=1)
    school.clock.advance(seconds=40)
    assert "0 of 1 here" in said(school.ada)
    assert "1 isn’t here yet" in text_of(signed_in(school.tariq).get(f"/classes/{session.code}/attendance/"))
