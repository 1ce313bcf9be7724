"""What somebody wants a class to be, before it is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from eduraise.accounts.models import User
from eduraise.programs.models import Program


@dataclass(frozen=True, kw_only=True)
class ClassDraft:
    """One class as wanted.

    starts_at: aware, an instant; zone: whose clocks were meant, kept with the wall time there. duration:
    whole minutes. chosen: settings that the program leaves open; reason: why at short notice. despite: see
    `being_there.require_there`.
    """

    program: Program
    teacher: User
    topic: str
    starts_at: datetime
    duration: timedelta
    zone: str
    description: str = ""
    chosen: Mapping[str, Any] = field(default_factory=dict)
    reason: str = ""
    despite: str | None = None

    @property
    def ends_at(self) -> datetime:
        """When it would end."""
        return self.starts_at + self.duration

    def content(self) -> dict[str, str]:
        """All of it as text: the same for the same form sent again."""
        return {
            "program": str(self.program.uid),
            "teacher": str(self.teacher.uid),
            "topic": self.topic,
            "starts_at": self.starts_at.isoformat(),
            "duration": str(self.duration),
            "zone": self.zone,
            "description": self.description,
            "chosen": repr(sorted(self.chosen.items())),
            "reason": self.reason,
        }
