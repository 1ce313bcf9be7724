"""Taking a class for somebody: by saying yes, or by being put on it. All of it in one transaction."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes import snapshots
from eduraise.classes.changing import UNDO_FOR, end_differences, read_current, write_change
from eduraise.classes.claims import claim_teacher, lock_teachers
from eduraise.classes.models import ClassSession
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.scheduling import lock_running
from eduraise.core import audit, crash
from eduraise.core.errors import Changed
from eduraise.programs.standing_in import end_standing_in, let_stand_in
from eduraise.substitutes import holding, messages
from eduraise.substitutes.asking import NoSubstitute, answered_already, close, require_able
from eduraise.substitutes.enums import State
from eduraise.substitutes.models import Substitution
from eduraise.substitutes.rules import accepted_of, asked_of, may_assign, require_ahead

# So long after the class she may still correct who was there
LASTS = timedelta(days=7)


@retried
@transaction.atomic
def accept(*, row: Substitution, seen_version: int, by: User, now: datetime) -> ClassSession:
    """Take the class that one was asked to take: it is hers from now on, for this once.

    seen_version: of the class as she saw it. Whoever asked, and whose class it is, hear of it; the students
    once it can't be taken back in silence any more. Raises Changed, ClassOver, ProgramOver, NoSubstitute,
    TeacherBusy, NotConnected, HostBusy, PoolBusy.
    """
    note_commit()
    program = lock_running(row.session.program)
    lock_teachers([row.session.teacher, row.substitute, row.absent])
    session = read_current(row.session, seen_version, now)
    require_ahead(session, now)
    session.program = program
    former = _pass_on(session, by, now)
    if session.teacher_id != (former.substitute_id if former else row.absent_id):
        raise Changed(answered_already())  # it was given to somebody for good
    asked = Substitution.objects.filter(pk=row.pk, state=State.ASKED, substitute=by)
    if not asked.update(state=State.ACCEPTED):
        raise Changed(answered_already())
    row = Substitution.objects.select_related("absent", "substitute", "asked_by").get(pk=row.pk)
    row.session = session
    _take(row, former, by=by, now=now)
    return session


@retried
@transaction.atomic
def assign(
    *, session: ClassSession, seen_version: int, teacher: User, by: User, now: datetime
) -> ClassSession:
    """Put a teacher on a class for this once, without asking her; for an admin, or the program's lead.

    She, whose class it is, and the students hear of it; somebody who was asked hears that it isn't needed.
    Raises the same as `accept`.
    """
    note_commit()
    program = lock_running(session.program)
    present = accepted_of(session)
    absent = present.absent if present else session.teacher
    lock_teachers([session.teacher, teacher, absent])
    session = read_current(session, seen_version, now)
    session.program = program
    require_ahead(session, now)
    if not may_assign(by, session, now):
        raise NoSubstitute(_("Choose somebody else."), field="teacher")
    _forget_question(session, teacher, by, now)
    row = Substitution(session=session, absent=absent, substitute=teacher, asked_by=by, asked_at=now)
    _take(row, _pass_on(session, by, now), by=by, now=now)
    return session


def _take(row: Substitution, former: Substitution | None, *, by: User, now: datetime) -> None:
    """Give the class to the substitute: teacher, hours, right, and what holds it at Zoom. former: who took it
    until now, so that it comes back to where it was before that."""
    session, teacher = row.session, row.substitute
    found = require_able(session, teacher, now).holding
    present = session.occurrence.uid if session.occurrence else None
    row.old_occurrence_uid = former.old_occurrence_uid if former else present
    assignment = let_stand_in(
        program=session.program,
        person=teacher,
        only_for=session.uid,
        until_at=session.ends_at + LASTS,
        by=by,
        now=now,
    )
    hand_on(session, teacher, by=by, now=now)
    row.way = holding.move(session, found, by=by, now=now)
    row.state, row.answered_at, row.assignment_uid = State.ACCEPTED, now, assignment.uid
    row.save()
    messages.tell_answer(row, by=by, now=now)
    audit.record(
        "substitute.took",
        by=by,
        thing=session,
        at=now,
        program_uid=session.program.uid,
        before={"teacher_uid": str(row.absent.uid)},
        after={"teacher_uid": str(teacher.uid), "way": row.way},
    )
    crash.point("classes.action.written")


def _forget_question(session: ClassSession, teacher: User, by: User, now: datetime) -> None:
    """Whoever was asked need not answer; she hears of it, unless she is the one who takes it."""
    asked = asked_of(session)
    if asked is None or not close(asked, State.WITHDRAWN, now, by=by):
        return
    if asked.substitute_id != teacher.pk:
        messages.tell_not_needed(asked, by=by, now=now)


def _pass_on(session: ClassSession, by: User, now: datetime) -> Substitution | None:
    """Let whoever takes a class now be rid of it, for another takes it after her; None if nobody does."""
    former = accepted_of(session)
    if former is None:
        return None
    former.state, former.ended_at, former.ended_by = State.ENDED, now, by
    former.save(update_fields=["state", "ended_at", "ended_by"])
    end_standing_in(only_for=session.uid, now=now)
    former.session = session
    holding.let_go(former, by=by, now=now)
    messages.tell_not_needed(former, by=by, now=now)
    return former


def hand_on(session: ClassSession, teacher: User, *, by: User, now: datetime) -> None:
    """Make somebody a class's teacher, with its hours. Raises Changed, TeacherBusy.

    People hear of it after the ten seconds in which it can be given back in silence.
    """
    before, former = snapshots.take(session), session.teacher
    session.teacher = teacher
    change = {"teacher": (former.name, teacher.name)}
    write_change(session, before, change, by=by, now=now, undo_for=UNDO_FOR)
    session.undo = None  # it is given back, not undone
    session.save(update_fields=["teacher", "undo"])
    claim_teacher(session, now=now)
    end_differences(session, now)
