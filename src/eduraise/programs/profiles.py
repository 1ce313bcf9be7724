"""What teachers teach, and how much. Whoever has a profile may be assigned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.programs.models import TeacherProfile, TeacherSubject


@transaction.atomic
def change_profile(
    *, person: User, subjects: Iterable[str], weekly_minutes: int | None, by: User, now: datetime
) -> TeacherProfile:
    """Keep what a teacher teaches and how much a week at most; for somebody without a profile, make one:
    from then on she is a teacher here.

    subjects: each once, whatever its case; the first way of writing it stays.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    profile, made = TeacherProfile.objects.get_or_create(person=person)
    before = {} if made else _described(profile)
    profile.weekly_minutes = weekly_minutes
    profile.save(update_fields=["weekly_minutes"])
    wanted = {one.casefold(): one for one in reversed([one.strip() for one in subjects]) if one}.values()
    profile.subjects.exclude(subject__in=wanted).delete()
    TeacherSubject.objects.bulk_create(
        [TeacherSubject(teacher=profile, subject=one) for one in sorted(wanted)], ignore_conflicts=True
    )
    after = _described(profile)
    if before != after:
        verb = "teacher.made" if made else "teacher.changed"
        audit.record(verb, by=by, thing=person, at=now, before=before, after=after)
    return profile


def _described(profile: TeacherProfile) -> dict[str, Any]:
    return {
        "subjects": sorted(profile.subjects.values_list("subject", flat=True)),
        "weekly_minutes": profile.weekly_minutes,
    }
