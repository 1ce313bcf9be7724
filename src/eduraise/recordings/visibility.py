"""Why students see a recording or don't, in one line each."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from eduraise.attendance.enums import RegisterState
from eduraise.recordings.enums import Audience, GoneBy, State, Visible
from eduraise.recordings.models import Recording
from eduraise.ui import times
from eduraise.zoom.recorded import IN_TRASH


def why_hidden(recording: Recording) -> str:
    """Why students can't see it, the nearest cause first; "" if they can. `recording` as `queries.shown`
    gives it."""
    if words := _not_there(recording):
        return words
    if recording.visible != Visible.RULE and recording.audience in (Audience.NOBODY, Audience.TEACHERS):
        return _by_hand(recording)
    if recording.audience == Audience.NOBODY:
        if recording.reviewed_at is None and _waits_for_review(recording):
            return _("It waits for somebody to look at it and show it.")
        return _("The program’s rule shows recordings to nobody.")
    if recording.audience == Audience.TEACHERS:
        return _("The program’s rule shows recordings to teachers only.")
    return _nobody_there(recording) if recording.lacks_watchers else ""


def who_sees(recording: Recording) -> str:
    """Who can watch it, in a few words."""
    return {
        Audience.NOBODY: _("Hidden"),
        Audience.TEACHERS: _("Teachers only"),
        Audience.ENROLLED: _("All enrolled students"),
        Audience.PRESENT: _("Students who were there"),
    }[Audience(recording.audience)]


def _not_there(recording: Recording) -> str:
    """Whether the files are the cause."""
    if recording.has_media or recording.link:
        return ""
    on = day_words(recording.gone_at) if recording.gone_at else ""
    if recording.state == State.DELETED:
        if recording.gone_by == GoneBy.RULE:
            return _("It was deleted at Zoom on %(day)s, by the program’s rule.") % {"day": on}
        return _("It was deleted at Zoom on %(day)s.") % {"day": on}
    if recording.state == State.TRASHED:
        return _("It is in Zoom’s trash since %(day)s.") % {"day": on}
    if recording.state == State.PROCESSING:
        return _("Zoom is still preparing it. That usually takes about twice as long as the class.")
    return _("It holds neither video nor sound.")


def _nobody_there(recording: Recording) -> str:
    """It is for students who were there: what keeps anybody from having been."""
    if recording.register_state in (RegisterState.FINAL, RegisterState.LOCKED):
        return _("It is for students who were there, and by the register nobody was.")
    return _("It is for students who were there, and the register, not final yet, says so of nobody.")


def _by_hand(recording: Recording) -> str:
    who = recording.visible_by.name if recording.visible_by else _("Somebody")
    at = recording.visible_at
    words = {"name": who, "day": day_words(at) if at else ""}
    if recording.audience == Audience.TEACHERS:
        return _("%(name)s showed it to teachers only on %(day)s.") % words
    return _("%(name)s hid it on %(day)s.") % words


def _waits_for_review(recording: Recording) -> bool:
    rules = getattr(recording.program, "recording_rules", None)
    return rules is not None and rules.after_review


def in_trash_until(recording: Recording) -> datetime | None:
    """Until when Zoom can bring it back, about; None if it is not in the trash."""
    if recording.state != State.TRASHED or recording.gone_at is None:
        return None
    return recording.gone_at + IN_TRASH


def day_words(at: datetime) -> str:
    """The day of an instant, where its reader is."""
    on = timezone.localdate(at)
    return times.long_day(on, on)
