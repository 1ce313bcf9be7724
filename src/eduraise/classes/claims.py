"""When a teacher is taken. The only code that writes teacher claims.

Nobody teaches two classes at once. PostgreSQL refuses that by an exclusion constraint; on SQLite the same
check runs inside the IMMEDIATE transaction of the caller, which is the one writer there is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.models import LONGEST_CLASS, ClassSession, TeacherClaim
from eduraise.core.errors import DomainError
from eduraise.ui import times


class TeacherBusy(DomainError):
    """The teacher has another class then. Says from when until when; of what only to whoever may know of that
    class, whose topic is given then."""

    code = "teacher_busy"

    def __init__(self, teacher: User, from_at: datetime, until_at: datetime, topic: str = "") -> None:
        said = _("%(name)s teaches another class then, %(span)s.")
        if topic:
            said = _("%(name)s teaches “%(topic)s” then, %(span)s.")
        span = times.span(from_at, until_at, timezone.get_current_timezone())
        super().__init__(said % {"name": teacher.name, "topic": topic, "span": span}, field="time")
        self.from_at, self.until_at = from_at, until_at


def lock_teachers(teachers: Iterable[User]) -> None:
    """Lock teachers' rows in one order, before hosts', so that two claims never wait for each other."""
    if connection.features.has_select_for_no_key_update:
        ids = sorted(teacher.pk for teacher in teachers)
        rows = User.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
        list(rows.values_list("pk"))


def claim_teacher(session: ClassSession, *, now: datetime, release_old_at: datetime | None = None) -> None:
    """Take the class's teacher for its hours, within the caller's transaction and after `lock_teachers`.

    release_old_at: the class's present claim is kept until then (a move holds both hours while it can be
    undone); None: it goes at once. Raises TeacherBusy.
    """
    teacher = session.teacher
    TeacherClaim.objects.filter(teacher=teacher, releases_at__lte=now).delete()
    release_teacher(session, now=now, at=release_old_at)
    taken = clashes(teacher, session.starts_at, session.ends_at, now, but=session.uid).first()
    if taken is not None:
        raise TeacherBusy(teacher, taken.starts_at, taken.ends_at)
    try:
        with transaction.atomic():
            TeacherClaim.objects.create(
                teacher=teacher,
                session=session,
                held_for=session.uid,
                starts_at=session.starts_at,
                ends_at=session.ends_at,
            )
    except IntegrityError as error:  # PostgreSQL's exclusion constraint: somebody was faster
        raise TeacherBusy(teacher, session.starts_at, session.ends_at) from error


def release_teacher(session: ClassSession, *, now: datetime, at: datetime | None = None) -> None:
    """Give a class's present claim back: at once, or at an instant until which it still holds."""
    claims = TeacherClaim.objects.filter(held_for=session.uid, releases_at__isnull=True)
    if at is None or at <= now:
        claims.delete()
    else:
        claims.update(releases_at=at)


def undo_claim(session: ClassSession, starts_at: datetime, ends_at: datetime, *, now: datetime) -> bool:
    """Hold the former hours again instead of the present ones; False if they were given back meanwhile."""
    former = (
        TeacherClaim.objects.filter(
            held_for=session.uid, releases_at__gt=now, starts_at=starts_at, ends_at=ends_at
        )
        .order_by("-releases_at")
        .first()
    )
    if former is None:
        return False
    TeacherClaim.objects.filter(held_for=session.uid, releases_at__isnull=True).delete()
    return TeacherClaim.objects.filter(pk=former.pk).update(releases_at=None) == 1


def clashes(
    teacher: User, starts_at: datetime, ends_at: datetime, now: datetime, *, but: UUID | None = None
) -> QuerySet[TeacherClaim]:
    """Other claims on a teacher that overlap a span, earliest first, with their classes. Touching is not
    overlapping."""
    # a class lasts at most a day, so the index range has a lower end
    rows = TeacherClaim.objects.filter(
        teacher=teacher,
        starts_at__lt=ends_at,
        starts_at__gt=starts_at - LONGEST_CLASS,
        ends_at__gt=starts_at,
    ).exclude(releases_at__lte=now)
    others = rows.exclude(held_for=but) if but else rows
    return others.select_related("session__program").order_by("starts_at")
