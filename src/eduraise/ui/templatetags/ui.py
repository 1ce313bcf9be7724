"""``{% load ui %}``: icons, chips, tags, times, fields, and every component of the catalogue."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.messages.storage.base import Message
from django.core.paginator import Page
from django.forms import BaseForm, BoundField
from django.template import Context, Library
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from eduraise.ui import times
from eduraise.ui.boardline import board_line
from eduraise.ui.catalogue import COMPONENTS
from eduraise.ui.chips import chip, tag
from eduraise.ui.components import fresh_id, now_of, register_components, render_isolated
from eduraise.ui.icons import icon_svg
from eduraise.ui.people import initials
from eduraise.ui.toasts import undo_address

register = Library()
register_components(register, COMPONENTS)
register.filter("undo_address", undo_address)


# Small parts


@register.simple_tag
def icon(name: str) -> SafeString:
    """``{% icon "video" %}``; an unknown name raises UnknownIcon."""
    return icon_svg(name)


register.simple_tag(chip)
register.simple_tag(tag)


@register.simple_tag
def avatar(name: str) -> SafeString:
    """A person's initials in a circle. Decoration: the name stands beside it."""
    return format_html('<b class="ava" data-initials="{}"></b>', initials(name))


@register.simple_tag
def avatars(names: Iterable[str]) -> SafeString:
    """Several people's initials, overlapping."""
    return format_html(
        '<span class="avas">{}</span>', format_html_join("", "{}", ((avatar(name),) for name in names))
    )


@register.simple_tag
def person(name: str) -> SafeString:
    """A name as written, kept from turning the text around it."""
    return format_html("<bdi>{}</bdi>", name)


@register.simple_tag
def stat(label: str, value: object, beside: str = "") -> SafeString:
    """One number of ``{% stats %}``: ``{% stat _("held") 17 _("of 42") %}``."""
    small = format_html(" <small>{}</small>", beside) if beside else ""
    return format_html("<div><dt>{}</dt><dd>{}{}</dd></div>", label, value, small)


@register.simple_tag(takes_context=True)
def progress(context: Context, value: int, of: int, text: str, tone: str = "") -> SafeString:
    """``{% progress 31 of=42 text=_("Booking 31 of 42. You can leave this page.") %}``."""
    part = fresh_id(context, "progress")
    return format_html(
        '<div class="meter"><span id="{0}">{1}</span>'
        '<progress value="{2}" max="{3}" aria-labelledby="{0}"{4}></progress></div>',
        part,
        text,
        value,
        of,
        format_html(' class="{}"', tone) if tone else "",
    )


@register.simple_tag
def tab(href: str, text: str, count: int | None = None, current: bool = False) -> SafeString:
    """One of ``{% tabs %}``."""
    return format_html(
        '<a href="{}"{}>{}{}</a>',
        href,
        mark_safe(' aria-current="page"') if current else "",
        text,
        format_html(" <small>{}</small>", count) if count is not None else "",
    )


@register.inclusion_tag("ui/pill.html")
def pill(text: str, href: str, on: bool = False, icon: str = "") -> dict[str, Any]:
    """A filter as a link. On, it names what it keeps, and following it takes the filter away."""
    return {"text": text, "href": href, "on": on, "icon": icon}


@register.simple_tag
def menuitem(text: str, href: str, icon: str = "", danger: bool = False, dialog: str = "") -> SafeString:
    """A row of ``{% menu %}``."""
    return format_html(
        '<a {}href="{}"{}>{}{}</a>',
        mark_safe('class="danger" ') if danger else "",
        href,
        format_html(' data-dialog="{}"', dialog) if dialog else "",
        icon_svg(icon) if icon else "",
        text,
    )


@register.simple_tag(takes_context=True)
def menucopy(context: Context, text: str, value: str, icon: str = "copy") -> SafeString:
    """A row of ``{% menu %}`` that copies a text, such as a link, and says so in place."""
    return format_html(
        '<button type="button" class="btn" data-copy="{0}" data-copied="{1}">{2}<span>{3}</span></button>'
        '<span id="{0}" hidden>{4}</span>',
        fresh_id(context, "copied"),
        _("Copied"),
        icon_svg(icon),
        text,
        value,
    )


@register.simple_tag(takes_context=True)
def pager(context: Context, page: Page[Any]) -> SafeString:
    """Numbered pages of a list; the filters in the address stay. Nothing where one page is all."""
    numbers = list(page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1))
    return render_isolated(context, "ui/pager.html", {"page": page, "numbers": numbers})


@register.inclusion_tag("ui/copyfield.html", takes_context=True)
def copyfield(context: Context, value: str, label: str) -> dict[str, Any]:
    """A link or code with a button that copies it and says so in place."""
    return {"value": value, "label": label, "id": fresh_id(context, "copy")}


@register.inclusion_tag("ui/steps.html")
def steps(titles: Iterable[str], current: int) -> dict[str, Any]:
    """Numbered steps, those before ``current`` (from 1) ticked."""
    return {"titles": list(titles), "current": current}


@register.inclusion_tag("ui/datetile.html", takes_context=True)
def datetile(context: Context, on: date, state: str = "", note: str = "") -> dict[str, Any]:
    """A day of a plan in ``<ul class="dates">``. state: "", holiday, busy; note says why in its own words."""
    return {"on": on, "day": times.day(on, _today(context)), "state": state, "note": note}


# Forms


@register.simple_tag
def field(bound: BoundField, clash: str = "") -> SafeString:
    """A form's field: label, hint, control, error. clash: amber words, for a choice."""
    return mark_safe(bound.render(context={"field": bound, "clash": clash}))  # noqa: S308


@register.inclusion_tag("ui/form/summary.html")
def errors(form: BaseForm) -> dict[str, Any]:
    """What is wrong with a form, on top of it, with links to the fields; takes the focus."""
    return {"form": form, "fields": [bound for bound in form if bound.errors]}


# Times


@register.simple_tag(takes_context=True)
def when(
    context: Context,
    starts_at: datetime,
    ends_at: datetime | None = None,
    class_zone: Any = None,
    relative: bool = False,
) -> SafeString:
    """``{% when s.starts_at s.ends_at class_zone=s.zone %}``: "Thu 27 Nov, 18:00–19:30 · 17:00 in London".

    In the reader's zone, the class's beside it where its clocks differ. relative: ", in 12 min" if it is.
    """
    now, zone = now_of(context), _zone()
    text = times.day_and_span(starts_at, ends_at, zone, now)
    near = times.until(starts_at, now) if relative else ""
    other = times.elsewhere(starts_at, class_zone, zone) if class_zone else ""
    return format_html(
        "{}{}{}",
        _time(starts_at, text),
        format_html(", {}", near) if near else "",
        format_html(' · <span class="nowrap">{}</span>', other) if other else "",
    )


@register.simple_tag
def clock_time(at: datetime) -> SafeString:
    """ "18:00"."""
    return _time(at, times.clock_time(at, _zone()))


@register.simple_tag
def span(starts_at: datetime, ends_at: datetime) -> SafeString:
    """ "18:00–19:30"."""
    return _time(starts_at, times.span(starts_at, ends_at, _zone()))


@register.simple_tag(takes_context=True)
def day(context: Context, on: date | datetime, long: bool = False) -> SafeString:
    """ "Thu 27 Nov"; long "Thursday 27 November"."""
    local = _local_date(on)
    text = (times.long_day if long else times.day)(local, _today(context))
    return format_html('<time datetime="{}">{}</time>', local.isoformat(), text)


@register.simple_tag(takes_context=True)
def dayhead(context: Context, on: date | datetime, level: int = 3) -> SafeString:
    """The heading above a day's rail: "Today  Thursday 27 November", "Tue 2 Dec"."""
    local, today = _local_date(on), _today(context)
    near = times.near_day(local, today)
    text = (
        format_html("{} <small>{}</small>", near, times.long_day(local, today))
        if near
        else times.day(local, today)
    )
    return format_html('<h{0} class="day">{1}</h{0}>', level, text)


@register.simple_tag(takes_context=True)
def age(context: Context, at: datetime) -> SafeString:
    """How old something is: "5 s ago"; after an hour its time."""
    return _time(at, times.age(at, _zone(), now_of(context)))


@register.simple_tag(takes_context=True)
def until(context: Context, at: datetime) -> str:
    """ "in 12 min" within the hour, else "". The clock time stands beside it."""
    return times.until(at, now_of(context))


@register.simple_tag(takes_context=True)
def since(context: Context, at: datetime) -> str:
    """ "for 24 min" within the hour, else ""."""
    return times.since(at, now_of(context))


@register.simple_tag
def elsewhere(at: datetime, class_zone: Any) -> str:
    """ "09:00 in London" where the class's clocks differ from the reader's, else ""."""
    return times.elsewhere(at, class_zone, _zone())


@register.filter
def length_of(value: timedelta) -> str:
    """ "90 min", "2 h 30"."""
    return times.length(value)


@register.filter
def city(zone: Any) -> str:
    """ "Madrid" for Europe/Madrid."""
    return times.city(zone)


@register.simple_tag
def reader_city() -> str:
    """The reader's own zone by its city."""
    return times.city(timezone.get_current_timezone_name())


# What components ask of their own templates


@register.simple_tag(takes_context=True)
def new_id(context: Context, stem: str) -> str:
    """An id that no other part of the page has."""
    return fresh_id(context, stem)


@register.simple_tag(takes_context=True)
def start_state(context: Context, starts_at: datetime) -> str:
    return times.state_of_start(starts_at, _zone(), now_of(context))


@register.inclusion_tag("ui/boardline.html", takes_context=True)
def boardline(context: Context, doors_at: datetime, starts_at: datetime, ends_at: datetime) -> dict[str, Any]:
    return {"line": board_line(doors_at, starts_at, ends_at, now_of(context))}


@register.simple_tag
def lasting(starts_at: datetime, ends_at: datetime) -> str:
    return times.length(ends_at - starts_at)


@register.filter
def bare_time(at: datetime) -> str:
    return times.clock_time(at, _zone())


@register.filter
def toast_messages(messages: Iterable[Message]) -> list[Message]:
    return list(messages)


def _time(at: datetime, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', at.isoformat(timespec="minutes"), text)


def _zone() -> Any:
    return timezone.get_current_timezone()


def _today(context: Context) -> date:
    now: datetime = now_of(context)
    return now.astimezone(_zone()).date()


def _local_date(on: date | datetime) -> date:
    return on.astimezone(_zone()).date() if isinstance(on, datetime) else on


@register.inclusion_tag("ui/rightnow.html", takes_context=True)
def right_now(context: Context) -> dict[str, Any]:
    """The hour and the day where the reader is, on the board of a page before the door."""
    now: datetime = now_of(context)
    return {
        "time": times.clock_time(now, _zone()),
        "day": times.long_day(_today(context), _today(context)),
        "city": reader_city(),
    }
