"""Several people at once: nobody is booked twice, no form works twice, no change is lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eduraise.accounts.models import User
from eduraise.classes.changesets import tell_set
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import Change, ChangeSet, ClassSession, TeacherClaim
from eduraise.classes.scheduling import schedule_class
from eduraise.classes.several import Chosen, SomeRefused, move_several, undo_several
from eduraise.core.errors import DomainError
from eduraise.core.models import AuditEntry, Once
from eduraise.core.once import SentBefore
from eduraise.notifications.models import Message
from eduraise.programs.enums import Preset
from eduraise.zoom.models import HostClaim, ZoomMeeting, ZoomOccurrence, ZoomOperation
from tests.at_once import at_once
from tests.classes.rows import make_host
from tests.school import School

pytestmark = pytest.mark.django_db(transaction=True)


def booking(
    school: School, teacher: User, start: int = 0, minutes: int = 60, key: str = ""
) -> Callable[[], ClassSession]:
    draft = ClassDraft(
        program=school.program,
        teacher=teacher,
        topic=f"From {start}",
        starts_at=school.now + timedelta(hours=5, minutes=start),
        duration=timedelta(minutes=minutes),
        zone="Europe/Madrid",
    )
    now = school.now
    return lambda: schedule_class(by=teacher, draft=draft, now=now, form_key=key)


def no_overlap(rows: list[tuple[Any, ...]]) -> bool:
    """rows: (owner, held_for, start, end)"""
    return not any(
        one[0] == other[0] and one[1] != other[1] and one[2] < other[3] and other[2] < one[3]
        for one in rows
        for other in rows
    )


def test_of_many_who_want_one_hour_one_gets_it(school: School) -> None:
    make_host(school.tariq, school.now)

    results = at_once(*[booking(school, school.tariq, start) for start in (0, 0, 15, 30, 45, 59)])

    won = [each for each in results if isinstance(each, ClassSession)]
    assert len(won) == 1
    assert [row.pk for row in ClassSession.objects.all()] == [won[0].pk]
    assert TeacherClaim.objects.count() == HostClaim.objects.count() == ZoomOperation.objects.count() == 1
    assert {each.code for each in results if isinstance(each, DomainError)} <= {"teacher_busy", "host_busy"}


def test_the_same_form_sent_many_times_at_once_is_one_class(school: School) -> None:
    make_host(school.tariq, school.now)

    results = at_once(*[booking(school, school.tariq, key="one-form") for _ in range(8)])

    won = [each for each in results if isinstance(each, ClassSession)]
    assert len(won) == 1
    assert [each.answer_uid for each in results if isinstance(each, SentBefore)] == [won[0].uid] * 7
    assert ZoomMeeting.objects.count() == 1


def test_two_who_move_one_class_at_once_do_not_overwrite_each_other(school: School) -> None:
    make_host(school.tariq, school.now)
    session = booking(school, school.tariq)()
    now = school.now

    def move(hours: int) -> Callable[[], ClassSession]:
        edit = Edit(starts_at=session.starts_at + timedelta(hours=hours))
        return lambda: change_class(
            session=ClassSession.objects.get(pk=session.pk),
            seen_version=1,
            edit=edit,
            by=school.tariq,
            now=now,
        )

    results = at_once(*[move(hours) for hours in (1, 2, 3, 4)])

    won = [each for each in results if isinstance(each, ClassSession)]
    assert len(won) == 1
    session.refresh_from_db()
    assert (session.version, session.starts_at) == (2, won[0].starts_at)
    assert Change.objects.count() == 1
    kept = TeacherClaim.objects.filter(releases_at__isnull=True)
    assert [claim.starts_at for claim in kept] == [won[0].starts_at]


def chosen(sessions: list[ClassSession], hours: int = 0) -> list[Chosen]:
    rows = ClassSession.objects.select_related("teacher", "program", "occurrence__meeting__host")
    found = [rows.get(pk=one.pk) for one in sessions]
    later = timedelta(hours=hours)
    return [Chosen(one, one.version, one.starts_at + later if hours else None) for one in found]


def test_of_those_who_move_sets_that_overlap_at_once_one_does(school: School) -> None:
    make_host(school.tariq, school.now)
    sessions = [booking(school, school.tariq, start)() for start in (0, 1440, 2880)]
    ClassSession.objects.update(told_booked=True, told_version=1)
    now, by = school.now, school.tariq

    def move(some: list[ClassSession], hours: int) -> Callable[[], ChangeSet]:
        mine = chosen(some, hours)
        return lambda: move_several(chosen=mine, by=by, now=now)

    results = at_once(move(sessions[:2], 2), move(sessions[1:], 4), move(sessions[::-1], 6))

    won = [each for each in results if isinstance(each, ChangeSet)]
    lost = [each for each in results if isinstance(each, SomeRefused)]
    assert (len(won), len(lost)) == (1, 2)
    assert {problem.code for each in lost for problem in each.problems.values()} == {"changed"}
    moved = set(Change.objects.filter(change_set=won[0]).values_list("session", flat=True))
    assert set(ClassSession.objects.filter(version=2).values_list("pk", flat=True)) == moved
    assert TeacherClaim.objects.filter(releases_at__isnull=True).count() == 3


def test_a_set_is_undone_or_told_never_both(school: School) -> None:
    make_host(school.tariq, school.now)
    assert school.sana.pk
    sessions = [booking(school, school.tariq, start)() for start in (0, 1440, 2880)]
    ClassSession.objects.update(told_booked=True, told_version=1)
    by = school.tariq
    for _turn in range(4):
        before = list(ClassSession.objects.order_by("pk").values_list("starts_at", flat=True))
        Message.objects.all().delete()
        made = move_several(chosen=chosen(sessions, 1), by=by, now=school.now)
        now, last = school.now, made.tell_at
        results = at_once(
            partial(undo_several, change_set=made, by=by, now=now), partial(tell_set, made, last)
        )
        after = list(ClassSession.objects.order_by("pk").values_list("starts_at", flat=True))
        if isinstance(results[0], DomainError):
            assert results[1] is True
            assert after != before
            assert Message.objects.filter(person=school.sana).count() == 1
        else:
            assert results[1] is False
            assert after == before
            assert not Message.objects.exists()
        assert not ClassSession.objects.filter(tell_with__isnull=False).exists()
        school.clock.advance(minutes=1)


wishes = st.lists(
    st.tuples(st.integers(0, 1), st.integers(0, 180), st.integers(15, 120)), min_size=2, max_size=6
)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(wishes=wishes)
def test_whatever_is_booked_at_once_no_teacher_and_no_host_is_taken_twice(
    school: School, wishes: list[tuple[int, int, int]]
) -> None:
    teachers = _two_teachers(school)

    results = at_once(*[booking(school, teachers[who], start, minutes) for who, start, minutes in wishes])

    won = [each for each in results if isinstance(each, ClassSession)]
    assert {each.pk for each in won} == set(ClassSession.objects.values_list("pk", flat=True))
    taught = list(TeacherClaim.objects.values_list("teacher", "held_for", "starts_at", "ends_at"))
    hosted = list(HostClaim.objects.values_list("host", "held_for", "starts_at", "ends_at"))
    assert len(taught) == len(hosted) == len(won)
    assert no_overlap(taught)
    assert no_overlap(hosted)
    # whoever was refused had something in the way
    assert won


def _two_teachers(school: School) -> tuple[User, User]:
    if not User.objects.filter(name="Ben").exists():
        ben = school.teacher("ben")
        school.assign(ben, school.program, Preset.TEACHER)
        make_host(ben, school.now)
        make_host(school.tariq, school.now)
    TeacherClaim.objects.all().delete()
    HostClaim.objects.all().delete()
    ClassSession.objects.all().delete()
    ZoomOperation.objects.all().delete()
    ZoomOccurrence.objects.all().delete()
    ZoomMeeting.objects.all().delete()
    Once.objects.all().delete()
    AuditEntry.objects.all().delete()
    return school.tariq, User.objects.get(name="Ben")
