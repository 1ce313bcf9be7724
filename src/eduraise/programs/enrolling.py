"""Students in programs: enrolled and ended, in spells that are kept."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.core import audit, hooks
from eduraise.core.errors import Changed
from eduraise.notifications.actions import tell
from eduraise.programs.messages import ENROLLED
from eduraise.programs.models import Enrolment, Program


@transaction.atomic
def enrol(
    *,
    program: Program,
    people: Iterable[User],
    by: User,
    now: datetime,
    source: str = Enrolment.Source.HAND,
) -> list[Enrolment]:
    """Enrol people from now on; whoever is enrolled already stays as she is. Those that were new."""
    made = [one for person in people if (one := _enrol_one(program, person, source, now))]
    for enrolment in made:
        tell(
            person=enrolment.person,
            kind=ENROLLED,
            fact_key=str(enrolment.uid),
            thing_uid=enrolment.uid,
            program_uid=program.uid,
            now=now,
        )
        audit.record(
            "enrolment.made",
            by=by,
            thing=enrolment,
            at=now,
            program_uid=program.uid,
            after={"person": enrolment.person.name},
        )
    return made


def _enrol_one(program: Program, person: User, source: str, now: datetime) -> Enrolment | None:
    Enrolment.objects.filter(
        program=program, person=person, closed_at__isnull=True, until_at__lte=now
    ).update(closed_at=now)
    try:
        with transaction.atomic():
            return Enrolment.objects.create(program=program, person=person, from_at=now, source=source)
    except IntegrityError:  # enrolled already, perhaps a moment ago
        return None


@transaction.atomic
def end_enrolment(*, enrolment: Enrolment, by: User, now: datetime) -> None:
    """End a student's spell, from the next request on. Raises Changed if it ended already."""
    ended = Enrolment.objects.filter(Q(until_at__isnull=True) | Q(until_at__gt=now), pk=enrolment.pk)
    if not ended.update(until_at=now, closed_at=now):
        raise Changed(_("This ended already."))
    enrolment.refresh_from_db()
    hooks.enrolment_ended.tell(enrolment=enrolment, by=by, now=now)
    audit.record("enrolment.ended", by=by, thing=enrolment, at=now, program_uid=enrolment.program.uid)
