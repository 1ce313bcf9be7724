"""Sending the link to those who are enrolled and have not come, once for each class."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.accounts.names import by_name
from eduraise.attendance.enums import ExcuseState
from eduraise.attendance.here import NUDGE, places_in
from eduraise.attendance.models import Excuse, Mark
from eduraise.classes.addresses import door_path
from eduraise.classes.lessons import name_lessons
from eduraise.classes.messages import facts_of, may_know
from eduraise.classes.models import ClassSession
from eduraise.classes.states import at_the_door, has_no_way_in
from eduraise.classes.told import classes_of, keep
from eduraise.core import audit
from eduraise.core.errors import DomainError
from eduraise.notifications import registry
from eduraise.notifications.actions import tell_all
from eduraise.notifications.models import Message
from eduraise.programs.models import Enrolment
from eduraise.ui.letters import Letter


class NotRunning(DomainError):
    """The class isn't on: nobody is called into it."""

    code = "class_not_running"


class NobodyMissing(DomainError):
    """Whoever is missing was called already, or nobody is."""

    code = "nobody_missing"


def register_kinds() -> None:
    """Name the kind to the room that sends it."""
    registry.register(
        NUDGE,
        label=gettext_lazy("A class of yours has begun, and you aren’t there"),
        words=words_of,
        still_true=is_still_on,
        allowed=may_know,
        optional=True,
    )


def is_on(session: ClassSession, now: datetime) -> bool:
    """Whether it is the class's hour."""
    return session.cancelled_at is None and session.starts_at <= now < session.ends_at


def _leads_nowhere(session: ClassSession, now: datetime) -> bool:
    """Whether whoever came would be led nowhere."""
    return has_no_way_in(at_the_door(ClassSession.objects.filter(pk=session.pk), now).get())


def missing_from(session: ClassSession, seen: Collection[int], now: datetime) -> list[User]:
    """Who is enrolled, was never seen in the class, isn't excused, and of whom nobody said by hand what they
    are; by name. seen: of whom Zoom told."""
    excused = Excuse.objects.filter(session=session, state=ExcuseState.ACCEPTED).values("student")
    said = Mark.objects.filter(register__session=session.pk).exclude(hand_status="").values("student")
    enrolled = Enrolment.objects.active(now).filter(program=session.program_id).values("person")
    people = User.objects.filter(pk__in=enrolled, is_active=True).exclude(pk__in=excused)
    people = people.exclude(pk__in=said)
    return list(people.exclude(pk__in=list(seen)).order_by(*by_name()))


@transaction.atomic
def nudge(*, session: ClassSession, seen: Collection[int], by: User, now: datetime) -> int:
    """Send the link to everybody who is missing and wasn't sent it for this class; to how many.

    Raises NotRunning, NobodyMissing.
    """
    if not is_on(session, now):
        raise NotRunning(_("The class isn’t on: nobody is called into it."))
    if _leads_nowhere(session, now):
        raise NotRunning(
            _("It is held in another meeting, to which we have no link: nobody is called into it.")
        )
    name_lessons([session], now)
    told = tell_all(
        people=missing_from(session, seen, now),
        kind=NUDGE,
        fact_key=f"{session.uid}",
        thing_uid=session.uid,
        program_uid=session.program.uid,
        data=keep(session),
        stale_at=session.ends_at,
        by=by,
        now=now,
    )
    if not told:
        raise NobodyMissing(_("Everybody who is missing was sent the link already."))
    audit.record(
        "attendance.nudged",
        by=by,
        thing=session,
        at=now,
        program_uid=session.program.uid,
        after={"people": len(told)},
    )
    return len(told)


def is_still_on(message: Message, now: datetime) -> bool:
    """Whether the class is still on, and they have not come meanwhile."""
    found = ClassSession.objects.filter(uid=message.thing_uid) if message.thing_uid else None
    session = found.first() if found is not None else None
    if session is None or not is_on(session, now) or _leads_nowhere(session, now):
        return False
    places, _unknown = places_in(session)
    return message.person_id not in places


def words_of(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """That it has begun, with the way in."""
    sessions = classes_of(messages)
    return {message.pk: _letter(sessions[message.pk], now) for message in messages if message.pk in sessions}


def _letter(session: ClassSession, now: datetime) -> Letter:
    words = {"topic": session.topic, "teacher": session.teacher.name, "program": session.program.title}
    called = _("Here is the way into %(teacher)s’s class.") % words
    is_over = not is_on(session, now)
    return Letter(
        title=_("“%(topic)s” has begun, and you aren’t there") % words,
        sentences=(_("The class is over.") if is_over else called,),
        facts=facts_of(session, now),
        verb=_("Open the class"),
        path=door_path(session),
        why=_("You get this because you belong to %(program)s.") % words,
    )
