"""This class and all that follow, or all that are to come: moved or cancelled together, told once."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from django.utils import timezone

from eduraise.classes.announce import announce_due
from eduraise.classes.being_there import NotThere
from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.handing import hand_over
from eduraise.classes.handing_together import give_together
from eduraise.classes.models import ChangeSet, ClassSession, Series, TeacherClaim
from eduraise.classes.rules import OutsideHours
from eduraise.classes.scheduling import NotATeacherHere
from eduraise.classes.serial import DatedClass
from eduraise.classes.series_parts import NotASeries, Scope, parts_of
from eduraise.classes.several import undo_several
from eduraise.classes.together import ClashAmongThem, cancel_part, change_together
from eduraise.classes.words import when_words
from eduraise.core.errors import Changed
from eduraise.notifications.models import Message
from eduraise.notifications.registry import kind_of
from eduraise.ui import times
from eduraise.zoom.models import HostClaim, ZoomMeeting, ZoomOperation, ZoomUser
from tests.classes.series import ZONE, at, plan, thursdays
from tests.linked import LinkedZoom
from tests.programs.stated import THURSDAY, off, states
from tests.zoom.test_series import work

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
FRIDAY = 5
FOLLOWING, ALL = Scope.FOLLOWING, Scope.ALL


@pytest.fixture
def host(linked: LinkedZoom) -> ZoomUser:
    return linked.connect(linked.school.tariq)


@pytest.fixture
def sessions(linked: LinkedZoom, host: ZoomUser) -> list[ClassSession]:
    """Six Thursdays at ten, at Zoom and told."""
    assert linked.school.sana.pk
    result = plan(linked.school, thursdays(linked.school, 6))
    work(linked)
    ClassSession.objects.update(told_booked=True, told_version=1)
    return [again(session) for _on, session in sorted(result.booked.items())]


@pytest.mark.parametrize(
    ("number", "dated", "rest"), [(20, 20, []), (22, 20, ["And 2 more"])], ids=["all", "until"]
)
def test_a_message_dates_them_all_or_says_until_when(
    linked: LinkedZoom, host: ZoomUser, number: int, dated: int, rest: list[str]
) -> None:
    assert linked.school.sana.pk
    booked = plan(linked.school, thursdays(linked.school, number)).booked
    work(linked)
    ClassSession.objects.update(told_booked=True, told_version=1)
    sessions = [session for _on, session in sorted(booked.items())]
    move(linked, sessions[0], ALL, HOUR)
    linked.advance(seconds=11)
    announce_due(linked.now)
    message = Message.objects.get(person=linked.school.sana)
    with timezone.override(ZONE):
        letter = kind_of(message.kind).words([message], linked.now)[message.pk]
        last_when = when_words(again(sessions[-1]), linked.now)
    days = [times.day(one.starts_at.date(), linked.now.date()) for one in (sessions[0], sessions[-1])]
    short = f"{days[0]} to {days[1]}: 11:00–12:00, it was 10:00–11:00."
    assert letter.sentences == (short, "All links stay the same.")
    labels = [label for label, _words in letter.facts]
    assert labels == [session.topic for session in sessions[:dated]] + rest
    assert last_when in letter.facts[-1][1]
    assert letter.facts[-1][1].startswith("until ") == bool(rest)


def again(session: ClassSession) -> ClassSession:
    return ClassSession.objects.select_related(
        "teacher", "program", "series__meeting", "occurrence__meeting__host"
    ).get(pk=session.pk)


def move(
    linked: LinkedZoom,
    session: ClassSession,
    scope: Scope,
    how_far: timedelta,
    despite: str | None = None,
    **more: Any,
) -> list[ClassSession]:
    """Move it so far with others; those that were."""
    edit = Edit(starts_at=session.starts_at + how_far, despite=despite)
    made = change(linked, session, scope, edit, **more)
    assert made
    moved = ClassSession.objects.filter(changes__change_set=made, changes__field="time")
    return list(moved.order_by("original_on"))


def change(
    linked: LinkedZoom, session: ClassSession, scope: Scope, edit: Edit, **more: Any
) -> ChangeSet | None:
    values = {
        "session": again(session),
        "seen_version": again(session).version,
        "scope": scope,
        "edit": edit,
        "by": linked.school.tariq,
        "now": linked.now,
    }
    return change_together(**(values | more))


def settle(linked: LinkedZoom) -> None:
    """Let the worker go on: the new series first, then the end of the former one."""
    for _turn in range(6):
        linked.push()
        linked.advance(seconds=11)
    linked.advance(minutes=10)
    work(linked)


def starts(linked: LinkedZoom) -> list[Any]:
    """When Zoom holds what, in all its meetings, by our reading of it."""
    rows = ClassSession.objects.not_cancelled().select_related("occurrence__meeting").order_by("starts_at")
    assert all(row.occurrence and row.occurrence.is_at_zoom for row in rows)
    return [row.occurrence.zoom_starts_at for row in rows if row.occurrence]


def at_zoom(linked: LinkedZoom) -> int:
    """How many dates stand at Zoom, in all meetings."""
    number = 0
    with linked.sim.client(ZoomUser.objects.get().access_token) as client:
        for meeting in linked.sim.meetings:
            answer = client.get(f"/v2/meetings/{meeting['id']}").json()
            dates = answer.get("occurrences", [{"status": "available"}])
            number += sum(one["status"] == "available" for one in dates)
    return number


def test_this_and_following_move_and_those_before_stay(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    moved = move(linked, sessions[2], FOLLOWING, timedelta(days=1, hours=1))
    assert [again(one).pk for one in moved] == [one.pk for one in sessions[2:]]
    settle(linked)
    expected = [one.starts_at for one in sessions[:2]]
    expected += [one.starts_at + timedelta(days=1, hours=1) for one in sessions[2:]]
    assert starts(linked) == expected
    assert at_zoom(linked) == 6
    assert len(linked.sim.meetings) == 2
    assert [again(one).code for one in sessions] == [one.code for one in sessions]
    new = again(sessions[2]).series
    assert new
    assert new.continues == again(sessions[0]).series
    assert TeacherClaim.objects.count() == HostClaim.objects.count() == 6


def test_all_that_are_to_come_move_to_a_meeting_that_takes_the_formers_place(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    move(linked, sessions[3], ALL, -2 * HOUR)
    settle(linked)
    assert starts(linked) == [one.starts_at - 2 * HOUR for one in sessions]
    assert len(linked.sim.meetings) == 1
    assert ZoomMeeting.objects.filter(gone_at__isnull=True).count() == 1


def test_a_week_later_each_goes_where_the_next_one_was(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    move(linked, sessions[0], FOLLOWING, timedelta(weeks=1))
    settle(linked)
    assert starts(linked) == [at(on) for on in thursdays(linked.school, 7)[1:]]


def test_what_somebody_had_put_elsewhere_stays_there_and_what_is_cancelled_stays_cancelled(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    by = linked.school.tariq
    apart = change_class(
        session=sessions[4],
        seen_version=1,
        edit=Edit(starts_at=sessions[4].starts_at + 5 * HOUR),
        by=by,
        now=linked.now,
    )
    cancel_class(session=sessions[3], seen_version=1, by=by, now=linked.now)
    work(linked)
    moved = move(linked, sessions[1], FOLLOWING, HOUR)
    assert [one.pk for one in moved] == [sessions[place].pk for place in (1, 2, 5)]
    settle(linked)
    shifted = [sessions[place].starts_at + HOUR for place in (1, 2, 5)]
    assert starts(linked) == sorted([sessions[0].starts_at, apart.starts_at, *shifted])
    assert at_zoom(linked) == 5


def test_people_hear_of_it_once_and_undecided_ones_not_at_all(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    Message.objects.all().delete()
    move(linked, sessions[1], FOLLOWING, HOUR, by=linked.school.ada, message="The hall is taken.")
    settle(linked)
    announce_due(linked.now)
    told = Message.objects.order_by("person__name").values_list("person__name", "kind")
    assert list(told) == [("Sana", "class.several_moved"), ("Tariq", "class.several_moved")]


def test_one_clash_refuses_all_and_names_its_day(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    day = thursdays(linked.school, 6)[3]
    plan(linked.school, [day], local_start=time(11), classes=[DatedClass(day, at(day, time(11)), "Extra")])
    with pytest.raises(ClashAmongThem, match="another class then"):
        move(linked, sessions[0], FOLLOWING, HOUR)
    assert [again(one).starts_at for one in sessions] == [one.starts_at for one in sessions]
    assert Series.objects.count() == 1


def test_what_the_program_doesnt_allow_is_refused_as_for_one(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    rules = linked.school.program.class_settings
    rules.weekdays = 0b0001000  # Thursdays
    rules.save()
    with pytest.raises(OutsideHours):
        move(linked, sessions[0], FOLLOWING, timedelta(days=1))


def test_a_stale_page_changes_nothing(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    with pytest.raises(Changed):
        move(linked, sessions[0], FOLLOWING, HOUR, seen_version=0)


def test_the_last_one_alone_is_changed_alone(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    with pytest.raises(NotASeries, match="Only this class is meant"):
        move(linked, sessions[-1], FOLLOWING, HOUR)


def test_a_class_by_itself_is_no_series(linked: LinkedZoom, host: ZoomUser) -> None:
    [session] = plan(linked.school, thursdays(linked.school, 1)).booked.values()
    with pytest.raises(NotASeries):
        move(linked, session, FOLLOWING, HOUR)


@pytest.mark.parametrize(("scope", "left"), [(FOLLOWING, 2), (ALL, 0)])
def test_several_are_cancelled_together_and_told_once(
    linked: LinkedZoom, sessions: list[ClassSession], scope: Scope, left: int
) -> None:
    Message.objects.all().delete()
    cancel_part(
        session=sessions[2],
        seen_version=1,
        scope=scope,
        by=linked.school.ada,
        now=linked.now,
        message="The term ends earlier.",
    )
    settle(linked)
    assert ClassSession.objects.not_cancelled().count() == left
    assert at_zoom(linked) == left
    announce_due(linked.now)
    told = Message.objects.order_by("person__name").values_list("person__name", "kind")
    assert list(told) == [("Sana", "class.several_cancelled"), ("Tariq", "class.several_cancelled")]
    assert TeacherClaim.objects.exclude(releases_at__lte=linked.now).count() == left
    assert HostClaim.objects.exclude(releases_at__lte=linked.now).count() == left


def test_all_are_undone_even_where_the_whole_series_was_to_go(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    by = linked.school.ada
    made = cancel_part(session=sessions[2], seen_version=1, scope=ALL, by=by, now=linked.now)
    linked.advance(seconds=5)
    undo_several(change_set=made, by=by, now=linked.now)
    settle(linked)
    assert starts(linked) == [one.starts_at for one in sessions]
    assert at_zoom(linked) == 6


def titles(linked: LinkedZoom) -> list[str]:
    return sorted(meeting["topic"] for meeting in linked.sim.meetings)


def test_a_title_for_all_is_zooms_title_too_and_one_call(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    made = change(linked, sessions[2], ALL, Edit(topic="Sets"))
    assert made
    assert ZoomOperation.objects.filter(state="pending").count() == 1
    settle(linked)
    assert titles(linked) == ["Sets"]
    assert {again(one).topic for one in sessions} == {"Sets"}
    assert at_zoom(linked) == 6


def test_a_title_for_all_is_undone_here_and_at_zoom(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    made = change(linked, sessions[2], ALL, Edit(topic="Sets", chosen={"auto_recording": "cloud"}))
    assert made
    linked.advance(seconds=5)
    undo_several(change_set=made, by=linked.school.tariq, now=linked.now)
    settle(linked)
    assert titles(linked) == ["Algebra on Thursdays"]
    assert [again(one).topic for one in sessions] == [one.topic for one in sessions]
    assert {again(one).chosen_settings["auto_recording"] for one in sessions} == {"none"}
    assert [meeting["settings"]["auto_recording"] for meeting in linked.sim.meetings] == ["none"]


def test_settings_of_all_are_changed_in_place_and_those_of_the_following_in_a_meeting_of_their_own(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    change(linked, sessions[2], ALL, Edit(chosen={"mutes_on_entry": False}))
    settle(linked)
    assert [meeting["settings"]["mute_upon_entry"] for meeting in linked.sim.meetings] == [False]
    change(linked, sessions[3], FOLLOWING, Edit(chosen={"auto_recording": "cloud"}))
    settle(linked)
    assert sorted(meeting["settings"]["auto_recording"] for meeting in linked.sim.meetings) == [
        "cloud",
        "none",
    ]
    recorded = [again(one).chosen_settings["auto_recording"] for one in sessions]
    assert recorded == ["none"] * 3 + ["cloud"] * 3
    assert starts(linked) == [one.starts_at for one in sessions]
    assert at_zoom(linked) == 6


def test_a_date_with_settings_of_its_own_keeps_them_in_the_new_meeting(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    by, edit = linked.school.tariq, Edit(chosen={"auto_recording": "cloud"})
    change_class(session=sessions[4], seen_version=1, edit=edit, by=by, now=linked.now)
    settle(linked)
    move(linked, sessions[2], FOLLOWING, HOUR)
    settle(linked)
    row = again(sessions[4]).occurrence
    assert row
    done = row.operations.filter(kind="update_one", state="done")
    assert done.count() == 1
    assert row.wanted_settings == again(sessions[4]).chosen_settings


def test_another_teacher_holds_them_on_her_zoom_and_the_links_stay(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    school = linked.school
    tess = school.teacher("tess")
    school.assign(tess, school.program)
    host = linked.connect(tess)
    Message.objects.all().delete()
    give_together(
        session=again(sessions[2]),
        seen_version=1,
        scope=FOLLOWING,
        teacher=tess,
        by=school.ada,
        now=linked.now,
        message="Tariq is away.",
    )
    settle(linked)
    announce_due(linked.now)
    rows = [again(one) for one in sessions]
    assert [one.teacher.name for one in rows] == ["Tariq"] * 2 + ["Tess"] * 4
    assert [one.occurrence.meeting.host == host for one in rows if one.occurrence] == [False] * 2 + [True] * 4
    assert [one.code for one in rows] == [one.code for one in sessions]
    assert starts(linked) == [one.starts_at for one in sessions]
    claims = TeacherClaim.objects.order_by("starts_at").values_list("teacher__name", flat=True)
    assert list(claims) == ["Tariq"] * 2 + ["Tess"] * 4
    assert HostClaim.objects.filter(host=host).count() == 4
    told = Message.objects.order_by("person__name").values_list("person__name", "kind")
    assert list(told) == [
        ("Sana", "class.several_given"),
        ("Tariq", "class.several_given"),
        ("Tess", "class.several_given"),
    ]
    letters = {
        message.person.name: kind_of(message.kind).words([message], linked.now)[message.pk]
        for message in Message.objects.select_related("person")
    }
    title = school.program.title
    assert letters["Tess"].title == f"You teach 4 more classes of “{title}”"
    assert letters["Sana"].title == f"4 classes of “{title}” have another teacher"
    assert letters["Sana"].sentences[-1] == "Now with Tess. All links stay the same."


def test_a_teacher_who_is_taken_once_takes_none(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    school = linked.school
    tess = school.teacher("tess")
    school.assign(tess, school.program)
    linked.connect(tess)
    day = thursdays(school, 6)[3]
    plan(school, [day], teacher=tess)
    with pytest.raises(ClashAmongThem, match="Tess teaches another class then"):
        give_together(
            session=again(sessions[2]),
            seen_version=1,
            scope=FOLLOWING,
            teacher=tess,
            by=school.ada,
            now=linked.now,
        )
    assert {again(one).teacher.name for one in sessions} == {"Tariq"}


def test_who_teaches_elsewhere_cant_be_given_them(linked: LinkedZoom, sessions: list[ClassSession]) -> None:
    olu = linked.school.olu
    linked.connect(olu)
    with pytest.raises(NotATeacherHere):
        give_together(
            session=again(sessions[2]),
            seen_version=1,
            scope=ALL,
            teacher=olu,
            by=linked.school.ada,
            now=linked.now,
        )


def test_a_series_that_goes_where_its_teacher_is_not_there_is_asked_about(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    states(linked.school.tariq, ZONE, (THURSDAY, "09:00", "12:00"), (FRIDAY, "09:00", "12:00"))
    off(linked.school.tariq, f"{sessions[4].starts_at:%Y-%m-%d}", "2026-12-31", now=linked.now)

    with pytest.raises(NotThere) as asked:
        move(linked, sessions[2], FOLLOWING, timedelta(days=1), "")
    assert asked.value.question.words.startswith("2 of 4 classes: You are off from")
    assert [again(one).version for one in sessions] == [1] * 6

    moved = move(linked, sessions[2], FOLLOWING, timedelta(days=1), asked.value.question.key)
    assert len(moved) == 4


def test_a_class_that_somebody_else_holds_elsewhere_is_no_part_of_them(
    linked: LinkedZoom, sessions: list[ClassSession]
) -> None:
    school = linked.school
    tess = school.teacher("tess")
    school.assign(tess, school.program)
    linked.connect(tess)
    hand_over(session=again(sessions[3]), seen_version=1, teacher=tess, by=school.ada, now=linked.now)
    settle(linked)
    assert parts_of(again(sessions[3]), linked.now) == {}
    with pytest.raises(NotASeries, match="held apart"):
        change(linked, sessions[3], ALL, Edit(topic="Sets"))
    moved = move(linked, sessions[2], FOLLOWING, HOUR)
    assert [one.pk for one in moved] == [sessions[place].pk for place in (2, 4, 5)]
    settle(linked)
    expected = [one.starts_at for one in sessions]
    for place in (2, 4, 5):
        expected[place] += HOUR
    assert starts(linked) == expected
    assert again(sessions[3]).teacher == tess
