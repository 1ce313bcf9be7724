"""Why a coming class can't be held as it stands: each reason as a rule, and where to look for it.

The rules read the facts that `states` derives of each class. What a rule names is rare, so beside each stands
from which side such classes are found without looking at all that are to come.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    CharField,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)

from eduraise.accounts.models import User
from eduraise.classes.enums import Attention, DifferenceField, DifferenceState
from eduraise.classes.models import LONGEST_CLASS, ClassSession, Difference
from eduraise.core.prepared import Hour
from eduraise.programs.models import Assignment, Program
from eduraise.zoom.enums import USABLE, HostState, Licence, OperationState, Plan
from eduraise.zoom.hosts import FREE_MINUTES
from eduraise.zoom.models import HostClaim, ZoomMeeting, ZoomOccurrence, ZoomOperation, ZoomUser

FAILED = (OperationState.FAILED, OperationState.GIVEN_UP)
UNUSABLE = tuple(state for state in HostState if state not in USABLE)
MEETING = "occurrence__meeting"
HOST = f"{MEETING}__host"


class IsPairOf(Func):
    """Whether two columns are a row of a subquery of two; databases look the rows up in a table of them."""

    output_field = BooleanField()

    def as_sql(self, compiler: Any, connection: Any, *_args: Any, **_more: Any) -> Any:
        """The two in brackets."""
        one, other, rows = map(compiler.compile, self.get_source_expressions())
        return f"(({one[0]}, {other[0]}) IN {rows[0]})", (*one[1], *other[1], *rows[1])


@dataclass(frozen=True)
class Reason:
    """holds: the rule, of a class that is to come and no worse reason holds for. suspects: coming classes
    among which are all that it holds for, each part found by an index."""

    attention: Attention
    holds: Q
    suspects: tuple[QuerySet[ClassSession], ...]


def case() -> Case:
    """The worst reason why a class that is still to come can't be held as it stands; "" if it can."""
    reasons = {whether: [_when(one) for one in _reasons(whether)] for whether in (True, False)}
    return Case(
        When(ends_at__lte=Hour(), then=Value("")),
        When(cancelled_at__isnull=False, then=Case(*reasons[True], default=Value(""))),
        *reasons[False],
        default=Value(""),
        output_field=CharField(),
    )


def is_gone() -> Q:
    """Whether two readings and a list have shown that Zoom holds its meeting no more."""
    return Q(_differs(DifferenceField.GONE)) | Q(**{f"{MEETING}__missing_at__isnull": False})


def suspects() -> Q:
    """Classes among which are all that `case` names a reason for, found from the rare side."""
    found = [part for whether in (True, False) for one in _reasons(whether) for part in one.suspects]
    first, *others = (part.values("pk") for part in dict.fromkeys(found))
    return Q(pk__in=first.union(*others, all=True))


def _when(one: Reason) -> When:
    return When(one.holds, then=Value(one.attention))


def _reasons(is_cancelled: bool) -> Iterable[Reason]:
    return _of_cancelled() if is_cancelled else _of_planned()


def _of_cancelled() -> Iterable[Reason]:
    still_there = Q(is_at_zoom=True, _last_state__in=FAILED)
    yield Reason(Attention.STILL_AT_ZOOM, still_there, _refused())


def _of_planned() -> Iterable[Reason]:
    """Worst first."""
    yield Reason(Attention.NO_TEACHER, Q(teacher__is_active=False) | ~Q(_assigned()), _untaught())
    unusable = Q(occurrence__isnull=False) & ~Q(**{f"{HOST}__state__in": USABLE})
    lost = unusable | Q(**{f"{HOST}__state": HostState.GONE})
    yield Reason(Attention.HOST_LOST, lost, _held_by(state__in=UNUSABLE))
    refused = Q(_last_state__in=FAILED)
    yield Reason(Attention.REFUSED, Q(is_at_zoom=True) & refused, _refused())
    yield Reason(Attention.NOT_BOOKED, refused, _refused())
    yield Reason(Attention.GONE, Q(is_gone=True), (*_differing(), _of_meetings()))
    for attention, field in DIFFERS.items():
        yield Reason(attention, Q(_differs(field)), _differing())
    full = Q(Exists(_second_lanes().filter(held_for=OuterRef("uid")))) & ~_holds_two()
    yield Reason(Attention.HOST_FULL, full, (_coming(uid__in=_second_lanes().values("held_for")),))
    short = ZoomOccurrence.objects.filter(seats_short__gt=0)
    few = Q(occurrence__seats_short__gt=0)
    yield Reason(Attention.TOO_FEW_SEATS, few, (_coming(occurrence__in=short),))
    is_long = Q(ends_at__gt=F("starts_at") + timedelta(minutes=FREE_MINUTES))
    cut = Q(**{f"{HOST}__licence": Licence.BASIC}) & is_long
    yield Reason(Attention.CUT_SHORT, cut, _held_by(licence=Licence.BASIC))
    yield Reason(Attention.NOT_BOOKED, Q(is_at_zoom=False, _operating=False), _unbooked())


DIFFERS = {
    Attention.WEBINAR: DifferenceField.WEBINAR,
    Attention.TIME_DIFFERS: DifferenceField.TIME,
    Attention.UNSAFE: DifferenceField.UNSAFE,
}


def _coming(**conditions: Any) -> QuerySet[ClassSession]:
    return ClassSession.objects.filter(ends_at__gt=Hour(), **conditions)


def _of(meetings: QuerySet[ZoomMeeting]) -> QuerySet[ClassSession]:
    return _coming(**{f"{MEETING}__in": meetings})


def _held_by(**hosts: Any) -> tuple[QuerySet[ClassSession], ...]:
    return (_of(ZoomMeeting.objects.filter(host__in=ZoomUser.objects.filter(**hosts))),)


@cache
def _refused() -> tuple[QuerySet[ClassSession], ...]:
    failed = ZoomOperation.objects.filter(state__in=FAILED)
    return (_coming(**{f"{MEETING}__in": failed.values("meeting")}),)


@cache
def _of_meetings() -> QuerySet[ClassSession]:
    """Those whose meetings aren't at Zoom, or weren't found there."""
    absent = Q(meeting_number__isnull=True) | Q(gone_at__isnull=False) | Q(missing_at__isnull=False)
    return _of(ZoomMeeting.objects.filter(absent))


def _assigned() -> Exists:
    assignments = _assignments().filter(person=OuterRef("teacher"), program=OuterRef("program"))
    return Exists(assignments.filter(Q(only_for__isnull=True) | Q(only_for=OuterRef("uid"))))


def _assignments() -> QuerySet[Assignment]:
    return Assignment.objects.active(Hour()).filter(program__archived_at__isnull=True)


def _untaught() -> tuple[QuerySet[ClassSession], ...]:
    """Nobody gets a class without being assigned, and spells are kept: whoever isn't any more has one that
    ended or that is for another class alone, or has it in a program that was archived."""
    for_one = Assignment.objects.filter(only_for__isnull=False)
    ended = Assignment.objects.inactive(Hour()) | for_one
    was_taught = IsPairOf(
        F("program"),
        F("teacher"),
        Subquery(ended.values("program", "person"), output_field=IntegerField()),
    )
    soon = _coming(cancelled_at__isnull=True, starts_at__gt=Hour(-LONGEST_CLASS))
    return (
        _coming(teacher__in=User.objects.filter(is_active=False)),
        soon.filter(Q(was_taught), teacher__in=ended.values("person")),
        soon.filter(program__in=Program.objects.filter(archived_at__isnull=False)),
    )


def _differs(field: DifferenceField) -> Exists:
    return Exists(Difference.objects.filter(session=OuterRef("pk"), field=field, state=DifferenceState.OPEN))


@cache
def _differing() -> tuple[QuerySet[ClassSession], ...]:
    return (_coming(differences__state=DifferenceState.OPEN),)


def _second_lanes() -> QuerySet[HostClaim]:
    return HostClaim.objects.filter(lane__gte=1, releases_at__isnull=True)


def _holds_two() -> Q:
    """The plans that hold two meetings at once, as `zoom.hosts.capacity` counts them."""
    plans = (Plan.BUSINESS, Plan.EDUCATION)
    return Q(**{f"{HOST}__licence": Licence.LICENSED, f"{HOST}__account__plan__in": plans})


def _unbooked() -> tuple[QuerySet[ClassSession], ...]:
    """The opposite of `states.AT_ZOOM`, part by part."""
    absent = Q(zoom_starts_at__isnull=True) | Q(zoom_gone_at__isnull=False)
    sittings = ZoomOccurrence.objects.filter(absent)
    return _coming(occurrence__isnull=True), _coming(occurrence__in=sittings), _of_meetings()
