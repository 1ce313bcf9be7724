"""What somebody teaches, on her page and in her own settings: profile, hours, programs, Zoom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from eduraise.accounts.models import User
from eduraise.core.hooks import PagePart
from eduraise.programs import queries
from eduraise.programs.models import TeacherProfile

TITLE = _("Teaching")


def person_part(*, person: User, now: datetime, **_more: object) -> Iterator[PagePart]:
    """For admins: of a teacher all of it, of anybody else whose account is open how to make her one."""
    if (profile := _profile_of(person)) is not None or person.is_active:
        yield _part(person, profile, now)


def settings_part(*, person: User, now: datetime, **_more: object) -> Iterator[PagePart]:
    """For a teacher herself."""
    if (profile := _profile_of(person)) is not None:
        yield _part(person, profile, now)


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
