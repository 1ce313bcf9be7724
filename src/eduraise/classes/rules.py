"""What a program asks of its classes: how they are held, how long, when, and with how much notice.

Pure: a program's class settings and a wish come in; what is locked, suggested or refused comes out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eduraise.classes.times import zone_named
from eduraise.core.errors import DomainError
from eduraise.programs.enums import AutoRecording, Entry, Strength
from eduraise.programs.models import ClassSettings, Program
from eduraise.ui.times import day, length

WEEKDAYS = (
    gettext_lazy("Mondays"),
    gettext_lazy("Tuesdays"),
    gettext_lazy("Wednesdays"),
    gettext_lazy("Thursdays"),
    gettext_lazy("Fridays"),
    gettext_lazy("Saturdays"),
    gettext_lazy("Sundays"),
)
FARTHEST = timedelta(days=5 * 366)
# What a teacher may set for one class where its program leaves it open, with the values it may have.
CHOICES: dict[str, tuple[Any, ...]] = {
    "entry": tuple(Entry.values),
    "has_passcode": (True, False),
    "mutes_on_entry": (True, False),
    "auto_recording": tuple(AutoRecording.values),
    "requires_sign_in": (True, False),
}


class InThePast(DomainError):
    """The class would have begun already."""

    code = "in_the_past"


class TooFar(DomainError):
    """So far ahead that it must be a slip."""

    code = "too_far"


class TooSoon(DomainError):
    """Less notice than the program asks for."""

    code = "too_soon"


class ReasonNeeded(DomainError):
    """Less notice than the program asks for, which needs a reason."""

    code = "reason_needed"


class OutsideHours(DomainError):
    """A weekday or an hour at which the program holds no classes."""

    code = "outside_hours"


class LengthNotAllowed(DomainError):
    """Shorter or longer than the program's classes may be."""

    code = "length_not_allowed"


class SettingRequired(DomainError):
    """The program requires another value of a setting."""

    code = "setting_required"


@dataclass(frozen=True)
class SettingRule:
    """One setting of one program: the value it gives, and how firmly."""

    name: str
    value: Any
    strength: str

    @property
    def is_locked(self) -> bool:
        """Whether a class can't have another value."""
        return self.strength == Strength.REQUIRED


def setting_rules(settings: ClassSettings) -> dict[str, SettingRule]:
    """Each setting that a class has, as its program gives it."""
    return {
        name: SettingRule(name, getattr(settings, name), getattr(settings, f"{name}_strength"))
        for name in CHOICES
    }


def settle_settings(settings: ClassSettings, chosen: Mapping[str, Any]) -> dict[str, Any]:
    """All settings of one class: the program's, with what was chosen where it is left open.

    Raises SettingRequired for a choice that the program doesn't leave, or a value that doesn't exist.
    """
    settled = {}
    for name, rule in setting_rules(settings).items():
        value = chosen.get(name, rule.value)
        if value not in CHOICES[name]:
            raise SettingRequired(_("Choose one of the values shown."), field=name)
        if rule.is_locked and value != rule.value:
            raise SettingRequired(_("The program requires this setting."), field=name)
        settled[name] = value
    return settled


def require_hours(
    program: Program,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
    reason: str,
    *,
    is_new: bool = True,
) -> None:
    """Refuse hours that a program doesn't allow: their length, weekday or time of day, past or too soon.

    is_new: whether the start is; one that stays where it was needs no notice. Raises what those below do.
    """
    asked = program.class_settings
    require_length(asked, ends_at - starts_at)
    require_allowed_time(asked, program.zone, starts_at, ends_at)
    if is_new:
        require_notice(asked, starts_at, now, reason)


def refusal_of_hours(
    program: Program, starts_at: datetime, ends_at: datetime, now: datetime, *, is_new: bool = True
) -> str:
    """Why a program doesn't allow these hours, in words; "" if it does, or does for a reason."""
    try:
        require_hours(program, starts_at, ends_at, now, "", is_new=is_new)
    except ReasonNeeded:
        return ""
    except DomainError as problem:
        return problem.message
    return ""


def allows_time(program: Program, starts_at: datetime, ends_at: datetime) -> bool:
    """Whether the weekday and the hours are such at which a program has classes."""
    try:
        require_allowed_time(program.class_settings, program.zone, starts_at, ends_at)
    except OutsideHours:
        return False
    return True


def outside_days(program: Program, starts_at: datetime, now: datetime) -> str:
    """That a start lies before a program's first day or after its last one, in words; "" if it doesn't.

    It is no refusal: a class to catch up may come later.
    """
    place = zone_named(program.zone)
    on, today = starts_at.astimezone(place).date(), now.astimezone(place).date()
    if program.ends_on is not None and on > program.ends_on:
        return _("%(program)s ends on %(day)s") % {
            "program": program.code,
            "day": day(program.ends_on, today),
        }
    if program.starts_on is not None and on < program.starts_on:
        return _("%(program)s begins on %(day)s") % {
            "program": program.code,
            "day": day(program.starts_on, today),
        }
    return ""


def require_length(settings: ClassSettings, duration: timedelta) -> None:
    """Refuse a class that is shorter or longer than the program allows. Raises LengthNotAllowed."""
    minutes = duration / timedelta(minutes=1)
    if minutes != int(minutes):
        raise LengthNotAllowed(_("Give whole minutes."), field="minutes")
    if minutes < settings.shortest_minutes:
        raise LengthNotAllowed(
            _("Classes of this program last %(least)s at least.")
            % {"least": length(timedelta(minutes=settings.shortest_minutes))},
            field="minutes",
        )
    if minutes > settings.longest_minutes:
        raise LengthNotAllowed(
            _("Classes of this program last %(most)s at most.")
            % {"most": length(timedelta(minutes=settings.longest_minutes))},
            field="minutes",
        )


def require_allowed_time(
    settings: ClassSettings, program_zone: str, starts_at: datetime, ends_at: datetime
) -> None:
    """Refuse a weekday or an hour at which the program holds no classes, by the program's own clocks.

    Raises OutsideHours, which names what is allowed.
    """
    place = zone_named(program_zone)
    start, end = starts_at.astimezone(place), ends_at.astimezone(place)
    if not settings.weekdays & (1 << start.weekday()):
        raise OutsideHours(
            _("This program has no classes on %(day)s. It has on: %(days)s.")
            % {"day": WEEKDAYS[start.weekday()], "days": weekday_words(settings.weekdays)},
            field="date",
        )
    opens, closes = settings.from_time or time.min, settings.to_time
    too_late = closes is not None and (end.date() > start.date() or end.time() > closes)
    if start.time() < opens or (too_late and not _ends_at_midnight(start, end, closes)):
        raise OutsideHours(_hours_words(settings), field="time")


def require_notice(settings: ClassSettings, starts_at: datetime, now: datetime, reason: str) -> None:
    """Refuse a start in the past, and less notice than asked: always, or as long as no reason is given.

    Instants are compared, so that "later today" is later today in every zone. Raises InThePast, TooFar,
    TooSoon, ReasonNeeded.
    """
    if starts_at < now.replace(second=0, microsecond=0):
        raise InThePast(_("This time is over. Choose a later one."), field="time")
    if starts_at - now > FARTHEST:
        raise TooFar(_("This is more than five years ahead. Check the year."), field="date")
    if not is_short_notice(settings, starts_at, now):
        return
    asked = notice_words(settings)
    if settings.notice_is_hard:
        raise TooSoon(
            _("This program asks for %(notice)s of notice. Choose a later time.") % {"notice": asked},
            field="time",
        )
    if not reason.strip():
        raise ReasonNeeded(
            _("This program asks for %(notice)s of notice. Say why it is sooner.") % {"notice": asked},
            field="reason",
        )


def is_short_notice(settings: ClassSettings, starts_at: datetime, now: datetime) -> bool:
    """Whether a class that starts then is announced later than the program asks."""
    notice = timedelta(minutes=settings.notice_minutes)
    return bool(notice) and starts_at - now < notice


def notice_words(settings: ClassSettings) -> str:
    """How much notice the program asks for: "24 hours", "2 days"."""
    minutes = settings.notice_minutes
    if minutes and minutes % (24 * 60) == 0 and minutes > 24 * 60:
        days = minutes // (24 * 60)
        return ngettext("%(number)d day", "%(number)d days", days) % {"number": days}
    if minutes % 60 == 0:
        hours = minutes // 60
        return ngettext("%(number)d hour", "%(number)d hours", hours) % {"number": hours}
    return length(timedelta(minutes=minutes))


def weekday_words(mask: int) -> str:
    """The weekdays of a mask, Monday being its lowest bit."""
    return ", ".join(str(name) for day, name in enumerate(WEEKDAYS) if mask & (1 << day))


def _ends_at_midnight(start: datetime, end: datetime, closes: time | None) -> bool:
    """A program whose hours end at 00:00 allows classes until midnight, which is already the next day."""
    midnight = end.time() == time.min and end.date() == start.date() + timedelta(days=1)
    return closes == time.min and (midnight or end.date() == start.date())


def _hours_words(settings: ClassSettings) -> str:
    opens = f"{settings.from_time:%H:%M}" if settings.from_time else ""
    closes = f"{settings.to_time:%H:%M}" if settings.to_time else ""
    if opens and closes:
        return _("This program has classes from %(from)s to %(to)s only.") % {"from": opens, "to": closes}
    if opens:
        return _("This program has no classes before %(from)s.") % {"from": opens}
    return _("This program has no classes after %(to)s.") % {"to": closes}
