"""Tables of people as they come out of spreadsheets: bytes or pasted text in, lines out.

Knows no database: whether a line can be done is asked elsewhere.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from eduraise.core.errors import DomainError

MOST_BYTES = 1024 * 1024
MOST_LINES = 2000
#: A cell may hold line breaks, but one quotation mark that is never closed must not eat the table.
MOST_LINES_OF_A_CELL = 10

FIELDS = ("name", "email", "role", "program")
DELIMITERS = ("\t", ";", ",")
#: Cells that begin so are formulas to a spreadsheet, full-width forms too.
FORMULA = tuple("=+-@\t\r＝＋－＠")
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060"
_ADDRESS = re.compile(r"[^@\s,;]+@[^@\s,;]+")
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
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


class TableUnreadable(DomainError):
    """A table of which no line can be read, with what would be right."""

    code = "table_unreadable"


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
class Row:
    """Cells of one line. broken: why they could not be parted; then the one cell is the whole line."""

    number: int
    cells: tuple[str, ...]
    broken: str = ""


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
    _require_size(content)
    text, encoding = _decode(content) if isinstance(content, bytes) else (content, "")
    if "\0" in text:
        raise _not_text()
    physical = re.split(r"\r\n|\n|\r", text.lstrip("\ufeff"))
    delimiter, start = _delimiter(physical)
    rows = list(islice(_rows(physical, delimiter, start), MOST_LINES + 2))
    columns, unused = _heading(rows[0].cells) if rows else (None, ())
    width = len(FIELDS)
    if columns is not None:
        width, rows = len(rows[0].cells), rows[1:]
    _require_lines(len(rows))
    by_column = dict(enumerate(FIELDS)) if columns is None else columns
    return Table(tuple(_line(row, by_column, width) for row in rows), encoding, unused)


def write_table(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV that spreadsheets open without running anything: UTF-8 with its mark, formulas quoted."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([_unformula(str(cell)) for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def _require_lines(count: int) -> None:
    if not count:
        raise TableUnreadable(_("There is no line with a person in it."), code="table_empty")
    if count > MOST_LINES:
        raise TableUnreadable(
            _("These are more than %(most)d lines. Bring them in parts.") % {"most": MOST_LINES},
            code="table_too_long",
        )


def _require_size(content: bytes | str) -> None:
    size = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise TableUnreadable(
            _("This is larger than 1 MB. Bring it in parts of at most %(most)d lines.")
            % {"most": MOST_LINES},
            code="table_too_big",
        )


# From bytes to text


def _decode(content: bytes) -> tuple[str, str]:
    if content.startswith(_WORKBOOKS):
        raise TableUnreadable(
            _("This is a workbook. In your spreadsheet, choose Save as and CSV, and bring that file."),
            code="table_is_workbook",
        )
    encoding = _encoding(content)
    try:
        return content.decode(encoding), encoding
    except UnicodeDecodeError:
        if encoding != "utf-8-sig":
            raise _not_text() from None
    try:
        return content.decode("cp1252"), "cp1252"
    except UnicodeDecodeError:
        raise _not_text() from None


def _encoding(content: bytes) -> str:
    """By the mark in front; without one UTF-16 shows by a zero in every second byte."""
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    half = len(content) // 2
    for name, zeros in (("utf-16-le", content[1::2]), ("utf-16-be", content[::2])):
        if half and zeros.count(0) > half * 0.6:
            return name
    return "utf-8-sig"


def _not_text() -> TableUnreadable:
    return TableUnreadable(
        _("This is no text file. Save the table as CSV (UTF-8) and bring that."), code="table_not_text"
    )


# From text to rows


def _delimiter(physical: list[str]) -> tuple[str, int]:
    """What parts the cells, and at which line the table begins (some spreadsheets write `sep=;` first)."""
    if physical[0][:4] == "sep=" and physical[0][4:].strip(" ") in DELIMITERS:
        return physical[0][4:].strip(" "), 1
    sample = [line for line in physical if line.strip()][:50]

    def fit(delimiter: str) -> tuple[int, int]:
        """How many lines have an address of their own; then, how often it stands there."""
        cut = ([cell.strip(" \"'") for cell in line.split(delimiter)] for line in sample)
        return (
            sum(_has_address(cells) or _is_heading(cells) for cells in cut),
            sum(line.count(delimiter) for line in sample),
        )

    return max(DELIMITERS, key=fit), 0


def _has_address(cells: list[str]) -> bool:
    return any(_ADDRESS.fullmatch(cell) for cell in cells)


def _rows(physical: list[str], delimiter: str, start: int) -> Iterator[Row]:
    """Each line that isn't blank, with its cells."""
    at = start
    while at < len(physical):
        cells, span = _cut(physical, at, delimiter)
        if cells is None:
            yield Row(at + 1, (physical[at].strip(),), "quote_open")
        elif any(tidy := [_tidy(cell) for cell in cells]):
            yield Row(at + 1, tuple(tidy))
        at += span


def _cut(physical: list[str], at: int, delimiter: str) -> tuple[list[str] | None, int]:
    """The cells of the row that begins at a line, and how many lines it takes; None: a quote stays open."""
    first = physical[at]
    if '"' not in first:
        return first.split(delimiter), 1
    for span in range(1, MOST_LINES_OF_A_CELL + 1):
        cells = _parse(physical[at : at + span], delimiter, strict=True)
        # nobody's own address stands within a cell of several lines: there a quotation mark is missing
        if cells is not None and not any("\n" in cell and "@" in cell for cell in cells):
            return cells, span
    cells = _parse([first], delimiter, strict=False)
    return (cells, 1) if cells is not None and not any("\n" in cell for cell in cells) else (None, 1)


def _parse(lines: list[str], delimiter: str, *, strict: bool) -> list[str] | None:
    reader = csv.reader(
        [f"{line}\n" for line in lines], delimiter=delimiter, strict=strict, skipinitialspace=True
    )
    try:
        rows = list(reader)
    except csv.Error:
        return None
    return rows[0] if len(rows) == 1 else None


def _tidy(cell: str) -> str:
    """A cell without what nobody sees around it, and without the mark that keeps a formula from running."""
    bare = cell.strip().strip(_UNSEEN).strip()
    return bare[1:].strip() if bare.startswith("'") and _is_formula(bare[1:]) else bare


def _unformula(cell: str) -> str:
    return f"'{cell}" if _is_formula(cell) else cell


def _is_formula(cell: str) -> bool:
    return cell.startswith(FORMULA) or cell.lstrip(f" {_UNSEEN}").startswith(FORMULA)


# From rows to lines


def _heading(cells: Sequence[str]) -> tuple[dict[int, str] | None, tuple[str, ...]]:
    """Which column holds what, if this row is a heading, and the titles of columns that hold nothing of ours.

    Raises TableUnreadable if it is one, but names no e-mail, or names something twice.
    """
    if not _is_heading(cells):
        return None, ()
    titles = _titles()
    found = {index: titles[key] for index, cell in enumerate(cells) if (key := _key(cell)) in titles}
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
    return found, tuple(title[:60] for title in unused if _key(title) not in _OURS)


def _is_heading(cells: Sequence[str]) -> bool:
    titles = _titles()
    return sum(_key(cell) in titles for cell in cells) >= 2 and not any("@" in cell for cell in cells)


def _titles() -> dict[str, str]:
    """What a column may be called, in English and in the reader's language, and what it then holds."""
    own = {"name": _("Name"), "email": _("E-mail"), "role": _("Role"), "program": _("Program")}
    english = {title: field for field, titles in _TITLES.items() for title in titles}
    return english | {_key(title): field for field, title in own.items()}


def _key(title: str) -> str:
    return " ".join(title.casefold().replace("_", " ").strip(" :*").split())


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
