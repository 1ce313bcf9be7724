"""``{% load attendance %}``: strips and marks, drawn in Python as a register has hundreds."""

from __future__ import annotations

from collections.abc import Mapping

from django.template import Library
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from eduraise.attendance.enums import Status
from eduraise.attendance.sheet import Row
from eduraise.attendance.strips import Bar, Strip
from eduraise.ui import times
from eduraise.ui.chips import chip
from eduraise.ui.html import filled

register = Library()

#: By which letter a mark is known, and which key sets it
LETTERS = {
    Status.PRESENT: ("P", "P"),
    Status.LATE: ("L", "L"),
    Status.LEFT_EARLY: ("LE", "X"),
    Status.ABSENT: ("A", "A"),
    Status.EXCUSED: ("E", "E"),
}


@register.simple_tag
def strip(row: Row) -> SafeString:
    """A row's time as a strip, and the same in words for who doesn't see it."""
    return filled("{}{}", drawn(row.strip, row.bars), filled('<span class="vh">{}</span>', row_words(row)))


def drawn(on: Strip, bars: list[Bar]) -> SafeString:
    """The strip with its bars."""
    first, last = on.ticks
    return filled(
        '<svg class="stays" aria-hidden="true" preserveAspectRatio="none">'
        '<rect class="t" width="100%" height="100%" rx="3"/>{}'
        '<rect class="k" x="{}%" width="1" height="100%"/><rect class="k" x="{}%" width="1" height="100%"/>'
        "</svg>",
        format_html_join("", "{}", ((_bar(bar),) for bar in bars)),
        first,
        last,
    )


def _bar(bar: Bar) -> SafeString:
    # a fill by reference is found from the page, not from a style sheet
    fill = SafeString(' fill="url(#hatch)"') if bar.kind == "w" else ""
    shape = '<rect class="{}" x="{}%" y="3" width="{}%" height="12" rx="2"{}/>'
    return filled(shape, bar.kind, bar.start, bar.width, fill)


def row_words(row: Row) -> str:
    """ "in 18:03–18:55" or that nobody was seen."""
    mark = row.mark
    if mark is None or mark.first_in_at is None or mark.last_out_at is None:
        return _("not seen")
    return _("in %(span)s") % {
        "span": times.span(mark.first_in_at, mark.last_out_at, timezone.get_current_timezone())
    }


@register.simple_tag
def shares(counts: Mapping[str, int]) -> SafeString:
    """How the marks share the class, as one bar; the numbers stand above it."""
    parts = [(value, counts.get(value, 0)) for value in (*Status.values, "none")]
    whole, drawn_parts, start = sum(number for _value, number in parts), [], 0
    for value, number in parts:
        if number:
            drawn_parts.append((value, start, max(number - whole / 160, number * 0.6)))
            start += number
    return filled(
        '<svg class="shares" preserveAspectRatio="none" viewBox="0 0 {} 1" aria-hidden="true">{}</svg>',
        whole or 1,
        format_html_join("", '<rect class="{}" x="{}" width="{}" height="1"/>', drawn_parts),
    )


@register.simple_tag
def mark_chip(status: str) -> SafeString:
    """A mark as a chip with its word."""
    return chip(status.replace("_", "-")) if status else chip("off", _("No mark yet"))


@register.filter
def letter(status: str) -> str:
    """The letter of a mark, for print and the grid."""
    return LETTERS[Status(status)][0] if status else "–"
