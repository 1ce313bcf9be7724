"""What a timetable is made of is taken away and brought back: hours, holidays, topics."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.core.errors import Changed
from eduraise.programs.locking import lock_unarchived
from eduraise.programs.models import Holiday, Slot, SyllabusTopic

type Removable = Slot | Holiday | SyllabusTopic


@transaction.atomic
def remove_part(*, part: Removable, by: User, now: datetime) -> None:
    """Take an hour, a holiday or a topic out of the timetable. Classes that are booked stay as they are.

    Raises Changed if it was removed already, ProgramArchived.
    """
    _lock(part)
    if not type(part).objects.present().filter(pk=part.pk).update(removed_at=now):
        raise Changed(_("This was removed already."))
    _note("removed", part, by, now)


@transaction.atomic
def bring_back_part(*, part: Removable, by: User, now: datetime) -> None:
    """Undo a removal. Raises Changed if it is there already, or the same was added again; ProgramArchived."""
    _lock(part)
    gone = type(part).objects.filter(pk=part.pk, removed_at__isnull=False)
    try:
        with transaction.atomic():
            is_back = gone.update(removed_at=None)
    except IntegrityError:
        is_back = 0
    if not is_back:
        raise Changed(_("This is there already."))
    _note("brought_back", part, by, now)


def _lock(part: Removable) -> None:
    if part.program is not None:
        lock_unarchived(part.program)


def _note(verb: str, part: Removable, by: User, now: datetime) -> None:
    kinds: dict[type[Removable], str] = {Slot: "slot", Holiday: "holiday", SyllabusTopic: "topic"}
    audit.record(
        f"{kinds[type(part)]}.{verb}",
        by=by,
        thing=part,
        at=now,
        program_uid=part.program.uid if part.program else None,
        before={"title": str(part)},
    )
