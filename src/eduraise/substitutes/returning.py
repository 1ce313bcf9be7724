"""Giving a class back to whoever it was taken for: one click, and all is as it was."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.access.rules import permissions_in
from eduraise.accounts.models import User
from eduraise.classes.changing import read_current
from eduraise.classes.claims import lock_teachers
from eduraise.classes.models import ClassSession
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.scheduling import NotATeacherHere, lock_running
from eduraise.core import audit, crash
from eduraise.core.errors import Changed
from eduraise.programs.enums import Permission
from eduraise.programs.standing_in import end_standing_in
from eduraise.substitutes import holding, messages
from eduraise.substitutes.enums import State
from eduraise.substitutes.models import Substitution
from eduraise.substitutes.rules import accepted_of, may_return, require_ahead
from eduraise.substitutes.taking import hand_on


@retried
@transaction.atomic
def give_back(*, session: ClassSession, seen_version: int, by: User, now: datetime) -> ClassSession:
    """Let whoever a class was taken for teach it after all: hours, right and Zoom's side come back, and the
    link stays. Within ten seconds of its being taken no student hears of either.

    Raises Changed, ClassOver, ProgramOver, NotATeacherHere, TeacherBusy, NotConnected, HostBusy, PoolBusy.
    """
    note_commit()
    program = lock_running(session.program)
    row = accepted_of(session)
    if row is None:
        raise Changed(_("Nobody takes this class for another any more."))
    lock_teachers([row.absent, row.substitute, session.teacher])
    session = read_current(session, seen_version, now)
    session.program = program
    row.session = session
    require_ahead(session, now)
    _require_may(row, by, now)
    taken = Substitution.objects.filter(pk=row.pk, state=State.ACCEPTED)
    if not taken.update(state=State.RETURNED, ended_at=now, ended_by=by):
        raise Changed(_("Nobody takes this class for another any more."))
    row.state = State.RETURNED
    end_standing_in(only_for=session.uid, now=now)
    hand_on(session, row.absent, by=by, now=now)
    holding.bring_back(row, by=by, now=now)
    messages.tell_not_needed(row, by=by, now=now)
    audit.record(
        "substitute.returned",
        by=by,
        thing=session,
        at=now,
        program_uid=program.uid,
        before={"teacher_uid": str(row.substitute.uid)},
        after={"teacher_uid": str(row.absent.uid)},
    )
    crash.point("classes.action.written")
    return session


def _require_may(row: Substitution, by: User, now: datetime) -> None:
    """Whoever gives it back may, and whoever gets it holds classes of the program."""
    holds = row.absent.is_active and Permission.HOST in permissions_in(row.absent, row.session.program, now)
    if not may_return(by, row, now) or not holds:
        raise NotATeacherHere(
            _("%(name)s holds no classes of this program any more.") % {"name": row.absent.name},
            field="teacher",
        )
