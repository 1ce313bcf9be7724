"""Programs: made, changed, opened, archived, restored. Nothing here is ever deleted."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core import audit, hooks
from eduraise.core.errors import Changed, DomainError
from eduraise.programs.locking import lock_seen, lock_unarchived
from eduraise.programs.models import ClassSettings, Program


class CodeTaken(DomainError):
    """Another program has this code."""

    code = "code_taken"


@transaction.atomic
def create_program(*, by: User, now: datetime, **values: Any) -> Program:
    """A new program, as a draft: teachers may prepare and book, students see nothing. Raises CodeTaken."""
    program = _save(Program(created_at=now), values)
    ClassSettings.objects.create(program=program)
    audit.record("program.created", by=by, thing=program, at=now, program_uid=program.uid)
    return program


@transaction.atomic
def change_program(*, program: Program, seen_version: int, by: User, now: datetime, **values: Any) -> Program:
    """Change what a program says of itself. seen_version: what the person saw.

    Raises CodeTaken, and ChangedMeanwhile if it was changed since.
    """
    current = lock_seen(Program.objects.all(), program.pk, seen_version)
    before, after = differing(current, values)
    if not after:
        return current
    current = _save(current, values | {"version": seen_version + 1})
    audit.record(
        "program.changed",
        by=by,
        thing=current,
        at=now,
        program_uid=current.uid,
        before=before,
        after=after,
    )
    return current


def differing(row: Model, values: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Which of these values are new to the row: as they were and as they become, in words for the log."""
    names = [name for name, value in values.items() if getattr(row, name) != value]
    return {name: str(getattr(row, name)) for name in names}, {name: str(values[name]) for name in names}


def _save(program: Program, values: dict[str, Any]) -> Program:
    for name, value in values.items():
        setattr(program, name, value)
    try:
        with transaction.atomic():
            program.save()
    except IntegrityError as problem:
        if Program.objects.filter(code_key=program.code_key).exclude(pk=program.pk).exists():
            raise CodeTaken(_("Another program has this code."), field="code") from problem
        raise
    return program


@transaction.atomic
def open_program(*, program: Program, by: User, now: datetime) -> None:
    """Show a draft to its students. Raises Changed if it is open or archived already."""
    opened = Program.objects.filter(pk=program.pk, opened_at__isnull=True, archived_at__isnull=True)
    if not opened.update(opened_at=now):
        raise Changed(_("Somebody was faster: this program is not a draft any more."))
    audit.record("program.opened", by=by, thing=program, at=now, program_uid=program.uid)


@transaction.atomic
def archive_program(*, program: Program, by: User, now: datetime) -> None:
    """End a program: nobody joins any more, its coming classes are cancelled, its past stays readable."""
    if not Program.objects.filter(pk=program.pk, archived_at__isnull=True).update(archived_at=now):
        raise Changed(_("This program is archived already."))
    hooks.program_archived.tell(program=program, by=by, now=now)
    audit.record("program.archived", by=by, thing=program, at=now, program_uid=program.uid)


@transaction.atomic
def restore_program(*, program: Program, by: User, now: datetime) -> None:
    """Take a program back from the archive. Its cancelled classes stay cancelled."""
    if not Program.objects.filter(pk=program.pk, archived_at__isnull=False).update(archived_at=None):
        raise Changed(_("This program is not archived any more."))
    audit.record("program.restored", by=by, thing=program, at=now, program_uid=program.uid)


@transaction.atomic
def change_rules(*, program: Program, seen_version: int, by: User, now: datetime, **values: Any) -> None:
    """Change how a program's classes are held. Booked classes stay as they are.

    seen_version: of the rules, as the person saw them. Raises ProgramArchived, and ChangedMeanwhile if they
    were changed since.
    """
    lock_unarchived(program)
    rules = lock_seen(ClassSettings.objects.all(), program.class_settings.pk, seen_version)
    before, after = differing(rules, values)
    if not after:
        return
    for name, value in (values | {"version": seen_version + 1}).items():
        setattr(rules, name, value)
    rules.save()
    audit.record(
        "program.rules_changed",
        by=by,
        thing=program,
        at=now,
        program_uid=program.uid,
        before=before,
        after=after,
    )
