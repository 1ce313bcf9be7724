"""Several people at once: nobody teaches two classes, and a class is taken once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession, TeacherClaim
from eduraise.core.errors import DomainError
from eduraise.programs.models import Assignment
from eduraise.substitutes.asking import withdraw
from eduraise.substitutes.enums import State
from eduraise.substitutes.models import Substitution
from eduraise.substitutes.returning import give_back
from eduraise.substitutes.taking import accept
from eduraise.zoom.models import HostClaim
from tests.at_once import at_once
from tests.linked import LinkedZoom
from tests.substitutes.scene import asked, assigned, schedule, taken

pytestmark = pytest.mark.django_db(transaction=True)


def accepting(linked: LinkedZoom, row: Substitution) -> Callable[[], Any]:
    now, version, by = linked.now, row.session.version, row.substitute
    return lambda: accept(row=row, seen_version=version, by=by, now=now)


def whole(session: ClassSession) -> bool:
    """Teacher, claim, host, right and substitution agree."""
    current = ClassSession.objects.select_related("occurrence__meeting__host").get(pk=session.pk)
    [claim] = TeacherClaim.objects.filter(held_for=session.uid, releases_at=None)
    [held] = HostClaim.objects.filter(held_for=session.uid, releases_at=None)
    accepted = Substitution.objects.filter(session=session, state=State.ACCEPTED).first()
    rights = list(Assignment.objects.open().filter(only_for=session.uid).values_list("person", flat=True))
    assert current.occurrence
    return (
        claim.teacher_id == current.teacher_id
        and held.host_id == current.occurrence.meeting.host_id
        and rights == ([current.teacher_id] if accepted else [])
        and (accepted is None or accepted.substitute_id == current.teacher_id)
    )


def test_nobody_takes_two_classes_of_one_hour(linked: LinkedZoom, session: ClassSession, olu: User) -> None:
    dia = linked.school.teacher("dia")
    linked.school.assign(dia, linked.school.program)
    linked.connect(dia)
    other = schedule(linked, dia, starts_at=session.starts_at + timedelta(minutes=30))
    rows = [asked(linked, session, olu), asked(linked, other, olu)]

    results = at_once(*[accepting(linked, row) for row in rows])

    assert [isinstance(each, ClassSession) for each in results].count(True) == 1
    assert {each.code for each in results if isinstance(each, DomainError)} <= {"teacher_busy"}
    assert TeacherClaim.objects.filter(teacher=olu).count() == 1
    assert whole(session)
    assert whole(other)


def test_a_yes_and_its_being_taken_back_end_in_one_of_both(
    linked: LinkedZoom, session: ClassSession, olu: User
) -> None:
    row = asked(linked, session, olu)
    now, tariq = linked.now, linked.school.tariq

    results = at_once(accepting(linked, row), lambda: withdraw(session=session, by=tariq, now=now))

    row.refresh_from_db()
    session.refresh_from_db()
    assert [isinstance(each, DomainError) for each in results].count(True) == 1
    assert (row.state, session.teacher) in (("accepted", olu), ("withdrawn", tariq))
    assert whole(session)


def test_two_yeses_of_one_person_are_one(linked: LinkedZoom, session: ClassSession, olu: User) -> None:
    row = asked(linked, session, olu)

    results = at_once(*[accepting(linked, row) for _turn in range(4)])

    assert [isinstance(each, ClassSession) for each in results].count(True) == 1
    assert whole(session)


def test_two_admins_who_put_different_people_on_it_get_one(
    linked: LinkedZoom, session: ClassSession, wim: User, olu: User
) -> None:
    ada = linked.school.ada

    results = at_once(
        lambda: assigned(linked, session, wim, ada), lambda: assigned(linked, session, olu, ada)
    )

    assert [isinstance(each, ClassSession) for each in results].count(True) == 1
    assert Substitution.objects.filter(state=State.ACCEPTED).count() == 1
    assert whole(session)


def test_two_who_give_it_back_do_it_once(linked: LinkedZoom, session: ClassSession, olu: User) -> None:
    given, now = taken(linked, session, olu), linked.now
    ada, tariq = linked.school.ada, linked.school.tariq

    results = at_once(
        *[
            lambda by=by: give_back(session=given, seen_version=given.version, by=by, now=now)
            for by in (ada, tariq)
        ]
    )

    assert [isinstance(each, ClassSession) for each in results].count(True) == 1
    assert whole(session)
