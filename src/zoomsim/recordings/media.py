"""What is in the files of a recording: small, the same for the same file, and of the kind that they claim."""

import hashlib
import json
import struct

_SIZES = {"MP4": 48_000, "M4A": 12_000}
_BRANDS = {"MP4": b"isom", "M4A": b"M4A "}
_TYPES = {
    "MP4": "video/mp4",
    "M4A": "audio/mp4",
    "VTT": "text/vtt;charset=UTF-8",
    "JSON": "application/json;charset=UTF-8",
}


def content(key: str, extension: str) -> bytes:
    """The bytes of a file."""
    if extension == "VTT":
        return b"WEBVTT\r\n\r\n1\r\n00:00:01.000 --> 00:00:04.000\r\nTeacher: Welcome to the lesson.\r\n"
    if extension == "JSON":
        return json.dumps({"timeline": []}).encode()
    noise = hashlib.shake_256(key.encode()).digest(_SIZES[extension])
    return _box(b"ftyp", _BRANDS[extension] + struct.pack(">I", 512) + b"isommp42") + _box(b"mdat", noise)


def content_type(extension: str) -> str:
    return _TYPES[extension]


def _box(name: bytes, body: bytes) -> bytes:
    """A box of the MPEG-4 container: its length, its name, its content."""
    return struct.pack(">I", len(body) + 8) + name + body
