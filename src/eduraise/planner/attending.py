"""What came in the way of a plan's classes after they were booked, such as Zoom's refusal: found for the
plan's page, and Zoom asked again from there. What is in the way, and in which words, is the rule of classes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import QuerySet

from eduraise.accounts.models import User
from eduraise.classes import queries
from eduraise.classes.booking import try_again
from eduraise.classes.enums import Attention
from eduraise.classes.models import ClassSession
from eduraise.classes.troubles import brief_of
from eduraise.planner.enums import RowState
from eduraise.planner.models import Plan, PlannedClass

REFUSED = (Attention.NOT_BOOKED, Attention.REFUSED)
HOST = "occurrence__meeting__host"


def note_troubles(plan: Plan, rows: Iterable[PlannedClass], reader: User, now: datetime) -> None:
    """Give rows whose class can't be held as it stands their `trouble`; the same queries however many."""
    by_class = {row.session_id: row for row in rows if row.state == RowState.BOOKED}
    for session in _troubled(plan, reader, now) if by_class else ():
        row = by_class[session.pk]
        row.trouble = brief_of(session)
        row.may_ask_again = session.may_edit and session.attention in REFUSED


def ask_zoom_again(*, plan: Plan, by: User, now: datetime, row_number: int | None = None) -> int:
    """Have Zoom asked again for what it refused of a plan's classes, of one or of all that the person may
    change; of how many meetings."""
    found = _troubled(plan, by, now)
    if row_number is not None:
        found = found.filter(plan_row__row_number=row_number)
    refused = [one for one in found if one.may_edit and one.attention in REFUSED and one.occurrence]
    meetings = {one.occurrence.meeting_id: one for one in refused if one.occurrence}
    return sum(try_again(session=one, by=by, now=now) for one in meetings.values())


def _troubled(plan: Plan, reader: User, now: datetime) -> QuerySet[ClassSession]:
    mine = ClassSession.objects.filter(plan_row__plan=plan, plan_row__state=RowState.BOOKED)
    found = queries.with_right_to_edit(queries.needing_attention(mine, now), reader, now)
    return found.select_related(f"{HOST}__account", f"{HOST}__teacher")
