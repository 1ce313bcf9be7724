"""I can teach after all: one click, and hours, right, link and Zoom's side are as they were."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eduraise.accounts.models import User
from eduraise.classes.announce import announce_due
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.claims import TeacherBusy
from eduraise.classes.joining import find_class
from eduraise.classes.models import ClassSession
from eduraise.classes.scheduling import NotATeacherHere
from eduraise.core.errors import Changed
from eduraise.substitutes.returning import give_back
from tests.classes.series import plan, thursdays
from tests.linked import LinkedZoom
from tests.substitutes.scene import claims, hosts_at_zoom, kinds, schedule, standing, state_of, taken
from tests.zoom.test_series import work

pytestmark = pytest.mark.django_db(transaction=True)


def back(linked: LinkedZoom, session: ClassSession, by: User | None = None, **changes: Any) -> ClassSession:
    values = {"seen_version": session.version, "by": by or linked.school.tariq, "now": linked.now} | changes
    return give_back(session=session, **values)


def test_all_is_as_it_was_and_no_student_hears_of_it(
    linked: LinkedZoom, session: ClassSession, olu: User
) -> None:
    numbers = linked.numbers()
    given = taken(linked, session, olu)

    again = back(linked, given)
    linked.advance(minutes=11)
    announce_due(linked.now)
    linked.push()

    assert again.teacher == linked.school.tariq
    assert again.occurrence == session.occurrence
    assert linked.numbers() == numbers  # the very meeting that it had
    assert hosts_at_zoom(linked) == ["tariq"]
    assert claims(linked) == (["Tariq"], ["tariq"])
    assert state_of(session) == [("Olu", "returned")]
    assert standing(linked, olu, session) is None
    assert kinds(linked.school.sana) == []
    assert kinds(olu) == ["substitute.asked", "substitute.not_needed"]
    current = find_class(linked.school.tariq, session.code, linked.now)
    assert current
    assert (current.shown_state, current.attention) == ("booked", "")


def test_once_its_meeting_is_gone_it_gets_a_new_one_on_her_zoom(
    linked: LinkedZoom, session: ClassSession, olu: User
) -> None:
    given = taken(linked, session, olu)
    linked.advance(minutes=11)
    linked.push()
    announce_due(linked.now)
    assert hosts_at_zoom(linked) == ["olu"]

    back(linked, given)
    linked.advance(minutes=11)
    linked.push()
    announce_due(linked.now)

    assert hosts_at_zoom(linked) == ["tariq"]
    assert claims(linked) == (["Tariq"], ["tariq"])
    assert kinds(linked.school.sana) == ["class.changed", "class.changed"]
    current = find_class(linked.school.tariq, session.code, linked.now)
    assert current
    assert (current.shown_state, current.attention) == ("booked", "")


def test_what_was_moved_meanwhile_comes_back_at_its_new_hour(
    linked: LinkedZoom, session: ClassSession, olu: User
) -> None:
    given = taken(linked, session, olu)
    edit = Edit(starts_at=session.starts_at + timedelta(hours=3))
    moved = change_class(
        session=given, seen_version=given.version, edit=edit, by=linked.school.tariq, now=linked.now
    )

    back(linked, moved)
    linked.advance(minutes=11)
    linked.push()

    [meeting] = linked.sim.meetings
    assert hosts_at_zoom(linked) == ["tariq"]
    assert meeting["start_time"] == f"{edit.starts_at:%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("later", [False, True])
def test_a_date_of_a_series_goes_to_the_substitute_and_comes_back(
    linked: LinkedZoom, olu: User, later: bool
) -> None:
    linked.connect(linked.school.tariq)
    planned = plan(linked.school, thursdays(linked.school, 4))
    work(linked)
    second = ClassSession.objects.get(pk=sorted(planned.booked.items())[1][1].pk)

    given = taken(linked, second, olu)
    if later:
        linked.advance(minutes=11)
        linked.push()
        series = next(one for one in linked.sim.meetings if one["type"] == 8)
        dates = series["occurrences"]
        assert [one["status"] for one in dates] == ["available", "deleted", "available", "available"]
    back(linked, given)
    linked.advance(minutes=11)
    linked.push()

    current = find_class(linked.school.tariq, second.code, linked.now)
    assert current
    assert (current.shown_state, current.attention) == ("booked", "")
    assert current.occurrence
    assert current.occurrence.meeting.is_series is not later  # a date that Zoom removed never comes back
    assert set(hosts_at_zoom(linked)) == {"tariq"}


def test_the_hour_may_be_taken_by_then(linked: LinkedZoom, session: ClassSession, olu: User) -> None:
    given = taken(linked, session, olu)
    schedule(linked, linked.school.tariq)

    with pytest.raises(TeacherBusy):
        back(linked, given)

    assert state_of(session) == [("Olu", "accepted")]
    assert standing(linked, olu, session)


def test_a_lead_or_an_admin_gives_it_back_too_and_nobody_else(
    linked: LinkedZoom, session: ClassSession, wim: User, olu: User
) -> None:
    given = taken(linked, session, olu)

    for person in (wim, olu, linked.school.tove, linked.school.sana):
        with pytest.raises(NotATeacherHere):
            back(linked, given, by=person)
    back(linked, given, by=linked.school.ada)
    with pytest.raises(Changed):
        back(linked, given, by=linked.school.ada)


def test_it_comes_back_to_nobody_who_holds_no_classes_any_more(
    linked: LinkedZoom, session: ClassSession, olu: User
) -> None:
    given = taken(linked, session, olu)
    linked.school.tariq.assignments.update(until_at=linked.now)

    with pytest.raises(NotATeacherHere):
        back(linked, given, by=linked.school.ada)
