"""The weekly hours of a program: added, changed. Classes that are booked stay as they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any, Self
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.core.errors import Changed, DomainError
from eduraise.programs.actions import differing
from eduraise.programs.expanding import on_or_after
from eduraise.programs.locking import lock_seen, lock_unarchived
from eduraise.programs.models import Assignment, Program, Slot

MOST_SLOTS = 100


class UnfitSlot(DomainError):
    """The hour can't stand in the timetable."""

    code = "unfit_slot"


@dataclass(frozen=True)
class SlotDraft:
    """An hour of the week as it is typed. anchor_on: a day from which its weeks are counted; None: the first
    on which it can be held."""

    weekday: int
    local_start: time
    minutes: int
    every_weeks: int = 1
    anchor_on: date | None = None
    teacher: User | None = None
    from_on: date | None = None
    until_on: date | None = None

    @classmethod
    def of(cls, slot: Slot) -> Self:
        """A slot as it stands."""
        return cls(**{one.name: getattr(slot, one.name) for one in fields(cls)})

    def values(self, program: Program, now: datetime) -> dict[str, Any]:
        """What to keep: its weeks are counted from the first of its weekdays from the anchor on."""
        today = now.astimezone(ZoneInfo(program.zone)).date()
        typed = self.anchor_on if self.every_weeks > 1 else None
        counted_from = typed or self.from_on or program.starts_on or today
        kept = {one.name: getattr(self, one.name) for one in fields(self)}
        return kept | {"anchor_on": on_or_after(counted_from, self.weekday)}

    def unsaved(self, program: Program, now: datetime) -> Slot:
        """The slot that it would be, to be looked at."""
        return Slot(program=program, created_at=now, **self.values(program, now))


@transaction.atomic
def add_slots(*, program: Program, drafts: Sequence[SlotDraft], by: User, now: datetime) -> list[Slot]:
    """Put hours of the week into a program's timetable, all or none.

    Raises ProgramArchived, UnfitSlot (codes unfit_slot, slot_twice, slots_full, not_assigned).
    """
    program = lock_unarchived(program)
    if Slot.objects.present().filter(program=program).count() + len(drafts) > MOST_SLOTS:
        raise UnfitSlot(
            _("A timetable has %(most)d hours of the week at most.") % {"most": MOST_SLOTS}, code="slots_full"
        )
    made = [draft.unsaved(program, now) for draft in drafts]
    for slot in made:
        _require_teacher(slot, now)
        _require_once(slot)
        slot.save()
    audit.record_all("slot.added", by=by, at=now, things=made, program_uid=program.uid)
    return made


@transaction.atomic
def change_slot(*, slot: Slot, draft: SlotDraft, seen_version: int, by: User, now: datetime) -> Slot:
    """Change an hour of the week. seen_version: what the person saw.

    Raises ProgramArchived, UnfitSlot, Changed if it was removed, ChangedMeanwhile.
    """
    program = lock_unarchived(slot.program)
    current = lock_seen(Slot.objects.filter(program=program), slot.pk, seen_version)
    if current.removed_at is not None:
        raise Changed(_("This hour was removed meanwhile."))
    values = draft.values(program, now)
    before, after = differing(current, values)
    if not after:
        return current
    is_other_teacher = draft.teacher is not None and draft.teacher.pk != current.teacher_id
    for name, value in (values | {"version": seen_version + 1}).items():
        setattr(current, name, value)
    if is_other_teacher:
        _require_teacher(current, now)
    _require_once(current)
    current.save()
    audit.record(
        "slot.changed", by=by, thing=current, at=now, program_uid=program.uid, before=before, after=after
    )
    return current


def _require_teacher(slot: Slot, now: datetime) -> None:
    """Who is put down to teach must be on the program at present."""
    if slot.teacher is None:
        return
    here = Assignment.objects.active(now).filter(program=slot.program_id, only_for__isnull=True)
    if not here.filter(person=slot.teacher, person__is_active=True).exists():
        raise UnfitSlot(
            _("%(name)s does not teach in this program. Assign her first.") % {"name": slot.teacher.name},
            field="teacher",
            code="not_assigned",
        )


def _require_once(slot: Slot) -> None:
    same = ("program", "weekday", "local_start", "teacher", "every_weeks", "anchor_on", "from_on", "until_on")
    there = Slot.objects.present().filter(**_equal(slot, same)).exclude(pk=slot.pk)
    if there.exists():
        words = {"day": slot.get_weekday_display(), "time": f"{slot.local_start:%H:%M}"}
        raise UnfitSlot(
            _("%(day)s %(time)s is in the timetable already.") % words,
            field="local_start",
            code="slot_twice",
        )


def _equal(slot: Slot, names: Sequence[str]) -> dict[str, Any]:
    values = {name: getattr(slot, name) for name in names}
    return {
        (f"{name}__isnull" if value is None else name): value is None or value
        for name, value in values.items()
    }
