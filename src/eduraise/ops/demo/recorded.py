"""The demo's recordings: two programs are recorded to the pretend Zoom's cloud, a third has a link."""

from __future__ import annotations

from datetime import datetime

from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.ops.demo.cast import PROGRAMS
from eduraise.programs.models import Program
from eduraise.recordings.actions import change_rules
from eduraise.recordings.attaching import attach
from eduraise.recordings.enums import Audience, Keeps
from eduraise.recordings.models import Recording
from eduraise.recordings.work import copies_due, recordings_due

RECORDED = (PROGRAMS[0][0], PROGRAMS[1][0])
ELSEWHERE = PROGRAMS[4][0]


def recording_of(code: str) -> dict[str, str]:
    """What a program's rules say of recording its classes."""
    return {"auto_recording": "cloud"} if code in RECORDED else {}


def set_rules(program: Program) -> None:
    """Algebra's may be downloaded; those of physics are looked at first, and go after ten days."""
    lead = program.assignments.filter(preset="lead").select_related("person")[0].person
    is_looked_at = program.code == RECORDED[1]
    change_rules(
        program=program,
        seen_version=1,
        seen_by=Audience.ENROLLED,
        after_review=is_looked_at,
        may_download=not is_looked_at,
        keeps=Keeps.COPY if is_looked_at else Keeps.KEEP,
        keep_days=10 if is_looked_at else None,
        by=lead,
        now=clock.now(),
    )


def attach_link(session: ClassSession) -> None:
    """What was recorded elsewhere."""
    if session.program.code != ELSEWHERE or Recording.objects.filter(program=session.program).exists():
        return
    attach(
        session=session,
        title="The harbour of Carthage, a film",
        link="https://example.org/carthage",
        by=session.teacher,
        now=clock.now(),
    )


def follow_recordings(now: datetime) -> None:
    """Let the worker find them, and do with them what the rules say."""
    recordings_due(now)
    copies_due(now)
