"""Which classes a calendar shows to whom, asked afresh each time; and who has which feeds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q

from eduraise.access import rules
from eduraise.access.roles import Role
from eduraise.accounts.models import User
from eduraise.calendars.models import Feed
from eduraise.classes.models import LONGEST_CLASS, ClassQuerySet, ClassSession
from eduraise.programs.models import Program

BACK, AHEAD = timedelta(days=60), timedelta(days=366)
# So long a feed says that a class is cancelled; programs that come less often find it gone
CANCELLED_FOR = timedelta(days=30)


def own_classes(person: User, now: datetime) -> ClassQuerySet:
    """The classes of a person's own calendar: of the programs that she teaches in, and of those that she
    attends. Of an admin too they are her own alone."""
    return ClassSession.objects.assigned_to(person, now) | ClassSession.objects.attended_by(person, now)


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
    """What a feed shows now, soonest first: nothing of what its person may not see any more."""
    person = feed.person
    found = classes_in(feed.program, person, now) if feed.program else own_classes(person, now)
    kept = Q(cancelled_at__isnull=True) | Q(cancelled_at__gt=now - CANCELLED_FOR)
    return list(
        found.filter(kept, starts_at__gt=now - BACK, starts_at__lt=now + AHEAD)
        .select_related("program", "teacher")
        .order_by("starts_at", "pk")
    )


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
