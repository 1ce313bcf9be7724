"""What is in the files of a recording: a lesson of ninety seconds that plays, the same for the same file."""

import hashlib
import json
import struct
from functools import lru_cache
from pathlib import Path

_LESSONS = {"MP4": "lesson.mp4", "M4A": "lesson.m4a"}
_TYPES = {
    "MP4": "video/mp4",
    "M4A": "audio/mp4",
    "VTT": "text/vtt;charset=UTF-8",
    "TXT": "text/plain;charset=UTF-8",
    "JSON": "application/json;charset=UTF-8",
}
_SAID = (
    (1, 4, "Teacher", "Welcome to the lesson."),
    (5, 14, "Teacher", "Today we complete the square. Have pen and paper ready."),
    (16, 24, "Student", "Is that the formula with b over two?"),
    (25, 41, "Teacher", "Yes: half of b, squared, is added on both sides."),
    (45, 62, "Teacher", "Let us try it with x squared plus six x plus five."),
    (70, 88, "Student", "Then it is x plus three, squared, minus four."),
)


def content(key: str, extension: str, padding: int = 0) -> bytes:
    """The bytes of a file. padding: how many more of them stand between its sound and pictures and their
    index, so that who plays it must read it in parts."""
    if extension == "VTT":
        return _transcript()
    if extension == "JSON":
        return json.dumps({"timeline": []}).encode()
    head, index = _lesson(extension)
    noise = hashlib.shake_256(key.encode()).digest(16) + bytes(padding)
    return head + _box(b"free", noise) + index


def content_type(extension: str) -> str:
    return _TYPES[extension]


@lru_cache(maxsize=2)
def _lesson(extension: str) -> tuple[bytes, bytes]:
    """The lesson before its index, and the index, which stands last."""
    lesson = (Path(__file__).parent / _LESSONS[extension]).read_bytes()
    begins = lesson.rindex(b"moov") - 4
    return lesson[:begins], lesson[begins:]


def _transcript() -> bytes:
    cues = [
        f"{number}\r\n{_time(begins)} --> {_time(ends)}\r\n{who}: {words}\r\n"
        for number, (begins, ends, who, words) in enumerate(_SAID, 1)
    ]
    return ("WEBVTT\r\n\r\n" + "\r\n".join(cues)).encode()


def _time(seconds: int) -> str:
    return f"00:{seconds // 60:02d}:{seconds % 60:02d}.000"


def _box(name: bytes, body: bytes) -> bytes:
    """A box of the MPEG-4 container: its length, its name, its content."""
    return struct.pack(">I", len(body) + 8) + name + body
