"""Taking back what was done to several classes as one: within the usual seconds without a word, and later
too, as long as the first of them has not begun and none of them was changed since.

What nobody heard of is undone. What people were told is changed back, in a set of its own, of which they
hear once; the history has both. At Zoom the classes go back to the meeting that they had as long as it stands
there unchanged, else they get another one behind their links.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.access.rules import teachers_of
from eduraise.accounts.models import User
from eduraise.classes import remembering, snapshots
from eduraise.classes.changesets import put_together
from eduraise.classes.changing import end_differences, hosts_of, store_if_unchanged, write_change
from eduraise.classes.claims import lock_teachers
from eduraise.classes.continuing import Split, split_of
from eduraise.classes.enums import ChangeSetKind
from eduraise.classes.models import Change, ChangeSet, ClassSession, Series, TeacherClaim
from eduraise.classes.putting_back import Held, hold_alone, hold_together
from eduraise.classes.queries import Hearers, hearers_of
from eduraise.classes.remembering import Was
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.scheduling import NotATeacherHere, lock_running
from eduraise.classes.several import ANEW, undo_several
from eduraise.classes.texts import topic_key
from eduraise.classes.undoing import TooLate
from eduraise.classes.words import when_words
from eduraise.core import audit, crash
from eduraise.programs.enums import Permission
from eduraise.zoom import claims as host_claims
from eduraise.zoom.choosing import hosts_for
from eduraise.zoom.claims import lock_hosts
from eduraise.zoom.hosts import NotConnected
from eduraise.zoom.models import ZoomUser

RELATED = ("program__class_settings", "teacher", "occurrence__meeting__host__account", "series__meeting")


@dataclass(frozen=True)
class Taking(Held):
    """A set with its classes, to be taken back."""

    now: datetime

    @cached_property
    def split(self) -> Split | None:
        """How it split a series, if it did."""
        return split_of(self.change_set)

    @property
    def first_at(self) -> datetime:
        """When the first of them begins, as it is or as it was."""
        befores = [datetime.fromisoformat(was.values["starts_at"]) for was in self.was.values()]
        return min([*(one.starts_at for one in self.sessions), *befores])

    def why_not(self) -> str:
        """Why it can't be taken back, in a sentence; "" if it can."""
        if self.change_set.undone_at is not None:
            return _("This was undone already.")
        if not self.was:
            return _("This can’t be taken back. Change the classes again.")
        if any(one.version != self.was[one.pk].version for one in self.sessions):
            return _("One of these classes was changed since. Change the others again.")
        if self.first_at <= self.now:
            return _("The first of these classes has begun. Change the others again.")
        return ""


@dataclass(frozen=True)
class Cost:
    """What taking a set back does. told: the students who hear of it; has_split: whether the classes leave
    the meeting that they got."""

    classes: int
    told: Hearers
    has_split: bool


def taking_of(change_set: ChangeSet, now: datetime) -> Taking:
    """A set with its classes as they are now; two queries."""
    was = {one.session: one for one in remembering.read(change_set.was)}
    rows = ClassSession.objects.filter(pk__in=was).select_related(*RELATED)
    return Taking(change_set, was, list(rows.order_by("starts_at", "pk")), now)


def cost_of(taking: Taking) -> Cost:
    """What it takes, to be shown before it is done."""
    heard = taking.change_set.told_at is not None and any(one.told_booked for one in taking.changed)
    programs = {one.program_id: one.program for one in taking.sessions}
    return Cost(
        classes=len(taking.changed),
        told=hearers_of(programs.values(), taking.now) if heard else Hearers(),
        has_split=taking.split is not None,
    )


def before_words(session: ClassSession, was: Was, now: datetime) -> str:
    """What a class would be again, in words: when, with whom, under which title, as far as that differs."""
    former = copy(session)
    snapshots.put_back(former, was.values)
    parts = []
    if (former.starts_at, former.ends_at) != (session.starts_at, session.ends_at):
        parts.append(when_words(former, now))
    if former.topic != session.topic:
        parts.append(f"“{former.topic}”")
    if was.teacher != session.teacher_id:
        parts.append(_("with %(name)s") % {"name": User.objects.get(pk=was.teacher).name})
    return " · ".join(parts) or _("with its former settings")


def can_be_taken_back(change_set: ChangeSet, now: datetime) -> bool:
    """Whether a set can still be taken back; one query, none for what never can."""
    return bool(change_set.was) and change_set.undone_at is None and not taking_of(change_set, now).why_not()


def undo_set(*, change_set: ChangeSet, by: User, now: datetime) -> int:
    """Undo what was done to several classes, whichever way is open; how many were put back.

    Raises TooLate, Changed, ClashAmongThem, NotATeacherHere, NotConnected, ProgramOver.
    """
    is_kept = change_set.tell_at > now and change_set.told_at is None
    undo = change_set.undo or {}
    if change_set.kind == ChangeSetKind.CANCELLED or (
        is_kept and not split_of(change_set) and ANEW not in undo
    ):
        return len(undo_several(change_set=change_set, by=by, now=now))
    return take_back(change_set=change_set, by=by, now=now)


@retried
@transaction.atomic
def take_back(*, change_set: ChangeSet, by: User, now: datetime) -> int:
    """Put all classes of a set back to what they were; how many. All are put back or none.

    The caller has asked whether `by` may change each of them. Raises what `undo_set` does.
    """
    note_commit()
    taking = _locked(change_set, now)
    if why := taking.why_not():
        raise TooLate(why)
    is_quiet = _close(change_set, now)
    teachers = User.objects.in_bulk({was.teacher for was in taking.was.values()})
    _require_teaches(taking, teachers, now)
    for one in taking.changed:
        was = taking.was[one.pk]
        _write(one, was, teachers[was.teacher], None if is_quiet else by, now)
    if taking.has_other_hours:
        uids = [one.uid for one in taking.sessions]
        TeacherClaim.objects.filter(held_for__in=uids).delete()
        host_claims.release_all(uids)
    if taking.split is None:
        hold_alone(taking, by=by, now=now, is_quiet=is_quiet)
    else:
        hold_together(taking, taking.split, by=by, now=now)
    if is_quiet:
        Change.objects.filter(change_set=change_set).update(undone_at=now)
        ClassSession.objects.filter(tell_with=change_set.uid).update(tell_with=None)
    else:
        kind = ChangeSetKind(change_set.kind)
        put_together(taking.changed, kind, by=by, now=now, undo_for=timedelta(), takes_back=change_set)
    audit.record_all("class.change_undone", by=by, at=now, things=taking.changed)
    crash.point("classes.action.written")
    return len(taking.changed)


def _locked(change_set: ChangeSet, now: datetime) -> Taking:
    """Lock all that it has to do with, in the order in which everything is locked; as it is then."""
    taking = taking_of(change_set, now)
    for _key, program in sorted({one.program_id: one.program for one in taking.sessions}.items()):
        lock_running(program)
    formers = list(User.objects.filter(pk__in={was.teacher for was in taking.was.values()}))
    lock_teachers([*(one.teacher for one in taking.sessions), *formers])
    lock_hosts(_hosts(taking, formers))
    return taking_of(ChangeSet.objects.get(pk=change_set.pk), now)


def _hosts(taking: Taking, formers: Sequence[User]) -> list[ZoomUser]:
    """Those that hold the classes, and that may hold them again."""
    hosts = hosts_of(taking.sessions)
    if taking.split is not None:
        series = Series.objects.filter(pk=taking.split.former).select_related("meeting__host")
        hosts += [one.meeting.host for one in series]
    if taking.change_set.kind == ChangeSetKind.GIVEN:
        for former in formers:
            try:
                hosts += hosts_for(former, starts_at=taking.first_at, length=taking.longest)
            except NotConnected:  # her former meeting may still stand
                continue
    return list({host.pk: host for host in hosts}.values())


def _close(change_set: ChangeSet, now: datetime) -> bool:
    """Let nobody else take it back; whether nobody has heard of it, and won't. Raises TooLate."""
    rows = ChangeSet.objects.filter(pk=change_set.pk, undone_at__isnull=True)
    if rows.filter(told_at__isnull=True).update(undone_at=now):
        return True
    if rows.filter(told_at__isnull=False).update(undone_at=now):
        return False
    raise TooLate(_("This was undone already."))


def _write(session: ClassSession, was: Was, teacher: User, by: User | None, now: datetime) -> None:
    """Give a class the values that it had; as a change by somebody, or as if nothing had been."""
    before, former = snapshots.take(session), session.teacher
    snapshots.put_back(session, was.values)
    session.teacher = teacher
    if by is None:
        seen = session.version
        session.topic_key = topic_key(session.topic)
        session.undo, session.version = None, seen + 1
        session.changed_at = session.tell_at = now
        store_if_unchanged(session, seen)
    else:
        changes = snapshots.differences(before, snapshots.take(session))
        if teacher != former:
            changes["teacher"] = (former.name, teacher.name)
        write_change(session, before, changes, by=by, now=now, undo_for=timedelta())
    if teacher != former:
        session.save(update_fields=["teacher"])
    end_differences(session, now)


def _require_teaches(taking: Taking, teachers: Mapping[int, User], now: datetime) -> None:
    """Give classes back only to whoever still holds some of their program. Raises NotATeacherHere."""
    if taking.change_set.kind != ChangeSetKind.GIVEN:
        return
    programs = {one.program_id: one.program for one in taking.changed}
    holders = {
        key: teachers_of(program, now, permission=Permission.HOST) for key, program in programs.items()
    }
    for one in taking.changed:
        former = teachers[taking.was[one.pk].teacher]
        if former not in holders[one.program_id]:
            words = _("%(name)s holds no classes here any more. Give them to somebody else.")
            raise NotATeacherHere(words % {"name": former.name})
