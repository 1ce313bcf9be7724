"""A class without its teacher: who can help is told once, and that she came."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from eduraise.classes.cancelling import cancel_class
from eduraise.classes.elsewhere import give_other_link
from eduraise.classes.models import ClassSession
from eduraise.live.alarms import alarm_due
from eduraise.live.models import Alarm
from eduraise.notifications.models import Message
from eduraise.notifications.registry import kind_of
from eduraise.notifications.sending import send_due
from eduraise.programs.models import ClassSettings
from eduraise.programs.syllabus import add_topics
from eduraise.zoom.models import ZoomMeeting
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class, sit
from tests.school import School

MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(school: School) -> ClassSession:
    """Tariq's class, which began six minutes ago; its meeting was looked at since, and nobody in it."""
    _ = school.ada, school.sana
    made = make_class(school.program, school.tariq, school.now - 6 * MINUTE, now=school.now - 60 * MINUTE)
    read(made, school.now - MINUTE)
    return made


def read(session: ClassSession, at: datetime | None) -> None:
    assert session.occurrence
    ZoomMeeting.objects.filter(pk=session.occurrence.meeting_id).update(read_at=at)


def told(kind: str = "class.alarm") -> list[str]:
    return sorted(Message.objects.filter(kind=kind).values_list("person__name", flat=True))


def letter(kind: str, now: datetime) -> Any:
    message = Message.objects.filter(kind=kind).get()
    return kind_of(kind).words([message], now)[message.pk]


def mailed(outbox: list[Any]) -> list[tuple[str, str]]:
    return [(mail.to[0], mail.subject) for mail in outbox]


def test_it_is_told_by_the_classs_topic_of_the_syllabus(school: School, session: ClassSession) -> None:
    ClassSession.objects.update(topic=school.program.title)
    add_topics(program=school.program, titles=["Factorising"], by=school.ada, now=school.now)
    alarm_due(school.now)
    said = letter("class.alarm", school.now)
    assert said.title == "Nobody has started “Algebra II: Factorising”"


def test_the_admins_are_told_once(school: School, session: ClassSession, mailoutbox: list[Any]) -> None:
    assert dict(alarm_due(school.now)) == {"ended": 0, "raised": 1}
    assert dict(+alarm_due(school.now)) == {}
    school.clock.advance(minutes=4)
    assert dict(+alarm_due(school.now)) == {}

    assert told() == ["Ada"]
    send_due(school.now)
    assert mailed(mailoutbox) == [("ada@school.example", "Nobody has started “Sets”")]
    said = letter("class.alarm", school.now)
    assert said.sentences == (
        "Tariq was not there 6 minutes after the start.",
        "Whoever came for it waits at its door.",
    )
    assert said.path == f"/classes/{session.code}/"
    page = text_of(signed_in(school.ada).get("/live/", headers={"HX-Request": "true"}))
    assert "Not started for 10 min Who can help was told" in page
    assert "who can help was told" in text_of(signed_in(school.ada).get(f"/classes/{session.code}/"))


def test_the_programs_contact_is_told_before_the_admins(school: School, session: ClassSession) -> None:
    school.program.alarm_contact = school.tove
    school.program.save()
    alarm_due(school.now)
    assert told() == ["Tove"]


@pytest.mark.parametrize("who", ["tariq", "olu", "finn"])
def test_a_contact_who_cannot_help_is_passed_over(school: School, session: ClassSession, who: str) -> None:
    """The teacher who is missing; somebody who has nothing to do with the program any more."""
    school.program.alarm_contact = getattr(school, who)
    school.program.save()
    alarm_due(school.now)
    assert told() == ["Ada"]


def test_she_is_there_now(school: School, session: ClassSession, mailoutbox: list[Any]) -> None:
    alarm_due(school.now)
    send_due(school.now)
    school.clock.advance(minutes=2)
    sit(session, school.now, host_joined_at=school.now)

    assert dict(+alarm_due(school.now)) == {"ended": 1}
    send_due(school.now)
    assert mailed(mailoutbox)[1:] == [("ada@school.example", "Tariq is there now: “Sets” is on.")]
    assert "Tariq is there now: “Sets” is on." in letter("class.alarm", school.now).sentences
    alarm = Alarm.objects.get()
    assert (alarm.end, alarm.ended_at) == ("came", school.now)
    # she leaves, and comes again: once is enough
    school.clock.advance(minutes=5)
    assert dict(+alarm_due(school.now)) == {}


def test_who_was_not_told_yet_is_not_told_that_it_is_over(
    school: School, session: ClassSession, mailoutbox: list[Any]
) -> None:
    alarm_due(school.now)
    sit(session, school.now, host_joined_at=school.now)
    alarm_due(school.now)
    send_due(school.now)
    assert (mailed(mailoutbox), told("class.alarm_over")) == ([], [])


def test_nobody_came_at_all(school: School, session: ClassSession) -> None:
    alarm_due(school.now)
    school.clock.set(session.ends_at + 20 * MINUTE)
    alarm_due(school.now)
    assert Alarm.objects.get().end == "over"


def test_cancelled_meanwhile(school: School, session: ClassSession) -> None:
    alarm_due(school.now)
    cancel_class(session=session, seen_version=session.version, by=school.ada, now=school.now)
    assert dict(+alarm_due(school.now)) == {"ended": 1}
    assert Alarm.objects.get().end == "off"


def test_led_elsewhere_meanwhile(school: School, session: ClassSession, mailoutbox: list[Any]) -> None:
    alarm_due(school.now)
    send_due(school.now)
    give_other_link(session=session, url="https://meet.example.org/a", by=school.ada, now=school.now)
    alarm_due(school.now)
    assert Alarm.objects.get().end == "off"
    assert letter("class.alarm_over", school.now).title == "“Sets” is held elsewhere now, not in Zoom."


def test_students_alone_in_it_are_no_class(school: School) -> None:
    _ = school.ada
    session = make_class(school.program, school.tariq, school.now - 6 * MINUTE, now=school.now)
    assert session.occurrence
    meetings = ZoomMeeting.objects.filter(pk=session.occurrence.meeting_id)
    meetings.update(zoom_settings={"join_before_host": True, "waiting_room": False})
    sit(session, session.starts_at)
    # this host's grant names no scopes: what it may hear is not known, so it is taken to hear
    assert dict(+alarm_due(school.now)) == {"raised": 1}
    assert letter("class.alarm", school.now).title == "“Sets” is on without its teacher"


def nothing(school: School, session: ClassSession) -> None:
    read(session, None)


def cancelled(school: School, session: ClassSession) -> None:
    cancel_class(session=session, seen_version=session.version, by=school.ada, now=school.now)


def elsewhere(school: School, session: ClassSession) -> None:
    give_other_link(session=session, url="https://meet.example.org/x", by=school.tariq, now=school.now)


def moved(school: School, session: ClassSession) -> None:
    later = {"starts_at": session.starts_at + 30 * MINUTE, "ends_at": session.ends_at + 30 * MINUTE}
    ClassSession.objects.filter(pk=session.pk).update(**later)


def never(school: School, session: ClassSession) -> None:
    ClassSettings.objects.update(alarm_minutes=0)


def later(school: School, session: ClassSession) -> None:
    ClassSettings.objects.update(alarm_minutes=7)


def archived(school: School, session: ClassSession) -> None:
    school.program.archived_at = school.now
    school.program.save()


def over(school: School, session: ClassSession) -> None:
    school.clock.set(session.ends_at)


@pytest.mark.parametrize("why", [nothing, cancelled, elsewhere, moved, never, later, archived, over])
def test_no_alarm(school: School, session: ClassSession, why: Any) -> None:
    why(school, session)
    assert (dict(+alarm_due(school.now)), told()) == ({}, [])


def test_a_program_says_whom_and_when(school: School) -> None:
    _ = school.tariq, school.tove, school.finn
    ada = signed_in(school.ada)
    page = ada.get("/programs/ALG-2/edit/").content.decode()
    choices = page[page.index('name="alarm_contact"') :]
    choices = choices[: choices.index("</select>")]
    assert [name for name in ("Tariq", "Tove", "Ada", "Finn", "Sana") if name in choices] == [
        "Tariq",
        "Tove",
        "Ada",
    ]
    assert "5 minutes after the start" in text_of(ada.get("/programs/ALG-2/?tab=rules"))
