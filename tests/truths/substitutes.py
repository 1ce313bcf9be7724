"""Whoever takes a class for another teaches it, may hold it, and nobody else may by that right."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from eduraise.classes.models import ClassSession
from eduraise.programs.models import Assignment
from eduraise.substitutes.enums import State
from eduraise.substitutes.models import Substitution
from eduraise.zoom.models import ZoomMeeting


def substitutes_stand(now: datetime) -> Iterator[str]:
    """At any moment: of a class that is to come, the right to it alone is its substitute’s."""
    rows = Substitution.objects.filter(state=State.ACCEPTED, session__ends_at__gt=now)
    taken = {row.session.uid: row for row in rows.select_related("session", "substitute")}
    rights = Assignment.objects.active(now).filter(only_for__isnull=False)
    may = {(one.only_for, one.person_id) for one in rights}
    for uid, row in taken.items():
        if row.session.teacher_id == row.substitute_id and (uid, row.substitute_id) not in may:
            yield f"{row.substitute} takes {row.session.topic} and may not hold it"
    coming = set(ClassSession.objects.filter(ends_at__gt=now).values_list("uid", flat=True))
    ended = set(Substitution.objects.filter(state=State.ENDED).values_list("session__uid", "substitute"))
    for uid, person in may:
        whose = taken.get(uid) if uid else None
        if uid in coming and (whose is None or whose.substitute_id != person) and (uid, person) not in ended:
            yield f"{person} may hold {uid}, which nobody gave"


def nothing_half_handed() -> Iterator[str]:
    """At rest: no meeting is on its way from one host to another."""
    for meeting in ZoomMeeting.objects.filter(wanted_host__isnull=False, gone_at__isnull=True):
        yield f"{meeting.ref} is still to be handed to {meeting.wanted_host}"
