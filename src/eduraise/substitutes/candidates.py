"""Who could take a class: those who teach its subject or its program first, each with what speaks for and
against it. The same number of queries for one candidate or for all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Lower, StrIndex

from eduraise.access.rules import students_of
from eduraise.accounts.models import User
from eduraise.classes.models import LONGEST_CLASS, ClassSession, TeacherClaim
from eduraise.classes.numbers import taught_in_week
from eduraise.programs import availability
from eduraise.programs.models import Assignment, TeacherProfile, TeacherSubject
from eduraise.programs.stated_times import Absence
from eduraise.substitutes.enums import State
from eduraise.substitutes.models import Substitution
from eduraise.zoom import ways
from eduraise.zoom.models import BusyTime
from eduraise.zoom.ways import Holding

SHOWN = 20
#: So many stand at once; the others are a press away.
FIRST = 5


@dataclass(frozen=True)
class Candidate:
    """Somebody who could take a class.

    fits: teaches its subject; is_colleague: teaches in its program; taught: how many classes of the program
    she has held; week: how long she teaches in the week of the class. busy: from when until when she teaches
    another class then. absence: why she isn't there then by what she states herself; at_zoom: a meeting in
    Zoom that is none of ours. declined: what she said when she was asked.
    """

    person: User
    holding: Holding
    subjects: tuple[str, ...]
    week: timedelta
    most: timedelta | None
    fits: bool = False
    is_colleague: bool = False
    taught: int = 0
    busy: tuple[datetime, datetime] | None = None
    absence: Absence | None = None
    at_zoom: bool = False
    declined: str | None = None

    @property
    def is_free(self) -> bool:
        """Whether nothing of hers is in the way then."""
        return self.busy is None and self.absence is None and not self.at_zoom

    @property
    def may_be_asked(self) -> bool:
        """Whether she could take it: free of other classes, and able to host."""
        return self.busy is None and self.holding.is_possible

    @property
    def in_the_way(self) -> str:
        """Why she can't host it, or what that costs; "" for neither."""
        return self.holding.why


def candidates_of(
    session: ClassSession, now: datetime, *, text: str = "", person: User | None = None
) -> list[Candidate]:
    """The first of those who could take a class, best first: by subject and program, being free then, hours
    of the week, and how many of its program's classes they have taught.

    text: only those whose name holds it. person: this one alone, if she could be asked at all.
    """
    found = _profiles(session, now)
    if text:
        found = found.filter(person__name__icontains=text)
    if person is not None:
        found = found.filter(person=person)
    best = ("-relevance", "is_busy", "-taught", "person__name", "pk")
    profiles = list(found.order_by(*best)[:SHOWN])
    return sorted(_described(session, profiles, now), key=_order)


def _order(one: Candidate) -> tuple[bool, bool, bool, bool, timedelta, int]:
    relevant = one.fits or one.is_colleague or one.taught > 0
    return (not relevant, not one.may_be_asked, not one.is_free, not one.fits, one.week, -one.taught)


def _profiles(session: ClassSession, now: datetime) -> QuerySet[TeacherProfile]:
    """Teachers with an open account who could be asked, with what of them is known in one query."""
    on_program = Assignment.objects.active(now).filter(
        program=session.program_id, only_for__isnull=True, person=OuterRef("person")
    )
    facts = {
        "fits": Exists(_fitting(session)),
        "is_colleague": Exists(on_program),
        "taught": Coalesce(Subquery(_taught(session, now)), 0),
        "is_busy": Exists(_busy(session, now).filter(teacher=OuterRef("person"))),
    }
    able = TeacherProfile.objects.filter(person__is_active=True, person__joined_at__isnull=False)
    able = able.exclude(person__in=students_of([session.program], now).values("pk"))
    others = able.exclude(person=session.teacher_id).exclude(
        person__in=Substitution.objects.filter(session=session, state=State.ACCEPTED).values("absent")
    )
    relevance = _one_if("fits") + _one_if("is_colleague")
    return (
        others.annotate(**facts)
        .annotate(relevance=relevance)
        .select_related("person")
        .prefetch_related("subjects")
    )


def _one_if(fact: str) -> Case:
    return Case(When(**{fact: True}, then=Value(1)), default=Value(0), output_field=IntegerField())


def _fitting(session: ClassSession) -> QuerySet[TeacherSubject]:
    """Her subjects that the program's own words name, whatever their case."""
    wanted = f"{session.program.subject} {session.program.needs}"
    found = {
        "as_written": StrIndex(Value(wanted), F("subject")),
        "lowered": StrIndex(Value(wanted.lower()), Lower("subject")),
    }
    named = Q(as_written__gt=0) | Q(lowered__gt=0)
    return TeacherSubject.objects.filter(teacher=OuterRef("pk")).annotate(**found).filter(named)


def _taught(session: ClassSession, now: datetime) -> QuerySet[ClassSession, Any]:
    held = ClassSession.objects.not_cancelled().filter(
        program=session.program_id, teacher=OuterRef("person"), ends_at__lte=now
    )
    return held.order_by().values("teacher").annotate(number=Count("pk")).values("number")


def _busy(session: ClassSession, now: datetime) -> QuerySet[TeacherClaim]:
    rows = TeacherClaim.objects.filter(
        starts_at__lt=session.ends_at,
        starts_at__gt=session.starts_at - LONGEST_CLASS,
        ends_at__gt=session.starts_at,
    )
    return rows.exclude(releases_at__lte=now).exclude(held_for=session.uid)


def _described(session: ClassSession, profiles: Sequence[TeacherProfile], now: datetime) -> list[Candidate]:
    people = [profile.person for profile in profiles]
    span: dict[str, Any] = {"starts_at": session.starts_at, "ends_at": session.ends_at}
    present = session.occurrence.meeting if session.occurrence else None
    holding = ways.ways_of(people, **span, held_for=session.uid, present=present, now=now)
    weeks = taught_in_week(people, session.starts_at)
    absent = availability.absences(people, session.starts_at, session.ends_at)
    claims = _busy(session, now).filter(teacher__in=people).order_by("-starts_at")
    busy = {claim.teacher_id: (claim.starts_at, claim.ends_at) for claim in claims}
    at_zoom = set(
        BusyTime.objects.filter(
            host__teacher__in=people,
            starts_at__lt=session.ends_at,
            starts_at__gt=session.starts_at - LONGEST_CLASS,
            ends_at__gt=session.starts_at,
        ).values_list("host__teacher", flat=True)
    )
    declined = dict(
        Substitution.objects.filter(session=session, substitute__in=people, state=State.DECLINED)
        .order_by("pk")
        .values_list("substitute", "reason")
    )
    return [
        Candidate(
            profile.person,
            holding[profile.person_id],
            tuple(sorted(one.subject for one in profile.subjects.all())),
            weeks[profile.person_id],
            profile.weekly_length,
            fits=profile.fits,  # type: ignore[attr-defined]
            is_colleague=profile.is_colleague,  # type: ignore[attr-defined]
            taught=profile.taught,  # type: ignore[attr-defined]
            busy=busy.get(profile.person_id),
            absence=absent.get(profile.person_id),
            at_zoom=profile.person_id in at_zoom,
            declined=declined.get(profile.person_id),
        )
        for profile in profiles
    ]
