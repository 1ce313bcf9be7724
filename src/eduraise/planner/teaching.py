"""Who teaches the classes of a plan: which of them belong together, and who could take them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.planner.checking import Facts, may_teach, open_rows
from eduraise.planner.enums import IN_THE_WAY, Verdict
from eduraise.planner.models import Plan, PlannedClass
from eduraise.planner.words import hour_of, words_of
from eduraise.programs.enums import Permission
from eduraise.programs.models import Assignment
from eduraise.programs.queries import held_by


class Which(models.TextChoices):
    """The classes that get a teacher together with one of them."""

    ONE = "one", gettext_lazy("This class")
    HOUR = "hour", gettext_lazy("All of its hour")
    SAME = "same", gettext_lazy("All with the same teacher")


@dataclass(frozen=True)
class Offer:
    """Somebody who may teach here. holds: how many of the classes nothing would hinder; why_not: what
    hinders the first of the others; away: at how many of those that she could hold she is not there, as she
    states, and why_away: why at the first of them."""

    teacher: User
    holds: int
    why_not: str
    away: int = 0
    why_away: str = ""

    @property
    def there(self) -> int:
        """At how many she could be without anything to be said against it."""
        return self.holds - self.away


@dataclass(frozen=True)
class Barred:
    """Somebody who teaches in the program and can't be given a class there; why: in a sentence."""

    name: str
    why: str


@dataclass
class Teaching:
    """The choice of a teacher for one class of a plan, or for all that belong to it."""

    plan: Plan
    row: PlannedClass
    rows: Sequence[PlannedClass]
    which: Which
    now: datetime

    @property
    def chosen(self) -> list[PlannedClass]:
        """The classes that it is about."""
        return _alike(self.rows, self.row, self.which)

    @property
    def ways(self) -> list[tuple[Which, str, int]]:
        """Which classes can be meant, each in words and with how many, where they are more than before."""
        found: list[tuple[Which, str, int]] = []
        for which in Which:
            number = len(_alike(self.rows, self.row, which))
            if not found or number > found[-1][2]:
                found.append((which, self._words(which), number))
        return found

    def _words(self, which: Which) -> str:
        if which is Which.ONE:
            return _("This class")
        if which is Which.HOUR:
            return _("All of %(hour)s") % {"hour": hour_of(self.row)}
        if name := who_of(self.row):
            return _("All of “%(name)s”") % {"name": name}
        return _("All that nobody teaches")

    def offers(self) -> list[Offer]:
        """Who may teach them: who is free first, then who could hold more of them, then by name; the same
        queries however many they are."""
        teachers = may_teach(self.plan.program, self.plan.by, self.now)
        chosen = {row.pk for row in self.chosen}
        of_them = [row for row in self.rows if row.pk in chosen]
        facts = Facts(self.plan, self.rows, self.now, dict.fromkeys(teachers, of_them))
        offers = [self._offer(facts.afresh(), teacher, chosen) for teacher in teachers]
        return sorted(offers, key=lambda offer: (-offer.there, -offer.holds))

    def barred(self, offers: Iterable[Offer]) -> list[Barred]:
        """The others who teach in the program, by name, each with why she can't be chosen."""
        offered = {offer.teacher.pk for offer in offers}
        here = Assignment.objects.active(self.now).filter(
            program=self.plan.program, only_for__isnull=True, person__is_active=True
        )
        rows = here.exclude(person__in=offered).select_related("person").prefetch_related("deviations")
        return [Barred(row.person.name, _why_barred(row)) for row in rows.order_by("person__name", "pk")]

    def _offer(self, facts: Facts, teacher: User, chosen: Collection[int]) -> Offer:
        hindered: list[str] = []
        away: list[str] = []
        for row in _as_if(self.rows, teacher, chosen):
            row.verdicts = [*facts.verdicts(row)]
            if row.pk not in chosen:
                continue
            if row.codes & IN_THE_WAY:
                hindered.append(words_of(row)[0])
            away += [] if row.is_hindered else _away_words(row)
        first = (hindered or [""])[0]
        return Offer(teacher, len(chosen) - len(hindered), first, len(away), (away or [""])[0])


def _away_words(row: PlannedClass) -> list[str]:
    return [found["words"] for found in row.verdicts if found["code"] == Verdict.NOT_THERE]


def _why_barred(row: Assignment) -> str:
    if Permission.HOST not in held_by(row):
        words = _("Can’t: the part in this program (%(part)s) doesn’t allow holding classes.")
        return words % {"part": row.get_preset_display()}
    return _("Can’t: only a lead or an admin gives classes to others.")


def teaching_of(plan: Plan, row_number: int, which: str, now: datetime) -> Teaching | None:
    """The choice for a class of a plan; None where it has no such class, or that isn't open any more."""
    rows = open_rows(plan)
    row = next((row for row in rows if row.row_number == row_number), None)
    if row is None:
        return None
    return Teaching(plan, row, rows, Which(which) if which in Which.values else Which.ONE, now)


def who_of(row: PlannedClass) -> str:
    """Whose class it is, or whom the table names; "" for nobody."""
    return row.teacher.name if row.teacher else row.said_teacher


def unstaffed(rows: Iterable[PlannedClass]) -> list[list[PlannedClass]]:
    """The classes that nobody here can teach, by the hour of the week and by whom a table names."""
    found: dict[object, list[PlannedClass]] = {}
    for row in rows:
        found.setdefault((hour_key(row), row.teacher_id, row.said_teacher), []).append(row)
    return list(found.values())


def hour_key(row: PlannedClass) -> tuple[object, ...]:
    """Its hour of the week."""
    return row.on.isoweekday(), row.local_start, row.minutes


def _alike(rows: Iterable[PlannedClass], one: PlannedClass, which: Which) -> list[PlannedClass]:
    if which is Which.ONE:
        return [one]
    same = [row for row in rows if row.teacher_id == one.teacher_id and row.said_teacher == one.said_teacher]
    return same if which is Which.SAME else [row for row in same if hour_key(row) == hour_key(one)]


def _as_if(rows: Iterable[PlannedClass], teacher: User, chosen: Collection[int]) -> Iterator[PlannedClass]:
    """The rows one by one, the chosen ones as this teacher's for as long as they are looked at."""
    for row in rows:
        if row.pk not in chosen:
            yield row
            continue
        before, row.teacher = row.teacher, teacher
        try:
            yield row
        finally:
            row.teacher = before
