"""What people decide about recordings: who watches, how long it stays, what goes at Zoom and comes back.

What concerns Zoom is written as a wish, which leaves ten seconds later, so that it can be undone.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.core.errors import Changed
from eduraise.programs.locking import ChangedMeanwhile
from eduraise.programs.models import Program
from eduraise.recordings import copying
from eduraise.recordings.enums import AT_ZOOM, GoneBy, Keeps, State, Visible, Wish
from eduraise.recordings.models import Recording, RecordingRules
from eduraise.recordings.standing import DERIVED, follow, rules_of

UNDOABLE = timedelta(seconds=10)


@transaction.atomic
def show_to(*, recording: Recording, visible: str, by: User, now: datetime) -> str:
    """Have a recording watched by these, or as the program's rule says; the choice before, to undo it.

    Where students see it no more, Zoom shares it with nobody either.
    """
    current = lock(recording)
    before = current.visible
    current.visible, current.visible_by, current.visible_at = Visible(visible), by, now
    _follow(current, now)
    _note("recording.shown", current, by, now, before={"visible": before}, after={"visible": visible})
    return before


@transaction.atomic
def review(*, recording: Recording, is_reviewed: bool, by: User, now: datetime) -> None:
    """Say that somebody looked at it, so that the program's rule holds for it; or take that back."""
    current = lock(recording)
    current.reviewed_at = now if is_reviewed else None
    current.visible_at = now
    _follow(current, now)
    _note("recording.reviewed", current, by, now, after={"reviewed": is_reviewed})


@transaction.atomic
def keep(*, recording: Recording, is_kept: bool, by: User, now: datetime) -> None:
    """Except a recording from its program's rule of retention, or not any more."""
    current = lock(recording)
    current.is_kept = is_kept
    if is_kept:
        if current.wish == Wish.TRASH and current.gone_by == GoneBy.RULE:
            current.wish, current.gone_by = Wish.NONE, GoneBy.UNKNOWN
    else:
        current.warned_on = None  # who counted on its staying is warned anew
    _follow(current, now)
    _note("recording.kept", current, by, now, after={"kept": is_kept})


@transaction.atomic
def delete(*, recording: Recording, by: User, now: datetime) -> None:
    """Delete it at Zoom, ten seconds from now; what was added by hand is taken away. Raises Changed."""
    current = lock(recording)
    if current.state == State.ATTACHED:
        if current.removed_at is not None:
            raise Changed(_("This was removed already."))
        current.removed_at = now
    elif current.state in (State.PROCESSING, State.READY) and not current.wish:
        current.wish, current.wish_by, current.gone_by = Wish.TRASH, by, GoneBy.HAND
        current.next_at, current.attempts = now + UNDOABLE, 0
    else:
        raise Changed(_("This recording is no longer at Zoom, or is being deleted already."))
    current.save()
    _note("recording.deleted", current, by, now)


@transaction.atomic
def leave(*, recording: Recording, by: User, now: datetime) -> None:
    """Undo that, as long as it has not left. Raises Changed."""
    current = lock(recording)
    if current.state == State.ATTACHED and current.removed_at is not None:
        current.removed_at = None
    elif current.wish == Wish.TRASH and current.next_at > now and current.lease_until is None:
        current.wish, current.gone_by = Wish.NONE, GoneBy.UNKNOWN
    else:
        raise Changed(_("It is too late to undo this. While it is in Zoom’s trash it can be brought back."))
    current.save()
    _note("recording.left", current, by, now)


@transaction.atomic
def recover(*, recording: Recording, by: User, now: datetime) -> None:
    """Have Zoom take it out of its trash. It then stays: its rule would delete it again. Raises Changed."""
    current = lock(recording)
    if current.state != State.TRASHED or current.wish:
        raise Changed(_("This recording is not in Zoom’s trash."))
    current.wish, current.wish_by, current.is_kept = Wish.RECOVER, by, True
    current.next_at, current.attempts = now, 0
    current.save()
    _note("recording.recovered", current, by, now)


@transaction.atomic
def copy_here(*, recording: Recording, by: User, now: datetime) -> int:
    """Have it copied to this server, or tried again; how many files are still to come."""
    current = lock(recording)
    number = copying.want_copy(copying.to_be_copied(current), now) + copying.try_again(current, now)
    _note("recording.copied", current, by, now)
    return number


@transaction.atomic
def look_again(*, recording: Recording, by: User, now: datetime) -> None:
    """Ask Zoom now how it stands."""
    rows = Recording.objects.filter(pk=recording.pk, state__in=AT_ZOOM)
    rows.update(next_at=now, attempts=0)
    recording.files.filter(cues__isnull=True).update(attempts=0)


@transaction.atomic
def change_rules(
    *,
    program: Program,
    seen_version: int,
    seen_by: str,
    after_review: bool,
    may_download: bool,
    keeps: str,
    keep_days: int | None,
    by: User,
    now: datetime,
) -> RecordingRules:
    """Change a program's rules for its recordings, those that are there among them.

    seen_version: of the rules that the person saw, 1 for a program without any. Raises ChangedMeanwhile.
    """
    Program.objects.select_for_update(no_key=True).get(pk=program.pk)
    rules = rules_of(program)
    if rules.version != seen_version:
        raise ChangedMeanwhile(rules.version)
    before = _as_told(rules)
    rules.seen_by, rules.after_review, rules.may_download = seen_by, after_review, may_download
    rules.keeps = keeps
    rules.keep_days = None if keeps == Keeps.KEEP else keep_days
    rules.version, rules.changed_at = rules.version + 1, now
    rules.save()
    _follow_all(program, rules, now)
    audit.record(
        "recording_rules.changed",
        by=by,
        thing=program,
        at=now,
        program_uid=program.uid,
        before=before,
        after=_as_told(rules),
    )
    return rules


def lock(recording: Recording) -> Recording:
    """The row as it is now, until the transaction ends."""
    rows = Recording.objects.select_for_update(of=("self",), no_key=True).select_related("program")
    return rows.get(pk=recording.pk)


def _follow(recording: Recording, now: datetime) -> None:
    """Save it with what follows; Zoom hears of it ten seconds later."""
    follow(recording, rules_of(recording.program), now)
    if recording.hides_at_zoom != recording.hidden_at_zoom:
        recording.next_at, recording.attempts = now + UNDOABLE, 0
    recording.save()


def _follow_all(program: Program, rules: RecordingRules, now: datetime) -> None:
    rows = list(Recording.objects.select_for_update(no_key=True).filter(program=program, state__in=AT_ZOOM))
    for recording in rows:
        recording.program = program
        follow(recording, rules, now)
    Recording.objects.bulk_update(rows, DERIVED, batch_size=500)
    unlike = Recording.objects.filter(program=program, state=State.READY)
    unlike.exclude(hides_at_zoom=F("hidden_at_zoom")).update(next_at=now, attempts=0)


def _as_told(rules: RecordingRules) -> dict[str, Any]:
    names = ("seen_by", "after_review", "may_download", "keeps", "keep_days")
    return {name: getattr(rules, name) for name in names}


def _note(
    verb: str,
    recording: Recording,
    by: User,
    now: datetime,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> None:
    uid = recording.program.uid
    audit.record(verb, by=by, thing=recording, at=now, program_uid=uid, before=before, after=after)
