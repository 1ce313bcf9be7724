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

from eduraise.classes import states
from eduraise.classes.enums import ClassState
from eduraise.classes.models import ClassSession
from eduraise.classes.queries import for_list
from eduraise.classes.texts import topic_key
from eduraise.core.codes import read_code
from eduraise.programs.models import Program

PER_PAGE = 25
TEXT_LONGEST = 100
TABS = ("upcoming", "past")
ATTENTION = "attention"
STATES: dict[str, str | Promise] = {
    ATTENTION: _("Needs attention"),
    ClassState.LIVE.value: ClassState.LIVE.label,
    ClassState.BOOKED.value: ClassState.BOOKED.label,
    ClassState.BEING_BOOKED.value: ClassState.BEING_BOOKED.label,
    ClassState.CANCELLED.value: ClassState.CANCELLED.label,
    ClassState.ENDED.value: ClassState.ENDED.label,
}
# What "being booked" means to somebody who looks for it
ALSO = {ClassState.BEING_BOOKED.value: [ClassState.BEING_BOOKED, ClassState.SILENT, ClassState.NOT_BOOKED]}


@dataclass(frozen=True)
class Filters:
    """What is looked for. Values that nobody offers are ignored."""

    tab: str = "upcoming"
    program: str = ""
    state: str = ""
    text: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        """From an address's query."""
        tab, state = query.get("tab", ""), query.get("state", "")
        return cls(
            tab=tab if tab in TABS else TABS[0],
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
        return self.tab == "upcoming"

    @property
    def is_past(self) -> bool:
        """Whether the second tab is shown."""
        return self.tab == "past"

    def address(self, **changed: str) -> str:
        """The query of the same list with something else chosen; "" clears a filter. From page 1."""
        values = {"tab": self.tab, "program": self.program, "state": self.state, "q": self.text} | changed
        if values["tab"] == TABS[0]:
            values["tab"] = ""
        return f"?{urlencode({name: value for name, value in values.items() if value})}"


@dataclass(frozen=True)
class Listing:
    """A page of the list, with what its tabs and filters show."""

    filters: Filters
    page: Page[ClassSession]
    counts: dict[str, int]
    programs: list[Program]

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
    classes: QuerySet[ClassSession], programs: list[Program], query: Mapping[str, str], now: datetime
) -> Listing:
    """One page of some classes, narrowed by what the address says. The caller scopes them."""
    filters = Filters.read(query)
    tabs = {"upcoming": states.upcoming(classes, now), "past": states.past(classes, now)}
    found = _narrow(tabs[filters.tab], filters, now)
    order = ("starts_at", "pk") if filters.tab == "upcoming" else ("-starts_at", "-pk")
    page = Paginator(for_list(found, now).order_by(*order), PER_PAGE).get_page(query.get("page"))
    counts = {name: rows.count() for name, rows in tabs.items()}
    return Listing(filters, page, counts, programs)


def _narrow(classes: QuerySet[ClassSession], filters: Filters, now: datetime) -> QuerySet[ClassSession]:
    if filters.program:
        classes = classes.filter(program__code_key=filters.program.casefold())
    if filters.text:
        by_code = Q(code=code) if (code := read_code(filters.text)) else Q()
        classes = classes.filter(Q(topic_key__contains=topic_key(filters.text)) | by_code)
    if not filters.state:
        return classes
    stated = states.with_states(classes, now)
    if filters.state == ATTENTION:
        return stated.filter(states.NEEDS_ATTENTION)
    return stated.filter(Q(shown_state__in=ALSO.get(filters.state, [filters.state])))
