"""The register of one class as its page shows it: who was enrolled then, and what is known of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.accounts.names import by_name, name_order
from eduraise.attendance import evidence, here, nudging
from eduraise.attendance.apart import told_apart
from eduraise.attendance.correcting import may_correct
from eduraise.attendance.enums import RegisterState, Status
from eduraise.attendance.evidence import Happening
from eduraise.attendance.here import Moment
from eduraise.attendance.marking import Rules
from eduraise.attendance.models import Mark, MarkChange, ReadingPlan, Register
from eduraise.attendance.rows import Row
from eduraise.attendance.rules import rules_of
from eduraise.attendance.spans import Span
from eduraise.attendance.strips import Bar, Strip
from eduraise.attendance.tray import Answer, Unknown, answers_in, unknown_in
from eduraise.attendance.who import staff_of, students_of
from eduraise.classes.elsewhere import held_elsewhere
from eduraise.classes.enums import ClassState
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.classes.states import has_paused
from eduraise.classes.words import live_words

PER_PAGE = 60
# So many of those whom nobody knows stand open above the register
SHOWN_UNKNOWN = 5
#: What can be chosen besides the marks themselves
NONE, CHANGED, ENTERED, FLAGGED, MISSING = "none", "changed", "entered", "flagged", "missing"
#: Why Zoom has no list of who was in a class
WHY_NO_LIST = {
    "not_connected": gettext_lazy("Its host’s Zoom isn’t connected, so that Zoom can’t be asked."),
    "paid_plan_needed": gettext_lazy("Its host has a basic Zoom account, and Zoom lists nobody there."),
    "scope_missing": gettext_lazy("The app at Zoom may not ask who was in a meeting."),
}


@dataclass(frozen=True)
class Sum:
    """How many rows a filter would show."""

    value: str
    number: int
    words: str


class Sheet:
    """A class's register for its page; each part is read when it is first asked for.

    show: which rows, by a mark or one of NONE, CHANGED, ENTERED, FLAGGED, MISSING; "" for all. number: which
    page of them.
    """

    def __init__(
        self, session: ClassSession, standing: Standing, now: datetime, *, show: str = "", number: str = ""
    ) -> None:
        self.session, self.standing, self.now = session, standing, now
        self.show, self.number = show, number

    @cached_property
    def register(self) -> Register | None:
        """The register itself; None before the class begins, and where it never got one."""
        found = Register.objects.filter(session=self.session.pk).first()
        if found is not None:
            found.session = self.session
        return found

    @cached_property
    def rules(self) -> Rules:
        """The program's rules."""
        return rules_of(self.session.program)

    @cached_property
    def strip(self) -> Strip:
        """What the strips show."""
        return Strip(self.session.starts_at, self.session.ends_at)

    @cached_property
    def moment(self) -> Moment:
        """Who is in it now."""
        return here.moment_of(self.session, self.now)

    # The students

    @cached_property
    def rows(self) -> list[Row]:
        """Everybody by name: whoever has a mark, and unless it is locked whoever was enrolled."""
        marks = self._marks()
        people = {mark.student_id: mark.student for mark in marks.values()}
        if not self.is_locked:
            people |= {one.pk: one for one in User.objects.filter(pk__in=students_of(self.session))}
        rows = (Row(one, marks.get(one.pk), self) for one in people.values())
        return sorted(rows, key=lambda row: name_order(row.student))

    @cached_property
    def apart(self) -> dict[int, str]:
        """What tells students of one name apart, by person."""
        return told_apart((row.student for row in self.rows), sees_contact=self.standing.is_admin)

    def _marks(self) -> dict[int, Mark]:
        if self.register is None:
            return {}
        found = Mark.objects.filter(register=self.register).select_related("student", "hand_by")
        return {mark.student_id: mark for mark in found}

    def row(self, uid: str) -> Row | None:
        """The row of one student."""
        return next((row for row in self.rows if row.uid == uid), None)

    @cached_property
    def counts(self) -> Counter[str]:
        """How many have each mark, and of each of what can be chosen besides."""
        found = Counter(row.status or NONE for row in self.rows)
        found[CHANGED] = sum(row.is_by_hand for row in self.rows)
        found[ENTERED] = sum(bool(row.late_label) for row in self.rows)
        found[FLAGGED] = sum(bool(row.flags) for row in self.rows)
        found[MISSING] = sum(row.is_missing for row in self.rows)
        return found

    @property
    def sums(self) -> list[Sum]:
        """How many have which mark, for those that somebody has, and the rest in words."""
        words = {
            MISSING: _("not here yet"),
            Status.PRESENT: _("present"),
            Status.LATE: _("late"),
            Status.LEFT_EARLY: _("left early"),
            Status.ABSENT: _("absent"),
            Status.EXCUSED: _("excused"),
            NONE: _("without a mark"),
            CHANGED: _("set by hand"),
            FLAGGED: _("to look at"),
            ENTERED: _("more became known of"),
        }
        if self.is_running:
            # nobody has a mark before it is over
            del words[NONE]
        return [Sum(value, self.counts[value], text) for value, text in words.items() if self.counts[value]]

    @cached_property
    def page(self) -> Page[Row]:
        """The rows that were asked for."""
        return Paginator(list(self._shown(self.rows)), PER_PAGE).get_page(self.number or 1)

    def _shown(self, rows: Iterable[Row]) -> Iterable[Row]:
        if self.show == CHANGED:
            return (row for row in rows if row.is_by_hand)
        if self.show == ENTERED:
            return (row for row in rows if row.late_label)
        if self.show == FLAGGED:
            return (row for row in rows if row.flags)
        if self.show == MISSING:
            return (row for row in rows if row.is_missing)
        if self.show:
            return (row for row in rows if (row.status or NONE) == self.show)
        return rows

    @cached_property
    def names(self) -> dict[int, list[str]]:
        """By person under which names they were in Zoom, and how that was known; of those on the page."""
        if self.register is not None and self.register.rolled_up_at is not None:
            return {}
        return evidence.names_of(self.session, [row.student.pk for row in self.page])

    @cached_property
    def asides(self) -> dict[int, list[Span]]:
        """When those on the page were in breakout rooms, by person, as seconds since the class's start."""
        until = self.now if self.is_running else None
        return evidence.asides_of(self.session, [row.student.pk for row in self.page], until)

    @cached_property
    def changes(self) -> dict[int, list[MarkChange]]:
        """What was changed of the marks on the page, by mark, the last first."""
        return evidence.changes_of([row.mark.pk for row in self.page if row.mark])

    @property
    def rule_words(self) -> str:
        """By which rule marks are made, in one sentence."""
        rules, minutes = self.rules, self.session.minutes
        words = {
            "share": rules.present_share,
            "needed": rules.present_minutes or max(1, minutes * rules.present_share // 100),
            "late": rules.late_minutes,
            "early": rules.early_minutes,
        }
        if rules.present_minutes:
            return _("Present from %(needed)d min, late after %(late)d min.") % words
        return _("Present from %(share)d %% of the class (%(needed)d min), late after %(late)d min.") % words

    # While it is on

    @property
    def is_running(self) -> bool:
        """Whether the class is on, by Zoom or by its own hour."""
        if self.session.cancelled_at is not None:
            return False
        is_its_hour = self.session.starts_at <= self.now < self.session.ends_at
        return is_its_hour or self.session.shown_state == ClassState.LIVE

    @property
    def awaits_people(self) -> bool:
        """Whether people are expected in Zoom at this moment: it is the class's hour, it wasn't led
        elsewhere, and it hasn't ended there."""
        return nudging.is_on(self.session, self.now) and not self.is_led_elsewhere and not self.has_paused

    @property
    def is_led_elsewhere(self) -> bool:
        """Whether its people are led elsewhere at this moment."""
        return bool(self.session.other_link)

    @property
    def has_paused(self) -> bool:
        """Whether it was on, and has ended in Zoom before its planned end."""
        return has_paused(self.session, self.now)

    @property
    def is_on(self) -> bool:
        """Whether somebody is in it, as far as Zoom told."""
        return self.is_running and self.moment.since is not None

    @property
    def now_words(self) -> str:
        """How it stands at this moment."""
        if self.is_led_elsewhere:
            return _("Held elsewhere")
        if self.has_paused:
            return _("Ended in Zoom")
        if not self.is_on:
            return _("Nobody has started it yet")
        return (
            _("Over its time")
            if self.now >= self.session.ends_at
            else live_words(self.moment.since, self.now)
        )

    @property
    def here_number(self) -> str:
        """How many of those enrolled are in it, to be shown."""
        return str(sum(row.place is not None and row.place.kind == here.HERE for row in self.rows))

    @property
    def missing(self) -> list[Row]:
        """Who is expected, and has not come."""
        return [row for row in self.rows if row.is_missing]

    @property
    def to_nudge(self) -> int:
        """How many of them were not sent the link yet."""
        return sum(not row.is_nudged for row in self.missing)

    @property
    def may_nudge(self) -> bool:
        """Whether this reader may call them in."""
        return self.may_correct and self.awaits_people

    @property
    def tag(self) -> str:
        """Changes with what the page shows while the class is on."""
        return f"{self.moment.mark}-{int(self.may_correct)}-{int(self.now >= self.session.ends_at)}"

    # Those whom nobody knows

    @cached_property
    def unknown(self) -> list[Unknown]:
        """Who was in it and is nobody yet."""
        return unknown_in(self.register) if self.register is not None else []

    @property
    def first_unknown(self) -> list[Unknown]:
        """Those of them that stand open, the longest there first."""
        return self.unknown[:SHOWN_UNKNOWN]

    @property
    def more_unknown(self) -> list[Unknown]:
        """The others, folded: the register stands below, and is to be reached."""
        return self.unknown[SHOWN_UNKNOWN:]

    @cached_property
    def answers(self) -> list[Answer]:
        """Who was named by hand."""
        return answers_in(self.register) if self.register is not None and self.has_begun else []

    @cached_property
    def happened(self) -> list[Happening]:
        """What was done to the register as a whole, the last first."""
        return evidence.happened_to(self.register) if self.register is not None else []

    @cached_property
    def unseen(self) -> list[Row]:
        """Students who were not seen, of whom one may be it."""
        return [row for row in self.rows if not row.times_in]

    @cached_property
    def others(self) -> list[Row]:
        """The others."""
        return [row for row in self.rows if row.times_in]

    @cached_property
    def staff(self) -> list[User]:
        """Who taught or assisted then."""
        return list(User.objects.filter(pk__in=staff_of(self.session)).order_by(*by_name()))

    # How it stands

    @property
    def may_correct(self) -> bool:
        """Whether this reader sets marks here, now."""
        return may_correct(self.standing) and self.has_begun and not self.is_locked and not self.is_cancelled

    @property
    def is_cancelled(self) -> bool:
        """Whether there is nothing to mark."""
        return self.session.cancelled_at is not None

    @property
    def has_begun(self) -> bool:
        """Whether there is anything to mark yet."""
        return self.now >= self.session.starts_at

    @property
    def is_over(self) -> bool:
        """Whether it has ended."""
        return self.now >= self.session.ends_at and not self.is_running

    @property
    def is_locked(self) -> bool:
        """Whether nothing is changed any more."""
        return self.register is not None and self.register.state == RegisterState.LOCKED

    @property
    def is_final(self) -> bool:
        """Whether all is known that will be."""
        return self.register is not None and self.register.state == RegisterState.FINAL

    @property
    def is_worked_out(self) -> bool:
        """Whether it was looked at yet who those are of whom Zoom told: moments after the first came, it
        wasn't, and nobody is missing for that."""
        is_looked_at = self.register is None or self.register.folded_at is not None
        return is_looked_at or bool(self.moment.places)

    @property
    def was_seen(self) -> bool:
        """Whether Zoom told of anybody in it."""
        return self.register is not None and bool(self.register.best_source)

    @cached_property
    def is_elsewhere(self) -> bool:
        """Whether a part of it was held elsewhere, where nobody tells who came."""
        return self.has_begun and self.session.pk in held_elsewhere([self.session])

    @property
    def needs_hand(self) -> bool:
        """Whether nothing is known that marks could be made of."""
        return self.has_begun and not self.is_cancelled and not self.was_seen and not self.is_running

    @property
    def why_no_list(self) -> str:
        """Why Zoom has no list of this class, "" where it has or nothing is known of it."""
        return str(WHY_NO_LIST.get(self.plan.why, "")) if self.plan else ""

    @cached_property
    def plan(self) -> ReadingPlan | None:
        """When Zoom is read."""
        return ReadingPlan.objects.filter(register=self.register).first() if self.register else None

    @property
    def is_asked(self) -> bool:
        """Whether Zoom is to be read because somebody wants it."""
        plan = self.plan
        if plan is None or plan.asked_at is None or plan.settled_at is not None:
            return False
        return plan.read_at is None or plan.read_at < plan.asked_at

    @property
    def read_at(self) -> datetime | None:
        """When Zoom was last read."""
        return self.plan.read_at if self.plan else None

    @property
    def final_by(self) -> datetime:
        """When it is final at the latest."""
        return self.session.ends_at + timedelta(hours=24)

    @property
    def locks_at(self) -> datetime | None:
        """When it will be locked, None for never or not yet known."""
        if not self.is_final or self.register is None or not self.rules.lock_days:
            return None
        since = max(filter(None, (self.register.final_at, self.register.reopened_at)), default=None)
        return since + timedelta(days=self.rules.lock_days) if since else None

    @property
    def teacher_late_minutes(self) -> int | None:
        """Whole minutes after the start at which the teacher came, 0 for in time; None if she wasn't seen."""
        if self.register is None or self.register.teacher_late_seconds is None:
            return None
        return max(0, self.register.teacher_late_seconds) // 60

    @property
    def ended_early_minutes(self) -> int:
        """Whole minutes before the planned end at which it was over."""
        until = self.register.held_until if self.register and self.is_over else None
        return max(0, int((self.session.ends_at - until).total_seconds()) // 60) if until else 0

    @property
    def is_held_short(self) -> bool:
        """Whether it ended more than a little before its time."""
        return self.ended_early_minutes >= self.rules.early_minutes > 0

    def bars_of(self, one: Unknown) -> list[Bar]:
        """When somebody whom nobody knows waited and was there; who has not left is there until now."""
        since = self.session.starts_at
        waits = [*one.waits, (one.waits_at, self.now)] if one.waits_at else one.waits
        spans = [*one.spans, (one.open_at, self.now)] if one.open_at else one.spans
        waiting = self.strip.bars(evidence.seconds_since(since, sorted(waits)), "w")
        return waiting + self.strip.bars(evidence.seconds_since(since, sorted(spans)))
