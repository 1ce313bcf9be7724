"""A student's own attendance as its page shows it; of nobody else anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page
from django.db.models import prefetch_related_objects

from eduraise.accounts.models import User
from eduraise.attendance import records
from eduraise.attendance.correcting import minutes_of
from eduraise.attendance.enums import ExcuseState, RegisterState, Status
from eduraise.attendance.excused import why_absent
from eduraise.attendance.explaining import explain, verdict_of
from eduraise.attendance.models import Excuse, Mark
from eduraise.attendance.records import OfProgram
from eduraise.attendance.rules import rules_of
from eduraise.attendance.strips import Bar, Strip
from eduraise.classes.lessons import name_lessons
from eduraise.classes.models import ClassSession
from eduraise.programs.models import Enrolment


@dataclass(frozen=True)
class OwnMark:
    """One class in a student's record. excuse: how theirs stands, "" for none; may_excuse: whether one is
    taken still; may_open: whether they may open the class, as nobody may who has left its program."""

    mark: Mark
    now: datetime
    excuse: str
    may_excuse: bool
    may_open: bool = True

    @property
    def session(self) -> ClassSession:
        """The class."""
        return self.mark.register.session

    @property
    def is_final(self) -> bool:
        """Whether it counts yet."""
        return self.mark.register.state != RegisterState.PENDING

    @property
    def status(self) -> str:
        """The mark, "" for none or as long as it isn't final and nobody set it."""
        is_said = self.is_final or bool(self.mark.hand_status)
        return (self.mark.hand_status or self.mark.rule_status) if is_said else ""

    @property
    def minutes(self) -> int:
        """Whole minutes that count."""
        return minutes_of(self.mark)

    @property
    def strip(self) -> Strip:
        """What the strip shows."""
        return Strip(self.session.starts_at, self.session.ends_at)

    @property
    def bars(self) -> list[Bar]:
        """Their time."""
        return self.strip.bars(self.mark.waits, "w") + self.strip.bars(self.mark.spans)

    @property
    def why(self) -> list[str]:
        """Why the mark is what it is."""
        return explain(self.mark, self.mark.register, self.now)

    @property
    def verdict(self) -> str:
        """The one sentence of these that says most: what somebody set, or what the rule came to."""
        return verdict_of(self.mark, self.mark.register, self.now)

    @property
    def excuse_label(self) -> str:
        """How their excuse stands."""
        return str(ExcuseState(self.excuse).label) if self.excuse else ""

    @property
    def why_absent(self) -> str:
        """Why an excuse that was accepted doesn't count, "" where it does."""
        return why_absent(self.mark) if self.excuse == ExcuseState.ACCEPTED else ""


@dataclass(frozen=True)
class Record:
    """A student's own record. chosen: the one program that it is narrowed to, or None."""

    programs: list[OfProgram]
    chosen: OfProgram | None
    marks: list[OwnMark]
    page: Page[Mark]


def of(student: User, now: datetime, *, code: str = "", number: str | None = None) -> Record:
    """What the page shows. code: of one program; an unknown one narrows nothing. Constant queries."""
    programs = records.record_of(student)
    chosen = (
        next((one for one in programs if one.program.code_key == code.casefold()), None) if code else None
    )
    page = records.own_marks(student, number, program=chosen.program if chosen else None)
    marks = list(page.object_list)
    prefetch_related_objects(marks, "register__session__program__attendance_rules")
    sessions = [mark.register.session for mark in marks]
    name_lessons(sessions, now)
    excuses = dict(
        Excuse.objects.filter(student=student, session__in=sessions)
        .exclude(state=ExcuseState.WITHDRAWN)
        .values_list("session", "state")
    )
    enrolled = set(Enrolment.objects.active(now).filter(person=student).values_list("program", flat=True))
    seen = ClassSession.objects.visible_to(student, now).filter(pk__in=[one.pk for one in sessions])
    may_open = set(seen.values_list("pk", flat=True))
    shown = [
        OwnMark(
            mark,
            now,
            excuses.get(mark.register.session_id, ""),
            may_excuse=mark.register.session.program_id in enrolled and _may_excuse(mark, now),
            may_open=mark.register.session_id in may_open,
        )
        for mark in marks
    ]
    return Record(programs, chosen, shown, page)


def mark_of(student: User, session: ClassSession, now: datetime) -> OwnMark | None:
    """A student's own mark of one class, None where there is none. One query, or two."""
    mark = Mark.objects.filter(student=student, register__session=session).select_related(
        "register", "hand_by"
    )
    found = mark.first()
    if found is None:
        return None
    found.register.session = session
    return OwnMark(found, now, "", may_excuse=False)


def _may_excuse(mark: Mark, now: datetime) -> bool:
    """Whether an excuse helps, and is taken still."""
    session = mark.register.session
    until = session.ends_at + timedelta(days=rules_of(session.program).excuse_days)
    is_needed = (mark.hand_status or mark.rule_status) in ("", Status.ABSENT)
    return is_needed and now <= until and session.cancelled_at is None
