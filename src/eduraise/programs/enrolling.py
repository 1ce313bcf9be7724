"""Students in programs: enrolled and ended, in spells that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.accounts.actions import invite_person
from eduraise.accounts.models import User, email_key
from eduraise.accounts.queries import find_by_email
from eduraise.core import audit, hooks
from eduraise.core.errors import Changed, DomainError
from eduraise.notifications.actions import Fact, tell_each
from eduraise.programs.locking import lock_unarchived
from eduraise.programs.messages import ENROLLED
from eduraise.programs.models import Enrolment, Program
from eduraise.programs.queries import presets_of


class AccountClosed(DomainError):
    """The person's account is closed."""

    code = "account_closed"


class TeachesHere(DomainError):
    """The person teaches in the program: nobody is its teacher and its student at once."""

    code = "teaches_here"


@transaction.atomic
def enrol(
    *,
    program: Program,
    people: Iterable[User],
    by: User,
    now: datetime,
    source: str = Enrolment.Source.HAND,
    from_at: datetime | None = None,
) -> list[Enrolment]:
    """Enrol people, by default from now on; whoever is enrolled already stays as she is. Those that were new.

    from_at: since when they attend, where that is dated back. Raises ProgramArchived, AccountClosed,
    TeachesHere.
    """
    since = min(from_at or now, now)
    lock_unarchived(program)
    people = list(people)
    require_no_teacher(people, program, presets_of([one.pk for one in people], [program.pk], now))
    require_open_accounts(people)
    made = _begin_spells(program, people, source, since, now)
    tell_each(
        facts=[Fact(one.person, str(one.uid), one.uid) for one in made],
        kind=ENROLLED,
        program_uid=program.uid,
        by=by,
        now=now,
    )
    dated = {"from_at": since.isoformat()} if since < now else {}
    audit.record_all(
        "enrolment.made",
        by=by,
        things=made,
        at=now,
        program_uid=program.uid,
        after=lambda enrolment: {"person": enrolment.person.name} | dated,
    )
    if made:
        hooks.enrolments_changed.tell(program=program, since=since, until=None, now=now)
    return made


@transaction.atomic
def enrol_by_address(
    *,
    program: Program,
    people: Iterable[tuple[str, str]],
    by: User,
    now: datetime,
    from_at: datetime | None = None,
) -> tuple[int, int]:
    """Enrol people by (name, address); who is new here is invited as a student, who is known keeps her name.

    How many were enrolled, and how many were already. Raises ProgramArchived, AccountClosed, TeachesHere,
    DomainError.
    """
    lock_unarchived(program)
    # in one order, so that two who bring the same new people don't wait for each other for ever
    in_order = sorted(people, key=lambda one: email_key(one[1]))
    found = {
        person.pk: person
        for name, address in in_order
        for person in [find_by_email(address) or invite_person(email=address, name=name, by=by, now=now)]
    }
    made = enrol(program=program, people=found.values(), by=by, now=now, from_at=from_at)
    return len(made), len(found) - len(made)


def require_no_teacher(
    people: Iterable[User], program: Program, presets: Mapping[tuple[int, int], str]
) -> None:
    """Refuse people who teach in the program that they are to attend. Raises TeachesHere, which names them.

    presets: who teaches where, of `presets_of`.
    """
    names = [person.name for person in people if (person.pk, program.pk) in presets]
    if names:
        words = ngettext(
            "%(names)s teaches in %(program)s. Nobody is teacher and student of one program.",
            "%(names)s teach in %(program)s. Nobody is teacher and student of one program.",
            len(names),
        )
        said = {"names": ", ".join(names), "program": program.code}
        raise TeachesHere(words % said, field="people")


def require_open_accounts(people: Iterable[User]) -> None:
    """Refuse people whose accounts are closed. Raises AccountClosed, which names the first."""
    closed = next((person for person in people if not person.is_active), None)
    if closed is not None:
        words = _("The account of %(name)s is closed. Reopen it first.") % {"name": closed.name}
        raise AccountClosed(words, field="people")


def _begin_spells(
    program: Program, people: Sequence[User], source: str, since: datetime, now: datetime
) -> list[Enrolment]:
    """A spell for each who has none that is open; those that are new, in the order of people. Queries: the
    same for one or many."""
    Enrolment.objects.filter(
        program=program, person__in=people, closed_at__isnull=True, until_at__lte=now
    ).update(closed_at=now)
    enrolled = Enrolment.objects.open().filter(program=program, person__in=people)
    there = set(enrolled.values_list("person", flat=True))
    # whoever enrols has locked the program: none comes between
    return Enrolment.objects.bulk_create(
        Enrolment(program=program, person=person, from_at=since, source=source)
        for person in dict.fromkeys(people)
        if person.pk not in there
    )


@transaction.atomic
def end_enrolment(*, enrolment: Enrolment, by: User, now: datetime) -> None:
    """End a student's spell, from the next request on. Raises Changed if it ended already."""
    ended = Enrolment.objects.filter(Q(until_at__isnull=True) | Q(until_at__gt=now), pk=enrolment.pk)
    if not ended.update(until_at=now, closed_at=now):
        raise Changed(_("This ended already."))
    enrolment.refresh_from_db()
    hooks.enrolments_changed.tell(program=enrolment.program, since=now, until=None, now=now)
    audit.record("enrolment.ended", by=by, thing=enrolment, at=now, program_uid=enrolment.program.uid)
