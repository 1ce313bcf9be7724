"""Asking somebody to take a class, and taking the question back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.changing import read_current
from eduraise.classes.claims import TeacherBusy
from eduraise.classes.models import ClassSession
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.scheduling import lock_running
from eduraise.classes.texts import clean_message
from eduraise.core import audit, crash
from eduraise.core.errors import Changed, DomainError
from eduraise.substitutes import messages
from eduraise.substitutes.candidates import Candidate, candidates_of
from eduraise.substitutes.enums import State
from eduraise.substitutes.models import Substitution
from eduraise.substitutes.rules import accepted_of, asked_of, may_arrange, require_ahead
from eduraise.zoom.hosts import NotConnected


class NoSubstitute(DomainError):
    """That person can't be asked, or this one may not ask."""

    code = "no_substitute"


class AlreadyAsked(DomainError):
    """Somebody is asked to take this class already."""

    code = "already_asked"


@retried
@transaction.atomic
def ask(
    *, session: ClassSession, seen_version: int, teacher: User, by: User, now: datetime, note: str = ""
) -> Substitution:
    """Ask a teacher to take a class; she hears of it in the app and by mail, and answers there.

    note: to her. One is asked at a time. Raises NoSubstitute, AlreadyAsked, TeacherBusy, NotConnected where
    she can't host it, Changed, ClassOver, ProgramOver, TextUnfit.
    """
    note_commit()
    lock_running(session.program)
    session = read_current(session, seen_version, now)
    require_ahead(session, now)
    if not may_arrange(by, session, now):
        raise NoSubstitute(_("Choose somebody else."), field="teacher")
    require_able(session, teacher, now)
    present = accepted_of(session)
    row = Substitution(
        session=session,
        absent=present.absent if present else session.teacher,
        substitute=teacher,
        note=clean_message(note),
        asked_by=by,
        asked_at=now,
    )
    _save(row)
    messages.tell_asked(row, by=by, now=now)
    audit.record(
        "substitute.asked",
        by=by,
        thing=session,
        at=now,
        program_uid=session.program.uid,
        after={"teacher_uid": str(teacher.uid)},
    )
    crash.point("classes.action.written")
    return row


def require_able(session: ClassSession, teacher: User, now: datetime) -> Candidate:
    """A teacher as she could take a class. Raises NoSubstitute, TeacherBusy, NotConnected."""
    found = candidates_of(session, now, person=teacher)
    if not found:
        raise NoSubstitute(_("Choose somebody else."), field="teacher")
    candidate = found[0]
    if candidate.busy is not None:
        raise TeacherBusy(teacher, *candidate.busy)
    if not candidate.holding.is_possible:
        raise NotConnected(candidate.holding.why, field="teacher")
    return candidate


def _save(row: Substitution) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as problem:
        asked = asked_of(row.session)
        if asked is None:
            raise
        raise AlreadyAsked(
            _("%(name)s is asked already. Take that back first.") % {"name": asked.substitute.name},
            field="teacher",
        ) from problem


@retried
@transaction.atomic
def withdraw(*, session: ClassSession, by: User, now: datetime, uid: UUID | None = None) -> Substitution:
    """Take back that somebody is asked; she hears of it. Raises Changed if she has answered meanwhile."""
    note_commit()
    row = asked_of(session)
    if row is None or (uid is not None and row.uid != uid) or not close(row, State.WITHDRAWN, now, by=by):
        raise Changed(_("Nobody is asked any more. See how it stands now."))
    messages.tell_not_needed(row, by=by, now=now)
    audit.record("substitute.withdrawn", by=by, thing=session, at=now, program_uid=session.program.uid)
    return row


@retried
@transaction.atomic
def decline(*, row: Substitution, by: User, now: datetime, reason: str = "") -> Substitution:
    """Say that one can't take a class; whoever asked hears of it. Raises Changed, TextUnfit."""
    note_commit()
    row.reason = clean_message(reason)
    answer = {"reason": row.reason, "answered_at": now}
    if by.pk != row.substitute_id or not close(row, State.DECLINED, now, by=by, **answer):
        raise Changed(answered_already())
    messages.tell_answer(row, by=by, now=now)
    audit.record("substitute.declined", by=by, thing=row.session, at=now, program_uid=row.session.program.uid)
    return row


def answered_already() -> str:
    """What is said to an answer that comes too late."""
    return _("This isn’t asked any more: it was answered or taken back meanwhile.")


def close(
    row: Substitution, state: State, now: datetime, *, by: User | None = None, **values: object
) -> bool:
    """End a question that is open; False if somebody was faster."""
    open_row = Substitution.objects.filter(pk=row.pk, state=State.ASKED)
    done = open_row.update(state=state, ended_at=now, ended_by=by, **values)
    row.state = state
    return bool(done)
