"""The list of classes: which tab, which filters, which page. All of it stands in the address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eduraise.accounts.models import User
from eduraise.classes import states, tallies
from eduraise.classes.enums import ClassState
from eduraise.classes.lessons import with_lessons
from eduraise.classes.models import ClassSession
from eduraise.classes.queries import for_list, with_right_to_edit
from eduraise.classes.texts import topic_key
from eduraise.core.codes import read_code
from eduraise.programs.models import Program

PER_PAGE = 25
TEXT_LONGEST = 100
# So many programs the list's menu offers; the others are found by their code or title
MENU_LONGEST = 40
UPCOMING, PAST, ATTENTION = TABS = ("upcoming", "past", "attention")
STATES: dict[str, str | Promise] = {
    ClassState.LIVE.value: ClassState.LIVE.label,
    ClassState.BOOKED.value: ClassState.BOOKED.label,
    ClassState.BEING_BOOKED.value: ClassState.BEING_BOOKED.label,
    ClassState.CANCELLED.value: ClassState.CANCELLED.label,
    ClassState.ENDED.value: ClassState.ENDED.label,
}
# Over, and nobody was seen in them: no state of its own, but what an admin looks for
MISSED = "missed"
STATES[MISSED] = _("Nobody started it")
# All that a row reads of a class and what belongs to it
READ = (
    *("code", "uid", "topic", "starts_at", "ends_at", "zone", "cancelled_at", "cancel_message"),
    *("program__code", "program__title", "program__archived_at"),
    "program__class_settings__join_opens_minutes",
    *("teacher__name", "cancelled_by__name"),
    *("occurrence__meeting__uid", "occurrence__meeting__join_url", "occurrence__meeting__read_at"),
)
# What "being booked" means to somebody who looks for it
ALSO = {ClassState.BEING_BOOKED.value: [ClassState.BEING_BOOKED, ClassState.SILENT, ClassState.NOT_BOOKED]}


@dataclass(frozen=True)
class Filters:
    """What is looked for. Values that nobody offers are ignored."""

    tab: str = UPCOMING
    program: str = ""
    state: str = ""
    text: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        """From an address's query."""
        tab, state = query.get("tab", ""), query.get("state", "")
        return cls(
            tab=tab if tab in TABS else UPCOMING,
            program=query.get("program", "").strip()[:16],
            state=state if state in STATES else "",
            text=query.get("q", "").replace("\0", "").strip()[:TEXT_LONGEST],
        )

    @property
    def is_narrow(self) -> bool:
        """Whether anything but the tab is chosen."""
        return bool(self.program or self.state or self.text)

    @property
    def is_upcoming(self) -> bool:
        """Whether the first tab is shown."""
        return self.tab == UPCOMING

    @property
    def is_past(self) -> bool:
        """Whether the second tab is shown."""
        return self.tab == PAST

    @property
    def is_attention(self) -> bool:
        """Whether the tab of what can't be held as it stands is shown."""
        return self.tab == ATTENTION

    def address(self, **changed: str) -> str:
        """The query of the same list with something else chosen; "" clears a filter. From page 1."""
        values = {"tab": self.tab, "program": self.program, "state": self.state, "q": self.text} | changed
        if values["tab"] == UPCOMING:
            values["tab"] = ""
        return f"?{urlencode({name: value for name, value in values.items() if value})}"


@dataclass(frozen=True)
class Listing:
    """A page of the list, with what its tabs and filters show.

    counts: how many each tab holds of what is looked for, as far as that is known without looking at all.
    """

    filters: Filters
    page: Page[ClassSession]
    counts: Mapping[str, int | None]
    programs: list[Program]

    @property
    def program(self) -> Program | None:
        """The one that is chosen."""
        return next((one for one in self.programs if one.code_key == self.filters.program.casefold()), None)

    @property
    def offered(self) -> list[Program]:
        """Those of the menu."""
        return self.programs[:MENU_LONGEST]

    @property
    def has_more_programs(self) -> bool:
        """Whether the menu can't hold them all."""
        return len(self.programs) > MENU_LONGEST

    @property
    def days(self) -> list[tuple[date, list[ClassSession]]]:
        """The page's classes by day, as the reader's clocks have it."""
        return by_day(self.page.object_list)


def by_day(sessions: Any) -> list[tuple[date, list[ClassSession]]]:
    """Classes in their order, grouped by the reader's days."""
    place = timezone.get_current_timezone()
    grouped = groupby(sessions, key=lambda session: session.starts_at.astimezone(place).date())
    return [(day, list(rows)) for day, rows in grouped]


def list_classes(
    classes: QuerySet[ClassSession],
    programs: list[Program],
    query: Mapping[str, str],
    reader: User,
    now: datetime,
) -> Listing:
    """One page of some classes, narrowed by what the address says. The caller scopes them.

    programs: those to choose from, one more than the menu holds if there are more, and the chosen one.
    """
    filters = Filters.read(query)
    order = ("-starts_at", "-pk") if filters.is_past else ("starts_at", "pk")
    chosen = _search(_in_state(classes, filters, now), filters)
    paginator: Paginator[Any] = Paginator(chosen.order_by(*order).values("pk"), PER_PAGE)
    counts = _counts(classes, filters, reader, now)
    if filters.tab in counts and not filters.state:
        paginator.count = counts[filters.tab]  # known already
    page = paginator.get_page(query.get("page"))
    # chosen before anything is worked out of them, which would be done for all
    rows = with_lessons(for_list(ClassSession.objects.filter(pk__in=page.object_list), now), now)
    page.object_list = with_right_to_edit(rows.only(*READ), reader, now).order_by(*order)
    shown = {**dict.fromkeys(TABS), **counts, filters.tab: paginator.count}
    return Listing(filters, page, shown, programs)


def _counts(
    classes: QuerySet[ClassSession], filters: Filters, reader: User, now: datetime
) -> Mapping[str, int]:
    """How many of the classes each tab holds; of those found by a state or words, which no index counts, only
    what needs attention. Everybody's, which an admin sees, are counted by an index instead of being looked at
    one by one."""
    if not (filters.state or filters.text or reader.is_admin):
        return tallies.of_teacher(reader, now, code_key=filters.program.casefold())
    found = _search(classes, filters)
    needing = {ATTENTION: states.needing_attention(found, now).count()}
    if filters.state or filters.text:
        return needing
    coming = found.filter(ends_at__gt=now).count()
    running_on = states.upcoming(found.filter(ends_at__lte=now), now).count()
    past = found.count() - coming - running_on
    return needing | {UPCOMING: coming + running_on, PAST: past}


def _search(classes: QuerySet[ClassSession], filters: Filters) -> QuerySet[ClassSession]:
    if filters.program:
        classes = classes.filter(program__code_key=filters.program.casefold())
    if filters.text:
        of_class = Q(topic_key__contains=topic_key(filters.text))
        of_program = Q(program__code_key=filters.text.casefold()) | Q(program__title__icontains=filters.text)
        by_code = Q(code=code) if (code := read_code(filters.text)) else Q()
        classes = classes.filter(of_class | of_program | by_code)
    return classes


def _in_state(classes: QuerySet[ClassSession], filters: Filters, now: datetime) -> QuerySet[ClassSession]:
    if filters.is_attention:
        rows = states.needing_attention(classes, now)
    else:
        rows = states.past(classes, now) if filters.is_past else states.upcoming(classes, now)
    if not filters.state:
        return rows
    stated = states.with_states(rows, now)
    if filters.state == MISSED:
        return stated.filter(states.MISSED)
    return stated.filter(Q(shown_state__in=ALSO.get(filters.state, [filters.state])))
