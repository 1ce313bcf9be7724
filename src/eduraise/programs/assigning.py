"""Teachers on programs: assigned with a preset and single permissions, changed, ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.core.errors import Changed, DomainError
from eduraise.notifications.actions import tell
from eduraise.programs.enums import PRESETS, Permission
from eduraise.programs.locking import lock_seen, lock_unarchived
from eduraise.programs.messages import ASSIGNED, ASSIGNMENT_CHANGED, ASSIGNMENT_ENDED
from eduraise.programs.models import Assignment, AssignmentPermission, Program, TeacherProfile
from eduraise.programs.queries import held_by


class AlreadyAssigned(DomainError):
    """The person teaches in the program already."""

    code = "already_assigned"


class NoTeacher(DomainError):
    """The person has no teacher's profile, or her account is closed."""

    code = "no_teacher"


@transaction.atomic
def assign_teacher(
    *,
    program: Program,
    person: User,
    preset: str,
    permissions: Iterable[str] | None = None,
    expectations: str = "",
    by: User,
    now: datetime,
) -> Assignment:
    """Put a teacher on a program; she is told at once, in the app and by mail, and may book at once.

    permissions: all that she holds, where it differs from the preset. Raises ProgramArchived, NoTeacher,
    AlreadyAssigned.
    """
    lock_unarchived(program)
    if not person.is_active or not TeacherProfile.objects.filter(person=person).exists():
        raise NoTeacher(_("%(name)s is not a teacher here yet.") % {"name": person.name}, field="person")
    close_lapsed(program, person, now)
    assignment = _begin(
        Assignment(
            program=program,
            person=person,
            preset=preset,
            from_at=now,
            expectations=expectations,
            granted_by=by,
        )
    )
    store_deviations(assignment, permissions)
    tell(
        person=person,
        kind=ASSIGNED,
        fact_key=str(assignment.uid),
        thing_uid=assignment.uid,
        program_uid=program.uid,
        by=by,
        now=now,
    )
    audit.record(
        "assignment.made",
        by=by,
        thing=assignment,
        at=now,
        program_uid=program.uid,
        after={"person": person.name, "preset": preset},
    )
    return assignment


def _begin(assignment: Assignment) -> Assignment:
    try:
        with transaction.atomic():
            assignment.save()
    except IntegrityError as problem:
        whole = Assignment.objects.open().filter(only_for__isnull=True)
        if whole.filter(program=assignment.program, person=assignment.person).exists():
            words = _("%(name)s teaches in this program already.") % {"name": assignment.person.name}
            raise AlreadyAssigned(words, field="person") from problem
        raise
    return assignment


@transaction.atomic
def change_assignment(
    *,
    assignment: Assignment,
    seen_version: int,
    preset: str,
    permissions: Iterable[str] | None,
    expectations: str,
    by: User,
    now: datetime,
) -> None:
    """Change what a teacher may do in a program; it holds from her next request on, and she is told.

    seen_version: what the person saw. Raises ChangedMeanwhile, or Changed if the assignment has ended.
    """
    row = lock_seen(Assignment.objects.select_related("program", "person"), assignment.pk, seen_version)
    if not row.is_active(now):
        raise Changed(_("This ended already."))
    before = _described(row)
    row.preset, row.expectations, row.version = preset, expectations, seen_version + 1
    store_deviations(row, permissions)
    after = _described(row)
    if before == after:
        return
    row.save(update_fields=["preset", "expectations", "version"])
    tell(
        person=row.person,
        kind=ASSIGNMENT_CHANGED,
        fact_key=f"{row.uid}:{row.version}",
        thing_uid=row.uid,
        program_uid=row.program.uid,
        by=by,
        now=now,
    )
    audit.record(
        "assignment.changed",
        by=by,
        thing=row,
        at=now,
        program_uid=row.program.uid,
        before={name: before[name] for name in before if before[name] != after[name]},
        after={name: after[name] for name in after if before[name] != after[name]},
    )


def _described(assignment: Assignment) -> dict[str, Any]:
    return {
        "preset": str(assignment.preset),
        "permissions": sorted(held_by(assignment)),
        "expectations": assignment.expectations,
    }


@transaction.atomic
def end_assignment(*, assignment: Assignment, by: User, now: datetime) -> None:
    """End a teacher's part in a program, from the next request on; she is told. Raises Changed if it ended
    already."""
    ended = Assignment.objects.filter(Q(until_at__isnull=True) | Q(until_at__gt=now), pk=assignment.pk)
    if not ended.update(until_at=now, closed_at=now):
        raise Changed(_("This ended already."))
    assignment.refresh_from_db()
    if assignment.person != by and assignment.only_for is None:
        tell(
            person=assignment.person,
            kind=ASSIGNMENT_ENDED,
            fact_key=str(assignment.uid),
            thing_uid=assignment.uid,
            program_uid=assignment.program.uid,
            by=by,
            now=now,
        )
    audit.record("assignment.ended", by=by, thing=assignment, at=now, program_uid=assignment.program.uid)


def close_lapsed(program: Program, person: User, now: datetime) -> None:
    """Close an assignment that ran out by itself, so that another can begin."""
    Assignment.objects.filter(
        program=program, person=person, only_for__isnull=True, closed_at__isnull=True, until_at__lte=now
    ).update(closed_at=now)


def store_deviations(assignment: Assignment, permissions: Iterable[str] | None) -> None:
    """Keep the single permissions that differ from the preset, and no others; None: the preset as it is."""
    assignment.deviations.all().delete()
    if permissions is None:
        return
    chosen, usual = set(permissions) & set(Permission.values), PRESETS[assignment.preset]
    AssignmentPermission.objects.bulk_create(
        AssignmentPermission(assignment=assignment, permission=one, is_granted=one in chosen)
        for one in sorted(chosen ^ usual)
    )
