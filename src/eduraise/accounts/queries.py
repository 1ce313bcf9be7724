"""Who there is."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from eduraise.accounts.models import Invitation, Role, User, email_key, name_key
from eduraise.core import hooks

PER_PAGE = 50
STATES = {"active": _("Active"), "invited": _("Invited"), "closed": _("Closed")}


@dataclass(frozen=True)
class Listed:
    """A person as a list shows her."""

    person: User
    state: str
    roles: tuple[str, ...]


def find_by_email(address: str) -> User | None:
    """The person with this address, however it is written."""
    return User.objects.filter(email_key=email_key(address)).first()


def people_by_email(addresses: Iterable[str]) -> dict[str, User]:
    """The people with these addresses, however they are written, by `email_key`; one query."""
    keys = {email_key(address) for address in addresses}
    return {person.email_key: person for person in User.objects.filter(email_key__in=keys)}


def find_person(uid: UUID) -> User | None:
    """The person with this uid."""
    return User.objects.filter(uid=uid).first()


def state_of(person: User) -> str:
    """active, invited or closed."""
    if not person.is_active:
        return "closed"
    return "invited" if person.is_invited else "active"


def people(*, text: str, role: str, state: str, now: datetime) -> QuerySet[User]:
    """People by name or address, role and state; "" asks for all. Pseudonymised ones are not listed."""
    found = User.objects.filter(erased_at__isnull=True)
    for word in text.split():
        found = found.filter(Q(name_key__contains=name_key(word)) | Q(email_key__contains=email_key(word)))
    if role in Role.values:
        found = found.filter(_has_role(role, now))
    if state == "closed":
        found = found.filter(is_active=False)
    elif state in STATES:
        found = found.filter(is_active=True, joined_at__isnull=state == "invited")
    return found.order_by("name_key", "pk")


def people_page(
    *, text: str, role: str, state: str, number: str | int | None, now: datetime
) -> tuple[Page[User], list[Listed]]:
    """One page of people, with their roles; the same number of queries for 1 or 50."""
    page = Paginator(people(text=text, role=role, state=state, now=now), PER_PAGE).get_page(number)
    return page, listed(list(page), now)


def listed(persons: Sequence[User], now: datetime) -> list[Listed]:
    """People with state and roles, in their order."""
    roles: dict[int, set[str]] = {person.pk: {Role.ADMIN} if person.is_admin else set() for person in persons}
    for person_id, role in _invited_as(persons) + hooks.roles_of_people.ask(people=persons, now=now):
        roles[person_id].add(role)
    return [
        Listed(person, state_of(person), tuple(role for role in Role.values if role in roles[person.pk]))
        for person in persons
    ]


def last_invitation(person: User) -> Invitation | None:
    """The newest invitation of a person, open or not."""
    return Invitation.objects.filter(person=person).select_related("invited_by").order_by("-sent_at").first()


def invited_roles(person: User) -> set[str]:
    """The roles, teacher or student, that a person was ever invited as."""
    return {role for _person_id, role in _invited_as([person])}


def _invited_as(persons: Sequence[User]) -> list[tuple[int, str]]:
    return list(
        Invitation.objects.filter(person__in=persons)
        .exclude(role=Role.ADMIN)
        .values_list("person_id", "role")
        .distinct()
    )


def _has_role(role: str, now: datetime) -> Q:
    if role == Role.ADMIN:
        return Q(is_admin=True)
    invited: Q = Q(Exists(Invitation.objects.filter(person=OuterRef("pk"), role=role)))
    return reduce(or_, hooks.people_with_role.ask(role=role, now=now), invited)
