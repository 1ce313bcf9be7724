"""Components that a list has once for each of its rows. A template of each would be most of what the list
costs, so these four are drawn in Python; the other components are templates in ``templates/ui/``."""

from datetime import date, datetime
from typing import Any

from django.template import Context
from django.utils import timezone
from django.utils.dateformat import format as written
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from eduraise.ui import times
from eduraise.ui.chips import chip
from eduraise.ui.components import NOTHING, attributes, fresh_id
from eduraise.ui.html import filled
from eduraise.ui.icons import icon_svg


def rail(context: Context, *, content: SafeString, attrs: SafeString) -> SafeString:
    """The rows of a day."""
    return filled('<ol class="rail"{}>{}</ol>', attrs, content)


def row(
    context: Context,
    *,
    title: str,
    href: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    class_zone: Any = None,
    on: date | datetime | None = None,
    under: str = "",
    state: str = "",
    pick: str = "",
    picked: bool = False,
    pick_form: str = "",
    end: SafeString = NOTHING,
    content: SafeString = NOTHING,
    attrs: SafeString = NOTHING,
) -> SafeString:
    """One class in a rail: when, the node, what it is, and what can be done at the end of the line."""
    zone = timezone.get_current_timezone()
    other = times.elsewhere(starts_at, class_zone, zone) if class_zone and starts_at else ""
    ending = filled('<div class="end">{}{}</div>', chip("plain", other) if other else "", end)
    return filled(
        '<li class="row{}{}"{}>{}{}<span class="node"></span><div>{}<p class="rm">{}</p></div>{}</li>',
        f" {state}" if state else "",
        " pick" if pick else "",
        attrs,
        _box(pick, picked, title, pick_form) if pick else "",
        _date(on, zone) if on else _hours(starts_at, ends_at, under, zone),
        filled('<a class="rt" href="{}"><bdi>{}</bdi></a>', href, title)
        if href
        else filled('<span class="rt"><bdi>{}</bdi></span>', title),
        content,
        ending if other or end else "",
    )


def _box(pick: str, picked: bool, title: str, form: str) -> SafeString:
    """form: the id of the form that it belongs to, where that isn't around it."""
    return filled(
        '<label><input type="checkbox" name="pick" value="{}"{}{}><span class="vh">{}</span></label>',
        pick,
        mark_safe(" checked") if picked else "",
        filled(' form="{}"', form) if form else "",
        _("Select %(title)s") % {"title": title},
    )


def _date(on: date | datetime, zone: Any) -> SafeString:
    local = on.astimezone(zone) if isinstance(on, datetime) else on
    return filled(
        '<time datetime="{}">{}<small>{}</small></time>',
        written(local, "Y-m-d"),
        written(local, "D"),
        written(local, "j M"),
    )


def _hours(starts_at: datetime | None, ends_at: datetime | None, under: str, zone: Any) -> SafeString:
    if starts_at is None:
        return NOTHING
    lasting = times.length(ends_at - starts_at) if ends_at and not under else under
    return filled(
        '<time datetime="{}">{}<small>{}</small></time>',
        starts_at.astimezone(zone).isoformat(),
        times.clock_time(starts_at, zone),
        lasting,
    )


def menu(
    context: Context,
    *,
    label: str = "",
    size: str = "",
    kind: str = "plain",
    icon: str = "ellipsis",
    content: SafeString = NOTHING,
    attrs: SafeString = NOTHING,
) -> SafeString:
    """A button with what more can be done; its words are its name."""
    return filled(
        '<button type="button" class="btn icon {}{}" popovertarget="{}" aria-label="{}"{}>{}</button>'
        '<div class="menu" id="{}" popover>{}</div>',
        kind,
        f" {size}" if size else "",
        part := fresh_id(context, "menu"),
        label or _("More"),
        attrs,
        icon_svg(icon),
        part,
        content,
    )


def button(
    context: Context,
    *,
    kind: str = "plain",
    href: str = "",
    icon: str = "",
    size: str = "",
    solid: bool = False,
    block: bool = False,
    lean: bool = False,
    icon_only: bool = False,
    busy: bool = False,
    because: str = "",
    type: str = "submit",  # noqa: A002  # HTML's own word
    name: str = "",
    value: str = "",
    form: str = "",
    new_tab: bool = False,
    dialog: str = "",
    menu: str = "",
    content: str = NOTHING,
    attrs: SafeString = NOTHING,
) -> SafeString:
    """A button, a link that looks like one, or one that can't be pressed now and says why beside it."""
    looks = [("solid", solid), (size, size), ("block", block), ("lean", lean), ("icon", icon_only)]
    words = filled(
        "{}<span{}>{}</span>",
        icon_svg(icon) if icon else "",
        mark_safe(' class="vh"') if icon_only else "",
        content,
    )
    if because:
        given = " ".join(["btn", kind, *(look for look, has in looks if has and look in (size, "block"))])
        return _button_because(given, fresh_id(context, "why"), because, words, attrs)
    given = " ".join(["btn", kind, *(look for look, has in looks if has)])
    if href:
        about = attributes(
            {
                "class": given,
                "href": href,
                "target": new_tab and "_blank",
                "rel": new_tab and "noopener",
                "data-dialog": dialog,
            }
        )
        return filled("<a{}{}>{}</a>", about, attrs, words)
    about = attributes(
        {
            "class": given,
            "type": "button" if menu or dialog else type,
            "name": name,
            "value": value,
            "form": form,
            "aria-busy": busy and "true",
            "data-dialog": dialog,
            "popovertarget": menu,
        }
    )
    return filled("<button{}{}>{}</button>", about, attrs, words)


def _button_because(given: str, part: str, because: str, words: SafeString, attrs: SafeString) -> SafeString:
    return filled(
        '<button type="button" class="{}" aria-disabled="true" aria-describedby="{}"{}>{}</button>'
        ' <span class="why" id="{}">{}</span>',
        given,
        part,
        attrs,
        words,
        part,
        because,
    )
