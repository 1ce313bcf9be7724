"""What people are told about attendance: a student of an absence, and of what came of an excuse; a teacher of
an excuse that waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.attendance.enums import ExcuseState, RegisterState, Status
from eduraise.attendance.excused import absent_still
from eduraise.attendance.models import Excuse, Mark, Register
from eduraise.attendance.rules import rules_of
from eduraise.classes.lessons import name_lessons, with_lessons
from eduraise.classes.models import ClassSession
from eduraise.classes.words import at_words, when_words
from eduraise.notifications import registry
from eduraise.notifications.actions import tell_all
from eduraise.notifications.models import Message
from eduraise.ui.letters import Letter

ABSENT = "attendance.absent"
EXCUSE_SENT = "attendance.excuse_sent"
EXCUSE_ANSWERED = "attendance.excuse_answered"


def register_kinds() -> None:
    """Name the kinds to the room that sends them."""
    registry.register(
        ABSENT,
        label=gettext_lazy("You were absent from a class"),
        words=words_of_absent,
        still_true=is_still_absent,
        allowed=who_sees_the_class,
        optional=True,
    )
    registry.register(
        EXCUSE_SENT,
        label=gettext_lazy("A student sends an excuse"),
        words=words_of_sent,
        still_true=waits_still,
        allowed=who_teaches_it,
        optional=True,
    )
    registry.register(
        EXCUSE_ANSWERED,
        label=gettext_lazy("Your excuse is answered"),
        words=words_of_answered,
        still_true=is_answered_so,
        allowed=who_sees_the_class,
        optional=True,
    )


def tell_absent(register_id: int, now: datetime) -> None:
    """Tell those who were absent from a class whose register is final, each once, and nobody else. Whose
    excuse still waits is told when it is answered. As long as somebody was in it whom nobody knows, it may
    have been one of them: then all are told once that is settled, or when it locks."""
    register = Register.objects.select_related("session__program").get(pk=register_id)
    session = register.session
    if register.state == RegisterState.PENDING or _is_open(register):
        return
    if session.cancelled_at is not None or register.not_held_at is not None:
        return
    waits = Excuse.objects.filter(session=session, student=OuterRef("pk"), state=ExcuseState.SENT)
    absent = Mark.objects.filter(register=register, status=Status.ABSENT).values("student")
    people = User.objects.filter(pk__in=absent, joined_at__isnull=False).exclude(Exists(waits))
    tell_all(
        people=list(people.order_by("pk")),
        kind=ABSENT,
        fact_key=f"{register.uid}",
        thing_uid=register.uid,
        program_uid=session.program.uid,
        data={"class": str(session.uid)},
        now=now,
    )


def _is_open(register: Register) -> bool:
    """Whether somebody in it is to be named yet, and will be or it locks."""
    if register.matched >= register.expected or register.state == RegisterState.LOCKED:
        return False
    return rules_of(register.session.program).lock_days > 0


# Whether it is still so, and who may read it


def is_still_absent(message: Message, now: datetime) -> bool:
    """Whether the mark is still that, and the class counts."""
    marks = Mark.objects.filter(register__session__uid=message.data["class"], student=message.person_id)
    counts = marks.filter(register__session__cancelled_at__isnull=True, register__not_held_at__isnull=True)
    return counts.filter(status=Status.ABSENT).exists()


def waits_still(message: Message, now: datetime) -> bool:
    """Whether nobody answered it yet."""
    return Excuse.objects.filter(uid=message.data["excuse"], state=ExcuseState.SENT).exists()


def is_answered_so(message: Message, now: datetime) -> bool:
    """Whether that is still what came of it."""
    return Excuse.objects.filter(uid=message.data["excuse"], state=message.data["state"]).exists()


def who_sees_the_class(messages: Sequence[Message], now: datetime) -> set[int]:
    """Who may know of the class that it is about."""
    return _allowed(messages, lambda person: ClassSession.objects.visible_to(person, now))


def who_teaches_it(messages: Sequence[Message], now: datetime) -> set[int]:
    """Who teaches the class, or in its program."""
    return _allowed(messages, lambda person: ClassSession.objects.taught_in_programs_of(person, now))


def _allowed(messages: Sequence[Message], classes_of: Callable[[User], Any]) -> set[int]:
    prefetch_related_objects(messages, "person")
    allowed = set()
    for person in {message.person for message in messages if message.person.is_active}:
        own = [message for message in messages if message.person_id == person.pk]
        found = classes_of(person).filter(uid__in=[message.data["class"] for message in own])
        known = {str(uid) for uid in found.values_list("uid", flat=True)}
        allowed |= {message.pk for message in own if message.data["class"] in known}
    return allowed


# The words


def words_of_absent(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """Which class, and what to do if that isn't right."""
    classes = _classes(messages, now)
    return {
        message.pk: _absent(classes[message.data["class"]], now)
        for message in messages
        if message.data["class"] in classes
    }


def _classes(messages: Sequence[Message], now: datetime) -> dict[str, ClassSession]:
    rows = ClassSession.objects.filter(uid__in=[message.data["class"] for message in messages])
    related = with_lessons(rows, now).select_related("program__attendance_rules", "teacher")
    return {str(session.uid): session for session in related}


def _absent(session: ClassSession, now: datetime) -> Letter:
    until = session.ends_at + timedelta(days=rules_of(session.program).excuse_days)
    words = {"name": session.teacher.name, "when": at_words(until, now)}
    sentences = [_("If that isn’t right, tell %(name)s, who can change it.") % words]
    if now < until:
        sentences.append(_("If you had a reason, you can send an excuse until %(when)s.") % words)
    return Letter(
        title=_("You were absent: %(topic)s") % {"topic": session.title},
        sentences=tuple(sentences),
        facts=_facts(session, now),
        verb=_("Open the class"),
        path=reverse("classes:detail", args=[session.code]),
    )


def words_of_sent(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """Who sends an excuse for which class; what it says is read where it is answered."""
    return {
        message.pk: Letter(
            title=_("%(name)s sends an excuse") % {"name": excuse.student.name},
            facts=_facts(excuse.session, now),
            verb=_("Read and answer it"),
            path=reverse("attendance:excuses"),
        )
        for message, excuse in _excuses(messages, now)
    }


def words_of_answered(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """What came of it, and what was said to it."""
    found = _excuses(messages, now)
    why = absent_still(excuse for _message, excuse in found)
    return {
        message.pk: _answered(excuse, message.data["state"], why.get(excuse.pk, ""), now)
        for message, excuse in found
    }


def _answered(excuse: Excuse, state: str, why_absent: str, now: datetime) -> Letter:
    is_accepted = state == ExcuseState.ACCEPTED
    title = _("Your excuse is accepted") if is_accepted else _("Your excuse is not accepted")
    counts = why_absent or _("The class doesn’t count against you.")
    means = counts if is_accepted else _("The class counts as missed.")
    return Letter(
        title=title,
        sentences=(means,),
        facts=_facts(excuse.session, now),
        quote=excuse.answer,
        quote_by=excuse.decided_by.name if excuse.decided_by else "",
        verb=_("Open the class"),
        path=reverse("classes:detail", args=[excuse.session.code]),
    )


def _excuses(messages: Sequence[Message], now: datetime) -> list[tuple[Message, Excuse]]:
    uids = [message.thing_uid for message in messages if message.thing_uid]
    rows = Excuse.objects.filter(uid__in=uids).select_related("student", "decided_by", "session__program")
    found = {excuse.uid: excuse for excuse in rows}
    name_lessons([excuse.session for excuse in found.values()], now)
    return [(one, found[one.thing_uid]) for one in messages if one.thing_uid in found]


def _facts(session: ClassSession, now: datetime) -> tuple[tuple[str, str], ...]:
    return (
        (_("Class"), f"{session.title}, {when_words(session, now)}"),
        (_("Program"), str(session.program)),
    )
