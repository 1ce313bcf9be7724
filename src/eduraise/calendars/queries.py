"""Which classes a calendar shows to whom, asked afresh each time; and who has which feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import OuterRef, Q, Subquery

from eduraise.access import rules
from eduraise.access.roles import Role
from eduraise.accounts.models import User
from eduraise.calendars.models import Feed
from eduraise.classes.lessons import name_lessons
from eduraise.classes.models import LONGEST_CLASS, ClassQuerySet, ClassSession, Series
from eduraise.programs.models import Program
from eduraise.substitutes.queries import taken_from

BACK, AHEAD = timedelta(days=60), timedelta(days=366)
# So long a feed says that a class is cancelled; programs that come less often find it gone
CANCELLED_FOR = timedelta(days=30)


def own_classes(person: User, now: datetime) -> ClassQuerySet:
    """The classes of a person's own calendar: of the programs that she teaches in, and of those that she
    attends. Of an admin too they are her own alone. A class that somebody takes for her is not among them."""
    taught = ClassSession.objects.assigned_to(person, now).exclude(pk__in=taken_from(person))
    return taught | ClassSession.objects.attended_by(person, now)


def shown_classes(person: User, role: str, now: datetime) -> ClassQuerySet:
    """The classes of the calendar page of whoever wears this role."""
    if role == Role.ADMIN and person.is_admin and person.is_active:
        return ClassSession.objects.all()
    if role == Role.TEACHER:
        return ClassSession.objects.assigned_to(person, now)
    return ClassSession.objects.attended_by(person, now)


def classes_in(program: Program, person: User, now: datetime) -> ClassQuerySet:
    """The classes of one program that a person may see."""
    if person.is_admin and person.is_active:
        return ClassSession.objects.filter(program=program)
    return own_classes(person, now).filter(program=program)


def classes_of(feed: Feed, now: datetime) -> list[ClassSession]:
    """What a feed shows now, soonest first: nothing of what its person may not see any more. Each has
    `continued_at`: when another series last took classes over from its own."""
    person = feed.person
    found = classes_in(feed.program, person, now) if feed.program else own_classes(person, now)
    return _written(found, now)


def of_its_series(session: ClassSession, person: User, now: datetime) -> list[ClassSession]:
    """The classes of a class's series that a feed of its program shows a person; none for a single class."""
    if session.series_id is None:
        return []
    return _written(classes_in(session.program, person, now).filter(series=session.series_id), now)


def _written(found: ClassQuerySet, now: datetime) -> list[ClassSession]:
    kept = Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=now - CANCELLED_FOR)
    near = Q(starts_at__gt=now - BACK, starts_at__lt=now + AHEAD)
    # a series is written with its rule, from its first class on
    whole = Q(series__in=found.filter(near, series__isnull=False).values("series"))
    later = Series.objects.filter(continues=OuterRef("series")).order_by("-created_at")
    continued = {"continued_at": Subquery(later.values("created_at")[:1])}
    sessions = list(
        found.filter(kept, near | whole)
        .annotate(**continued)
        .select_related("program", "teacher", "series")
        .order_by("starts_at", "pk")
    )
    name_lessons(sessions, now)
    return sessions


def class_of_series(uid: UUID, person: User, now: datetime) -> ClassSession | None:
    """The class of a series that is on or comes next, of those that a person may know of; the last one where
    none comes any more. What goes on in another series, is looked for there."""
    series = Series.objects.filter(uid=uid).first()
    last = None
    while series is not None:
        known = ClassSession.objects.visible_to(person, now).filter(series=series)
        found = known.not_cancelled().filter(ends_at__gt=now).order_by("starts_at", "pk").first()
        if found is not None:
            return found
        last = known.order_by("-starts_at", "-pk").first() or last
        series = series.continued_by.order_by("-created_at").first()
    return last


def name_of(feed: Feed, now: datetime) -> str:
    """What calendar programs call a feed: the program, while its person may know it, or the organisation."""
    if feed.program and rules.may_see(feed.person, feed.program, now):
        return feed.program.title
    return settings.ORGANISATION or "EduRaise"


def starting_between(classes: ClassQuerySet, begins: datetime, ends: datetime) -> ClassQuerySet:
    """Those of some classes that have a part in the span."""
    return classes.filter(starts_at__lt=ends, starts_at__gt=begins - LONGEST_CLASS, ends_at__gt=begins)


@dataclass(frozen=True)
class Subscribable:
    """What a person can have an address for. program: None for all that is hers; feed: if she has one."""

    program: Program | None
    feed: Feed | None


def subscribable(person: User, now: datetime) -> list[Subscribable]:
    """Her own classes, then each running program that she teaches in or attends; of programs that an admin
    merely may see, those for which she has an address. Two queries."""
    feeds = {
        feed.program_id: feed
        for feed in Feed.objects.filter(person=person).select_related("program").order_by("program__code_key")
    }
    taught = rules.taught_programs(person, now).unarchived().values("pk")
    attended = rules.attended_programs(person, now).values("pk")
    own = Q(pk__in=taught) | Q(pk__in=attended)
    programs = Program.objects.filter(own | Q(pk__in=[key for key in feeds if key])).order_by("code_key")
    return [
        Subscribable(None, feeds.get(None)),
        *(Subscribable(program, feeds.get(program.pk)) for program in programs),
    ]
