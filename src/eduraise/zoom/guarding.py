"""What keeps strangers out of a meeting: what Zoom holds less than is wanted here, and what changed in it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from eduraise.zoom import shapes
from eduraise.zoom.enums import PASSCODE, WAITING_ROOM
from eduraise.zoom.models import ZoomMeeting
from zoomclient import Meeting


@dataclass(frozen=True)
class GuardChange:
    """restored: the codes of what Zoom holds again as it should, left: of what it still doesn't;
    has_new_passcode: somebody chose another one at Zoom, which is taken over."""

    restored: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    has_new_passcode: bool = False

    def __bool__(self) -> bool:
        return bool(self.restored) or self.has_new_passcode


def unsafe_codes(meeting: ZoomMeeting) -> list[str]:
    """What keeps strangers out at Zoom less than is wanted here, but for what somebody chose to leave so."""
    return [code for code in _less(meeting) if code not in meeting.left_open]


def _less(meeting: ZoomMeeting) -> list[str]:
    return _codes(meeting, meeting.passcode, meeting.zoom_settings)


def leave_open(meeting: ZoomMeeting) -> None:
    """Leave a meeting as Zoom has it: neither Zoom nor anybody here is asked about that again, until Zoom has
    it otherwise."""
    row = ZoomMeeting.objects.select_for_update(no_key=True).get(pk=meeting.pk)
    ZoomMeeting.objects.filter(pk=row.pk).update(left_open=_less(row))


def still_left_open(meeting: ZoomMeeting, answer: Meeting) -> list[str]:
    """What of it Zoom still has so: of the rest the choice is over."""
    now = _codes(meeting, answer.password, shapes.kept_settings(answer)) if meeting.left_open else []
    return [code for code in meeting.left_open if code in now]


def change_by(meeting: ZoomMeeting, answer: Meeting) -> GuardChange:
    """What an answer of Zoom changes in it, against what `meeting` held before."""
    if meeting.meeting_number is None:
        return GuardChange()
    after = _codes(meeting, answer.password, shapes.kept_settings(answer))
    restored = tuple(code for code in unsafe_codes(meeting) if code not in after)
    is_new = bool(meeting.passcode and answer.password) and meeting.passcode != answer.password
    return GuardChange(restored, tuple(after), is_new and answer.password != meeting.wanted_passcode)


def guard_words(codes: Collection[str]) -> str:
    """What Zoom has a meeting without, in a sentence."""
    if PASSCODE in codes and WAITING_ROOM in codes:
        return _("Zoom has it without a passcode and without the waiting room.")
    if PASSCODE in codes:
        return _("Zoom has it without a passcode.")
    return _("Zoom has it without the waiting room.")


def restored_words(codes: Collection[str]) -> str:
    """That it has them again."""
    if PASSCODE in codes and WAITING_ROOM in codes:
        return _("Passcode and waiting room set back at Zoom")
    return _("Passcode set back at Zoom") if PASSCODE in codes else _("Waiting room set back at Zoom")


def _codes(meeting: ZoomMeeting, passcode: str | None, held: dict[str, Any] | None) -> list[str]:
    wanted = shapes.settings(meeting.wanted_settings)
    codes = []
    if meeting.wanted_passcode and not passcode:
        codes.append(PASSCODE)
    if wanted.waiting_room and (held or {}).get("waiting_room") is False:
        codes.append(WAITING_ROOM)
    return codes
