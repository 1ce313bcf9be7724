"""How places in a recording, and its files, are written."""

from __future__ import annotations

from datetime import timedelta

from django.template import Library
from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _

from eduraise.recordings.enums import Kind
from eduraise.recordings.models import RecordingFile
from eduraise.recordings.parts import Part
from eduraise.recordings.showing import Watch
from eduraise.ui import times

register = Library()


@register.filter
def played(seconds: float) -> str:
    """ "1:05", "1:02:05": a place in a recording."""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"


@register.filter
def watched(seconds: int) -> str:
    """How long somebody watched: "2 min", below a minute "40 s"."""
    if seconds < 60:
        return _("%(n)d s") % {"n": seconds}
    return times.length(timedelta(seconds=seconds))


@register.simple_tag
def file_name(file: RecordingFile, watch: Watch) -> str:
    """What a file shows, in words; where recording was stopped and started again, of which stretch."""
    view = {
        "shared_screen_with_speaker_view": _("Screen and speaker"),
        "shared_screen_with_gallery_view": _("Screen and gallery"),
        "shared_screen": _("Screen"),
        "speaker_view": _("Speaker"),
        "gallery_view": _("Gallery"),
        "active_speaker": _("Speaker"),
        "audio_only": _("Sound only"),
    }.get(file.recording_type)
    words = view or file.name or str(Kind(file.kind).label)
    if len(watch.starts) < 2:
        return str(words)
    return _("%(part)s: %(what)s") % {"part": part_name(watch.parts[file.part - 1]), "what": words}


@register.simple_tag
def part_name(part: Part) -> str:
    """A part by its number, and the hour at which it began."""
    if part.begins_at is None:
        return _("Part %(part)d") % {"part": part.number}
    at = times.clock_time(part.begins_at, get_current_timezone())
    return _("Part %(part)d, from %(at)s") % {"part": part.number, "at": at}
