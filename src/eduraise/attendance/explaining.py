"""A mark in words: what was seen, by which rule that comes to the mark, and what somebody said otherwise."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.attendance.correcting import minutes_of
from eduraise.attendance.entries import as_entered, cause_of
from eduraise.attendance.enums import Cause, Flag, Of, Source, Status
from eduraise.attendance.models import Mark, Register
from eduraise.classes.words import at_words
from eduraise.ui import times

#: So many stays are named one by one
NAMED = 4


def explain(mark: Mark, register: Register, now: datetime) -> list[str]:
    """Sentences that say why a mark is what it is, the evidence first; in the reader's language and zone.

    mark: with `hand_by`; register: with its session. No query where those were read with it.
    """
    lines = [_seen(mark, register, now)]
    if mark.waits:
        lines.append(
            _("In the waiting room %(spans)s, which doesn’t count.") % {"spans": _spans(mark.waits, register)}
        )
    if verdict := _verdict(mark, register, now):
        lines.append(verdict)
    if mark.is_estimate:
        lines.append(_("Zoom didn’t tell when they came or left each time; what is missing is estimated."))
    if Flag.SHORTER in mark.flags:
        lines.append(_("A later list of Zoom’s shows less time. What was seen before stays."))
    if Flag.TWO_PLACES in mark.flags:
        lines.append(_("Their personal link was in use at two places at once."))
    if register.rolled_up_at is not None:
        lines.append(_rolled_up(register.rolled_up_at, now))
    if mark.hand_at is not None:
        lines.append(_by_hand(mark, now))
    if mark.late_status:
        lines += _entered(mark, register, now)
    return lines


def verdict_of(mark: Mark, register: Register, now: datetime) -> str:
    """The one of these sentences that says most: what somebody set by hand, else by which rule; or what was
    seen."""
    if mark.hand_at is not None:
        return _by_hand(mark, now)
    return _verdict(mark, register, now) or _seen(mark, register, now)


def _rolled_up(at: datetime, now: datetime) -> str:
    zone = timezone.get_current_timezone()
    words = {"day": times.day(at.astimezone(zone).date(), now.astimezone(zone).date())}
    return _("What Zoom told of each coming and going was deleted on %(day)s.") % words


def _seen(mark: Mark, register: Register, now: datetime) -> str:
    if not mark.spans:
        if register.best_source:
            return _("Not seen in the meeting.")
        return _("Zoom told nothing of who was in this class.")
    if now < register.session.starts_at:
        return _("Seen in the meeting before its start: %(spans)s.") % {"spans": _spans(mark.spans, register)}
    source = str(Source(register.best_source).label) if register.best_source else ""
    words = {
        "spans": _spans(mark.spans, register),
        "minutes": mark.rule_minutes,
        "most": mark.terms.get("most", register.session.minutes),
        "source": source,
    }
    return _("There %(spans)s: %(minutes)d of %(most)d minutes count, by %(source)s.") % words


def _spans(spans: list[list[int]], register: Register) -> str:
    """ "18:03–18:47 and 18:52–19:28"; of many, how many times between when."""
    starts_at, zone = register.session.starts_at, timezone.get_current_timezone()
    hours = [(starts_at + timedelta(seconds=one), starts_at + timedelta(seconds=two)) for one, two in spans]
    if len(hours) > NAMED:
        words = {"number": len(hours), "span": times.span(hours[0][0], hours[-1][1], zone)}
        return _("%(number)d times between %(span)s") % words
    named = [times.span(began, ended, zone) for began, ended in hours]
    if len(named) == 1:
        return named[0]
    return _("%(first)s and %(last)s") % {"first": ", ".join(named[:-1]), "last": named[-1]}


def _verdict(mark: Mark, register: Register, now: datetime) -> str:
    terms = mark.terms
    if register.not_held_at is not None:
        return _("Somebody said that the class was not held: it counts for nobody.")
    if not mark.rule_status or not terms:
        if now < register.session.ends_at:
            return _("The class isn’t over: there is no mark yet.")
        return _("There is no mark by rule: the teacher sets it.")
    return _by_status(mark, register)


def _by_status(mark: Mark, register: Register) -> str:
    terms = mark.terms
    words = {"minutes": mark.rule_minutes, "needed": terms["needed"], "why": _why_needed(terms)}
    match mark.rule_status:
        case Status.LATE:
            return ngettext(
                "Late: came %(number)d minute after the start, more than %(most)d.",
                "Late: came %(number)d minutes after the start, more than %(most)d.",
                number := _minutes_between(register, terms["begins"], mark.first_in_at),
            ) % {"number": number, "most": terms["late"]}
        case Status.LEFT_EARLY:
            return ngettext(
                "Left early: went %(number)d minute before the end, more than %(most)d.",
                "Left early: went %(number)d minutes before the end, more than %(most)d.",
                number := -_minutes_between(register, terms["ends"], mark.last_out_at, up=True),
            ) % {"number": number, "most": terms["early"]}
        case Status.ABSENT:
            return _("Absent: %(minutes)d minutes, and %(needed)d were needed: %(why)s.") % words
        case Status.EXCUSED:
            return _("Excused: the teacher accepted an excuse. By the rule they would be absent.")
        case _:
            return _("Present: %(minutes)d minutes, and %(needed)d were needed: %(why)s.") % words


def _why_needed(terms: dict[str, object]) -> str:
    if terms["minutes"] is not None:
        return _("that many minutes are asked in this program")
    words = {"share": terms["share"], "length": terms.get("length")}
    if "length" not in terms:
        # locked before the length was kept with the mark
        return _("%(share)d %% of the class") % words
    if terms["of"] == Of.PLANNED:
        return _("%(share)d %% of the %(length)d minutes planned, rounded down") % words
    if terms["is_half"]:
        return _("%(share)d %% of %(length)d minutes, half of the planned time, rounded down") % words
    return _("%(share)d %% of the %(length)d minutes it was held, rounded down") % words


def _minutes_between(register: Register, second: int, at: datetime | None, *, up: bool = False) -> int:
    """Whole minutes from a second of the class until an instant, rounded down in size."""
    since = register.session.starts_at + timedelta(seconds=second)
    seconds = int(((at or since) - since).total_seconds())
    return -(-seconds // 60) if up else seconds // 60


def _by_hand(mark: Mark, now: datetime) -> str:
    words = {
        "name": mark.hand_by.name if mark.hand_by else _("Somebody who is gone"),
        "when": at_words(mark.hand_at or now, now),
        "status": str(Status(mark.status).label) if mark.status else _("no mark"),
        "minutes": minutes_of(mark),
        "why": mark.hand_why,
    }
    said = _("%(name)s set it to “%(status)s”, %(minutes)d minutes, on %(when)s")
    return (said + _(": “%(why)s”") if mark.hand_why else said + ".") % words


def _entered(mark: Mark, register: Register, now: datetime) -> list[str]:
    """What came after the lock, by what, and what becomes of it."""
    made = as_entered(mark)
    words = {"reason": _reason_entered(mark), "mark": mark_words(made.rule_status, made.rule_minutes)}
    lines = [_("%(reason)s: %(mark)s.") % words]
    if made.spans != mark.spans:
        lines.append(_seen(made, register, now))
    if mark.late_evidence and (verdict := _verdict(made, register, now)):
        lines.append(verdict)
    stands = _("If an admin lets it count, what was set by hand stands.")
    return [*lines, stands if mark.hand_status else _("It counts once an admin lets it.")]


def entry_words(mark: Mark) -> str:
    """ "More became known after the lock: “Late”, 40 min, in 18:20–19:00": for what reason an entry stands
    beside a mark, and what it comes to; in the reader's zone."""
    made = as_entered(mark)
    words = {"reason": _reason_entered(mark), "mark": mark_words(made.rule_status, made.rule_minutes)}
    if made.first_in_at is None or made.last_out_at is None:
        return _("%(reason)s: %(mark)s") % words
    words["span"] = times.span(made.first_in_at, made.last_out_at, timezone.get_current_timezone())
    return _("%(reason)s: %(mark)s, in %(span)s") % words


def _reason_entered(mark: Mark) -> str:
    match cause_of(mark):
        case Cause.EXCUSE if mark.late_status == Status.EXCUSED:
            return _("An excuse was accepted after the lock")
        case Cause.EXCUSE:
            return _("An excuse was taken back after the lock")
        case Cause.IDENTITY:
            return _("Somebody was named after the lock")
        case Cause.ENROLMENT:
            return _("The enrolment was changed after the lock")
        case _:
            return _("More became known after the lock")


def mark_words(status: str, minutes: int | None) -> str:
    """A mark as one of its changes tells of it, with its minutes."""
    label = str(Status(status).label) if status else _("no mark")
    return _("%(mark)s, %(n)d min") % {"mark": label, "n": minutes} if minutes is not None else label
