"""What Zoom's lists say of a sitting, kept: each answer whole, beside those before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from eduraise.attendance import registers
from eduraise.attendance.enums import IdentityKind, Room, Source
from eduraise.attendance.keys import clean, digest, phone_form, plain_key, value_key
from eduraise.attendance.models import Interval, Participant, Reading, Register
from eduraise.zoom.held import Row
from eduraise.zoom.models import ZoomInstance

# Shorter than that, a stay may come to no whole second
_COUNTED = timedelta(seconds=5)
_OF_A_PERSON = ("name", "named_at", "email", "zoom_user_id", "zoom_registrant_id", "is_phone", "phone_key")


@transaction.atomic
def keep(sitting: ZoomInstance, source: Source, rows: Sequence[Row], now: datetime) -> Reading:
    """Keep one answer; if it says what the one before said, note only that it still does.

    The register of its class is behind where it says something else.
    """
    ZoomInstance.objects.select_for_update(no_key=True).get(pk=sitting.pk)
    before = Reading.objects.filter(instance=sitting, source=source).order_by("read_at", "pk").last()
    is_complete = bool(rows) and _is_counted(rows)
    said = _digest(rows)
    if before is not None and (before.digest, before.is_complete) == (said, is_complete):
        before.seen_at = max(before.seen_at, now)
        before.save(update_fields=["seen_at"])
        return before
    reading = Reading.objects.create(
        instance=sitting,
        source=source,
        read_at=now,
        seen_at=now,
        rows=len(rows),
        digest=said,
        is_complete=is_complete,
    )
    if is_complete:
        people = _participants(sitting, source, rows)
        Interval.objects.bulk_create(_intervals(rows, people, reading), ignore_conflicts=True)
        registers.mark_behind(Register.objects.filter(session__uid__in=_held_for(sitting)))
    return reading


def _held_for(sitting: ZoomInstance) -> list[UUID]:
    return [sitting.occurrence.held_for] if sitting.occurrence is not None else []


def _is_counted(rows: Iterable[Row]) -> bool:
    """Zoom tells of stays before it has worked them out, each with a duration of 0
    (https://developers.zoom.us/docs/api/meetings/#tag/reports, read 2026-11-23)."""
    lasted = [row for row in rows if row.left_at is not None and row.left_at - row.joined_at > _COUNTED]
    return not lasted or any(row.seconds != 0 for row in lasted)


def _digest(rows: Iterable[Row]) -> str:
    told = sorted(
        json.dumps(
            [
                row.stay,
                row.name,
                row.email,
                row.zoom_user_id,
                row.zoom_registrant_id,
                row.joined_at.isoformat(),
                row.left_at.isoformat() if row.left_at else None,
                row.has_waited,
                row.breakout,
            ]
        )
        for row in rows
    )
    return hashlib.sha256("\n".join(told).encode("utf-8", "replace")).hexdigest()


def key_of(row: Row) -> str:
    """Who somebody is within a list: whoever is certain to be one, else each stay by itself, because two
    people may have one name."""
    if row.zoom_registrant_id:
        return f"r:{plain_key(row.zoom_registrant_id)}"[:100]
    if row.zoom_user_id:
        return f"z:{plain_key(row.zoom_user_id)}"[:100]
    if row.stay:
        return f"s:{plain_key(row.stay)}"[:100]
    return f"n:{digest(row.name, row.email, row.joined_at.isoformat()).hex()}"


def _participants(sitting: ZoomInstance, source: Source, rows: Sequence[Row]) -> dict[str, Participant]:
    """The rows of all who are told of; what an earlier answer said is replaced, who they are stays."""
    told: dict[str, Participant] = {}
    for row in sorted(rows, key=lambda row: row.joined_at):
        one = _participant(sitting, source, row)
        first = told.setdefault(one.key, one)
        first.email = first.email or one.email
        first.name = first.name or one.name
    Participant.objects.bulk_create(
        told.values(),
        update_conflicts=True,
        unique_fields=["instance", "source", "key"],
        update_fields=list(_OF_A_PERSON),
    )
    found = Participant.objects.filter(instance=sitting, source=source, key__in=told)
    return {one.key: one for one in found}


def _participant(sitting: ZoomInstance, source: Source, row: Row) -> Participant:
    number = phone_form(row.name)
    return Participant(
        instance=sitting,
        source=source,
        key=key_of(row),
        name=clean(row.name, 200),
        named_at=row.joined_at,
        email=clean(row.email, 254),
        zoom_user_id=plain_key(row.zoom_user_id)[:64],
        zoom_registrant_id=plain_key(row.zoom_registrant_id)[:64],
        is_phone=bool(number),
        phone_key=value_key(IdentityKind.PHONE, number) if number else "",
    )


def _intervals(rows: Iterable[Row], people: dict[str, Participant], reading: Reading) -> list[Interval]:
    return [
        Interval(
            participant=people[key_of(row)],
            reading=reading,
            # of each answer its own: the newest one counts whole
            fact_key=digest(reading.pk, number),
            room=_room(row),
            join_key=plain_key(row.stay),
            joined_at=row.joined_at,
            left_at=row.left_at,
            held_on=row.joined_at.date(),
        )
        for number, row in enumerate(rows)
    ]


def _room(row: Row) -> Room:
    if row.has_waited:
        return Room.WAITING
    return Room.BREAKOUT if row.breakout else Room.MAIN
