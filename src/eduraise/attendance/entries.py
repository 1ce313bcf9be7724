"""Entries beside the marks of a locked register: what facts that came after the lock would make of a mark.

An entry has all that the mark would have, so that who decides on it sees by what, and a mark that it became
explains itself like any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from datetime import datetime
from typing import Any

from django.db.models import F, QuerySet

from eduraise.attendance.enums import NO_MARK, Cause, RegisterState, Status
from eduraise.attendance.models import Excuse, Mark

#: Where an entry stands in the row of its mark
ENTERED = ("late_status", "late_minutes", "late_evidence")
NONE: Mapping[str, Any] = {"late_status": "", "late_minutes": None, "late_evidence": {}}
_INSTANTS = ("first_in_at", "last_out_at")
#: What of a mark an entry brings besides its status and minutes
_EVIDENCE = (*_INSTANTS, "spans", "waits", "terms", "is_estimate", "flags", "rules_version")
#: What applying one writes of a mark
APPLIED = ("rule_status", "rule_minutes", *_EVIDENCE, *ENTERED)


def entry(ruled: Mapping[str, Any], cause: Cause) -> dict[str, Any]:
    """An entry for what the rules say by now, also where that is nothing any more. ruled: what a fold would
    write of the mark, by its fields."""
    evidence = {name: ruled[name] for name in _EVIDENCE}
    for name in _INSTANTS:
        evidence[name] = evidence[name].isoformat() if evidence[name] else None
    return {
        "late_status": ruled["rule_status"] or NO_MARK,
        "late_minutes": ruled["rule_minutes"],
        "late_evidence": {**evidence, "cause": str(cause)},
    }


def is_same(mark: Mark | None, entered: Mapping[str, Any]) -> bool:
    """Whether that stands beside the mark already, for whatever cause it first came there."""
    stands = {name: getattr(mark, name) for name in ENTERED} if mark else NONE
    return _without_cause(stands) == _without_cause(entered)


def _without_cause(entered: Mapping[str, Any]) -> dict[str, Any]:
    evidence = {name: value for name, value in entered["late_evidence"].items() if name != "cause"}
    return {**entered, "late_evidence": evidence}


def as_entered(mark: Mark) -> Mark:
    """The mark as its entry would have it, with nothing entered beside it; not stored.

    Of an entry that was made before its evidence was kept, and whose facts are deleted, only status and
    minutes are known.
    """
    made = copy(mark)
    made.rule_status = "" if mark.late_status == NO_MARK else mark.late_status
    made.rule_minutes = mark.late_minutes or 0
    for name in _EVIDENCE:
        if name in mark.late_evidence:
            value = mark.late_evidence[name]
            setattr(made, name, datetime.fromisoformat(value) if value and name in _INSTANTS else value)
    for name, value in NONE.items():
        setattr(made, name, copy(value))
    return made


def cause_of(mark: Mark) -> str:
    """Why an entry came."""
    return str(mark.late_evidence.get("cause", Cause.LATE_FACTS))


def follow_excuse(excuse: Excuse, *, is_accepted: bool) -> None:
    """Of a locked register that isn't worked out any more, as what it was made of is deleted: the entry that
    an answer to an excuse comes to."""
    after, before = Status.EXCUSED, Status.ABSENT
    if not is_accepted:
        after, before = before, after
    marks = Mark.objects.filter(
        register__session=excuse.session_id,
        register__state=RegisterState.LOCKED,
        register__rolled_up_at__isnull=False,
        student=excuse.student_id,
    )
    marks.filter(rule_status=after, late_status=before).update(**NONE)
    entered = {"late_minutes": F("rule_minutes"), "late_evidence": {"cause": Cause.EXCUSE.value}}
    marks.filter(rule_status=before).update(late_status=after, **entered)


def waiting() -> QuerySet[Mark]:
    """Marks of locked registers that an admin is to decide on: another mark would count if the entry did, or
    somebody's word stands against it."""
    entered = Mark.objects.exclude(late_status="").exclude(hand_status=F("late_status"))
    return entered.filter(
        register__state=RegisterState.LOCKED,
        register__not_held_at__isnull=True,
        register__session__cancelled_at__isnull=True,
        register__session__program__archived_at__isnull=True,
    )
