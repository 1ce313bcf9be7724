"""What a class's page, its history, and somebody's home say of substitutions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from eduraise.access.rules import students_of
from eduraise.accounts.models import User
from eduraise.classes.enums import ClassState
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.classes.words import when_words
from eduraise.core.hooks import Act, Moment, PagePart, Problem, Waiting
from eduraise.substitutes.enums import OPEN, State
from eduraise.substitutes.models import Substitution
from eduraise.substitutes.rerouting import is_done
from eduraise.substitutes.rules import all_of, may_assign, may_return

OVER = (ClassState.CANCELLED, ClassState.ENDED, ClassState.LIVE)


def is_ahead(session: ClassSession, now: datetime) -> bool:
    """Whether a class of `with_states` can still change hands."""
    over = session.shown_state in OVER or session.program.archived_at is not None
    return not over and session.starts_at > now


def act(
    *, session: ClassSession, person: User, standing: Standing, now: datetime, **_more: object
) -> Iterator[Act]:
    """The way to a substitute, for whoever may look for one."""
    if is_ahead(session, now) and _arranges(session, person, standing, now):
        own = session.teacher_id == person.pk
        verb = _("I can’t teach this class") if own else _("Find a substitute")
        yield Act(verb, reverse("substitutes:find", args=[session.code]), "user-round-x", replaces=True)


def _arranges(session: ClassSession, person: User, standing: Standing, now: datetime) -> bool:
    """The same as `may_arrange`, where it is known what she is to the class."""
    return standing.may_start or may_assign(person, session, now)


def part(
    *, session: ClassSession, person: User, standing: Standing, now: datetime, **_more: object
) -> Iterator[PagePart]:
    """Who takes the class for whom, and who is asked; one query where nobody does or is."""
    rows = {row.state: row for row in all_of(session) if row.state in OPEN}
    accepted, asked = rows.get(State.ACCEPTED), rows.get(State.ASKED)
    if not rows:
        return
    ahead = is_ahead(session, now)
    takes_it = accepted is not None and accepted.substitute_id == person.pk
    context = {
        "session": session,
        "accepted": accepted,
        "asked": asked,
        "takes_it": takes_it,
        "waits": accepted is not None and not accepted.refused_at and not is_done(accepted),
        "is_own": accepted is not None and accepted.absent_id == person.pk,
        "is_asked": asked is not None and asked.substitute_id == person.pk,
        "may_return": ahead and accepted is not None and may_return(person, accepted, now),
        "may_withdraw": ahead and asked is not None and _arranges(session, person, standing, now),
        "students": list(students_of([session.program], now)) if takes_it else [],
    }
    yield PagePart("", "substitutes/part.html", context)


def moments(*, session: ClassSession, **_more: object) -> Iterator[Moment]:
    """Who was asked, and what came of it; no query after `part`. What she said is for whoever asked alone."""
    for row in all_of(session):
        words = {"name": row.substitute.name, "absent": row.absent.name, "way": row.get_way_display()}
        asked_by, ended_by = (one.name if one else "" for one in (row.asked_by, row.ended_by))
        was_asked = row.answered_at != row.asked_at  # or was put on it
        if was_asked:
            yield Moment(row.asked_at, _("%(name)s was asked to take it") % words, asked_by)
        if row.way and row.answered_at:
            title = _("%(name)s takes it for %(absent)s: %(way)s") % words
            by = row.substitute.name if was_asked else asked_by
            yield Moment(row.answered_at, title, by, covers="teacher")
        if row.refused_at:
            yield Moment(row.refused_at, _("Zoom doesn’t let %(name)s hold it") % words)
        if row.ended_at and row.state in CLOSED:
            covers = "teacher" if row.state == State.RETURNED else ""
            yield Moment(row.ended_at, str(CLOSED[State(row.state)]()) % words, ended_by, covers=covers)


CLOSED = {
    State.DECLINED: lambda: _("%(name)s can’t take it"),
    State.WITHDRAWN: lambda: _("%(name)s need not answer any more"),
    State.LAPSED: lambda: _("%(name)s didn’t answer in time"),
    State.RETURNED: lambda: _("%(absent)s teaches it after all"),
}


def needs(*, person: User, now: datetime, **_more: object) -> Iterator[Waiting]:
    """The classes that this person is asked to take."""
    rows = Substitution.objects.filter(
        substitute=person, state=State.ASKED, session__starts_at__gt=now, session__cancelled_at__isnull=True
    )
    yield Waiting(rows, "asked_at", lambda _number, _since: _questions(person, rows, now))


def _questions(person: User, rows: QuerySet[Substitution], now: datetime) -> Iterator[Problem]:
    for row in rows.select_related("session__program", "absent", "asked_by").order_by("session__starts_at"):
        words = {"topic": row.session.topic, "when": when_words(row.session, now)}
        yield Problem(
            severity="warn",
            title=_("Can you take “%(topic)s”, %(when)s?") % words,
            detail=_("%(name)s can’t teach it.") % {"name": row.absent.name},
            verb=_("Answer"),
            url=reverse("substitutes:question", args=[row.uid]),
            since=row.asked_at,
            owner_uid=person.uid,
        )
