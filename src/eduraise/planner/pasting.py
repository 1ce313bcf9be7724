"""Plans out of pasted tables: read with guessed columns, read again with corrected ones."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.access.rules import teachers_of
from eduraise.accounts.models import User
from eduraise.core.spreadsheets import Grid, Row, TableUnreadable, read_grid
from eduraise.planner import lessons
from eduraise.planner.columns import Guess, Known, guess, likeness
from eduraise.planner.drafting import MOST_ROWS, new_draft, only_draft, write_rows
from eduraise.planner.enums import PlanKind
from eduraise.planner.models import PastedTable, Plan
from eduraise.planner.sourcing import with_holidays
from eduraise.programs.enums import Permission
from eduraise.programs.models import Program
from eduraise.ui.written_dates import Order


def known_to(program: Program, order: Order, now: datetime) -> Known:
    """What a table of this program's classes may be read with. order: how its bringer writes dates."""
    today = now.astimezone(ZoneInfo(program.zone)).date()
    return Known(frozenset(_teachers(program, now)), order, today)


def read_table(content: bytes | str, known: Known) -> Grid:
    """The rows of a table of classes. Raises TableUnreadable (codes `table_*`)."""
    grid = read_grid(content, likeness(known), most_lines=MOST_ROWS)
    if not grid.rows:
        raise TableUnreadable(_("There is no line with a class in it."), code="table_empty")
    if len(grid.rows) > MOST_ROWS + 1:
        raise TableUnreadable(
            _("These are more than %(most)d lines. Bring them in parts.") % {"most": MOST_ROWS},
            code="table_too_long",
        )
    return grid


@transaction.atomic
def paste_table(
    *,
    program: Program,
    grid: Grid,
    known: Known,
    by: User,
    now: datetime,
    file_name: str = "",
    teacher: User | None = None,
    minutes: int | None = None,
) -> Plan:
    """Keep a table's classes as a plan, of which nothing is scheduled yet; rows that can't be read are kept
    with their reason.

    teacher, minutes: of rows that name none. Raises TooManyRows.
    """
    plan = new_draft(program=program, by=by, now=now, kind=PlanKind.TABLE)
    found = guess([row.cells for row in grid.rows if not row.broken], known)
    table = PastedTable(
        plan=plan,
        file_name=file_name[:200],
        encoding=grid.encoding,
        rows=[[row.number, row.cells, row.broken] for row in grid.rows],
        teacher=teacher or _only_one(program, now),
        minutes=minutes,
        made_at=now,
    )
    _read(plan, table, found, now)
    return plan


@transaction.atomic
def read_again(*, plan: Plan, found: Guess, teacher: User | None, minutes: int | None, now: datetime) -> None:
    """Read a plan's table otherwise: its classes, and what was chosen of them, are made anew.

    Raises PlanMoved if it isn't a draft any more.
    """
    only_draft(plan)
    table = PastedTable.objects.get(plan=plan)
    table.teacher, table.minutes = teacher, minutes
    _read(plan, table, found, now)


def _read(plan: Plan, table: PastedTable, found: Guess, now: datetime) -> None:
    program = plan.program
    table.columns, table.has_heading, table.order = list(found.columns), found.has_heading, found.order
    setting = lessons.Setting(
        zone=program.zone,
        title=program.title[:150],
        teachers=_teachers(program, now),
        teacher=table.teacher,
        minutes=table.minutes,
        # a table is read with the day on which it was brought
        today=table.made_at.astimezone(ZoneInfo(program.zone)).date(),
    )
    candidates, unread = lessons.read_lessons(rows_of(table), found, setting)
    if candidates:
        last_on = max(program.ends_on or candidates[0].on, *(one.on for one in candidates))
        candidates = with_holidays(program, candidates, last_on=last_on, now=now)
    table.unread = [[one.number, one.cells, one.code] for one in unread]
    table.save()
    write_rows(plan, candidates)


def rows_of(table: PastedTable) -> list[Row]:
    """The rows of a table as it was brought."""
    return [Row(number, tuple(cells), broken) for number, cells, broken in table.rows]


def text_of(table: PastedTable) -> str:
    """A table as text again, to be corrected."""
    return "\n".join("\t".join(" ".join(cell.split()) for cell in cells) for _n, cells, _b in table.rows)


def guess_of(table: PastedTable) -> Guess:
    """How a table was read last."""
    return Guess(tuple(table.columns), table.has_heading, Order(table.order))


def _teachers(program: Program, now: datetime) -> dict[str, User]:
    return lessons.teachers_by_name(teachers_of(program, now, permission=Permission.HOST))


def _only_one(program: Program, now: datetime) -> User | None:
    """The teacher of rows that name none, where there is but one."""
    teachers = teachers_of(program, now, permission=Permission.HOST)
    return teachers[0] if len(teachers) == 1 else None
