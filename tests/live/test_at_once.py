"""Several processes at one moment: one alarm, one making of the board, one link, one of two groupings."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eduraise.classes.elsewhere import give_other_link
from eduraise.classes.models import ClassSession, OtherLink
from eduraise.core import clock
from eduraise.live.alarms import alarm_due
from eduraise.live.board import board, kept_board
from eduraise.live.groups import make_groups
from eduraise.live.handouts import say_to_students
from eduraise.live.models import Alarm, BreakoutMember, Handout, Snapshot
from eduraise.notifications.models import Message
from eduraise.zoom.models import ZoomMeeting
from tests.at_once import at_once, by_code
from tests.classes.rows import make_class
from tests.school import School

pytestmark = pytest.mark.django_db(transaction=True)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session(school: School) -> ClassSession:
    """Tariq's class, which began six minutes ago and which nobody has started."""
    _ = school.ada, school.sana, school.tove
    made = make_class(school.program, school.tariq, school.now - 6 * MINUTE, now=school.now)
    assert made.occurrence
    ZoomMeeting.objects.filter(pk=made.occurrence.meeting_id).update(read_at=school.now)
    return made


def test_one_alarm_is_raised_and_ended_once(school: School, session: ClassSession) -> None:
    now = school.now
    raised = at_once(*[lambda: alarm_due(now)["raised"] for _turn in range(4)])
    assert (sorted(raised), Alarm.objects.count()) == ([0, 0, 0, 1], 1)
    assert Message.objects.filter(kind="class.alarm").count() == 1

    Message.objects.update(read_at=now)
    later = session.ends_at + 20 * MINUTE
    ended = at_once(*[lambda: alarm_due(later)["ended"] for _turn in range(4)])
    assert sorted(ended) == [0, 0, 0, 1]
    assert Message.objects.filter(kind="class.alarm_over").count() == 1


def test_of_many_who_look_when_it_is_due_one_makes_the_board(school: School, session: ClassSession) -> None:
    board(school.now, kept_board())
    made = Snapshot.objects.get().fence
    for turn in (1, 2, 3):
        now = school.clock.advance(seconds=6)
        found = at_once(*[lambda: board(now, kept_board()) for _turn in range(6)])  # noqa: B023
        assert Snapshot.objects.get().fence == made + turn
        assert {tuple(one.topic for one in each.classes) for each in found} == {("Sets",)}


def test_who_read_it_while_it_was_being_made_does_not_make_it_again(
    school: School, session: ClassSession
) -> None:
    board(school.now, kept_board())
    now = school.clock.advance(seconds=6)
    fence = Snapshot.objects.get().fence
    # as it stands between one's taking it and storing what was made
    Snapshot.objects.update(fence=fence + 1, lease_until=clock.lease_now() + timedelta(seconds=5))
    seen = kept_board()
    Snapshot.objects.update(made_at=now, lease_until=None)

    assert [one.topic for one in board(now, seen).classes] == ["Sets"]
    assert Snapshot.objects.get().fence == fence + 1


def test_of_two_links_one_holds(school: School, session: ClassSession) -> None:
    given = at_once(
        *[
            lambda host=host: (
                give_other_link(  # type: ignore[misc]
                    session=session, url=f"https://{host}.example.org/x", by=school.tariq, now=school.now
                ).shown_host
            )
            for host in ("one", "two")
        ]
    )
    assert sorted(given) == ["one.example.org", "two.example.org"]
    assert OtherLink.objects.filter(ended_at=None).count() == 1


def test_of_two_groupings_one_holds_and_the_other_is_told(school: School, session: ClassSession) -> None:
    people = [school.person(f"student{number}") for number in range(4)]
    for one in people:
        school.enrol(one, school.program)

    def by(number: int) -> Any:
        return lambda: make_groups(
            session=session, seen_version=0, number=number, size=0, by=school.tariq, now=school.now
        )

    assert sorted(map(str, by_code(at_once(by(2), by(3))))) == ["None", "changed"]
    assert BreakoutMember.objects.count() == 5


def test_of_two_who_say_something_one_is_told_of_the_other(school: School, session: ClassSession) -> None:
    def say(text: str) -> Any:
        return lambda: say_to_students(
            session=session,
            place=Handout.Place.BEFORE,
            text=text,
            seen_version=0,
            by=school.tariq,
            now=school.now,
        )

    assert sorted(map(str, by_code(at_once(say("one"), say("two"))))) == ["None", "changed"]
    assert Handout.objects.get().version == 1
