"""A person's own language and zone, for whatever is written for her outside her own requests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol
from zoneinfo import ZoneInfo

from django.utils import timezone, translation


class Reader(Protocol):
    """Somebody who reads: a language code and the name of a zone."""

    language: str
    zone: str


def named_zone(name: str) -> ZoneInfo:
    """The zone of this name; UTC where there is none any more (zones are renamed and merged)."""
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return ZoneInfo("UTC")


def zone_of(reader: Reader) -> ZoneInfo:
    """The reader's zone."""
    return named_zone(reader.zone)


@contextmanager
def as_read_by(reader: Reader) -> Iterator[None]:
    """Write in this reader's language and zone within the block."""
    with translation.override(reader.language), timezone.override(zone_of(reader)):
        yield
