"""A recurring meeting of their own for some classes of a series, while the former one ends before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from eduraise.accounts.models import User
from eduraise.classes.changing import UNDO_FOR, want_as_it_stands
from eduraise.classes.models import ChangeSet, ClassSession, Series
from eduraise.classes.replacing import FORMER_STAYS
from eduraise.classes.serial import SeriesDraft, want_meeting_of_series
from eduraise.zoom.models import ZoomMeeting, ZoomUser
from eduraise.zoom.series import want_end_before
from eduraise.zoom.waiting import keep_until

# Under which `ChangeSet.undo` keeps it
SPLIT = "split"


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


@dataclass(frozen=True)
class Split:
    """A series that ends, and the one that goes on in its place, by key. rule, ended_rule: of the former,
    before and since."""

    former: int
    series: int
    rule: dict[str, Any] | None
    ended_rule: dict[str, Any] | None

    def stored(self) -> dict[str, Any]:
        """As `ChangeSet.undo` keeps it."""
        return {SPLIT: asdict(self)}


def split_of(change_set: ChangeSet) -> Split | None:
    """How a set split a series, if it did."""
    kept = (change_set.undo or {}).get(SPLIT)
    return Split(**kept) if kept else None


def go_on(
    former: Series,
    classes: Sequence[ClassSession],
    onward: Onward,
    *,
    by: User,
    now: datetime,
    not_before: datetime | None = None,
) -> Split:
    """Want a meeting for these classes of a series, as they stand by now, and the former one to end before
    the first of them; within the caller's transaction. not_before: until then nothing is sent, None: until
    `UNDO_FOR` has passed.

    The former one stays until the new one stands at Zoom.
    """
    begins = min(
        one.occurrence.rule_starts_at for one in classes if one.occurrence and one.occurrence.rule_starts_at
    )
    rule = former.meeting.wanted_recurrence
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
        draft,
        _by_date(classes, onward.days),
        onward.host,
        onward.settings,
        by=by,
        now=now,
        continues=former,
        not_before=not_before or now + UNDO_FOR,
    )
    keep_until(former.meeting, series.meeting)
    for one in classes:
        want_as_it_stands(one, by=by, now=now, not_before=now)  # one may have settings of its own
    ended_rule = ZoomMeeting.objects.get(pk=former.meeting_id).wanted_recurrence
    return Split(former=former.pk, series=series.pk, rule=rule, ended_rule=ended_rule)


def _by_date(classes: Sequence[ClassSession], days: int) -> dict[date, ClassSession]:
    return {one.original_on + timedelta(days=days): one for one in classes if one.original_on}
