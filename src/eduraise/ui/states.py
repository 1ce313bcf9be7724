"""Every state that a chip can tell, each with its colour, icon and word: decided once."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class State:
    """tone: live, ok, warn, bad, info, off or "" (plain). icon: "" for the dot of what is live."""

    tone: str
    icon: str
    word: str | Promise


STATES = {
    # a class
    "live": State("live", "", _("Live")),
    "booking": State("info", "loader", _("Being booked")),
    "changing": State("info", "loader", _("Being changed at Zoom")),
    "attention": State("warn", "triangle-alert", _("Needs attention")),
    "silent": State("warn", "refresh-cw", _("Zoom is not answering")),
    "cancelled": State("off", "x", _("Cancelled")),
    "ended": State("off", "check", _("Ended")),
    "paused": State("off", "check", _("Ended in Zoom")),
    "missed": State("warn", "calendar-x", _("Nobody started it")),
    "moved": State("warn", "", _("Moved")),
    "checked": State("ok", "check", _("Checked")),
    # a mark
    "present": State("ok", "check", _("Present")),
    "late": State("warn", "clock", _("Late")),
    "left-early": State("warn", "log-out", _("Left early")),
    "absent": State("bad", "x", _("Absent")),
    "excused": State("info", "file-check", _("Excused")),
    # a rule
    "required": State("", "lock", _("Required")),
    "suggested": State("", "info", _("Suggested")),
    # a connection, a person, a program
    "connected": State("ok", "check", _("Connected")),
    "disconnected": State("bad", "unplug", _("Not connected")),
    "reconnect": State("warn", "plug", _("Reconnect")),
    "invited": State("info", "mail", _("Invited")),
    "archived": State("off", "minus", _("Archived")),
    # plain tones, for a word of the page's own
    "ok": State("ok", "check", ""),
    "warn": State("warn", "triangle-alert", ""),
    "bad": State("bad", "circle-alert", ""),
    "info": State("info", "info", ""),
    "off": State("off", "", ""),
    "plain": State("", "", ""),
}
