"""A class in a few words, in the reader's language and zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from eduraise.classes.models import ClassSession
from eduraise.ui import times


def when_words(session: ClassSession, now: datetime) -> str:
    """ "Thu 27 Nov, 18:00–19:30" by the reader's clocks."""
    return span_words(session.starts_at, session.ends_at, now)


def at_words(at: datetime, now: datetime) -> str:
    """ "Thu 27 Nov, 18:00" of an instant."""
    return times.day_and_span(at, None, timezone.get_current_timezone(), now)


def live_words(since: datetime | None, now: datetime) -> str:
    """ "Live for 24 min", after an hour "Live since 13:51", by when it was really started."""
    minutes = (now - since) // timedelta(minutes=1) if since else 0
    if since is None or minutes < 1:
        return _("Live")
    if minutes < 60:
        return _("Live for %(minutes)d min") % {"minutes": minutes}
    return _("Live since %(time)s") % {"time": times.clock_time(since, timezone.get_current_timezone())}


def span_words(starts_at: datetime, ends_at: datetime, now: datetime) -> str:
    """The same of any hours."""
    return times.day_and_span(starts_at, ends_at, timezone.get_current_timezone(), now)
