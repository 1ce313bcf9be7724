"""``{% load classes %}``: what pages of classes say of wishes, clashes and settings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.template import Context, Library
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes import addresses, drawing, several_drawing
from eduraise.classes import settings_words as settings
from eduraise.classes.clashing import Clash
from eduraise.classes.listing import Filters
from eduraise.classes.models import ClassSession
from eduraise.classes.previewing import Wish
from eduraise.classes.times import WRITTEN, zone_named
from eduraise.classes.words import span_words
from eduraise.programs.enums import MaterialKind
from eduraise.programs.models import Material, Program
from eduraise.ui import times
from eduraise.zoom.models import Registrant
from eduraise.zoom.renewing import state_words

register = Library()
register.simple_tag(drawing.teacher_rail, takes_context=True)
register.simple_tag(drawing.student_rail, takes_context=True)
register.simple_tag(several_drawing.several_row, takes_context=True)


@register.simple_tag(takes_context=True)
def watch_preview(context: Context) -> SafeString:
    """Attributes of a part of the form whose changes are answered by the sentence and the clashes."""
    return format_html(
        'hx-post="{}" hx-trigger="change delay:80ms, input delay:500ms" hx-include="closest form"'
        ' hx-target="#will" hx-swap="innerMorph" hx-sync="closest form:replace"',
        context["preview_url"],
    )


@register.simple_tag
def wish_sentence(wish: Wish, now: datetime) -> SafeString:
    """ "Tue 2 Dec, 18:00–19:30 Madrid time · 17:00 in London: Quadratic equations, with Ana." """
    assert wish.starts_at
    assert wish.ends_at
    zone = zone_named(wish.zone)
    day = times.day(wish.starts_at.astimezone(zone).date(), now.astimezone(zone).date())
    said = format_html("<b>{}</b>, <b>{}</b>", day, times.span(wish.starts_at, wish.ends_at, zone))
    mine = times.elsewhere(wish.starts_at, timezone.get_current_timezone(), zone)
    if mine:
        where = _("%(city)s time, %(mine)s") % {"city": times.city(zone), "mine": mine}
        said = format_html("{} {}", said, where)
    what = format_html("<b>{}</b>", wish.topic) if wish.topic else _("a class without a title")
    by = format_html(_(", with {}"), wish.teacher.name) if wish.teacher else ""
    return format_html("{}: {}{}.", said, what, by)


@register.simple_tag
def wish_short(wish: Wish, now: datetime) -> str:
    """ "Tue 2 Dec, 18:00." """
    assert wish.starts_at
    zone = zone_named(wish.zone)
    return f"{times.day_and_span(wish.starts_at, None, zone, now)}."


@register.simple_tag(takes_context=True)
def clash_title(context: Context, clash: Clash, teacher: User) -> str:
    """ "You already teach “Standing waves” Thu 18:30–19:30"; without the title where one may not know it."""
    words = {"name": teacher.name, "topic": clash.topic, "when": _hours(clash.from_at, clash.until_at)}
    is_own = context["request"].user == teacher
    if clash.topic:
        return (
            _("You already teach “%(topic)s” %(when)s")
            if is_own
            else _("%(name)s already teaches “%(topic)s” %(when)s")
        ) % words
    return (_("You are taken %(when)s") if is_own else _("%(name)s is taken %(when)s")) % words


@register.simple_tag
def span_text(from_at: datetime, until_at: datetime) -> str:
    """ "Thu 18:30–19:30" by the reader's clocks."""
    return _hours(from_at, until_at)


@register.simple_tag
def day_and_span_text(from_at: datetime, until_at: datetime, now: datetime) -> str:
    """ "Thu 27 Nov, 18:30–19:30", the same with its date."""
    return span_words(from_at, until_at, now)


@register.simple_tag
def wall_time(at: datetime, zone: str) -> datetime:
    """An instant as clocks in the zone show it, to be written into the form's fields."""
    return at.astimezone(zone_named(zone)).replace(tzinfo=None)


@register.filter
def wall(local: datetime) -> str:
    """The form in which a wall time is posted."""
    return local.strftime(WRITTEN)


@register.simple_tag
def settings_words(form: Any) -> str:
    """All settings of a form on one line, as they would be saved."""
    shown = {name: rule.value for name, rule in form.rules.items()}
    for bound in form.open_settings:
        shown[bound.name] = bound.value()
    return settings.short_words(shown)


@register.simple_tag
def setting_label(name: str) -> str:
    """A setting's name."""
    return str(settings.LABELS[name])


@register.simple_tag
def setting_value(name: str, value: Any) -> str:
    """A setting's value in words."""
    return settings.value_words(name, value)


@register.simple_tag
def connect_url() -> str:
    """Where a teacher connects Zoom."""
    return reverse("zoom:connect")


def _hours(from_at: datetime, until_at: datetime) -> str:
    place = timezone.get_current_timezone()
    day = from_at.astimezone(place)
    return f"{date_format(day, 'D')} {times.span(from_at, until_at, place)}"


@register.simple_tag
def door_path(session: ClassSession) -> str:
    """The class's door."""
    return addresses.door_path(session)


@register.simple_tag
def list_address(filters: Filters, **changed: str) -> str:
    """The same list with something else chosen."""
    return filters.address(**changed)


@register.simple_tag
def program_items(filters: Filters, programs: Iterable[Program]) -> SafeString:
    """The rows of a menu that narrow the list to one program."""
    rows = ((filters.address(program=one.code), Truncator(one.title).chars(60)) for one in programs)
    return format_html_join("", '<a href="{}">{}</a>', rows)


@register.inclusion_tag("classes/filters.html", takes_context=True)
def filters_of_list(context: Context) -> dict[str, Any]:
    """The pills above the list."""
    listing = context["listing"]
    filters = listing.filters
    return {
        "filters": filters,
        "listing": listing,
        "states": context["states"].items(),
        "state_label": context["states"].get(filters.state, ""),
    }


@register.simple_tag
def opens_title(opens_at: datetime, now: datetime) -> str:
    """ "Opens at 17:50", "Opens on Thu 27 Nov at 17:50"."""
    place = timezone.get_current_timezone()
    day, today = (at.astimezone(place).date() for at in (opens_at, now))
    words = {"time": times.clock_time(opens_at, place), "day": times.day(day, today)}
    if day == today:
        return _("Opens at %(time)s") % words
    return _("Opens on %(day)s at %(time)s") % words


@register.simple_tag
def program_address(program: Program) -> str:
    """The student's list of one program."""
    return f"?{urlencode({'program': program.code})}"


@register.filter
def link_state(row: Registrant) -> str:
    """How a student’s personal link stands."""
    return state_words(row)


@register.filter
def meeting_number(digits: str) -> str:
    """ "872 4410 9932", as Zoom writes it."""
    return f"{digits[:3]} {digits[3:-4]} {digits[-4:]}" if len(digits) > 8 else digits


@register.simple_tag
def material_url(material: Material, program: Program) -> str:
    """Where a link or a file of the program is."""
    if material.kind == MaterialKind.LINK:
        return material.url
    return reverse("programs:material_file", args=[program.code, material.uid])
