"""A wish for Zoom, as a row that is carried out later. Nothing here calls Zoom.

`wanted_*` says how things should be; an operation says that somebody still has to make them so. Wishes fold:
one pending operation a meeting (or date of a series) and kind, and what is sent is computed when it is sent.
"""

from __future__ import annotations

import secrets
import string
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from eduraise.accounts.models import User
from eduraise.core.models import Setting
from eduraise.programs.models import Program
from eduraise.zoom.enums import OF_SETTINGS, OperationKind, OperationState, Why
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomOperation, ZoomUser

PASSCODE_LENGTH = 10
# An edit after an edit may put the sending off, but not for ever.
LONGEST_DELAY = timedelta(seconds=30)
_LETTERS = string.ascii_letters + string.digits


def new_meeting(
    *,
    host: ZoomUser,
    program: Program,
    topic: str,
    agenda: str,
    settings: dict[str, Any],
    zone: str,
    now: datetime,
    **more: Any,
) -> ZoomMeeting:
    """A meeting that is wanted on `host`, with a reference and a passcode of its own; its sittings and its
    operation are the caller's."""
    return ZoomMeeting.objects.create(
        host=host,
        program=program,
        ref=new_ref(now),
        wanted_topic=topic[:200],
        wanted_agenda=agenda,
        wanted_settings=settings | program_wishes(program),
        wanted_passcode=new_passcode() if settings.get("has_passcode", True) else None,
        zone=zone,
        **more,
    )


def program_wishes(program: Program) -> dict[str, Any]:
    """What a program chooses for all its classes, beside what each of them has."""
    return {"registers_students": program.class_settings.registers_students}


def want(
    meeting: ZoomMeeting,
    kind: OperationKind,
    *,
    not_before: datetime,
    deadline_at: datetime,
    now: datetime,
    by: User | None,
    occurrence: ZoomOccurrence | None = None,
    why: Why = Why.PERSON,
    stray_number: str = "",
) -> ZoomOperation:
    """One pending operation of this kind: a new one, or the one that waits already, with the newest wish."""
    wish = ZoomOperation(
        meeting=meeting,
        occurrence=occurrence,
        kind=kind,
        stray_number=stray_number,
        for_version=meeting.wanted_version,
        not_before=not_before,
        first_not_before=not_before,
        next_at=not_before,
        deadline_at=deadline_at,
        created_at=now,
        by_uid=by.uid if by else None,
        why=why,
    )
    if (waiting := _fold(wish, now)) is not None:
        return waiting
    try:
        with transaction.atomic():
            wish.save(force_insert=True)
    except IntegrityError:  # somebody wished the same at this moment
        if (waiting := _fold(wish, now)) is None:
            raise
        return waiting
    return wish


@transaction.atomic
def _fold(wish: ZoomOperation, now: datetime) -> ZoomOperation | None:
    """The operation that waits already, with this wish in it; None if there is none, or it has just begun."""
    same = Q(kind=wish.kind, occurrence=wish.occurrence, stray_number=wish.stray_number)
    rows = ZoomOperation.objects.filter(same, meeting=wish.meeting, state=OperationState.PENDING)
    waiting = rows.select_for_update(no_key=True).first()
    if waiting is None:
        return None
    waiting.not_before = min(wish.not_before, waiting.first_not_before + LONGEST_DELAY)
    waiting.next_at = max(waiting.not_before, now)
    waiting.waits_for = None  # unless whoever wishes it now says so again
    waiting.for_version, waiting.deadline_at = wish.for_version, wish.deadline_at
    if waiting.why in OF_SETTINGS:
        waiting.why = wish.why  # the whole carries the settings along, not the other way
    waiting.save(update_fields=["not_before", "next_at", "waits_for", "for_version", "deadline_at", "why"])
    return waiting


def new_ref(now: datetime) -> str:
    """What a meeting is found again by: `EduRaise ref <installation>-<10 random>`; never a class's code."""
    tail = "".join(secrets.choice(string.ascii_lowercase + string.digits) for _ in range(10))
    return f"EduRaise ref {installation(now)}-{tail}"


def installation(now: datetime) -> str:
    """This installation's own name in references, made once."""
    row = Setting.objects.filter(name="installation").first()
    if row is None:
        row, _made = Setting.objects.get_or_create(
            name="installation", defaults={"value": secrets.token_hex(4), "set_at": now}
        )
        row = Setting.objects.get(pk=row.pk)
    return str(row.value)


def new_passcode() -> str:
    """Ten random letters and digits, with at least one of each kind that account rules ask for."""
    while True:
        code = "".join(secrets.choice(_LETTERS) for _ in range(PASSCODE_LENGTH))
        if (
            any(c.islower() for c in code)
            and any(c.isupper() for c in code)
            and any(c.isdigit() for c in code)
        ):
            return code
