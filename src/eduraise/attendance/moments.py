"""What a class's history says of its attendance: who was called into it, what was done to its register and to
marks by hand. For who may look at the register alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.attendance.correcting import may_look
from eduraise.attendance.enums import Cause
from eduraise.attendance.explaining import mark_words
from eduraise.attendance.models import MarkChange, Register
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core.hooks import Moment
from eduraise.core.models import AuditEntry

NUDGED, REOPENED = "attendance.nudged", "attendance.reopened"
TITLES: dict[str, Callable[[dict[str, Any]], str]] = {
    NUDGED: lambda after: _nudged(after["people"]),
    REOPENED: lambda _after: _("Register opened again"),
    "attendance.entries_applied": lambda _after: _("What became known after the lock was let count"),
    "attendance.not_held": lambda _after: _("Said that it was not held"),
    "attendance.held": lambda _after: _("Said that it was held after all"),
}
# So many of whose marks were set together are named
NAMED = 3


def moments(*, session: ClassSession, standing: Standing, **_more: object) -> Iterator[Moment]:
    """For who may look at its register; three queries, two where it has none."""
    if not may_look(standing):
        return
    register = Register.objects.filter(session=session.pk).first()
    yield from _done(session, register)
    if register is None:
        return
    if register.locked_at is not None:
        yield _locked(register.locked_at)
    yield from _marked(register)


def _done(session: ClassSession, register: Register | None) -> Iterator[Moment]:
    things = [session.uid, *([register.uid] if register else [])]
    rows = AuditEntry.objects.filter(thing_uid__in=things, verb__in=TITLES).order_by("at", "pk")
    for row in rows:
        if row.verb == REOPENED and (locked_at := row.before.get("locked_at")):
            yield _locked(datetime.fromisoformat(locked_at))
        yield Moment(row.at, TITLES[row.verb](row.after), row.actor_label, row.after.get("why", ""))


def _nudged(people: int) -> str:
    words = ngettext(
        "The link was sent to %(n)d student who was missing",
        "The link was sent to %(n)d students who were missing",
        people,
    )
    return words % {"n": people}


def _locked(at: datetime) -> Moment:
    return Moment(at, _("Register locked"))


def _marked(register: Register) -> Iterator[Moment]:
    """A line for each change by hand; of several students at once, for each thing that was changed alike."""
    by_hand = MarkChange.objects.filter(mark__register=register, cause=Cause.HAND)
    changes = by_hand.select_related("mark__student", "by").order_by("at", "pk")
    for _key, alike in groupby(sorted(changes, key=_alike), key=_alike):
        first, *others = alike
        words = {
            "who": _names([one.mark.student.name for one in (first, *others)]),
            "before": mark_words(first.before, first.minutes_before),
            "after": mark_words(first.after, first.minutes_after),
        }
        title = _("%(who)s: %(before)s → %(after)s") % words
        yield Moment(first.at, title, first.by.name if first.by else "", first.why)


def _alike(change: MarkChange) -> tuple[Any, ...]:
    shown = (change.before, change.minutes_before or 0, change.after, change.minutes_after or 0)
    return change.at, str(change.batch_uid), *shown


def _names(names: list[str]) -> str:
    more = len(names) - NAMED
    named = ", ".join(names[:NAMED])
    if more <= 0:
        return named
    return ngettext("%(names)s and %(n)d more", "%(names)s and %(n)d more", more) % {
        "names": named,
        "n": more,
    }
