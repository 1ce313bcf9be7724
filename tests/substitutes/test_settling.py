"""A question, and a class that was taken, end by themselves when something else is done with the class."""

from __future__ import annotations

from datetime import timedelta

import pytest

from eduraise.accounts.models import User
from eduraise.classes.cancelling import cancel_class
from eduraise.classes.handing import hand_over
from eduraise.classes.joining import find_class
from eduraise.classes.models import ClassSession
from eduraise.classes.undoing import undo_change
from eduraise.core.errors import Changed
from eduraise.programs.actions import archive_program
from eduraise.substitutes.candidates import candidates_of
from eduraise.substitutes.settling import settle_due
from eduraise.substitutes.taking import accept
from tests.linked import LinkedZoom
from tests.substitutes.scene import asked, kinds, standing, state_of, taken

pytestmark = pytest.mark.django_db(transaction=True)


def test_given_to_somebody_for_good_it_is_nobodys_to_stand_in_any_more(
    linked: LinkedZoom, session: ClassSession, wim: User, olu: User
) -> None:
    given = taken(linked, session, olu)

    hand_over(session=given, seen_version=given.version, teacher=wim, by=linked.school.ada, now=linked.now)
    settle_due(linked.now)

    assert state_of(session) == [("Olu", "ended")]
    assert standing(linked, olu, session) is None


def test_a_question_ends_when_the_class_is_given_on(
    linked: LinkedZoom, session: ClassSession, wim: User, olu: User
) -> None:
    row = asked(linked, session, olu)
    given = hand_over(
        session=session, seen_version=session.version, teacher=wim, by=linked.school.ada, now=linked.now
    )

    with pytest.raises(Changed):
        accept(row=row, seen_version=given.version, by=olu, now=linked.now)
    assert settle_due(linked.now)["lapsed"] == 1

    assert state_of(session) == [("Olu", "lapsed")]
    assert "substitute.not_needed" in kinds(olu)
    session.refresh_from_db()
    assert session.teacher == wim


def test_a_cancelled_class_that_comes_back_is_still_hers(
    linked: LinkedZoom, session: ClassSession, olu: User
) -> None:
    given = taken(linked, session, olu)
    off = cancel_class(session=given, seen_version=given.version, by=linked.school.tariq, now=linked.now)
    assert settle_due(linked.now)["ended"] == 0  # it can be undone still
    back = undo_change(session=off, version=off.version, by=linked.school.tariq, now=linked.now)

    assert back.teacher == olu
    current = find_class(olu, session.code, linked.now)
    assert current
    assert current.attention == ""
    cancel_class(session=back, seen_version=back.version, by=linked.school.tariq, now=linked.now)
    linked.advance(seconds=11)
    assert settle_due(linked.now)["ended"] == 1
    assert state_of(session) == [("Olu", "ended")]


def test_an_archived_program_asks_nobody_any_more(
    linked: LinkedZoom, session: ClassSession, olu: User
) -> None:
    row = asked(linked, session, olu)
    archive_program(program=session.program, by=linked.school.ada, now=linked.now)
    linked.advance(seconds=11)

    settle_due(linked.now)

    row.refresh_from_db()
    assert row.state == "lapsed"


def test_nobody_is_asked_to_teach_those_with_whom_she_learns(
    linked: LinkedZoom, session: ClassSession, olu: User
) -> None:
    assert [one.person for one in candidates_of(session, linked.now, person=olu)] == [olu]

    linked.school.enrol(olu, session.program, from_at=linked.now - timedelta(days=1))

    assert candidates_of(session, linked.now, person=olu) == []
