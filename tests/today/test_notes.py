"""A teacher's Today: what was left for her class, and who takes the next one of each program."""

from __future__ import annotations

from datetime import timedelta

from eduraise.notes.actions import write_note
from eduraise.programs.enums import Preset
from tests.classes.pages import signed_in, text_of
from tests.classes.rows import make_class, make_host
from tests.school import School


def test_the_board_shows_what_was_left_for_its_class(school: School) -> None:
    for person in (school.tariq, school.olu):
        make_host(person, school.now)
    before = make_class(school.program, school.tariq, school.now - timedelta(days=1), now=school.now)
    make_class(school.program, school.tariq, school.now + timedelta(minutes=30), now=school.now)
    elsewhere = make_class(school.other_program, school.olu, school.now - timedelta(hours=5), now=school.now)
    write_note(session=before, text="Stopped at 7", by=school.tove, now=school.now)
    write_note(session=elsewhere, text="Not for tariq", by=school.olu, now=school.now)

    shown = text_of(signed_in(school.tariq).get("/"))

    assert "Left for this class Stopped at 7" in shown
    assert "Left for the next class: Stopped at 7 Tove" in shown
    assert "Not for tariq" not in shown
    assert "Stopped at 7" not in text_of(signed_in(school.sana).get("/"))


def test_what_was_left_for_the_class_before_is_not_left_for_the_next(school: School) -> None:
    make_host(school.tariq, school.now)
    before, _on, _next = (
        make_class(school.program, school.tariq, school.now + timedelta(minutes=minutes), now=school.now)
        for minutes in (-1440, -20, 90)
    )
    write_note(session=before, text="Stopped at 7", by=school.tove, now=school.now)

    shown = text_of(signed_in(school.tariq).get("/"))

    assert "Left for this class Stopped at 7" in shown
    assert "Left for the next class: Stopped at 7" not in shown


def test_a_card_says_who_takes_the_next_class_where_it_is_somebody_else(school: School) -> None:
    wim = school.teacher("wim")
    school.assign(wim, school.program, Preset.TEACHER)
    make_class(school.program, wim, school.now + timedelta(days=2), now=school.now)

    assert "Wim takes the next one." in text_of(signed_in(school.tariq).get("/"))
    assert "takes the next one" not in text_of(signed_in(wim).get("/"))
