"""Marks set by hand: by a class's teacher, whoever stands in for her, and those who may correct attendance.

A correction stands until it is taken back; no fold writes over it. Everything is kept in the mark's history.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.attendance.enums import Cause, RegisterState, Status
from eduraise.attendance.models import Mark, MarkChange, Register
from eduraise.attendance.refusals import RegisterLocked
from eduraise.classes.joining import Standing
from eduraise.core import audit
from eduraise.core.codes import new_uid
from eduraise.core.errors import Changed, DomainError
from eduraise.programs.enums import Permission
from eduraise.programs.models import Enrolment

LONGEST_WHY = 300
BY_HAND = ("hand_status", "hand_minutes", "hand_by", "hand_at", "hand_why", "version")


class MarkUnfit(DomainError):
    """A mark that can't be: no such status, more minutes than the class has, a student who wasn't in it."""

    code = "mark_unfit"


def may_correct(standing: Standing) -> bool:
    """Whether somebody may set marks of a class: its own teacher, and who may correct in its program."""
    return standing.may_start or standing.may(Permission.CORRECT_ATTENDANCE)


def may_look(standing: Standing) -> bool:
    """Whether somebody may look at a class's register: who sees attendance, and who sets marks."""
    return standing.may(Permission.SEE_ATTENDANCE) or may_correct(standing)


@dataclass(frozen=True, kw_only=True)
class Said:
    """What somebody says of a mark. status: "" for what the rule says; minutes: None for the same."""

    status: str
    minutes: int | None = None
    why: str = ""


@transaction.atomic
def correct_marks(
    *, register: Register, students: Mapping[int, int | None], said: Said, by: User, now: datetime
) -> UUID | None:
    """Set the marks of one or many students of a class alike; under which uid it can be undone, None where
    nothing was to be changed.

    students: the keys of people, each with the version of their mark that was seen (None: whatever stands).
    All of them or none. Raises RegisterLocked, MarkUnfit, Changed where somebody was faster with one of them.
    """
    held = _held(register)
    _require_fit(held, said)
    marks = _marks(held, students)
    for student, version in students.items():
        if version is not None and marks[student].version != version:
            raise Changed(_("Somebody changed this mark meanwhile. Look at it as it stands now."))
    changed = [mark for mark in marks.values() if _differs(mark, said)]
    batch = new_uid()
    _set(held, changed, {mark.student_id: said for mark in changed}, batch=batch, by=by, now=now)
    return batch if changed else None


@transaction.atomic
def undo_correction(*, batch_uid: UUID, register: Register, by: User, now: datetime) -> int:
    """Put back what stood by hand before a correction; of how many marks.

    Raises RegisterLocked, Changed where one of them was changed again since, or it was undone already.
    """
    held = _held(register)
    changes = list(MarkChange.objects.filter(batch_uid=batch_uid, mark__register=held).select_related("mark"))
    if not changes or any(change.mark.version != change.version for change in changes):
        raise Changed(_("These marks were changed again since; nothing was undone."))
    former = {change.mark.student_id: change.former or {} for change in changes}
    said = {
        student: Said(status=one.get("status", ""), minutes=one.get("minutes"), why=one.get("why", ""))
        for student, one in former.items()
    }
    _set(held, [change.mark for change in changes], said, batch=new_uid(), by=by, now=now, former=former)
    return len(changes)


def _held(register: Register) -> Register:
    """The register, so that no fold and no other correction writes meanwhile. Raises RegisterLocked."""
    related = ("session__program",)
    rows = Register.objects.select_for_update(of=("self",), no_key=True).select_related(*related)
    held = rows.get(pk=register.pk)
    if held.state == RegisterState.LOCKED:
        raise RegisterLocked
    if held.session.cancelled_at is not None:
        raise MarkUnfit(_("The class was cancelled: there is nothing to mark."))
    return held


def _require_fit(register: Register, said: Said) -> None:
    most = longest_of(register)
    if said.status not in ("", *Status.values):
        raise MarkUnfit(_("There is no such mark."), field="status")
    if said.minutes is not None and not 0 <= said.minutes <= most:
        raise MarkUnfit(
            _("The class has %(most)d minutes: give a number from 0 to that.") % {"most": most},
            field="minutes",
        )
    if len(said.why) > LONGEST_WHY:
        raise MarkUnfit(
            _("The reason can have %(most)d characters at most.") % {"most": LONGEST_WHY}, field="why"
        )


def longest_of(register: Register) -> int:
    """The whole minutes that a class has: as planned, or as it was held where that was longer."""
    held: int = sum(ended - began for began, ended in register.running) // 60
    planned: int = register.session.minutes
    return max(planned, held)


def _marks(register: Register, students: Mapping[int, int | None]) -> dict[int, Mark]:
    """Their marks; for who has none yet and was enrolled then, one to be made."""
    found = {mark.student_id: mark for mark in Mark.objects.filter(register=register, student__in=students)}
    session = register.session
    spells = Enrolment.objects.filter(
        Q(until_at__isnull=True) | Q(until_at__gt=session.starts_at),
        program=session.program_id,
        person__in=students.keys() - found.keys(),
        from_at__lt=session.ends_at,
    )
    held_on = session.starts_at.astimezone(ZoneInfo(session.program.zone)).date()
    for person, spell in spells.order_by("from_at").values_list("person", "pk"):
        found[person] = Mark(register=register, student_id=person, enrolment_id=spell, held_on=held_on)
    if students.keys() - found.keys():
        raise MarkUnfit(_("Only students who were enrolled when the class was held can be marked."))
    return found


def _differs(mark: Mark, said: Said) -> bool:
    return (mark.hand_status, mark.hand_minutes, mark.hand_why) != (said.status, said.minutes, said.why)


def _set(
    register: Register,
    marks: Sequence[Mark],
    said: Mapping[int, Said],
    *,
    batch: UUID,
    by: User,
    now: datetime,
    former: Mapping[int, Mapping[str, Any]] | None = None,
) -> None:
    """Write what was said with its history. former: whose word it was before, where it is put back."""
    changes = [_change(mark, said[mark.student_id], batch, by, now, former) for mark in marks]
    Mark.objects.bulk_create(mark for mark in marks if mark.pk is None)
    Mark.objects.bulk_update(marks, BY_HAND)
    for change in changes:
        change.mark_id = change.mark.pk
    MarkChange.objects.bulk_create(changes)
    if changes:
        _record(register, changes, by, now)


def _change(
    mark: Mark,
    said: Said,
    batch: UUID,
    by: User,
    now: datetime,
    former: Mapping[int, Mapping[str, Any]] | None,
) -> MarkChange:
    """The mark as it was said to be, and what that changed."""
    change = MarkChange(
        mark=mark,
        at=now,
        by=by,
        cause=Cause.HAND,
        why=said.why,
        batch_uid=batch,
        version=mark.version + 1,
        before=mark.hand_status or mark.rule_status,
        minutes_before=minutes_of(mark),
        former=_written(mark),
    )
    is_word = bool(said.status) or said.minutes is not None
    mark.hand_status, mark.hand_minutes, mark.hand_why = said.status, said.minutes, said.why
    mark.hand_by, mark.hand_at = (by, now) if is_word else (None, None)
    mark.version += 1
    if former is not None and is_word:
        earlier = former[mark.student_id]
        mark.hand_by_id, mark.hand_at = earlier["by"], datetime.fromisoformat(earlier["at"])
    change.after, change.minutes_after = mark.hand_status or mark.rule_status, minutes_of(mark)
    return change


def minutes_of(mark: Mark) -> int:
    """The minutes that count: as somebody said, else by the rule."""
    return mark.rule_minutes if mark.hand_minutes is None else mark.hand_minutes


def _written(mark: Mark) -> dict[str, Any]:
    return {
        "status": mark.hand_status,
        "minutes": mark.hand_minutes,
        "why": mark.hand_why,
        "by": mark.hand_by_id,
        "at": mark.hand_at.isoformat() if mark.hand_at else None,
    }


def _record(register: Register, changes: Sequence[MarkChange], by: User, now: datetime) -> None:
    people = User.objects.in_bulk([change.mark.student_id for change in changes])
    named = {str(people[change.mark.student_id].uid): change for change in changes}
    audit.record(
        "attendance.corrected",
        by=by,
        thing=register,
        at=now,
        program_uid=register.session.program.uid,
        before={uid: [change.before, change.minutes_before] for uid, change in named.items()},
        after={uid: [change.after, change.minutes_after] for uid, change in named.items()},
    )
