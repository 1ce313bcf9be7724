"""Excuses: a student says why they miss a class, before it or some days after; a teacher takes it or doesn't.

What it says is kept encrypted and stands in no log; whoever may set marks of the class reads it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from eduraise.access import rules as access
from eduraise.accounts.models import User
from eduraise.attendance import entries, messages
from eduraise.attendance.enums import ExcuseState, Status
from eduraise.attendance.models import Excuse, Mark, Register
from eduraise.attendance.registers import mark_behind
from eduraise.attendance.rules import rules_of
from eduraise.classes.models import ClassSession
from eduraise.core import audit
from eduraise.core.codes import new_uid
from eduraise.core.errors import Changed, DomainError
from eduraise.notifications.actions import tell, withdraw
from eduraise.programs.enums import Permission
from eduraise.programs.models import Enrolment

LONGEST, LONGEST_ANSWER = 2000, 300
# So long an answer can be taken back before the student is told
TOLD_AFTER = timedelta(seconds=10)
ANSWERS = (ExcuseState.ACCEPTED, ExcuseState.DECLINED)


class ExcuseUnfit(DomainError):
    """An excuse that says nothing or too much, comes too late, or is for a class that isn't the student's."""

    code = "excuse_unfit"


class ExcuseAnswered(DomainError):
    """It was answered: it can't be changed or taken back any more."""

    code = "excuse_answered"


def until_when(session: ClassSession) -> datetime:
    """Until when an excuse for a class is taken. session: with its program, and that one's rules."""
    return session.ends_at + timedelta(days=rules_of(session.program).excuse_days)


@transaction.atomic
def send_excuse(*, session: ClassSession, student: User, text: str, now: datetime) -> Excuse:
    """Say why one misses a class, or say it otherwise while nobody answered; its teacher is told once.

    Raises ExcuseUnfit, ExcuseAnswered.
    """
    said = _require_fit(session, student, text, now)
    values = {"text": said, "sent_at": now, "state": ExcuseState.SENT}
    waiting = Excuse.objects.filter(
        session=session, student=student, state__in=(ExcuseState.SENT, ExcuseState.WITHDRAWN)
    )
    new = Excuse(session=session, student=student, **values)
    Excuse.objects.bulk_create([new], ignore_conflicts=True)
    excuse = Excuse.objects.select_for_update(of=("self",), no_key=True).get(session=session, student=student)
    if excuse.uid != new.uid:
        if not waiting.filter(pk=excuse.pk).exists():
            raise ExcuseAnswered(_("Your excuse was answered already."))
        excuse.text, excuse.sent_at, excuse.state = said, now, ExcuseState.SENT
        excuse.is_forgotten = False
        excuse.save(update_fields=["text", "sent_at", "state", "is_forgotten"])
    _record("excuse.sent", excuse, student, now)
    _tell_teacher(excuse, now)
    return excuse


def _tell_teacher(excuse: Excuse, now: datetime) -> None:
    session = excuse.session
    tell(
        person=session.teacher,
        kind=messages.EXCUSE_SENT,
        fact_key=f"{excuse.uid}",
        thing_uid=excuse.uid,
        program_uid=session.program.uid,
        data={"class": str(session.uid), "excuse": str(excuse.uid)},
        by=excuse.student,
        now=now,
    )


@transaction.atomic
def withdraw_excuse(*, excuse: Excuse, now: datetime) -> None:
    """Take it back, as long as nobody answered. Raises ExcuseAnswered."""
    waiting = Excuse.objects.filter(pk=excuse.pk, state=ExcuseState.SENT)
    if not waiting.update(state=ExcuseState.WITHDRAWN):
        raise ExcuseAnswered(_("It was answered or taken back already."))
    _record("excuse.withdrawn", excuse, excuse.student, now)


@transaction.atomic
def answer_excuse(*, excuse: Excuse, accept: bool, answer: str = "", by: User, now: datetime) -> Excuse:
    """Accept an excuse or not; the student is told in a moment, and an absence becomes excused.

    Raises Changed where somebody was faster, or the student took it back; ExcuseUnfit (field "answer").
    """
    if len(answer) > LONGEST_ANSWER:
        raise ExcuseUnfit(
            _("The answer can have %(most)d characters at most.") % {"most": LONGEST_ANSWER}, field="answer"
        )
    state = ExcuseState.ACCEPTED if accept else ExcuseState.DECLINED
    answered = {"state": state, "answer": answer.strip(), "decided_by": by, "decided_at": now}
    if not Excuse.objects.filter(pk=excuse.pk, state=ExcuseState.SENT).update(**answered):
        raise Changed(_("This excuse was answered or taken back meanwhile."))
    _follow(excuse, is_accepted=accept)
    _record(f"excuse.{state}", excuse, by, now)
    tell(
        person=excuse.student,
        kind=messages.EXCUSE_ANSWERED,
        fact_key=f"{excuse.uid}:{new_uid()}",
        thing_uid=excuse.uid,
        program_uid=excuse.session.program.uid,
        data={"class": str(excuse.session.uid), "excuse": str(excuse.uid), "state": str(state)},
        not_before=now + TOLD_AFTER,
        by=by,
        now=now,
    )
    return Excuse.objects.select_related("session__program", "student").get(pk=excuse.pk)


@transaction.atomic
def take_back_answer(*, excuse: Excuse, by: User, now: datetime) -> None:
    """Undo an answer; the excuse waits again. Raises Changed if it waits already."""
    answered = Excuse.objects.filter(pk=excuse.pk, state__in=ANSWERS)
    if not answered.update(state=ExcuseState.SENT, answer="", decided_by=None, decided_at=None):
        raise Changed(_("This excuse waits for an answer already."))
    withdraw(thing_uid=excuse.uid, now=now)
    _follow(excuse, is_accepted=False)
    _record("excuse.reopened", excuse, by, now)


def _follow(excuse: Excuse, *, is_accepted: bool) -> None:
    """The marks follow; of a class that is still to come they will."""
    mark_behind(Register.objects.filter(session=excuse.session_id))
    entries.follow_excuse(excuse, is_accepted=is_accepted)


def _require_fit(session: ClassSession, student: User, text: str, now: datetime) -> str:
    tidy = text.replace("\r\n", "\n").strip()
    if not tidy:
        raise ExcuseUnfit(_("Say in a few words why you miss the class."), field="text")
    if len(tidy) > LONGEST:
        raise ExcuseUnfit(
            _("An excuse can have %(most)d characters at most; this one has %(number)d.")
            % {"most": LONGEST, "number": len(tidy)},
            field="text",
        )
    if session.cancelled_at is not None:
        raise ExcuseUnfit(_("The class is cancelled: nobody needs an excuse."))
    if not was_enrolled(student, session):
        raise ExcuseUnfit(_("You weren’t enrolled when this class was held."))
    if now > until_when(session):
        raise ExcuseUnfit(_("It is too late for an excuse for this class. Ask your teacher."))
    return tidy


def was_enrolled(student: User, session: ClassSession) -> bool:
    """Whether a student is, or was, enrolled while the class is held."""
    spells = Enrolment.objects.filter(
        Q(until_at__isnull=True) | Q(until_at__gt=session.starts_at),
        program=session.program_id,
        person=student,
        from_at__lt=session.ends_at,
    )
    return spells.exists()


def _record(verb: str, excuse: Excuse, by: User, now: datetime) -> None:
    # without its words: the log is read by more people than it is for
    audit.record(verb, by=by, thing=excuse, at=now, program_uid=excuse.session.program.uid)


# Lists


def of_student(student: User) -> Any:
    """All that a student ever sent, the latest class first."""
    related = ("session__program", "session__teacher", "decided_by")
    return (
        Excuse.objects.filter(student=student).select_related(*related).order_by("-session__starts_at", "-pk")
    )


def to_answer(person: User, now: datetime) -> Any:
    """Those that wait for somebody who may answer them: of the classes whose attendance this person may
    correct, of her own first."""
    waiting = Excuse.objects.filter(answerable_by(person, now), state=ExcuseState.SENT)
    return waiting.select_related("session__program", "session__teacher", "student").order_by("sent_at", "pk")


def lately_answered(person: User, now: datetime, most: int = 10) -> list[Excuse]:
    """What was answered last, so that an answer can be taken back."""
    rows = Excuse.objects.filter(answerable_by(person, now), state__in=ANSWERS)
    related = ("session__program", "session__teacher", "student", "decided_by")
    return list(rows.select_related(*related).order_by("-decided_at", "-pk")[:most])


def number_excused(now: datetime) -> Any:
    """Of a class in a query: how many of those enrolled at present need not come, by an excuse that was
    accepted or by hand."""
    session, person = OuterRef(OuterRef("pk")), OuterRef("person")
    taken = Excuse.objects.filter(session=session, student=person, state=ExcuseState.ACCEPTED)
    said = Mark.objects.filter(register__session=session, student=person, hand_status=Status.EXCUSED)
    people = Enrolment.objects.active(now).filter(
        Q(Exists(taken)) | Q(Exists(said)), program=OuterRef("program"), person__is_active=True
    )
    number = people.order_by().values("program").annotate(n=Count("person", distinct=True)).values("n")
    return Coalesce(Subquery(number), 0)


def answerable_by(person: User, now: datetime) -> Q:
    """Of which excuses somebody decides; as `correcting.may_correct` has it for one class."""
    if person.is_admin and person.is_active:
        return Q()
    programs = access.programs_with(person, Permission.CORRECT_ATTENDANCE, now)
    held = access.assignments_with(person, Permission.CORRECT_ATTENDANCE, now).filter(only_for__isnull=False)
    taught = access.taught_programs(person, now).unarchived()
    return (
        Q(session__program__in=programs.values("pk"))
        | Q(session__uid__in=held.values("only_for"), session__program__archived_at__isnull=True)
        | Q(session__teacher=person, session__program__in=taught.values("pk"))
    )
