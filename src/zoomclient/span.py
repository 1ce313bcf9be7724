"""Days from one to another, of which Zoom's lists of what was take a month at most."""

from datetime import date, timedelta


def span(from_on: date, to_on: date) -> dict[str, str]:
    """Both days, which are included, as parameters. Raises ValueError for more than a month or a span turned
    round: Zoom would leave some out.
    """
    if not from_on <= to_on <= month_after(from_on):
        raise ValueError("Zoom lists what was in at most one month, from its first day on.")
    return {"from": from_on.isoformat(), "to": to_on.isoformat()}


def month_after(day: date) -> date:
    """The same day of the next month, or that month's last one."""
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = (first + timedelta(days=32)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
