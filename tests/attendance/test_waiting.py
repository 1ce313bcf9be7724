"""Students who wait for their host, longer than a press of Join stands: their time before a shut door counts
for them, and for nobody by a name alone."""

from __future__ import annotations

import pytest

from eduraise.attendance.enums import KnownBy, Source
from eduraise.attendance.models import Participant
from eduraise.zoom.models import ZoomMeeting
from tests.attendance.rows import Told
from tests.school import School

pytestmark = pytest.mark.django_db


def begin(told: Told, minutes: float, *, until: float = 60, uuid: str = "one") -> None:
    """It was begun then, by its host."""
    sitting = told.sitting(uuid, since=minutes, until=until)
    assert sitting.started_at == told.at(minutes)


def test_who_waited_for_an_absent_host_is_known(told: Told, school: School) -> None:
    """She pressed Join five minutes before the class; its host came twenty minutes after its start."""
    told.click(school.sana, -5)
    begin(told, 20)
    told.somebody("Sana", 20.1, 60)
    told.name()
    assert told.known()["Sana"] == ("Sana", KnownBy.TWO_FACTS)


def test_a_list_alone_is_enough(told: Told, school: School) -> None:
    told.click(school.sana, -5)
    begin(told, 20)
    told.list_says(told.row("Sana", 26, 60), source=Source.PAST)
    told.name()
    assert told.known()["Sana"] == ("Sana", KnownBy.TWO_FACTS)


def test_a_name_without_her_own_press_credits_nobody(told: Told, school: School) -> None:
    begin(told, 20)
    told.somebody("Sana", 20.1, 60)
    told.name()
    assert told.known()["Sana"] == (None, KnownBy.NONE)
    assert Participant.objects.get().suggested == school.sana


def test_a_press_from_before_the_door_opened_is_not_for_this_coming(told: Told, school: School) -> None:
    """The class was moved to a later hour after she had pressed Join."""
    told.click(school.sana, -45)
    begin(told, 20)
    told.somebody("Sana", 20.1, 60)
    told.name()
    assert told.known()["Sana"] == (None, KnownBy.NONE)


def test_where_students_come_in_before_their_host_nobody_waits(told: Told, school: School) -> None:
    assert told.session.occurrence is not None
    ZoomMeeting.objects.filter(pk=told.session.occurrence.meeting_id).update(
        zoom_settings={"join_before_host": True}
    )
    told.click(school.sana, -5)
    begin(told, 20)
    told.somebody("Sana", 20.1, 60)
    told.name()
    assert told.known()["Sana"] == (None, KnownBy.NONE)


def test_a_press_for_the_first_sitting_does_not_stand_for_the_second(told: Told, school: School) -> None:
    """She was in the first one; who comes into the second under her name is asked about, unless she pressed
    Join in between."""
    told.click(school.sana, -1)
    begin(told, 0, until=20)
    told.somebody("Sana", 0, 20, key="first")
    begin(told, 40, uuid="two")
    told.somebody("Sana", 40.1, 60, key="second", uuid="two")
    told.name()
    second = Participant.objects.get(key="second")
    assert (second.person, second.suggested) == (None, school.sana)

    told.click(school.sana, 25)
    told.name()
    second.refresh_from_db()
    assert (second.person, second.known_by) == (school.sana, KnownBy.TWO_FACTS)
