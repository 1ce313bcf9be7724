"""Tables as they come out of spreadsheets: bytes or pasted text in, rows of cells out; and back as CSV.

What the cells mean is for those who ask. Knows no database.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.utils.translation import gettext as _

from eduraise.core.errors import DomainError

MOST_BYTES = 1024 * 1024
#: A cell may hold line breaks, but one quotation mark that is never closed must not eat the table.
MOST_LINES_OF_A_CELL = 10

DELIMITERS = ("\t", ";", ",")
#: Cells that begin so are formulas to a spreadsheet, full-width forms too.
FORMULA = tuple("=+-@\t\r＝＋－＠")
_UNSEEN = "\ufeff\u200b\u200c\u200d\u2060"
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


class TableUnreadable(DomainError):
    """A table of which no line can be read, with what would be right."""

    code = "table_unreadable"


@dataclass(frozen=True)
class Row:
    """Cells of one line. number: its place in the file, from 1. broken: why they could not be parted; then
    the one cell is the whole line."""

    number: int
    cells: tuple[str, ...]
    broken: str = ""


@dataclass(frozen=True)
class Grid:
    """The rows of a table, and in which encoding it came ("" for pasted text)."""

    rows: list[Row]
    encoding: str = ""


@dataclass(frozen=True)
class Likeness:
    """How rows of a kind of table are told. is_row: whether a line, parted so, looks like one (or like their
    heading). has_swallowed: whether a cell of several lines holds another row, so that a quotation mark is
    missing."""

    is_row: Callable[[Sequence[str]], bool]
    has_swallowed: Callable[[str], bool]


def read_grid(content: bytes | str, likeness: Likeness, *, most_lines: int) -> Grid:
    """The rows of a table, parted by commas, semicolons or tabs; blank lines don't count.

    bytes: UTF-8, UTF-16 or, where it is neither, Windows-1252. At most two rows more than `most_lines` are
    read: the heading, and one that shows that it is too long. Raises TableUnreadable (codes `table_*`).
    """
    _require_size(content, most_lines)
    text, encoding = _decode(content) if isinstance(content, bytes) else (content, "")
    if "\0" in text:
        raise _not_text()
    physical = re.split(r"\r\n|\n|\r", text.lstrip("\ufeff"))
    delimiter, start = _delimiter(physical, likeness)
    return Grid(list(islice(_rows(physical, delimiter, start, likeness), most_lines + 2)), encoding)


def write_table(rows: Iterable[Sequence[object]]) -> bytes:
    """Rows as CSV that spreadsheets open without running anything: UTF-8 with its mark, formulas quoted."""
    return b"".join(table_lines(rows))


def table_lines(rows: Iterable[Sequence[object]]) -> Iterator[bytes]:
    """The same line by line, to be sent as it is made. None is an empty cell."""
    yield codecs.BOM_UTF8
    for row in rows:
        out = io.StringIO(newline="")
        csv.writer(out).writerow(["" if cell is None else _unformula(str(cell)) for cell in row])
        yield out.getvalue().encode()


def key_of(title: str) -> str:
    """A column's title as titles are compared: case, underlines and marks around it don't count."""
    return " ".join(title.casefold().replace("_", " ").strip(" :*").split())


def _require_size(content: bytes | str, most_lines: int) -> None:
    size = len(content) if isinstance(content, bytes) else len(content.encode("utf-8", "surrogatepass"))
    if size > MOST_BYTES:
        raise TableUnreadable(
            _("This is larger than 1 MB. Bring it in parts of at most %(most)d lines.")
            % {"most": most_lines},
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


def _delimiter(physical: list[str], likeness: Likeness) -> tuple[str, int]:
    """What parts the cells, and at which line the table begins (some spreadsheets write `sep=;` first)."""
    if physical[0][:4] == "sep=" and physical[0][4:].strip(" ") in DELIMITERS:
        return physical[0][4:].strip(" "), 1
    sample = [line for line in physical if line.strip()][:50]

    def fit(delimiter: str) -> tuple[int, int]:
        """How many lines look right when it parts them; then, how often it stands there."""
        cut = ([cell.strip(" \"'") for cell in line.split(delimiter)] for line in sample)
        return sum(map(likeness.is_row, cut)), sum(line.count(delimiter) for line in sample)

    return max(DELIMITERS, key=fit), 0


def _rows(physical: list[str], delimiter: str, start: int, likeness: Likeness) -> Iterator[Row]:
    """Each line that isn't blank, with its cells."""
    at = start
    while at < len(physical):
        cells, span = _cut(physical, at, delimiter, likeness)
        if cells is None:
            yield Row(at + 1, (physical[at].strip(),), "quote_open")
        elif any(tidied := [tidy(cell) for cell in cells]):
            yield Row(at + 1, tuple(tidied))
        at += span


def _cut(physical: list[str], at: int, delimiter: str, likeness: Likeness) -> tuple[list[str] | None, int]:
    """The cells of the row that begins at a line, and how many lines it takes; None: a quote stays open."""
    first = physical[at]
    if '"' not in first:
        return first.split(delimiter), 1
    for span in range(1, MOST_LINES_OF_A_CELL + 1):
        cells = _parse(physical[at : at + span], delimiter, strict=True)
        if cells is not None and not any("\n" in cell and likeness.has_swallowed(cell) for cell in cells):
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


def tidy(cell: str) -> str:
    """A cell without what nobody sees around it, and without the mark that keeps a formula from running."""
    bare = cell.strip().strip(_UNSEEN).strip()
    return bare[1:].strip() if bare.startswith("'") and _is_formula(bare[1:]) else bare


def _unformula(cell: str) -> str:
    return f"'{cell}" if _is_formula(cell) else cell


def _is_formula(cell: str) -> bool:
    return cell.startswith(FORMULA) or cell.lstrip(f" {_UNSEEN}").startswith(FORMULA)
