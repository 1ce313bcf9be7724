"""The booked classes that a teacher's days off hit, each with the way to somebody who takes it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.classes.words import when_words
from eduraise.core.hooks import OnDayOff
from eduraise.programs.availability import Away
from eduraise.substitutes.enums import State
from eduraise.substitutes.models import Substitution


def booked(
    *, person: User, aways: Sequence[Away], reader: User, now: datetime, **_more: object
) -> Iterator[OnDayOff]:
    """Of each of the days off the classes that are hers still, soonest first; two queries."""
    if not aways:
        return
    every = ClassSession.objects.all() if reader.is_admin else ClassSession.objects.assigned_to(reader, now)
    first, last = min(away.from_at for away in aways), max(away.until_at for away in aways)
    coming = every.coming(now).filter(teacher=person, starts_at__lt=last, ends_at__gt=first)
    classes = list(coming.filter(program__archived_at__isnull=True).order_by("starts_at", "pk"))
    asked = Substitution.objects.filter(session__in=classes, state=State.ASKED).select_related("substitute")
    names = {row.session_id: row.substitute.name for row in asked}
    for away in aways:
        for session in classes:
            if session.starts_at < away.until_at and session.ends_at > away.from_at:
                yield _line(away, session, names.get(session.pk, ""), now)


def _line(away: Away, session: ClassSession, asked: str, now: datetime) -> OnDayOff:
    page = reverse("classes:detail", args=[session.code])
    when = when_words(session, now)
    if asked:
        when = _("%(when)s; %(name)s is asked to take it") % {"when": when, "name": asked}
        return OnDayOff(away, session.topic, when, page)
    find = reverse("substitutes:find", args=[session.code])
    return OnDayOff(away, session.topic, when, page, _("Find a substitute"), find)
