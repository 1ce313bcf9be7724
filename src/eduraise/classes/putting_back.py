"""Where classes are held again that are put back to what they were: in the meeting that they had as long as
it stands at Zoom unchanged, else in another one. Nothing here says who may ask for it, or who hears of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from eduraise.accounts.models import User
from eduraise.classes.agendas import wishes_of
from eduraise.classes.changing import want_as_it_stands
from eduraise.classes.claims import TeacherBusy, claim_teacher
from eduraise.classes.continuing import Onward, Split, go_on
from eduraise.classes.enums import ChangeSetKind
from eduraise.classes.handing_together import take_hours
from eduraise.classes.models import ChangeSet, ClassSession, Series
from eduraise.classes.remembering import Was, put_back_series
from eduraise.classes.replacing import replace_meeting
from eduraise.classes.together import clash, take_all
from eduraise.zoom import series as dates
from eduraise.zoom import wanting
from eduraise.zoom.choosing import hosts_for
from eduraise.zoom.claims import HostBusy, claim_host
from eduraise.zoom.enums import HostKind
from eduraise.zoom.models import ZoomUser
from eduraise.zoom.whole_series import want_whole


@dataclass(frozen=True)
class Held:
    """Classes of a set, and what each of them was, by key."""

    change_set: ChangeSet
    was: Mapping[int, Was]
    sessions: Sequence[ClassSession]

    @cached_property
    def changed(self) -> list[ClassSession]:
        """Those in which something was changed; others only went along to another meeting."""
        keys = set(self.change_set.changes.values_list("session", flat=True))
        return [one for one in self.sessions if one.pk in keys]

    @property
    def has_other_hours(self) -> bool:
        """Whether whose hours are taken, or which, changes."""
        return self.change_set.kind in (ChangeSetKind.MOVED, ChangeSetKind.GIVEN)

    @property
    def longest(self) -> timedelta:
        """Of these classes."""
        return max(one.duration for one in self.sessions)


def hold_together(held: Held, split: Split, *, by: User, now: datetime) -> None:
    """Hold classes that got a recurring meeting of their own where they were before; their hours are free.
    Raises ClashAmongThem, NotConnected."""
    related = ("program__class_settings", "teacher", "meeting__host__account", "meeting__program")
    both = Series.objects.select_related(*related).in_bulk([split.former, split.series])
    former, present = both[split.former], both[split.series]
    again = dates.undo_end_before(
        former.meeting, rule=split.rule, ended_rule=split.ended_rule, taken_over_by=present.meeting, now=now
    )
    if again:
        _rejoin(held, former, by, now)
    else:
        _go_on_otherwise(held, former, present, by, now)


def _rejoin(held: Held, former: Series, by: User, now: datetime) -> None:
    """The former meeting never ended at Zoom: they are dates of it again, and the other one goes."""
    dates.want_dates_gone(
        [one.occurrence for one in held.sessions if one.occurrence], not_before=now, now=now, by=by
    )
    rows = dates.take_up(was.occurrence for was in held.was.values() if was.occurrence)
    for one in held.sessions:
        was = held.was[one.pk]
        one.series_id, one.original_on, one.occurrence = was.series, was.on, rows[was.occurrence or 0]
    ClassSession.objects.bulk_update(held.sessions, ["series", "original_on", "occurrence"])
    if held.has_other_hours:
        take_all(held.sessions, former.meeting.host, now)
    for one in held.sessions:
        want_as_it_stands(one, by=by, now=now, not_before=now)


def _go_on_otherwise(held: Held, former: Series, present: Series, by: User, now: datetime) -> None:
    """The former meeting ended before them: they get a third one, as the former was."""
    host = present.meeting.host
    if held.change_set.kind == ChangeSetKind.GIVEN:
        starts_at = min(one.starts_at for one in held.sessions)
        hosts = hosts_for(former.teacher, starts_at=starts_at, length=held.longest)
        host = take_hours(held.sessions, hosts, now)
    elif held.has_other_hours:
        take_all(held.sessions, host, now)
    onward = Onward(
        days=_days_between(held),
        hour=former.local_start,
        zone=former.zone,
        duration=timedelta(minutes=former.minutes),
        topic=former.topic,
        host=host,
        teacher=former.teacher,
        settings=former.meeting.wanted_settings,
    )
    go_on(present, held.sessions, onward, by=by, now=now, not_before=now)


def _days_between(held: Held) -> int:
    """How far their dates go on the rule; all go as far."""
    for one in held.sessions:
        was_on = held.was[one.pk].on
        if was_on is not None and one.original_on is not None:
            return (was_on - one.original_on).days
    return 0


def hold_alone(held: Held, *, by: User, now: datetime, is_quiet: bool) -> None:
    """Hold each class where it is, as it was; their hours are free. is_quiet: Zoom isn't told what it wasn't
    told yet. Raises ClashAmongThem, PoolBusy."""
    whole = put_back_series(held.change_set)
    if whole is not None:
        want_whole(**whole, not_before=now, now=now, by=by)
    for one in held.changed:
        if held.has_other_hours and not _take_hours(one, by, now):
            continue  # another meeting holds it as it stands
        taken_back = (
            is_quiet
            and one.occurrence is not None
            and wanting.undo(occurrence=one.occurrence, **wishes_of(one), now=now, by=by)
        )
        if not taken_back:
            want_as_it_stands(one, by=by, now=now, not_before=now)


def _take_hours(session: ClassSession, by: User, now: datetime) -> bool:
    """Take teacher and host for the hours that a class has again; False where it gets another shared host."""
    host = session.occurrence.meeting.host if session.occurrence else None
    try:
        claim_teacher(session, now=now)
        if host is not None:
            _claim(session, host, now)
    except HostBusy as problem:
        if host is None or host.kind != HostKind.POOL:
            raise clash(session, problem, now) from problem
        replace_meeting(session, by=by, now=now, former_stays=True)
        return False
    except TeacherBusy as problem:
        raise clash(session, problem, now) from problem
    return True


def _claim(session: ClassSession, host: ZoomUser, now: datetime) -> None:
    claim_host(host=host, starts_at=session.starts_at, ends_at=session.ends_at, held_for=session.uid, now=now)
