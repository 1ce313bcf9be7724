"""A cancelled class is held after all: one, those of a set, or a series; until its hour has come."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest

from eduraise.accounts.models import User
from eduraise.classes.announce import announce_due
from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import ClassOver, Edit, change_class
from eduraise.classes.models import ChangeSet, ClassSession
from eduraise.classes.restoring import JustCancelled, NotCancelled, calls_of, restore_classes
from eduraise.classes.scheduling import NotATeacherHere, ProgramOver
from eduraise.classes.series_parts import Scope
from eduraise.classes.several import Chosen, SomeRefused, cancel_several
from eduraise.classes.together import cancel_part
from eduraise.core.codes import new_uid
from eduraise.notifications.models import Message
from eduraise.notifications.registry import kind_of
from eduraise.programs.actions import archive_program
from eduraise.programs.models import Assignment, Program
from eduraise.zoom import api
from eduraise.zoom.claims import HostBusy, claim_host
from eduraise.zoom.models import ZoomOperation, ZoomUser
from tests.classes.pages import signed_in, text_of, titles_of
from tests.classes.test_together import HOUR, again, host, sessions, settle
from tests.classes.test_together_interrupted import LosesAnswer, come_to_rest
from tests.linked import LinkedZoom
from tests.substitutes.scene import schedule
from tests.truths.claims import nobody_held_twice
from tests.truths.meetings import meetings_stand
from tests.truths.zoom import seen_at

__all__ = ["host", "sessions"]
pytestmark = pytest.mark.django_db
type Act = Callable[[LinkedZoom, list[ClassSession]], Sequence[ClassSession]]
RESTORE = "/classes/several/restoration/"


def one(linked: LinkedZoom, sessions: list[ClassSession]) -> Sequence[ClassSession]:
    row = again(sessions[2])
    cancel_class(session=row, seen_version=row.version, by=linked.school.tariq, now=linked.now)
    return [row]


def chosen(linked: LinkedZoom, sessions: list[ClassSession]) -> Sequence[ClassSession]:
    rows = [again(sessions[number]) for number in (0, 1, 4)]
    picked = [Chosen(row, row.version) for row in rows]
    cancel_several(chosen=picked, by=linked.school.tariq, now=linked.now)
    return rows


def part(number: int, scope: Scope) -> Act:
    def act(linked: LinkedZoom, sessions: list[ClassSession]) -> Sequence[ClassSession]:
        row = again(sessions[number])
        what: dict[str, Any] = {"by": linked.school.tariq, "now": linked.now, "scope": scope}
        made = cancel_part(session=row, seen_version=row.version, **what)
        return list(ClassSession.objects.filter(changes__change_set=made).order_by("starts_at"))

    return act


ACTS = {
    "one": one,
    "chosen": chosen,
    "following": part(2, Scope.FOLLOWING),
    "all": part(0, Scope.ALL),
}
each_act = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)


def off(linked: LinkedZoom, act: Act, sessions: list[ClassSession]) -> list[ClassSession]:
    """They are cancelled, Zoom has removed them, everybody was told."""
    gone = act(linked, sessions)
    settle(linked)
    announce_due(linked.now)
    return [again(row) for row in gone]


def restore(linked: LinkedZoom, rows: Sequence[ClassSession], **more: Any) -> list[ClassSession]:
    fresh = [again(row) for row in rows]
    picked = [Chosen(row, row.version) for row in fresh]
    return restore_classes(**({"chosen": picked, "by": linked.school.ada, "now": linked.now} | more))


def refused(linked: LinkedZoom, rows: Sequence[ClassSession]) -> Any:
    with pytest.raises(SomeRefused) as problem:
        restore(linked, rows)
    [why] = {type(each): each for each in problem.value.problems.values()}.values()
    return why


def true(linked: LinkedZoom) -> None:
    assert list(meetings_stand(seen_at(linked.sim))) == []
    assert list(nobody_held_twice(linked.now)) == []
    assert not ZoomOperation.objects.filter(state__in=("pending", "calling", "unknown", "failed")).exists()


def letters_to(person: User, now: Any) -> list[Any]:
    found = Message.objects.filter(person=person).order_by("pk")
    return [kind_of(message.kind).words([message], now)[message.pk] for message in found]


@each_act
def test_they_are_held_again_behind_the_same_links_and_told_once(
    linked: LinkedZoom, sessions: list[ClassSession], act: Act
) -> None:
    gone = off(linked, act, sessions)
    Message.objects.all().delete()
    restore(linked, gone, message="The hall is ours again.")
    settle(linked)
    announce_due(linked.now)

    back = [again(row) for row in gone]
    assert all(row.cancelled_at is None and not row.cancel_message for row in back)
    assert [(row.code, row.uid, row.starts_at) for row in back] == [
        (row.code, row.uid, row.starts_at) for row in gone
    ]
    true(linked)
    told = letters_to(linked.school.sana, linked.now)
    assert len(told) == 1
    assert "eld after all" in told[0].title
    assert (told[0].quote, told[0].quote_by) == ("The hall is ours again.", "Ada")
    titles = titles_of(back[0], linked.school.tariq, linked.now)
    assert titles[:2] == ["Restored: it is held after all", "Cancelled"]


@each_act
def test_it_takes_as_many_calls_as_were_said(
    linked: LinkedZoom, sessions: list[ClassSession], act: Act
) -> None:
    gone = off(linked, act, sessions)
    said, before = calls_of(gone), len(linked.sim.calls)
    restore(linked, gone)
    settle(linked)
    writes = [call for call in linked.sim.calls[before:] if call["method"] != "GET"]
    assert len(writes) == said
    assert said == {1: 1, 3: 3, 4: 1, 6: 1}[len(gone)]


def test_a_whole_series_is_the_same_series_again(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    series = sessions[0].series_id
    gone = off(linked, part(0, Scope.ALL), sessions)
    restore(linked, gone)
    settle(linked)
    assert {again(row).series_id for row in gone} == {series}
    assert len(linked.numbers()) == 1


@pytest.mark.parametrize(("act", "place"), [("one", 0), ("chosen", 1), ("all", 0)])
def test_whichever_answer_gets_lost_all_agree_in_the_end(
    linked: LinkedZoom, sessions: list[ClassSession], act: str, losing: LosesAnswer
) -> None:
    gone = off(linked, ACTS[act], sessions)
    api.install(losing)
    restore(linked, gone)
    come_to_rest(linked)
    assert len(losing.lost) == 1
    true(linked)


@pytest.fixture
def losing(linked: LinkedZoom, place: int) -> Iterator[LosesAnswer]:
    yield LosesAnswer(linked.sim.transport, place)
    api.install(None)


def test_calendars_have_the_same_entry_with_a_higher_sequence(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    client = signed_in(linked.school.sana)

    def entry() -> dict[str, str]:
        lines = client.get(f"/classes/{sessions[2].code}/calendar.ics").content.decode().splitlines()
        return dict(line.split(":", 1) for line in lines if line.startswith(("UID:", "SEQUENCE:", "STATUS:")))

    before = entry()
    gone = off(linked, one, sessions)
    restore(linked, gone)
    settle(linked)
    after = entry()
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["STATUS"] == "CONFIRMED"


def test_who_has_not_heard_that_it_is_off_hears_nothing(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    one(linked, sessions)
    linked.advance(seconds=11)  # nobody was told in that time: the worker was away
    restore(linked, [sessions[2]])
    settle(linked)
    announce_due(linked.now)
    assert not Message.objects.filter(person=linked.school.sana).exists()
    true(linked)


def test_of_a_set_that_nobody_heard_of_the_rest_is_told(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    rows = chosen(linked, sessions)
    linked.advance(seconds=11)
    restore(linked, rows[:1])
    settle(linked)
    announce_due(linked.now)
    [letter] = letters_to(linked.school.sana, linked.now)
    assert letter.title.startswith("2 classes of ")


def test_not_once_its_hour_has_come(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    gone = off(linked, one, sessions)
    linked.school.clock.set(gone[0].starts_at)
    why = refused(linked, gone)
    assert isinstance(why, ClassOver)
    assert why.message == "Its hour has come already. Schedule a new class."


def test_not_while_it_can_still_be_undone_and_not_what_is_held(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    assert isinstance(refused(linked, one(linked, sessions)), JustCancelled)
    assert isinstance(refused(linked, [sessions[0]]), NotCancelled)


def test_an_hour_that_somebody_took_meanwhile_is_named_and_nothing_is_done(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    gone = off(linked, chosen, sessions)
    schedule(linked, linked.school.tariq, starts_at=gone[1].starts_at)
    why = refused(linked, gone)
    assert why.message.startswith("Tariq teaches another class then")
    assert all(again(row).cancelled_at for row in gone)


def test_a_zoom_that_was_taken_meanwhile_is_named(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    [gone] = off(linked, one, sessions)
    host = ZoomUser.objects.get()
    claim_host(host=host, starts_at=gone.starts_at, ends_at=gone.ends_at, held_for=new_uid(), now=linked.now)
    page = text_of(signed_in(linked.school.tariq).get(f"{RESTORE}?pick={gone.code}"))
    assert "This Zoom account hosts another class at that time." in page
    assert isinstance(refused(linked, [gone]), HostBusy)


def test_not_for_whoever_holds_no_classes_here_any_more(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    gone = off(linked, one, sessions)
    Assignment.objects.filter(person=linked.school.tariq).update(until_at=linked.now)
    why = refused(linked, gone)
    assert isinstance(why, NotATeacherHere)
    assert why.message.startswith("Tariq holds no classes here any more.")


def test_not_in_a_program_that_is_archived(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    gone = off(linked, one, sessions)
    archive_program(program=linked.school.program, by=linked.school.ada, now=linked.now)
    with pytest.raises(ProgramOver):
        restore(linked, gone)


def test_a_page_says_what_it_takes_and_does_it(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    Program.objects.update(guidelines="Bring paper.")
    assert "How to take part" in text_of(signed_in(linked.school.tariq).get(f"/classes/{sessions[0].code}/"))
    gone = off(linked, chosen, sessions)
    client = signed_in(linked.school.tariq)
    detail = client.get(f"/classes/{gone[0].code}/")
    said = text_of(detail)
    assert "Say something to students" not in said
    assert "How to take part" not in said
    assert f"{RESTORE}?pick={gone[0].code}" in detail.content.decode()
    made = ChangeSet.objects.get()
    undo = f"/classes/several/changes/{made.uid}/undo/"
    assert undo in detail.content.decode()
    page = client.get(undo, follow=True)
    said = text_of(page)
    assert "Restore 3 classes?" in said
    assert "1 student gets one message. It takes 3 changes at Zoom." in said
    codes = [row.code for row in gone]
    versions = {f"version-{row.code}": row.version for row in gone}
    answer = client.post(RESTORE, {"pick": codes, "shown": codes, "back": "/zoom/meetings/"} | versions)
    assert (answer.status_code, answer["Location"]) == (302, "/zoom/meetings/")
    assert "3 classes are held after all." in client.get("/zoom/meetings/").content.decode()
    assert not ClassSession.objects.filter(cancelled_at__isnull=False).exists()


def test_the_page_leaves_out_those_with_which_it_cant_be_done(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    gone = off(linked, chosen, sessions)
    schedule(linked, linked.school.tariq, starts_at=gone[1].starts_at + HOUR / 2)
    made = ChangeSet.objects.get()
    client = signed_in(linked.school.tariq)
    page = text_of(client.get(f"/classes/several/changes/{made.uid}/undo/", follow=True))
    assert "Restore 2 classes?" in page
    assert "Tariq teaches “Sets” then" in page


def test_an_undo_that_came_too_late_leads_to_that_page(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    [gone] = off(linked, one, sessions)
    client = signed_in(linked.school.tariq)
    answer = client.post(f"/classes/{gone.code}/changes/{gone.version}/undo/", follow=True)
    assert "Restore 1 class?" in text_of(answer)


def test_students_and_those_who_may_not_cancel_are_not_offered_it(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    [gone] = off(linked, one, sessions)
    for person in (linked.school.sana, linked.school.tove):
        assert RESTORE not in signed_in(person).get(f"/classes/{gone.code}/").content.decode()
    assert signed_in(linked.school.sana).get(f"{RESTORE}?pick={gone.code}").status_code == 404
    assert signed_in(linked.school.tove).get(f"{RESTORE}?pick={gone.code}").status_code == 404


def test_one_that_lay_elsewhere_comes_back_there(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    row = again(sessions[3])
    edit = Edit(starts_at=row.starts_at + timedelta(days=1))
    change_class(session=row, seen_version=row.version, edit=edit, by=linked.school.tariq, now=linked.now)
    settle(linked)
    announce_due(linked.now)
    gone = off(linked, part(0, Scope.ALL), sessions)
    assert calls_of(gone) == 2
    restore(linked, gone)
    settle(linked)
    true(linked)
    assert again(sessions[3]).starts_at == sessions[3].starts_at + timedelta(days=1)
