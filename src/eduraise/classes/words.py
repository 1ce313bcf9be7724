"""A class in a few words, in the reader's language and zone."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from eduraise.classes.models import ClassSession
from eduraise.ui import times


def when_words(session: ClassSession, now: datetime) -> str:
    """ "Thu 27 Nov, 18:00–19:30" by the reader's clocks."""
    return span_words(session.starts_at, session.ends_at, now)


def at_words(at: datetime, now: datetime) -> str:
    """ "Thu 27 Nov, 18:00" of an instant."""
    return times.day_and_span(at, None, timezone.get_current_timezone(), now)


def span_words(starts_at: datetime, ends_at: datetime, now: datetime) -> str:
    """The same of any hours."""
    return times.day_and_span(starts_at, ends_at, timezone.get_current_timezone(), now)
