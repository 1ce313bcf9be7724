"""Who gets a kind of message by mail: asked before each mail is sent, and of many before anything is."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from eduraise.accounts.models import User
from eduraise.notifications import registry
from eduraise.notifications.models import Delivery, Preference

NOT_JOINED = "not_joined"


def mailed(people: Iterable[User], kind: str, program_uid: UUID | None) -> set[int]:
    """Those of some people to whom a message of this kind would go by mail, by their keys; one query. Raises
    UnknownKind."""
    described = registry.kind_of(kind)
    if Delivery.Channel.MAIL not in described.channels:
        return set()
    able = {person.pk for person in people if not why_no_mail(person)}
    return wanting(able, kind, program_uid) if described.optional else able


def why_no_mail(person: User) -> str:
    """Why no mail goes to somebody at all, in a code; "" if one may."""
    if not person.is_active or person.erased_at is not None:
        return "account_closed"
    # nobody has proved yet that this address is that person's
    return NOT_JOINED if person.joined_at is None else ""


def wanting(people: Collection[int], kind: str, program_uid: UUID | None) -> set[int]:
    """Those of some people who want mails of this kind, by their keys; a wish for the program overrules the
    general one. One query."""
    rows = Preference.objects.filter(person__in=people, kind=kind, channel=Delivery.Channel.MAIL)
    wishes = {
        (person, program): wanted
        for person, program, wanted in rows.values_list("person", "program_uid", "wanted")
    }
    return {
        person for person in people if wishes.get((person, program_uid), wishes.get((person, None), True))
    }
