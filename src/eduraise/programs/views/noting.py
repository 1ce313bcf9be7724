"""What lists of holidays say of the booked classes that fall on them; the rooms above know those."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from eduraise.accounts.models import User
from eduraise.core import hooks
from eduraise.programs.models import Holiday


def note_booked(holidays: Iterable[Holiday], reader: User, now: datetime) -> None:
    """Note at each of some holidays which booked classes of the reader's fall on it, as `booked`."""
    rows = list(holidays)
    found = hooks.booked_on_holidays.ask(holidays=rows, reader=reader, now=now) if rows else []
    by_uid = {one.holiday_uid: one for one in found}
    for holiday in rows:
        holiday.booked = by_uid.get(holiday.uid)
