"""A class's code is its own: one that is taken is drawn again, and only for that."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError

from eduraise.classes.coding import DRAWS, save_with_code
from eduraise.classes.models import ClassSession
from tests.classes.rows import make_class
from tests.school import School


def another(like: ClassSession, **fields: object) -> ClassSession:
    """A class that is not stored yet."""
    names = ("program", "teacher", "topic", "starts_at", "ends_at", "zone", "local_start")
    values = {name: getattr(like, name) for name in (*names, "changed_at", "tell_at", "created_at")}
    return ClassSession(**(values | fields))


@pytest.fixture
def session(school: School) -> ClassSession:
    return make_class(school.program, school.tariq, school.now + timedelta(hours=4), now=school.now)


def test_a_taken_code_is_drawn_again(session: ClassSession) -> None:
    codes = iter([session.code, session.code, "7F3K-2Q"])

    new = save_with_code(another(session), draw=lambda: next(codes))

    assert set(ClassSession.objects.values_list("pk", "code")) == {
        (session.pk, session.code),
        (new.pk, "7F3K-2Q"),
    }


def test_what_else_is_refused_is_not_tried_again(session: ClassSession) -> None:
    codes = iter(["7F3K-2Q", "7F3K-2R"])

    with pytest.raises(IntegrityError):
        save_with_code(another(session, ends_at=session.starts_at), draw=lambda: next(codes))

    assert list(codes) == ["7F3K-2R"]
    assert ClassSession.objects.count() == 1


def test_drawing_that_gives_taken_codes_only_ends(session: ClassSession) -> None:
    codes = iter([session.code] * (DRAWS + 1))

    with pytest.raises(IntegrityError):
        save_with_code(another(session), draw=lambda: next(codes))

    assert list(codes) == [session.code]
