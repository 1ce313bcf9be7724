"""Registers and grids as tables to take along: CSV and XLSX, row by row. Instants by the program's clocks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.attendance import records
from eduraise.attendance.apart import label_of, told_apart
from eduraise.attendance.correcting import minutes_of
from eduraise.attendance.enums import RegisterState, Status
from eduraise.attendance.models import Register
from eduraise.classes.lessons import name_lessons
from eduraise.core import audit
from eduraise.core.spreadsheets import table_lines
from eduraise.core.workbooks import CONTENT_TYPE, write_workbook
from eduraise.programs.models import Program
from eduraise.ui import times

#: Students whose rows are read at once
AT_ONCE = 100
FORMATS = {"csv": "text/csv; charset=utf-8", "xlsx": CONTENT_TYPE}


@dataclass(frozen=True)
class File:
    """A file that is sent part by part."""

    name: str
    content_type: str
    parts: Iterator[bytes]


def export_register(*, register: Register, form: str, by: User, now: datetime) -> File:
    """A class's register as a file; that it was taken is in the audit log. form: "csv" or "xlsx"."""
    session = register.session
    name_lessons([session], now)
    audit.record(
        "attendance.exported",
        by=by,
        thing=register,
        at=now,
        program_uid=session.program.uid,
        after={"form": form, "of": "class"},
    )
    name = f"{session.code}-{_date(session.starts_at, session.program)}"
    return _file(name, session.title, form, register_rows(register, by))


def export_grid(*, program: Program, form: str, by: User, now: datetime) -> File:
    """A program's grid of all students and classes as a file; that it was taken is in the audit log."""
    audit.record(
        "attendance.exported",
        by=by,
        thing=program,
        at=now,
        program_uid=program.uid,
        after={"form": form, "of": "program"},
    )
    return _file(f"{program.code}-attendance", program.title, form, grid_rows(program, by, now))


def _file(name: str, title: str, form: str, rows: Iterator[Sequence[object]]) -> File:
    parts = write_workbook(rows, title=title) if form == "xlsx" else table_lines(rows)
    return File(f"{name}.{form}", FORMATS[form], parts)


def register_rows(register: Register, by: User) -> Iterator[Sequence[object]]:
    """The heading, then a row for each mark."""
    zone = ZoneInfo(register.session.program.zone)
    yield (
        _("Student"),
        _("Mark"),
        _("Minutes"),
        _("Of minutes"),
        _("First in"),
        _("Last out"),
        _("Estimated"),
        _("By the rule"),
        _("Set by"),
        _("Reason"),
        _("Register"),
    )
    state = str(RegisterState(register.state).label)
    marks = records.marks_of(register)
    apart = told_apart((mark.student for mark in marks), sees_contact=by.is_admin)
    for mark in marks:
        yield (
            label_of(mark.student, apart),
            _label(mark.status),
            minutes_of(mark),
            mark.terms.get("most", register.session.minutes),
            _time(mark.first_in_at, zone),
            _time(mark.last_out_at, zone),
            _("yes") if mark.is_estimate else "",
            _label(mark.rule_status),
            mark.hand_by.name if mark.hand_by else "",
            mark.hand_why,
            state,
        )


def grid_rows(program: Program, by: User, now: datetime) -> Iterator[Sequence[object]]:
    """The heading, then a row for each student; so many are read at once that memory stays small."""
    columns = list(records.columns_of(program))[::-1]
    name_lessons([one.session for one in columns], now)
    zone = ZoneInfo(program.zone)
    totals = [
        _("Attendance %"),
        _("Counted"),
        *(str(status.label) for status in Status),
        _("Minutes"),
        _("In brackets: not final, or not held"),
        _("With *: set by hand"),
    ]
    yield [
        _("Student"),
        *(f"{_time(one.session.starts_at, zone)} {one.session.title}" for one in columns),
        *totals,
    ]
    people = list(records.students_of(program, now))
    apart = told_apart(people, sees_contact=by.is_admin)
    for first in range(0, len(people), AT_ONCE):
        for row in records.rows_of(program, people[first : first + AT_ONCE], columns, apart):
            yield _grid_row(row)


def _grid_row(row: records.Row) -> list[object]:
    marks = ["" if cell is None else _cell(cell) for cell in row.cells]
    totals = row.totals
    numbers = [totals.numbers[status] for status in Status.values]
    more = [totals.minutes, totals.uncounted, totals.by_hand]
    return [row.label, *marks, totals.percent, totals.counted, *numbers, *more]


def _cell(cell: records.Cell) -> str:
    """A mark as the grid has it: in brackets where it doesn't count, with an asterisk if somebody set it."""
    label = _label(cell.status)
    if label and not cell.counts:
        label = f"({label})"
    return f"{label}*" if cell.is_by_hand else label


def _label(status: str) -> str:
    return str(Status(status).label) if status else ""


def _time(at: datetime | None, zone: ZoneInfo) -> str:
    if at is None:
        return ""
    local = at.astimezone(zone)
    written = f"{local:%Y-%m-%d %H:%M}"
    return times.with_offset(written, local) if times.comes_twice(local) else written


def _date(at: datetime, program: Program) -> str:
    return f"{at.astimezone(ZoneInfo(program.zone)):%Y-%m-%d}"
