"""Which registers need somebody, and how those of each program stand, for whoever sees attendance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery

from eduraise.access import rules as access
from eduraise.accounts.models import User
from eduraise.attendance import entries, excuses
from eduraise.attendance.enums import ExcuseState, RegisterState
from eduraise.attendance.models import Excuse, Mark, Register
from eduraise.classes.lessons import name_lessons
from eduraise.classes.models import ClassSession
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program

PAGE = 25
# What was held longer ago waits for nobody any more, also where registers are never locked
BACK = timedelta(days=60)
# Nothing was told of the class that marks could be made of, and nothing is expected any more
UNTOLD = Q(best_source="") & (Q(state=RegisterState.FINAL) | Q(plan__settled_at__isnull=False))
# Somebody was in it whom nobody knows
UNKNOWN = Q(matched__lt=F("expected"))


@dataclass(frozen=True)
class ToCheck:
    """A register that needs somebody. unknown: so many in the meeting are known to nobody; by_hand: nothing
    was told of it, and somebody has no mark."""

    register: Register
    unknown: int
    by_hand: bool

    @property
    def session(self) -> ClassSession:
        """The class."""
        return self.register.session


@dataclass(frozen=True)
class OfProgram:
    """How the registers of a program stand. pending: of so many classes Zoom's list is still worked out;
    to_check: so many need somebody; excuses: so many wait for this reader's answer; entered: of so many that
    are locked more became known, which she can let count."""

    program: Program
    pending: int
    to_check: int
    excuses: int
    entered: int


@dataclass(frozen=True)
class Overview:
    """What the page shows. has_more: more registers need somebody; excuses: how many wait for the reader in
    all; entered: locked registers of which more became known, for who can let that count."""

    to_check: list[ToCheck]
    has_more: bool
    programs: list[OfProgram]
    page: Page[Program]
    excuses: int
    entered: list[Register]


def overview_of(person: User, now: datetime, *, number: str | None) -> Overview:
    """The registers that need somebody, the latest class first, and a page of her programs by code. Six
    queries; for an admin eight."""
    found = _open(person, now).filter(_needs()).annotate(by_hand=_by_hand())
    related = found.select_related("session__program", "session__teacher")
    rows = list(related.order_by("-session__starts_at", "-pk")[: PAGE + 1])
    to_check = [_to_check(one) for one in rows[:PAGE]]
    entered = _entered(person)
    name_lessons([*(one.session for one in to_check), *(one.session for one in entered)], now)
    seen = access.programs_with(person, Permission.SEE_ATTENDANCE, now).unarchived()
    page = Paginator(seen.order_by("code_key"), PAGE).get_page(number)
    sent = _excuses(person, now)
    programs = _of_programs(page, person, sent, now)
    return Overview(to_check, len(rows) > PAGE, programs, page, sum(sent.values()), entered)


def _entered(person: User) -> list[Register]:
    """Locked registers with marks that wait for an admin, each with their `number`; so many as a page has."""
    if not person.is_admin:
        return []
    numbers = entries.waiting().filter(register=OuterRef("pk")).order_by().values("register")
    rows = Register.objects.filter(pk__in=entries.waiting().values("register")).annotate(
        number=Subquery(numbers.annotate(number=Count("pk")).values("number"))
    )
    related = rows.select_related("session__program", "session__teacher")
    return list(related.order_by("-session__starts_at", "-pk")[:PAGE])


def _to_check(register: Register) -> ToCheck:
    unknown = max(0, register.expected - register.matched)
    return ToCheck(register, unknown, by_hand=bool(getattr(register, "by_hand", False)))


def _of_programs(page: Page[Program], person: User, sent: dict[int, int], now: datetime) -> list[OfProgram]:
    shown = list(page.object_list)
    counted = (
        _open(person, now)
        .filter(session__program__in=shown)
        .values("session__program")
        .annotate(
            pending=Count("pk", filter=Q(state=RegisterState.PENDING)),
            to_check=Count("pk", filter=_needs()),
        )
        .order_by()
    )
    numbers = {row["session__program"]: row for row in counted}
    none = {"pending": 0, "to_check": 0}
    entered = _entered_by_program(person, shown)
    return [
        OfProgram(one, row["pending"], row["to_check"], sent.get(one.pk, 0), entered.get(one.pk, 0))
        for one in shown
        for row in [numbers.get(one.pk, none)]
    ]


def _entered_by_program(person: User, programs: list[Program]) -> dict[int, int]:
    """Of how many locked registers of each more became known; for who can let it count."""
    if not person.is_admin:
        return {}
    waiting = entries.waiting().filter(register__session__program__in=programs).order_by()
    counted = waiting.values("register__session__program").annotate(n=Count("register", distinct=True))
    return dict(counted.values_list("register__session__program", "n"))


def _open(person: User, now: datetime) -> QuerySet[Register]:
    """Those of the last weeks that she sees."""
    rows = correctable(now, BACK)
    if person.is_admin and person.is_active:
        return rows
    programs = access.programs_with(person, Permission.SEE_ATTENDANCE, now)
    single = access.assignments_with(person, Permission.SEE_ATTENDANCE, now).filter(only_for__isnull=False)
    return rows.filter(
        Q(session__program__in=programs.values("pk")) | Q(session__uid__in=single.values("only_for"))
    )


def correctable(now: datetime, back: timedelta) -> QuerySet[Register]:
    """The registers of classes that were held within `back` and can still be corrected."""
    return Register.objects.filter(
        session__ends_at__lte=now,
        session__starts_at__gt=now - back,
        session__cancelled_at__isnull=True,
        session__program__archived_at__isnull=True,
        not_held_at__isnull=True,
    ).exclude(state=RegisterState.LOCKED)


def _needs() -> Q:
    return UNKNOWN | _by_hand()


def _by_hand() -> Q:
    return Q(UNTOLD, Exists(Mark.objects.filter(register=OuterRef("pk"), status="")))


def _excuses(person: User, now: datetime) -> dict[int, int]:
    """How many wait for her answer, by program."""
    waiting = Excuse.objects.filter(
        excuses.answerable_by(person, now),
        session__program__archived_at__isnull=True,
        state=ExcuseState.SENT,
    )
    counted = waiting.values("session__program").annotate(number=Count("pk", distinct=True)).order_by()
    return dict(counted.values_list("session__program", "number"))
