"""Groups for breakout rooms: kept, sent to Zoom where it can hold them, a list where it can't."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.live.groups import (
    GroupsChanged,
    GroupsUnfit,
    follow_due,
    groups_of,
    make_groups,
    place_late,
    save_groups,
)
from eduraise.zoom.models import ZoomMeeting, ZoomUser
from tests.classes.pages import fields_of, signed_in, text_of
from tests.classes.rows import make_class
from tests.linked import LinkedZoom
from tests.linked import linked as linked
from tests.school import School
from tests.zoom.test_registering import book, choose
from tests.zoom_simulator import zoom_sim as zoom_sim

pytestmark = pytest.mark.django_db


@pytest.fixture
def students(school: School) -> list[User]:
    """Seven who attend; finn did."""
    _ = school.finn
    people = [school.person(f"student{number}") for number in range(7)]
    for person in people:
        school.enrol(person, school.program)
    return people


@pytest.fixture
def session(school: School, students: list[User]) -> ClassSession:
    return make_class(school.program, school.tariq, school.now + timedelta(hours=2), now=school.now)


def shape(session: ClassSession, school: School) -> tuple[list[tuple[str, list[str]]], list[str]]:
    found = groups_of(session, school.now)
    groups = [(group.name, [one.name for one in group.people]) for group in found.groups]
    return groups, [one.name for one in found.unplaced]


def make(school: School, session: ClassSession, version: int = 0, **what: int) -> None:
    asked = {"number": 0, "size": 0} | what
    make_groups(session=session, seen_version=version, by=school.tariq, now=school.now, **asked)


def save(
    school: School, session: ClassSession, names: list[str], places: dict[int, int], version: int = 0
) -> None:
    save_groups(
        session=session, seen_version=version, names=names, places=places, by=school.tariq, now=school.now
    )


@pytest.mark.parametrize(
    ("what", "sizes"),
    [
        ({"number": 1}, [7]),
        ({"number": 3}, [3, 2, 2]),
        ({"number": 7}, [1] * 7),
        ({"size": 3}, [3, 2, 2]),
        ({"size": 4}, [4, 3]),
        ({"size": 100}, [7]),
    ],
)
def test_at_random_everybody_is_in_one_group_of_like_size(
    school: School, session: ClassSession, what: dict[str, int], sizes: list[int]
) -> None:
    make(school, session, **what)
    groups, unplaced = shape(session, school)
    assert sorted((len(people) for _name, people in groups), reverse=True) == sizes
    assert (unplaced, len({one for _name, people in groups for one in people})) == ([], 7)


@pytest.mark.parametrize("what", [{"number": 8}, {"number": 0}, {"size": 0}])
def test_groups_without_people_are_refused(school: School, session: ClassSession, what: Any) -> None:
    with pytest.raises(GroupsUnfit):
        make(school, session, **what)


def test_by_hand_on_a_page_without_dragging(
    school: School, session: ClassSession, students: list[User]
) -> None:
    browser, address = signed_in(school.tariq), f"/classes/{session.code}/groups/"
    first = fields_of(browser.get(f"{address}?more=1"), "groups")
    sent = {**first, "name_0": "Red", f"place_{students[0].pk}": "0", "act": "save"}
    assert browser.post(address, sent).status_code == 302
    second = fields_of(browser.get(f"{address}?more=1"), "groups")
    assert (second["name_0"], second[f"place_{students[0].pk}"]) == ("Red", "0")
    sent = {**second, "name_1": "Blue", f"place_{students[1].pk}": "1", "act": "save"}
    assert browser.post(address, sent).status_code == 302

    groups, unplaced = shape(session, school)
    assert groups == [("Red", ["Student0"]), ("Blue", ["Student1"])]
    assert len(unplaced) == 5


def test_two_of_one_name_are_told_apart(school: School, session: ClassSession) -> None:
    for address in ("ann.one@school.example", "bob.two@school.example"):
        person = school.person(address.split("@")[0])
        User.objects.filter(pk=person.pk).update(name="Eva Lind", name_key="eva lind", email=address)
        school.enrol(person, school.program)

    page = text_of(signed_in(school.tariq).get(f"/classes/{session.code}/groups/?more=1"))

    assert "Eva Lind (a…)" in page
    assert "Eva Lind (b…)" in page
    assert "ann.one@school.example" not in page


def test_who_is_enrolled_late_waits_on_top_and_is_put_into_the_smallest(
    school: School, session: ClassSession
) -> None:
    make(school, session, number=3)
    late = school.person("late")
    school.enrol(late, school.program)
    page = text_of(signed_in(school.tariq).get(f"/classes/{session.code}/groups/"))
    assert "1 student is in no group" in page
    assert page.index("Late") < page.index("Student0")

    place_late(session=session, seen_version=1, by=school.tariq, now=school.now)
    groups, unplaced = shape(session, school)
    assert (sorted(len(people) for _name, people in groups), unplaced) == ([2, 3, 3], [])


def test_who_left_the_program_is_in_no_group(
    school: School, session: ClassSession, students: list[User]
) -> None:
    make(school, session, number=1)
    spell = students[0].enrolments.get()
    spell.until_at = school.now
    spell.save()
    groups, _unplaced = shape(session, school)
    assert len(groups[0][1]) == 6
    # and nobody puts a stranger into one
    save(school, session, ["Red"], {school.finn.pk: 0, students[1].pk: 0}, version=1)
    assert shape(session, school)[0] == [("Red", ["Student1"])]


def show(session: ClassSession, teacher: User) -> None:
    """The teacher lets students see their groups."""
    browser, address = signed_in(teacher), f"/classes/{session.code}/groups/"
    sent = {**fields_of(browser.get(address), "groups"), "is_shown": "on", "act": "save"}
    assert browser.post(address, sent).status_code == 302


def test_a_student_sees_her_group_with_first_names_once_it_is_shown(
    school: School, session: ClassSession, students: list[User]
) -> None:
    first, second, third, gone, alone = students[:5]
    User.objects.filter(pk=second.pk).update(name="Bea Lindqvist")
    save(
        school, session, ["Red", "Blue"], {one.pk: 0 for one in (first, second, third, gone)} | {alone.pk: 1}
    )
    gone.enrolments.update(until_at=school.now)
    page = f"/classes/{session.code}/"
    assert "Your group" not in text_of(signed_in(first).get(page))
    show(session, school.tariq)

    html = signed_in(first).get(page)
    assert "Your group In breakout rooms you are in Red with Bea , Student2 ." in text_of(html)
    for hidden in ("Lindqvist", "Student3", "Blue", second.email, third.email):
        assert hidden not in html.content.decode()
    assert "you are in Blue ." in text_of(signed_in(alone).get(page))
    for other in (students[5], school.tariq, school.ada):
        assert "Your group" not in text_of(signed_in(other).get(page))
    # new groups are shown as the former ones were, until the class is over
    make(school, session, version=2, number=1)
    assert "Your group" in text_of(signed_in(students[5]).get(page))
    school.clock.advance(hours=4)
    assert "Your group" not in text_of(signed_in(first).get(page))


def test_of_two_who_change_them_at_once_one_is_told(school: School, session: ClassSession) -> None:
    make(school, session, number=2)
    with pytest.raises(GroupsChanged):
        make(school, session, number=3)
    page = signed_in(school.ada).post(
        f"/classes/{session.code}/groups/", {"act": "make", "version": "0", "number": "2"}
    )
    assert (page.status_code, "changed the groups meanwhile" in text_of(page)) == (422, True)
    assert len(shape(session, school)[0]) == 2


@pytest.mark.parametrize("names", [["Red", "red"], ["x" * 33], [f"Group {n}" for n in range(51)]])
def test_names_that_zoom_could_not_tell_apart_or_hold(
    school: School, session: ClassSession, names: list[str]
) -> None:
    with pytest.raises(GroupsUnfit):
        save(school, session, names, {})
    assert shape(session, school)[0] == []


def test_a_group_without_name_and_people_goes(
    school: School, session: ClassSession, students: list[User]
) -> None:
    save(school, session, ["Red", "", ""], {students[0].pk: 2})
    assert shape(session, school)[0] == [("Red", []), ("Group 2", ["Student0"])]


def test_who_only_attends_or_assists_makes_none(school: School, session: ClassSession) -> None:
    for person in (school.sana, school.tove, school.olu):
        browser = signed_in(person)
        assert browser.get(f"/classes/{session.code}/groups/").status_code == 404
        assert browser.post(f"/classes/{session.code}/groups/", {"act": "make"}).status_code == 404


# At Zoom


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    choose(linked, registers=False)
    return linked.connect(linked.school.tariq)


def allow(linked: LinkedZoom, *, allowed: bool) -> None:
    """The account's setting "assign participants to breakout rooms when scheduling"."""
    linked.sim.user(
        linked.school.tariq.email,
        licence="licensed",
        settings={"in_meeting": {"breakout_room_schedule": allowed}},
    )


def rooms(linked: LinkedZoom) -> Any:
    return linked.sim.meetings[0]["settings"]["breakout_room"]


def said(linked: LinkedZoom, session: ClassSession) -> str:
    return text_of(signed_in(linked.school.tariq).get(f"/classes/{session.code}/groups/"))


def test_zoom_has_them_prepared_where_the_account_allows_it(linked: LinkedZoom, host: ZoomUser) -> None:
    allow(linked, allowed=True)
    session, school = book(linked), linked.school
    invited = school.person("invited")
    User.objects.filter(pk=invited.pk).update(joined_at=None)
    school.enrol(invited, school.program)
    save(school, session, ["Red", "Blue"], {school.sana.pk: 0, invited.pk: 1})
    assert "They are being sent to Zoom." in said(linked, session)
    linked.advance(seconds=15)
    assert linked.push() == ["done"]

    assert rooms(linked) == {
        "enable": True,
        # whose address nobody has confirmed is told to nobody
        "rooms": [{"name": "Red", "participants": [school.sana.email]}, {"name": "Blue", "participants": []}],
    }
    page = said(linked, session)
    assert "Zoom has them prepared" in page
    assert "Zoom can send 1 by itself" in page
    assert "Has not taken up the invitation" in page


def test_what_zoom_drops_in_silence_is_said(linked: LinkedZoom, host: ZoomUser) -> None:
    allow(linked, allowed=False)
    session = book(linked)
    save(linked.school, session, ["Red"], {linked.school.sana.pk: 0})
    linked.advance(seconds=15)
    assert linked.push() == ["done"]
    assert rooms(linked) == {"enable": False}
    assert "Zoom took them and kept none" in said(linked, session)


def test_what_was_changed_in_zoom_by_hand_is_not_set_back_by_groups(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    allow(linked, allowed=True)
    session = book(linked)
    linked.sim.edit_meeting(linked.numbers()[0], topic="Renamed in Zoom")
    save(linked.school, session, ["Red"], {linked.school.sana.pk: 0})
    linked.advance(seconds=15)
    linked.push()
    assert linked.sim.meetings[0]["topic"] == "Renamed in Zoom"


def test_several_changes_are_one_call_and_a_later_change_of_the_class_keeps_them(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    allow(linked, allowed=True)
    session, school = book(linked), linked.school
    save(school, session, ["Red"], {school.sana.pk: 0})
    save(school, session, ["Green"], {school.sana.pk: 0}, version=1)
    linked.advance(seconds=15)
    linked.push()
    assert linked.states()[1:] == [("update", "done")]
    assert [one["name"] for one in rooms(linked)["rooms"]] == ["Green"]


def test_who_leaves_the_program_is_taken_out_of_the_rooms_at_zoom(linked: LinkedZoom, host: ZoomUser) -> None:
    allow(linked, allowed=True)
    session, school = book(linked), linked.school
    bea = school.person("bea")
    school.enrol(bea, school.program)
    save(school, session, ["Red"], {school.sana.pk: 0, bea.pk: 0})
    linked.advance(seconds=15)
    linked.push()
    assert follow_due(linked.school.now) == {"classes": 0}
    bea.enrolments.update(until_at=school.now)
    assert [follow_due(school.now), follow_due(school.now)] == [{"classes": 1}, {"classes": 0}]
    linked.advance(seconds=15)

    assert linked.push() == ["done"]
    assert rooms(linked)["rooms"] == [{"name": "Red", "participants": [school.sana.email]}]
    assert "Zoom has them prepared" in said(linked, session)


def test_who_takes_up_their_account_or_changes_their_address_is_sent_to_zoom_by_it(
    linked: LinkedZoom, host: ZoomUser
) -> None:
    allow(linked, allowed=True)
    session, school = book(linked), linked.school
    bea = school.person("bea")
    school.enrol(bea, school.program)
    User.objects.filter(pk=bea.pk).update(joined_at=None)
    save(school, session, ["Red"], {school.sana.pk: 0, bea.pk: 0})
    linked.advance(seconds=15)
    linked.push()
    assert rooms(linked)["rooms"] == [{"name": "Red", "participants": [school.sana.email]}]
    assert follow_due(school.now) == {"classes": 0}

    User.objects.filter(pk=bea.pk).update(joined_at=school.now)
    assert [follow_due(school.now), follow_due(school.now)] == [{"classes": 1}, {"classes": 0}]
    linked.advance(seconds=15)
    linked.push()
    assert rooms(linked)["rooms"] == [{"name": "Red", "participants": [bea.email, school.sana.email]}]

    User.objects.filter(pk=school.sana.pk).update(email="sana@new.example")
    assert [follow_due(school.now), follow_due(school.now)] == [{"classes": 1}, {"classes": 0}]
    linked.advance(seconds=15)
    linked.push()
    assert rooms(linked)["rooms"] == [{"name": "Red", "participants": [bea.email, "sana@new.example"]}]


def test_after_the_class_its_groups_are_looked_at_and_not_changed(
    school: School, session: ClassSession, students: list[User]
) -> None:
    save(school, session, ["Red"], {students[0].pk: 0, students[1].pk: 0})
    students[0].enrolments.update(until_at=session.ends_at)
    school.clock.set(session.ends_at + timedelta(hours=1))
    address = f"/classes/{session.code}/groups/"

    tariq = signed_in(school.tariq)
    assert f'href="{address}"' in tariq.get(f"/classes/{session.code}/").content.decode()
    page = tariq.get(address)
    assert "The class is over" in text_of(page)
    assert "Red Student0 , Student1" in text_of(page)
    assert "<select" not in page.content.decode()
    sent = {"act": "make", "number": "2", "version": "1"}
    assert "Nothing was changed" in tariq.post(address, sent, follow=True).content.decode()
    assert shape(session, school)[0][0][0] == "Red"
    assert signed_in(school.ada).get(address).status_code == 200
    for who in (school.tove, school.olu, students[0]):
        assert signed_in(who).get(address).status_code == 404


def test_where_there_were_none_there_is_nothing_to_look_back_at(
    school: School, session: ClassSession
) -> None:
    school.clock.set(session.ends_at + timedelta(hours=1))
    tariq = signed_in(school.tariq)
    assert tariq.get(f"/classes/{session.code}/groups/").status_code == 404
    assert "/groups/" not in tariq.get(f"/classes/{session.code}/").content.decode()


def test_of_a_cancelled_class_and_an_archived_program_they_stay(
    school: School, session: ClassSession, students: list[User]
) -> None:
    save(school, session, ["Red"], {students[0].pk: 0})
    tariq, address = signed_in(school.tariq), f"/classes/{session.code}/groups/"
    ClassSession.objects.filter(pk=session.pk).update(cancelled_at=school.now, cancelled_by=school.tariq)
    assert "The class was cancelled" in text_of(tariq.get(address))
    ClassSession.objects.filter(pk=session.pk).update(cancelled_at=None, cancelled_by=None)
    school.program.archived_at = school.now
    school.program.save()
    assert "The class is over" in text_of(tariq.get(address))


def test_groups_of_classes_that_have_begun_or_are_cancelled_stay_as_they_were(
    school: School, session: ClassSession, students: list[User]
) -> None:
    make(school, session, number=1)
    students[0].enrolments.update(until_at=school.now)
    ClassSession.objects.filter(pk=session.pk).update(cancelled_at=school.now, cancelled_by=school.tariq)
    assert follow_due(school.now) == {"classes": 0}
    ClassSession.objects.filter(pk=session.pk).update(cancelled_at=None, cancelled_by=None)
    assert follow_due(session.starts_at) == {"classes": 0}
    assert follow_due(school.now) == {"classes": 1}
    assert len(shape(session, school)[0][0][1]) == 6


def test_of_a_series_they_stay_a_list(school: School, session: ClassSession) -> None:
    assert session.occurrence
    ZoomMeeting.objects.filter(pk=session.occurrence.meeting_id).update(type=ZoomMeeting.RECURRING)
    fresh = ClassSession.objects.select_related("occurrence__meeting").get(pk=session.pk)
    make(school, fresh, number=2)
    page = text_of(signed_in(school.tariq).get(f"/classes/{session.code}/groups/"))
    assert "same rooms for all classes of a series" in page
    assert ZoomMeeting.objects.get(pk=session.occurrence.meeting_id).wanted_rooms is None
