"""What the homes of all roles have in common: the board, what needs somebody, the days ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.detailing import Detail
from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.classes.states import has_paused
from eduraise.core import hooks
from eduraise.core.hooks import Problem
from eduraise.ui.times import state_of_start

WEEK = timedelta(days=7)
# More than a page of Today shows at once; the lists of classes have them all
MOST = 60
PROGRAMS = 12
# How long a page stands before it looks again by itself: while something is near, and otherwise
SOON, LATER = 20, 60


@dataclass(frozen=True)
class Home:
    """One role's home: what its template shows, the class on its board, and what waits for the reader."""

    context: dict[str, Any]
    board: Detail | None = None
    needs: list[Problem] = field(default_factory=list)
    is_near: bool = False

    @property
    def refreshes_every(self) -> int:
        """Seconds after which the page looks again by itself."""
        return SOON if self.board or self.is_near else LATER


def title_of(home: Home, now: datetime) -> str:
    """The title in the browser, beginning with what matters: "Starts in 12 min – Sets", "(4) Today"."""
    if home.board:
        session, zone = home.board.session, timezone.get_current_timezone()
        state = home.board.board_state or state_of_start(session.starts_at, zone, now)
        return f"{state} – {session.title}"
    return f"({len(home.needs)}) {_('Today')}" if home.needs else _("Today")


def board_of(
    coming: Iterable[ClassSession],
    reader: User,
    now: datetime,
    standing: Callable[[ClassSession], Standing],
) -> Detail | None:
    """The class on the board: the first that is near; one past its planned end, or that has ended in Zoom,
    only if no other is."""
    near = []
    for session in coming:
        if session.cancelled_at is None:
            detail = Detail(session, standing(session), reader, now)
            if not detail.has_board:
                break
            near.append(detail)
    due = (one for one in near if one.session.ends_at > now and not one.has_paused)
    return next(due, near[0] if near else None)


def without(coming: Iterable[ClassSession], board: Detail | None) -> list[ClassSession]:
    """The rest, so that no class stands twice."""
    return [session for session in coming if board is None or session.pk != board.session.pk]


def of_the_week(coming: Iterable[ClassSession], now: datetime) -> list[ClassSession]:
    """Those of the next seven days."""
    return [session for session in coming if session.starts_at < now + WEEK]


def first_held(coming: Iterable[ClassSession], now: datetime) -> ClassSession | None:
    """The first that was not cancelled and has not ended in Zoom."""
    held = (one for one in coming if one.cancelled_at is None and not has_paused(one, now))
    return next(held, None)


def today_of(now: datetime) -> date:
    """The reader's day."""
    return now.astimezone(timezone.get_current_timezone()).date()


def is_today(at: datetime, now: datetime) -> bool:
    """Whether an instant falls on the reader's present day."""
    return at.astimezone(timezone.get_current_timezone()).date() == today_of(now)


def needs_of(person: User, now: datetime) -> list[Problem]:
    """What needs this person: worst first, then longest."""
    found = hooks.needs_of.ask(person=person, now=now)
    return sorted(found, key=lambda one: (one.severity != "bad", one.since is None, one.since or now))
