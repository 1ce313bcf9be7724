"""The register of one class as its page shows it: who was enrolled then, and what is known of each."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.attendance.enums import RegisterState, Status
from eduraise.attendance.marking import Rules
from eduraise.attendance.models import Mark, Register
from eduraise.attendance.rules import rules_of
from eduraise.attendance.strips import Bar, Strip
from eduraise.classes.enums import ClassState
from eduraise.classes.models import ClassSession
from eduraise.programs.models import Enrolment

PER_PAGE = 60
#: What can be chosen besides the marks themselves
NONE, CHANGED, ENTERED = "none", "changed", "entered"


@dataclass(frozen=True)
class Row:
    """One student in a register. mark: None before it was first worked out."""

    student: User
    mark: Mark | None
    strip: Strip

    @property
    def uid(self) -> str:
        """By what addresses and forms name the student."""
        return str(self.student.uid)

    @property
    def status(self) -> str:
        """The mark that counts, "" for none."""
        return str(self.mark.status) if self.mark else ""

    @property
    def by_rule(self) -> str:
        """What the rule says, "" for nothing."""
        return str(self.mark.rule_status) if self.mark else ""

    @property
    def by_rule_label(self) -> str:
        """The same in a word."""
        return str(Status(self.by_rule).label) if self.by_rule else ""

    @property
    def is_by_hand(self) -> bool:
        """Whether somebody said it."""
        return bool(self.mark and self.mark.hand_at)

    @property
    def is_entered(self) -> bool:
        """Whether later facts would make something else of a locked mark."""
        return bool(self.mark and self.mark.late_status)

    @property
    def late_label(self) -> str:
        """What they would make of it."""
        return str(Status(self.mark.late_status).label) if self.mark and self.mark.late_status else ""

    @property
    def minutes(self) -> int | None:
        """Whole minutes that count; None where nothing is known."""
        if self.mark is None:
            return None
        return self.mark.rule_minutes if self.mark.hand_minutes is None else self.mark.hand_minutes

    @property
    def bars(self) -> list[Bar]:
        """Their time, the waiting first, so that what counts lies on top."""
        if self.mark is None:
            return []
        return self.strip.bars(self.mark.waits, "w") + self.strip.bars(self.mark.spans)

    @property
    def times_in(self) -> int:
        """How often they came."""
        return len(self.mark.spans) if self.mark else 0

    @property
    def waited_minutes(self) -> int:
        """How long they stood in the waiting room."""
        waits = self.mark.waits if self.mark else []
        return int(sum(ended - began for began, ended in waits)) // 60


@dataclass(frozen=True)
class Sum:
    """How many rows a filter would show."""

    value: str
    number: int
    words: str


class Sheet:
    """A class's register for its page; each part is read when it is first asked for.

    show: which rows, by a mark or one of NONE, CHANGED, ENTERED; "" for all. number: which page of them.
    """

    def __init__(self, session: ClassSession, now: datetime, *, show: str = "", number: str = "") -> None:
        self.session, self.now, self.show, self.number = session, now, show, number

    @cached_property
    def register(self) -> Register | None:
        """The register itself; None before the class begins, and where it never got one."""
        return Register.objects.filter(session=self.session.pk).first()

    @cached_property
    def rules(self) -> Rules:
        """The program's rules."""
        return rules_of(self.session.program)

    @cached_property
    def strip(self) -> Strip:
        """What the strips show."""
        return Strip(self.session.starts_at, self.session.ends_at)

    @cached_property
    def rows(self) -> list[Row]:
        """Everybody by name: whoever has a mark, and unless it is locked whoever was enrolled."""
        marks = self._marks()
        people = {mark.student_id: mark.student for mark in marks.values()}
        if not self.is_locked:
            people |= {one.pk: one for one in enrolled_in(self.session)}
        rows = (Row(one, marks.get(one.pk), self.strip) for one in people.values())
        return sorted(rows, key=lambda row: (name_order(row.student.name), row.student.pk))

    def _marks(self) -> dict[int, Mark]:
        if self.register is None:
            return {}
        found = Mark.objects.filter(register=self.register).select_related("student", "hand_by")
        return {mark.student_id: mark for mark in found}

    @cached_property
    def counts(self) -> Counter[str]:
        """How many have each mark, and of each of what can be chosen besides."""
        found = Counter(row.status or NONE for row in self.rows)
        found[CHANGED] = sum(row.is_by_hand for row in self.rows)
        found[ENTERED] = sum(row.is_entered for row in self.rows)
        return found

    @property
    def sums(self) -> list[Sum]:
        """How many have which mark, for those that somebody has, and the rest in words."""
        words = {
            Status.PRESENT: _("present"),
            Status.LATE: _("late"),
            Status.LEFT_EARLY: _("left early"),
            Status.ABSENT: _("absent"),
            Status.EXCUSED: _("excused"),
            NONE: _("without a mark"),
            CHANGED: _("set by hand"),
            ENTERED: _("to be applied"),
        }
        return [Sum(value, self.counts[value], text) for value, text in words.items() if self.counts[value]]

    @cached_property
    def page(self) -> Page[Row]:
        """The rows that were asked for."""
        return Paginator(list(self._shown(self.rows)), PER_PAGE).get_page(self.number or 1)

    def _shown(self, rows: Iterable[Row]) -> Iterable[Row]:
        if self.show == CHANGED:
            return (row for row in rows if row.is_by_hand)
        if self.show == ENTERED:
            return (row for row in rows if row.is_entered)
        if self.show:
            return (row for row in rows if (row.status or NONE) == self.show)
        return rows

    @property
    def has_begun(self) -> bool:
        """Whether there is anything to mark yet."""
        return self.now >= self.session.starts_at

    @property
    def is_running(self) -> bool:
        """Whether the class is on, by Zoom or by its own hour."""
        if self.session.cancelled_at is not None:
            return False
        is_its_hour = self.session.starts_at <= self.now < self.session.ends_at
        return is_its_hour or self.session.shown_state == ClassState.LIVE

    @property
    def is_locked(self) -> bool:
        """Whether nothing is changed any more."""
        return self.register is not None and self.register.state == RegisterState.LOCKED

    @property
    def is_final(self) -> bool:
        """Whether all is known that will be."""
        return self.register is not None and self.register.state == RegisterState.FINAL

    @property
    def was_seen(self) -> bool:
        """Whether Zoom told of anybody in it."""
        return self.register is not None and bool(self.register.best_source)

    @property
    def locks_on(self) -> datetime | None:
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
        until = self.register.held_until if self.register and not self.is_running else None
        return max(0, int((self.session.ends_at - until).total_seconds()) // 60) if until else 0

    @property
    def is_held_short(self) -> bool:
        """Whether it ended more than a little before its time."""
        return self.ended_early_minutes >= self.rules.early_minutes > 0


def enrolled_in(session: ClassSession) -> list[User]:
    """Whose enrolment touches the class, in no order."""
    touching = Enrolment.objects.filter(
        Q(until_at__isnull=True) | Q(until_at__gt=session.starts_at),
        program=session.program_id,
        from_at__lt=session.ends_at,
    )
    return list(User.objects.filter(pk__in=touching.values("person")))


def name_order(name: str) -> str:
    """What names are sorted by: accents and capitals don't part what belongs together."""
    bare = (letter for letter in unicodedata.normalize("NFKD", name) if not unicodedata.combining(letter))
    return "".join(bare).casefold()
