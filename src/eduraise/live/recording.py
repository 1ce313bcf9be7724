"""Starting and stopping the recording in Zoom's cloud while a class is on; how it stands by Zoom's word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.enums import ClassState
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core import audit
from eduraise.core.errors import DomainError
from eduraise.core.hooks import Moment, PagePart
from eduraise.core.models import AuditEntry
from eduraise.programs.enums import Permission
from eduraise.zoom import features
from eduraise.zoom.enums import OPEN_STATES, OperationKind, OperationState, RecordingState, RecordingWish
from eduraise.zoom.live_wishes import can_record, want_recording
from eduraise.zoom.models import ZoomInstance, ZoomOperation
from eduraise.zoom.words import reason_words

ASKED = "class.recording_asked"
# What came of a press is told for so long
LATELY = timedelta(minutes=5)


class NotRecordable(DomainError):
    """The class can't be recorded from here now; the message says why."""

    code = "not_recordable"


@dataclass(frozen=True)
class Recording:
    """How the recording of a class that is on stands. state: by Zoom's events, "" where none came; since:
    when that was. is_asked: Zoom is being asked; is_taken: it has taken the last wish and not told yet that
    it is so. refusal: why it refused. barred: why it can't be asked from here, "" if it can."""

    state: str = ""
    since: datetime | None = None
    wish: str = ""
    is_asked: bool = False
    is_taken: bool = False
    refusal: str = ""
    barred: str = ""

    @property
    def is_on(self) -> bool:
        """Whether it records, or is paused."""
        return self.state in (RecordingState.ON, RecordingState.PAUSED)

    @property
    def mark(self) -> str:
        """Changes when what is shown of it does."""
        return f"{self.state}{self.since}{self.wish}{self.is_asked}{self.is_taken}{self.refusal}{self.barred}"


def recording_of(session: ClassSession, now: datetime) -> Recording:
    """How it stands; two queries. `session` as `find_class` gives it."""
    sitting = (
        ZoomInstance.objects.filter(occurrence__held_for=session.uid, ended_at__isnull=True)
        .select_related("meeting__host__account")
        .order_by("-started_at")
        .first()
    )
    if sitting is None or sitting.meeting is None:
        return Recording(barred=_("It is recorded by whoever holds it, in Zoom."))
    meeting = sitting.meeting
    asked = ZoomOperation.objects.filter(
        meeting=meeting, kind=OperationKind.RECORD, created_at__gt=now - LATELY
    )
    last = asked.order_by("-id").first()
    heard_since = last is not None and sitting.recording_at and sitting.recording_at >= last.created_at
    return Recording(
        state=sitting.recording,
        since=sitting.recording_at,
        wish=meeting.wanted_recording if last else "",
        is_asked=last is not None and last.state in OPEN_STATES,
        is_taken=last is not None and last.state == OperationState.DONE and not heard_since,
        refusal=_refusal(last),
        barred=_barred(sitting),
    )


def _refusal(last: ZoomOperation | None) -> str:
    if last is None or last.state not in (OperationState.FAILED, OperationState.GIVEN_UP):
        return ""
    if last.answer_code == "too_late":
        return _("Zoom couldn’t be reached within two minutes, so that it was left.")
    return reason_words(last.answer_code)


def _barred(sitting: ZoomInstance) -> str:
    meeting = sitting.meeting
    assert meeting is not None
    if not can_record(meeting):
        return _("Recording in Zoom’s cloud takes a host with a Zoom licence.")
    if not features.may(meeting.host, features.CONTROL):
        return str(features.CONTROL.without)
    return "" if meeting.host.is_usable else _("Its host is not connected with Zoom.")


def may_record(standing: Standing, session: ClassSession) -> bool:
    """Whether somebody may start and stop the recording of a class: who holds the right, while it is on."""
    return session.shown_state == ClassState.LIVE and standing.may(Permission.RECORD)


@transaction.atomic
def control_recording(*, session: ClassSession, wish: RecordingWish, by: User, now: datetime) -> None:
    """Have Zoom record a class that is on, or stop. At once or not at all. Raises NotRecordable."""
    standing = recording_of(session, now)
    if standing.barred or session.occurrence is None:
        raise NotRecordable(standing.barred or _("It can’t be recorded from here."))
    want_recording(meeting=session.occurrence.meeting, wish=wish, now=now, by=by)
    audit.record(
        ASKED,
        by=by,
        thing=session,
        at=now,
        program_uid=session.program.uid,
        after={"wish": str(wish)},
    )


def part(
    *, session: ClassSession, person: User, standing: Standing, now: datetime, **_more: object
) -> Iterator[PagePart]:
    """On a class's page while it is on, for who may record it."""
    if not may_record(standing, session):
        return
    found = recording_of(session, now)
    context = {
        "recording": found,
        "url": reverse("live:recording", args=[session.code]),
        "now": now,
    }
    yield PagePart("", "live/recording.html", context, mark=found.mark, below=True)


def moments(*, session: ClassSession, **_more: object) -> Iterator[Moment]:
    """Who had its recording started and stopped from here; one query."""
    asked = AuditEntry.objects.filter(thing_uid=session.uid, verb=ASKED).order_by("at", "pk")
    for at, by, after in asked.values_list("at", "actor_label", "after"):
        starts = after["wish"] == RecordingWish.START
        title = _("Zoom was asked to record it") if starts else _("Zoom was asked to stop recording it")
        yield Moment(at, title, by)
