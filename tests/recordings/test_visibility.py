"""Who watches a recording, here and at Zoom: by the program's rule or by hand, and why students don't."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from eduraise.accounts.models import User
from eduraise.attendance.enums import RegisterState
from eduraise.attendance.models import Mark, Register
from eduraise.classes.models import JoinClick
from eduraise.programs.actions import archive_program
from eduraise.programs.models import Assignment
from eduraise.recordings import queries
from eduraise.recordings.actions import review, show_to
from eduraise.recordings.attaching import attach
from eduraise.recordings.enums import Audience, State, Visible
from eduraise.recordings.models import Recording, RecordingRules, Viewing
from eduraise.recordings.visibility import why_hidden
from tests.attendance.scene import Scene
from tests.classes.pages import signed_in
from tests.classes.rows import make_class, make_host
from tests.dying import dying_at
from tests.recordings.recorded import Recorded, make_recording
from tests.school import School

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def recording(school: School) -> Recording:
    """Of a class of tariq's yesterday."""
    host = make_host(school.tariq, school.now)
    session = make_class(school.program, school.tariq, school.now - 24 * HOUR, now=school.now)
    return make_recording(school, session, host)


def rule(school: School, **values: Any) -> None:
    RecordingRules.objects.update_or_create(program=school.program, defaults=values)


def watching(school: School, recording: Recording) -> list[str]:
    """Who of the cast may know of it."""
    cast = (school.ada, school.tariq, school.tove, school.sana, school.olu, school.finn)
    return [who.name for who in cast if queries.find(who, recording.uid, school.now)]


def why(recording: Recording) -> str:
    return why_hidden(
        queries.shown(Recording.objects.with_audience(), recording.found_at).get(pk=recording.pk)
    )


def click(school: School, recording: Recording, person: User) -> None:
    JoinClick.objects.create(
        session=recording.session, person=person, at=recording.started_at, way=JoinClick.Way.COMMON
    )


def mark(school: School, recording: Recording, person: User, status: str) -> None:
    register, _made = Register.objects.get_or_create(
        session=recording.session, defaults={"next_at": school.now}
    )
    Mark.objects.create(
        register=register, student=person, rule_status=status, held_on=recording.started_at.date()
    )


MANAGERS = ["Ada", "Tariq"]
TEACHERS = ["Ada", "Tariq", "Tove"]


@pytest.mark.parametrize(
    ("audience", "who", "because"),
    [
        (Audience.NOBODY, MANAGERS, "The program’s rule shows recordings to nobody."),
        (Audience.TEACHERS, TEACHERS, "The program’s rule shows recordings to teachers only."),
        (
            Audience.PRESENT,
            TEACHERS,
            "It is for students who were there, and the register, not final yet, says so of nobody.",
        ),
        (Audience.ENROLLED, [*TEACHERS, "Sana"], ""),
    ],
)
def test_the_programs_rule_says_who_watches(
    school: School, recording: Recording, audience: str, who: list[str], because: str
) -> None:
    rule(school, seen_by=audience)

    assert (watching(school, recording), why(recording)) == (who, because)


@pytest.mark.parametrize("visible", [one for one in Visible if one != Visible.RULE])
def test_by_hand_it_is_watched_whatever_the_rule_says(
    school: School, recording: Recording, visible: Visible
) -> None:
    rule(school, seen_by=Audience.NOBODY, after_review=True)
    show_to(recording=recording, visible=visible, by=school.tariq, now=school.now)
    hidden = {
        Visible.NOBODY: (MANAGERS, "Tariq hid it on Monday 2 March."),
        Visible.TEACHERS: (TEACHERS, "Tariq showed it to teachers only on Monday 2 March."),
        Visible.PRESENT: (
            TEACHERS,
            "It is for students who were there, and the register, not final yet, says so of nobody.",
        ),
        Visible.ENROLLED: ([*TEACHERS, "Sana"], ""),
    }[visible]

    assert (watching(school, recording), why(recording)) == hidden


def test_what_waits_for_review_is_seen_by_those_who_manage_it(school: School, recording: Recording) -> None:
    rule(school, after_review=True)
    before = (watching(school, recording), why(recording))
    review(recording=recording, is_reviewed=True, by=school.tariq, now=school.now)
    after = watching(school, recording)
    review(recording=recording, is_reviewed=False, by=school.tariq, now=school.now)

    assert before == (MANAGERS, "It waits for somebody to look at it and show it.")
    assert after == [*TEACHERS, "Sana"]
    assert watching(school, recording) == MANAGERS


def test_where_nobody_was_there_that_is_why_no_student_sees_it(school: School, recording: Recording) -> None:
    rule(school, seen_by=Audience.PRESENT)
    click(school, recording, school.finn)  # who is enrolled no more
    mark(school, recording, school.sana, "absent")
    pending = why(recording)
    Register.objects.update(state=RegisterState.FINAL, final_at=school.now)
    final = why(recording)
    page = signed_in(school.tariq).get("/recordings/").content.decode()
    Mark.objects.update(rule_status="late")

    assert pending == "It is for students who were there, and the register, not final yet, says so of nobody."
    assert final == "It is for students who were there, and by the register nobody was."
    assert final in page
    assert why(recording) == ""


def test_where_zoom_told_nothing_whoever_pressed_join_sees_it(school: School) -> None:
    rule(school, seen_by=Audience.PRESENT)
    scene = Scene(school)
    nora = school.person("nora")
    school.enrol(nora, school.program)
    JoinClick.objects.create(
        session=scene.session, person=school.sana, at=scene.at(1), way=JoinClick.Way.COMMON
    )
    school.clock.set(scene.at(70))
    made = attach(
        session=scene.session, title="x", by=school.tariq, now=school.now, link="https://example.org/x"
    )

    def who() -> list[str]:
        return [one.name for one in (school.sana, nora) if queries.find(one, made.uid, school.now)]

    before = who()
    scene.fold(75)
    folded = (who(), list(Mark.objects.values_list("status", flat=True)))
    scene.fold(60 * 30)

    assert before == who() == ["Sana"]
    assert folded == (["Sana"], ["", ""])


@pytest.mark.parametrize(
    ("status", "sees"),
    [("present", True), ("late", True), ("left_early", True), ("absent", False), ("excused", False)],
)
def test_who_was_there_is_told_by_the_register(
    school: School, recording: Recording, status: str, sees: bool
) -> None:
    rule(school, seen_by=Audience.PRESENT)
    click(school, recording, school.sana)
    mark(school, recording, school.sana, status)
    current = Recording.objects.with_audience().select_related("program").get()

    assert ("Sana" in watching(school, recording)) is sees
    assert [one.name for one in queries.who_watch(current, school.now)] == ["Sana"] * sees


def test_until_there_is_a_mark_the_click_on_join_counts(school: School, recording: Recording) -> None:
    rule(school, seen_by=Audience.PRESENT)
    other = school.person("nora")
    school.enrol(other, school.program)
    click(school, recording, school.sana)
    current = Recording.objects.with_audience().select_related("program").get()

    assert queries.find(other, recording.uid, school.now) is None
    assert queries.find(school.sana, recording.uid, school.now) is not None
    assert [one.name for one in queries.who_watch(current, school.now)] == ["Sana"]


def test_a_substitute_watches_that_of_her_class_alone(school: School, recording: Recording) -> None:
    rule(school, seen_by=Audience.TEACHERS)
    other = make_recording(
        school,
        make_class(school.program, school.tariq, school.now - 48 * HOUR, now=school.now),
        recording.host,
    )
    school.assign(school.olu, school.program, only_for=recording.session.uid)

    assert queries.find(school.olu, recording.uid, school.now) is not None
    assert queries.find(school.olu, other.uid, school.now) is None


@pytest.mark.parametrize(
    ("changes", "because"),
    [
        ({"state": State.PROCESSING}, "Zoom is still preparing it."),
        ({"state": State.TRASHED}, "It is in Zoom’s trash since Monday 2 March."),
        ({"state": State.DELETED}, "It was deleted at Zoom on Monday 2 March."),
        ({"state": State.DELETED, "gone_by": "rule"}, "It was deleted at Zoom on Monday 2 March, by the"),
    ],
)
def test_what_is_not_there_says_why(
    school: School, recording: Recording, changes: dict[str, str], because: str
) -> None:
    Recording.objects.update(gone_at=school.now, **changes)
    school.sana  # noqa: B018 enrolled
    listed = signed_in(school.sana).get("/recordings/").content.decode()

    assert why(recording).startswith(because)
    assert ("Being prepared" in listed) is (changes["state"] == State.PROCESSING)
    assert ("Sets" in listed) is (changes["state"] == State.PROCESSING)


def test_after_the_program_is_archived_students_watch_nothing(school: School, recording: Recording) -> None:
    assert school.sana.pk
    archive_program(program=school.program, by=school.ada, now=school.now)

    assert "Sana" not in watching(school, recording)


def test_hiding_at_zoom_leaves_after_the_time_to_undo_it(held: Recorded) -> None:
    held.ready()
    shared = held.at_zoom()["share_recording"]
    before = show_to(recording=held.recording, visible=Visible.NOBODY, by=held.school.tariq, now=held.now)
    held.work(seconds=5)
    still = held.at_zoom()["share_recording"]
    held.work(seconds=6)
    hidden = held.at_zoom()["share_recording"]
    show_to(recording=held.recording, visible=before, by=held.school.tariq, now=held.now)
    held.work(seconds=11)

    assert (shared, still, hidden) == ("publicly", "publicly", "none")
    assert held.at_zoom()["share_recording"] == "publicly"
    assert not held.recording.hidden_at_zoom


def test_undone_in_time_zoom_never_hears_of_it(held: Recorded) -> None:
    held.ready()
    before = show_to(recording=held.recording, visible=Visible.TEACHERS, by=held.school.tariq, now=held.now)
    held.work(seconds=5)
    show_to(recording=held.recording, visible=before, by=held.school.tariq, now=held.now)
    held.work(seconds=30)

    assert held.sim.called("recordingSettingsUpdate") + held.sim.called("recordingSettingUpdate") == 0
    assert held.at_zoom()["share_recording"] == "publicly"


def test_a_rule_that_hides_hides_at_zoom_from_the_first(held: Recorded) -> None:
    held.rules(after_review=True)
    held.ready()
    held.work(seconds=1)

    assert held.at_zoom()["share_recording"] == "none"
    assert held.recording.share_before == "publicly"


@pytest.mark.parametrize("moment", ["recordings.settle.claimed", "recordings.settle.sent"])
def test_hiding_survives_a_process_that_dies(held: Recorded, moment: str) -> None:
    held.ready()
    show_to(recording=held.recording, visible=Visible.NOBODY, by=held.school.tariq, now=held.now)
    with dying_at(moment):
        held.work(seconds=11)
    Recording.objects.update(lease_until=None)  # it lapses by the database's own clock
    held.work(seconds=1)

    assert held.at_zoom()["share_recording"] == "none"
    assert (held.recording.hidden_at_zoom, held.recording.share_before) == (True, "publicly")


def test_the_page_shows_and_hides_with_one_press_and_undoes_it(school: School, recording: Recording) -> None:
    browser = signed_in(school.tariq)
    answer = browser.post(f"/recordings/{recording.uid}/shown-to/nobody/", follow=True)
    recording.refresh_from_db()
    hidden = recording.visible
    said = answer.content.decode()
    browser.post(f"/recordings/{recording.uid}/shown-to/rule/")
    recording.refresh_from_db()

    assert (hidden, recording.visible) == (Visible.NOBODY, Visible.RULE)
    assert f"/recordings/{recording.uid}/shown-to/rule/" in said
    assert signed_in(school.tove).post(f"/recordings/{recording.uid}/shown-to/nobody/").status_code == 404
    assert browser.post(f"/recordings/{recording.uid}/shown-to/everybody/").status_code == 404


@pytest.mark.parametrize("path", ["/recordings/", "/programs/ALG-2/recordings/", "/programs/ALG-2/"])
def test_lists_take_as_many_queries_for_many(school: School, recording: Recording, path: str) -> None:
    browsers = [signed_in(who) for who in (school.sana, school.tariq)]

    def asked() -> list[int]:
        counts = []
        for browser in browsers:
            with CaptureQueriesContext(
                connection,
            ) as found:
                assert browser.get(path).status_code == 200
            counts.append(len(found))
        return counts

    asked()
    few = asked()
    for days in range(2, 22):
        session = make_class(school.program, school.tariq, school.now - days * 24 * HOUR, now=school.now)
        more = make_recording(school, session, recording.host)
        Viewing.objects.create(recording=more, person=school.sana, at=school.now, last_at=school.now)

    assert asked() == few


def test_lists_say_what_students_may_not_know_to_nobody_else(school: School, recording: Recording) -> None:
    show_to(recording=recording, visible=Visible.NOBODY, by=school.tariq, now=school.now)
    pages = {
        who.name: signed_in(who).get("/recordings/").content.decode()
        for who in (school.sana, school.tove, school.tariq)
    }

    assert {name: "Sets" in page for name, page in pages.items()} == {
        "Sana": False,
        "Tove": False,
        "Tariq": True,
    }
    assert "Tariq hid it" in pages["Tariq"]
    assert Assignment.objects.filter(person=school.tove).exists()
