"""Registers brought up to what is known: worked out, and what changed of them written.

What somebody said by hand is never touched, and nothing of a locked register moves by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from eduraise.attendance import entries, messages
from eduraise.attendance.enums import Cause, RegisterState, Status
from eduraise.attendance.gathering import Known, gather
from eduraise.attendance.marking import Rules, Terms
from eduraise.attendance.models import Companion, Identification, Mark, MarkChange, Register
from eduraise.attendance.presence import Folded, Outcome, fold
from eduraise.core.each import update_each

#: What a fold writes of a mark, by the rules alone
RULED = (
    "rule_status",
    "rule_minutes",
    "first_in_at",
    "last_out_at",
    "spans",
    "waits",
    "terms",
    "is_estimate",
    "flags",
    "rules_version",
    "held_on",
)
#: A new mark, or one of a student whose spell is another, has its spell too
_WRITTEN = (*RULED, "enrolment")


def fold_register(register_id: int, now: datetime) -> bool:
    """Work out a class's register afresh from all that is known by now; False if a later fold was faster, or
    what it was made of is no longer kept.

    Where the register is final a mark that moves is kept in its history; where it is locked no mark moves,
    and what would is entered beside it. Facts that come meanwhile leave the register behind, to be folded
    again. Queries: the same for one student or five hundred. Call it outside a transaction.
    """
    register = Register.objects.select_related("session__program__attendance_rules").get(pk=register_id)
    if register.rolled_up_at is not None:
        return False
    read = gather(register)
    is_locked = register.state == RegisterState.LOCKED
    rules = _locked_rules(register, read.rules) if is_locked else read.rules
    folded = fold(read.facts, rules, read.second(now))
    if register.not_held_at is not None:
        folded = _not_held(folded)
    with transaction.atomic():
        # first, so that of two folds at once the second waits here and finds what the first one wrote
        newer = Q(folded_at__isnull=False, folded_at__gt=now)
        kept = Register.objects.filter(
            pk=register_id, folded_version__lte=register.facts_version, rolled_up_at__isnull=True
        ).exclude(newer)
        if not kept.update(
            folded_version=register.facts_version, folded_at=now, **_of_register(read, folded)
        ):
            return False
        _write(register, read, folded, now)
        if register.matched < register.expected and folded.matched == folded.expected:
            # the last whom nobody knew is known; of one that is not final nobody is told
            messages.tell_absent(register_id, now)
    return True


def _not_held(folded: Folded) -> Folded:
    """Nobody was absent from what wasn't held, nor present in it."""
    return replace(folded, marks={student: replace(one, status="") for student, one in folded.marks.items()})


def _of_register(read: Known, folded: Folded) -> dict[str, Any]:
    return {
        "best_source": folded.best_source,
        "matched": folded.matched,
        "expected": folded.expected,
        "running": [list(span) for span in folded.held.running],
        "held_from": read.instant(folded.held.begins),
        "held_until": read.instant(folded.held.ends),
        "teacher_late_seconds": folded.teacher_late,
    }


def _write(register: Register, read: Known, folded: Folded, now: datetime) -> None:
    """What differs from the marks as they stand, in the transaction that holds the register."""
    state = Register.objects.values_list("state", flat=True).get(pk=register.pk)
    marks = {mark.student_id: mark for mark in Mark.objects.filter(register=register.pk)}
    if state == RegisterState.LOCKED:
        _enter(register, marks, read, folded)
        return
    new, moved, changes = [], [], []
    for student, outcome in _judged(state, marks, folded).items():
        mark, ruled = marks.get(student), _ruled(read, outcome)
        if mark is None:
            new.append(_mark(register, read, student, ruled))
        elif any(getattr(mark, name) != value for name, value in ruled.items()):
            if state == RegisterState.FINAL:
                changes += _history(mark, outcome, _cause(register, mark, outcome, read), now)
            moved.append(_moved(mark, read, ruled))
    upsert(new, _WRITTEN)
    update_each(Mark, moved, _WRITTEN)
    _say_who_named(register, changes)
    MarkChange.objects.bulk_create(changes)
    if state == RegisterState.PENDING:
        _remove(marks[student] for student in marks.keys() - folded.marks.keys())


def _judged(state: str, marks: Mapping[int, Mark], folded: Folded) -> dict[int, Outcome]:
    """Whose marks are to be as the rules say: in a final register also of those who turn out not to have been
    enrolled then. Theirs count for nothing from now on, and keep their history."""
    if state != RegisterState.FINAL:
        return folded.marks
    return {student: Outcome("") for student in marks.keys() - folded.marks.keys()} | folded.marks


def _mark(register: Register, read: Known, student: int, values: Mapping[str, Any]) -> Mark:
    return Mark(register=register, student_id=student, enrolment_id=read.spells.get(student), **values)


def _moved(mark: Mark, read: Known, values: Mapping[str, Any]) -> Mark:
    """The mark, as the rules have it now."""
    mark.enrolment_id = read.spells.get(mark.student_id)
    for name, value in values.items():
        setattr(mark, name, value)
    return mark


def upsert(marks: list[Mark], fields: tuple[str, ...]) -> None:
    """New marks are made, of those that are there these fields alone are written."""
    Mark.objects.bulk_create(
        marks, update_conflicts=True, unique_fields=["register", "student"], update_fields=list(fields)
    )


def _ruled(read: Known, outcome: Outcome) -> dict[str, Any]:
    return {
        "rule_status": str(outcome.status),
        "rule_minutes": outcome.minutes,
        "first_in_at": read.instant(outcome.first_in),
        "last_out_at": read.instant(outcome.last_out),
        "spans": [list(span) for span in outcome.spans],
        "waits": [list(span) for span in outcome.waits],
        "terms": terms_written(outcome.terms, read.rules) if outcome.terms else {},
        "is_estimate": outcome.is_estimate,
        "flags": list(outcome.flags),
        "rules_version": read.rules.version,
        "held_on": read.held_on,
    }


def terms_written(terms: Terms, rules: Rules) -> dict[str, Any]:
    """By what a mark was measured, for its explanation. needed, length, most: whole minutes; begins, ends:
    seconds since the class's planned start; the others as in the program's rules then."""
    return {
        "needed": terms.needed,
        "length": terms.length,
        "is_half": terms.is_half,
        "most": terms.most,
        "begins": terms.begins,
        "ends": terms.ends,
        "share": rules.present_share,
        "minutes": rules.present_minutes,
        "late": rules.late_minutes,
        "early": rules.early_minutes,
        "grace": rules.grace_minutes,
        "of": str(rules.of),
        "clip": str(rules.clip),
    }


def _locked_rules(register: Register, rules: Rules) -> Rules:
    """The rules by which a locked register was made: what changed of them since is not for it."""
    made = Mark.objects.filter(register=register).exclude(terms={}).values_list("terms", flat=True).first()
    if not made:
        return rules
    return replace(
        rules,
        present_share=made["share"],
        present_minutes=made["minutes"],
        late_minutes=made["late"],
        early_minutes=made["early"],
        grace_minutes=made["grace"],
        of=made["of"],
        clip=made["clip"],
    )


def _enter(register: Register, marks: Mapping[int, Mark], read: Known, folded: Folded) -> None:
    """Of a locked register: what later facts would make of a mark, for an admin to apply; of those who turn
    out not to have been enrolled then, that they have none."""
    entered = []
    taken = dict.fromkeys(marks.keys() - folded.marks.keys(), Outcome(""))
    for student, outcome in (folded.marks | taken).items():
        mark = marks.get(student)
        told = (mark.rule_status, mark.rule_minutes) if mark else ("", 0)
        late = entries.NONE
        is_other = bool(outcome.status) or student in taken
        if is_other and told != (outcome.status, outcome.minutes):
            judged = None if student in taken else mark
            cause = _cause(register, judged, outcome, read) if judged else Cause.ENROLMENT
            late = entries.entry(_ruled(read, outcome), cause)
        if not entries.is_same(mark, late):
            entered.append(_mark(register, read, student, {"held_on": read.held_on, **late}))
    upsert(entered, entries.ENTERED)


def _history(mark: Mark, outcome: Outcome, cause: Cause, now: datetime) -> list[MarkChange]:
    """What somebody who looked at a final register sees otherwise now."""
    before = (mark.hand_status or mark.rule_status, _minutes(mark, mark.rule_minutes))
    after = (mark.hand_status or outcome.status, _minutes(mark, outcome.minutes))
    if before == after:
        return []
    return [
        MarkChange(
            mark=mark,
            at=now,
            before=before[0],
            after=after[0],
            minutes_before=before[1],
            minutes_after=after[1],
            cause=cause,
        )
    ]


def _say_who_named(register: Register, changes: Iterable[MarkChange]) -> None:
    """Of marks that moved because somebody said who a participant is, or took it back, by whom; in place."""
    named = [change for change in changes if change.cause == Cause.IDENTITY]
    if not named:
        return
    students = [one.mark.student_id for one in named]
    columns = ("by", "at", "undone_by", "undone_at")
    said = Identification.objects.filter(register=register.pk, person__in=students)
    beside = Companion.objects.filter(register=register.pk, student__in=students)
    last: dict[int, tuple[datetime, int | None]] = {}
    for person, by, at, undone_by, undone_at in (
        *said.values_list("person", *columns),
        *beside.values_list("student", *columns),
    ):
        told = (undone_at, undone_by) if undone_at else (at, by)
        last[person] = max(last.get(person, told), told, key=lambda one: one[0])
    for change in named:
        change.by_id = last.get(change.mark.student_id, (None, None))[1]


def _minutes(mark: Mark, by_rule: int) -> int:
    return by_rule if mark.hand_minutes is None else mark.hand_minutes


def _cause(register: Register, mark: Mark, outcome: Outcome, read: Known) -> Cause:
    if Status.EXCUSED in (mark.rule_status, outcome.status) and mark.rule_status != outcome.status:
        return Cause.EXCUSE
    if mark.rules_version != read.rules.version and mark.spans == [list(span) for span in outcome.spans]:
        return Cause.RULES
    if mark.enrolment_id != read.spells.get(mark.student_id):
        return Cause.ENROLMENT
    if register.named_version > register.folded_version:
        return Cause.IDENTITY
    return Cause.LATE_FACTS


def _remove(marks: Iterable[Mark]) -> None:
    """Marks of those who turn out not to have been enrolled then; what somebody ever set by hand stays, with
    its history."""
    gone = [mark.pk for mark in marks if not mark.version]
    if gone:
        Mark.objects.filter(pk__in=gone, version=0).delete()
