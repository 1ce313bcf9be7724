"""A recurring meeting of their own for some classes of a series, while the former one ends before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from eduraise.accounts.models import User
from eduraise.classes.changing import want_as_it_stands
from eduraise.classes.models import ClassSession, Series
from eduraise.classes.replacing import FORMER_STAYS
from eduraise.classes.serial import SeriesDraft, want_meeting_of_series
from eduraise.zoom.models import ZoomUser
from eduraise.zoom.series import want_end_before


@dataclass(frozen=True, kw_only=True)
class Onward:
    """How a series goes on. days: as far as its dates move; all else holds for all that go along."""

    days: int
    hour: time
    zone: str
    duration: timedelta
    topic: str
    host: ZoomUser
    teacher: User
    settings: dict[str, Any]


def go_on(
    former: Series, classes: Sequence[ClassSession], onward: Onward, *, by: User, now: datetime
) -> Series:
    """Want a meeting for these classes of a series, as they stand by now, and the former one to end before
    the first of them; within the caller's transaction.

    The former one stays some minutes, so that the new one is made first.
    """
    begins = min(
        one.occurrence.rule_starts_at for one in classes if one.occurrence and one.occurrence.rule_starts_at
    )
    want_end_before(former.meeting, begins, not_before=now + FORMER_STAYS, now=now, by=by)
    draft = SeriesDraft(
        program=former.program,
        teacher=onward.teacher,
        topic=onward.topic,
        zone=onward.zone,
        local_start=onward.hour,
        duration=onward.duration,
        every_weeks=former.every_weeks,
        classes=(),  # they stand already
        slot_uid=former.slot_uid,
    )
    series = want_meeting_of_series(
        draft, _by_date(classes, onward.days), onward.host, onward.settings, by=by, now=now, continues=former
    )
    for one in classes:
        want_as_it_stands(one, by=by, now=now, not_before=now)  # one may have settings of its own
    return series


def _by_date(classes: Sequence[ClassSession], days: int) -> dict[date, ClassSession]:
    return {one.original_on + timedelta(days=days): one for one in classes if one.original_on}
