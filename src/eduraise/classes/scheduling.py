"""Planning one class."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.access.rules import may_book_for_others, teachers_of
from eduraise.accounts.models import User
from eduraise.classes.agendas import wishes_of
from eduraise.classes.being_there import Teaching, require_there
from eduraise.classes.claims import claim_teacher, lock_teachers
from eduraise.classes.coding import save_with_code
from eduraise.classes.drafts import ClassDraft
from eduraise.classes.models import ClassSession
from eduraise.classes.retrying import note_commit, retried
from eduraise.classes.rules import require_hours, settle_settings
from eduraise.classes.texts import clean_description, clean_reason, clean_topic
from eduraise.classes.times import local_written, tzdata_version
from eduraise.core import audit, crash, once
from eduraise.core.errors import DomainError
from eduraise.core.models import Once
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program
from eduraise.zoom.choosing import claim_one, hosts_for
from eduraise.zoom.claims import lock_hosts
from eduraise.zoom.models import ZoomUser
from eduraise.zoom.wanting import want_meeting


class NotATeacherHere(DomainError):
    """That person doesn't teach in the program, or may not be booked by this one."""

    code = "not_a_teacher_here"


class ProgramOver(DomainError):
    """The program is archived."""

    code = "program_over"


@retried
@transaction.atomic
def schedule_class(*, by: User, draft: ClassDraft, now: datetime, form_key: str = "") -> ClassSession:
    """Plan one class and want a meeting for it.

    The meeting is wanted here and pushed after commit: a class may wait for its meeting, never the reverse.
    form_key: of the form that was sent; the same form again raises SentBefore with the first one's class.
    Raises TeacherBusy, HostBusy, PoolBusy, NotConnected, NotATeacherHere, NotThere, ProgramOver, TextUnfit,
    and what `rules` refuses.
    """
    note_commit()
    claim = _claim_form(form_key, by, draft, now) if form_key else None
    program = lock_running(draft.program)
    settings = _require_allowed(by, program, draft, now)
    hosts = hosts_for(draft.teacher, starts_at=draft.starts_at, length=draft.duration)
    lock_teachers([draft.teacher])
    lock_hosts(hosts)
    session = write_class(by, draft, settings, now)
    claim_teacher(session, now=now)
    host = take_host(session, hosts, now)
    want_its_meeting(session, host, by=by, now=now)
    if claim:
        claim.answer_uid = session.uid
        claim.save(update_fields=["answer_uid"])
    record_scheduled(session, by, now)
    crash.point("classes.action.written")
    return session


def take_host(session: ClassSession, hosts: Sequence[ZoomUser], now: datetime) -> ZoomUser:
    """Take the first free one of the hosts for a class's hours. Raises HostBusy, PoolBusy."""
    return claim_one(
        hosts, starts_at=session.starts_at, ends_at=session.ends_at, held_for=session.uid, now=now
    )


def want_its_meeting(session: ClassSession, host: ZoomUser, *, by: User | None, now: datetime) -> None:
    """Want a meeting for a class as it stands, and point the class to it."""
    session.occurrence = want_meeting(
        host=host,
        program=session.program,
        **wishes_of(session),
        held_for=session.uid,
        now=now,
        by=by,
    )
    session.save(update_fields=["occurrence"])


def require_may_teach(by: User, program: Program, teacher: User, now: datetime) -> None:
    """Refuse a teacher who may not hold classes of the program, or whom `by` may not book.

    The same words for both, so that nobody learns who exists. Raises NotATeacherHere.
    """
    allowed = teacher == by or may_book_for_others(by, program, now)
    if not allowed or teacher not in teachers_of(program, now, permission=Permission.HOST):
        raise NotATeacherHere(_("Choose somebody who teaches in this program."), field="teacher")


def lock_running(program: Program) -> Program:
    """The program, locked: nobody archives it while a class is added to it. Raises ProgramOver."""
    locked = Program.objects.select_for_update(of=("self",), no_key=True).get(pk=program.pk)
    if locked.archived_at is not None:
        raise ProgramOver(_("This program is archived. It has no new classes."), field="program")
    return locked


def _claim_form(key: str, by: User, draft: ClassDraft, now: datetime) -> Once:
    return once.claim(owner_uid=by.uid, purpose="class.schedule", key=key, content=draft.content(), now=now)


def _require_allowed(by: User, program: Program, draft: ClassDraft, now: datetime) -> dict[str, Any]:
    require_may_teach(by, program, draft.teacher, now)
    require_hours(program, draft.starts_at, draft.ends_at, now, draft.reason)
    teaching = Teaching(draft.teacher, draft.starts_at, draft.ends_at)
    require_there([teaching], program=program, by=by, now=now, despite=draft.despite)
    return settle_settings(program.class_settings, draft.chosen)


def write_class(
    by: User,
    draft: ClassDraft,
    settings: dict[str, Any],
    now: datetime,
    *,
    tell_with: UUID | None = None,
) -> ClassSession:
    """Store a class as it is wanted, under a code of its own. Raises TextUnfit."""
    local_start, fold = local_written(draft.starts_at, draft.zone)
    session = ClassSession(
        program=draft.program,
        teacher=draft.teacher,
        topic=clean_topic(draft.topic),
        description=clean_description(draft.description),
        starts_at=draft.starts_at,
        ends_at=draft.ends_at,
        zone=draft.zone,
        local_start=local_start,
        fold=fold,
        tzdata=tzdata_version(),
        chosen_settings=settings,
        short_notice_reason=clean_reason(draft.reason),
        changed_at=now,
        tell_at=now,
        created_by=by,
        created_at=now,
        tell_with=tell_with,
    )
    return save_with_code(session)


def record_scheduled(session: ClassSession, by: User, now: datetime) -> None:
    """Note in the audit log who planned a class."""
    audit.record(
        "class.scheduled",
        by=by,
        thing=session,
        at=now,
        program_uid=session.program.uid,
        after={
            "topic": session.topic,
            "starts_at": session.starts_at.isoformat(),
            "ends_at": session.ends_at.isoformat(),
            "teacher_uid": str(session.teacher.uid),
        },
    )
