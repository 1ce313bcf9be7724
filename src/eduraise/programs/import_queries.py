"""Imports as pages show them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Q

from eduraise.accounts.models import Role
from eduraise.core.spreadsheets import write_table
from eduraise.programs.import_words import reason_of
from eduraise.programs.models import ImportLine, ImportRun
from eduraise.programs.tables import FIELDS

Verdict = ImportLine.Verdict
PER_PAGE = 50
RECENT = 10
_GOOD = Q(verdict=Verdict.GOOD)
_PLACED = Q(program__isnull=False)


@dataclass(frozen=True)
class Counts:
    """Lines of an import by what is or was done with them. tried: lines of which something came."""

    lines: int
    good: int
    known: int
    bad: int
    tried: int
    done: int
    invited: int
    enrolled: int
    assigned: int

    @property
    def to_try(self) -> int:
        """How many lines there were to do when it was confirmed."""
        return self.good - self.done + self.tried

    def of(self, verdict: str) -> int:
        """How many lines have this verdict."""
        return {Verdict.GOOD: self.good, Verdict.KNOWN: self.known, Verdict.BAD: self.bad}[Verdict(verdict)]


def find_run(uid: UUID) -> ImportRun | None:
    """The import with this uid, with who brought and confirmed it."""
    return ImportRun.objects.select_related("by", "confirmed_by", "program").filter(uid=uid).first()


def counts_of(run: ImportRun) -> Counts:
    """How many lines of each kind; one query.

    Before it is confirmed, `invited`, `enrolled` and `assigned` are what will happen; afterwards, what did.
    """
    happens = _GOOD if run.state == ImportRun.State.CHECKED else _GOOD & Q(done_at__isnull=False)
    found = ImportLine.objects.filter(run=run).aggregate(
        lines=Count("pk"),
        good=Count("pk", filter=_GOOD),
        known=Count("pk", filter=Q(verdict=Verdict.KNOWN)),
        bad=Count("pk", filter=Q(verdict=Verdict.BAD)),
        tried=Count("pk", filter=Q(done_at__isnull=False)),
        done=Count("pk", filter=_GOOD & Q(done_at__isnull=False)),
        invited=Count("pk", filter=happens & Q(is_new=True)),
        enrolled=Count("pk", filter=happens & _PLACED & Q(role=Role.STUDENT)),
        assigned=Count("pk", filter=happens & _PLACED & ~Q(role=Role.STUDENT)),
    )
    return Counts(**found)


def lines_page(run: ImportRun, *, verdict: str, number: str | None) -> Page[ImportLine]:
    """One page of an import's lines with one verdict, in the order of the table."""
    rows = ImportLine.objects.filter(run=run, verdict=verdict).select_related("program")
    return Paginator(rows.order_by("line_number"), PER_PAGE).get_page(number)


def same_table(run: ImportRun) -> ImportRun | None:
    """The newest confirmed import of the very same table, this one aside."""
    others = ImportRun.objects.filter(digest=run.digest, confirmed_at__isnull=False).exclude(pk=run.pk)
    return others.select_related("confirmed_by").order_by("-confirmed_at").first()


def recent_runs() -> list[ImportRun]:
    """The newest imports, each with `line_count` and `done_count`."""
    counted = ImportRun.objects.select_related("by").annotate(
        line_count=Count("lines"),
        done_count=Count("lines", filter=Q(lines__verdict=Verdict.GOOD, lines__done_at__isnull=False)),
    )
    newest = ImportRun.objects.order_by("-created_at").values_list("pk", flat=True)[:RECENT]
    return list(counted.filter(pk__in=list(newest)).order_by("-created_at"))


def bad_lines(run: ImportRun) -> bytes:
    """The lines that can't be imported as a table that can come back: cells, line number, reason."""
    return write_table(_bad_rows(run))


def bad_text(run: ImportRun) -> str:
    """The same to be corrected on a page."""
    return bad_lines(run).decode("utf-8-sig").replace("\r\n", "\n")


def _bad_rows(run: ImportRun) -> Iterator[list[object]]:
    yield [*FIELDS, "line", "reason"]
    rows = ImportLine.objects.filter(run=run, verdict=Verdict.BAD).order_by("line_number")
    for row in rows:
        yield [*(row.raw[field] for field in FIELDS), row.line_number, reason_of(row)]
