"""Who is in a class at this moment: whoever has one stay in it that has not ended."""

from __future__ import annotations

from itertools import permutations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.attendance.enums import KnownBy, Room, Verdict
from eduraise.attendance.folding import fold_register
from eduraise.attendance.here import HERE, LEFT, WAITING, Place, in_rooms, places_in
from eduraise.attendance.models import Interval, Participant
from eduraise.live.alarms import alarm_due
from eduraise.zoom.models import ZoomInstance
from tests.attendance.rows import Told
from tests.classes.pages import signed_in, text_of
from tests.school import School

pytestmark = pytest.mark.django_db


def place(told: Told) -> Place | None:
    """Sana's, by the key she is told of under."""
    Participant.objects.filter(key="sana").update(person=told.school.sana, verdict=Verdict.STUDENT)
    return places_in(told.session)[0].get(told.school.sana.pk)


def line_breaks(told: Told, name: str = "Sana", key: str = "sana") -> None:
    """In from the start; the line breaks, she is back at 6, and Zoom gives the old connection up at 7."""
    told.somebody(name, 0, None, key=key, stay=f"{key} 1")
    told.somebody(name, 6, None, key=key, stay=f"{key} 2")
    told.somebody(name, None, 7, key=key, stay=f"{key} 1")


def test_who_came_back_before_zoom_gave_the_old_connection_up_is_here(told: Told) -> None:
    line_breaks(told)
    assert place(told) == Place(HERE, told.at(6))
    told.somebody("Sana", None, 20, key="sana", stay="sana 2")
    assert place(told) == Place(LEFT, told.at(20))


def test_of_two_devices_one_is_enough(told: Told) -> None:
    told.somebody("Sana", 0, None, key="sana", stay="a")
    told.somebody("Sana", 5, None, key="sana", stay="b")
    assert place(told) == Place(HERE, told.at(0))
    told.somebody("Sana", None, 10, key="sana", stay="b")
    assert place(told) == Place(HERE, told.at(0))


def test_in_whatever_order_it_is_told(told: Told) -> None:
    ends = [("a", 0, None), ("b", 6, None), ("a", None, 7), ("b", None, 9), ("c", 9, None)]
    for order in permutations(ends):
        Interval.objects.all().delete()
        for stay, joined, left in order:
            told.somebody("Sana", joined, left, key="sana", stay=stay)
        assert place(told) == Place(HERE, told.at(9)), order


def test_a_leaving_told_under_another_name_ends_the_stay(told: Told) -> None:
    """The leaving may lack the id that the coming had."""
    told.somebody("Sana", 0, None, key="sana", stay="a")
    told.somebody("Sana", None, 8, key="a", stay="a")
    assert place(told) == Place(LEFT, told.at(8))
    assert places_in(told.session)[1] == 0


def test_who_is_sent_back_to_the_waiting_room_waits(told: Told) -> None:
    told.somebody("Sana", -2, 0, key="sana", stay="a", room=Room.WAITING)
    told.somebody("Sana", 0, None, key="sana", stay="a")
    assert place(told) == Place(HERE, told.at(0))
    told.somebody("Sana", 5, None, key="sana", stay="a", room=Room.WAITING)
    assert place(told) == Place(WAITING, told.at(5))
    told.somebody("Sana", None, 9, key="sana", stay="a", room=Room.WAITING)
    told.somebody("Sana", 9, None, key="sana", stay="a")
    assert place(told) == Place(HERE, told.at(9))


def test_who_is_let_in_at_once_is_here(told: Told) -> None:
    told.somebody("Sana", 3, 3, key="sana", stay="a", room=Room.WAITING)
    told.somebody("Sana", 3, None, key="sana", stay="a")
    assert place(told) == Place(HERE, told.at(3))


def test_one_query_for_any_number_of_classes_and_stays(told: Told, school: School) -> None:
    for number in range(20):
        told.somebody(f"Guest {number}", number, number + 1, key=f"guest {number % 4}")
    told.somebody("Guest", 0, None, uuid="two")
    sittings = dict(ZoomInstance.objects.values_list("pk", "occurrence__held_for"))
    with CaptureQueriesContext(connection) as seen:
        stays = list(in_rooms(sittings))
    assert len(stays) == 21
    assert len(seen) == 2


def test_the_register_the_board_and_the_alarm_have_back_whose_line_broke(told: Told, school: School) -> None:
    told.click(school.sana, -1)
    line_breaks(told)
    line_breaks(told, "Tariq", "tariq")
    told.somebody("Bo", 0, None)
    ZoomInstance.objects.update(host_joined_at=told.at(0))
    told.name()
    Participant.objects.filter(name="Tariq").update(
        person=school.tariq, verdict=Verdict.TEACHER, known_by=KnownBy.ZOOM_ID
    )
    school.clock.set(told.at(15))
    fold_register(told.register.pk, school.now)

    assert alarm_due(school.now)["raised"] == 0
    board = text_of(signed_in(school.ada).get("/live/", headers={"HX-Request": "true"}))
    assert "gone for" not in board
    assert "1 of 1 here" in board
    register = text_of(signed_in(school.tariq).get(f"/classes/{told.session.code}/attendance/"))
    assert "Here since 09:06" in register
    assert "is estimated" not in register
