"""Who somebody in a sitting is. Pure, on plain values.

Certain are the own personal link, and a Zoom account that is known. Else it takes two facts: the person's own
press of Join at most ten minutes before somebody arrived, and an e-mail address or a name that fits them and
nobody else in the class. Less than that only suggests: nobody is credited by a name alone. Time during which
Zoom let nobody in, because the host was not there yet, is none of those minutes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from eduraise.attendance.enums import Hint, KnownBy, Verdict
from eduraise.attendance.likeness import ENOUGH, likeness

#: A press of Join stands for an arrival at most this long after it
WINDOW = 600
#: Zoom tells whole seconds, and its clock is not ours
SKEW = 5


class Said(NamedTuple):
    """What somebody said by hand, or what is remembered. person None with STUDENT: several people's."""

    person: int | None
    verdict: str


@dataclass(frozen=True, kw_only=True)
class Someone:
    """Somebody in a sitting, by all that its sources say of them.

    registered: whose personal links they used; zoom_ids, emails, names, phones: in the forms that are
    compared; spans: from when until when they were there or waited, None where that isn't told. shut: from
    when until when nobody could come into that sitting, None where people could.
    """

    key: int
    registered: frozenset[int] = frozenset()
    zoom_ids: frozenset[str] = frozenset()
    emails: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()
    phones: frozenset[str] = frozenset()
    spans: tuple[tuple[int, int | None], ...] = ()
    shut: tuple[int, int] | None = None
    said: Said | None = None


@dataclass(frozen=True, kw_only=True)
class Class:
    """Who may be in a class, and by what they are known.

    students, staff: persons. zoom_ids: of Zoom accounts that people here connected. emails, names: every
    person of the class whom one fits. elsewhere: addresses of people who aren't in the class. clicks: when
    each pressed Join. remembered_…: what was confirmed before.
    """

    students: frozenset[int]
    staff: frozenset[int] = frozenset()
    zoom_ids: Mapping[str, int] = field(default_factory=dict)
    emails: Mapping[str, frozenset[int]] = field(default_factory=dict)
    names: Mapping[str, frozenset[int]] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()
    clicks: Mapping[int, Sequence[int]] = field(default_factory=dict)
    remembered_zoom_ids: Mapping[str, Said] = field(default_factory=dict)
    remembered_emails: Mapping[str, Said] = field(default_factory=dict)
    remembered_names: Mapping[str, Said] = field(default_factory=dict)
    remembered_phones: Mapping[str, Said] = field(default_factory=dict)

    def verdict_of(self, person: int) -> str:
        """What a person is in the class."""
        if person in self.staff:
            return str(Verdict.TEACHER)
        return str(Verdict.STUDENT if person in self.students else Verdict.GUEST)


class Named(NamedTuple):
    """What came of it. suggested: who it may be, and why, where nobody is credited."""

    person: int | None = None
    verdict: str = ""
    known_by: str = KnownBy.NONE
    suggested: int | None = None
    hint: str = ""


def name_all(people: Iterable[Someone], known: Class) -> dict[int, Named]:
    """Who each is, by the key of each. The same, in whichever order they come."""
    people = sorted(people, key=lambda one: one.key)
    named = {one.key: found for one in people if (found := _certain(one, known)) is not None}
    left = [one for one in people if one.key not in named]
    fitting = {one.key: _fitting(one, known) for one in left}
    several = {one.key for one in left if _is_one_of_several(one, people)}
    vouched = _vouched(people, named, fitting, several, known)
    for one in left:
        person, hint = fitting[one.key]
        if person is not None and one.key in vouched:
            named[one.key] = Named(person, known.verdict_of(person), KnownBy.TWO_FACTS)
        else:
            outsider = _remembered_outsider(one, known, by_name=one.key not in several)
            named[one.key] = outsider or Named(suggested=person, hint=hint)
    _suggest(left, named, known)
    return named


def _is_one_of_several(one: Someone, people: Iterable[Someone]) -> bool:
    """Whether somebody else was there at the same time under the same name."""
    return any(
        other.key != one.key and not one.names.isdisjoint(other.names) and _overlap(one, other)
        for other in people
    )


def _certain(one: Someone, known: Class) -> Named | None:
    """Who somebody is without doubt, or that certain facts differ; None where there are none."""
    if one.said is not None:
        return Named(one.said.person, one.said.verdict, KnownBy.HAND)
    by_account = {known.zoom_ids[each] for each in one.zoom_ids if each in known.zoom_ids}
    accounts, phones = known.remembered_zoom_ids, known.remembered_phones
    remembered = [accounts[each] for each in one.zoom_ids if each in accounts]
    remembered += [phones[each] for each in one.phones if each in phones]
    by_memory = {said.person for said in remembered if said.person is not None}
    found = one.registered | by_account | by_memory
    if len(found) > 1:
        return Named(suggested=min(one.registered or found), hint=Hint.CONFLICT)
    for persons, how in (
        (one.registered, KnownBy.REGISTRANT),
        (by_account, KnownBy.ZOOM_ID),
        (by_memory, KnownBy.REMEMBERED if one.phones else KnownBy.ZOOM_ID),
    ):
        for person in persons:
            return Named(person, known.verdict_of(person), how)
    outsiders = {said.verdict for said in remembered if said.person is None} - {Verdict.STUDENT}
    return Named(None, min(outsiders), KnownBy.REMEMBERED) if outsiders else None


def _fitting(one: Someone, known: Class) -> tuple[int | None, str]:
    """Whom the e-mail address or the name of somebody fits, and nobody else; and what that is, for a hint."""
    by_email = _fits(one.emails, known.emails, known.remembered_emails)
    by_name = _fits(one.names, known.names, known.remembered_names)
    if len(by_email) > 1 or (not by_email and len(by_name) > 1):
        return None, ""
    if by_email:
        [person] = by_email
        if by_name and person not in by_name:
            return None, Hint.CONFLICT
        return person, Hint.EMAIL
    if not by_name:
        return None, ""
    [person] = by_name
    if one.emails & known.elsewhere:
        return None, Hint.CONFLICT
    is_own = any(person in known.names.get(name, ()) for name in one.names)
    return person, Hint.NAME if is_own else Hint.REMEMBERED


def _fits(
    values: Iterable[str], of_class: Mapping[str, frozenset[int]], remembered: Mapping[str, Said]
) -> set[int]:
    found: set[int] = set()
    for value in values:
        found |= of_class.get(value, frozenset())
        said = remembered.get(value)
        if said is not None and said.person is not None:
            found.add(said.person)
    return found


def _vouched(
    people: Sequence[Someone],
    certain: Mapping[int, Named],
    fitting: Mapping[int, tuple[int | None, str]],
    several: set[int],
    known: Class,
) -> set[int]:
    """Those for whose arrival a press of Join of the person whom they fit stands.

    One press stands for one place at a time: of two who are there together the one that came first after it,
    of two who came in one second neither. Who is certain takes a press like the others. Where several were
    there at once under a name that was only confirmed before, it fits none of them.
    """
    by_person: dict[int, list[Someone]] = defaultdict(list)
    for one in people:
        if one.key in certain:
            person: int | None = certain[one.key].person
        else:
            person, hint = fitting[one.key]
            if hint == Hint.REMEMBERED and one.key in several:
                continue
        if person is not None:
            by_person[person].append(one)
    return {
        key for person, some in by_person.items() for key in _vouched_of(some, known.clicks.get(person, ()))
    }


def _vouched_of(people: Sequence[Someone], clicks: Iterable[int]) -> set[int]:
    vouched: set[int] = set()
    for click in sorted(clicks):
        after = sorted(
            (began, one.key, one) for one in people if (began := _first_after(one, click)) is not None
        )
        taken: list[Someone] = []
        for began, key, one in after:
            is_tie = any(other != key and at == began for at, other, _one in after)
            if key in vouched or is_tie or any(_overlap(one, other) for other in taken):
                continue
            taken.append(one)
        vouched |= {one.key for one in taken}
    return vouched


def _first_after(one: Someone, click: int) -> int | None:
    """When somebody first arrived within the time for which a press of Join stands: who pressed while nobody
    could go in waited for the host, as if they had pressed when she came."""
    counts = one.shut[1] if one.shut is not None and one.shut[0] <= click <= one.shut[1] else click
    return min((began for began, _ended in one.spans if -SKEW <= began - counts <= WINDOW), default=None)


def _overlap(one: Someone, other: Someone) -> bool:
    return any(
        (ended is None or ended > began_too) and (ended_too is None or ended_too > began)
        for began, ended in one.spans
        for began_too, ended_too in other.spans
    )


def _remembered_outsider(one: Someone, known: Class, *, by_name: bool) -> Named | None:
    """A guest, or somebody to ignore, known again by an address or, where no two share it, by a name: that
    credits nobody."""
    said = [known.remembered_emails[each] for each in one.emails if each in known.remembered_emails]
    if by_name:
        said += [known.remembered_names[each] for each in one.names if each in known.remembered_names]
    is_of_class = _fits(one.emails, known.emails, {}) | _fits(one.names, known.names, {})
    verdicts = {each.verdict for each in said if each.person is None} - {Verdict.STUDENT}
    if is_of_class or len(verdicts) != 1:
        return None
    return Named(None, verdicts.pop(), KnownBy.REMEMBERED)


def _suggest(left: Sequence[Someone], named: dict[int, Named], known: Class) -> None:
    """Who they may be whom nothing fits, of those who are nowhere else; and of who fits and isn't credited
    why; in place."""
    there = {found.person for found in named.values() if found.person is not None}
    absent = sorted(known.students - there)
    names = _names_of(absent, known)
    for one in left:
        found = named[one.key]
        if found == Named():
            named[one.key] = _guess(one, absent, names, known)
        elif found.hint not in (Hint.NAME, Hint.EMAIL, Hint.REMEMBERED) or found.suggested is None:
            continue
        elif found.suggested in there or _pressed(one, found.suggested, known):
            named[one.key] = found._replace(hint=Hint.SECOND)


def _names_of(people: Sequence[int], known: Class) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {person: [] for person in people}
    for name, persons in known.names.items():
        for person in persons & found.keys():
            found[person].append(name)
    return found


def _guess(one: Someone, absent: Sequence[int], names: Mapping[int, list[str]], known: Class) -> Named:
    """Whose name is the likest, of equals who pressed Join just before; where no name is like theirs who
    alone pressed it."""
    pressed = {person for person in absent if _pressed(one, person, known)}
    alike = {
        person: max((likeness(shown, own) for shown in one.names for own in names[person]), default=0.0)
        for person in absent
    }
    ranks = {person: (how, person in pressed) for person, how in alike.items() if how >= ENOUGH}
    if not ranks:
        return Named(suggested=min(pressed), hint=Hint.CLICK) if len(pressed) == 1 else Named()
    best = [person for person, rank in ranks.items() if rank == max(ranks.values())]
    if len(best) > 1:
        return Named(hint=Hint.SEVERAL)
    if not one.names.isdisjoint(names[best[0]]):
        return Named(suggested=best[0], hint=Hint.NAMESAKE)
    return Named(suggested=best[0], hint=Hint.LIKE_CLICK if best[0] in pressed else Hint.LIKE)


def _pressed(one: Someone, person: int, known: Class) -> bool:
    """Whether a person pressed Join just before somebody arrived."""
    return any(_first_after(one, click) is not None for click in known.clicks.get(person, ()))


def shared_links(stays: Iterable[tuple[int, str, int, int | None]], *, longer_than: int = 60) -> set[int]:
    """Registrations by whose personal link two were there at once. stays: of each the registration, the id of
    the stay, from when until when (None where that isn't known, which shows nothing).
    """
    by_link: dict[int, list[tuple[int, int, str]]] = defaultdict(list)
    for link, stay, began, ended in stays:
        if ended is not None:
            by_link[link].append((began, ended, stay))
    return {link for link, some in by_link.items() if _is_shared(some, longer_than)}


def _is_shared(stays: list[tuple[int, int, str]], longer_than: int) -> bool:
    until: dict[str, int] = {}
    for began, ended, stay in sorted(stays):
        if any(other != stay and min(last, ended) - began > longer_than for other, last in until.items()):
            return True
        until[stay] = max(until.get(stay, ended), ended)
    return False
