"""Giving several classes of a series to another teacher at once: from one of them on, or all to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from eduraise.accounts.models import User
from eduraise.classes import snapshots
from eduraise.classes.being_there import Teaching, require_there
from eduraise.classes.changesets import put_together
from eduraise.classes.changing import end_differences, read_current, write_change
from eduraise.classes.claims import lock_teachers
from eduraise.classes.continuing import Onward, go_on
from eduraise.classes.enums import ChangeSetKind
from eduraise.classes.handing import require_may_take
from eduraise.classes.models import ChangeSet, ClassSession, TeacherClaim
from eduraise.classes.remembering import remember
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.scheduling import lock_running
from eduraise.classes.series_parts import Part, Scope, part_meant
from eduraise.classes.texts import clean_message
from eduraise.classes.together import ClashAmongThem, take_all
from eduraise.core import audit, crash
from eduraise.zoom import claims as host_claims
from eduraise.zoom.choosing import hosts_for
from eduraise.zoom.claims import lock_hosts
from eduraise.zoom.models import ZoomUser


@retried
@transaction.atomic
def give_together(
    *,
    session: ClassSession,
    seen_version: int,
    scope: Scope,
    teacher: User,
    by: User,
    now: datetime,
    message: str = "",
    despite: str | None = None,
) -> ChangeSet:
    """Let another teacher hold several classes of a series: each keeps its hours and its link.

    They get a recurring meeting on her Zoom, and the former one ends before them once that stands. All are
    given or none; everybody hears of it once. It can be undone for the usual time, and taken back later.
    Raises Changed, ClassOver, NotASeries, NotATeacherHere, NotThere, NotConnected,
    ClashAmongThem, TextUnfit.
    """
    note_commit()
    program = lock_running(session.program)
    session = read_current(session, seen_version, now)
    part = part_meant(session, scope, now)
    hosts = hosts_for(teacher, starts_at=part.classes[0].starts_at, length=_longest(part))
    formers = {one.teacher_id: one.teacher for one in part.classes}
    lock_teachers([*formers.values(), teacher])
    lock_hosts([*hosts, part.host])
    part = part_meant(session, scope, now)  # as it is now that nobody else changes it
    require_may_take(session, program, teacher, by, now)
    wanted = [Teaching(teacher, one.starts_at, one.ends_at) for one in part.classes]
    require_there(wanted, program=program, by=by, now=now, despite=despite)
    was = remember(part.classes)
    given = [one for one in part.classes if one.teacher_id != teacher.pk]
    _write(given, teacher, by, now, clean_message(message))
    host = take_hours(part.classes, hosts, now)
    onward = Onward(
        days=0,
        hour=part.series.local_start,
        zone=part.series.zone,
        duration=timedelta(minutes=part.series.minutes),
        topic=part.series.topic,
        host=host,
        teacher=teacher,
        settings=part.series.meeting.wanted_settings,
    )
    split = go_on(part.series, part.classes, onward, by=by, now=now)
    change_set = put_together(
        given, ChangeSetKind.GIVEN, by=by, now=now, message=message, undo=split.stored(), was=was
    )
    audit.record_all("class.handed_over", by=by, at=now, things=given, program_uid=program.uid)
    crash.point("classes.action.written")
    return change_set


def _longest(part: Part) -> timedelta:
    return max(one.duration for one in part.classes)


def _write(given: Sequence[ClassSession], teacher: User, by: User, now: datetime, message: str) -> None:
    for one in given:
        former, before = one.teacher, snapshots.take(one)
        one.teacher = teacher
        changes = {"teacher": (former.name, teacher.name)}
        write_change(one, before, changes, by=by, now=now, message=message)
        one.save(update_fields=["teacher"])
        end_differences(one, now)


def take_hours(classes: Sequence[ClassSession], hosts: Sequence[ZoomUser], now: datetime) -> ZoomUser:
    """Take the first host that is free for all of them; a series is held on one. Raises ClashAmongThem."""
    uids = [one.uid for one in classes]
    TeacherClaim.objects.filter(held_for__in=uids).delete()
    host_claims.release_all(uids)
    for host in hosts[:-1]:
        try:
            with transaction.atomic():
                take_all(classes, host, now)
        except ClashAmongThem:
            continue
        return host
    take_all(classes, hosts[-1], now)
    return hosts[-1]
