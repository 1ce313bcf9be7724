"""How many classes each tab of a teacher's list holds, in one query."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import CharField, Func, IntegerField, Q, QuerySet, Subquery
from django.db.models.lookups import Exact

from eduraise.accounts.models import User
from eduraise.classes import states
from eduraise.classes.models import ClassSession, is_taught
from eduraise.core.prepared import Given, Hour
from eduraise.core.prepared_rows import PreparedRows


def of_teacher(reader: User, now: datetime, *, code_key: str = "") -> dict[str, int]:
    """How many classes of a teacher's programs, or of the one with this key, are `upcoming` and `past`, and
    how many need `attention`."""
    found: dict[str, int] = TALLIES.at(now, person=reader.pk, program=code_key)[0]
    return found


def _tallies() -> QuerySet[User, Any]:
    key = Given("program", CharField())
    of_program = Q(Exact(key, "")) | Q(program__code_key=key)
    own = ClassSession.objects.filter(of_program, is_taught(Given("person"), Hour()))
    added: dict[str, Any] = {
        "upcoming": _number(states.upcoming(own, Hour())),
        "past": _number(states.past(own, Hour())),
        "attention": _number(states.needing_attention(own, Hour())),
    }
    return User.objects.filter(pk=Given("person")).values(**added)


def _number(classes: QuerySet[ClassSession]) -> Subquery:
    # written as a plain function: as an aggregate it would group by the class
    every = classes.order_by().annotate(number=Func("pk", function="COUNT", output_field=IntegerField()))
    return Subquery(every.values("number"))


TALLIES = PreparedRows(_tallies)
