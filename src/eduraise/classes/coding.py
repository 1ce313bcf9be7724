"""Giving a new class its code."""

from __future__ import annotations

from collections.abc import Callable

from django.db import IntegrityError, transaction

from eduraise.classes.models import ClassSession
from eduraise.core.codes import new_code

# Of 600 million codes a school uses few: a second draw is rare, a tenth means that drawing is broken.
DRAWS = 10


def save_with_code(session: ClassSession, *, draw: Callable[[], str] = new_code) -> ClassSession:
    """Store a new class under a code that no other class has, in the caller's transaction.

    draw: where codes come from. A taken one is drawn again, ten times at most; whatever else the database
    refuses is raised as it is (IntegrityError).
    """
    left = DRAWS
    while True:
        session.code = draw()
        try:
            with transaction.atomic():
                session.save(force_insert=True)
            return session
        except IntegrityError:
            left -= 1
            # the databases name what they refuse each in their own way; whether a code is taken can be asked
            if not left or not ClassSession.objects.filter(code=session.code).exists():
                raise
