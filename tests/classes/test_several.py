"""Several chosen classes moved or cancelled as one: all or none, told once, undone together."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from eduraise.accounts.models import User
from eduraise.classes.announce import announce_due
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import Change, ChangeSet, ClassSession, TeacherClaim
from eduraise.classes.scheduling import schedule_class
from eduraise.classes.several import (
    Chosen,
    NothingPicked,
    SomeRefused,
    cancel_several,
    move_several,
    undo_several,
)
from eduraise.classes.undoing import TooLate
from eduraise.notifications.models import Message
from eduraise.notifications.registry import kind_of
from eduraise.programs.models import Program
from eduraise.ui import times
from eduraise.zoom.models import HostClaim, ZoomOperation
from tests.linked import LinkedZoom

pytestmark = pytest.mark.django_db
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def zoom(linked: LinkedZoom) -> LinkedZoom:
    linked.connect(linked.school.tariq)
    assert linked.school.sana.pk
    return linked


def book(zoom: LinkedZoom, days: int, hour: int = 10, **more: Any) -> ClassSession:
    """A class of Tariq's so many days ahead."""
    start = (zoom.now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
    values: dict[str, Any] = {"program": zoom.school.program, "teacher": zoom.school.tariq} | more
    draft = ClassDraft(
        topic=f"In {days} days at {hour}", starts_at=start, duration=HOUR, zone="Europe/Madrid", **values
    )
    return schedule_class(by=values["teacher"], draft=draft, now=zoom.now)


def settle(zoom: LinkedZoom) -> None:
    for _turn in range(3):
        zoom.push()
        zoom.advance(seconds=11)
    announce_due(zoom.now)


@pytest.fixture
def classes(zoom: LinkedZoom) -> list[ClassSession]:
    """Three on as many days, at Zoom and told."""
    made = [book(zoom, days) for days in (3, 4, 6)]
    settle(zoom)
    Message.objects.all().delete()
    return [again(one) for one in made]


def again(session: ClassSession) -> ClassSession:
    return ClassSession.objects.select_related(
        "teacher", "program__class_settings", "occurrence__meeting__host"
    ).get(pk=session.pk)


def chosen(sessions: list[ClassSession], how_far: timedelta | None = None) -> list[Chosen]:
    rows = [again(one) for one in sessions]
    return [Chosen(one, one.version, one.starts_at + how_far if how_far else None) for one in rows]


def starts() -> list[datetime]:
    return list(ClassSession.objects.order_by("pk").values_list("starts_at", flat=True))


def move(zoom: LinkedZoom, sessions: list[ClassSession], how_far: timedelta, **more: Any) -> ChangeSet:
    values = {"chosen": chosen(sessions, how_far), "by": zoom.school.tariq, "now": zoom.now}
    return move_several(**(values | more))


def letter_to(person: User, now: datetime) -> Any:
    [message] = Message.objects.filter(person=person)
    return kind_of(message.kind).words([message], now)[message.pk]


def test_they_are_moved_here_and_at_zoom_and_everybody_hears_of_it_once(
    zoom: LinkedZoom, classes: list[ClassSession]
) -> None:
    before = starts()
    move(zoom, classes, HOUR, by=zoom.school.ada, message="The hall is taken.")
    assert starts() == [at + HOUR for at in before]
    assert not Message.objects.exists()
    settle(zoom)
    rows = ClassSession.objects.order_by("pk").values_list("occurrence__zoom_starts_at", flat=True)
    assert list(rows) == [at + HOUR for at in before]
    told = Message.objects.order_by("person__name").values_list("person__name", "kind")
    assert list(told) == [("Sana", "class.several_moved"), ("Tariq", "class.several_moved")]
    letter = letter_to(zoom.school.sana, zoom.now)
    assert letter.title == f"3 classes of “{zoom.school.program.title}” moved"
    assert [label for label, _when in letter.facts] == [one.topic for one in classes]
    assert all("; it was " in when for _label, when in letter.facts)
    assert (letter.quote, letter.quote_by) == ("The hall is taken.", "Ada")
    # and each class tells it in its history, and nobody is told again
    assert Change.objects.filter(field="time", message="The hall is taken.").count() == 3
    zoom.advance(minutes=1)
    assert announce_due(zoom.now) == {"classes": 0, "sets": 0, "troubles": 0, "settled": 0}


def test_what_was_told_of_several_stays_as_it_was_told(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    move(zoom, classes, HOUR, by=zoom.school.ada)
    settle(zoom)
    before = letter_to(zoom.school.sana, zoom.now)
    days = [times.day(one.starts_at.date(), zoom.now.date()) for one in classes]
    assert before.sentences[0] == f"{', '.join(days)}: 11:00–12:00, it was 10:00–11:00."
    # whatever is changed of them since
    first = again(classes[0])
    cancel_several(chosen=chosen([first]), by=zoom.school.tariq, now=zoom.now)
    edit = Edit(topic="Otherwise", starts_at=again(classes[1]).starts_at + HOUR)
    change_class(session=again(classes[1]), seen_version=2, edit=edit, by=zoom.school.tariq, now=zoom.now)
    assert letter_to(zoom.school.sana, zoom.now) == before


def test_undone_in_time_nobody_hears_of_it_and_nothing_was_sent(
    zoom: LinkedZoom, classes: list[ClassSession]
) -> None:
    before, sent = starts(), ZoomOperation.objects.filter(state="done").count()
    made = move(zoom, classes, HOUR)
    zoom.advance(seconds=5)
    undo_several(change_set=made, by=zoom.school.tariq, now=zoom.now)
    assert starts() == before
    settle(zoom)
    assert ZoomOperation.objects.filter(state="done").count() == sent
    assert not Message.objects.exists()
    assert TeacherClaim.objects.filter(releases_at__isnull=True).count() == 3
    with pytest.raises(TooLate):
        undo_several(change_set=made, by=zoom.school.tariq, now=zoom.now)


def test_ten_seconds_later_it_is_too_late(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    made = move(zoom, classes, HOUR)
    zoom.advance(seconds=10)
    with pytest.raises(TooLate):
        undo_several(change_set=made, by=zoom.school.tariq, now=zoom.now)
    assert starts() == [one.starts_at + HOUR for one in classes]


def test_one_clash_refuses_all_and_says_which(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    book(zoom, 4, hour=12)
    before = starts()
    with pytest.raises(SomeRefused) as refused:
        move(zoom, classes, 2 * HOUR)
    assert list(refused.value.problems) == [classes[1].code]
    assert "teaches another class then" in refused.value.problems[classes[1].code].message
    assert starts() == before
    assert not ChangeSet.objects.exists()


def test_one_that_changed_meanwhile_refuses_all(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    seen = chosen(classes, HOUR)
    edit = Edit(topic="Another title")
    change_class(session=classes[2], seen_version=1, edit=edit, by=zoom.school.ada, now=zoom.now)
    with pytest.raises(SomeRefused) as refused:
        move_several(chosen=seen, by=zoom.school.tariq, now=zoom.now)
    assert {code: problem.code for code, problem in refused.value.problems.items()} == {
        classes[2].code: "changed"
    }


def test_each_may_go_where_the_next_one_was(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    made = move(zoom, classes[:2], DAY)
    assert starts()[:2] == [classes[1].starts_at, classes[1].starts_at + DAY]
    assert made.tell_at == zoom.now + timedelta(seconds=10)
    with pytest.raises(TooLate):
        undo_several(change_set=made, by=zoom.school.tariq, now=zoom.now)
    settle(zoom)
    assert TeacherClaim.objects.count() == HostClaim.objects.count() == 3


def test_they_are_cancelled_and_that_can_be_undone(zoom: LinkedZoom, classes: list[ClassSession]) -> None:
    made = cancel_several(chosen=chosen(classes), by=zoom.school.tariq, now=zoom.now, message="I am ill.")
    assert ClassSession.objects.not_cancelled().count() == 0
    undo_several(change_set=made, by=zoom.school.tariq, now=zoom.now)
    assert ClassSession.objects.not_cancelled().count() == 3
    cancel_several(chosen=chosen(classes), by=zoom.school.tariq, now=zoom.now, message="I am ill.")
    settle(zoom)
    assert list(zoom.sim.meetings) == []
    letter = letter_to(zoom.school.sana, zoom.now)
    assert letter.title == f"3 classes of “{zoom.school.program.title}” are cancelled"
    days = [times.day(one.starts_at.date(), zoom.now.date()) for one in classes]
    short = f"{', '.join(days)}: 10:00–11:00."
    assert (letter.sentences, letter.quote) == ((short, "Tariq has cancelled them."), "I am ill.")
    # who cancelled them needs no message
    assert not Message.objects.filter(person=zoom.school.tariq).exists()


def test_nobody_is_told_of_what_they_never_heard_of(zoom: LinkedZoom) -> None:
    session = book(zoom, 3)
    cancel_several(chosen=chosen([session]), by=zoom.school.tariq, now=zoom.now)
    settle(zoom)
    assert not Message.objects.exists()


def test_of_several_programs_each_reads_only_what_is_theirs(
    zoom: LinkedZoom, classes: list[ClassSession]
) -> None:
    school = zoom.school
    zoom.connect(school.olu)
    other: Program = school.other_program
    school.enrol(stranger := school.person("stranger"), other)
    elsewhere = book(zoom, 5, program=other, teacher=school.olu)
    settle(zoom)
    Message.objects.all().delete()
    move(zoom, [*classes, elsewhere], HOUR, by=school.ada)
    settle(zoom)
    told = Message.objects.order_by("person__name").values_list("person__name", flat=True)
    assert list(told) == ["Olu", "Sana", "Stranger", "Tariq"]
    assert [label for label, _when in letter_to(stranger, zoom.now).facts] == [elsewhere.topic]
    mine = [label for label, _when in letter_to(school.sana, zoom.now).facts]
    assert mine == [one.topic for one in classes]
    assert set(Message.objects.values_list("program_uid", flat=True)) == {None}


def test_what_is_changed_once_more_before_it_was_told_is_told_for_itself(
    zoom: LinkedZoom, classes: list[ClassSession]
) -> None:
    move(zoom, classes, HOUR)
    zoom.advance(seconds=5)
    edit = Edit(topic="Sets and more")
    change_class(session=classes[0], seen_version=2, edit=edit, by=zoom.school.tariq, now=zoom.now)
    settle(zoom)
    told = Message.objects.filter(person=zoom.school.sana).order_by("kind").values_list("kind", flat=True)
    assert list(told) == ["class.changed", "class.several_moved"]


def test_nothing_ticked_is_nothing_done(zoom: LinkedZoom) -> None:
    with pytest.raises(NothingPicked):
        cancel_several(chosen=[], by=zoom.school.tariq, now=zoom.now)
