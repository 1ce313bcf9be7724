"""Transcripts: WebVTT as Zoom writes it, read as hostile text and kept as plain lines.

Only times, who spoke and what was said are taken; no markup, style or setting of a cue survives.
https://www.w3.org/TR/webvtt1/, read 2026-11-26.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db.models import QuerySet

from eduraise.core import breaker, clock, queue
from eduraise.recordings.copying import Unlike, fetchable, source_of
from eduraise.recordings.enums import Kind
from eduraise.recordings.models import RecordingFile
from eduraise.zoom import recorded, silence

MOST_BYTES = 8 * 1024 * 1024
MOST_CUES = 20_000
LONGEST_TEXT, LONGEST_NAME = 1000, 100
LEASE = timedelta(minutes=2)
TRIES = 6

log = structlog.get_logger(__name__)

_TIMING = re.compile(
    r"\s*(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})\s+-->\s+(?:(\d{2,4}):)?([0-5]\d):([0-5]\d)\.(\d{3})(?:\s.*)?"
)
_TAG = re.compile(r"<[^<>]{0,200}>")
_VOICE = re.compile(r"<v(?:\.[^\s<>]{0,50})?\s+([^<>]{1,100})>")
_SPEAKER = re.compile(r"([^:<>]{1,80}): +(?=\S)")


@dataclass(frozen=True)
class Cue:
    """What was said from `begins` to `ends`, in seconds of the recording; who: "" where nobody is named."""

    begins: float
    ends: float
    who: str
    text: str


def read_vtt(raw: bytes) -> list[Cue]:
    """The lines of a transcript, in the order of their times. What is none is left out; never an error."""
    text = raw[:MOST_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    lines = re.split(r"\r\n|\r|\n", text)
    cues: list[Cue] = []
    at = 0
    while at < len(lines) and len(cues) < MOST_CUES:
        timing = _TIMING.fullmatch(lines[at][:200])
        at += 1
        if timing is None:
            continue
        said = []
        while at < len(lines) and lines[at].strip() and "-->" not in lines[at]:
            said.append(lines[at][: 4 * LONGEST_TEXT])
            at += 1
        if cue := _cue(timing, " ".join(said)):
            cues.append(cue)
    return sorted(cues, key=lambda cue: (cue.begins, cue.ends))


def _cue(timing: re.Match[str], said: str) -> Cue | None:
    begins, ends = _seconds(*timing.groups()[:4]), _seconds(*timing.groups()[4:])
    voice = _VOICE.search(said)
    text = _plain(said)
    who = _plain(voice[1]) if voice else ""
    if not who and (spoken := _SPEAKER.match(text)):
        who, text = spoken[1], text[spoken.end() :]
    if not text or ends < begins:
        return None
    return Cue(begins, ends, who[:LONGEST_NAME], text[:LONGEST_TEXT])


def _seconds(hours: str | None, minutes: str, seconds: str, milliseconds: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(milliseconds) / 1000


def _plain(text: str) -> str:
    """Without tags, with its references read, without what can't be seen or turns the text around it."""
    bare = html.unescape(_TAG.sub("", text))
    kept = (
        sign if unicodedata.category(sign) not in ("Cc", "Cf", "Cs", "Co", "Cn") else " " for sign in bare
    )
    return " ".join("".join(kept).split())


def as_json(cues: list[Cue]) -> list[list[object]]:
    """As a column keeps them."""
    return [[cue.begins, cue.ends, cue.who, cue.text] for cue in cues]


def cues_of(file: RecordingFile) -> list[Cue]:
    """A transcript's lines; none while it was not read."""
    return [Cue(*row) for row in file.cues or []]


def transcribe_due(now: datetime) -> Counter[str]:
    """Read the transcripts that Zoom has ready; what came of it, counted."""
    outcomes: Counter[str] = Counter()
    for file in list(due(now).order_by("next_at", "pk")[:20]):
        if not breaker.may_call(silence.BREAKER, now):
            outcomes["silent"] += 1
            break
        fence = queue.claim(due(now), file, lease_now=clock.lease_now(), lease=LEASE)
        if fence is not None:
            file.fence, file.attempts = fence, file.attempts + 1
            outcomes[_transcribe(file, clock.now())] += 1
    return outcomes


def due(now: datetime) -> QuerySet[RecordingFile]:
    """Transcripts that are ready at Zoom and were not read."""
    return fetchable(now).filter(kind=Kind.TRANSCRIPT, cues__isnull=True)


def _transcribe(file: RecordingFile, now: datetime) -> str:
    rows = RecordingFile.objects.filter(pk=file.pk, fence=file.fence)
    try:
        cues = read_vtt(_whole(file, now))
    except (recorded.NoRecording, recorded.Unanswered, recorded.Cut, Unlike) as problem:
        wait = queue.back_off(file.attempts, first=60, cap=7200)
        why = getattr(problem, "reason", "") or str(problem) or type(problem).__name__
        rows.update(next_at=now + wait, lease_until=None, last_error_code=why[:80], last_error_at=now)
        return "put off"
    rows.update(cues=as_json(cues), lease_until=None, attempts=0, last_error_code="")
    return "transcribed"


def _whole(file: RecordingFile, now: datetime) -> bytes:
    assert file.recording.host is not None
    found = bytearray()
    with recorded.pieces(file.recording.host, source_of(file), now) as pieces:
        for piece in pieces:
            found += piece
            if len(found) > MOST_BYTES:
                raise Unlike("too_long")
    return bytes(found)
