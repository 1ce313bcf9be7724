"""Workbooks (XLSX, Office Open XML, ECMA-376) written row by row: one sheet, texts and numbers, and a bold
heading that stays in view. Every text is a text: nothing in it is ever a formula. Knows no database.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from itertools import count
from xml.sax.saxutils import escape, quoteattr

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What XML 1.0 can't hold
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
#: What a sheet's name may not hold, and how long it may be
_UNNAMEABLE, _LONGEST_NAME = re.compile(r"[\[\]:*?/\\]"), 31
_LONGEST_CELL = 32767


def write_workbook(rows: Iterable[Sequence[object]], *, title: str) -> Iterator[bytes]:
    """The bytes of a workbook in parts, each ready to be sent. rows: the first one is the heading; numbers
    stay numbers, None is an empty cell, all else is text. title: the sheet's name, cut to what it may be."""
    sent = _Sent()
    with zipfile.ZipFile(sent, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in _parts(title).items():
            archive.writestr(name, _HEAD + content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write(_opening().encode())
            for number, row in zip(count(1), rows, strict=False):
                sheet.write(_row(number, row).encode())
                yield sent.taken()
            sheet.write(b"</sheetData></worksheet>")
    yield sent.taken()


class _Sent(io.RawIOBase):
    """A file that can't go back, of which what was written is taken."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []
        self._at = 0

    def writable(self) -> bool:
        """It is for writing."""
        return True

    def write(self, part: object, /) -> int:
        """Keep it until it is taken."""
        written = bytes(part)  # type: ignore[call-overload]
        self._waiting.append(written)
        self._at += len(written)
        return len(written)

    def tell(self) -> int:
        """How much was written."""
        return self._at

    def taken(self) -> bytes:
        """What was written since it was last asked."""
        part = b"".join(self._waiting)
        self._waiting.clear()
        return part


def _parts(title: str) -> dict[str, str]:
    name = _UNNAMEABLE.sub(" ", _clean(title)).strip(" '")[:_LONGEST_NAME] or "1"
    relation = f"<Relationships xmlns={quoteattr(_PACKAGE + '/relationships')}>"
    return {
        "[Content_Types].xml": (
            f"<Types xmlns={quoteattr(_PACKAGE + '/content-types')}>"
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_KIND}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_KIND}.worksheet+xml"/>'
            f'<Override PartName="/xl/styles.xml" ContentType="{_KIND}.styles+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'{relation}<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
            "</Relationships>"
        ),
        "xl/workbook.xml": (
            f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            f'<sheet name={quoteattr(name)} sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'{relation}<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
        ),
        "xl/styles.xml": (
            f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font/><font><b/></font></fonts>'
            '<fills count="2"><fill><patternFill patternType="none"/></fill>'
            '<fill><patternFill patternType="gray125"/></fill></fills>'
            '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
            '<cellXfs count="2"><xf xfId="0"/><xf xfId="0" fontId="1" applyFont="1"/></cellXfs></styleSheet>'
        ),
    }


def _opening() -> str:
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        "<sheetData>"
    )


def _row(number: int, cells: Sequence[object]) -> str:
    style = ' s="1"' if number == 1 else ""
    written = "".join(
        _cell(f"{column_name(place)}{number}", cell, style)
        for place, cell in enumerate(cells)
        if cell is not None
    )
    return f'<row r="{number}">{written}</row>'


def _cell(at: str, cell: object, style: str) -> str:
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return f'<c r="{at}"{style}><v>{cell}</v></c>'
    text = escape(_clean(str(cell))[:_LONGEST_CELL])
    return f'<c r="{at}"{style} t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _clean(text: str) -> str:
    return _UNWRITABLE.sub("", text)


def column_name(place: int) -> str:
    """The letters of a column by its place from 0: A, B, … Z, AA."""
    letters = ""
    while place >= 0:
        place, rest = divmod(place, 26)
        letters = chr(ord("A") + rest) + letters
        place -= 1
    return letters
