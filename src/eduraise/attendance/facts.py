"""Facts of presence as Zoom's events tell them: kept once, whatever comes how often and in which order.

A fact is one end of a stay. Nothing is paired or weighed here; that is done whenever a register is folded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from eduraise.attendance import registers
from eduraise.attendance.enums import IdentityKind, Room, Source
from eduraise.attendance.keys import clean, digest, phone_form, plain_key, value_key
from eduraise.attendance.models import Interval, Participant
from eduraise.zoom.models import ZoomInstance

_OF_A_PERSON = ("name", "named_at", "email", "zoom_user_id", "zoom_registrant_id", "is_phone", "phone_key")


@dataclass(frozen=True)
class Fact:
    """Somebody came somewhere, or went. All texts as Zoom gives them, "" where it gives none.

    key: who, within the sitting; stay: what the coming and the going of one stay have in common.
    """

    key: str
    room: Room
    stay: str
    at: datetime
    comes: bool
    name: str = ""
    email: str = ""
    zoom_user_id: str = ""
    zoom_registrant_id: str = ""
    phone: str = ""


def keep(told: Sequence[tuple[ZoomInstance, Sequence[Fact]]]) -> int:
    """Keep what events tell of sittings, and mark the registers of their classes as behind; how many facts
    were new. Within a transaction that holds the sittings. Constant queries, however many facts.

    A sitting without a class keeps its facts too: it may be given one later.
    """
    if not told:
        return 0
    participants, before, changed = _participants(told)
    rows = _intervals(told, participants)
    known = _known(rows, before)
    new = [row for key, row in rows.items() if key not in known]
    Interval.objects.bulk_create(new, ignore_conflicts=True)
    if new or changed:
        placed = {sitting.occurrence_id for sitting, _facts in told} - {None}
        registers.note_sittings(occurrence_ids=[pk for pk in placed if pk is not None])
    return len(new)


def _known(rows: Iterable[tuple[int, bytes]], before: set[int]) -> set[tuple[int, bytes]]:
    """Which of these facts were told before; of who is new here none was."""
    asked = [(pk, key) for pk, key in rows if pk in before]
    if not asked:
        return set()
    found = Interval.objects.filter(
        participant__in={pk for pk, _key in asked}, fact_key__in=[key for _pk, key in asked]
    )
    return {(pk, bytes(key)) for pk, key in found.values_list("participant", "fact_key")}


def _participants(
    told: Sequence[tuple[ZoomInstance, Sequence[Fact]]],
) -> tuple[dict[tuple[int, str], Participant], set[int], bool]:
    """The rows of all who are told of, as they are known by now, which were there before, and whether one of
    those says more."""
    keys = {plain_key(fact.key) for _sitting, facts in told for fact in facts}
    rows = {
        (row.instance_id, row.key): row
        for row in Participant.objects.filter(
            instance__in=[sitting.pk for sitting, _facts in told], source=Source.WEBHOOK, key__in=keys
        )
    }
    before, new, changed = {row.pk for row in rows.values()}, [], {}
    for sitting, facts in told:
        for fact in facts:
            at = (sitting.pk, plain_key(fact.key))
            row = rows.get(at)
            if row is None:
                row = rows[at] = Participant(instance=sitting, source=Source.WEBHOOK, key=at[1])
                new.append(row)
            if _learn(row, fact) and row.pk:
                changed[row.pk] = row
    Participant.objects.bulk_create(new)
    if changed:
        Participant.objects.bulk_update(changed.values(), _OF_A_PERSON)
    return rows, before, bool(changed)


def _learn(row: Participant, fact: Fact) -> bool:
    """Take in what a fact says of a person, so that the same comes of any order; whether it was more."""
    before = [getattr(row, name) for name in _OF_A_PERSON]
    name = clean(fact.name, 200)
    if name and (row.named_at is None or (fact.at, name) < (row.named_at, row.name)):
        row.name, row.named_at = name, fact.at
    row.email = _one_of(row.email, clean(fact.email, 254))
    row.zoom_user_id = _one_of(row.zoom_user_id, plain_key(fact.zoom_user_id)[:64])
    row.zoom_registrant_id = _one_of(row.zoom_registrant_id, plain_key(fact.zoom_registrant_id)[:64])
    number = phone_form(fact.phone) or phone_form(fact.name)
    row.is_phone = row.is_phone or bool(number or fact.phone)
    row.phone_key = _one_of(row.phone_key, value_key(IdentityKind.PHONE, number) if number else "")
    return before != [getattr(row, name) for name in _OF_A_PERSON]


def _one_of(held: str, told: str) -> str:
    """Of two that differ, the same one whichever came first."""
    return min(filter(None, (held, told)), default="")


def _intervals(
    told: Iterable[tuple[ZoomInstance, Sequence[Fact]]], participants: dict[tuple[int, str], Participant]
) -> dict[tuple[int, bytes], Interval]:
    rows = {}
    for sitting, facts in told:
        for fact in facts:
            participant = participants[sitting.pk, plain_key(fact.key)]
            stay = plain_key(fact.stay)
            key = digest(fact.room, stay, "in" if fact.comes else "out", int(fact.at.timestamp()))
            rows[participant.pk, key] = Interval(
                participant=participant,
                fact_key=key,
                room=fact.room,
                join_key=stay,
                joined_at=fact.at if fact.comes else None,
                left_at=None if fact.comes else fact.at,
                held_on=fact.at.date(),
            )
    return rows
