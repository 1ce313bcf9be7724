"""Where a program registers its students, those enrolled are registered, by the links that we hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from eduraise.programs.models import ClassSettings, Enrolment, Program
from eduraise.zoom.enums import RegistrantState
from eduraise.zoom.models import Registrant, ZoomMeeting
from tests.truths.zoom import AtZoom


def registrations_stand(there: AtZoom, now: datetime) -> Iterator[str]:
    """Zoom, our rows and the enrolments say the same for each coming meeting: who, and by which link."""
    for program in Program.objects.filter(archived_at__isnull=True):
        registers = ClassSettings.objects.filter(program=program, registers_students=True).exists()
        enrolled = _enrolled(program, now) if registers else set()
        for meeting in _coming(program, now):
            ours, zooms = _ours(meeting), there.registered.get(str(meeting.meeting_number), {})
            if ours != zooms or set(ours) != enrolled:
                yield (
                    f"{meeting}: enrolled {sorted(enrolled)}, registered here {sorted(ours)}, "
                    f"at Zoom {sorted(zooms)}"
                )


def _coming(program: Program, now: datetime) -> list[ZoomMeeting]:
    coming = ZoomMeeting.objects.filter(
        program=program,
        gone_at__isnull=True,
        wanted_gone=False,
        meeting_number__isnull=False,
        occurrences__wanted_ends_at__gt=now,
    )
    return list(coming.distinct().order_by("pk"))


def _enrolled(program: Program, now: datetime) -> set[str]:
    active = Enrolment.objects.active(now).filter(program=program, person__is_active=True)
    return set(active.values_list("person__email", flat=True))


def _ours(meeting: ZoomMeeting) -> dict[str, str]:
    """Address → the key of the link that we send somebody to."""
    rows = Registrant.objects.filter(meeting=meeting, state=RegistrantState.REGISTERED)
    return {row.email: parse_qs(urlsplit(row.join_url or "").query).get("tk", [""])[0] for row in rows}
