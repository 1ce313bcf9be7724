"""Somebody takes a class for this once: by saying yes, or by being put on it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from eduraise.accounts.models import User
from eduraise.classes.announce import announce_due
from eduraise.classes.changing import ClassOver, Edit, change_class
from eduraise.classes.claims import TeacherBusy
from eduraise.classes.joining import find_class
from eduraise.classes.models import ClassSession
from eduraise.classes.starting import may_start
from eduraise.core.errors import Changed
from eduraise.core.models import AuditEntry
from eduraise.programs.enums import Permission
from eduraise.programs.models import Assignment
from eduraise.substitutes.asking import NoSubstitute, ask, decline, withdraw
from eduraise.substitutes.models import Substitution
from eduraise.substitutes.settling import settle_due
from eduraise.substitutes.taking import LASTS, accept
from eduraise.zoom.hosts import NotConnected
from eduraise.zoom.models import ZoomUser
from tests.classes.pages import signed_in, text_of
from tests.linked import LinkedZoom
from tests.substitutes.scene import (
    asked,
    assigned,
    claims,
    hosts_at_zoom,
    kinds,
    schedule,
    standing,
    state_of,
    taken,
)

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_says_yes_has_the_class_her_hours_and_her_own_meeting(
    linked: LinkedZoom, session: ClassSession, olu: User
) -> None:
    given = taken(linked, session, olu)

    assert (given.teacher, given.code) == (olu, session.code)
    assert claims(linked) == (["Olu"], ["olu"])
    assert state_of(session) == [("Olu", "accepted")]
    assert Substitution.objects.get().way == "own"
    assert hosts_at_zoom(linked) == ["olu", "tariq"]  # hers is made before the former one goes
    linked.advance(seconds=11)
    linked.push()
    assert hosts_at_zoom(linked) == ["olu"]
    current = find_class(olu, session.code, linked.now)
    assert current
    assert (current.shown_state, current.attention) == ("booked", "")


def test_a_person_from_elsewhere_gets_this_class_and_nothing_else_and_it_ends_by_itself(
    linked: LinkedZoom, session: ClassSession, olu: User
) -> None:
    other = schedule(linked, linked.school.tariq, starts_at=session.starts_at + timedelta(days=1))
    assert standing(linked, olu, session) is None

    taken(linked, session, olu)

    found = standing(linked, olu, session)
    assert found
    assert found.permissions == {
        Permission.HOST,
        Permission.RECORD,
        Permission.SEE_ATTENDANCE,
        Permission.CORRECT_ATTENDANCE,
    }
    assert found.may_start
    assert not found.may(Permission.EDIT)
    assert standing(linked, olu, other) is None
    page: Client = signed_in(olu)
    assert page.get(f"/classes/{session.code}/").status_code == 200
    assert page.get(f"/classes/{other.code}/").status_code == 404
    assert page.get(f"/programs/{session.program.code}/").status_code == 404
    linked.advance(days=2, minutes=-10)
    current = find_class(olu, session.code, linked.now)
    assert current
    assert may_start(olu, current, linked.now)

    linked.advance(hours=2)
    settle_due(linked.now)
    assert state_of(session) == [("Olu", "ended")]
    assert standing(linked, olu, session)  # she can still correct who was there
    linked.advance(days=LASTS / timedelta(days=1))
    assert standing(linked, olu, session) is None
    assert page.get(f"/classes/{session.code}/").status_code == 404


def test_students_hear_of_it_once_and_the_others_what_concerns_them(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    tariq, sana = linked.school.tariq, linked.school.sana

    row = asked(linked, session, wim, note="I have the flu.")
    assert (kinds(wim), kinds(tariq), kinds(sana)) == (["substitute.asked"], [], [])
    accept(row=row, seen_version=session.version, by=wim, now=linked.now)
    announce_due(linked.now)
    assert kinds(sana) == []  # it can still be given back in silence
    linked.advance(seconds=11)
    announce_due(linked.now)
    announce_due(linked.now)

    assert kinds(sana) == ["class.changed"]
    assert kinds(tariq) == ["substitute.answered"]
    assert kinds(wim) == ["substitute.asked"]
    assert "Wim takes “Sets”" in text_of(signed_in(tariq).get("/notifications/"))
    assert "Wim" in text_of(signed_in(sana).get(f"/classes/{session.code}/"))


def test_the_link_of_the_students_leads_to_the_new_meeting(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    linked.push()
    before = ClassSession.objects.get(pk=session.pk).occurrence
    taken(linked, session, wim)
    linked.advance(days=2, minutes=-5)

    answer = signed_in(linked.school.sana).post(f"/j/{session.code}/join")

    current = ClassSession.objects.select_related("occurrence__meeting").get(pk=session.pk)
    assert before
    assert current.occurrence
    assert answer.status_code == 303
    assert str(current.occurrence.meeting.meeting_number) in answer["Location"]
    assert current.occurrence.meeting_id != before.meeting_id


def test_a_lead_or_an_admin_puts_somebody_on_it_at_once(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    given = assigned(linked, session, wim, linked.school.ada)
    linked.advance(seconds=11)
    announce_due(linked.now)

    assert given.teacher == wim
    assert state_of(session) == [("Wim", "accepted")]
    assert kinds(wim) == ["class.given"]
    assert kinds(linked.school.tariq) == ["substitute.answered"]


def test_its_teacher_alone_puts_nobody_on_it_without_asking(
    linked: LinkedZoom, session: ClassSession, wim: User, olu: User
) -> None:
    mine = schedule(linked, wim, starts_at=session.starts_at + timedelta(days=1))

    for person in (wim, linked.school.tove, olu, linked.school.sana):
        with pytest.raises(NoSubstitute):
            assigned(linked, mine, linked.school.tariq, person)


def test_the_one_who_was_asked_need_not_answer_when_somebody_is_put_on_it(
    linked: LinkedZoom, session: ClassSession, wim: User, olu: User
) -> None:
    row = asked(linked, session, olu)

    assigned(linked, session, wim, linked.school.ada)

    assert state_of(session) == [("Olu", "withdrawn"), ("Wim", "accepted")]
    assert kinds(olu) == ["substitute.asked", "substitute.not_needed"]
    with pytest.raises(Changed):
        accept(row=row, seen_version=session.version + 1, by=olu, now=linked.now)


def test_without_a_zoom_of_her_own_it_is_held_on_a_shared_host(
    linked: LinkedZoom, session: ClassSession
) -> None:
    ben = linked.school.teacher("ben")
    share(linked)

    taken(linked, session, ben)

    assert Substitution.objects.get().way == "shared"
    assert claims(linked) == (["Ben"], ["shared"])


def share(linked: LinkedZoom) -> ZoomUser:
    host = linked.connect(linked.school.person("shared"))
    ZoomUser.objects.filter(pk=host.pk).update(teacher=None, kind="pool")
    return host


def test_who_is_taken_then_or_has_no_zoom_takes_nothing_and_nothing_is_left_behind(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    ben = linked.school.teacher("ben")
    with pytest.raises(NotConnected) as problem:
        asked(linked, session, ben)
    assert problem.value.message == "Ben must connect Zoom first."
    row = asked(linked, session, wim)
    schedule(linked, wim)

    with pytest.raises(TeacherBusy):
        accept(row=row, seen_version=session.version, by=wim, now=linked.now)

    session.refresh_from_db()
    assert (session.teacher, session.version) == (linked.school.tariq, 1)
    assert state_of(session) == [("Wim", "asked")]
    assert not Assignment.objects.filter(only_for=session.uid).exists()


def test_what_was_moved_meanwhile_is_looked_at_again(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    row = asked(linked, session, wim)
    later = Edit(starts_at=session.starts_at + timedelta(hours=3))
    change_class(session=session, seen_version=1, edit=later, by=session.teacher, now=linked.now)

    with pytest.raises(Changed):
        accept(row=row, seen_version=1, by=wim, now=linked.now)
    taken_now = accept(row=row, seen_version=2, by=wim, now=linked.now)
    assert taken_now.teacher == wim


def test_a_class_that_has_begun_changes_hands_no_more(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    row = asked(linked, session, wim)
    linked.advance(days=2, seconds=1)

    with pytest.raises(ClassOver):
        accept(row=row, seen_version=1, by=wim, now=linked.now)
    with pytest.raises(ClassOver):
        assigned(linked, session, wim, linked.school.ada)
    settle_due(linked.now)
    assert state_of(session) == [("Wim", "lapsed")]
    assert kinds(linked.school.tariq) == ["substitute.answered"]
    assert "Wim didn’t answer about “Sets”" in text_of(signed_in(linked.school.tariq).get("/notifications/"))


def test_who_says_no_says_why_to_whoever_asked_and_another_can_be_asked(
    linked: LinkedZoom, session: ClassSession, wim: User, olu: User
) -> None:
    row = asked(linked, session, wim)
    decline(row=row, by=wim, now=linked.now, reason="I am at the doctor’s.")

    assert state_of(session) == [("Wim", "declined")]
    assert "I am at the doctor’s." in text_of(signed_in(linked.school.tariq).get("/notifications/"))
    assert "doctor" not in text_of(signed_in(linked.school.tove).get(f"/classes/{session.code}/"))
    with pytest.raises(Changed):
        accept(row=row, seen_version=1, by=wim, now=linked.now)
    asked(linked, session, olu)
    assert state_of(session) == [("Wim", "declined"), ("Olu", "asked")]


def test_one_is_asked_at_a_time_and_a_question_can_be_taken_back(
    linked: LinkedZoom, session: ClassSession, wim: User, olu: User
) -> None:
    asked(linked, session, wim)
    with pytest.raises(Exception, match="Wim is asked already") as problem:
        asked(linked, session, olu)
    assert getattr(problem.value, "code", "") == "already_asked"

    withdraw(session=session, by=session.teacher, now=linked.now)

    assert kinds(wim) == ["substitute.asked", "substitute.not_needed"]
    with pytest.raises(Changed):
        withdraw(session=session, by=session.teacher, now=linked.now)
    asked(linked, session, olu)


@pytest.mark.parametrize("who", ["tove", "olu", "sana", "finn"])
def test_nobody_else_asks(linked: LinkedZoom, session: ClassSession, wim: User, who: str) -> None:
    with pytest.raises(NoSubstitute):
        ask(
            session=session,
            seen_version=1,
            teacher=wim,
            by=getattr(linked.school, who),
            now=linked.now,
        )


def test_nobody_answers_for_another(linked: LinkedZoom, session: ClassSession, wim: User, olu: User) -> None:
    row = asked(linked, session, wim)

    for person in (olu, linked.school.tariq, linked.school.ada):
        with pytest.raises(Changed):
            accept(row=row, seen_version=1, by=person, now=linked.now)
        with pytest.raises(Changed):
            decline(row=row, by=person, now=linked.now)
    assert state_of(session) == [("Wim", "asked")]


def test_a_substitute_who_falls_out_is_followed_by_another(
    linked: LinkedZoom, session: ClassSession, wim: User, olu: User
) -> None:
    given = taken(linked, session, olu)
    again = taken(linked, given, wim)

    assert again.teacher == wim
    assert state_of(session) == [("Olu", "ended"), ("Wim", "accepted")]
    assert Substitution.objects.get(state="accepted").absent == linked.school.tariq
    assert standing(linked, olu, session) is None
    assert claims(linked) == (["Wim"], ["wim"])


def test_her_right_follows_a_class_that_is_moved(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    given = taken(linked, session, wim)
    edit = Edit(starts_at=session.starts_at + timedelta(days=10))
    change_class(session=given, seen_version=given.version, edit=edit, by=linked.school.tariq, now=linked.now)

    assert settle_due(linked.now)["prolonged"] == 1
    assert settle_due(linked.now)["prolonged"] == 0

    right = Assignment.objects.get(only_for=session.uid, closed_at=None)
    assert right.until_at == ClassSession.objects.get(pk=session.pk).ends_at + LASTS


def test_it_stands_in_the_log_who_took_what_for_whom(
    linked: LinkedZoom, session: ClassSession, wim: User
) -> None:
    taken(linked, session, wim)

    verbs = list(AuditEntry.objects.filter(verb__startswith="substitute").order_by("pk").values_list("verb"))
    assert verbs == [("substitute.asked",), ("substitute.took",)]
