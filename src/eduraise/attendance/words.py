"""What a register's page says in words: by which rule, how it stands, until when it can be changed."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.timezone import get_current_timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.attendance.marking import Rules
from eduraise.classes.words import live_words
from eduraise.ui import times

if TYPE_CHECKING:
    from eduraise.attendance.sheet import Sheet

_NO_LIST = {
    "not_connected": gettext_lazy("Its host’s Zoom isn’t connected, so that Zoom can’t be asked."),
    "paid_plan_needed": gettext_lazy("Its host has a basic Zoom account, and Zoom lists nobody there."),
    "scope_missing": gettext_lazy("The app at Zoom may not ask who was in a meeting."),
}


def why_no_list(why: str) -> str:
    """Why Zoom has no list of who was in a class, by its plan's word for it; "" for any other."""
    return str(_NO_LIST.get(why, ""))


def rule_words(rules: Rules, minutes: int) -> str:
    """By which rule marks of a class of so many minutes are made, in one sentence."""
    words = {
        "share": rules.present_share,
        "needed": rules.present_minutes or max(1, minutes * rules.present_share // 100),
        "late": rules.late_minutes,
    }
    if rules.present_minutes:
        return _("Present from %(needed)d min, late after %(late)d min.") % words
    return _("Present from %(share)d %% of the class (%(needed)d min), late after %(late)d min.") % words


def now_words(sheet: Sheet) -> str:
    """How a class stands while it is on."""
    if sheet.is_led_elsewhere:
        return _("Held elsewhere")
    if sheet.has_paused:
        return _("Ended in Zoom")
    if not sheet.is_on:
        return _("Nobody has started it yet")
    return _("Over its time") if sheet.is_past_its_end else live_words(sheet.moment.since, sheet.now)


def lock_words(locks_at: datetime, now: datetime) -> str:
    """When a register is locked; those that are due are, every quarter of an hour."""
    if locks_at <= now:
        return _("is about to be locked")
    zone = get_current_timezone()
    on, today = locks_at.astimezone(zone).date(), now.astimezone(zone).date()
    return _("locks today") if on == today else _("locks on %(day)s") % {"day": times.day(on, today)}
