"""What somebody teaches, on her page and in her own settings: profile, hours, programs, Zoom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from eduraise.accounts.models import User
from eduraise.accounts.reading import named_zone
from eduraise.core.hooks import PagePart
from eduraise.programs import queries
from eduraise.programs.availability import stated_times
from eduraise.programs.availability_words import week_of
from eduraise.programs.models import TeacherProfile

TITLE = _("Teaching")
AVAILABILITY = _("Hours and days off")


def person_part(*, person: User, now: datetime, **_more: object) -> Iterator[PagePart]:
    """For admins: of a teacher all of it, of anybody else whose account is open how to make her one."""
    if (profile := _profile_of(person)) is not None or person.is_active:
        yield _part(person, profile, now)
    if profile is not None:
        yield _availability_part(person, now)


def settings_part(*, person: User, now: datetime, **_more: object) -> Iterator[PagePart]:
    """For a teacher herself."""
    if (profile := _profile_of(person)) is not None:
        yield _part(person, profile, now)
        yield _availability_part(person, now)


def _profile_of(person: User) -> TeacherProfile | None:
    return TeacherProfile.objects.filter(person=person).prefetch_related("subjects").first()


def _part(person: User, profile: TeacherProfile | None, now: datetime) -> PagePart:
    return PagePart(
        TITLE,
        "programs/teaching.html",
        {
            "person": person,
            "profile": profile,
            "subjects": sorted(one.subject for one in profile.subjects.all()) if profile else [],
            "teaching": queries.teaching_of(person, now) if profile else [],
            "facts": queries.facts_of([person], now, None)[person.pk] if profile else {},
        },
    )


def _availability_part(person: User, now: datetime) -> PagePart:
    stated = stated_times([person])[person.pk]
    today = now.astimezone(named_zone(stated.zone)).date()
    context = {
        "person": person,
        "week": week_of(stated.hours),
        "zone": stated.zone,
        "days_off": [off for off in stated.days_off if off.last_on >= today],
        "now": now,
    }
    return PagePart(AVAILABILITY, "programs/availability_part.html", context)
