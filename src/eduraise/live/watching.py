"""What one person sees of the live board: the classes that are hers to know, what needs somebody first."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from uuid import UUID

from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from eduraise.access.rules import assignments_with
from eduraise.accounts.models import User
from eduraise.live.board import Board, BoardClass
from eduraise.live.enums import Stand
from eduraise.live.words import NOW, OVER, Line, line_of
from eduraise.programs.enums import Permission
from eduraise.programs.models import Assignment

# More than a page shows at once; the lists of classes have them all
MOST = 60
# What is not for who may not know how many came
HIDDEN = {"here": None, "unknown": 0, "waiting": 0}


@dataclass(frozen=True)
class Reach:
    """What somebody may know of. is_all: everything. programs, classes: which of her programs and single
    classes, each with whether she may know how many came."""

    person: int
    is_all: bool
    programs: dict[int, bool]
    classes: dict[str, bool]

    def sees(self, one: BoardClass) -> bool:
        """Whether she may know of it."""
        return self.is_all or one.program in self.programs or one.uid in self.classes

    def counts(self, one: BoardClass) -> bool:
        """Whether she may know how many are in it."""
        return self.is_all or self.programs.get(one.program, False) or self.classes.get(one.uid, False)


def reach_of(person: User, now: datetime, *, as_admin: bool) -> Reach:
    """What somebody may know of at present, asked afresh; one query, none for an admin."""
    if as_admin and person.is_admin and person.is_active:
        return Reach(person.pk, True, {}, {})
    programs: dict[int, bool] = {}
    classes: dict[str, bool] = {}
    if person.is_active:
        counts = assignments_with(person, Permission.SEE_ATTENDANCE, now).filter(pk=OuterRef("pk"))
        own = Assignment.objects.active(now).filter(person=person).annotate(counts=Exists(counts))
        for program, only_for, may_count in own.values_list("program_id", "only_for", "counts"):
            _add(programs, classes, program, only_for, may_count=may_count)
    return Reach(person.pk, False, programs, classes)


def _add(
    programs: dict[int, bool],
    classes: dict[str, bool],
    program: int,
    only_for: UUID | None,
    *,
    may_count: bool,
) -> None:
    if only_for is None:
        programs[program] = programs.get(program, False) or may_count
    else:
        classes[str(only_for)] = may_count


@dataclass(frozen=True)
class Watch:
    """The board for one reader. but: the code of a class that stands elsewhere on her page; with_coming:
    whether what is to come is on it."""

    board: Board
    reach: Reach
    now: datetime
    but: str = ""
    with_coming: bool = True

    @cached_property
    def classes(self) -> list[BoardClass]:
        """Those that are hers to know."""
        return [one for one in self.board.classes if self.reach.sees(one) and one.code != self.but]

    @cached_property
    def lines(self) -> list[Line]:
        """All of them, what needs somebody first."""
        lines = [
            line_of(
                one,
                self.now,
                reader=self.reach.person,
                may_help=self.reach.is_all or one.teacher == self.reach.person,
                shows_people=self.reach.counts(one),
            )
            for one in self.classes
        ]
        return sorted(lines, key=lambda line: (line.rank, line.one.starts_at, line.one.uid))

    @property
    def present(self) -> list[Line]:
        """What is on, or should be."""
        return self._in(lambda one: one.stand in NOW or self._is_on_by_plan(one))

    @property
    def coming(self) -> list[Line]:
        """What begins within the hour, the soonest first."""
        if not self.with_coming:
            return []
        lines = self._in(lambda one: one.stand not in NOW and self.now < one.starts_at)
        return sorted(lines, key=lambda line: (line.one.starts_at, line.one.uid))

    @property
    def ended(self) -> list[Line]:
        """What ended within the hour, the last first."""
        lines = self._in(lambda one: one.stand not in NOW and self.now >= one.ends_at)
        return sorted(lines, key=lambda line: line.one.ends_at, reverse=True)

    def _is_on_by_plan(self, one: BoardClass) -> bool:
        return one.stand not in OVER and one.starts_at <= self.now < one.ends_at

    def _in(self, chosen: object) -> list[Line]:
        assert callable(chosen)
        return [line for line in self.lines if chosen(line.one)][:MOST]

    @property
    def codes(self) -> frozenset[str]:
        """The classes that stand on it."""
        return frozenset(line.one.code for line in (*self.present, *self.coming, *self.ended))

    @property
    def people(self) -> int | None:
        """How many are in the classes that are on, as far as this reader may know; None where nobody does."""
        known = [
            one.here + one.unknown for one in self.classes if one.here is not None and self.reach.counts(one)
        ]
        return sum(known) or None

    @property
    def summary(self) -> str:
        """What is read out when it changes: without minutes and numbers of people, not to be chatty."""
        on = sum(one.stand in (Stand.ON, Stand.OVER_TIME, Stand.ALONE, Stand.LEFT) for one in self.classes)
        said = [ngettext("%(n)d class is on.", "%(n)d classes are on.", on) % {"n": on}] if on else []
        words = {
            Stand.NOT_STARTED: _("“%(topic)s” is not started."),
            Stand.ALONE: _("“%(topic)s” is on without its teacher."),
            Stand.LEFT: _("The teacher of “%(topic)s” has left it."),
        }
        said += [words[line.one.stand] % {"topic": line.one.topic} for line in self.present if line.rank == 0]
        return " ".join(said)

    @property
    def mark(self) -> str:
        """Changes when anything that this reader is shown does; with each minute, as minutes are shown."""
        shown = [(one.kept() if self.reach.counts(one) else one.kept() | HIDDEN) for one in self.classes]
        facts = [
            shown,
            int(self.now.timestamp()) // 60 if shown else 0,
            get_language(),
            str(timezone.get_current_timezone()),
            self.but,
            self.with_coming,
            self.reach.is_all,
        ]
        return blake2b(json.dumps(facts, sort_keys=True).encode(), digest_size=12).hexdigest()
