"""Who may do what in which program. The one place that answers.

Nothing is cached between requests: a right that ended is gone with the next. While a page is only read, what
somebody is in a program is read once for all who ask.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from eduraise.accounts.models import User
from eduraise.core.prepared import Given, Hour
from eduraise.core.while_reading import answer_once
from eduraise.programs.enums import PRESETS, Permission, Preset
from eduraise.programs.models import Assignment, AssignmentPermission, Enrolment, Program, ProgramQuerySet
from eduraise.programs.queries import held_by, permissions_of


def can(user: User, permission: str, program: Program, now: datetime, only: UUID | None = None) -> bool:
    """Whether `user` holds `permission` in `program` at `now`.

    only: the uid of the class that it is about; then a substitute's right for that class counts too.
    An admin may do everything; an archived program allows nothing but looking back to anybody else.
    """
    if not user.is_active:
        return False
    if user.is_admin:
        return True
    if program.archived_at is not None and permission not in LOOKING_BACK:
        return False
    return permission in permissions_in(user, program, now, only=only)


# What an archived program still allows: its past stays readable.
LOOKING_BACK = frozenset({Permission.SEE_ATTENDANCE.value, Permission.STATISTICS.value})


def permissions_in(user: User, program: Program, now: datetime, only: UUID | None = None) -> frozenset[str]:
    """All that `user` holds in `program` by assignment; what an admin may by being one is not in it."""
    rows = _held_in(user, program, now)
    return frozenset().union(*(row.permissions for row in rows if row.only_for in (None, only)))


class Held(NamedTuple):
    """An assignment in force. only_for: the uid of the one class that it reaches, None for all of them."""

    preset: str
    only_for: UUID | None
    permissions: frozenset[str]


def _held_in(user: User, program: Program, now: datetime) -> list[Held]:
    """All assignments of `user` in `program` that are in force; one query."""

    def read() -> list[Held]:
        rows = Assignment.objects.active(now).filter(person=user, program=program)
        found: dict[int, tuple[str, UUID | None, list[tuple[str, bool]]]] = {}
        for pk, preset, only_for, permission, is_granted in rows.values_list(
            "pk", "preset", "only_for", "deviations__permission", "deviations__is_granted"
        ):
            _preset, _only_for, deviations = found.setdefault(pk, (preset, only_for, []))
            if permission is not None:
                deviations.append((permission, is_granted))
        return [
            Held(preset, only_for, permissions_of(preset, deviations))
            for preset, only_for, deviations in found.values()
        ]

    return answer_once(("held", user.pk, program.pk), read)


def programs_with(user: User, permission: str, now: datetime) -> ProgramQuerySet:
    """The programs that `permission` reaches for `user`, as a queryset to build lists from."""
    if not user.is_active:
        return Program.objects.none()
    if user.is_admin:
        return Program.objects.all()
    own = assignments_with(user, permission, now).filter(only_for__isnull=True)
    found = Program.objects.filter(pk__in=own.values("program"))
    return found if permission in LOOKING_BACK else found.unarchived()


def assignments_with(user: User | Given, permission: str, now: datetime | Hour) -> QuerySet[Assignment]:
    """The assignments by which `user` holds `permission`, a substitute's for one class among them."""
    deviation = AssignmentPermission.objects.filter(assignment=OuterRef("pk"), permission=permission)
    usual = Q(preset__in=presets_with(permission)) & ~Q(Exists(deviation.filter(is_granted=False)))
    return Assignment.objects.active(now).filter(
        usual | Q(Exists(deviation.filter(is_granted=True))), person=user
    )


def presets_with(permission: str) -> list[str]:
    """The presets that hold a permission."""
    return [preset for preset, held in PRESETS.items() if permission in held]


def taught_programs(user: User, now: datetime) -> ProgramQuerySet:
    """The programs that `user` is assigned to at present, whatever she may do there."""
    own = Assignment.objects.active(now).filter(person=user, only_for__isnull=True)
    return Program.objects.filter(pk__in=own.values("program"))


def attended_programs(user: User, now: datetime) -> ProgramQuerySet:
    """The running programs that `user` is enrolled in at present."""
    own = Enrolment.objects.active(now).filter(person=user)
    return Program.objects.running().filter(pk__in=own.values("program"))


def visible_programs(user: User, now: datetime) -> ProgramQuerySet:
    """Every program whose page `user` may open."""
    if not user.is_active:
        return Program.objects.none()
    if user.is_admin:
        return Program.objects.all()
    taught = taught_programs(user, now).values("pk")
    attended = attended_programs(user, now).values("pk")
    return Program.objects.filter(Q(pk__in=taught) | Q(pk__in=attended))


def may_see(user: User, program: Program, now: datetime) -> bool:
    """Whether `user` may open the program's page."""
    if not user.is_active:
        return False
    return user.is_admin or teaches_in(user, program, now) or is_student(user, program, now)


def teaches_in(user: User, program: Program, now: datetime) -> bool:
    """Whether `user` is assigned to the program at present, for more than one class, whatever she may do."""
    return any(row.only_for is None for row in _held_in(user, program, now))


def is_student(user: User, program: Program, now: datetime) -> bool:
    """Whether `user` attends the program: enrolled at present, and the program runs."""
    return user.is_active and program.state == Program.State.RUNNING and is_enrolled(user, program, now)


def is_enrolled(user: User, program: Program, now: datetime) -> bool:
    """Whether `user` is enrolled in the program at present, be it open or not."""
    enrolled = Enrolment.objects.active(now).filter(person=user, program=program)
    return answer_once(("enrolled", user.pk, program.pk), enrolled.exists)


def may_book_for_others(user: User, program: Program, now: datetime) -> bool:
    """Whether `user` may schedule a class that another teaches: a lead, or an admin."""
    if user.is_admin:
        return True
    rows = _held_in(user, program, now)
    return any(row.preset == Preset.LEAD and row.only_for is None for row in rows)


def may_plan_for(user: User, teacher: User, program: Program, now: datetime) -> bool:
    """Whether `user` may read why a teacher of the program is not there at some time, and what she noted to
    it: herself, and whoever schedules her classes."""
    if user == teacher or may_book_for_others(user, program, now):
        return True
    return can(user, Permission.TIMETABLE, program, now)


def teachers_of(program: Program, now: datetime, permission: str | None = None) -> list[User]:
    """The program's teachers at present, by name; with `permission`, those who hold it."""
    assignments = (
        Assignment.objects.active(now)
        .filter(program=program, only_for__isnull=True, person__is_active=True)
        .select_related("person")
        .prefetch_related("deviations")
        .order_by("person__name", "person_id")
    )
    return [row.person for row in assignments if permission is None or permission in held_by(row)]


def students_of(programs: Iterable[Program], now: datetime) -> QuerySet[User]:
    """The people enrolled in any of these programs at present."""
    enrolled = Enrolment.objects.active(now).filter(program__in=programs, person=OuterRef("pk"))
    return User.objects.filter(Exists(enrolled), is_active=True).order_by("name", "pk")
