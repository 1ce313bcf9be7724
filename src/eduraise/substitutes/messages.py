"""What people are told of substitutions: that they are asked, what was answered, that it is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.classes.messages import facts_of, may_know, page_of, why_teaches
from eduraise.classes.models import ClassSession
from eduraise.classes.told import as_kept, keep
from eduraise.classes.words import when_words
from eduraise.notifications import registry
from eduraise.notifications.actions import tell, tell_all
from eduraise.notifications.models import Message
from eduraise.substitutes.enums import State
from eduraise.substitutes.models import Substitution
from eduraise.ui.letters import Letter

ASKED = "substitute.asked"
ANSWERED = "substitute.answered"
NOT_NEEDED = "substitute.not_needed"
REFUSED = "substitute.refused"


def register_kinds() -> None:
    """Name the kinds to the room that sends them."""
    registry.register(
        ASKED,
        label=gettext_lazy("You are asked to take a class"),
        words=asked_words,
        still_true=is_still_asked,
        allowed=who_is_asked,
    )
    registry.register(
        ANSWERED,
        label=gettext_lazy("Whom you asked to take a class has answered"),
        words=answered_words,
        still_true=registry.always,
        allowed=may_know,
    )
    registry.register(
        REFUSED,
        label=gettext_lazy("Zoom doesn’t let a substitute hold a class"),
        words=refused_words,
        still_true=is_still_refused,
        allowed=may_know,
    )
    registry.register(
        NOT_NEEDED,
        label=gettext_lazy("A class that you were to take is not yours any more"),
        words=not_needed_words,
        still_true=registry.always,
        allowed=who_is_asked,
        overtakes={ASKED},
    )


def tell_asked(row: Substitution, *, by: User, now: datetime) -> None:
    """To whoever is asked."""
    _tell_substitute(row, ASKED, by, now)


def tell_not_needed(row: Substitution, *, by: User | None, now: datetime) -> None:
    """To whoever was asked, or took the class until now."""
    if by is None or by.pk != row.substitute_id:
        _tell_substitute(row, NOT_NEEDED, by, now)


def _tell_substitute(row: Substitution, kind: str, by: User | None, now: datetime) -> None:
    tell(
        person=row.substitute,
        kind=kind,
        fact_key=f"{row.uid}:{kind}:{now.isoformat()}",
        thing_uid=row.uid,
        program_uid=row.session.program.uid,
        data={"substitution": row.pk, "state": str(row.state), **keep(row.session)},
        stale_at=row.session.starts_at,
        by=by,
        now=now,
    )


def tell_answer(row: Substitution, *, by: User | None, now: datetime) -> None:
    """To whoever asked, and to whoever's class it is: she takes it, she can't, or she said nothing."""
    people = {person.pk: person for person in (row.asked_by, row.absent) if person is not None}
    if by is not None:
        people.pop(by.pk, None)
    people.pop(row.substitute_id, None)
    tell_all(
        people=people.values(),
        kind=ANSWERED,
        fact_key=f"{row.uid}:{row.state}",
        thing_uid=row.session.uid,
        program_uid=row.session.program.uid,
        data={"substitution": row.pk, "state": str(row.state), **keep(row.session)},
        stale_at=row.session.ends_at,
        by=by,
        now=now,
    )


def tell_refused(row: Substitution, *, now: datetime) -> None:
    """To whoever asked, whose class it is, and who takes it: Zoom doesn't let her hold it."""
    people = {
        person.pk: person for person in (row.asked_by, row.absent, row.substitute) if person is not None
    }
    tell_all(
        people=people.values(),
        kind=REFUSED,
        fact_key=f"{row.uid}:refused",
        thing_uid=row.session.uid,
        program_uid=row.session.program.uid,
        data={"substitution": row.pk, **keep(row.session)},
        stale_at=row.session.ends_at,
        now=now,
    )


def who_is_asked(messages: Sequence[Message], now: datetime) -> set[int]:
    """Whoever was asked may read it, and nobody else."""
    rows = _rows(messages)
    return {
        message.pk
        for message in messages
        if (row := _row_of(message, rows)) and row.substitute_id == message.person_id
    }


def is_still_asked(message: Message, now: datetime) -> bool:
    """Whether she is still asked, and the class is to come."""
    row = _row_of(message, _rows([message]))
    if row is None or row.state != State.ASKED:
        return False
    return row.session.starts_at > now and row.session.cancelled_at is None


def is_still_refused(message: Message, now: datetime) -> bool:
    """Whether she still takes it, and can't hold it."""
    row = _row_of(message, _rows([message]))
    return row is not None and row.state == State.ACCEPTED and row.refused_at is not None


def refused_words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To whoever asked, whose class it is, and who takes it."""
    return _letters(messages, now, _refused)


def asked_words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To whoever is asked."""
    return _letters(messages, now, _asked)


def answered_words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To whoever asked, and whose class it is."""
    return _letters(messages, now, _answered)


def not_needed_words(messages: Sequence[Message], now: datetime) -> dict[int, Letter]:
    """To whoever was asked, or took the class."""
    return _letters(messages, now, _not_needed)


def _rows(messages: Sequence[Message]) -> dict[int, Substitution]:
    keys = {message.data.get("substitution") for message in messages}
    related = ("session__program", "session__teacher", "absent", "substitute", "asked_by", "ended_by")
    return Substitution.objects.select_related(*related).in_bulk([key for key in keys if key])


def _row_of(message: Message, rows: Mapping[int, Substitution]) -> Substitution | None:
    return rows.get(message.data.get("substitution", 0))


def _letters(messages: Sequence[Message], now: datetime, write: Any) -> dict[int, Letter]:
    """Each message's letter, of its class as it was then."""
    rows = _rows(messages)
    return {
        message.pk: write(row, as_kept(row.session, message.data), message.data, now)
        for message in messages
        if (row := _row_of(message, rows)) is not None
    }


def _words(row: Substitution, session: ClassSession, now: datetime) -> dict[str, str]:
    return {
        "topic": session.topic,
        "when": when_words(session, now),
        "absent": row.absent.name,
        "name": row.substitute.name,
        "by": row.asked_by.name if row.asked_by else _("Somebody"),
    }


def _asked(row: Substitution, session: ClassSession, data: Mapping[str, Any], now: datetime) -> Letter:
    words = _words(row, session, now)
    other = row.asked_by_id != row.absent_id
    said = (
        _("%(by)s asks whether you can take this class of %(absent)s’s.")
        if other
        else _("%(absent)s can’t teach this class and asks whether you can take it.")
    )
    return Letter(
        title=_("Can you take “%(topic)s”, %(when)s?") % words,
        sentences=(said % words, _("The students’ link stays the same.")),
        facts=facts_of(session, now),
        quote=row.note,
        quote_by=words["by"] if row.note else "",
        verb=_("Answer"),
        path=reverse("substitutes:question", args=[row.uid]),
        why=_("You get this because you teach here."),
    )


def _answered(row: Substitution, session: ClassSession, data: Mapping[str, Any], now: datetime) -> Letter:
    words = _words(row, session, now)
    titles = {
        State.ACCEPTED.value: _("%(name)s takes “%(topic)s”, %(when)s"),
        State.DECLINED.value: _("%(name)s can’t take “%(topic)s”, %(when)s"),
        State.LAPSED.value: _("%(name)s didn’t answer about “%(topic)s”, %(when)s"),
    }
    declined = data.get("state") == State.DECLINED.value
    sentences = {
        State.ACCEPTED.value: _("The class is held as planned, and its link stays the same."),
        State.DECLINED.value: _("Somebody else can be asked."),
        State.LAPSED.value: _("The class is still %(absent)s’s."),
    }
    state = str(data.get("state", ""))
    return Letter(
        title=titles.get(state, titles[State.LAPSED.value]) % words,
        sentences=(sentences.get(state, sentences[State.LAPSED.value]) % words,),
        facts=facts_of(session, now),
        quote=row.reason if declined else "",
        quote_by=row.substitute.name if declined and row.reason else "",
        verb=_("See the class"),
        path=page_of(row.session),
        why=why_teaches(row.session),
    )


def _refused(row: Substitution, session: ClassSession, data: Mapping[str, Any], now: datetime) -> Letter:
    words = _words(row, session, now)
    return Letter(
        title=_("Zoom doesn’t let %(name)s hold “%(topic)s”, %(when)s") % words,
        sentences=(
            _("The meeting is still on the Zoom of %(absent)s, who alone can start it.") % words,
            _("Somebody else can take it, or %(name)s connects Zoom and is asked again.") % words,
        ),
        facts=facts_of(session, now),
        verb=_("See the class"),
        path=page_of(row.session),
        why=why_teaches(row.session),
    )


def _not_needed(row: Substitution, session: ClassSession, data: Mapping[str, Any], now: datetime) -> Letter:
    words = _words(row, session, now)
    took = data.get("state") in (State.RETURNED.value, State.ENDED.value, State.ACCEPTED.value)
    return Letter(
        title=_("You need not take “%(topic)s”, %(when)s") % words,
        sentences=(
            (
                _("%(absent)s teaches it after all.") % words
                if data.get("state") == State.RETURNED.value
                else _("Somebody else takes it.")
                if took
                else _("You were asked; that is taken back.")
            ),
        ),
        why=_("You get this because you teach here."),
    )
