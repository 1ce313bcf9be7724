"""A class that changes hands keeps its link, moves to the new teacher's Zoom, and everybody hears of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from eduraise.accounts.models import User
from eduraise.classes.announce import announce_due
from eduraise.classes.claims import TeacherBusy
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.enums import Attention
from eduraise.classes.handing import hand_over
from eduraise.classes.joining import find_class
from eduraise.classes.models import ClassSession, TeacherClaim
from eduraise.classes.scheduling import NotATeacherHere, schedule_class
from eduraise.core.errors import Changed
from eduraise.notifications.models import Message
from eduraise.notifications.registry import kind_of
from eduraise.programs.enums import Preset
from eduraise.zoom.hosts import NotConnected
from eduraise.zoom.models import HostClaim, ZoomUser
from tests.classes.pages import fields_of, signed_in, text_of
from tests.linked import LinkedZoom
from tests.programs.stated import off

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wim(linked: LinkedZoom) -> User:
    """Teaches in the program too, with a Zoom of her own."""
    wim = linked.school.teacher("wim")
    linked.school.assign(wim, linked.school.program, Preset.TEACHER)
    linked.connect(wim)
    return wim


@pytest.fixture
def session(linked: LinkedZoom) -> ClassSession:
    linked.connect(linked.school.tariq)
    return schedule(linked, linked.school.tariq)


def schedule(linked: LinkedZoom, teacher: User) -> ClassSession:
    draft = ClassDraft(
        program=linked.school.program,
        teacher=teacher,
        topic="Sets",
        starts_at=linked.now + timedelta(days=2),
        duration=timedelta(hours=1),
        zone="Europe/Madrid",
    )
    return schedule_class(by=teacher, draft=draft, now=linked.now)


def test_the_students_hear_who_teaches_it_now(linked: LinkedZoom, session: ClassSession, wim: User) -> None:
    assert linked.school.sana.pk
    ClassSession.objects.update(told_booked=True, told_version=1)
    given = give(linked, session, wim)
    announce_due(linked.now)
    message = Message.objects.get(person=linked.school.sana)
    letter = kind_of(message.kind).words([message], linked.now)[message.pk]
    assert letter.sentences == (f"{given.teacher.name} teaches it now.",)


def give(linked: LinkedZoom, session: ClassSession, to: User, **changes: Any) -> ClassSession:
    values = {"seen_version": session.version, "by": linked.school.ada, "now": linked.now} | changes
    return hand_over(session=session, teacher=to, **values)


def hosts_at_zoom(linked: LinkedZoom) -> list[str]:
    emails = dict(ZoomUser.objects.values_list("zoom_user_id", "email"))
    return sorted(emails[meeting["host_id"]].partition("@")[0] for meeting in linked.sim.meetings)


def kinds(person: User) -> list[str]:
    return sorted(Message.objects.filter(person=person).values_list("kind", flat=True))


def test_it_moves_to_the_new_teachers_zoom_and_the_former_meeting_goes(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    given = give(linked, session, wim)

    assert (given.teacher, given.code) == (wim, session.code)
    assert hosts_at_zoom(linked) == ["tariq", "wim"]  # the new one is made before the former one goes
    assert list(TeacherClaim.objects.values_list("teacher", flat=True)) == [wim.pk]
    assert [claim.host.teacher for claim in HostClaim.objects.all()] == [wim]
    linked.advance(seconds=11)
    linked.push()
    assert hosts_at_zoom(linked) == ["wim"]
    current = find_class(wim, session.code, linked.now)
    assert current
    assert (current.shown_state, current.attention) == ("booked", "")


def test_everybody_concerned_hears_of_it(linked: LinkedZoom, session: ClassSession, wim: User) -> None:
    sana, tariq = linked.school.sana, linked.school.tariq
    announce_due(linked.now)
    Message.objects.all().delete()

    give(linked, session, wim)
    announce_due(linked.now)

    assert kinds(sana) == ["class.changed"]
    assert kinds(tariq) == ["class.changed"]
    assert kinds(wim) == ["class.given"]
    assert "Tariq → Wim" in text_of(signed_in(tariq).get(f"/classes/{session.code}/"))
    said = text_of(signed_in(wim).get("/notifications/"))
    assert "You teach “Sets”" in said


def test_a_class_whose_teacher_left_the_program_is_mended_by_it(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    linked.school.tariq.assignments.update(until_at=linked.now)
    address = f"/classes/{session.code}/teacher/"
    ada = signed_in(linked.school.ada)
    before = find_class(linked.school.ada, session.code, linked.now)
    assert before
    assert before.attention == Attention.NO_TEACHER
    assert f'href="{address}"' in ada.get(f"/classes/{session.code}/").content.decode()

    form = fields_of(ada.get(address), "teacher")
    answer = ada.post(address, form | {"teacher": str(wim.uid)}, follow=True)

    assert "“Sets” is Wim’s class now." in answer.content.decode()
    after = find_class(linked.school.ada, session.code, linked.now)
    assert after
    assert (after.teacher, after.attention) == (wim, "")


@pytest.mark.parametrize("who", ["tove", "olu", "sana", "wim"])
def test_only_a_lead_or_an_admin_gives_classes(
    linked: LinkedZoom, session: ClassSession, wim: User, who: str
) -> None:
    person = wim if who == "wim" else getattr(linked.school, who)

    assert signed_in(person).get(f"/classes/{session.code}/teacher/").status_code == 404
    assert (
        f"/classes/{session.code}/teacher/"
        not in signed_in(person).get(f"/classes/{session.code}/").content.decode()
    )
    with pytest.raises(NotATeacherHere):
        give(linked, session, wim, by=person)


def test_it_goes_to_nobody_who_doesnt_hold_classes_here(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    for person in (linked.school.olu, linked.school.tove, linked.school.sana, linked.school.tariq):
        linked_already = ZoomUser.objects.filter(teacher=person).exists()
        if not linked_already:
            linked.connect(person)
        with pytest.raises(NotATeacherHere):
            give(linked, session, person)


def test_it_goes_to_nobody_who_is_taken_then_and_what_was_typed_stays(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    schedule(linked, wim)
    with pytest.raises(TeacherBusy):
        give(linked, session, wim)

    tariq, address = signed_in(linked.school.tariq), f"/classes/{session.code}/teacher/"
    page = tariq.get(address)
    assert "Wim can’t take it. Wim teaches “Sets” then" in text_of(page)
    form = fields_of(page, "teacher")
    answer = tariq.post(address, form | {"teacher": str(wim.uid), "message": "I am away."})

    assert answer.status_code == 422
    assert "Wim teaches another class then" in text_of(answer)
    assert "I am away." in answer.content.decode()
    session.refresh_from_db()
    assert (session.teacher, session.version) == (linked.school.tariq, 1)


def test_without_a_zoom_nothing_is_given(linked: LinkedZoom, session: ClassSession) -> None:
    ben = linked.school.teacher("ben")
    linked.school.assign(ben, linked.school.program, Preset.TEACHER)

    with pytest.raises(NotConnected):
        give(linked, session, ben)
    assert hosts_at_zoom(linked) == ["tariq"]


def test_whoever_saw_an_older_version_is_told(linked: LinkedZoom, session: ClassSession, wim: User) -> None:
    with pytest.raises(Changed):
        give(linked, session, wim, seen_version=session.version - 1)


def test_assistants_are_named_as_those_who_cannot_take_it(linked: LinkedZoom, session: ClassSession) -> None:
    address, ada = f"/classes/{session.code}/teacher/", signed_in(linked.school.ada)
    alone = text_of(ada.get(address))
    assert "Nobody else teaches in this program" in alone

    assert linked.school.tove.pk
    said = text_of(ada.get(address))

    assert "Nobody else may hold classes of this program" in said
    assert "These teach in it, but their part doesn’t let them hold classes: Tove (Assistant)." in said
    assert "Change what they may do" in said


def test_classes_left_on_a_former_zoom_user_are_booked_on_the_present_one(
    linked: LinkedZoom, session: ClassSession
) -> None:
    address = f"/classes/{session.code}/"
    ZoomUser.objects.filter(teacher=linked.school.tariq).update(
        teacher=None, state="closed", access_token=None
    )
    tariq = User.objects.get(pk=linked.school.tariq.pk)
    tariq.email = "second@school.example"
    present = linked.connect(tariq)
    page = signed_in(tariq)
    said = text_of(page.get(address))
    assert "Tariq has connected another Zoom user since, second@school.example." in said
    assert "Book it anew" in said
    assert "Connect Zoom again" not in said

    page.post(f"{address}difference/", {"choice": "anew"})

    again = find_class(tariq, session.code, linked.now)
    assert again
    assert again.occurrence
    assert (again.occurrence.meeting.host, again.code) == (present, session.code)
    assert again.attention == ""
    assert HostClaim.objects.get(releases_at=None).host == present
    # chosen twice, it is done once
    twice = page.post(f"{address}difference/", {"choice": "anew"}, follow=True)
    assert "This is settled already." in twice.content.decode()


def test_who_is_off_then_is_given_it_only_when_that_is_agreed_to(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    off(wim, f"{session.starts_at:%Y-%m-%d}", f"{session.starts_at:%Y-%m-%d}", now=linked.now)
    ada = signed_in(linked.school.ada)
    address = f"/classes/{session.code}/teacher/"
    sent = fields_of(ada.get(address), "teacher") | {"teacher": str(wim.uid), "message": "For once"}

    asked = ada.post(address, sent)
    assert asked.status_code == 422
    assert "Wim is off on Wed 4 Mar" in text_of(asked)
    assert ClassSession.objects.get().teacher == linked.school.tariq
    shown = fields_of(asked, "teacher")
    assert (shown["teacher"], shown["message"]) == (str(wim.uid), "For once")

    question = asked.context["form"].fields["despite"].widget.asked
    assert ada.post(address, sent | {"despite": question}).status_code == 302
    assert ClassSession.objects.get().teacher == wim
