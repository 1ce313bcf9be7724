"""The line at the foot of the board: doors, start, end, and where now stands between them."""

from dataclasses import dataclass
from datetime import datetime

#: Doors to start always take the first fifth, so that three labels stand fast under their ticks.
DOORS_SHARE = 20.0


@dataclass(frozen=True)
class BoardLine:
    """Positions in per cent of the line's width; ``now`` is None outside doors to end."""

    doors_at: datetime
    starts_at: datetime
    ends_at: datetime
    start: float
    open: float
    now: str | None


def board_line(doors_at: datetime, starts_at: datetime, ends_at: datetime, now: datetime) -> BoardLine:
    """Where things stand on the line at ``now``."""
    return BoardLine(
        doors_at,
        starts_at,
        ends_at,
        DOORS_SHARE,
        100 - DOORS_SHARE,
        _place(doors_at, starts_at, ends_at, now),
    )


def _place(doors_at: datetime, starts_at: datetime, ends_at: datetime, now: datetime) -> str | None:
    if not doors_at <= now <= ends_at:
        return None
    if now < starts_at:
        share = DOORS_SHARE * _part(doors_at, starts_at, now)
    else:
        share = DOORS_SHARE + (100 - DOORS_SHARE) * _part(starts_at, ends_at, now)
    return f"{share:.1f}"


def _part(start: datetime, end: datetime, now: datetime) -> float:
    return (now - start) / (end - start) if end > start else 1.0
