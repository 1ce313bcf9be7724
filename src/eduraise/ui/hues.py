"""A program's hue: which of eight colours its code is written in."""

from zlib import crc32

HUES = 8


def hue_of(code: str) -> int:
    """1 to 8, always the same for the same code, in every process and on every machine.

    Python's own hash() is salted per process; a program must not change its colour with a restart.
    """
    return crc32(code.casefold().encode()) % HUES + 1
