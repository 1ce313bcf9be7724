"""Classes as entries of a calendar, in the words of the language that is active.

The one link that an entry carries is the class's door. What Zoom knows, its link, number and passcode, is
never in one: calendars are shared, printed and read by others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, timedelta
from itertools import groupby

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from eduraise.calendars.entries import (
    DatedEntry,
    Entry,
    SeriesDate,
    SeriesEntry,
    WeeklyRule,
    Written,
    written_as_series,
)
from eduraise.classes.addresses import door_url
from eduraise.classes.models import ClassSession, Series


def entries_of(sessions: Iterable[ClassSession]) -> list[Written]:
    """The entries of some classes of `queries.classes_of`: those of a series as one with its rule."""
    in_order = sorted(sessions, key=lambda one: (one.series_id or 0, one.starts_at, one.pk))
    written: list[Written] = []
    for series_id, group in groupby(in_order, key=lambda one: one.series_id):
        together = list(group)
        written += _series(together) if series_id else [entry_of(one) for one in together]
    return written


def written_alone(session: ClassSession, together: Iterable[ClassSession]) -> Written:
    """One class, as it stands in the feed of somebody who knows these classes of its series: where they are
    one entry there, as a date of that. So it doesn't stand twice beside a feed."""
    entry = entry_of(session)
    for written in entries_of(together):
        if isinstance(written, SeriesEntry) and session.original_on:
            start = written.start_on(session.original_on)
            if start is not None:
                pattern = written.pattern
                entry = replace(entry, uid=pattern.uid, version=pattern.version)
                return SeriesDate(entry=entry, start=start, zone=pattern.zone)
    return entry


def series_url(series: Series) -> str:
    """The one link of a series: it leads to the door of its class that is on, or comes next."""
    return f"{settings.BASE_URL}{reverse('calendars:series', args=[series.uid])}"


def _series(sessions: Sequence[ClassSession]) -> list[Written]:
    series = sessions[0].series
    assert series
    door = series_url(series)
    dated = list(_dated(sessions, door))
    # a topic of the syllabus is one date's alone, and what it differs in from the rest
    held = [one for one in sessions if one.cancelled_at is None] or sessions
    looks = Counter((one.topic, description_of(one, door, lesson="")) for one in held)
    rule = WeeklyRule(
        zone=series.zone,
        local_start=series.local_start,
        every_weeks=series.every_weeks,
        starts_on=series.starts_on,
        ends_on=series.ends_on,
    )
    starts_at = rule.start_on(series.starts_on).astimezone(UTC)
    title, description = looks.most_common(1)[0][0]
    changed_at = max(at for one in sessions for at in (one.changed_at, one.continued_at) if at)
    pattern = Entry(
        uid=str(series.uid),
        # rises with every change of one of its classes, those that a later series took over too
        version=max(0, int((changed_at - series.created_at).total_seconds())),
        changed_at=changed_at,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=series.minutes),
        zone=series.zone,
        title=title,
        description=description,
        door=door,
        category=sessions[0].program.title,
    )
    return written_as_series(pattern=pattern, rule=rule, dated=dated)


def _dated(sessions: Iterable[ClassSession], door: str) -> Iterator[DatedEntry]:
    for one in sessions:
        shared = description_of(one, door, lesson=one.lesson)
        yield DatedEntry(original_on=one.original_on, entry=entry_of(one), shared=shared)


def entry_of(session: ClassSession) -> Entry:
    """The entry of one class; its program and teacher are read along."""
    door = door_url(session)
    is_cancelled = session.cancelled_at is not None
    return Entry(
        uid=str(session.uid),
        version=session.version,
        changed_at=session.changed_at,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        title=title_of(session),
        description=description_of(session, door, lesson=session.lesson),
        door=door,
        category=session.program.title,
        is_cancelled=is_cancelled,
    )


def title_of(session: ClassSession) -> str:
    """The class's title; that it is cancelled is said in words too, as some programs show nothing else."""
    if session.cancelled_at is None:
        return session.title
    return _("Cancelled: %(title)s") % {"title": session.title}


def description_of(session: ClassSession, door: str, *, lesson: str) -> str:
    """Where it belongs, its topic of the syllabus, who teaches, how to get in, and what its teacher wrote of
    it."""
    about = [session.program.title, _("Teacher: %(name)s") % {"name": session.teacher.name}]
    if lesson:
        about.insert(1, _("Topic: %(topic)s") % {"topic": lesson})
    if session.cancelled_at is not None:
        parts = [session.cancel_message, "\n".join(about)]
    else:
        parts = ["\n".join([*about, _("Join: %(link)s") % {"link": door}]), session.description]
    return "\n\n".join(part for part in parts if part)
