"""What happened to a class, as a rail of moments: from its planning to its last sitting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.classes.enums import ChangeSetKind, DifferenceField, DifferenceState
from eduraise.classes.joining import Standing
from eduraise.classes.models import Change, ChangeSet, ClassSession, Difference, OtherLink
from eduraise.classes.queries import cancelled_with
from eduraise.classes.refusals import refusal_of
from eduraise.classes.settings_words import LABELS
from eduraise.classes.snapshots import read_span
from eduraise.classes.taking_back import can_be_taken_back
from eduraise.classes.words import span_words
from eduraise.core import hooks
from eduraise.zoom.enums import OperationState
from eduraise.zoom.guarding import guard_words, restored_words
from eduraise.zoom.models import ZoomInstance, ZoomOperation
from eduraise.zoom.wanting import STOPPED


@dataclass(frozen=True)
class Moment:
    """One line of the rail. by: who did it, "" for nobody; quote: what they told the students. undo: where it
    can be taken back, together with the others that were changed so."""

    at: datetime
    title: str
    by: str = ""
    quote: str = ""
    is_now: bool = False
    undo: str = ""


def history_of(
    session: ClassSession, standing: Standing, now: datetime, *, may_undo: bool = False
) -> list[Moment]:
    """All that happened that its reader may know, newest first; five queries, and those of rooms above. What
    was undone never was.

    standing: what the reader is to the class; may_undo: whether she is shown what she can take back.
    """
    rows = Change.objects.filter(session=session, undone_at__isnull=True).order_by("version", "pk")
    changes = list(rows.select_related("by", "change_set"))
    open_set = _open_set(session, changes, now) if may_undo else None
    differences = list(Difference.objects.filter(session=session).order_by("pk"))
    by_rule = {each.at for each in differences if each.decided_at is not None and each.by_id is None}
    told = hooks.class_moments.ask(session=session, standing=standing)
    covered = {(each.at, each.covers) for each in told}
    shown = (each for each in changes if (each.at, each.field) not in covered)
    moments = [_moment(change, by_rule, open_set, now) for change in shown]
    sittings = ZoomInstance.objects.filter(
        occurrence__held_for=session.uid, started_at__isnull=False
    ).order_by("started_at")
    for sitting in sittings:
        moments += _sitting(sitting)
    moments += _differing(differences, now)
    moments += _refused(session)
    moments += _elsewhere(session)
    moments += [Moment(each.at, each.title, each.by, each.quote) for each in told]
    by = session.created_by.name if session.created_by else ""
    planned = Moment(session.created_at, _("Scheduled"), by)
    in_order = sorted([planned, *moments], key=lambda moment: moment.at)
    return in_order[::-1]  # of two at one instant the later one stands above


def _open_set(session: ClassSession, changes: Iterable[Change], now: datetime) -> ChangeSet | None:
    """The set with which a class became what it is, if it can be taken back."""
    last = (one.change_set for one in changes if one.version == session.version and one.change_set)
    found = next(last, None)
    if found is None:
        return None
    if found.kind == ChangeSetKind.CANCELLED:
        return found if len(cancelled_with(found)) > 1 else None
    return found if can_be_taken_back(found, now) else None


def _moment(
    change: Change, by_rule: Collection[datetime | None], open_set: ChangeSet | None, now: datetime
) -> Moment:
    by = change.by.name if change.by else _("the program’s rule") if change.at in by_rule else ""
    undo = ""
    is_back = change.change_set is not None and change.change_set.takes_back_id is not None
    title = _taken_back(change, now) if is_back else _title(change, now)
    if open_set is not None and change.change_set_id == open_set.pk:
        undo = reverse("classes:undo_several", args=[open_set.uid])
    return Moment(change.at, title, by, change.message, undo=undo)


def _title(change: Change, now: datetime) -> str:
    field = change.field
    if field == "time":
        before, after = (span_words(*read_span(each), now) for each in (change.before, change.after))
        return _("Moved from %(before)s to %(after)s") % {"before": before, "after": after}
    if field == "topic":
        return _("Renamed; it was “%(before)s”") % {"before": change.before}
    if field == "teacher":
        return _("Given on: %(before)s → %(after)s") % {"before": change.before, "after": change.after}
    if field.startswith("setting:"):
        return _("%(setting)s changed") % {"setting": LABELS[field.removeprefix("setting:")]}
    return {
        "cancelled": _("Cancelled") if change.after else _("Restored: it is held after all"),
        "clocks": _("Clock rules changed; its hour could not be kept, as teacher or Zoom is taken then"),
        "description": _("Description changed"),
        "zone": _("Time zone changed to %(zone)s") % {"zone": change.after},
        "restored": _("Zoom’s change taken back"),
        "guarded": _("Passcode and waiting room asked for again"),
        "unguarded": _("Left as Zoom has it, with less in the way of strangers"),
        "booked_again": _("Booked again at Zoom"),
    }.get(field, field)


def _taken_back(change: Change, now: datetime) -> str:
    """That a change was taken back, and what holds again; what it had made of the class is `before` here."""
    field, words = change.field, {"before": change.before, "after": change.after}
    if field == "time":
        before, after = (span_words(*read_span(each), now) for each in (change.before, change.after))
        return _("Move to %(before)s taken back: again %(after)s") % {"before": before, "after": after}
    if field == "topic":
        return _("New title “%(before)s” taken back: again “%(after)s”") % words
    if field == "teacher":
        return _("Giving it to %(before)s taken back: again with %(after)s") % words
    return _("Taken back: %(what)s") % {"what": _title(change, now)}


def _differing(differences: Iterable[Difference], now: datetime) -> Iterator[Moment]:
    """What was done in Zoom itself, and what was set back there without anybody's choice."""
    for difference in differences:
        yield Moment(difference.seen_at, _difference(difference, now))
        if difference.field != DifferenceField.UNSAFE or difference.at is None:
            continue
        by_itself = difference.state == DifferenceState.RESTORED and difference.decided_at is None
        if difference.state == DifferenceState.GONE or (by_itself and difference.by_id is None):
            yield Moment(difference.at, restored_words(difference.zooms.get("codes", [])))


def _refused(session: ClassSession) -> Iterator[Moment]:
    """What Zoom refused of what was done here, or was given up, and stands so."""
    if session.occurrence is None:
        return
    refused = ZoomOperation.objects.filter(
        meeting=session.occurrence.meeting_id, state__in=STOPPED, finished_at__isnull=False
    )
    for operation in refused:
        assert operation.finished_at
        yield _stopped(operation, operation.finished_at)


def _stopped(operation: ZoomOperation, at: datetime) -> Moment:
    words = {"what": operation.get_kind_display()}
    if operation.state == OperationState.FAILED:
        why = refusal_of(operation.answer_code).sentence
        return Moment(at, _("Zoom refused it: %(why)s") % {"why": why})
    if operation.answer_code == "too_late":
        return Moment(at, _("Zoom couldn’t be reached in time: “%(what)s” isn’t tried any more") % words)
    return Moment(at, _("Given up: “%(what)s” isn’t tried at Zoom any more") % words, _("an admin"))


def _difference(difference: Difference, now: datetime) -> str:
    span = difference.zooms_span
    if difference.field == DifferenceField.UNSAFE and "codes" in difference.zooms:
        return guard_words(difference.zooms["codes"])
    if span is None:
        return str(difference.get_field_display())
    return _("Moved in Zoom to %(when)s") % {"when": span_words(*span, now)}


def _sitting(sitting: ZoomInstance) -> list[Moment]:
    assert sitting.started_at
    if sitting.ended_at is None:
        return [Moment(sitting.started_at, _("Started"), is_now=True)]
    minutes = round((sitting.ended_at - sitting.started_at).total_seconds() / 60)
    lasted = ngettext("Ended after %(n)d min", "Ended after %(n)d min", minutes) % {"n": minutes}
    return [Moment(sitting.started_at, _("Started")), Moment(sitting.ended_at, lasted)]


def _elsewhere(session: ClassSession) -> Iterator[Moment]:
    """When its people were led elsewhere, by whom, and back; never the link itself."""
    for link in OtherLink.objects.filter(session=session).select_related("by", "ended_by").order_by("at"):
        title = _("Held at %(host)s, not in Zoom") % {"host": link.shown_host}
        yield Moment(link.at, title, link.by.name if link.by else "")
        if link.ended_at is not None:
            yield Moment(link.ended_at, _("Back in Zoom"), link.ended_by.name if link.ended_by else "")
