"""Students who sit at another's device, such as brothers and sisters: Zoom knows of one of them, and somebody
said that the other was there as well. What is seen of the one then counts for both."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.attendance.enums import RegisterState
from eduraise.attendance.models import Companion, Register
from eduraise.attendance.refusals import RolledUp
from eduraise.attendance.registers import hold, name_anew
from eduraise.attendance.who import students_of
from eduraise.classes.models import ClassSession
from eduraise.core import audit
from eduraise.core.errors import DomainError

#: By the one of whom Zoom tells: who sits there too
type Beside = Mapping[int, tuple[int, ...]]


class NoCompanion(DomainError):
    """Two students of the class are asked for, one of whom sits at the other's device."""

    code = "no_companion"

    def __init__(self) -> None:
        super().__init__(_("Choose another student of the class, whose device it was."), field="beside")


def companions_in(sessions: Collection[UUID]) -> dict[UUID, Beside]:
    """Who sat at whose device, by class. One query for any number of classes."""
    here, starts_at = F("program__classes__uid"), F("program__classes__starts_at")
    lasting = Q(lasts=True, from_at__lte=starts_at) & (Q(until_at=None) | Q(until_at__gt=starts_at))
    said = Companion.objects.filter(undone_at=None, program__classes__uid__in=list(sessions))
    rows = said.filter(Q(register__session__uid=here) | lasting)
    found: dict[UUID, dict[int, tuple[int, ...]]] = {}
    for uid, beside, student in rows.values_list("program__classes__uid", "beside", "student").order_by("pk"):
        of_class = found.setdefault(uid, {})
        of_class[beside] = tuple(dict.fromkeys((*of_class.get(beside, ()), student)))
    return dict(found)


def said_of(session: ClassSession) -> list[Companion]:
    """The same of one class, with who said so, for its page."""
    lasting = Q(lasts=True, program=session.program_id, from_at__lte=session.starts_at)
    lasting &= Q(until_at=None) | Q(until_at__gt=session.starts_at)
    rows = Companion.objects.filter(Q(register__session=session.pk) | lasting, undone_at=None)
    return list(rows.select_related("student", "beside", "by", "register").order_by("pk"))


@transaction.atomic
def sit_together(
    *, register: Register, student: User, beside: User, lasts: bool, by: User, now: datetime
) -> Companion:
    """Say that a student was at another's device; with `lasts` also in the program's later classes. What was
    said of that student in this class before is replaced. Raises NoCompanion, RegisterLocked, RolledUp."""
    hold(register)
    session = register.session
    if register.rolled_up_at is not None:
        raise RolledUp
    if student == beside or not {student.pk, beside.pk} <= students_of(session):
        raise NoCompanion
    before = Companion.objects.filter(register=register, student=student, undone_at=None)
    before.update(undone_at=now, undone_by=by)
    said = Companion.objects.create(
        register=register,
        program=session.program,
        student=student,
        beside=beside,
        lasts=lasts,
        from_at=session.starts_at,
        by=by,
        at=now,
    )
    _fold_anew(said, session)
    audit.record(
        "attendance.companion",
        by=by,
        thing=register,
        at=now,
        program_uid=session.program.uid,
        after={"student": str(student.uid), "beside": str(beside.uid), "lasts": lasts},
    )
    return said


@transaction.atomic
def sit_apart(*, said: Companion, register: Register, by: User, now: datetime) -> bool:
    """Take that back. In a later class of one that lasts it holds no more from this class on, and stays for
    those before. False if it was taken back before. Raises RegisterLocked."""
    hold(register)
    session = register.session
    ours = Companion.objects.filter(pk=said.pk, undone_at=None)
    if said.register_id == register.pk:
        moved = ours.update(undone_at=now, undone_by=by)
    else:
        still = ours.filter(Q(until_at=None) | Q(until_at__gt=session.starts_at))
        moved = still.update(until_at=session.starts_at)
    if not moved:
        return False
    _fold_anew(said, session)
    audit.record(
        "attendance.companion_undone",
        by=by,
        thing=register,
        at=now,
        program_uid=session.program.uid,
        before={"student": str(said.student.uid), "beside": str(said.beside.uid)},
    )
    return True


def _fold_anew(said: Companion, session: ClassSession) -> None:
    name_anew(_touched(said, session).exclude(state=RegisterState.LOCKED))


def _touched(said: Companion, session: ClassSession) -> QuerySet[Register]:
    here = Q(session=session.pk)
    later = Q(session__program=session.program_id, session__starts_at__gte=session.starts_at)
    return Register.objects.filter(here | later if said.lasts else here)
