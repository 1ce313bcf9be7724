"""Which classes somebody ticked in a list, and what is to be known of them before they are changed as one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from django.db.models import Count, Q, prefetch_related_objects
from django.http import QueryDict

from eduraise.accounts.models import User
from eduraise.classes import queries
from eduraise.classes.checking import Verdict, check, standing_problem
from eduraise.classes.models import ClassSession
from eduraise.classes.queries import Hearers
from eduraise.classes.restoring import calls_of, has_heard
from eduraise.classes.restoring_checks import check_restoring
from eduraise.classes.several import MOST_AT_ONCE, Chosen
from eduraise.classes.shifting import Shift
from eduraise.core.codes import read_code
from eduraise.zoom.models import ZoomMeeting

# What a page holds: the list's ticks, and of these those that are still ticked
TICKED, SHOWN = "pick", "shown"


@dataclass(frozen=True)
class Picked:
    """The classes that a page is about, by date. ticked: those that are still meant. left_out: how many of
    those that were asked for this person may not change, or doesn't know."""

    sessions: list[ClassSession]
    ticked: Collection[str]
    left_out: int = 0
    seen: dict[str, int] = field(default_factory=dict)

    @property
    def meant(self) -> list[ClassSession]:
        """Those that are ticked."""
        return [session for session in self.sessions if session.code in self.ticked]

    def chosen(self, shift: Shift | None = None) -> list[Chosen]:
        """Those that are ticked as they were seen, where a rule moves them to."""
        return [
            Chosen(session, self.seen.get(session.code, 0), shift.start_of(session) if shift else None)
            for session in self.meant
        ]


def read_picked(data: QueryDict, user: User, permission: str, now: datetime) -> Picked:
    """From what a page or an address says; one query. Of more than are changed at once the first."""
    ticked = [code for text in data.getlist(TICKED) if (code := read_code(text))]
    shown = [code for text in data.getlist(SHOWN) if (code := read_code(text))] or ticked
    codes = list(dict.fromkeys(shown))[:MOST_AT_ONCE]
    rows = queries.changeable_by(user, permission, now).filter(code__in=codes)
    sessions = list(rows.order_by("starts_at", "pk"))
    seen = {session.code: _version(data, session) for session in sessions}
    return Picked(sessions, set(ticked), len(codes) - len(sessions), seen)


def _version(data: QueryDict, session: ClassSession) -> int:
    """The version that the page showed; in an address there is none, and the present one is shown."""
    text = data.get(f"version-{session.code}", "")
    return int(text) if text.isdecimal() and len(text) < 10 else session.version


@dataclass(frozen=True)
class Outlook:
    """What would come of it. told: the students who hear of it, each once. calls: changes at Zoom."""

    verdicts: Sequence[Verdict]
    told: Hearers
    calls: int

    ticked: Collection[str] = ()

    @property
    def moving(self) -> int:
        """How many of the ticked classes get other hours."""
        return sum(verdict.moves for verdict in self._meant)

    @property
    def hindered(self) -> int:
        """With how many of the ticked classes it can't be done."""
        return sum(not verdict.is_possible for verdict in self._meant)

    @property
    def _meant(self) -> list[Verdict]:
        return [verdict for verdict in self.verdicts if verdict.session.code in self.ticked]


def outlook_of_move(picked: Picked, shift: Shift | None, reader: User, now: datetime) -> Outlook:
    """What moving the ticked classes would come to; all are looked at, those without a tick as they are."""
    moved = picked.chosen(shift)
    verdicts = {verdict.session.pk: verdict for verdict in check(moved, reader, now)} if shift else {}
    rows = [
        verdicts.get(session.pk) or Verdict(Chosen(session, session.version), standing_problem(session, now))
        for session in picked.sessions
    ]
    calls = sum(verdict.moves and verdict.session.occurrence is not None for verdict in rows)
    return Outlook(rows, _told(picked, now), calls, picked.ticked)


def outlook_of_cancelling(picked: Picked, now: datetime) -> Outlook:
    """What cancelling them would come to."""
    rows = [
        Verdict(Chosen(session, session.version), standing_problem(session, now))
        for session in picked.sessions
    ]
    calls = sum(calls_of_cancelling(picked.meant, now).values())
    return Outlook(rows, _told(picked, now), calls, picked.ticked)


def outlook_of_restoring(
    picked: Picked, reader: User, now: datetime, *, is_first: bool
) -> tuple[Picked, Outlook]:
    """What restoring cancelled classes would come to. is_first: nobody has looked at them yet, so that those
    with which it can't be done lose their ticks, unless it can be done with none."""
    prefetch_related_objects(picked.sessions, "series")
    chosen = [Chosen(session, session.version) for session in picked.sessions]
    verdicts = check_restoring(chosen, reader, now)
    if is_first:
        possible = {one.session.code for one in verdicts if one.is_possible} & set(picked.ticked)
        picked = replace(picked, ticked=possible or picked.ticked)
    programs = {one.program_id: one.program for one in picked.meant if has_heard(one)}
    told = queries.hearers_of(programs.values(), now)
    return picked, Outlook(verdicts, told, calls_of(picked.meant), picked.ticked)


def _told(picked: Picked, now: datetime) -> Hearers:
    programs = {one.program_id: one.program for one in picked.meant if one.told_booked}
    return queries.hearers_of(programs.values(), now)


def calls_of_cancelling(sessions: Sequence[ClassSession], now: datetime) -> dict[int, int]:
    """How many changes at Zoom cancelling some classes takes, by the key of their meeting; one query. A date
    of a series takes one, and the last ones together one for the whole."""
    by_meeting = Counter(one.occurrence.meeting_id for one in sessions if one.occurrence)
    still = Q(
        occurrences__wanted_gone=False, occurrences__replaced=False, occurrences__wanted_ends_at__gt=now
    )
    standing = ZoomMeeting.objects.filter(pk__in=by_meeting).annotate(left=Count("occurrences", filter=still))
    left = dict(standing.values_list("pk", "left"))
    return {
        meeting: 1 if number >= left.get(meeting, 0) else number for meeting, number in by_meeting.items()
    }
