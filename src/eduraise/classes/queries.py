"""Classes as pages show them: each list in a constant number of queries."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.access import rules
from eduraise.accounts.models import User
from eduraise.classes import states
from eduraise.classes.lessons import with_lessons
from eduraise.classes.models import Change, ChangeSet, ClassSession, JoinClick
from eduraise.classes.snapshots import read_span
from eduraise.classes.spare_hosts import SPARE_HOSTS
from eduraise.core import hooks
from eduraise.core.prepared import Given, Hour, Prepared
from eduraise.programs.enums import Permission
from eduraise.programs.models import Enrolment, Program
from eduraise.programs.queries import enrolled_in_its_program

WEEK = timedelta(days=7)
SOONEST_FIRST = ("starts_at", "pk")


def for_list(classes: QuerySet[ClassSession], now: datetime) -> QuerySet[ClassSession]:
    """Classes with all that a row shows: state, program, teacher and for whom, who cancelled it, when it was
    before."""
    return (
        states.with_states(classes, now)
        .annotate(**MOVES.at(now, "span_before"), **dict(hooks.class_columns.ask(now=now)))
        .select_related("program__class_settings", "teacher", "cancelled_by", "occurrence__meeting")
    )


def _with_moves(classes: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    moves = standing_moves().filter(session=OuterRef("pk"))
    before = {"span_before": Subquery(moves.order_by("-version").values("before")[:1])}
    return classes.annotate(**before)


def standing_moves() -> QuerySet[Change]:
    """The changes of hours that hold: none that was undone, or taken back with the others of its set."""
    alone = Q(change_set__isnull=True)
    kept = Q(change_set__takes_back__isnull=True, change_set__taken_back_by__isnull=True)
    return Change.objects.filter(alone | kept, field="time", undone_at__isnull=True)


MOVES = Prepared(ClassSession, _with_moves, reads=("pk",))


def moved_from(session: ClassSession) -> tuple[datetime, datetime] | None:
    """The hours that a class of `for_list` had before it was last moved; None if it never was."""
    return read_span(session.span_before) if session.span_before else None


def cancelled_with(change_set: ChangeSet) -> list[ClassSession]:
    """The classes that were cancelled as one and still are, by date."""
    rows = ClassSession.objects.filter(changes__change_set=change_set, cancelled_at__isnull=False)
    return list(rows.distinct().order_by("starts_at", "pk"))


def place_in_program(session: ClassSession) -> tuple[int, int]:
    """Which of its program's classes it is by start, and how many there are; cancelled ones don't count."""
    earlier = Q(starts_at__lt=session.starts_at) | Q(starts_at=session.starts_at, pk__lte=session.pk)
    held = ClassSession.objects.not_cancelled().filter(program=session.program_id)
    counted = held.aggregate(of=Count("pk"), number=Count("pk", filter=earlier))
    return counted["number"], counted["of"]


def coming_for_student(user: User, now: datetime, *, most: int | None = None) -> QuerySet[ClassSession]:
    """What a student's next days hold: under way or to come, cancelled ones too, soonest first."""
    return _soonest_first(ClassSession.objects.attended_by(user, now), now, most)


def coming_for_teacher(user: User, now: datetime, *, most: int | None = None) -> QuerySet[ClassSession]:
    """The same for a teacher: the classes of her programs, whoever teaches them, with the rooms that are kept
    for them."""
    coming = _soonest_first(ClassSession.objects.assigned_to(user, now), now, most)
    return coming.annotate(**SPARE_HOSTS.at(now, "spare_host"))


def coming_in(program: Program, now: datetime, *, most: int) -> QuerySet[ClassSession]:
    """The same for one program."""
    return _soonest_first(ClassSession.objects.filter(program=program), now, most)


def coming_for_all(now: datetime, *, within: timedelta, most: int) -> QuerySet[ClassSession]:
    """The same for the whole organisation, as far ahead as `within`: all that are on, and so many of the
    others, or of those of them that are held. `enrolled`: how many attend its program."""
    every = ClassSession.objects.filter(starts_at__lt=now + within)
    others = states.upcoming(every, now).exclude(states.is_live(now)).order_by(*SOONEST_FIRST)
    held = others.filter(cancelled_at__isnull=True)
    parts = (states.live(every, now), others[:most], held[:most])
    live, soon, held_soon = (Q(pk__in=part.values("pk")) for part in parts)
    chosen = ClassSession.objects.filter(live | soon | held_soon)
    rows = with_lessons(for_list(chosen, now), now).annotate(**ATTENDED.at(now, "enrolled"))
    return rows.order_by(*SOONEST_FIRST)


def _with_enrolled(classes: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    added = {"enrolled": enrolled_in_its_program()}
    return classes.annotate(**added)


ATTENDED = Prepared(ClassSession, _with_enrolled, reads=("program",))


def lately_taught(user: User, now: datetime, *, since: datetime) -> QuerySet[ClassSession]:
    """The classes that a teacher's own time has passed of since then, the last one first."""
    own = ClassSession.objects.not_cancelled().filter(teacher=user, starts_at__gte=since)
    held = {"took_place": states.took_place()}
    past = states.past(own, now).annotate(**held).select_related("program")
    return with_joined(with_lessons(past, now), now).order_by("-starts_at", "-pk")


def with_joined(classes: QuerySet[ClassSession], now: datetime) -> QuerySet[ClassSession]:
    """The same classes with `joined`: how many who are enrolled at present went in through the door."""
    enrolled = Enrolment.objects.active(now).filter(
        program=OuterRef("session__program"), person=OuterRef("person")
    )
    clicks = JoinClick.objects.filter(Exists(enrolled), session=OuterRef("pk")).order_by()
    people = clicks.values("session").annotate(number=Count("person", distinct=True)).values("number")
    added = {"joined": Coalesce(Subquery(people), 0)}
    return classes.annotate(**added)


def needing_attention(classes: QuerySet[ClassSession], now: datetime) -> QuerySet[ClassSession]:
    """Those of some classes that can't be held as they stand, soonest first."""
    found = states.needing_attention(classes, now)
    return for_list(ClassSession.objects.filter(pk__in=found.values("pk")), now).order_by(*SOONEST_FIRST)


def with_right_to_edit(classes: QuerySet[ClassSession], user: User, now: datetime) -> QuerySet[ClassSession]:
    """The same classes with `may_edit`: whether `user` may change each of them at present."""
    if user.is_admin:
        every = {"may_edit": Value(True)}
        return classes.annotate(**every)
    return classes.annotate(**RIGHTS.at(now, "may_edit", person=user.pk))


def _with_rights(classes: QuerySet[ClassSession]) -> QuerySet[ClassSession]:
    own = rules.assignments_with(Given("person"), Permission.EDIT, Hour()).filter(program=OuterRef("program"))
    may_edit = {"may_edit": Exists(own.filter(Q(only_for__isnull=True) | Q(only_for=OuterRef("uid"))))}
    return classes.annotate(**may_edit)


RIGHTS = Prepared(ClassSession, _with_rights, reads=("program", "uid"))


def changeable_by(user: User, permission: str, now: datetime) -> QuerySet[ClassSession]:
    """The classes of running programs to which `user` may do something at present, with all that a change of
    several reads of them."""
    related = ("program__class_settings", "teacher", "occurrence__meeting__host__account")
    running = ClassSession.objects.visible_to(user, now).filter(program__archived_at__isnull=True)
    return running.filter(_has_right(user, permission, now)).select_related(*related)


def _has_right(user: User, permission: str, now: datetime) -> Any:
    own = rules.assignments_with(user, permission, now).filter(program=OuterRef("program"))
    reaches = own.filter(Q(only_for__isnull=True) | Q(only_for=OuterRef("uid")))
    return Value(True) if user.is_admin else Exists(reaches)


@dataclass(frozen=True)
class Hearers:
    """Whom a change of classes reaches: those enrolled who have taken up their account are told; those
    invited find it when they do. Nobody of a draft."""

    told: int = 0
    invited: int = 0

    @property
    def words(self) -> str:
        """Who gets a message and who gets none, in sentences."""
        said = _("No student is told.")
        if self.told:
            shapes = ngettext(
                "%(n)d student gets one message.", "%(n)d students get one message each.", self.told
            )
            said = shapes % {"n": self.told}
        if not self.invited:
            return said
        none = ngettext(
            "%(n)d who hasn’t taken up the account yet gets none, and finds it there.",
            "%(n)d who haven’t taken up their accounts yet get none, and find it there.",
            self.invited,
        )
        return f"{said} {none % {'n': self.invited}}"


def hearers_of(programs: Iterable[Program], now: datetime) -> Hearers:
    """The students of some programs who hear of their classes, each counted once; one query, none for
    drafts."""
    opened = [program.pk for program in programs if program.opened_at is not None]
    if not opened:
        return Hearers()
    joined = Q(person__joined_at__isnull=False)
    enrolled = Enrolment.objects.active(now).filter(program__in=opened, person__is_active=True)
    counted = enrolled.aggregate(
        told=Count("person", distinct=True, filter=joined),
        invited=Count("person", distinct=True, filter=~joined),
    )
    return Hearers(**counted)


def students_told(program: Program, now: datetime) -> list[User]:
    """The students who are told of a program's classes: nobody of a draft."""
    return list(rules.students_of([program], now)) if program.opened_at is not None else []


def _soonest_first(
    classes: QuerySet[ClassSession], now: datetime, most: int | None
) -> QuerySet[ClassSession]:
    coming = states.upcoming(classes, now)
    if most is not None:
        # chosen before anything is worked out of them, which would be done for all
        coming = ClassSession.objects.filter(pk__in=coming.order_by(*SOONEST_FIRST).values("pk")[:most])
    rows = states.with_running_since(with_lessons(for_list(coming, now), now))
    return rows.order_by(*SOONEST_FIRST)
