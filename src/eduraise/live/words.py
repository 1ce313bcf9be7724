"""How a class on the board stands, in words and colours of chips; in the reader's language and zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.classes.enums import Attention
from eduraise.live.board import PATIENCE, BoardClass
from eduraise.live.enums import Stand
from eduraise.ui.times import clock_time

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
NOW = (Stand.NOT_STARTED, Stand.ALONE, Stand.LEFT, Stand.ON, Stand.OVER_TIME, Stand.UNKNOWN, Stand.PAUSED)
UNTAUGHT = (Stand.NOT_STARTED, Stand.ALONE, Stand.UNKNOWN)
OVER = (Stand.ENDED, Stand.ENDED_EARLY, Stand.MISSED)


@dataclass(frozen=True)
class Line:
    """A class as its line on the board says it. chip: a state of ui.states; icon: "" for the state's own.

    rank: 0 for what needs somebody at once, 1 for what may, 2 for the rest. node: of the rail.
    """

    one: BoardClass
    chip: str
    text: str
    rank: int
    icon: str | None = None
    is_own: bool = False
    is_for_reader: bool = False
    may_help: bool = False
    shows_people: bool = True
    is_thin: bool = False

    @property
    def node(self) -> str:
        """Which of the rail's nodes it is drawn with."""
        if self.rank < 2:
            return "attention"
        return {Stand.ON: "live", Stand.OVER_TIME: "live"}.get(
            self.one.stand, "over" if self.one.stand in OVER else ""
        )

    @property
    def leads_to(self) -> str:
        """The host of the room to which one press leads its people, while nobody teaches it as far as is
        known; "" where there is none."""
        return self.one.spare_host if self.may_help and self.one.stand in UNTAUGHT else ""

    @property
    def missing(self) -> int:
        """How many of those enrolled are not there, and not excused."""
        there = (self.one.here or 0) + self.one.waiting
        return max(0, self.one.enrolled - self.one.excused - there)


def line_of(one: BoardClass, now: datetime, *, reader: int, may_help: bool, shows_people: bool) -> Line:
    """The line of one class for a reader, by her key. may_help: she can lead it elsewhere; shows_people: she
    may know how many came."""
    chip, text, rank, icon = _said(one, now)
    is_thin = _is_thin(one, now) and shows_people
    return Line(
        one,
        chip,
        text,
        min(rank, 1) if is_thin else rank,
        icon,
        is_own=one.teacher == reader,
        is_for_reader=one.absent == reader,
        may_help=may_help,
        shows_people=shows_people,
        is_thin=is_thin,
    )


def _is_thin(one: BoardClass, now: datetime) -> bool:
    is_late = one.stand in (Stand.ON, Stand.LEFT) and now >= one.starts_at + PATIENCE
    return (
        is_late
        and one.here is not None
        and 2 * (one.here + one.unknown + one.waiting) < one.enrolled - one.excused
    )


def _said(one: BoardClass, now: datetime) -> tuple[str, str, int, str | None]:
    """Chip, words, rank and icon."""
    since = one.since
    match one.stand:
        case Stand.TROUBLE:
            return "attention", str(Attention(one.attention).label) if one.attention else "", 1, None
        case Stand.NOT_STARTED:
            return ("bad" if one.has_alarm else "warn"), _not_started(since, now), 0, "user-x"
        case Stand.ALONE:
            return ("bad" if one.has_alarm else "warn"), _alone(since, now), 0, "user-x"
        case Stand.LEFT:
            return ("bad" if one.has_alarm else "warn"), _left(since, now), 0, "user-x"
        case Stand.ON:
            return "live", _("On since %(time)s") % {"time": _clock(since)} if since else "", 2, None
        case Stand.OVER_TIME:
            return "info", _over_time(one.ends_at, now), 2, "clock"
        case Stand.ELSEWHERE:
            return "warn", _("Held elsewhere"), 1, "life-buoy"
        case Stand.UNKNOWN:
            return "off", _("Zoom hasn’t said whether it is on"), 1, "info"
        case Stand.PAUSED:
            ended = _("Ended in Zoom at %(time)s") % {"time": _clock(since)} if since else ""
            return "paused", ended, 1, None
        case Stand.ENDED_EARLY:
            return "warn", _early(one, since), 2, "log-out"
        case Stand.ENDED:
            return "ended", _("Ended at %(time)s") % {"time": _clock(since)} if since else "", 2, None
        case Stand.MISSED:
            return "missed", "", 1, None
        case _:
            return "", "", 2, None


def _minutes(since: datetime | None, now: datetime) -> int:
    return (now - since) // MINUTE if since else 0


def _not_started(since: datetime | None, now: datetime) -> str:
    minutes = _minutes(since, now)
    if minutes >= 60 and since:
        return _("Not started since %(time)s") % {"time": _clock(since)}
    if not minutes:
        return _("Not started yet")
    said = ngettext("Not started for %(n)d min", "Not started for %(n)d min", minutes)
    return said % {"n": minutes}


def _alone(since: datetime | None, now: datetime) -> str:
    minutes = _minutes(since, now)
    if minutes >= 60 and since:
        return _("Teacher missing since %(time)s") % {"time": _clock(since)}
    if not minutes:
        return _("Teacher not there yet")
    said = ngettext("Teacher missing for %(n)d min", "Teacher missing for %(n)d min", minutes)
    return said % {"n": minutes}


def _left(since: datetime | None, now: datetime) -> str:
    minutes = _minutes(since, now)
    if minutes >= 60 and since:
        return _("Teacher gone since %(time)s") % {"time": _clock(since)}
    said = ngettext("Teacher gone for %(n)d min", "Teacher gone for %(n)d min", minutes)
    return said % {"n": minutes}


def _over_time(ends_at: datetime, now: datetime) -> str:
    minutes = _minutes(ends_at, now)
    if minutes >= 60:
        return _("Over time since %(time)s") % {"time": _clock(ends_at)}
    return ngettext("%(n)d min over time", "%(n)d min over time", minutes) % {"n": minutes}


def _early(one: BoardClass, since: datetime | None) -> str:
    if since is None:
        return ""
    minutes = (one.ends_at - since) // MINUTE
    return ngettext("Ended %(n)d min early", "Ended %(n)d min early", minutes) % {"n": minutes}


def _clock(at: datetime | None) -> str:
    return clock_time(at, timezone.get_current_timezone()) if at else ""
