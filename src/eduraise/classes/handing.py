"""Giving a class to another teacher, on whose Zoom it is held from then on."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.access.rules import may_book_for_others, teachers_of
from eduraise.accounts.models import User
from eduraise.classes import messages, snapshots
from eduraise.classes.being_there import Teaching, require_there
from eduraise.classes.changing import ClassOver, end_differences, read_current, write_change
from eduraise.classes.claims import claim_teacher, lock_teachers
from eduraise.classes.enums import ClassState
from eduraise.classes.models import Change, ClassSession
from eduraise.classes.replacing import replace_meeting
from eduraise.classes.retrying import retried
from eduraise.classes.scheduling import NotATeacherHere, lock_running
from eduraise.classes.states import state_of
from eduraise.classes.texts import clean_message
from eduraise.classes.told import keep
from eduraise.core import audit, crash
from eduraise.notifications.actions import tell
from eduraise.programs.enums import Permission
from eduraise.programs.models import Assignment, Program
from eduraise.programs.queries import colleagues_of
from eduraise.zoom.choosing import hosts_for
from eduraise.zoom.claims import lock_hosts


def may_give(user: User, program: Program, now: datetime) -> bool:
    """Whether `user` may give classes of a program to somebody else: an admin, or its lead."""
    return program.archived_at is None and may_book_for_others(user, program, now)


def takers_of(session: ClassSession, now: datetime) -> list[User]:
    """Who could teach a class instead: the others who hold classes of its program, by name."""
    teachers = teachers_of(session.program, now, permission=Permission.HOST)
    return [teacher for teacher in teachers if teacher.pk != session.teacher_id]


def barred_from(session: ClassSession, now: datetime) -> list[Assignment]:
    """Who else teaches in a class's program and may hold none of its classes: assistants and the like."""
    takers = {taker.pk for taker in takers_of(session, now)}
    others = colleagues_of(session.teacher, [session.program], now).get(session.program_id, [])
    return [other for other in others if other.person_id not in takers]


@retried
@transaction.atomic
def hand_over(
    *,
    session: ClassSession,
    seen_version: int,
    teacher: User,
    by: User,
    now: datetime,
    message: str = "",
    despite: str | None = None,
) -> ClassSession:
    """Let another teacher hold a class: it keeps its hours and its link, and gets a meeting on her Zoom.

    The new teacher, the former one and the students are told. despite: see `being_there.require_there`.
    Raises Changed, ClassOver, ProgramOver, NotATeacherHere, NotThere, NotConnected, TeacherBusy, HostBusy,
    TextUnfit.
    """
    program = lock_running(session.program)
    former = session.teacher
    hosts = hosts_for(teacher, starts_at=session.starts_at, length=session.duration)
    lock_teachers([former, teacher])
    lock_hosts([*hosts, *([session.occurrence.meeting.host] if session.occurrence else [])])
    session = read_current(session, seen_version, now)
    require_may_take(session, program, teacher, by, now)
    teaching = Teaching(teacher, session.starts_at, session.ends_at)
    require_there([teaching], program=program, by=by, now=now, despite=despite)
    before, said = snapshots.take(session), clean_message(message)
    session.teacher = teacher
    changes = {"teacher": (former.name, teacher.name)}
    write_change(session, before, changes, by=by, now=now, message=said, undo_for=timedelta())
    session.save(update_fields=["teacher"])
    claim_teacher(session, now=now)
    end_differences(session, now)
    replace_meeting(session, by=by, now=now, former_stays=True)
    _record(session, former, by, now)
    crash.point("classes.action.written")
    return session


def require_may_take(session: ClassSession, program: Program, teacher: User, by: User, now: datetime) -> None:
    """Refuse whoever can't take a class, or a class that people are in. Raises NotATeacherHere, ClassOver."""
    if not may_give(by, program, now) or teacher not in takers_of(session, now):
        raise NotATeacherHere(_("Choose somebody else who teaches in this program."), field="teacher")
    if state_of(session, now).shown_state == ClassState.LIVE:
        raise ClassOver(_("People are in this class now. It can’t change hands any more."))


def _record(session: ClassSession, former: User, by: User, now: datetime) -> None:
    """The audit row, and the former teacher's message; the others are told when it is announced."""
    audit.record(
        "class.handed_over",
        by=by,
        thing=session,
        at=now,
        program_uid=session.program.uid,
        before={"teacher_uid": str(former.uid)},
        after={"teacher_uid": str(session.teacher.uid)},
    )
    if former == by:
        return
    change = Change.objects.get(session=session, version=session.version, field="teacher")
    tell(
        person=former,
        kind=messages.CHANGED,
        fact_key=f"{session.uid}:{session.version}",
        thing_uid=session.uid,
        program_uid=session.program.uid,
        data={"change": change.pk, "fields": ["teacher"], **keep(session)},
        stale_at=session.ends_at,
        by=by,
        now=now,
    )
