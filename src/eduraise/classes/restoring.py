"""Having cancelled classes back: one, those of a set, or a whole series, as long as they have not begun.

What Zoom was told to remove is made anew there, behind the same links. Classes of a series get one recurring
meeting again where that takes fewer calls than a meeting for each.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.access.rules import permissions_in, teachers_of
from eduraise.accounts.models import User
from eduraise.classes import snapshots
from eduraise.classes.changesets import put_together
from eduraise.classes.changing import (
    MEANWHILE,
    ClassOver,
    end_differences,
    want_as_it_stands,
    write_change,
)
from eduraise.classes.claims import claim_teacher, lock_teachers
from eduraise.classes.enums import ChangeSetKind
from eduraise.classes.handing_together import take_hours
from eduraise.classes.models import ClassSession, Series
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.scheduling import NotATeacherHere, lock_running, take_host, want_its_meeting
from eduraise.classes.serial import want_meeting_anew
from eduraise.classes.several import Chosen, do_each, require_some
from eduraise.classes.texts import clean_message
from eduraise.classes.together import ClashAmongThem
from eduraise.core import audit, crash
from eduraise.core.errors import Changed, DomainError
from eduraise.programs.enums import Permission
from eduraise.zoom.choosing import Need, hosts_for_each
from eduraise.zoom.claims import lock_hosts
from eduraise.zoom.hosts import NotConnected
from eduraise.zoom.models import ZoomUser

type Hosts = Mapping[int, Sequence[ZoomUser] | NotConnected]


class NotCancelled(DomainError):
    """The class is held: there is nothing to restore."""

    code = "not_cancelled"


class JustCancelled(DomainError):
    """The cancellation can still be undone without a word."""

    code = "just_cancelled"


@retried
@transaction.atomic
def restore_classes(
    *, chosen: Sequence[Chosen], by: User, now: datetime, message: str = ""
) -> list[ClassSession]:
    """Hold cancelled classes after all; those that are held again. All are restored or none.

    Their links are the same, and whoever heard that they are off hears of it once. They are held by the
    teacher they had, on the Zoom that she has now. It is taken back by cancelling them again.
    The caller has asked whether `by` may cancel each of them. Raises SomeRefused, ProgramOver, NothingPicked,
    TooMany, TextUnfit.
    """
    note_commit()
    require_some(chosen)
    hosts = _lock(chosen)
    said, held = clean_message(message), held_by_their_teachers([one.session for one in chosen], now)
    heard: list[ClassSession] = []

    def restore(one: Chosen) -> ClassSession:
        session = _current(one, now, has_teacher=one.session.pk in held)
        was_heard = has_heard(session)
        _write(session, by=by, now=now, message=said)
        if was_heard:
            heard.append(session)
        return session

    back = do_each(chosen, restore)
    _hold(back, hosts, by=by, now=now)
    if len(heard) > 1:
        put_together(heard, ChangeSetKind.RESTORED, by=by, now=now, message=said, undo_for=timedelta())
    audit.record_all("class.restored", by=by, at=now, things=back)
    crash.point("classes.action.written")
    return back


def require_restorable(session: ClassSession, now: datetime, *, has_teacher: bool) -> None:
    """Refuse what isn't cancelled, has begun by plan, or has lost its teacher. Raises NotCancelled,
    ClassOver, JustCancelled, NotATeacherHere."""
    if session.cancelled_at is None:
        raise NotCancelled(_("It isn’t cancelled."))
    if session.starts_at <= now:
        raise ClassOver(_("Its hour has come already. Schedule a new class."))
    if session.tell_at > now:
        raise JustCancelled(_("It was cancelled only seconds ago. Try again in a moment."))
    if not has_teacher:
        words = _("%(name)s holds no classes here any more. Schedule it anew, with somebody else.")
        raise NotATeacherHere(words % {"name": session.teacher.name})


def held_by_their_teachers(sessions: Iterable[ClassSession], now: datetime) -> set[int]:
    """The keys of those classes that their teachers may still hold, be it as a substitute; a query or two for
    each program."""
    classes = list(sessions)
    programs = {one.program_id: one.program for one in classes}
    holders = {
        key: {one.pk for one in teachers_of(program, now, permission=Permission.HOST)}
        for key, program in programs.items()
    }
    return {one.pk for one in classes if one.teacher_id in holders[one.program_id] or _stands_in(one, now)}


def _stands_in(session: ClassSession, now: datetime) -> bool:
    held = permissions_in(session.teacher, session.program, now, only=session.uid)
    return session.teacher.is_active and Permission.HOST in held


def hosts_of_restored(sessions: Iterable[ClassSession]) -> Hosts:
    """On which hosts cancelled classes could be held, by their teacher's key; or why on none."""
    needs: dict[int, Need] = {}
    for one in sessions:
        known = needs.setdefault(one.teacher_id, Need(one.teacher, one.starts_at, one.duration))
        needs[one.teacher_id] = replace(known, length=max(known.length, one.duration))
    return hosts_for_each(needs.values())


def has_heard(session: ClassSession) -> bool:
    """Whether people were told that a cancelled class is off."""
    return session.told_booked and session.told_version >= session.version


def calls_of(sessions: Sequence[ClassSession]) -> int:
    """How many calls it takes to have these classes at Zoom again."""
    parts = _parts(sessions)
    return sum(part.calls_together if part.is_together else len(part.sessions) for part in parts)


@dataclass(frozen=True)
class _Part:
    """Classes that were held in one recurring meeting, or in meetings of their own (series: None)."""

    series: Series | None
    sessions: Sequence[ClassSession]

    @property
    def is_together(self) -> bool:
        """Whether one recurring meeting for them takes fewer calls than one for each."""
        return self.series is not None and self.calls_together < len(self.sessions)

    @property
    def calls_together(self) -> int:
        """One for the meeting, one for each of its dates without class, and one for each that differs."""
        assert self.series
        days = [one.original_on for one in self.sessions if one.original_on]
        dates = (max(days) - min(days)).days // (7 * self.series.every_weeks) + 1
        return 1 + dates - len(days) + sum(map(_differs, self.sessions))


def _differs(session: ClassSession) -> bool:
    """Whether a class lies elsewhere than its series has it, or has settings of its own."""
    row = session.occurrence
    series = session.series
    if row is None or series is None:
        return True
    as_ruled = (row.rule_starts_at, timedelta(minutes=series.minutes))
    return (session.starts_at, session.duration) != as_ruled or row.wanted_settings is not None


def _parts(sessions: Iterable[ClassSession]) -> list[_Part]:
    parts: dict[tuple[int, int] | None, list[ClassSession]] = defaultdict(list)
    for one in sessions:
        in_series = one.series and one.occurrence and one.occurrence.meeting_id == one.series.meeting_id
        parts[(one.series.pk, one.teacher_id) if one.series and in_series else None].append(one)
    return [_Part(rows[0].series if key else None, rows) for key, rows in parts.items()]


def _lock(chosen: Sequence[Chosen]) -> Hosts:
    """Lock all that the classes have to do with, in the order in which everything is locked; the hosts that
    may hold them."""
    sessions = [one.session for one in chosen]
    programs = {one.program_id: one.program for one in sessions}
    for key in sorted(programs):
        lock_running(programs[key])
    lock_teachers(one.teacher for one in sessions)
    hosts = hosts_of_restored(sessions)
    lock_hosts({host for found in hosts.values() if not isinstance(found, NotConnected) for host in found})
    return hosts


def _current(chosen: Chosen, now: datetime, *, has_teacher: bool) -> ClassSession:
    """A class as it is now, if it is still what the person saw. Raises Changed, what `require_restorable`
    does."""
    session = ClassSession.objects.select_related(*RELATED).get(pk=chosen.session.pk)
    if session.version != chosen.seen_version:
        raise Changed(MEANWHILE)
    require_restorable(session, now, has_teacher=has_teacher)
    return session


def _write(session: ClassSession, *, by: User, now: datetime, message: str) -> None:
    """Let one class be held again here, and take its teacher's hours. Raises TeacherBusy."""
    before = snapshots.take(session)
    session.cancelled_at, session.cancelled_by, session.cancel_message = None, None, ""
    changes = {"cancelled": ("yes", "")}
    write_change(session, before, changes, by=by, now=now, message=message, undo_for=timedelta())
    session.tell_with = None  # who hasn't heard that it is off needs not hear that it is on
    session.save(update_fields=["tell_with"])
    end_differences(session, now)
    claim_teacher(session, now=now)


RELATED = (
    *("program__class_settings", "teacher", "occurrence__meeting__host"),
    *("series__meeting", "series__program__class_settings"),
)


def _hold(sessions: Sequence[ClassSession], hosts: Hosts, *, by: User, now: datetime) -> None:
    """Want a meeting for each. Raises SomeRefused with those for which there is none."""
    alone: list[ClassSession] = []
    for part in _parts(sessions):
        if not (part.is_together and _hold_together(part, hosts, by=by, now=now)):
            alone += part.sessions

    def hold(chosen: Chosen) -> ClassSession:
        session = chosen.session
        host = take_host(session, _found(hosts, session), now)
        want_its_meeting(session, host, by=by, now=now)
        return session

    do_each([Chosen(one, one.version) for one in alone], hold)


def _hold_together(part: _Part, hosts: Hosts, *, by: User, now: datetime) -> bool:
    """Want one recurring meeting for classes of a series; False where no one host is free for all."""
    assert part.series
    try:
        with transaction.atomic():
            host = take_hours(part.sessions, _found(hosts, part.sessions[0]), now)
    except (ClashAmongThem, NotConnected):
        return False
    booked = {one.original_on: one for one in part.sessions if one.original_on}
    want_meeting_anew(part.series, booked, host, by=by, now=now)
    for one in part.sessions:
        want_as_it_stands(one, by=by, now=now, not_before=now)  # one may have settings of its own
    return True


def _found(hosts: Hosts, session: ClassSession) -> Sequence[ZoomUser]:
    found = hosts[session.teacher_id]
    if isinstance(found, NotConnected):
        raise found
    return found
