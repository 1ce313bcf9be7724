"""A teacher who leaves in the middle of her class: the board says since when, who can help is told once, and
that she is back; in whatever order Zoom's events come."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

import pytest

from eduraise.attendance.enums import Room, Source, Verdict
from eduraise.attendance.models import Participant
from eduraise.classes.models import ClassSession
from eduraise.live.alarms import alarm_due
from eduraise.live.models import Alarm
from eduraise.notifications.models import Message
from eduraise.notifications.registry import kind_of
from eduraise.notifications.sending import send_due
from eduraise.zoom.models import ZoomInstance
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class, sit
from tests.live.test_board import come, leave, said
from tests.school import School

MINUTE = timedelta(minutes=1)


@pytest.fixture
def sitting(school: School) -> ZoomInstance:
    """Tariq's class, which began twenty minutes ago with him and Sana."""
    _ = school.ada, school.tove
    session = make_class(school.program, school.tariq, school.now - 20 * MINUTE, now=school.now - 60 * MINUTE)
    made = sit(session, session.starts_at, host_joined_at=session.starts_at)
    come(made, "Sana", session.starts_at, person=school.sana)
    return made


def teacher(
    school: School, sitting: ZoomInstance, came: datetime, left: datetime | None = None
) -> Participant:
    """Tariq is there from then until then."""
    who = come(sitting, f"Tariq from {came:%H:%M}", came, person=school.tariq)
    if left is not None:
        leave(who, left)
    return who


def turn(school: School) -> dict[str, int]:
    return dict(+alarm_due(school.now))


def letter(kind: str, now: datetime) -> Any:
    message = Message.objects.filter(kind=kind).get()
    return kind_of(kind).words([message], now)[message.pk]


def session_of(sitting: ZoomInstance) -> ClassSession:
    assert sitting.occurrence
    return ClassSession.objects.get(uid=sitting.occurrence.held_for)


def test_the_board_says_for_how_long_she_is_gone(school: School, sitting: ZoomInstance) -> None:
    teacher(school, sitting, school.now - 20 * MINUTE, school.now - 3 * MINUTE)
    page = said(school.ada)
    assert "1 class is on. The teacher of “Sets” has left it." in page
    assert "Teacher gone for 3 min" in page
    assert "See what helps" in page


def test_who_can_help_is_told_once_and_that_she_is_back(
    school: School, sitting: ZoomInstance, mailoutbox: list[Any]
) -> None:
    school.program.alarm_contact = school.tove
    school.program.save()
    who = teacher(school, sitting, school.now - 20 * MINUTE, school.now - 4 * MINUTE)
    assert turn(school) == {}
    school.clock.advance(minutes=1)
    assert turn(school) == {"raised": 1}
    assert turn(school) == {}
    school.clock.advance(minutes=6)
    assert turn(school) == {}

    send_due(school.now)
    assert [(mail.to[0], mail.subject) for mail in mailoutbox] == [
        (school.tove.email, "Tariq has left “Sets”, which goes on")
    ]
    assert letter("class.alarm", school.now).sentences == (
        "Tariq left it, and was not back 5 minutes later.",
        "Others are still in it.",
    )
    assert "Teacher gone for 11 min Who can help was told" in said(school.ada)

    come(sitting, who.key, school.now, person=school.tariq)
    assert turn(school) == {"ended": 1}
    assert turn(school) == {}
    send_due(school.now)
    assert mailoutbox[1].subject == "Tariq is there now: “Sets” is on."
    session = session_of(sitting)
    history = text_of(signed_in(school.ada).get(f"/classes/{session.code}/"))
    assert "Its teacher had left; who can help was told" in history


def test_who_was_not_told_yet_is_told_nothing(
    school: School, sitting: ZoomInstance, mailoutbox: list[Any]
) -> None:
    who = teacher(school, sitting, school.now - 20 * MINUTE, school.now - 6 * MINUTE)
    assert turn(school) == {"raised": 1}
    come(sitting, who.key, school.now, person=school.tariq)
    assert turn(school) == {"ended": 1}
    send_due(school.now)
    assert mailoutbox == []


def test_each_absence_is_told_of(school: School, sitting: ZoomInstance) -> None:
    """She was told to be back; when she is gone again for as long, that is news."""
    who = teacher(school, sitting, school.now - 20 * MINUTE, school.now - 6 * MINUTE)
    turn(school)
    come(sitting, who.key, school.now, person=school.tariq)
    turn(school)
    leave(who, school.now + MINUTE)
    school.clock.advance(minutes=6)
    assert turn(school) == {"raised": 1}
    assert Alarm.objects.count() == 2


def test_events_in_any_order_come_to_one_alarm(school: School, sitting: ZoomInstance) -> None:
    """Came, left, came, left: told in each order, with a turn after each event."""
    start = school.now - 20 * MINUTE
    told = [("in", 0), ("out", 4), ("in", 5), ("out", 12)]
    for order in permutations(told):
        Participant.objects.filter(name="Tariq").delete()
        Message.objects.all().delete()
        Alarm.objects.all().delete()
        for kind, minutes in order:
            at = start + minutes * MINUTE
            who, _made = Participant.objects.get_or_create(
                instance=sitting,
                source=Source.WEBHOOK,
                key="Tariq",
                defaults={"person": school.tariq, "name": "Tariq"},
            )
            come(sitting, "Tariq", at) if kind == "in" else leave(who, at)
            alarm_due(school.now)
        standing = Alarm.objects.filter(ended_at=None)
        assert standing.count() == 1, order
        alarm_due(school.now)
        assert standing.count() == 1, order


def test_an_assistant_who_is_there_holds_it(school: School, sitting: ZoomInstance) -> None:
    teacher(school, sitting, school.now - 20 * MINUTE, school.now - 8 * MINUTE)
    helper = come(sitting, "Tove", school.now - 15 * MINUTE, person=school.tove)
    Participant.objects.filter(pk=helper.pk).update(verdict=Verdict.TEACHER)
    assert turn(school) == {}
    leave(helper, school.now - 6 * MINUTE)
    assert turn(school) == {"raised": 1}
    assert Alarm.objects.get().since == school.now - 6 * MINUTE


def test_on_another_device_or_in_a_breakout_room_she_is_there(school: School, sitting: ZoomInstance) -> None:
    who = teacher(school, sitting, school.now - 20 * MINUTE, school.now - 8 * MINUTE)
    come(sitting, who.key, school.now - 8 * MINUTE, person=school.tariq, room=Room.BREAKOUT)
    assert turn(school) == {}
    leave(who, school.now - 7 * MINUTE, room=Room.BREAKOUT)
    phone = come(sitting, "Tariq’s phone", school.now - 10 * MINUTE, person=school.tariq)
    assert turn(school) == {}
    leave(phone, school.now - 5 * MINUTE)
    assert turn(school) == {"raised": 1}


def test_nobody_misses_her_in_an_empty_class(school: School, sitting: ZoomInstance) -> None:
    leave(come(sitting, "Sana", school.now - 19 * MINUTE), school.now - 9 * MINUTE)
    teacher(school, sitting, school.now - 20 * MINUTE, school.now - 8 * MINUTE)
    assert turn(school) == {}


def test_students_who_go_do_not_bring_her_back(school: School, sitting: ZoomInstance) -> None:
    teacher(school, sitting, school.now - 20 * MINUTE, school.now - 8 * MINUTE)
    assert turn(school) == {"raised": 1}
    leave(come(sitting, "Sana", school.now - 19 * MINUTE), school.now)
    assert turn(school) == {}


def test_what_ends_without_her_says_so(school: School, sitting: ZoomInstance) -> None:
    teacher(school, sitting, school.now - 20 * MINUTE, school.now - 8 * MINUTE)
    turn(school)
    Message.objects.update(read_at=school.now)
    ZoomInstance.objects.filter(pk=sitting.pk).update(ended_at=school.now)
    assert turn(school) == {"ended": 1}
    assert Alarm.objects.get().end == "over"
    assert letter("class.alarm_over", school.now).title == "“Sets” has ended; Tariq had not come back."


def test_after_the_planned_end_nobody_is_told(school: School, sitting: ZoomInstance) -> None:
    session = session_of(sitting)
    teacher(school, sitting, session.starts_at, session.ends_at - 2 * MINUTE)
    school.clock.set(session.ends_at + 5 * MINUTE)
    ZoomInstance.objects.filter(pk=sitting.pk).update(seen_running_at=school.now)
    assert turn(school) == {}
    assert "5 min over time" in said(school.ada)
