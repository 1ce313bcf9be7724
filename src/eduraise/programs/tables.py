"""Tables of people as they come out of spreadsheets: bytes or pasted text in, lines out.

Knows no database: whether a line can be done is asked elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from eduraise.core.spreadsheets import Likeness, Row, TableUnreadable, key_of, read_grid

MOST_LINES = 2000

FIELDS = ("name", "email", "role", "program")
_ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;]+")
_TITLES = {
    "name": ("name", "full name", "fullname", "display name"),
    "first": ("first name", "firstname", "given name"),
    "last": ("last name", "lastname", "surname", "family name"),
    "email": ("e-mail", "email", "mail", "e-mail address", "email address"),
    "role": ("role",),
    "program": ("program", "programme", "program code", "programme code", "code", "course", "course code"),
}
#: Columns of our own list of bad lines, which comes back corrected.
_OURS = ("line", "reason")


@dataclass(frozen=True)
class Line:
    """One line as it was written. number: its place in the file, from 1. broken: why it can't be read."""

    number: int
    name: str = ""
    email: str = ""
    role: str = ""
    program: str = ""
    broken: str = ""

    @property
    def raw(self) -> dict[str, str]:
        """Its cells by name."""
        return {field: getattr(self, field) for field in FIELDS}


@dataclass(frozen=True)
class Table:
    """The lines of a table; in which encoding it came ("" for pasted text); titles of unused columns."""

    lines: tuple[Line, ...]
    encoding: str = ""
    unused: tuple[str, ...] = ()


def read_table(content: bytes | str) -> Table:
    """Read a table of people: name, e-mail, role, program code, parted by commas, semicolons or tabs.

    A heading may put the columns in any order. bytes: UTF-8, UTF-16 or, where it is neither, Windows-1252.
    Raises TableUnreadable (codes `table_*`).
    """
    grid = read_grid(content, _PEOPLE, most_lines=MOST_LINES)
    rows = grid.rows
    columns, unused = _heading(rows[0].cells) if rows else (None, ())
    width = len(FIELDS)
    if columns is not None:
        width, rows = len(rows[0].cells), rows[1:]
    _require_lines(len(rows))
    by_column = dict(enumerate(FIELDS)) if columns is None else columns
    return Table(tuple(_line(row, by_column, width) for row in rows), grid.encoding, unused)


def _require_lines(count: int) -> None:
    if not count:
        raise TableUnreadable(_("There is no line with a person in it."), code="table_empty")
    if count > MOST_LINES:
        raise TableUnreadable(
            _("These are more than %(most)d lines. Bring them in parts.") % {"most": MOST_LINES},
            code="table_too_long",
        )


def _looks_like_one(cells: Sequence[str]) -> bool:
    return any(_ADDRESS.fullmatch(cell) for cell in cells) or _is_heading(cells)


# From rows to lines


def _heading(cells: Sequence[str]) -> tuple[dict[int, str] | None, tuple[str, ...]]:
    """Which column holds what, if this row is a heading, and the titles of columns that hold nothing of ours.

    Raises TableUnreadable if it is one, but names no e-mail, or names something twice.
    """
    if not _is_heading(cells):
        return None, ()
    titles = _titles()
    found = {index: titles[key] for index, cell in enumerate(cells) if (key := key_of(cell)) in titles}
    named = list(found.values())
    twice = sorted(field for field in set(named) if named.count(field) > 1)
    if twice:
        index = [index for index, field in found.items() if field == twice[0]][1]
        raise TableUnreadable(
            _("Two columns hold the same: “%(title)s” is one of them. Remove one or rename it.")
            % {"title": cells[index]},
            code="table_column_twice",
        )
    if "email" not in named:
        raise TableUnreadable(
            _("No column is called E-mail. Name the columns Name, E-mail, Role and Program."),
            code="table_column_missing",
        )
    unused = [cell for index, cell in enumerate(cells) if index not in found and cell]
    return found, tuple(title[:60] for title in unused if key_of(title) not in _OURS)


def _is_heading(cells: Sequence[str]) -> bool:
    titles = _titles()
    return sum(key_of(cell) in titles for cell in cells) >= 2 and not any("@" in cell for cell in cells)


def _titles() -> dict[str, str]:
    """What a column may be called, in English and in the reader's language, and what it then holds."""
    own = {"name": _("Name"), "email": _("E-mail"), "role": _("Role"), "program": _("Program")}
    english = {title: field for field, titles in _TITLES.items() for title in titles}
    return english | {key_of(title): field for field, title in own.items()}


def _line(row: Row, by_column: dict[int, str], width: int) -> Line:
    """A row by its columns; what stands beyond the last is kept beside the program, and breaks the line."""
    if row.broken:
        return Line(row.number, name=row.cells[0], broken=row.broken)
    cells = {field: row.cells[index] for index, field in by_column.items() if index < len(row.cells)}
    name = cells.get("name") or f"{cells.get('first', '')} {cells.get('last', '')}".strip()
    program = cells.get("program", "")
    beyond = [cell for cell in row.cells[width:] if cell]
    return Line(
        row.number,
        name=name,
        email=cells.get("email", ""),
        role=cells.get("role", ""),
        program=", ".join([program, *beyond]) if beyond else program,
        broken="columns_too_many" if beyond else "",
    )


# nobody's own address stands within a cell of several lines
_PEOPLE = Likeness(is_row=_looks_like_one, has_swallowed=lambda cell: "@" in cell)
