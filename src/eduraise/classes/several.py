"""Several chosen classes moved or cancelled as one: all of them or none, told once, undone together.

Each is changed by the very rule by which it is changed alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import permutations
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.accounts.models import User
from eduraise.classes.cancelling import cancel_locked
from eduraise.classes.changesets import put_together
from eduraise.classes.changing import Edit, apply_edit, hosts_of, read_current
from eduraise.classes.claims import lock_teachers
from eduraise.classes.enums import ChangeSetKind
from eduraise.classes.models import Change, ChangeSet, ClassSession, TeacherClaim
from eduraise.classes.remembering import Was, put_back_series
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.scheduling import lock_running
from eduraise.classes.undoing import too_late, undo_locked
from eduraise.core import crash
from eduraise.core.errors import DomainError
from eduraise.zoom import claims as host_claims
from eduraise.zoom.claims import lock_hosts
from eduraise.zoom.whole_series import undo_whole

# In `ChangeSet.undo`: the hours that they had aren't kept for them, but have to be taken again
ANEW = "anew"
# In one transaction, each by the very rules of one and with some twenty-eight queries: fifty hold the one
# writer of SQLite for about a second, and a series has no more dates
MOST_AT_ONCE = 50


class NothingPicked(DomainError):
    """No class is ticked."""

    code = "nothing_picked"


class TooMany(DomainError):
    """More classes than are changed at once."""

    code = "too_many_classes"


class SomeRefused(DomainError):
    """Some of the classes can't be changed like that, so that none was. problems: why, by a class's code."""

    code = "some_refused"

    def __init__(self, problems: Mapping[str, DomainError]) -> None:
        first = next(iter(problems.values()))
        words = ngettext(
            "Nothing was done: with %(n)d class it can’t be. %(why)s",
            "Nothing was done: with %(n)d classes it can’t be. The first: %(why)s",
            len(problems),
        )
        super().__init__(words % {"n": len(problems), "why": first.message})
        self.problems = problems


@dataclass(frozen=True)
class Chosen:
    """A class that somebody ticked, as she saw it. starts_at, duration: what it is to have, if another."""

    session: ClassSession
    seen_version: int
    starts_at: datetime | None = None
    duration: timedelta | None = None

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The hours that it is to have."""
        start = self.starts_at or self.session.starts_at
        return start, start + (self.duration or self.session.duration)


@retried
@transaction.atomic
def move_several(
    *, chosen: Sequence[Chosen], by: User, now: datetime, message: str = "", reason: str = ""
) -> ChangeSet:
    """Move each of several classes to the start that it was given; they keep their lengths and links.

    It can be undone for the usual time, and taken back later (`taking_back`).
    The caller has asked whether `by` may change each of them. Raises SomeRefused, ProgramOver, TooMany,
    TextUnfit.
    """
    note_commit()
    _lock(chosen)
    was: list[Was] = []
    undo: dict[str, Any] = {}
    if follow_each_other(chosen):
        # their hours have to be free before they are taken, so that nothing keeps the former ones
        undo = {ANEW: True}
        uids = [one.session.uid for one in chosen]
        TeacherClaim.objects.filter(held_for__in=uids).delete()
        host_claims.release_all(uids)

    def move(one: Chosen) -> ClassSession:
        session = read_current(one.session, one.seen_version, now)
        was.append(Was.of(session))
        edit = Edit(starts_at=one.starts_at, duration=one.duration, reason=reason)
        apply_edit(session, edit, by=by, now=now, message=message)
        return session

    moved = do_each(chosen, move)
    change_set = put_together(moved, ChangeSetKind.MOVED, by=by, now=now, message=message, undo=undo, was=was)
    crash.point("classes.action.written")
    return change_set


@retried
@transaction.atomic
def cancel_several(*, chosen: Sequence[Chosen], by: User, now: datetime, message: str = "") -> ChangeSet:
    """Cancel several classes. It can be undone for the usual time.

    The caller has asked whether `by` may cancel each of them. Raises SomeRefused, ProgramOver, TooMany,
    TextUnfit.
    """
    note_commit()
    _lock(chosen)
    gone = do_each(
        chosen,
        lambda one: cancel_locked(one.session, one.seen_version, by=by, now=now, message=message),
    )
    change_set = put_together(gone, ChangeSetKind.CANCELLED, by=by, now=now, message=message)
    crash.point("classes.action.written")
    return change_set


@retried
@transaction.atomic
def undo_several(*, change_set: ChangeSet, by: User, now: datetime) -> list[ClassSession]:
    """Put all classes of a set back to what they were; those that were. Raises TooLate, Changed."""
    note_commit()
    open_ones = ChangeSet.objects.filter(pk=change_set.pk, told_at__isnull=True, undone_at__isnull=True)
    if not open_ones.filter(tell_at__gt=now).update(undone_at=now):
        raise too_late()
    changes = Change.objects.filter(change_set=change_set, undone_at__isnull=True)
    # what was done last is undone first: it may have taken back the wish for a whole series
    versions = dict(changes.order_by("-pk").values_list("session", "version"))
    sessions = ClassSession.objects.select_related("teacher").in_bulk(versions)
    lock_teachers(session.teacher for session in sessions.values())
    ClassSession.objects.filter(tell_with=change_set.uid).update(tell_with=None)
    whole = put_back_series(change_set)  # before what holds for its dates
    if whole is not None and not undo_whole(**whole, now=now, by=by):
        raise too_late()
    undone = [undo_locked(sessions[key], version, by=by, now=now) for key, version in versions.items()]
    crash.point("classes.action.written")
    return undone


def _lock(chosen: Sequence[Chosen]) -> None:
    """Lock all that the classes have to do with, in the order in which everything is locked."""
    require_some(chosen)
    sessions = [one.session for one in chosen]
    programs = {session.program_id: session.program for session in sessions}
    for key in sorted(programs):
        lock_running(programs[key])
    lock_teachers(session.teacher for session in sessions)
    lock_hosts(hosts_of(sessions))


def require_some(chosen: Sequence[Chosen]) -> None:
    """Refuse none, and more than are changed at once. Raises NothingPicked, TooMany."""
    if not chosen:
        raise NothingPicked(_("Tick at least one class."))
    if len(chosen) > MOST_AT_ONCE:
        raise TooMany(_("Choose %(most)d classes at most.") % {"most": MOST_AT_ONCE})


def do_each(chosen: Sequence[Chosen], act: Callable[[Chosen], ClassSession]) -> list[ClassSession]:
    """Do it to each, in the caller's transaction. Raises SomeRefused with everything that is in the way."""
    done, problems = [], {}
    for one in chosen:
        try:
            with transaction.atomic():
                done.append(act(one))
        except DomainError as problem:
            problems[one.session.code] = problem
    if problems:
        raise SomeRefused(problems)
    return done


def follow_each_other(chosen: Sequence[Chosen]) -> bool:
    """Whether one of them goes where another one was, with the same teacher or on the same Zoom."""
    return any(
        one.span[0] < other.session.ends_at and other.session.starts_at < one.span[1] and _share(one, other)
        for one, other in permutations(chosen, 2)
    )


def _share(one: Chosen, other: Chosen) -> bool:
    hosts = [each.session.occurrence.meeting.host_id for each in (one, other) if each.session.occurrence]
    same_host = len(hosts) == 2 and hosts[0] == hosts[1]
    return same_host or one.session.teacher_id == other.session.teacher_id
