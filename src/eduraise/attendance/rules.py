"""The rules by which a program's marks are made."""

from __future__ import annotations

from eduraise.attendance.marking import Rules
from eduraise.attendance.models import AttendanceRules
from eduraise.programs.models import Program

FIELDS = tuple(Rules.__slots__)


def rules_of(program: Program) -> Rules:
    """The program's rules, or the defaults where it has none of its own. One query, none where they were
    read with the program (`select_related("attendance_rules")`)."""
    try:
        return as_rules(program.attendance_rules)
    except AttendanceRules.DoesNotExist:
        return Rules()


def as_rules(row: AttendanceRules) -> Rules:
    """The same as plain values."""
    return Rules(**{name: getattr(row, name) for name in FIELDS})
