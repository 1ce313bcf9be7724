"""``{% load attendance %}``: strips and marks, drawn in Python as a register has hundreds."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.template import Context, Library
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as written
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.attendance.apart import label_of
from eduraise.attendance.enums import Cause, Status
from eduraise.attendance.explaining import entry_words, mark_words
from eduraise.attendance.here import HERE, LEFT, WAITING
from eduraise.attendance.models import MarkChange
from eduraise.attendance.own_record import OwnMark
from eduraise.attendance.records import Cell, Grid, Totals
from eduraise.attendance.records import Row as GridRow
from eduraise.attendance.rows import Row
from eduraise.attendance.sheet import Sheet
from eduraise.attendance.strips import Bar, Strip
from eduraise.attendance.sums import MISSING, NONE
from eduraise.attendance.tray import Unknown
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
    return filled(
        "{}{}", drawn(row.sheet.strip, row.bars), filled('<span class="vh">{}</span>', row_words(row))
    )


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
    """How those who are counted as the same share the class, as one bar; the numbers stand above it."""
    parts = [(value, counts.get(value, 0)) for value in (HERE, *Status.values, WAITING, LEFT, MISSING, NONE)]
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


@register.simple_tag(takes_context=True)
def marker(context: Context, row: Row, query: str) -> SafeString:
    """The five marks of a row as buttons of one form, the one that counts pressed."""
    address = reverse("attendance:marks", args=[row.sheet.session.code])
    return filled(
        '<form class="marks" method="post" action="{0}" hx-post="{0}" hx-target="#s-{1}" '
        'hx-swap="outerMorph">'
        '<input type="hidden" name="csrfmiddlewaretoken" value="{2}">'
        '<input type="hidden" name="student" value="{1}"><input type="hidden" name="seen" value="{3}">'
        '<span role="group" aria-label="{4}">{5}</span></form>',
        f"{address}?{query}" if query else address,
        row.uid,
        context.get("csrf_token", ""),
        row.version,
        _("Mark of %(name)s") % {"name": row.label},
        format_html_join("", "{}", ((_choice(status, row),) for status in Status)),
    )


def _choice(status: Status, row: Row) -> SafeString:
    shown, key = LETTERS[status]
    return filled(
        '<button id="m-{5}-{0}" name="status" value="{0}" class="{0}" aria-pressed="{1}" title="{2} ({3})">'
        '<span aria-hidden="true">{4}</span><span class="vh">{2}</span></button>',
        status.value,
        "true" if status == row.status else "false",
        status.label,
        key,
        shown,
        row.uid,
    )


@register.simple_tag
def row_notes(row: Row) -> SafeString:
    """What is to be known of a row at a glance, under the name."""
    return filled(
        "{}", format_html_join("", "<small>{}</small>", ((note,) for note in [*_places(row), *_notes(row)]))
    )


def _places(row: Row) -> Iterable[str]:
    """Where they are while the class is on."""
    place, zone = row.place, timezone.get_current_timezone()
    if place is not None:
        words = {"time": times.clock_time(place.since, zone) if place.since else "?"}
        shape = {
            HERE: _("Here since %(time)s"),
            WAITING: _("In the waiting room since %(time)s"),
        }.get(place.kind, _("Left at %(time)s"))
        yield shape % words
        if place.kind == HERE and row.late_minutes > row.sheet.rules.late_minutes:
            yield _("Arrived %(n)d min late") % {"n": row.late_minutes}
    elif row.is_missing:
        yield _("Not here yet; the link was sent") if row.is_nudged else _("Not here yet")


def _notes(row: Row) -> Iterable[str]:
    """That they are enrolled no more; what was said by hand, or else what was seen."""
    if row.has_left_program:
        yield _("No longer enrolled")
    if row.mark is not None and row.is_by_hand:
        words = {
            "who": row.mark.hand_by.name if row.mark.hand_by else _("somebody"),
            "why": row.mark.hand_why,
        }
        said = _("Set by %(who)s: “%(why)s”") if row.mark.hand_why else _("Set by %(who)s")
        rule = row.by_rule_label
        yield said % words + (_("; by the rule: %(mark)s") % {"mark": rule} if rule else "")
    elif row.waited_minutes and not row.sheet.is_running:
        yield _("Waited %(n)d min to be let in") % {"n": row.waited_minutes}
    elif row.times_in > 1:
        yield _("%(n)d times in and out") % {"n": row.times_in}
    if row.perhaps:
        yield _("Perhaps there as “%(name)s”") % {"name": row.perhaps}
    yield from row.flags
    if row.mark is not None and row.late_label:
        entry = entry_words(row.mark)
        yield _("%(entry)s; what was set stands") % {"entry": entry} if row.is_beside_hand else entry


@register.simple_tag
def change_words(change: MarkChange) -> str:
    """One change of a mark: from what to what, by whom or why."""
    words = {
        "before": mark_words(change.before, change.minutes_before),
        "after": mark_words(change.after, change.minutes_after),
        "cause": _cause_words(change),
        "why": change.why,
    }
    said = _("%(before)s → %(after)s, %(cause)s") % words
    return f"{said}: “{change.why}”" if change.why else said


def _cause_words(change: MarkChange) -> str:
    """Who did it, or why it came; of a name both."""
    label = str(Cause(change.cause).label)
    if change.by is None:
        return label
    if change.cause in (Cause.IDENTITY, Cause.ENTRY):
        return _("%(cause)s by %(name)s") % {"cause": label, "name": change.by.name}
    return change.by.name


@register.simple_tag
def student_name(sheet: Sheet, person: User) -> str:
    """A student's name, with what tells them from another of that name."""
    return label_of(person, sheet.apart)


@register.simple_tag
def unknown_strip(sheet: Sheet, one: Unknown) -> SafeString:
    """When somebody whom nobody knows was there."""
    return drawn(sheet.strip, sheet.bars_of(one))


@register.simple_tag
def unknown_name(sheet: Sheet, one: Unknown) -> str:
    """How one whom nobody knows is spoken of: by name, with when they were there where two have it."""
    has_another = sum(other.called == one.called for other in sheet.unknown) > 1
    if not has_another:
        return one.called
    return _("%(name)s, %(there)s") % {"name": one.called, "there": unknown_words(one)}


@register.simple_tag
def unknown_words(one: Unknown) -> str:
    """The same in words: "52 min, 18:03–18:55", and for how long they waited before."""
    said = _when_there(one)
    if one.only_waited or not one.waited_minutes:
        return said
    return _("%(there)s, after %(n)d min in the waiting room") % {"there": said, "n": one.waited_minutes}


def _when_there(one: Unknown) -> str:
    zone = timezone.get_current_timezone()
    words = {"n": one.seconds // 60, "from": times.clock_time(one.first_at, zone)}
    if one.only_waited:
        return _("only waited, from %(from)s") % words
    if one.open_at:
        return _("there since %(from)s") % words
    if not one.spans:
        return _("from %(from)s") % words
    return _("%(n)d min, %(span)s") % {
        "n": words["n"],
        "span": times.span(one.first_at, max(ended for _began, ended in one.spans), zone),
    }


@register.filter
def of(words: Mapping[int, str], key: int) -> str:
    """What is said of one thing, by its key; "" for nothing."""
    return words.get(key, "")


@register.filter
def keys(values: Iterable[int]) -> str:
    """Keys as a form sends them."""
    return ",".join(str(value) for value in values)


@register.simple_tag
def own_strip(one: OwnMark) -> SafeString:
    """One class of a student's own record; the words stand beside it."""
    return drawn(one.strip, one.bars)


@register.simple_tag
def short_day(at: datetime) -> SafeString:
    """A class's date for the head of a narrow column."""
    zone = timezone.get_current_timezone()
    local = at.astimezone(zone)
    shown, hour = written(local, "j M"), times.clock_time(at, zone)
    return filled('<time datetime="{}">{}<small>{}</small></time>', local.isoformat(), shown, hour)


@register.simple_tag
def grid_cells(grid: Grid, row: GridRow) -> SafeString:
    """A student's marks, one for each column."""
    cells = zip(row.cells, _days(grid), strict=True)
    return filled("{}", format_html_join("", "{}", ((_grid_cell(cell, day),) for cell, day in cells)))


def _days(grid: Grid) -> list[str]:
    """The day of each column, with the hour where it has another class."""
    zone = timezone.get_current_timezone()
    hours = [one.session.starts_at.astimezone(zone) for one in grid.columns]
    on = Counter(at.date() for at in hours)
    return [
        written(at, "j M") + (f" {times.clock_time(at, zone)}" if on[at.date()] > 1 else "") for at in hours
    ]


def _grid_cell(cell: Cell | None, day: str) -> SafeString:
    if cell is None or not cell.status:
        words = _("not enrolled then") if cell is None else _("no mark yet")
        return filled(
            '<td class="none" data-label="{}"><span aria-hidden="true">·</span>{}</td>', day, _hidden(words)
        )
    status = Status(cell.status)
    shown = LETTERS[status][0] if cell.counts else f"({LETTERS[status][0]})"
    words = str(status.label) + (_(", set by hand") if cell.is_by_hand else "")
    return filled(
        '<td class="{}" data-label="{}" title="{}, {} min"><span aria-hidden="true">{}{}</span>{}</td>',
        cell.status,
        day,
        words,
        cell.minutes,
        shown,
        "*" if cell.is_by_hand else "",
        _hidden(words),
    )


def _hidden(words: str) -> SafeString:
    return filled('<span class="vh">{}</span>', words)


@register.simple_tag
def streak(totals: Totals) -> SafeString | str:
    """To how many classes in a row somebody came, or missed, where it says something."""
    if totals.streak >= 3:
        return filled("<small>{}</small>", _("came %(n)d times in a row") % {"n": totals.streak})
    if totals.streak <= -2:
        return filled('<small class="low">{}</small>', _("missed %(n)d in a row") % {"n": -totals.streak})
    return ""


@register.simple_tag
def mark_legend() -> str:
    """What the letters mean."""
    named = [f"{LETTERS[status][0]} {str(status.label).lower()}" for status in Status]
    return ", ".join([*named, _("* set by hand")]) + "."
