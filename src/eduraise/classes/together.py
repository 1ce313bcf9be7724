"""Changing several classes of a series together: from one of them on, or all that are to come.

Zoom can't split a series, and forgets what was changed on its dates when its rule is sent again. So classes
that get another hour, or from one of them on other settings, get a recurring meeting of their own, and the
former one ends before them; their links stay. What holds for the whole series is changed by one call.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes import snapshots
from eduraise.classes.being_there import Teaching, require_there
from eduraise.classes.changesets import put_together
from eduraise.classes.changing import (
    UNDO_FOR,
    ClassOver,
    Edit,
    end_differences,
    read_current,
    want_as_it_stands,
    write_change,
)
from eduraise.classes.claims import TeacherBusy, claim_teacher, lock_teachers
from eduraise.classes.continuing import Onward, go_on
from eduraise.classes.enums import ChangeSetKind, ClassState
from eduraise.classes.models import ChangeSet, ClassSession, TeacherClaim
from eduraise.classes.remembering import remember
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.rules import require_hours, settle_settings
from eduraise.classes.scheduling import lock_running
from eduraise.classes.series_parts import NotASeries, Part, Scope, part_meant
from eduraise.classes.several import Chosen, cancel_several
from eduraise.classes.states import state_of
from eduraise.classes.texts import clean_description, clean_message, clean_topic
from eduraise.classes.times import local_written, read_local, tzdata_version, zone_named
from eduraise.core import audit, crash
from eduraise.core.errors import DomainError
from eduraise.programs.models import Program
from eduraise.ui import times
from eduraise.zoom import claims as host_claims
from eduraise.zoom.claims import HostBusy, claim_host, lock_hosts
from eduraise.zoom.models import ZoomUser
from eduraise.zoom.whole_series import want_whole


class ClashAmongThem(DomainError):
    """One of the classes can't be then."""

    code = "clash_among_them"


@dataclass(frozen=True)
class Wish:
    """In what an edit differs from the class that it was typed for; the others become so too. None: as it
    was, for each of them. settings: only those that differ."""

    topic: str | None
    description: str | None
    settings: dict[str, Any]
    starts_at: datetime | None
    duration: timedelta
    zone: str

    @property
    def is_nothing(self) -> bool:
        """Whether nothing differs."""
        return (
            self.starts_at is None and self.topic is None and self.description is None and not self.settings
        )


def wish_of(session: ClassSession, edit: Edit) -> Wish:
    """In what an edit differs from a class as it stands. Raises TextUnfit, SettingRequired."""
    topic = None if edit.topic is None else clean_topic(edit.topic)
    description = None if edit.description is None else clean_description(edit.description)
    before = session.chosen_settings
    chosen = settle_settings(session.program.class_settings, before | dict(edit.chosen or {}))
    duration = edit.duration or session.duration
    zone, starts_at = edit.zone or session.zone, edit.starts_at or session.starts_at
    is_other_time = (starts_at, duration, zone) != (session.starts_at, session.duration, session.zone)
    return Wish(
        topic=None if topic == session.topic else topic,
        description=None if description == session.description else description,
        settings={name: value for name, value in chosen.items() if value != before.get(name)},
        starts_at=starts_at if is_other_time else None,
        duration=duration,
        zone=zone,
    )


def needs_another_meeting(part: Part, wish: Wish) -> bool:
    """Whether these classes can be so only in a meeting of their own."""
    return wish.starts_at is not None or (bool(wish.settings) and not part.is_whole)


@retried
@transaction.atomic
def change_together(
    *,
    session: ClassSession,
    seen_version: int,
    scope: Scope,
    edit: Edit,
    by: User,
    now: datetime,
    message: str = "",
) -> ChangeSet | None:
    """Change several classes of a series in what an edit of one of them differs from it; None if in nothing.

    Another time moves them as far as this one moves: the others keep their distance in days and get its hour
    of the wall. Those that lie elsewhere already stay when they are. All are changed or none; people hear of
    it once. It can be undone for the usual time, and taken back later (`taking_back`).
    Raises Changed, ClassOver, NotASeries, ClashAmongThem, NotThere, TextUnfit, and what `rules` refuses.
    """
    note_commit()
    program = lock_running(session.program)
    session = _current(session, seen_version, now)
    part = part_meant(session, scope, now)
    lock_teachers([one.teacher for one in part.classes])
    lock_hosts([part.host])
    part = part_meant(session, scope, now)  # as it is now that nobody else changes it
    wish = wish_of(session, edit)
    if wish.is_nothing:
        return None
    if wish.starts_at is not None and session not in part.moving:
        raise NotASeries(_("This class lies elsewhere already. Move it alone."), field="time")
    splits = needs_another_meeting(part, wish)
    was = remember(part.classes)
    changed = _write(part, session, wish, program, edit, by, now, clean_message(message))
    undo = _go_on(part, session, wish, by, now) if splits else _want_in_place(part, changed, wish, by, now)
    kind = ChangeSetKind.MOVED if wish.starts_at is not None else ChangeSetKind.CHANGED
    change_set = put_together(changed, kind, by=by, now=now, message=message, undo=undo, was=was)
    audit.record_all("class.changed", by=by, at=now, things=changed, program_uid=program.uid)
    crash.point("classes.action.written")
    return change_set


@retried
@transaction.atomic
def cancel_part(
    *,
    session: ClassSession,
    seen_version: int,
    scope: Scope,
    by: User,
    now: datetime,
    message: str = "",
) -> ChangeSet:
    """Cancel several classes of a series; people hear of it once, and it can be undone for the usual time.

    Raises Changed, ClassOver, NotASeries, SomeRefused.
    """
    note_commit()
    lock_running(session.program)
    session = _current(session, seen_version, now)
    chosen = [Chosen(one, one.version) for one in part_meant(session, scope, now).classes]
    return cancel_several(chosen=chosen, by=by, now=now, message=message)


def _current(session: ClassSession, seen_version: int, now: datetime) -> ClassSession:
    current = read_current(session, seen_version, now)
    if state_of(current, now).shown_state == ClassState.LIVE:
        raise ClassOver(_("This class has begun. Choose a later one."))
    return current


def _write(
    part: Part,
    session: ClassSession,
    wish: Wish,
    program: Program,
    edit: Edit,
    by: User,
    now: datetime,
    message: str,
) -> list[ClassSession]:
    """Give the classes their new values and their hours; those in which something changed."""
    before = {one.pk: snapshots.take(one) for one in part.classes}
    for one in part.classes:
        _apply(one, wish)
    if wish.starts_at is not None:
        hour, days = wish.starts_at.astimezone(zone_named(wish.zone)).time(), _days(session, wish)
        for one in part.moving:
            _put(one, days, hour, wish)
            require_hours(program, one.starts_at, one.ends_at, now, edit.reason)
        wanted = [Teaching(one.teacher, one.starts_at, one.ends_at) for one in part.moving]
        require_there(wanted, program=program, by=by, now=now, despite=edit.despite)
        _take_hours(part, now)
    changed = []
    for one in part.classes:
        if changes := snapshots.differences(before[one.pk], snapshots.take(one)):
            write_change(one, before[one.pk], changes, by=by, now=now, message=message)
            changed.append(one)
    for one in part.moving if wish.starts_at is not None else ():
        end_differences(one, now)
    return changed


def _apply(session: ClassSession, wish: Wish) -> None:
    if wish.topic is not None:
        session.topic = wish.topic
    if wish.description is not None:
        session.description = wish.description
    session.chosen_settings = session.chosen_settings | wish.settings


def _local(session: ClassSession) -> datetime:
    return session.starts_at.astimezone(zone_named(session.zone))


def _put(session: ClassSession, days: int, hour: time, wish: Wish) -> None:
    on = _local(session).date() + timedelta(days=days)
    session.zone = wish.zone
    session.starts_at = read_local(datetime.combine(on, hour), wish.zone).at
    session.ends_at = session.starts_at + wish.duration
    session.local_start, session.fold = local_written(session.starts_at, wish.zone)
    session.tzdata = tzdata_version()


def _take_hours(part: Part, now: datetime) -> None:
    """Give all their hours back, then take the new ones: one may go where another was."""
    uids = [one.uid for one in part.moving]
    TeacherClaim.objects.filter(held_for__in=uids).delete()
    host_claims.release_all(uids)
    take_all(part.moving, part.host, now)


def take_all(sessions: Sequence[ClassSession], host: ZoomUser, now: datetime) -> None:
    """Take each class's teacher and one host for all of them. Raises ClashAmongThem, which names the day."""
    for one in sessions:
        try:
            claim_teacher(one, now=now)
            claim_host(host=host, starts_at=one.starts_at, ends_at=one.ends_at, held_for=one.uid, now=now)
        except (TeacherBusy, HostBusy) as problem:
            raise clash(one, problem, now) from problem


def clash(session: ClassSession, problem: DomainError, now: datetime) -> ClashAmongThem:
    """What is in the way of one of them, with its day."""
    zone = timezone.get_current_timezone()
    day = times.day(session.starts_at.astimezone(zone).date(), now.astimezone(zone).date())
    return ClashAmongThem(f"{day}: {problem.message}", field="time")


def _go_on(part: Part, session: ClassSession, wish: Wish, by: User, now: datetime) -> dict[str, Any]:
    """A recurring meeting of their own for the classes that are meant; the former one ends before them. What
    it takes to undo that."""
    former = part.series
    hour, zone = former.local_start, former.zone
    if wish.starts_at is not None:
        hour, zone = wish.starts_at.astimezone(zone_named(wish.zone)).time(), wish.zone
    onward = Onward(
        days=_days(session, wish),
        hour=hour,
        zone=zone,
        duration=timedelta(minutes=former.minutes) if wish.starts_at is None else wish.duration,
        topic=wish.topic or former.topic,
        host=part.host,
        teacher=former.teacher,
        settings=former.meeting.wanted_settings | wish.settings,
    )
    return go_on(former, part.classes, onward, by=by, now=now).stored()


def _days(session: ClassSession, wish: Wish) -> int:
    """How many days on a wish moves the class that it was typed for, as it was read."""
    if wish.starts_at is None:
        return 0
    return (wish.starts_at.astimezone(zone_named(wish.zone)).date() - _local(session).date()).days


def _want_in_place(
    part: Part, changed: Sequence[ClassSession], wish: Wish, by: User, now: datetime
) -> dict[str, Any]:
    """Want the present meeting to be so, where it holds these classes alone; what it takes to undo that."""
    meeting, series = part.series.meeting, part.series
    later = now + UNDO_FOR
    undo: dict[str, Any] = {}
    if part.is_whole and (wish.topic is not None or wish.settings):
        undo = {
            "series": series.pk,
            "topic": series.topic,
            "meeting_topic": meeting.wanted_topic,
            "settings": meeting.wanted_settings,
        }
        series.topic = wish.topic or series.topic
        series.save(update_fields=["topic"])
        want_whole(
            meeting=meeting,
            topic=wish.topic or meeting.wanted_topic,
            settings=meeting.wanted_settings | wish.settings,
            not_before=later,
            now=now,
            by=by,
        )
    for one in changed:
        assert one.occurrence
        one.occurrence.meeting = meeting
        want_as_it_stands(one, by=by, now=now, not_before=later)
    return undo
