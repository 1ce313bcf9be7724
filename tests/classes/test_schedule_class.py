"""Planning a class: what is saved, what is wanted at Zoom, and what is refused."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from eduraise.classes.claims import TeacherBusy
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession, TeacherClaim
from eduraise.classes.scheduling import NotATeacherHere, ProgramOver, schedule_class
from eduraise.classes.texts import TextUnfit
from eduraise.core.errors import DomainError
from eduraise.core.models import AuditEntry
from eduraise.core.once import OtherContent, SentBefore
from eduraise.programs.enums import Preset
from eduraise.zoom.claims import HostBusy
from eduraise.zoom.enums import HostState
from eduraise.zoom.hosts import NotConnected
from eduraise.zoom.models import HostClaim, ZoomOperation
from tests.classes.rows import make_host
from tests.school import School


def draft(school: School, **fields: Any) -> ClassDraft:
    given = {
        "program": school.program,
        "teacher": school.tariq,
        "topic": "Quadratic equations",
        "starts_at": school.now + timedelta(hours=10),  # 18:00 UTC, 19:00 in Madrid
        "duration": timedelta(minutes=90),
        "zone": "Europe/Madrid",
    } | fields
    return ClassDraft(**given)


def book(school: School, **fields: Any) -> ClassSession:
    by = fields.pop("by", school.tariq)
    key = fields.pop("form_key", "")
    return schedule_class(by=by, draft=draft(school, **fields), now=school.now, form_key=key)


@pytest.fixture(autouse=True)
def connected(school: School) -> None:
    make_host(school.tariq, school.now)


def wanted() -> list[tuple[str, str]]:
    rows = ZoomOperation.objects.order_by("pk")
    return [(row.kind, row.meeting.wanted_topic) for row in rows]


def test_a_class_is_saved_with_its_hours_taken_and_its_meeting_wanted(school: School) -> None:
    session = book(school, description="Bring paper.\r\n", topic="  Quadratic   equations ")

    session.refresh_from_db()
    assert (session.topic, session.description) == ("Quadratic equations", "Bring paper.")
    assert (session.local_start, session.fold, session.zone) == ("2026-03-02T19:00", 0, "Europe/Madrid")
    assert session.minutes == 90
    assert session.chosen_settings == {
        "entry": "waiting_room",
        "has_passcode": True,
        "mutes_on_entry": True,
        "auto_recording": "none",
        "requires_sign_in": False,
    }
    assert session.occurrence is not None
    assert session.occurrence.held_for == session.uid
    assert session.occurrence.meeting.program == school.program
    hours = (session.starts_at, session.ends_at)
    for claims in (TeacherClaim.objects.all(), HostClaim.objects.all()):
        assert list(claims.values_list("held_for", "starts_at", "ends_at")) == [(session.uid, *hours)]
    assert wanted() == [("create", "Quadratic equations")]
    entry = AuditEntry.objects.get(verb="class.scheduled")
    assert (entry.actor_uid, entry.thing_uid, entry.program_uid) == (
        school.tariq.uid,
        session.uid,
        school.program.uid,
    )


def test_a_teacher_who_teaches_then_is_not_booked_twice(school: School) -> None:
    book(school)

    with pytest.raises(TeacherBusy) as problem:
        book(school, topic="Graphs", starts_at=school.now + timedelta(hours=11, minutes=29))

    assert problem.value.message == "Tariq teaches another class then, 18:00–19:30."
    assert problem.value.field == "time"
    assert list(ClassSession.objects.values_list("topic", flat=True)) == ["Quadratic equations"]
    assert wanted() == [("create", "Quadratic equations")]


def test_classes_that_touch_do_not_overlap(school: School) -> None:
    book(school)
    book(school, topic="Before", starts_at=school.now + timedelta(hours=8, minutes=30))
    book(school, topic="After", starts_at=school.now + timedelta(hours=11, minutes=30))

    assert ClassSession.objects.count() == 3


def test_a_zoom_that_hosts_another_class_then_is_not_booked_twice(school: School) -> None:
    session = book(school)
    # the hour is taken on Zoom by a class that another teaches, such as a substitute
    TeacherClaim.objects.all().delete()

    with pytest.raises(HostBusy) as problem:
        book(school, topic="Graphs")

    assert (problem.value.from_at, problem.value.until_at) == (session.starts_at, session.ends_at)
    assert ClassSession.objects.count() == 1


@pytest.mark.parametrize("state", [HostState.LOST, HostState.CLOSED, HostState.GONE, HostState.KNOWN])
def test_without_zoom_nothing_is_booked(school: School, state: str) -> None:
    school.tariq.zoom_user.state = state
    school.tariq.zoom_user.save()

    with pytest.raises(NotConnected):
        book(school)

    assert not ClassSession.objects.exists()


def test_a_lead_books_for_those_who_teach_in_the_program_and_for_nobody_else(school: School) -> None:
    ben = school.teacher("ben")
    school.assign(ben, school.program, Preset.TEACHER)
    make_host(ben, school.now)

    assert book(school, teacher=ben).teacher == ben
    for nobody in (school.olu, school.tove, school.sana):
        with pytest.raises(NotATeacherHere) as problem:
            book(school, teacher=nobody, topic="Graphs")
        assert problem.value.field == "teacher"
    with pytest.raises(NotATeacherHere):
        book(school, by=ben, teacher=school.tariq, topic="Graphs")


def test_an_admin_books_for_a_teacher(school: School) -> None:
    assert book(school, by=school.ada).created_by == school.ada


def test_an_archived_program_has_no_new_classes(school: School) -> None:
    school.program.archived_at = school.now
    school.program.save()

    with pytest.raises(ProgramOver):
        book(school, by=school.ada)


def test_a_draft_program_is_booked_in(school: School) -> None:
    school.program.opened_at = None
    school.program.save()

    assert book(school).program == school.program


@pytest.mark.parametrize(
    ("topic", "message"),
    [
        ("", "Give the class a title."),
        (" \t\n", "Give the class a title."),
        ("x" * 151, "A title can have 150 characters at most; this one has 151."),
        ("Sets\u202e\u0007", "The title holds invisible characters. Type it again."),
    ],
)
def test_a_title_that_nobody_can_read_is_refused(school: School, topic: str, message: str) -> None:
    with pytest.raises(TextUnfit) as problem:
        book(school, topic=topic)

    assert (problem.value.field, problem.value.message) == ("topic", message)


@pytest.mark.parametrize(
    "topic", ["الدرس الخامس", "बीजगणित", "<script>alert(1)</script>", "👩‍🏫 & co", "x" * 150]
)
def test_a_title_in_any_script_is_kept_as_it_was_typed(school: School, topic: str) -> None:
    session = book(school, topic=topic)
    session.refresh_from_db()

    assert session.topic == topic


@pytest.mark.parametrize(
    ("rule", "fields", "code"),
    [
        ({"notice_minutes": 1440}, {}, "reason_needed"),
        ({"notice_minutes": 1440, "notice_is_hard": True}, {"reason": "Please"}, "too_soon"),
        ({"longest_minutes": 60}, {}, "length_not_allowed"),
        ({"weekdays": 0b1000000}, {}, "outside_hours"),
        ({"entry_strength": "required"}, {"chosen": {"entry": "join_before_host"}}, "setting_required"),
    ],
)
def test_what_the_program_asks_is_kept(
    school: School, rule: dict[str, Any], fields: dict[str, Any], code: str
) -> None:
    settings = school.program.class_settings
    for name, value in rule.items():
        setattr(settings, name, value)
    settings.save()

    with pytest.raises(DomainError) as problem:
        book(school, **fields)

    assert problem.value.code == code
    assert not ClassSession.objects.exists()


def test_a_reason_for_short_notice_is_kept(school: School) -> None:
    settings = school.program.class_settings
    settings.notice_minutes = 1440
    settings.save()

    assert book(school, reason=" The room is free only today ").short_notice_reason == (
        "The room is free only today"
    )


def test_the_same_form_sent_again_is_the_same_class(school: School) -> None:
    session = book(school, form_key="a-key")

    with pytest.raises(SentBefore) as before:
        book(school, form_key="a-key")

    assert before.value.answer_uid == session.uid
    assert ClassSession.objects.count() == 1


def test_a_form_that_is_sent_again_with_other_content_is_refused(school: School) -> None:
    book(school, form_key="a-key")

    with pytest.raises(OtherContent):
        book(school, form_key="a-key", topic="Graphs")

    assert ClassSession.objects.count() == 1


def test_a_form_that_was_refused_can_be_put_right_and_sent_again(school: School) -> None:
    with pytest.raises(TextUnfit):
        book(school, form_key="a-key", topic="")

    assert book(school, form_key="a-key", topic="Graphs").topic == "Graphs"


def test_the_class_is_at_the_instant_that_was_meant_across_a_clock_change(school: School) -> None:
    # 29 March 2026, the first Sunday of summer time in Madrid: 09:00 there is 07:00 UTC
    at = datetime.fromisoformat("2026-03-29T09:00+02:00")

    session = book(school, starts_at=at)

    session.refresh_from_db()
    assert session.local_start == "2026-03-29T09:00"
    assert session.starts_at.isoformat() == "2026-03-29T07:00:00+00:00"
