"""How long recordings are kept, as plain rules of dates: no database, no clock.

Nothing is deleted that nobody was warned of: whatever a rule says, a recording stays for a week after its
warning.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from eduraise.recordings.enums import Keeps
from eduraise.recordings.models import WARNING_DAYS, RecordingRules

WARNING = timedelta(days=WARNING_DAYS)


@dataclass(frozen=True)
class Kept:
    """What is known of one recording. recorded_on: in its program's zone; warned_on: when its teachers were
    told that it goes; is_kept: somebody said that it stays; has_copy: it lies here, verified."""

    recorded_on: date
    warned_on: date | None = None
    is_kept: bool = False
    has_copy: bool = False


def expires_on(kept: Kept, rules: RecordingRules, today: date) -> date | None:
    """On which day the rule deletes it at Zoom; None for never. At least a week after its warning, which
    may come today at the earliest."""
    if kept.is_kept or rules.keeps == Keeps.KEEP or rules.keep_days is None:
        return None
    by_age = kept.recorded_on + timedelta(days=rules.keep_days)
    return max(by_age, (kept.warned_on or today) + WARNING)


def is_to_be_warned_of(kept: Kept, rules: RecordingRules, today: date) -> bool:
    """Whether its teachers are to hear now that it goes."""
    goes_on = expires_on(kept, rules, today)
    return goes_on is not None and kept.warned_on is None and today >= goes_on - WARNING


def is_to_be_copied(kept: Kept, rules: RecordingRules, today: date) -> bool:
    """Whether a copy is to be made now: from the warning on, so that it is there in time."""
    return (
        rules.keeps == Keeps.COPY
        and not kept.has_copy
        and not kept.is_kept
        and (kept.warned_on is not None or is_to_be_warned_of(kept, rules, today))
    )


def may_be_deleted(kept: Kept, rules: RecordingRules, today: date) -> bool:
    """Whether the rule deletes it at Zoom today: its day has come, it was warned of, and where a copy is
    wanted there is one."""
    goes_on = expires_on(kept, rules, today)
    if goes_on is None or kept.warned_on is None or today < goes_on:
        return False
    return rules.keeps == Keeps.DELETE or kept.has_copy
