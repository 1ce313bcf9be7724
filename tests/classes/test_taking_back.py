"""What was done to several classes as one is taken back: within seconds without a trace, and later."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest

from eduraise.accounts.models import User
from eduraise.classes.announce import announce_due
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.handing_together import give_together
from eduraise.classes.models import Change, ChangeSet, ClassSession
from eduraise.classes.queries import for_list, moved_from
from eduraise.classes.scheduling import NotATeacherHere
from eduraise.classes.series_parts import Scope
from eduraise.classes.several import Chosen, move_several
from eduraise.classes.taking_back import cost_of, taking_of, undo_set
from eduraise.classes.together import ClashAmongThem
from eduraise.classes.undoing import TooLate
from eduraise.classes.words import span_words
from eduraise.notifications.models import Message
from eduraise.zoom import api
from eduraise.zoom.models import ZoomOperation
from tests.classes.pages import signed_in, text_of, titles_of
from tests.classes.test_former_meeting import makes_again, makes_none
from tests.classes.test_together import HOUR, again, change, host, move, sessions, settle, starts
from tests.classes.test_together_interrupted import LosesAnswer, come_to_rest
from tests.linked import LinkedZoom
from tests.substitutes.scene import schedule
from tests.truths.claims import nobody_held_twice
from tests.truths.meetings import meetings_stand
from tests.truths.zoom import seen_at

__all__ = ["host", "sessions"]
pytestmark = pytest.mark.django_db
FOLLOWING, ALL = Scope.FOLLOWING, Scope.ALL
type Act = Callable[[LinkedZoom, list[ClassSession]], ChangeSet]


@pytest.fixture
def wim(linked: LinkedZoom) -> User:
    wim = linked.school.teacher("wim")
    linked.school.assign(wim, linked.school.program, preset="lead")
    linked.connect(wim)
    return wim


def moved(scope: Scope) -> Act:
    def act(linked: LinkedZoom, sessions: list[ClassSession]) -> ChangeSet:
        move(linked, sessions[2], scope, timedelta(days=1, hours=1))
        return ChangeSet.objects.latest("pk")

    return act


def renamed_and_moved(linked: LinkedZoom, sessions: list[ClassSession]) -> ChangeSet:
    edit = Edit(topic="Later", starts_at=sessions[2].starts_at + HOUR, duration=2 * HOUR)
    made = change(linked, sessions[2], FOLLOWING, edit)
    assert made
    return made


def recorded(scope: Scope) -> Act:
    def act(linked: LinkedZoom, sessions: list[ClassSession]) -> ChangeSet:
        made = change(linked, sessions[3], scope, Edit(chosen={"auto_recording": "cloud"}, topic="Seen"))
        assert made
        return made

    return act


def given(linked: LinkedZoom, sessions: list[ClassSession]) -> ChangeSet:
    return give_together(
        session=again(sessions[1]),
        seen_version=1,
        scope=FOLLOWING,
        teacher=User.objects.get(name="Wim"),
        by=linked.school.ada,
        now=linked.now,
    )


def each_where_the_next_was(linked: LinkedZoom, sessions: list[ClassSession]) -> ChangeSet:
    chosen = [Chosen(again(one), 1, one.starts_at + timedelta(weeks=1)) for one in sessions[:3]]
    chosen.append(Chosen(again(sessions[3]), 1, sessions[3].starts_at + 2 * HOUR))
    return move_several(chosen=chosen, by=linked.school.tariq, now=linked.now)


def an_hour_later(linked: LinkedZoom, sessions: list[ClassSession]) -> ChangeSet:
    chosen = [Chosen(again(one), 1, one.starts_at + HOUR) for one in sessions[1:4]]
    return move_several(chosen=chosen, by=linked.school.tariq, now=linked.now)


ACTS = {
    "moved, following": moved(FOLLOWING),
    "moved, all": moved(ALL),
    "renamed and moved": renamed_and_moved,
    "settings, following": recorded(FOLLOWING),
    "settings, all": recorded(ALL),
    "given": given,
    "each where the next was": each_where_the_next_was,
    "chosen": an_hour_later,
}
each_act = pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
# those that take several calls to be taken back, by how many
INTERRUPTED = [
    ("moved, following", 0),
    ("moved, following", 1),
    ("moved, all", 0),
    ("given", 0),
    ("given", 1),
]
INTERRUPTED += [("settings, all", 0), ("chosen", 0), ("chosen", 2)]


def values(sessions: list[ClassSession]) -> list[tuple[object, ...]]:
    found = [again(one) for one in sessions]
    return [
        (one.starts_at, one.ends_at, one.topic, one.teacher.name, one.chosen_settings["auto_recording"])
        for one in found
    ]


def true(linked: LinkedZoom) -> None:
    assert list(meetings_stand(seen_at(linked.sim))) == []
    assert list(nobody_held_twice(linked.now)) == []
    assert not ZoomOperation.objects.filter(state__in=("pending", "calling", "unknown", "failed")).exists()


def told(linked: LinkedZoom) -> None:
    """Time passes, Zoom has it, people heard of it."""
    settle(linked)
    announce_due(linked.now)


def undo(linked: LinkedZoom, made: ChangeSet, by: User | None = None) -> int:
    fresh = ChangeSet.objects.get(pk=made.pk)
    return undo_set(change_set=fresh, by=by or linked.school.ada, now=linked.now)


@each_act
def test_within_seconds_it_is_as_if_nothing_had_been(
    linked: LinkedZoom, sessions: list[ClassSession], wim: User, act: Act
) -> None:
    before, numbers, calls = values(sessions), linked.numbers(), len(linked.sim.calls)
    Message.objects.all().delete()
    made = act(linked, sessions)
    assert values(sessions) != before
    linked.advance(seconds=5)
    linked.push()
    undo(linked, made)
    assert values(sessions) == before
    told(linked)

    assert values(sessions) == before
    assert linked.numbers() == numbers
    assert [call for call in linked.sim.calls[calls:] if call["method"] != "GET"] == []
    assert not Message.objects.exists()
    assert not Change.objects.filter(undone_at=None).exists()
    true(linked)


@each_act
def test_later_it_is_changed_back_told_once_and_stands_in_the_history(
    linked: LinkedZoom, sessions: list[ClassSession], wim: User, act: Act
) -> None:
    before = values(sessions)
    made = act(linked, sessions)
    told(linked)
    Message.objects.all().delete()
    number = undo(linked, made)
    told(linked)

    assert number == len(set(made.changes.values_list("session", flat=True)))
    assert values(sessions) == before
    heard = Message.objects.filter(person=linked.school.sana)
    assert [message.kind for message in heard] == [f"class.several_{made.kind}"]
    titles = titles_of(again(sessions[3]), linked.school.tariq, linked.now)
    assert "aken back" in titles[0]
    true(linked)


@pytest.mark.parametrize(("act", "place"), INTERRUPTED)
def test_whichever_answer_gets_lost_all_agree_in_the_end(
    linked: LinkedZoom, sessions: list[ClassSession], wim: User, act: str, losing: LosesAnswer
) -> None:
    before = values(sessions)
    made = ACTS[act](linked, sessions)
    told(linked)
    api.install(losing)
    undo(linked, made)
    come_to_rest(linked)

    assert len(losing.lost) == 1
    assert values(sessions) == before
    true(linked)


@pytest.fixture
def losing(linked: LinkedZoom, place: int) -> Iterator[LosesAnswer]:
    yield LosesAnswer(linked.sim.transport, place)
    api.install(None)


def test_as_long_as_zoom_made_no_other_meeting_they_go_back_to_their_own(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    numbers = linked.numbers()
    makes_none(linked)
    made = moved(FOLLOWING)(linked, sessions)
    for _turn in range(8):
        linked.advance(minutes=10)
        linked.push()
    announce_due(linked.now)
    undo(linked, made)
    makes_again(linked)
    settle(linked)

    assert linked.numbers() == numbers
    assert starts(linked) == [one.starts_at for one in sessions]
    true(linked)


@pytest.mark.parametrize("wait", [5, 3600])
def test_a_date_that_lay_elsewhere_lies_there_again(
    linked: LinkedZoom, sessions: list[ClassSession], wait: int
) -> None:
    edit = Edit(starts_at=sessions[4].starts_at + 5 * HOUR)
    change_class(session=sessions[4], seen_version=1, edit=edit, by=linked.school.tariq, now=linked.now)
    told(linked)
    before = values(sessions)
    made = moved(FOLLOWING)(linked, sessions)
    linked.advance(seconds=wait)
    linked.push()
    announce_due(linked.now)
    undo(linked, made)
    told(linked)

    assert values(sessions) == before
    true(linked)


def test_what_changed_since_or_has_begun_is_refused_with_the_reason(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    made = moved(FOLLOWING)(linked, sessions)
    told(linked)
    linked.advance(weeks=5)
    with pytest.raises(TooLate, match="has begun"):
        undo(linked, made)
    one = again(sessions[5])
    change_class(session=one, seen_version=2, edit=Edit(topic="X"), by=linked.school.tariq, now=linked.now)
    with pytest.raises(TooLate, match="was changed since"):
        undo(linked, made)


def test_an_hour_that_is_taken_by_now_names_its_day_and_nothing_is_done(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    made = moved(FOLLOWING)(linked, sessions)
    told(linked)
    there = values(sessions)
    schedule(linked, linked.school.tariq, starts_at=sessions[4].starts_at)
    with pytest.raises(ClashAmongThem, match="another class then"):
        undo(linked, made)
    assert ChangeSet.objects.get(pk=made.pk).undone_at is None
    assert values(sessions) == there


def test_it_is_undone_once(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    made = moved(ALL)(linked, sessions)
    undo(linked, made)
    with pytest.raises(TooLate, match="undone already"):
        undo(linked, made)


def test_nobody_gets_classes_back_who_holds_none_any_more(
    linked: LinkedZoom, sessions: list[ClassSession], wim: User
) -> None:
    made = given(linked, sessions)
    linked.school.tariq.assignments.update(until_at=linked.now)
    with pytest.raises(NotATeacherHere, match="Tariq holds no classes here any more"):
        undo(linked, made)


def test_the_cost_stands_on_its_page_first_and_the_class_leads_there(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    made = moved(FOLLOWING)(linked, sessions)
    told(linked)
    one, address = sessions[4].code, f"/classes/several/changes/{made.uid}/undo/"
    tariq = signed_in(linked.school.tariq)
    assert f'href="{address}?back=/classes/{one}/"' in tariq.get(f"/classes/{one}/").content.decode()
    said = text_of(tariq.get(address))
    assert "Put 4 classes back?" in said
    assert "1 student gets one message." in said
    assert signed_in(linked.school.sana).get(address).status_code == 404
    assert signed_in(linked.school.olu).get(address).status_code == 404
    cost = cost_of(taking_of(ChangeSet.objects.get(pk=made.pk), linked.now))
    assert (cost.classes, cost.told.told, cost.has_split) == (4, 1, True)

    answer = tariq.post(address, {"back": f"/classes/{one}/"}, follow=True)
    assert "4 classes are as they were." in answer.content.decode()
    assert "Take it back" not in answer.content.decode()
    assert "This was undone already." in text_of(tariq.get(address))


def test_a_move_that_was_taken_back_is_none_in_lists_and_says_so_in_the_history(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    made = an_hour_later(linked, sessions)
    told(linked)
    client, address = signed_in(linked.school.sana), f"/classes/{sessions[1].code}/"
    assert "moved from" in text_of(client.get(address))
    undo(linked, made)
    told(linked)
    assert "moved from" not in text_of(client.get(address))
    assert moved_from(for_list(ClassSession.objects.filter(pk=sessions[1].pk), linked.now).get()) is None
    [title, *_rest] = titles_of(again(sessions[1]), linked.school.tariq, linked.now)
    starts = sessions[1].starts_at
    was, now = (span_words(at, at + HOUR, linked.now) for at in (starts + HOUR, starts))
    assert title == f"Move to {was} taken back: again {now}"
