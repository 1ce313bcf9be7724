"""The importer of people: a table is checked and kept, confirmed, then carried out line by line.

One line is one transaction: person, invitation, enrolment or assignment, and what came of the line. Whoever
dies in between leaves whole lines done and whole lines to do, and the worker goes on.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext as _

from eduraise.accounts.actions import invite_person
from eduraise.accounts.models import Role, User
from eduraise.core import audit, crash
from eduraise.core.errors import Changed, DomainError
from eduraise.core.queue import back_off
from eduraise.programs.assigning import AlreadyAssigned, assign_teacher
from eduraise.programs.checking import Checked, NotDone, check_lines
from eduraise.programs.enrolling import enrol
from eduraise.programs.models import Enrolment, ImportLine, ImportRun, Program
from eduraise.programs.people import give_profile
from eduraise.programs.tables import Line, Table

Verdict, State = ImportLine.Verdict, ImportRun.State
#: Lines that the confirming request itself carries out, and for how long at most.
AT_ONCE = 25
AT_ONCE_SECONDS = 2.0
#: Lines that the worker carries out in one turn, and for how long at most.
BATCH = 200
WORKS_SECONDS = 5.0
#: A line that fails so often by no fault of its own is given up.
MOST_ATTEMPTS = 5

log = structlog.get_logger(__name__)


class NothingToImport(DomainError):
    """No line of the table is good."""

    code = "nothing_to_import"


# Checked and kept


@transaction.atomic
def check_import(
    *, table: Table, program: Program | None, file_name: str = "", by: User, now: datetime
) -> ImportRun:
    """Keep a table with what can be done with each of its lines. Nobody is invited or enrolled by this.

    program: where lines go that name none. Queries: the same number for 3 lines or 300.
    """
    checked = check_lines(table.lines, default=program, now=now)
    run = ImportRun.objects.create(
        by=by,
        program=program,
        digest=_digest(table.lines, program),
        file_name=file_name[:200],
        encoding=table.encoding,
        unused=list(table.unused),
        created_at=now,
    )
    ImportLine.objects.bulk_create(_kept(run, one, now) for one in checked)
    return run


def _kept(run: ImportRun, checked: Checked, now: datetime) -> ImportLine:
    return ImportLine(
        run=run,
        line_number=checked.line.number,
        raw=checked.line.raw,
        verdict=checked.verdict,
        reason=checked.reason,
        details=checked.details,
        role=checked.role,
        program=checked.program,
        is_new=checked.is_new,
        next_at=now,
    )


def _digest(lines: Sequence[Line], program: Program | None) -> str:
    said = [program.code_key if program else "", *(list(line.raw.values()) for line in lines)]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()


# Confirmed


@transaction.atomic
def confirm_import(*, run: ImportRun, by: User, now: datetime) -> None:
    """Let the good lines of a checked table be carried out, in the name of whoever confirms it.

    Raises Changed if it was confirmed already, NothingToImport.
    """
    confirmed = ImportRun.objects.filter(pk=run.pk, state=State.CHECKED).update(
        state=State.IMPORTING, confirmed_by=by, confirmed_at=now
    )
    if not confirmed:
        raise Changed(_("This import was confirmed already."))
    good = ImportLine.objects.filter(run=run, verdict=Verdict.GOOD).update(next_at=now)
    if not good:
        raise NothingToImport(_("No line of this table can be imported."))
    audit.record("import.confirmed", by=by, thing=run, at=now, after={"lines": good})
    run.refresh_from_db()


def begin_import(*, run: ImportRun, now: datetime) -> None:
    """Carry out the first lines of a confirmed import at once; a small one is done by then."""
    _carry_out_lines(_due(now).filter(run=run)[:AT_ONCE], now, AT_ONCE_SECONDS)
    finish_due(now)


# Carried out


def import_due(now: datetime, limit: int = BATCH) -> dict[str, int]:
    """Carry out at most `limit` lines that wait, each in a transaction of its own; what came of how many.

    Call it outside a transaction. Several may run at once: a line is carried out by one of them.
    """
    counts = _carry_out_lines(_due(now)[:limit], now, WORKS_SECONDS)
    finish_due(now)
    return dict(counts)


def _due(now: datetime) -> QuerySet[ImportLine]:
    importing = ImportRun.objects.filter(state=State.IMPORTING)
    return (
        ImportLine.objects.filter(
            run__in=importing, verdict=Verdict.GOOD, done_at__isnull=True, next_at__lte=now
        )
        .select_related("run")
        .order_by("next_at", "run", "line_number")
    )


def _carry_out_lines(lines: QuerySet[ImportLine], now: datetime, seconds: float) -> Counter[str]:
    until, counts = time.monotonic() + seconds, Counter[str]()
    for line in lines:
        counts[_try(line, now)] += 1
        if time.monotonic() > until:
            break
    return counts


def _try(line: ImportLine, now: datetime) -> str:
    """Carry out one line; an unforeseen failure is logged, holds up no other line and is tried again."""
    try:
        return import_line(line, now)
    except Exception:
        log.exception("import line failed", run=str(line.run.uid), line=line.line_number)
    attempts = line.attempts + 1
    waits = ImportLine.objects.filter(pk=line.pk, done_at__isnull=True)
    if attempts < MOST_ATTEMPTS:
        waits.update(attempts=attempts, next_at=now + back_off(attempts), last_error_at=now)
        return "failed"
    waits.update(attempts=attempts, last_error_at=now, verdict=Verdict.BAD, reason="failed", done_at=now)
    return "given up"


@transaction.atomic(durable=True)
def import_line(line: ImportLine, now: datetime) -> str:
    """Carry out one line and keep what came of it, together or not at all; the verdict.

    Whoever comes second waits for the first here, and then finds nothing to do.
    """
    mine = ImportLine.objects.filter(pk=line.pk, verdict=Verdict.GOOD, done_at__isnull=True)
    if not mine.update(done_at=now):
        return "done by another"
    try:
        with transaction.atomic():
            done, result_uid = _carry_out(line.pk, now)
    except NotDone as problem:
        kept: dict[str, Any] = {
            "verdict": problem.verdict,
            "reason": problem.reason,
            "details": problem.details,
        }
    except DomainError as problem:
        kept = {"verdict": Verdict.BAD, "reason": "refused", "details": {"message": problem.message[:300]}}
    else:
        kept = {"verdict": Verdict.GOOD, "is_new": done.is_new, "result_uid": result_uid}
    ImportLine.objects.filter(pk=line.pk).update(**kept)
    crash.point("programs.import.line_written")
    return str(kept["verdict"])


def _carry_out(pk: int, now: datetime) -> tuple[Checked, UUID]:
    """Do what a line asks for, as things stand now. Raises NotDone, DomainError."""
    line = ImportLine.objects.select_related("run__confirmed_by", "run__program").get(pk=pk)
    by = line.run.confirmed_by
    if by is None or not (by.is_admin and by.is_active):
        raise NotDone(Verdict.BAD, "not_admin", name=by.name if by else "")
    (checked,) = check_lines([Line(line.line_number, **line.raw)], default=line.run.program, now=now)
    if checked.verdict != Verdict.GOOD:
        raise NotDone(checked.verdict, checked.reason, **checked.details)
    person = checked.person or invite_person(
        email=checked.line.email, name=checked.line.name, role=_invited_as(checked.role), by=by, now=now
    )
    return checked, _place(checked, person, by, now)


def _invited_as(role: str) -> str:
    return role if role in (Role.STUDENT, Role.ADMIN) else Role.TEACHER


def _place(checked: Checked, person: User, by: User, now: datetime) -> UUID:
    """Enrol or assign the person, if a program is meant; the uid of what was made."""
    program = checked.program
    if program is None:
        return person.uid
    facts = {"name": person.name, "program": program.code}
    if checked.role == Role.STUDENT:
        made = enrol(program=program, people=[person], by=by, now=now, source=Enrolment.Source.IMPORT)
        if not made:  # in this very moment, by somebody else
            raise NotDone(Verdict.KNOWN, "enrolled", **facts)
        return made[0].uid
    give_profile(person=person, role=Role.TEACHER)
    try:
        return assign_teacher(program=program, person=person, preset=checked.role, by=by, now=now).uid
    except AlreadyAssigned:
        raise NotDone(Verdict.KNOWN, "assigned", preset=checked.role, **facts) from None


def finish_due(now: datetime) -> int:
    """Note which imports have no line left to do; how many."""
    waits = ImportLine.objects.filter(run=OuterRef("pk"), verdict=Verdict.GOOD, done_at__isnull=True)
    finished = ImportRun.objects.filter(~Exists(waits), state=State.IMPORTING)
    return finished.update(state=State.DONE, finished_at=now)
