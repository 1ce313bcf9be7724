"""What follows for a recording from its program's rules: whether Zoom may share it, and until when it stays.

Derived columns, brought in line wherever a rule, a choice or a fact changes.
"""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from eduraise.programs.models import Program
from eduraise.recordings.enums import STUDENTS_SEE, Audience, State, Visible
from eduraise.recordings.models import Recording, RecordingRules
from eduraise.recordings.retention import Kept, expires_on


def rules_of(program: Program) -> RecordingRules:
    """A program's rules; those of a new one where it has none of its own."""
    return RecordingRules.objects.filter(program=program).first() or RecordingRules(program=program)


def audience_of(recording: Recording, rules: RecordingRules) -> Audience:
    """Who watches a recording, besides those who manage it. The same as `with_audience` has it."""
    if recording.visible != Visible.RULE:
        return Audience(recording.visible)
    if rules.after_review and recording.reviewed_at is None:
        return Audience.NOBODY
    return Audience(rules.seen_by)


def kept_of(recording: Recording) -> Kept:
    """What the rules of retention ask of a recording."""
    return Kept(
        recorded_on=recording.started_at.astimezone(ZoneInfo(recording.program.zone)).date(),
        warned_on=recording.warned_on,
        is_kept=recording.is_kept,
        has_copy=recording.has_copy,
    )


def today_of(program: Program, now: datetime) -> date:
    """The day in a program's zone."""
    return now.astimezone(ZoneInfo(program.zone)).date()


def follow(recording: Recording, rules: RecordingRules, now: datetime) -> None:
    """Bring what is derived in line; doesn't save. Zoom shares it with nobody as long as students don't see
    it here."""
    recording.hides_at_zoom = bool(recording.zoom_uuid) and audience_of(recording, rules) not in STUDENTS_SEE
    recording.expires_on = None
    if recording.state in (State.PROCESSING, State.READY) and recording.zoom_uuid:
        recording.expires_on = expires_on(kept_of(recording), rules, today_of(recording.program, now))


DERIVED = ("hides_at_zoom", "expires_on")
