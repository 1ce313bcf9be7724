"""Two ways in which a room below speaks with rooms above without knowing them.

*Told* hooks run in the same transaction as what they tell. *Asked* hooks collect answers for a batch of
things in a constant number of queries. Rooms register theirs in `AppConfig.ready`. All hooks stand here,
so that this file is their list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, IntegerField, Min, QuerySet, Value


class Told:
    """Rooms that want to know; each is called with the keyword arguments of the telling, in order."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose
        self._listeners: list[Callable[..., None]] = []

    def register(self, listener: Callable[..., None]) -> Callable[..., None]:
        """Call `listener` at each telling. Registering one twice does nothing."""
        if listener not in self._listeners:
            self._listeners.append(listener)
        return listener

    def tell(self, **facts: Any) -> None:
        """Call every listener, in the order in which they registered. An error of one is an error of all."""
        for listener in self._listeners:
            listener(**facts)


class Asked[Answer]:
    """Rooms that may know; the answers of all are put together in the order of registration."""

    def __init__(self, purpose: str) -> None:
        self.purpose = purpose
        self._answerers: list[Callable[..., Iterable[Answer]]] = []

    def register(self, answerer: Callable[..., Iterable[Answer]]) -> Callable[..., Iterable[Answer]]:
        """Ask `answerer` too. Registering one twice does nothing."""
        if answerer not in self._answerers:
            self._answerers.append(answerer)
        return answerer

    def ask(self, **question: Any) -> list[Answer]:
        """All answers."""
        return [answer for answerer in self._answerers for answer in answerer(**question)]


@dataclass(frozen=True)
class Consequence:
    """What ending something touches: one sentence with its number, and the things by title for a list."""

    sentence: str
    things: tuple[str, ...] = ()


@dataclass(frozen=True)
class AtOnce:
    """What puts a problem right with one press: a POST to `url`, with `choice` in its field of that name."""

    verb: str
    url: str
    choice: str = ""


@dataclass(frozen=True)
class Problem:
    """Something that waits for a person: what, about what, what happens if nothing is done, one mend.

    severity: "bad" or "warn"; since: an aware instant; url and verb: the page where it is mended; owner_uid:
    whose it is, None for any admin; at_once: what this person can do about it without going there; things:
    what it is about, first things first, as (title, address); more: how many there are besides.
    """

    severity: str
    title: str
    detail: str
    verb: str
    url: str
    since: Any = None
    owner_uid: Any = None
    at_once: AtOnce | None = None
    things: tuple[tuple[str, str], ...] = ()
    more: int = 0


@dataclass(frozen=True)
class PagePart:
    """A section that a room adds to another room's page: its heading, a template, and what that needs. mark:
    changes when what it shows does, for a page that looks again by itself. below: it is below the board."""

    title: Any
    template: str
    context: dict[str, Any]
    mark: str = ""
    below: bool = False


@dataclass(frozen=True)
class OnBoard:
    """What a room puts on a class's board: a number in large, what is beside it, and two templates, of the
    middle and for below the button, with what they need. mark: as of a PagePart."""

    big: str
    beside: str
    template: str
    acts: str
    context: dict[str, Any]
    mark: str


@dataclass(frozen=True)
class Act:
    """A button that a room adds to another room's page. replaces: it is for a teacher who can't come."""

    verb: Any
    url: str
    icon: str
    replaces: bool = False


@dataclass(frozen=True)
class OnHoliday:
    """How many booked classes fall on a holiday about which somebody has to decide, and the page for that."""

    holiday_uid: Any
    number: int
    url: str


@dataclass(frozen=True)
class OnDayOff:
    """A booked class on somebody's days off. away: which of those that were asked about; when: in words; url:
    its page; verb and mend_url: what can be done, "" for nothing."""

    away: Any
    title: str
    when: str
    url: str
    verb: str = ""
    mend_url: str = ""


@dataclass(frozen=True)
class Waiting:
    """Rows that wait for a person, of which it is enough to know at first how many there are, and since when.

    All rooms' are counted in one query, however many ask. number: what is counted of them, each once; since:
    the field of the instant; tell: called with both where there are any, and may ask more.
    """

    rows: QuerySet[Any, Any]
    since: str
    tell: Callable[[int, Any], Iterable[Problem]]
    number: str = "pk"


class Needs(Asked[Any]):
    """Answers are problems, or rows that wait; what is asked for are problems."""

    def ask(self, **question: Any) -> list[Problem]:
        """All problems, those of rows that wait last."""
        answers = super().ask(**question)
        waiting = [answer for answer in answers if isinstance(answer, Waiting)]
        return [answer for answer in answers if isinstance(answer, Problem)] + _told_of(waiting)


def _told_of(waiting: list[Waiting]) -> list[Problem]:
    """What rows that wait come to; one query, and what telling of them asks."""
    if not waiting:
        return []
    first, *others = [_counted(one, place) for place, one in enumerate(waiting)]
    found = [row for row in first.union(*others, all=True) if row[1]] if others else [*first]
    return [problem for place, number, since in found for problem in waiting[place].tell(number, since)]


def _counted(waiting: Waiting, place: int) -> QuerySet[Any, Any]:
    named = (
        waiting.rows.order_by().annotate(place=Value(place, output_field=IntegerField())).values_list("place")
    )
    counted: QuerySet[Any, Any] = named.annotate(
        counted=Count(waiting.number, distinct=True), first_at=Min(waiting.since)
    )
    return counted


# kind: "assignment" | "enrolment" | "program" | "zoom_connection" | "zoom_licence" | "person" | "days_off";
# thing: the row (of days off a programs.availability.Away); now.
consequences_of: Asked[Consequence] = Asked("what ending or archiving a thing would touch")
# person, now: what needs this person (for an admin: all that needs somebody).
needs_of = Needs("what needs somebody, worst first within a room")
# people: a sequence of users; now. Answers are (user id, key, value), for the list to choose a teacher from.
teacher_facts: Asked[tuple[int, str, Any]] = Asked(
    "facts about teachers: hours this week, clashes, Zoom state"
)
# people: a sequence of users; now. Answers are (user id, role): "teacher", "student". Constant queries.
roles_of_people: Asked[tuple[int, str]] = Asked("which roles people have, for a list of them")
# role: "teacher" or "student"; now. Answers are `Q` objects over User, joined by "or".
people_with_role: Asked[Any] = Asked("who has a role, to filter people by it")
# uids: what hosts are held for. Answers are (uid, title, address).
held_for: Asked[tuple[Any, str, str]] = Asked("what the hours of a host are held for")
# person: a user; reader: who looks (an admin); now.
person_parts: Asked[PagePart] = Asked("sections of a person's page")
# reader: who looks (an admin). Answers are buttons beside the list of people.
people_acts: Asked[Act] = Asked("what else can be done about people")
# program; reader: who looks; now. Answers are buttons above the program's timetable.
timetable_acts: Asked[Act] = Asked("what else can be done with a timetable")
# program; reader: who looks; now. Sections on top of the program's timetable.
timetable_parts: Asked[PagePart] = Asked("what is to be known of a program's timetable")
# class_uids: classes that were moved together just now, of one program or several; reader: who did it; now.
# Answers are links beside the word that it is done, their verbs whole sentences.
classes_moved: Asked[Act] = Asked("what else is to be done once classes were moved together")
# holidays: rows of a page; reader: who looks; now. Answers are for those with such classes. Constant queries.
booked_on_holidays: Asked[OnHoliday] = Asked("booked classes that fall on holidays, for who may change them")
# person: a teacher; aways: her days off (programs.availability.Away); reader: who looks; now.
booked_on_days_off: Asked[OnDayOff] = Asked("booked classes on a teacher's days off, with what can be done")
# person: whose settings they are; now.
settings_parts: Asked[PagePart] = Asked("sections of a person's own settings")

# program, person, now: sections of the program's page that rooms above put there.
program_parts: Asked[PagePart] = Asked("parts of a program's page")


@dataclass(frozen=True)
class Moment:
    """Something that happened to a class. by: who did it, "" for nobody; quote: what they said to it; covers:
    the field of the class's own change of that instant that this tells better."""

    at: Any
    title: str
    by: str = ""
    quote: str = ""
    covers: str = ""


# session: a class; person: who looks; standing: what she is to it; now. Sections at the top of its page, for
# those who work on it.
class_parts: Asked[PagePart] = Asked("parts of a class's page")
# session, person, standing, now: as for `class_parts`; while it is on. The first answer stands on its board.
class_board: Asked[OnBoard] = Asked("what stands on a class's board while it is on, for those who work on it")
# session: a class; standing: what its reader is to it. Answers are part of its history, as she may see it.
class_moments: Asked[Moment] = Asked("what else happened to a class")
# session, person, standing, now: as for `class_parts`. Answers are for all who may know of the class, on its
# page and at its door: for students, too.
class_words: Asked[PagePart] = Asked("what a class's page and door say to everybody who may know of it")
# session: a class; person: who looks; standing: what she is to it (classes.joining.Standing); sees_program:
# whether she may open its program's page; now.
class_sections: Asked[PagePart] = Asked("sections of a class's page, for those who work on it")
# session, person, standing, now: as for `class_parts`. Answers are links beside its details.
class_acts: Asked[Act] = Asked("what else can be done with a class, whoever looks")

# session: a class; person: who looks; standing: what she is to it; now. Sections of its page, for everybody.
class_open_sections: Asked[PagePart] = Asked("sections of a class's page, for whoever may see the class")

# now. Answers are columns, by name, that lists of classes read along: `taken_for` is "<key>:<name>" of the
# teacher for whom somebody else takes a class, null for none. Without a query of their own.
class_columns: Asked[tuple[str, Any]] = Asked("what lists of classes read along from rooms above")

# Answers are conditions over a class: (True, where people said that it was held), (False, that it was not).
class_said: Asked[tuple[bool, Any]] = Asked("what people said of whether classes were held")

# program, by, now
program_archived = Told("a program was archived; its coming classes are cancelled by the rooms above")
# program; since, until: instants between which who is enrolled in it is otherwise now, None: for good; now
enrolments_changed = Told(
    "who is enrolled in a program when is otherwise: it is no matter of coming time alone"
)
# person, role ("admin", "teacher" or "student"), by, now. Only for people who were not known before.
person_invited = Told("a new person was invited")
# person, by, now
person_deactivated = Told("an account was closed")
# people: ids of users to whom mails are due that another mail may carry; now. Outside a transaction.
mails_due = Told("mails are about to go out: what would say the same beside them goes in their place")
# meeting (a ZoomMeeting), reading (what it gave), now
meeting_read = Told("a meeting was read at Zoom: compare it with its class")
# meeting (a ZoomMeeting), change (a zoom.guarding.GuardChange), now
meeting_guard_changed = Told(
    "passcode or waiting room of a meeting were set back, or Zoom has a new passcode"
)
# host (a ZoomUser as it was), licence and state (as they are now), now
shared_host_failed = Told("a shared host lost its licence, or is no longer active")
# occurrence_ids (of ZoomOccurrence rows): those to which a sitting belongs, and those to which it did before
sittings_changed = Told("more is known of sittings, or they belong to other classes")
# meeting_ids (of ZoomMeeting rows), now
meetings_doubted = Told("meetings may be otherwise at Zoom than we hold or want them: they are to be read")
