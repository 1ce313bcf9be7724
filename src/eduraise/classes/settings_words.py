"""A class's settings in words, the same on every page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eduraise.classes.zoom_settings import AFTER_TEACHER
from eduraise.programs.enums import AutoRecording, Entry

LABELS: dict[str, str | Promise] = {
    "entry": _("Waiting room"),
    "auto_recording": _("Recording"),
    "has_passcode": _("Passcode"),
    "mutes_on_entry": _("Mute on entry"),
    "requires_sign_in": _("Zoom sign-in"),
}
_VALUES: dict[str, dict[Any, str | Promise]] = {
    "entry": {
        Entry.WAITING_ROOM.value: _("on"),
        Entry.JOIN_BEFORE_HOST.value: _("off, students may join before the teacher"),
        AFTER_TEACHER: _("off, students come in once the teacher is there"),
    },
    "auto_recording": {
        AutoRecording.NONE.value: _("none"),
        AutoRecording.LOCAL.value: _("on the teacher’s computer"),
        AutoRecording.CLOUD.value: _("to the cloud"),
    },
    "has_passcode": {True: _("on"), False: _("off")},
    "mutes_on_entry": {True: _("on"), False: _("off")},
    "requires_sign_in": {True: _("required"), False: _("not required")},
}
# What a fold says of a setting while it is closed; "" for what goes without saying
_SHORT: dict[str, dict[Any, str | Promise]] = {
    "entry": {
        Entry.WAITING_ROOM.value: _("waiting room on"),
        Entry.JOIN_BEFORE_HOST.value: _("students may join before you"),
    },
    "auto_recording": {
        AutoRecording.NONE.value: _("not recorded"),
        AutoRecording.LOCAL.value: _("recorded on your computer"),
        AutoRecording.CLOUD.value: _("recorded to the cloud"),
    },
    "has_passcode": {True: "", False: _("no passcode")},
    "mutes_on_entry": {True: _("muted on entry"), False: ""},
    "requires_sign_in": {True: _("Zoom sign-in required"), False: ""},
}


def value_words(name: str, value: Any) -> str:
    """A value of one setting: "on", "to the cloud"."""
    return str(_VALUES.get(name, {}).get(value, value))


def short_words(settings: Mapping[str, Any]) -> str:
    """All settings of a class on one line: "Waiting room on, not recorded, muted on entry"."""
    parts = [str(words.get(settings.get(name), "")) for name, words in _SHORT.items()]
    line = ", ".join(part for part in parts if part)
    return line[:1].upper() + line[1:]
