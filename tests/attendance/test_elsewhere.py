"""A class held in the teacher's personal room: she is asked whether it was that, nobody else sees it."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.test import Client

from eduraise.accounts.models import User
from eduraise.attendance import elsewhere, facts
from eduraise.attendance.elsewhere import AttachedMeanwhile, offers_to
from eduraise.attendance.enums import Room
from eduraise.attendance.facts import Fact
from eduraise.attendance.keeping_up import fold_due
from eduraise.attendance.models import Mark, Participant
from eduraise.attendance.nudging import NotRunning, nudge
from eduraise.classes.elsewhere import give_other_link
from eduraise.core import hooks
from eduraise.zoom.instances import fold_sitting, place_again
from eduraise.zoom.models import ZoomInstance
from tests.attendance.rows import Told
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class, make_host, sit

pytestmark = pytest.mark.django_db


def personal(
    told: Told, began: float, ended: float | None = None, *, teacher: User | None = None
) -> ZoomInstance:
    """A sitting of a host's own room, with Sana in it."""
    host = told.session.occurrence.meeting.host if teacher is None else make_host(teacher, told.school.now)  # type: ignore[union-attr]
    with transaction.atomic():
        sitting = fold_sitting(
            host=host,
            number="5551234567",
            uuid=f"personal at {began}",
            began_at=told.at(began),
            ended_at=None if ended is None else told.at(ended),
        )
        came = Fact("p", Room.MAIN, "s", told.at(began), True, name="Sana")
        facts.keep([(sitting, [came])])
    return sitting


def test_a_sitting_around_a_class_that_was_not_held_is_offered(told: Told) -> None:
    sitting = personal(told, 5, 55)

    [offer] = offers_to(told.school.tariq, told.at(60))
    assert (offer.sitting, offer.session, offer.people) == (sitting, told.session, 1)
    problems = hooks.needs_of.ask(person=told.school.tariq, now=told.at(60))
    assert "Was “Sets” held in another meeting?" in [one.title for one in problems]


@pytest.mark.parametrize(
    ("began", "is_offered"), [(-61, False), (-59, True), (30, True), (119, True), (121, False)]
)
def test_it_is_offered_within_an_hour_of_the_class(told: Told, began: int, is_offered: bool) -> None:
    personal(told, began)

    assert bool(offers_to(told.school.tariq, told.at(130))) == is_offered


def test_a_class_held_in_its_own_meeting_is_offered_what_ran_in_its_hours_alone(told: Told) -> None:
    told.somebody("Sana", 0, 20)
    personal(told, 25)
    personal(told, 65)

    assert [offer.sitting.meeting_uuid for offer in offers_to(told.school.tariq, told.at(70))] == [
        "personal at 25"
    ]


def test_of_two_classes_it_is_offered_to_the_nearest(told: Told) -> None:
    second = make_class(told.school.program, told.school.tariq, told.at(60), now=told.school.now)
    personal(told, 50)

    assert [offer.session for offer in offers_to(told.school.tariq, told.at(70))] == [second]


def test_nobody_is_offered_anothers_meetings(told: Told) -> None:
    personal(told, 5, teacher=told.school.olu)
    sitting = ZoomInstance.objects.get()

    assert offers_to(told.school.tariq, told.at(60)) == []
    assert offers_to(told.school.olu, told.at(60)) == []
    with pytest.raises(AttachedMeanwhile):
        elsewhere.attach(session=told.session, sitting_uid=sitting.uid, by=told.school.tariq, now=told.at(60))


def test_what_is_attached_counts_and_is_never_placed_elsewhere(told: Told) -> None:
    sitting = personal(told, 0, 60)
    told.click(told.school.sana, -1)
    elsewhere.attach(session=told.session, sitting_uid=sitting.uid, by=told.school.tariq, now=told.at(61))
    fold_due(told.at(62))
    assert Mark.objects.get().rule_status == "present"

    assert told.session.occurrence is not None
    place_again(told.session.occurrence.meeting)
    with transaction.atomic():
        fold_sitting(host=sitting.host, number="5551234567", uuid=sitting.meeting_uuid, ended_at=told.at(61))  # type: ignore[arg-type]
    sitting.refresh_from_db()
    assert (sitting.occurrence, sitting.mapped_by) == (told.session.occurrence, "hand")
    assert offers_to(told.school.tariq, told.at(62)) == []


def test_it_can_be_taken_back_and_counts_no_more(told: Told) -> None:
    sitting = personal(told, 0, 60)
    told.click(told.school.sana, -1)
    by = told.school.tariq
    elsewhere.attach(session=told.session, sitting_uid=sitting.uid, by=by, now=told.at(61))
    fold_due(told.at(62))
    elsewhere.take_back(session=told.session, sitting_uid=sitting.uid, by=by, now=told.at(63))
    fold_due(told.at(64))

    assert Mark.objects.get().rule_minutes == 0
    assert Participant.objects.count() == 1
    assert [offer.sitting for offer in offers_to(by, told.at(64))] == [sitting]
    with pytest.raises(AttachedMeanwhile):
        elsewhere.take_back(session=told.session, sitting_uid=sitting.uid, by=by, now=told.at(65))


def test_what_was_no_class_is_not_offered_again(told: Told) -> None:
    sitting = personal(told, 0, 60)
    elsewhere.dismiss(session=told.session, sitting_uid=sitting.uid, by=told.school.tariq, now=told.at(61))

    assert offers_to(told.school.tariq, told.at(62)) == []


def test_its_teacher_attaches_it_on_the_classes_page(told: Told, client: Client) -> None:
    told.school.clock.set(told.at(61))
    sitting = personal(told, 0, 60)
    client.force_login(told.school.tariq)
    page = client.get(f"/classes/{told.session.code}/").content.decode()
    assert "Was this class held in another meeting?" in page
    address = f"/classes/{told.session.code}/attendance/sittings/{sitting.uid}/"
    answer = client.post(address, {"choice": "attach"}, follow=True)

    assert "It belongs to the class." in answer.content.decode()
    assert "Another meeting of yours counts as this class" in answer.content.decode()
    again = client.post(address, {"choice": "attach"}, follow=True)
    assert "This meeting stands otherwise by now." in again.content.decode()


@pytest.mark.parametrize("who", ["ada", "tove"])
def test_nobody_but_its_teacher_sees_or_attaches_it(told: Told, client: Client, who: str) -> None:
    told.school.clock.set(told.at(61))
    sitting = personal(told, 0, 60)
    client.force_login(getattr(told.school, who))
    page = client.get(f"/classes/{told.session.code}/").content.decode()
    assert "held in another meeting" not in page
    address = f"/classes/{told.session.code}/attendance/sittings/{sitting.uid}/"

    assert client.post(address, {"choice": "attach"}).status_code == 404


# While it runs


def held_there(told: Told, began: float = 5) -> ZoomInstance:
    """It is ten minutes past nine, and she has said that her class runs in her personal room."""
    told.school.clock.set(told.at(10))
    sitting = personal(told, began)
    elsewhere.attach(session=told.session, sitting_uid=sitting.uid, by=told.school.tariq, now=told.at(10))
    return sitting


def door(told: Told, person: User) -> str:
    return text_of(signed_in(person).get(f"/j/{told.session.code}"))


def go_in(told: Told, person: User) -> str:
    answer = signed_in(person).post(f"/j/{told.session.code}/join")
    return str(answer.get("Location", ""))


def test_nobody_is_led_into_the_empty_meeting_of_a_class_that_is_on_elsewhere(told: Told) -> None:
    school = told.school
    sitting = held_there(told)

    assert "It is held in another meeting" in door(told, school.sana)
    assert "Join class" not in door(told, school.sana)
    assert go_in(told, school.sana) == f"/j/{told.session.code}"
    page = text_of(signed_in(school.sana).get(f"/classes/{told.session.code}/"))
    assert "It is on in another meeting" in page
    assert "It is held in another meeting, to which we have no link." in page
    assert "It is on in another meeting." in text_of(signed_in(school.sana).get("/"))

    fold_sitting_ends(told, sitting)
    assert "Join class" in door(told, school.sana)


def fold_sitting_ends(told: Told, sitting: ZoomInstance) -> None:
    with transaction.atomic():
        fold_sitting(
            host=sitting.host,  # type: ignore[arg-type]
            number=sitting.meeting_number,
            uuid=sitting.meeting_uuid,
            ended_at=told.school.now,
        )


def test_nor_is_anybody_called_into_it(told: Told) -> None:
    held_there(told)
    school = told.school
    school.enrol(school.person("bea"), school.program)
    fold_due(told.at(10))

    address = f"/classes/{told.session.code}/attendance/"
    register = text_of(signed_in(school.tariq).get(address))
    assert "It is held in another meeting. We have no link to it: nobody is called in." in register
    assert "Nudge" not in register
    with pytest.raises(NotRunning):
        nudge(session=told.session, seen=[], by=school.tariq, now=told.at(10))


def test_the_link_that_she_gives_leads_there_and_who_is_there_is_still_known(told: Told) -> None:
    school = told.school
    held_there(told)
    page = text_of(signed_in(school.tariq).get(f"/classes/{told.session.code}/"))
    assert "students who press Join are told so" in page
    assert "Give its link" in page
    assert "Start its own meeting" in page

    giving = text_of(signed_in(school.tariq).get(f"/classes/{told.session.code}/other-link/"))
    assert "Copy the invitation link of the meeting that is on." in giving
    assert "marked by hand" not in giving
    url = "https://us05web.zoom.us/j/5551234567?pwd=hers"
    give_other_link(session=told.session, url=url, by=school.tariq, now=told.at(11))

    assert "Go to the class" in door(told, school.sana)
    assert "In another Zoom meeting" in door(told, school.sana)
    answer = signed_in(school.sana).post(f"/j/{told.session.code}/join")
    assert url in answer.content.decode()
    fold_due(told.at(11))
    register = text_of(signed_in(school.tariq).get(f"/classes/{told.session.code}/attendance/"))
    assert "Who comes there nobody tells" not in register
    assert "1 in it whom nobody knows yet" in register
    page = text_of(signed_in(school.tariq).get(f"/classes/{told.session.code}/"))
    assert "Held in another Zoom meeting" in page
    assert "marked by hand" not in page


def test_another_meeting_of_ours_is_led_into_by_its_own_link(told: Told) -> None:
    """She started next week's meeting by mistake, and said that it is this class."""
    school = told.school
    school.clock.set(told.at(10))
    assert told.session.occurrence is not None
    host = told.session.occurrence.meeting.host
    later = make_class(school.program, school.tariq, told.at(7 * 24 * 60), now=school.now)
    assert later.occurrence is not None
    meeting = later.occurrence.meeting
    with transaction.atomic():
        sitting = fold_sitting(
            host=host, meeting=meeting, number=str(meeting.meeting_number), uuid="next", began_at=told.at(2)
        )
    assert go_in(told, school.sana) == told.session.occurrence.meeting.join_url

    elsewhere.attach(session=told.session, sitting_uid=sitting.uid, by=school.tariq, now=told.at(10))
    assert "Come in." in door(told, school.sana)
    assert go_in(told, school.sana) == meeting.join_url

    # back in the class's own meeting
    sit(told.session, told.at(11))
    assert go_in(told, school.sana) == told.session.occurrence.meeting.join_url
