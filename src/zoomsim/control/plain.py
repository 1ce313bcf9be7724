"""Records as JSON shows them."""

from dataclasses import asdict
from datetime import datetime
from typing import Any


def plain(row: Any) -> dict[str, Any]:
    """A record's fields; instants as ISO 8601 text."""
    fields = asdict(row).items()
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in fields}
