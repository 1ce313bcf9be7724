"""People of one name told apart."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from eduraise.accounts.models import User


def told_apart(people: Iterable[User], *, sees_contact: bool) -> dict[int, str]:
    """Of those who share their name with another of these, what tells them apart, by person: the e-mail
    address where the reader sees contact data, else the school's own number, else how the address begins."""
    named: dict[str, list[User]] = defaultdict(list)
    for one in people:
        named[one.name_key].append(one)
    return {
        one.pk: one.email if sees_contact else one.external_id or _beginning(one, some)
        for some in named.values()
        if len(some) > 1
        for one in some
    }


def _beginning(one: User, among: Iterable[User]) -> str:
    """As few letters of an address as no other begins with."""
    others = [other.email for other in among if other.pk != one.pk]
    shortest = next(
        (
            size
            for size in range(1, len(one.email))
            if not any(each[:size] == one.email[:size] for each in others)
        ),
        len(one.email),
    )
    return f"{one.email[:shortest]}…"


def label_of(person: User, apart: Mapping[int, str]) -> str:
    """A name, with what tells its owner apart."""
    return f"{person.name} ({apart[person.pk]})" if person.pk in apart else person.name
