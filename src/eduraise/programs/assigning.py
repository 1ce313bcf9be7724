"""Teachers on programs: assigned with a preset and single permissions, changed, ended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core import audit, hooks
from eduraise.core.errors import Changed, DomainError
from eduraise.notifications.actions import tell
from eduraise.programs.enums import PRESETS, Permission
from eduraise.programs.messages import ASSIGNED
from eduraise.programs.models import Assignment, AssignmentPermission, Program, TeacherProfile


class AlreadyAssigned(DomainError):
    """The person teaches in the program already."""

    code = "already_assigned"


class NoTeacher(DomainError):
    """The person has no teacher's profile."""

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

    permissions: all that she holds, where it differs from the preset. Raises AlreadyAssigned, NoTeacher.
    """
    if not TeacherProfile.objects.filter(person=person).exists():
        raise NoTeacher(_("%(name)s is not a teacher here yet.") % {"name": person.name}, field="person")
    close_lapsed(program, person, now)
    try:
        with transaction.atomic():
            assignment = Assignment.objects.create(
                program=program,
                person=person,
                preset=preset,
                from_at=now,
                expectations=expectations,
                granted_by=by,
            )
    except IntegrityError as problem:
        words = _("%(name)s teaches in this program already.") % {"name": person.name}
        raise AlreadyAssigned(words, field="person") from problem
    store_deviations(assignment, permissions)
    tell(
        person=person,
        kind=ASSIGNED,
        fact_key=str(assignment.uid),
        thing_uid=assignment.uid,
        program_uid=program.uid,
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


@transaction.atomic
def change_assignment(
    *,
    assignment: Assignment,
    preset: str,
    permissions: Iterable[str] | None,
    expectations: str,
    by: User,
    now: datetime,
) -> None:
    """Change what a teacher may do in a program; it holds from her next request on."""
    before = {"preset": assignment.preset}
    assignment.preset, assignment.expectations = preset, expectations
    assignment.save(update_fields=["preset", "expectations"])
    store_deviations(assignment, permissions)
    audit.record(
        "assignment.changed",
        by=by,
        thing=assignment,
        at=now,
        program_uid=assignment.program.uid,
        before=before,
        after={"preset": preset},
    )


@transaction.atomic
def end_assignment(*, assignment: Assignment, by: User, now: datetime) -> None:
    """End a teacher's part in a program, from the next request on. Raises Changed if it ended already."""
    ended = Assignment.objects.filter(Q(until_at__isnull=True) | Q(until_at__gt=now), pk=assignment.pk)
    if not ended.update(until_at=now, closed_at=now):
        raise Changed(_("This ended already."))
    assignment.refresh_from_db()
    hooks.assignment_ended.tell(assignment=assignment, by=by, now=now)
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
