"""Changing a class: its title, its time, its settings. One change of several things is one version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.classes import snapshots
from eduraise.classes.agendas import wishes_of
from eduraise.classes.being_there import Teaching, require_there
from eduraise.classes.claims import claim_teacher, lock_teachers
from eduraise.classes.enums import ClassState, DifferenceField, DifferenceState
from eduraise.classes.models import Change, ClassSession, Difference
from eduraise.classes.replacing import replace_meeting
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.rules import require_hours, settle_settings
from eduraise.classes.scheduling import lock_running
from eduraise.classes.states import state_of
from eduraise.classes.texts import clean_description, clean_message, clean_reason, clean_topic, topic_key
from eduraise.classes.times import local_written, tzdata_version
from eduraise.core import audit, crash
from eduraise.core.errors import Changed, DomainError
from eduraise.ui import times
from eduraise.zoom import pool
from eduraise.zoom.claims import HostBusy, claim_host, hold_too, lock_hosts
from eduraise.zoom.enums import HostKind
from eduraise.zoom.models import ZoomUser
from eduraise.zoom.wanting import want_change

# Until then nothing has been sent, and it can be undone.
UNDO_FOR = timedelta(seconds=10)
MEANWHILE = gettext_lazy("Somebody changed this class meanwhile. Look at it again, then change it.")


class ClassOver(DomainError):
    """The class is cancelled, has begun or is over: there is nothing to change any more."""

    code = "class_over"


@dataclass(frozen=True, kw_only=True)
class Edit:
    """What a class should become; None leaves a thing as it is. reason: why at short notice. despite:
    see `being_there.require_there`."""

    topic: str | None = None
    description: str | None = None
    starts_at: datetime | None = None
    duration: timedelta | None = None
    zone: str | None = None
    chosen: Mapping[str, Any] | None = None
    reason: str = ""
    despite: str | None = None


@retried
@transaction.atomic
def change_class(
    *, session: ClassSession, seen_version: int, edit: Edit, by: User | None, now: datetime, message: str = ""
) -> ClassSession:
    """Change one class; the same class with its new values, or untouched if nothing differs.

    seen_version: what the person saw; if the class changed since, Changed is raised and nothing is done.
    message: for the students, beside the change itself. The door follows at once; Zoom, and the people
    concerned, hear of it when `UNDO_FOR` has passed, and until then the old hour stays taken.
    Raises Changed, ClassOver, TeacherBusy, HostBusy, PoolBusy, NotThere, TextUnfit and what `rules` refuses.
    """
    note_commit()
    lock_running(session.program)
    lock_teachers([session.teacher])
    lock_hosts(hosts_of([session]))
    session = read_current(session, seen_version, now)
    apply_edit(session, edit, by=by, now=now, message=message)
    crash.point("classes.action.written")
    return session


def apply_edit(
    session: ClassSession,
    edit: Edit,
    *,
    by: User | None,
    now: datetime,
    message: str = "",
    undo_for: timedelta = UNDO_FOR,
) -> bool:
    """Change a class that `read_current` gave, in the caller's transaction and under its locks; False if
    nothing differs. Raises what `change_class` does."""
    before, told = snapshots.take(session), clean_message(message)
    _apply(session, edit)
    changes = snapshots.differences(before, snapshots.take(session))
    if not changes:
        return False
    has_moved = bool({"time", "zone"} & changes.keys())
    if has_moved:
        _require_time(session, before, edit, now)
        _require_there(session, before, edit, by, now)
    write_change(session, before, changes, by=by, now=now, message=told, undo_for=undo_for)
    if has_moved:
        end_differences(session, now, DifferenceField.TIME)
    if not has_moved or _move_claims_here(session, now):
        want_as_it_stands(session, by=by, now=now, not_before=session.tell_at)
    else:
        _move_to_another_host(session, by=by, now=now)
    audit.record(
        "class.changed",
        by=by,
        thing=session,
        at=now,
        program_uid=session.program.uid,
        before={field: values[0] for field, values in changes.items()},
        after={field: values[1] for field, values in changes.items()},
    )
    return True


def read_current(session: ClassSession, seen_version: int, now: datetime) -> ClassSession:
    """The class as it is and stands now, if it is still what the person saw. Raises Changed, ClassOver."""
    current = ClassSession.objects.select_related(
        "program__class_settings", "teacher", "occurrence__meeting__host__account"
    ).get(pk=session.pk)
    if current.version != seen_version:
        raise Changed(_meanwhile(current, seen_version))
    if current.cancelled_at is not None:
        raise ClassOver(_("This class is cancelled."))
    current.shown_state = state_of(current, now).shown_state
    if current.shown_state == ClassState.ENDED:
        raise ClassOver(_("This class is over."))
    return current


def _meanwhile(session: ClassSession, seen_version: int) -> str:
    """Who changed a class since somebody saw it; the page of the class says what."""
    later = Change.objects.filter(session=session, version__gt=seen_version, undone_at__isnull=True)
    last = later.select_related("by").order_by("-version").first()
    if last is None or last.by is None:
        return str(MEANWHILE)
    words = {"name": last.by.name, "time": times.clock_time(last.at, timezone.get_current_timezone())}
    return _("%(name)s changed this class at %(time)s. Look at it again, then change it.") % words


def write_change(
    session: ClassSession,
    before: snapshots.Snapshot,
    changes: Mapping[str, tuple[str, str]],
    *,
    by: User | None,
    now: datetime,
    message: str = "",
    undo_for: timedelta = UNDO_FOR,
) -> None:
    """Store a class's new values as its next version, with what it was. Raises Changed if it moved on."""
    seen = session.version
    session.version, session.changed_at, session.tell_at = seen + 1, now, now + undo_for
    session.undo = {"version": session.version, "values": before}
    session.topic_key = topic_key(session.topic)
    store_if_unchanged(session, seen)
    Change.objects.bulk_create(
        Change(
            session=session,
            version=session.version,
            by=by,
            at=now,
            field=field,
            before=old[:500],
            after=new[:500],
            message=message,
        )
        for field, (old, new) in changes.items()
    )


def store_if_unchanged(session: ClassSession, seen: int) -> None:
    """Store a class's values, if it still has the version that was seen. Raises Changed."""
    fields = (*snapshots.FIELDS, "topic_key", "undo", "version", "changed_at", "tell_at")
    updated = ClassSession.objects.filter(pk=session.pk, version=seen).update(
        **{field: getattr(session, field) for field in fields}
    )
    if not updated:
        raise Changed(MEANWHILE)


def hosts_of(sessions: Iterable[ClassSession]) -> list[ZoomUser]:
    """The hosts that hold some classes; with all shared ones if one of them does, since it may go to
    another."""
    meetings = [session.occurrence.meeting for session in sessions if session.occurrence]
    hosts = [host for meeting in meetings for host in (meeting.host, meeting.wanted_host) if host is not None]
    shared = list(pool.usable()) if any(host.kind == HostKind.POOL for host in hosts) else []
    return list({one.pk: one for one in [*hosts, *shared]}.values())


def _move_claims_here(session: ClassSession, now: datetime) -> bool:
    """Take teacher and host for the new hours; False where it is on a shared host that is taken then."""
    try:
        # until nothing can be undone
        move_claims(session, now=now, keep_until=session.tell_at)
    except HostBusy:
        assert session.occurrence
        if session.occurrence.meeting.host.kind != HostKind.POOL:
            raise
        return False
    return True


def _move_to_another_host(session: ClassSession, *, by: User | None, now: datetime) -> None:
    """Hold a class on another shared host from its new hours on.

    That can't be undone: what was to be undone is another meeting.
    """
    session.tell_at = now
    ClassSession.objects.filter(pk=session.pk).update(tell_at=now)
    replace_meeting(session, by=by, now=now, former_stays=True)


def move_claims(session: ClassSession, *, now: datetime, keep_until: datetime | None) -> None:
    """Take teacher and host for a class's hours. keep_until: the former ones stay so long; None: they go.

    Raises TeacherBusy, HostBusy.
    """
    claim_teacher(session, now=now, release_old_at=keep_until)
    if session.occurrence is not None:
        meeting = session.occurrence.meeting
        hours: dict[str, Any] = {"starts_at": session.starts_at, "ends_at": session.ends_at}
        claim_host(host=meeting.host, held_for=session.uid, now=now, release_old_at=keep_until, **hours)
        if meeting.wanted_host is not None:  # it is going over to that one, which has to be free then too
            hold_too(host=meeting.wanted_host, held_for=session.uid, now=now, **hours)


def want_as_it_stands(session: ClassSession, *, by: User | None, now: datetime, not_before: datetime) -> None:
    """Want a class's meeting at Zoom to be as the class is."""
    if session.occurrence is None:
        return
    want_change(
        occurrence=session.occurrence,
        **wishes_of(session),
        not_before=not_before,
        now=now,
        by=by,
    )


def end_differences(session: ClassSession, now: datetime, *fields: DifferenceField) -> None:
    """Close what is open between Zoom and a class: they agree again, or what is wanted now replaces both."""
    Difference.objects.filter(
        session=session, field__in=fields or DifferenceField.values, state=DifferenceState.OPEN
    ).update(state=DifferenceState.GONE, at=now)


def _apply(session: ClassSession, edit: Edit) -> None:
    """Give the class the values that the edit names."""
    if edit.topic is not None:
        session.topic = clean_topic(edit.topic)
    if edit.description is not None:
        session.description = clean_description(edit.description)
    if edit.chosen is not None:
        settings = session.program.class_settings
        session.chosen_settings = settle_settings(settings, session.chosen_settings | dict(edit.chosen))
    duration = session.duration if edit.duration is None else edit.duration
    session.starts_at = session.starts_at if edit.starts_at is None else edit.starts_at
    session.ends_at = session.starts_at + duration
    session.zone = edit.zone or session.zone
    session.local_start, session.fold = local_written(session.starts_at, session.zone)
    session.tzdata = tzdata_version()


def _require_time(session: ClassSession, before: snapshots.Snapshot, edit: Edit, now: datetime) -> None:
    """Refuse hours that the program doesn't allow, and any for a class that people are in."""
    if session.shown_state == ClassState.LIVE:
        raise ClassOver(_("This class has begun. It can’t be moved any more."), field="time")
    is_new = session.starts_at.isoformat() != before["starts_at"]
    require_hours(session.program, session.starts_at, session.ends_at, now, edit.reason, is_new=is_new)
    if is_new:
        session.short_notice_reason = clean_reason(edit.reason)


def _require_there(
    session: ClassSession, before: snapshots.Snapshot, edit: Edit, by: User | None, now: datetime
) -> None:
    """Ask before a class goes where its teacher says that she is not there; where it is already, nothing is
    asked."""
    hours = (session.starts_at.isoformat(), session.ends_at.isoformat())
    if by is not None and hours != (before["starts_at"], before["ends_at"]):
        teaching = Teaching(session.teacher, session.starts_at, session.ends_at)
        require_there([teaching], program=session.program, by=by, now=now, despite=edit.despite)
