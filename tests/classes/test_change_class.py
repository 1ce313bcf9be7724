"""Changing, cancelling and undoing: one version, told later, the old hour held until then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.classes.cancelling import cancel_class, cancel_coming_of
from eduraise.classes.changing import UNDO_FOR, ClassOver, Edit, change_class
from eduraise.classes.claims import TeacherBusy
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import Change, ClassSession, TeacherClaim
from eduraise.classes.rules import InThePast, OutsideHours
from eduraise.classes.scheduling import schedule_class
from eduraise.classes.undoing import TooLate, undo_change
from eduraise.core.errors import Changed
from eduraise.core.models import AuditEntry
from eduraise.programs.models import Program
from eduraise.zoom.models import HostClaim, ZoomInstance, ZoomOperation
from tests.classes.rows import make_class, make_host, sit
from tests.school import School

HOUR = timedelta(hours=1)


@pytest.fixture
def session(school: School) -> ClassSession:
    """Tariq's class from 18:00 to 19:30 UTC."""
    make_host(school.tariq, school.now)
    return book(school, "Sets")


def book(school: School, topic: str, hours: float = 10) -> ClassSession:
    draft = ClassDraft(
        program=school.program,
        teacher=school.tariq,
        topic=topic,
        starts_at=school.now + hours * HOUR,
        duration=timedelta(minutes=90),
        zone="Europe/Madrid",
    )
    return schedule_class(by=school.tariq, draft=draft, now=school.now)


def change(school: School, session: ClassSession, message: str = "", **fields: object) -> ClassSession:
    return change_class(
        session=session,
        seen_version=session.version,
        edit=Edit(**fields),  # type: ignore[arg-type]
        by=school.tariq,
        now=school.now,
        message=message,
    )


def cancel(school: School, session: ClassSession, message: str = "") -> ClassSession:
    return cancel_class(
        session=session, seen_version=session.version, by=school.tariq, now=school.now, message=message
    )


def undo(school: School, session: ClassSession) -> ClassSession:
    return undo_change(session=session, version=session.version, by=school.tariq, now=school.now)


def hours(model: type[TeacherClaim] | type[HostClaim], session: ClassSession) -> list[tuple[object, object]]:
    rows = model.objects.filter(held_for=session.uid).order_by("starts_at")
    return [(row.starts_at, row.releases_at) for row in rows]


def operations() -> list[tuple[str, str]]:
    return list(ZoomOperation.objects.order_by("pk").values_list("kind", "state"))


def test_a_move_is_ours_at_once_and_sent_when_it_cannot_be_undone_any_more(
    school: School, session: ClassSession
) -> None:
    before, later = session.starts_at, session.starts_at + HOUR

    moved = change(school, session, "See you an hour later", starts_at=later)

    moved.refresh_from_db()
    assert (moved.starts_at, moved.ends_at) == (later, later + timedelta(minutes=90))
    assert (moved.local_start, moved.version) == ("2026-03-02T20:00", 2)
    assert moved.tell_at == school.now + UNDO_FOR
    assert moved.occurrence is not None
    assert moved.occurrence.wanted_starts_at == later
    # its booking waits still, and will carry the new hour: nothing else is sent
    assert [one.kind for one in ZoomOperation.objects.all()] == ["create"]
    row = Change.objects.get(session=moved)
    assert (row.field, row.message, row.by) == ("time", "See you an hour later", school.tariq)
    # both hours are held until then
    for model in (TeacherClaim, HostClaim):
        assert hours(model, moved) == [(before, moved.tell_at), (later, None)]


def test_the_old_hour_is_free_when_it_is_given_back_and_not_before(
    school: School, session: ClassSession
) -> None:
    change(school, session, starts_at=session.starts_at + 3 * HOUR)

    with pytest.raises(TeacherBusy):
        book(school, "Graphs")
    school.clock.advance(seconds=10)
    assert book(school, "Graphs").topic == "Graphs"


def test_a_class_is_made_longer_over_its_own_hour(school: School, session: ClassSession) -> None:
    longer = change(school, session, duration=timedelta(minutes=120))

    assert longer.ends_at == session.starts_at + timedelta(minutes=120)


def test_a_move_onto_another_class_is_refused_and_changes_nothing(
    school: School, session: ClassSession
) -> None:
    book(school, "Graphs", 14)

    with pytest.raises(TeacherBusy):
        change(school, session, starts_at=school.now + 13 * HOUR)

    session.refresh_from_db()
    assert (session.version, session.starts_at) == (1, school.now + 10 * HOUR)
    assert hours(TeacherClaim, session) == [(session.starts_at, None)]
    assert operations() == [("create", "pending"), ("create", "pending")]


def test_two_people_who_change_one_class_do_not_overwrite_each_other(
    school: School, session: ClassSession
) -> None:
    seen_by_ada = ClassSession.objects.get(pk=session.pk)
    change(school, session, topic="Graphs")

    with pytest.raises(Changed):
        change_class(
            session=seen_by_ada,
            seen_version=seen_by_ada.version,
            edit=Edit(topic="Functions"),
            by=school.ada,
            now=school.now,
        )

    session.refresh_from_db()
    assert (session.topic, session.version) == ("Graphs", 2)


def test_nothing_happens_when_nothing_differs(school: School, session: ClassSession) -> None:
    same = change(school, session, topic=" Sets ", starts_at=session.starts_at, zone="Europe/Madrid")

    assert same.version == 1
    assert not Change.objects.exists()
    assert operations() == [("create", "pending")]


def test_each_thing_that_changes_is_in_the_history(school: School, session: ClassSession) -> None:
    change(
        school,
        session,
        topic="Graphs",
        starts_at=session.starts_at + HOUR,
        chosen={"mutes_on_entry": False},
        description="Bring paper",
    )

    rows = Change.objects.filter(session=session).order_by("field")
    assert [(row.field, row.version) for row in rows] == [
        ("description", 2),
        ("setting:mutes_on_entry", 2),
        ("time", 2),
        ("topic", 2),
    ]
    assert AuditEntry.objects.get(verb="class.changed").before["topic"] == "Sets"


def test_a_move_keeps_to_the_programs_rules(school: School, session: ClassSession) -> None:
    settings = school.program.class_settings
    settings.weekdays = 0b0000001  # Mondays
    settings.save()

    with pytest.raises(OutsideHours):
        change(school, session, starts_at=session.starts_at + timedelta(days=1))
    with pytest.raises(InThePast):
        change(school, session, starts_at=school.now - HOUR)


def test_a_class_with_people_in_it_is_renamed_but_neither_moved_nor_cancelled(school: School) -> None:
    session = make_class(school.program, school.tariq, school.now - HOUR / 2, now=school.now)
    sit(session, session.starts_at)

    with pytest.raises(ClassOver) as problem:
        change(school, session, starts_at=school.now + HOUR)
    assert problem.value.message == "This class has begun. It can’t be moved any more."
    with pytest.raises(ClassOver):
        cancel(school, session)
    assert change(school, session, topic="Graphs").topic == "Graphs"


def test_a_class_that_nobody_came_to_start_can_still_be_moved(school: School) -> None:
    session = make_class(school.program, school.tariq, school.now - HOUR / 4, now=school.now)

    assert change(school, session, starts_at=school.now + HOUR).starts_at == school.now + HOUR


def test_what_is_over_is_not_changed(school: School) -> None:
    session = make_class(school.program, school.tariq, school.now - 3 * HOUR, now=school.now)

    with pytest.raises(ClassOver):
        change(school, session, topic="Graphs")
    with pytest.raises(ClassOver):
        cancel(school, session)


def test_a_cancelled_class_says_so_at_once_and_zoom_hears_of_it_later(
    school: School, session: ClassSession
) -> None:
    cancelled = cancel(school, session, "The room is flooded")

    cancelled.refresh_from_db()
    assert (cancelled.cancelled_at, cancelled.cancelled_by) == (school.now, school.tariq)
    assert (cancelled.cancel_message, cancelled.version) == ("The room is flooded", 2)
    assert cancelled.occurrence is not None
    assert cancelled.occurrence.wanted_gone
    assert ZoomOperation.objects.get(kind="delete").not_before == school.now + UNDO_FOR
    assert hours(TeacherClaim, session) == [(session.starts_at, cancelled.tell_at)]
    with pytest.raises(ClassOver):
        cancel(school, cancelled)
    with pytest.raises(ClassOver):
        change(school, cancelled, topic="Graphs")


def test_a_move_is_undone_within_its_seconds(school: School, session: ClassSession) -> None:
    before = session.starts_at
    moved = change(school, session, starts_at=before + HOUR, topic="Graphs")
    school.clock.advance(seconds=6)

    back = undo(school, moved)

    back.refresh_from_db()
    assert (back.topic, back.starts_at, back.version, back.local_start) == (
        "Sets",
        before,
        3,
        "2026-03-02T19:00",
    )
    for model in (TeacherClaim, HostClaim):
        assert hours(model, back) == [(before, None)]
    assert back.occurrence is not None
    assert back.occurrence.wanted_starts_at == before
    assert back.occurrence.meeting.wanted_topic == "Sets"
    assert ("update", "pending") not in operations()
    assert set(Change.objects.values_list("undone_at", flat=True)) == {school.now}


def test_a_cancellation_is_undone_within_its_seconds(school: School, session: ClassSession) -> None:
    cancelled = cancel(school, session, "The room is flooded")

    back = undo(school, cancelled)

    back.refresh_from_db()
    assert (back.cancelled_at, back.cancelled_by, back.cancel_message) == (None, None, "")
    assert hours(TeacherClaim, back) == [(back.starts_at, None)]
    assert back.occurrence is not None
    assert not back.occurrence.wanted_gone
    assert ("delete", "pending") not in operations()


def test_only_the_last_of_two_moves_is_undone(school: School, session: ClassSession) -> None:
    first = change(school, session, starts_at=session.starts_at + 2 * HOUR)
    school.clock.advance(seconds=5)
    second = change(school, first, starts_at=first.starts_at + 2 * HOUR)
    school.clock.advance(seconds=1)

    back = undo(school, second)

    assert back.starts_at == school.now.replace(second=0) + 12 * HOUR
    with pytest.raises(TooLate):
        undo(school, back)
    # the first hour goes when the first move's seconds are over, the second is held on
    for model in (TeacherClaim, HostClaim):
        held = hours(model, back)
        assert [at for at, release in held if release is None] == [back.starts_at]


@pytest.mark.parametrize("seconds", [10, 11, 3600])
def test_after_ten_seconds_nothing_is_undone(school: School, session: ClassSession, seconds: int) -> None:
    moved = change(school, session, starts_at=session.starts_at + HOUR)
    school.clock.advance(seconds=seconds)

    with pytest.raises(TooLate) as problem:
        undo(school, moved)

    assert (
        problem.value.message == "It is too late to undo this: it was sent. You can change the class again."
    )
    moved.refresh_from_db()
    assert moved.version == 2


def test_an_earlier_change_is_not_undone_after_a_later_one(school: School, session: ClassSession) -> None:
    first = change(school, session, topic="Graphs")
    change(school, first, topic="Functions")

    with pytest.raises(TooLate):
        undo_change(session=first, version=2, by=school.tariq, now=school.now)


def test_what_was_not_changed_cannot_be_undone(school: School, session: ClassSession) -> None:
    with pytest.raises(TooLate):
        undo(school, session)


def test_a_program_that_ends_takes_its_coming_classes_along_and_no_other(school: School) -> None:
    make_host(school.tariq, school.now)
    coming = [book(school, "Sets"), book(school, "Graphs", 20)]
    over = make_class(school.program, school.tariq, school.now - 3 * HOUR, now=school.now)
    begun = make_class(school.program, school.tariq, school.now - HOUR / 2, now=school.now)
    other = make_class(school.other_program, school.olu, school.now + HOUR, now=school.now)

    assert cancel_coming_of(program=school.program, by=school.ada, now=school.now) == 2

    cancelled = ClassSession.objects.filter(cancelled_at=school.now, cancelled_by=school.ada)
    assert list(cancelled.order_by("pk")) == coming
    assert not ClassSession.objects.filter(pk__in=[over.pk, begun.pk, other.pk], cancelled_at__isnull=False)
    assert not TeacherClaim.objects.filter(session__in=coming)
    assert not HostClaim.objects.filter(held_for__in=[session.uid for session in coming])
    assert ZoomOperation.objects.filter(kind="delete", not_before=school.now).count() == 2


def test_a_programs_end_takes_as_many_queries_with_many_classes_as_with_one(school: School) -> None:
    ada = school.ada

    def queries(program: Program) -> int:
        with CaptureQueriesContext(connection) as captured:
            cancel_coming_of(program=program, by=ada, now=school.now)
        return len(captured)

    for number in range(12):
        make_class(school.program, school.tariq, school.now + (2 + number) * HOUR, now=school.now)
    make_class(school.other_program, school.olu, school.now + HOUR, now=school.now)

    one, twelve = queries(school.other_program), queries(school.program)

    assert one == twelve
    assert not ClassSession.objects.filter(cancelled_at__isnull=True).exists()
    assert AuditEntry.objects.filter(verb="class.cancelled", actor_uid=ada.uid).count() == 13
    assert ZoomOperation.objects.filter(kind="delete", state="pending").count() == 13


def test_a_sitting_begun_long_before_belongs_to_the_class_that_is_moved_to_it(
    school: School, session: ClassSession
) -> None:
    sitting = sit(session, session.starts_at - 2 * HOUR)
    ZoomInstance.objects.update(occurrence=None, mapped_by="")

    moved = change(school, session, starts_at=session.starts_at - 2 * HOUR, reason="They came early")
    sitting.refresh_from_db()
    assert sitting.occurrence_id == session.occurrence_id

    undo(school, moved)
    sitting.refresh_from_db()
    assert (sitting.occurrence_id, sitting.mapped_by) == (None, "")
