"""A class whose teacher is not there some minutes after its start, or has left it for as long, is told to who
can help, once; and when she comes, or it is over, whoever was told hears that too.

What can't be known raises no alarm: a class that nobody could look at, one that is held elsewhere, or moved.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eduraise.accounts.models import User
from eduraise.classes.elsewhere import held_elsewhere
from eduraise.classes.lessons import name_lessons
from eduraise.classes.messages import facts_of, may_know
from eduraise.classes.models import ClassSession
from eduraise.classes.states import with_states
from eduraise.classes.told import classes_of, keep
from eduraise.core import hooks
from eduraise.live.enums import AlarmEnd, AlarmKind, Stand
from eduraise.live.gathering import Near, gather, near_classes
from eduraise.live.models import Alarm
from eduraise.notifications import registry
from eduraise.notifications.actions import tell_all
from eduraise.notifications.models import Delivery, Message
from eduraise.ui.letters import Letter

RAISED, ENDED = "class.alarm", "class.alarm_over"
KINDS = {
    Stand.NOT_STARTED: AlarmKind.NOT_STARTED,
    Stand.ALONE: AlarmKind.ALONE,
    Stand.LEFT: AlarmKind.LEFT,
}
CAME = (Stand.ON, Stand.OVER_TIME, Stand.PAUSED, Stand.ENDED, Stand.ENDED_EARLY)
HELD = (Stand.ON, Stand.OVER_TIME)
OTHERWISE = (Stand.ELSEWHERE, Stand.TROUBLE, Stand.NEXT)
OUT = (Delivery.State.SENDING, Delivery.State.SENT)


def register_kinds() -> None:
    """Name the kinds to the room that sends them."""
    registry.register(
        RAISED,
        label=gettext_lazy("A class is without its teacher"),
        words=raised_words,
        still_true=is_open,
        allowed=may_know,
    )
    registry.register(
        ENDED,
        label=gettext_lazy("A class is no longer without its teacher"),
        words=ended_words,
        still_true=registry.always,
        allowed=may_know,
        overtakes={RAISED},
    )


def alarm_due(now: datetime) -> Counter[str]:
    """Raise what is due and end what is over; how many of each. Twice does it once, in several processes
    too."""
    outcomes = Counter(ended=_end_due(now))
    for near in near_classes(now):
        if _is_due(near, now):
            outcomes["raised"] += _raise(near, now)
    return outcomes


def _is_due(near: Near, now: datetime) -> bool:
    session = near.session
    minutes = session.program.class_settings.alarm_minutes
    if not minutes or near.alarm is not None or now >= session.ends_at:
        return False
    missed_from = _left_at(near, now) or session.starts_at
    told = {one.since or one.starts_at for one in near.alarms}
    is_late = now >= missed_from + timedelta(minutes=minutes)
    return is_late and missed_from not in told and near.stand(now)[0] in KINDS


def _left_at(near: Near, now: datetime) -> datetime | None:
    """When she left in the middle of it; None where she was missing from its start."""
    stand, since = near.stand(now)
    return since if stand == Stand.LEFT else None


@transaction.atomic
def _raise(near: Near, now: datetime) -> int:
    """One alarm with its messages, or neither; 0 if another process was faster, or the class changed.

    While one stands no other is raised, whatever late events say of when she left.
    """
    session = near.session
    rows = ClassSession.objects.select_for_update(of=("self",), no_key=True)
    if not rows.filter(pk=session.pk, version=session.version).exists():
        return 0
    if Alarm.objects.filter(session=session, starts_at=session.starts_at, ended_at=None).exists():
        return 0
    kind, since = KINDS[near.stand(now)[0]], _left_at(near, now)
    alarm = Alarm(session=session, starts_at=session.starts_at, since=since, kind=kind, raised_at=now)
    Alarm.objects.bulk_create([alarm], ignore_conflicts=True)
    kept = Alarm.objects.filter(uid=alarm.uid).first()
    if kept is None:
        return 0
    name_lessons([session], now)
    tell_all(
        people=whom_to_tell(session, now),
        kind=RAISED,
        fact_key=f"{kept.uid}",
        thing_uid=session.uid,
        program_uid=session.program.uid,
        data={"alarm": kept.pk, **keep(session)},
        stale_at=session.ends_at,
        now=now,
    )
    return 1


def whom_to_tell(session: ClassSession, now: datetime) -> list[User]:
    """The program's contact, if that is somebody else than the teacher and may know of the class; else the
    admins."""
    contact = session.program.alarm_contact
    if contact is not None and contact.pk != session.teacher_id:
        known = ClassSession.objects.visible_to(contact, now).filter(pk=session.pk)
        if known.exists():
            return [contact]
    return list(User.objects.filter(is_admin=True, is_active=True).order_by("pk"))


def _end_due(now: datetime) -> int:
    """End the alarms that have no reason any more."""
    alarms = list(Alarm.objects.filter(ended_at__isnull=True).select_related("session"))
    if not alarms:
        return 0
    rows = with_states(ClassSession.objects.filter(pk__in=[one.session_id for one in alarms]), now)
    related = ("program__class_settings", "teacher", "occurrence__meeting__host__account")
    nears = {near.session.pk: near for near in gather(list(rows.select_related(*related)), now)}
    return sum(
        _end(alarm, nears[alarm.session_id].session, end, now)
        for alarm in alarms
        if (end := _end_of(alarm, nears[alarm.session_id], now)) is not None
    )


def _end_of(alarm: Alarm, near: Near, now: datetime) -> AlarmEnd | None:
    session = near.session
    if session.cancelled_at is not None or session.starts_at != alarm.starts_at:
        return AlarmEnd.OFF
    stand, _since = near.stand(now)
    if alarm.kind == AlarmKind.LEFT:
        has_come = stand in HELD and near.facts.led_until is None
        is_over = stand in CAME and stand not in HELD
    else:
        has_come, is_over = stand in CAME, False
    if has_come:
        return AlarmEnd.CAME
    if is_over or now >= session.ends_at:
        return AlarmEnd.OVER
    return AlarmEnd.OFF if stand in OTHERWISE else None


@transaction.atomic
def _end(alarm: Alarm, session: ClassSession, end: AlarmEnd, now: datetime) -> int:
    """End it; who was told of it by mail, or has read it, hears that too."""
    if not Alarm.objects.filter(pk=alarm.pk, ended_at__isnull=True).update(ended_at=now, end=end):
        return 0
    went_out = Exists(Delivery.objects.filter(message=OuterRef("pk"), state__in=OUT))
    told = Message.objects.filter(
        Q(went_out) | Q(read_at__isnull=False), kind=RAISED, fact_key=f"{alarm.uid}"
    )
    name_lessons([session], now)
    tell_all(
        people=[message.person for message in told.select_related("person")],
        kind=ENDED,
        fact_key=f"{alarm.uid}",
        thing_uid=session.uid,
        program_uid=session.program.uid,
        data={"alarm": alarm.pk, **keep(session)},
        now=now,
    )
    return 1


def is_open(message: Message, now: datetime) -> bool:
    """Whether the alarm stands."""
    return Alarm.objects.filter(pk=message.data["alarm"], ended_at__isnull=True).exists()


def raised_words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To who can help: a class is without its teacher, or was."""
    return _letters(messages, now, _raised)


def ended_words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To whoever was told of an alarm: how it ended."""
    return _letters(messages, now, _ended)


def _letters(messages: Sequence[Message], now: datetime, write: Any) -> dict[int, Letter]:
    sessions = classes_of(messages)
    alarms = Alarm.objects.in_bulk([message.data["alarm"] for message in messages])
    return {
        message.pk: write(sessions[message.pk], alarms[message.data["alarm"]], now)
        for message in messages
        if message.pk in sessions and message.data["alarm"] in alarms
    }


def _raised(session: ClassSession, alarm: Alarm, now: datetime) -> Letter:
    words = {"topic": session.topic, "name": session.teacher.name}
    titles = {
        AlarmKind.NOT_STARTED: _("Nobody has started “%(topic)s”"),
        AlarmKind.ALONE: _("“%(topic)s” is on without its teacher"),
        AlarmKind.LEFT: _("%(name)s has left “%(topic)s”, which goes on"),
    }
    said, stands = _gone(alarm) if alarm.kind == AlarmKind.LEFT else _missing(alarm)
    ended = _ending(session, alarm) if alarm.ended_at else stands
    return _letter(session, titles[AlarmKind(alarm.kind)] % words, (said % words, ended), now)


def _missing(alarm: Alarm) -> tuple[str, str]:
    late = (alarm.raised_at - alarm.starts_at) // timedelta(minutes=1)
    said = ngettext(
        "%%(name)s was not there %(n)d minute after the start.",
        "%%(name)s was not there %(n)d minutes after the start.",
        late,
    )
    return said % {"n": late}, _("Whoever came for it waits at its door.")


def _gone(alarm: Alarm) -> tuple[str, str]:
    late = (alarm.raised_at - (alarm.since or alarm.starts_at)) // timedelta(minutes=1)
    said = ngettext(
        "%%(name)s left it, and was not back %(n)d minute later.",
        "%%(name)s left it, and was not back %(n)d minutes later.",
        late,
    )
    return said % {"n": late}, _("Others are still in it.")


def _ended(session: ClassSession, alarm: Alarm, now: datetime) -> Letter:
    return _letter(session, _ending(session, alarm), (_("There is nothing more to do about it."),), now)


def _ending(session: ClassSession, alarm: Alarm) -> str:
    words = {"topic": session.topic, "name": session.teacher.name}
    said = {
        AlarmEnd.CAME: _("%(name)s is there now: “%(topic)s” is on."),
        AlarmEnd.OVER: _("“%(topic)s” is over; nobody came to teach it."),
        AlarmEnd.OFF: _off_words(session, alarm),
    }
    if alarm.kind == AlarmKind.LEFT:
        said[AlarmEnd.OVER] = _("“%(topic)s” has ended; %(name)s had not come back.")
    return said[AlarmEnd(alarm.end or AlarmEnd.OVER)] % words


def _off_words(session: ClassSession, alarm: Alarm) -> str:
    """What became of a class to which its teacher was not to come any more."""
    if session.cancelled_at is not None:
        return _("“%(topic)s” was cancelled.")
    if session.starts_at != alarm.starts_at:
        return _("“%(topic)s” was moved.")
    if held_elsewhere([session]):
        return _("“%(topic)s” is held elsewhere now, not in Zoom.")
    return _("“%(topic)s” is held otherwise now, or not at all.")


def _letter(session: ClassSession, title: str, sentences: tuple[str, ...], now: datetime) -> Letter:
    return Letter(
        title=title,
        sentences=sentences,
        facts=facts_of(session, now),
        verb=_("See the class"),
        path=reverse("classes:detail", args=[session.code]),
        why=_("You get this because you are to be told when a class of %(program)s is without its teacher.")
        % {"program": session.program.title},
    )


def moments(*, session: ClassSession, **_more: object) -> list[hooks.Moment]:
    """What a class's history says of its alarms; one query."""
    found = []
    for alarm in Alarm.objects.filter(session=session).order_by("raised_at"):
        has_left = alarm.kind == AlarmKind.LEFT
        missing, left = (
            _("Its teacher was missing; who can help was told"),
            _("Its teacher had left; who can help was told"),
        )
        found.append(hooks.Moment(alarm.raised_at, left if has_left else missing))
        if alarm.ended_at:
            found.append(hooks.Moment(alarm.ended_at, str(AlarmEnd(alarm.end).label)))
    return found
