"""How far programs have come: held, lost, to come, the syllabus, and what mends it."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as some

from eduraise.classes.cancelling import cancel_class
from eduraise.classes.changing import Edit, change_class
from eduraise.classes.models import ClassSession
from eduraise.classes.numbers import ProgramNumbers
from eduraise.classes.progress import Progress, progress_of
from eduraise.classes.progress_words import progress_words, standing_words
from eduraise.programs.models import Holiday, Program, Slot, SyllabusTopic
from eduraise.zoom.models import ZoomMeeting
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class, sit
from tests.school import School

DAY = timedelta(days=1)


def syllabus(program: Program, number: int, school: School) -> None:
    SyllabusTopic.objects.bulk_create(
        SyllabusTopic(program=program, title=f"Topic {place}", position=place * 1024, created_at=school.now)
        for place in range(1, number + 1)
    )


def at(school: School, days: float, **fields: Any) -> ClassSession:
    """A class so many days from now; one that is over was held, unless it was cancelled."""
    session = make_class(school.program, school.tariq, school.now + days * DAY, now=school.now, **fields)
    if days < 0 and "cancelled_at" not in fields:
        sit(session, session.starts_at, ended_at=session.ends_at)
    return session


def missed(school: School, days: float) -> ClassSession:
    """A class to which nobody came, as a look at its meeting in its time has shown."""
    session = make_class(school.program, school.tariq, school.now + days * DAY, now=school.now)
    assert session.occurrence
    ZoomMeeting.objects.filter(pk=session.occurrence.meeting_id).update(read_at=session.ends_at)
    return session


def come_so_far(school: School) -> Progress:
    return progress_of([school.program], school.now)[school.program.pk]


def timetable(school: School, *, first: str, last: str) -> None:
    """Every Tuesday at ten in Madrid, within this term."""
    program = school.program
    program.starts_on, program.ends_on = date.fromisoformat(first), date.fromisoformat(last)
    program.save()
    Slot.objects.create(
        program=program,
        weekday=2,
        local_start=time(10),
        minutes=60,
        anchor_on=program.starts_on,
        created_at=school.now,
    )


def test_each_thing_is_counted_once(school: School) -> None:
    syllabus(school.program, 6, school)
    at(school, -3)
    missed(school, -2)
    at(school, -1, cancelled_at=school.now)
    at(school, 1)
    at(school, 2, cancelled_at=school.now)

    found = come_so_far(school)

    assert (found.held, found.lost, found.taught, found.topics) == (1, 3, 1, 6)
    assert (found.numbers.planned, found.numbers.to_come) == (3, 1)
    assert (found.short, found.behind, found.ahead) == (4, 3, 0)
    assert found.next_topic == 3  # the missed class had the second one


def test_a_class_of_which_nothing_is_known_counts_as_held(school: School) -> None:
    make_class(school.program, school.tariq, school.now - DAY, now=school.now)

    assert (come_so_far(school).held, come_so_far(school).lost) == (1, 0)


def test_a_class_that_zoom_never_had_was_not_held(school: School) -> None:
    make_class(school.program, school.tariq, school.now - DAY, now=school.now, at_zoom=False, operation=None)

    assert (come_so_far(school).held, come_so_far(school).lost) == (0, 1)


def test_a_cancelled_class_puts_it_behind_and_one_more_mends_it(school: School) -> None:
    syllabus(school.program, 3, school)
    sessions = [at(school, days) for days in (1, 2, 3)]
    assert standing_words(come_so_far(school)) == "As planned"

    cancel_class(session=sessions[0], seen_version=1, by=school.tariq, now=school.now)
    assert (come_so_far(school).behind, come_so_far(school).short) == (1, 1)

    at(school, 4)
    assert (come_so_far(school).behind, come_so_far(school).short) == (0, 0)


def test_days_of_the_timetable_that_are_not_scheduled_yet_have_room(school: School) -> None:
    timetable(school, first="2026-03-02", last="2026-03-31")  # five Tuesdays
    syllabus(school.program, 5, school)
    at(school, 1 + 1 / 24)  # the first one, Tuesday at ten

    found = come_so_far(school)
    assert (found.unscheduled, found.short, found.ahead) == (4, 0, 0)

    Holiday.objects.create(
        starts_on=date(2026, 3, 10), ends_on=date(2026, 3, 10), name="Fair", created_at=school.now
    )
    assert (come_so_far(school).unscheduled, come_so_far(school).short) == (3, 1)
    assert come_so_far(school).behind == 0  # nothing was lost: it was never planned


def test_a_cancelled_day_is_not_taken_for_one_that_can_still_be_scheduled(school: School) -> None:
    timetable(school, first="2026-03-02", last="2026-03-31")
    syllabus(school.program, 5, school)
    first = at(school, 1 + 1 / 24)

    cancel_class(session=first, seen_version=1, by=school.tariq, now=school.now)

    found = come_so_far(school)
    assert (found.unscheduled, found.short, found.behind) == (4, 1, 1)


@pytest.mark.parametrize("hours", [3, 24, 30 * 24])
def test_a_class_that_is_moved_changes_nothing(school: School, hours: int) -> None:
    timetable(school, first="2026-03-02", last="2026-03-31")
    syllabus(school.program, 5, school)
    session = at(school, 1 + 1 / 24)
    before = come_so_far(school)

    for turn in (1, 2):
        session.refresh_from_db()
        change_class(
            session=session,
            seen_version=session.version,
            edit=Edit(starts_at=session.starts_at + timedelta(hours=hours)),
            by=school.tariq,
            now=school.now,
        )
        assert come_so_far(school) == Progress(
            ProgramNumbers(**vars(before.numbers) | {"next_at": session.starts_at + timedelta(hours=hours)}),
            before.topics,
            before.unscheduled,
        ), turn


def test_a_class_beside_the_timetable_makes_up_for_a_lost_one(school: School) -> None:
    timetable(school, first="2026-03-02", last="2026-03-31")
    syllabus(school.program, 5, school)
    first = at(school, 1 + 1 / 24)
    cancel_class(session=first, seen_version=1, by=school.tariq, now=school.now)

    at(school, 3)

    assert (come_so_far(school).behind, come_so_far(school).unscheduled) == (0, 4)


counts = some.integers(0, 12)


@given(held=counts, missed=counts, cancelled=counts, left=counts, topics=some.integers(1, 40), open_=counts)
def test_each_more_class_mends_one_and_each_lost_one_costs_one(
    held: int, missed: int, cancelled: int, left: int, topics: int, open_: int
) -> None:
    def progress(**more: int) -> Progress:
        values = {"held": held, "missed": missed, "cancelled": cancelled, "left": left, "open": open_}
        each = {name: value + more.get(name, 0) for name, value in values.items()}
        numbers = ProgramNumbers(
            planned=each["held"] + each["missed"] + each["left"],
            held=each["held"],
            missed=each["missed"],
            cancelled=each["cancelled"],
        )
        return Progress(numbers, topics, each["open"])

    found = progress()
    # mended by exactly as many classes as it says, and by no fewer
    assert progress(left=found.short).short == 0
    assert found.short == 0 or progress(left=found.short - 1).short == 1
    # never both, and behind by no more than was lost or lacks
    assert not (found.short and found.ahead)
    assert found.behind <= min(found.short, found.lost)
    # a class to come that is cancelled costs one, as long as there is one
    if left:
        assert progress(left=-1, cancelled=1).short - found.short == (found.ahead == 0)
        # one that is held changes nothing, but where there is nothing left to teach
        assert progress(left=-1, held=1).short == found.short
    # one that was missed counts as one that was cancelled
    assert progress(missed=1).short == progress(cancelled=1).short
    # scheduling a day of the timetable changes nothing
    if open_:
        assert progress(open=-1, left=1).short == found.short


@pytest.mark.parametrize(
    ("numbers", "topics", "unscheduled", "few", "words"),
    [
        ({}, 0, 0, "", ""),
        ({"planned": 3}, 0, 0, "", ""),
        ({}, 3, 0, "", "Topic 1 of 3 comes next."),
        (
            {"planned": 3, "held": 1},
            3,
            0,
            "As planned",
            "Topic 2 of 3 comes next. The syllabus is through with the last class.",
        ),
        (
            {"planned": 5},
            3,
            0,
            "2 classes to spare",
            "Topic 1 of 3 comes next. 2 classes are left when the syllabus is through.",
        ),
        (
            {"planned": 3, "cancelled": 1},
            5,
            0,
            "Behind by 1 class",
            (
                "Topic 1 of 5 comes next. Behind by 1 class. "
                "2 topics of the syllabus have no class: schedule 2 more."
            ),
        ),
        (
            {"planned": 3},
            5,
            1,
            "Not all scheduled yet",
            (
                "Topic 1 of 5 comes next. 1 topic of the syllabus has no class: schedule 1 more than the "
                "timetable has. 1 class of the timetable is not scheduled yet."
            ),
        ),
        (
            {"planned": 3, "held": 3},
            3,
            0,
            "As planned",
            "Each of the 3 topics has had its class. The syllabus is through with the last class.",
        ),
    ],
)
def test_it_is_said_in_words(
    numbers: dict[str, int], topics: int, unscheduled: int, few: str, words: str
) -> None:
    progress = Progress(ProgramNumbers(**numbers), topics, unscheduled)  # type: ignore[arg-type]

    assert (standing_words(progress), progress_words(progress)) == (few, words)


def test_many_programs_take_as_many_queries_as_one(school: School) -> None:
    programs = [school.make_program(f"P-{number}", "Program") for number in range(8)]
    for program in programs:
        syllabus(program, 3, school)
        program.starts_on, program.ends_on = date(2026, 3, 2), date(2026, 6, 30)
        program.save()
        make_class(program, school.tariq, school.now + DAY, now=school.now)

    taken = []
    for some_of_them in (programs[:1], programs):
        with CaptureQueriesContext(connection) as captured:
            progress_of(some_of_them, school.now)
        taken.append(len(captured))

    assert taken == [1, 1]


def test_the_page_lists_an_admins_programs_all_and_a_teachers_own(school: School) -> None:
    syllabus(school.program, 2, school)
    syllabus(school.other_program, 2, school)
    at(school, 1, cancelled_at=school.now)
    at(school, 2)
    archived = school.make_program("OLD", "Old things", archived_at=school.now)

    everything = text_of(signed_in(school.ada).get("/progress/"))
    own = text_of(signed_in(school.tariq).get("/progress/"))

    assert "ALG-2 Algebra II 0 of 1 classes held 1 to come 1 cancelled" in everything
    assert "Behind by 1 class" in everything
    assert "Physics B" in everything
    assert archived.title not in everything
    assert "Algebra II" in own
    assert "Physics B" not in own
    assert signed_in(school.sana).get("/progress/").status_code == 404


def test_the_page_has_numbers_and_takes_as_many_queries_for_one_program_as_for_many(school: School) -> None:
    ada, taken = signed_in(school.ada), []
    for number in range(40):
        program = school.make_program(f"P-{number:02}", f"Program {number:02}")
        syllabus(program, 2, school)
        make_class(program, school.olu, school.now + DAY, now=school.now)
        if number in (0, 39):
            with CaptureQueriesContext(connection) as captured:
                shown = text_of(ada.get("/progress/"))
            taken.append(len(captured))

    assert taken[0] == taken[1] <= 12
    assert "Program 24" in shown
    assert "Program 30" not in shown
    assert "Program 30" in text_of(ada.get("/progress/?page=2"))


def test_a_program_says_it_to_those_who_teach_and_an_admin_reads_it_of_a_teacher(school: School) -> None:
    syllabus(school.program, 2, school)
    at(school, 1, cancelled_at=school.now)
    at(school, 2)
    words = "Behind by 1 class. 1 topic of the syllabus has no class: schedule 1 more."

    assert words in text_of(signed_in(school.tariq).get("/programs/ALG-2/"))
    assert "Behind" not in text_of(signed_in(school.sana).get("/programs/ALG-2/"))
    assert words in text_of(signed_in(school.ada).get(f"/people/{school.tariq.uid}/"))
    assert "Behind" not in text_of(signed_in(school.ada).get(f"/people/{school.olu.uid}/"))
