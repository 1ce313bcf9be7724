"""The register of one class as its page shows it: who was enrolled then, and what is known of each."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import cached_property

from django.core.paginator import Page, Paginator
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.accounts.names import by_name, name_order
from eduraise.attendance import evidence, here, nudging, sums, words
from eduraise.attendance.apart import told_apart
from eduraise.attendance.companions import said_of
from eduraise.attendance.correcting import may_correct
from eduraise.attendance.enums import RegisterState
from eduraise.attendance.evidence import Happening
from eduraise.attendance.here import Moment
from eduraise.attendance.marking import Rules
from eduraise.attendance.models import Companion, Mark, MarkChange, ReadingPlan, Register
from eduraise.attendance.rows import Row
from eduraise.attendance.rules import rules_of
from eduraise.attendance.spans import Span
from eduraise.attendance.strips import Bar, Strip
from eduraise.attendance.sums import Sum
from eduraise.attendance.tray import Answer, Unknown, answers_in, unknown_in
from eduraise.attendance.who import staff_of, students_of
from eduraise.classes.elsewhere import held_elsewhere
from eduraise.classes.enums import ClassState
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.classes.states import has_no_way_in, has_paused
from eduraise.programs.models import Enrolment

PER_PAGE = 60
# So many of those whom nobody knows stand above the register at a time
SHOWN_UNKNOWN = 5


class Sheet:
    """A class's register for its page; each part is read when it is first asked for.

    show: which rows, by what `sums.fits` takes; "" for all. number: which page of them; tray: which page of
    those whom nobody knows.
    """

    def __init__(
        self,
        session: ClassSession,
        standing: Standing,
        now: datetime,
        *,
        show: str = "",
        number: str = "",
        tray: str = "",
    ) -> None:
        self.session, self.standing, self.now = session, standing, now
        self.show, self.number, self.tray_number = show, number, tray

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
        """How many are counted as what; each once."""
        return Counter(sums.counted_as(row) for row in self.rows)

    @property
    def sums(self) -> list[Sum]:
        """The same in words, without what nobody is."""
        return sums.sums_of(self)

    @cached_property
    def sums_among(self) -> list[Sum]:
        """Of how many of them more is to be known."""
        return sums.sums_among(self)

    @property
    def entered(self) -> int:
        """Of how many more became known after the lock."""
        return sum(bool(row.late_label) for row in self.rows)

    @cached_property
    def page(self) -> Page[Row]:
        """The rows that were asked for."""
        shown = [row for row in self.rows if sums.fits(row, self.show)]
        return Paginator(shown, PER_PAGE).get_page(self.number or 1)

    @property
    def calm(self) -> int:
        """How many rows of the page need no look; folded on a phone, unless it is they who were asked for."""
        return 0 if self.show else sum(row.is_calm for row in self.page)

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
        return words.rule_words(self.rules, self.session.minutes)

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
        is_held_there = self.is_led_elsewhere or self.has_no_way_in or self.has_paused
        return nudging.is_on(self.session, self.now) and not is_held_there

    @property
    def is_led_elsewhere(self) -> bool:
        """Whether its people are led to where Zoom doesn't tell who comes."""
        return bool(self.session.other_link) and self.session.other_room is None

    @property
    def has_no_way_in(self) -> bool:
        """Whether it is on in another meeting, to which nobody can be led."""
        return has_no_way_in(self.session)

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
        return words.now_words(self)

    @property
    def here_number(self) -> str:
        """How many of those enrolled are in it, or came to it where it has ended in Zoom; to be shown."""
        kinds = (here.HERE, here.LEFT) if self.has_paused else (here.HERE,)
        return str(sum(row.place is not None and row.place.kind in kinds for row in self.rows))

    @property
    def here_of(self) -> str:
        """Of how many that is, in words."""
        words = _("of %(number)d came") if self.has_paused else _("of %(number)d here")
        return words % {"number": len(self.rows)}

    @property
    def not_here(self) -> int:
        """How many of those enrolled are not in it."""
        return len(self.rows) - int(self.here_number)

    @cached_property
    def enrolled(self) -> set[int]:
        """Who is enrolled at present."""
        rows = Enrolment.objects.active(self.now).filter(program=self.session.program_id)
        return set(rows.values_list("person", flat=True))

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
        stands = (self.has_paused, self.session.other_link, self.session.other_room, self.is_past_its_end)
        parts = (self.moment.mark, self.may_correct, *stands)
        return "-".join(str(part) for part in parts)

    # Those whom nobody knows

    @cached_property
    def unknown(self) -> list[Unknown]:
        """Who was in it and is nobody yet."""
        return unknown_in(self.register) if self.register is not None else []

    @cached_property
    def likely(self) -> dict[int, str]:
        """Students who may be one of them, by person; each with the name in Zoom."""
        return {one.suggested.pk: one.called for one in self.unknown if one.suggested}

    @cached_property
    def tray(self) -> Page[Unknown]:
        """Those of them that are asked about now, the longest there first. Each comes with a choice among all
        students: a few at a time."""
        return Paginator(self.unknown, SHOWN_UNKNOWN).get_page(self.tray_number or 1)

    @cached_property
    def answers(self) -> list[Answer]:
        """Who was named by hand."""
        return answers_in(self.register) if self.register is not None and self.has_begun else []

    @cached_property
    def companions(self) -> list[Companion]:
        """Who sat at whose device, because somebody said so."""
        return said_of(self.session) if self.has_begun else []

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
        return self.is_past_its_end and not self.is_running

    @property
    def is_past_its_end(self) -> bool:
        """Whether its planned end is past, be it still on or not."""
        return self.now >= self.session.ends_at

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
        return words.why_no_list(self.plan.why) if self.plan else ""

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
    def lock_words(self) -> str:
        """The same in words, "" for never or not yet known."""
        return words.lock_words(self.locks_at, self.now) if self.locks_at else ""

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
