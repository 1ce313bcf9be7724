"""The parts of a recording: where it was stopped and started again, each has its files and its own words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from eduraise.recordings.models import RecordingFile
from eduraise.recordings.transcripts import Cue, cues_of

MOST_CUES = 5000
CAPTIONS = "CC"


@dataclass(frozen=True)
class Part:
    """One of them. number: from 1; begins_at: None where Zoom told of no times; cues: what was said, in its
    own seconds; waits: Zoom has a transcript of it that was not read yet."""

    number: int
    begins_at: datetime | None
    cues: list[Cue]
    waits: bool


def starts_of(files: Iterable[RecordingFile]) -> list[datetime]:
    """When each part began, in order: by all that was filmed or heard, whether it is still there or not."""
    return sorted({file.begins_at for file in files if file.is_medium and file.begins_at})


def part_of(file: RecordingFile, starts: Sequence[datetime]) -> int:
    """Which part a file belongs to, from 1: that which began nearest."""
    begins_at = file.begins_at
    if begins_at is None or not starts:
        return 1
    return 1 + min(range(len(starts)), key=lambda place: abs(starts[place] - begins_at))


def parts_of(starts: Sequence[datetime], transcripts: Iterable[RecordingFile]) -> list[Part]:
    """All of them, each with what was said in it."""
    written: dict[int, list[RecordingFile]] = defaultdict(list)
    for file in transcripts:
        written[part_of(file, starts)].append(file)
    return [_part(number, at, written[number]) for number, at in enumerate(starts or [None], 1)]


def _part(number: int, begins_at: datetime | None, files: list[RecordingFile]) -> Part:
    read = [file for file in files if file.cues is not None]
    # captions are what was shown on the screen meanwhile, the transcript what was made of it afterwards
    best = min(read, key=lambda file: (file.file_type == CAPTIONS, file.pk), default=None)
    cues = cues_of(best)[:MOST_CUES] if best else []
    return Part(number, begins_at, cues, waits=bool(files) and best is None)
