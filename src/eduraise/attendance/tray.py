"""Those in a class whom nobody knows, and what somebody says of them: this student, a guest, to be ignored.

What was said is remembered for the next time, and can be taken back with what is remembered of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from eduraise.accounts.models import User, email_key
from eduraise.attendance import who
from eduraise.attendance.enums import Hint, IdentityKind, KnownBy, Room, Verdict
from eduraise.attendance.keys import name_form, value_key
from eduraise.attendance.models import Identification, IdentityLink, Participant, Register
from eduraise.attendance.registers import hold, name_anew
from eduraise.attendance.who import Cluster
from eduraise.core import audit
from eduraise.core.errors import DomainError
from eduraise.programs.models import Program

# By a Zoom account, an address and a number somebody is known everywhere, by a name where it was said
_ANYWHERE = (IdentityKind.ZOOM_ID, IdentityKind.EMAIL, IdentityKind.PHONE)
# A value by which somebody is known: its kind, its digest, the program within which it is one
type Place = tuple[str, str, int | None]


class NotInThisClass(DomainError):
    """Somebody was chosen who is no student of the class."""

    code = "not_in_this_class"

    def __init__(self) -> None:
        super().__init__(_("Choose a student who was enrolled when the class was held."), field="person")


class NobodyLeft(DomainError):
    """Those who were asked about are known by now, or gone."""

    code = "nobody_left"

    def __init__(self) -> None:
        super().__init__(_("Somebody else has settled this meanwhile."))


@dataclass(frozen=True)
class Unknown:
    """Somebody whom nobody knows, with all stays under one name and address that may be one person's. keys:
    what an action takes.

    first_at: when they first came in, of who only waited when they came to wait; seconds: how long they were
    in the meeting, as far as it is told; stays: how often they came. suggested: who it may be; hint, why: for
    which reason, and in words. spans: when they were in it, open_at: since when they are, None for who left;
    waits: when they waited to be let in, waits_at: since when they do.
    """

    keys: tuple[int, ...]
    name: str
    email: str
    is_phone: bool
    first_at: datetime
    seconds: int
    stays: int
    open_at: datetime | None
    waits: tuple[tuple[datetime, datetime], ...]
    waits_at: datetime | None
    only_waited: bool
    suggested: User | None
    hint: str
    why: str
    spans: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def called(self) -> str:
        """As they are spoken of; never ""."""
        return self.name or self.email or _("Without a name")

    @property
    def waited_minutes(self) -> int:
        """Whole minutes for which they waited to be let in, as far as it is told."""
        return _together(self.waits) // 60


def unknown_in(register: Register) -> list[Unknown]:
    """Who they are nobody knows, the longest there first; five queries."""
    clusters = [
        one
        for one in who.clusters_of(register.session)
        if one.stays and all(row.person_id is None and not row.verdict for row in one.rows)
    ]
    groups = _grouped(sorted(clusters, key=lambda one: (min(stay[2] for stay in one.stays), one.key)))
    suggested = User.objects.in_bulk(
        {row.suggested_id for some in groups for one in some for row in one.rows if row.suggested_id}
    )
    found = [_unknown(some, suggested) for some in groups]
    return sorted(found, key=lambda one: (one.only_waited, -one.seconds, one.first_at, one.keys))


def _grouped(clusters: Iterable[Cluster]) -> list[list[Cluster]]:
    """Those of one name and address who may be one person, together. clusters: in the order of time."""
    named: dict[tuple[str, str], list[list[Cluster]]] = defaultdict(list)
    for one in clusters:
        emails = {email_key(row.email) for row in one.rows if row.email}
        groups = named[name_form(one.title) or str(one.key), min(emails, default="")]
        may_be = (group for group in groups if not any(who.are_two(one, other) for other in group))
        if (group := next(may_be, None)) is not None:
            group.append(one)
        else:
            groups.append([one])
    return [group for groups in named.values() for group in groups]


def _unknown(clusters: Sequence[Cluster], people: dict[int, User]) -> Unknown:
    rows = [row for one in clusters for row in one.rows]
    every = [stay for one in clusters for stay in one.stays]
    inside = [stay for stay in every if stay[0] != Room.WAITING]
    hinted = next((row for row in rows if row.suggested_id), None)
    hint = next((row.suggested_by for row in rows if row.suggested_by), "")
    spans = sorted({(began, ended) for _room, _stay, began, ended in inside if ended is not None})
    waits, waits_at = _waits(every)
    return Unknown(
        keys=tuple(sorted(one.key for one in clusters)),
        name=min(clusters, key=lambda one: one.key).title,
        email=next((row.email for row in rows if row.email), ""),
        is_phone=any(row.is_phone for row in rows),
        first_at=min(began for _room, _stay, began, _ended in inside or every),
        seconds=_together(spans),
        stays=len({stay for _room, stay, _began, _ended in every}),
        open_at=min((began for _room, _stay, began, ended in inside if ended is None), default=None),
        waits=waits,
        waits_at=waits_at,
        only_waited=not inside,
        suggested=people.get(hinted.suggested_id) if hinted and hinted.suggested_id else None,
        hint=hint,
        why=str(Hint(hint).label) if hint else "",
        spans=tuple(spans),
    )


def _waits(
    stays: Iterable[tuple[str, str, datetime, datetime | None]],
) -> tuple[tuple[tuple[datetime, datetime], ...], datetime | None]:
    """When somebody waited to be let in, and since when they still do. Who came in waits no more, also where
    that wasn't told."""
    stays = list(stays)
    came_in = sorted(began for room, _stay, began, _ended in stays if room != Room.WAITING)
    found, since = set(), None
    for room, _stay, began, ended in stays:
        if room == Room.WAITING:
            until = ended or next((at for at in came_in if at >= began), None)
            if until is None:
                since = min(filter(None, (since, began)))
            else:
                found.add((began, until))
    return tuple(sorted(found)), since


def _together(spans: Iterable[tuple[datetime, datetime]]) -> int:
    """Seconds that they cover together. spans: in order."""
    seconds, until = 0.0, None
    for began, ended in spans:
        begins = began if until is None else max(began, until)
        if ended > begins:
            seconds += (ended - begins).total_seconds()
            until = ended
    return int(seconds)


@dataclass(frozen=True)
class Answer:
    """What somebody said by hand of who was in a class. names: as those are called in Zoom; is_remembered:
    whether they are known again by it."""

    said: Identification
    names: tuple[str, ...]
    is_remembered: bool

    @property
    def words(self) -> str:
        """Whom it made of them."""
        return self.said.person.name if self.said.person else str(Verdict(self.said.verdict).label)


def answers_in(register: Register) -> list[Answer]:
    """What was said by hand of a class and holds, the last first; two queries."""
    remembered = Exists(IdentityLink.objects.filter(identified=OuterRef("pk")))
    rows = Identification.objects.filter(register=register, undone_at__isnull=True)
    held = rows.select_related("person", "by").annotate(is_remembered=remembered)
    found = held.prefetch_related("participants").order_by("-at", "-pk")
    answers = [
        Answer(said, tuple(dict.fromkeys(row.name for row in said.participants.all())), said.is_remembered)
        for said in found
    ]
    # of whom something else was said since, that holds
    return [one for one in answers if one.names]


def identify(
    *,
    register: Register,
    keys: Collection[int],
    verdict: Verdict,
    by: User,
    now: datetime,
    person: User | None = None,
    remembers: bool = True,
) -> Identification:
    """Say what those of these keys are: with STUDENT or TEACHER who, else that they are a guest or to be
    ignored. Remembered for the next time, and the register is folded anew.

    Whom somebody already said otherwise of can be said anew. Raises NotInThisClass, NobodyLeft,
    RegisterLocked.
    """
    session = register.session
    if verdict in (Verdict.STUDENT, Verdict.TEACHER):
        members = who.students_of(session) if verdict == Verdict.STUDENT else who.staff_of(session)
        if person is None or person.pk not in members:
            raise NotInThisClass
    else:
        person = None
    with transaction.atomic():
        hold(register)
        clusters = [one for one in who.clusters_of(session) if one.key in set(keys)]
        if not clusters:
            raise NobodyLeft
        said = Identification.objects.create(register=register, person=person, verdict=verdict, by=by, at=now)
        rows = Participant.objects.filter(pk__in=[row.pk for one in clusters for row in one.rows])
        rows.update(
            person=person,
            verdict=verdict,
            known_by=KnownBy.HAND,
            suggested=None,
            suggested_by="",
            identified=said,
        )
        if remembers:
            said.replaced = _remember(said, clusters, session.program, now)
            said.save(update_fields=["replaced"])
        name_anew(Register.objects.filter(pk=register.pk))
        audit.record(
            "attendance.identified",
            by=by,
            thing=register,
            at=now,
            after={"verdict": str(verdict), "person": str(person.uid) if person else None},
        )
    return said


def take_back(*, said: Identification, by: User, now: datetime) -> bool:
    """Undo what was said: they are unknown again, and what was remembered of it is as if it had never been
    said, also where others were named by the same meanwhile. False if it was taken back before. Raises
    RegisterLocked."""
    with transaction.atomic():
        hold(said.register)
        still = Identification.objects.filter(pk=said.pk, undone_at__isnull=True)
        if not still.update(undone_at=now, undone_by=by):
            return False
        said.participants.update(person=None, verdict="", known_by=KnownBy.NONE, identified=None)
        _forget(said, by, now)
        name_anew(Register.objects.filter(pk=said.register_id))
        audit.record(
            "attendance.identification_undone",
            by=by,
            thing=said.register,
            at=now,
            before={"verdict": said.verdict, "person": str(said.person.uid) if said.person else None},
        )
    return True


def _forget(said: Identification, by: User, now: datetime) -> None:
    """Remember what would be remembered without it. What was confirmed anew since then stays, as if this had
    not been there before it."""
    others = Identification.objects.filter(undone_at__isnull=True).exclude(pk=said.pk).exclude(replaced=[])
    followers = {(_place(row), row.get("identified")): one for one in others for row in one.replaced}
    before = {_place(row): row for row in said.replaced}
    places = {_place_of(link) for link in said.links.all()}
    places |= before.keys() | {place for place, former in followers if former == said.pk}
    for place in places:
        _forget_at(place, said, before.get(place), followers, by, now)


def _forget_at(
    place: Place,
    said: Identification,
    held: dict[str, Any] | None,
    followers: Mapping[tuple[Place, int | None], Identification],
    by: User,
    now: datetime,
) -> None:
    """Of one value. held: what stood there before; followers: what was confirmed of a value next, by what had
    been confirmed of it until then."""
    last = said
    while (later := followers.get((place, last.pk))) is not None:
        others = [row for row in later.replaced if _place(row) != place]
        later.replaced = [*others, held] if held else others
        later.save(update_fields=["replaced"])
        held, last = _row(place, _confirmed(held, later), later.pk), later
    kind, value, program = place
    link = IdentityLink.objects.filter(kind=kind, value_key=value, program=program, identified=last)
    if held is None:
        link.delete()
    else:
        link.update(
            person=held["person"],
            verdict=held["verdict"],
            confirmed_by=by,
            at=now,
            identified=held["identified"],
        )


def _place(row: dict[str, Any]) -> Place:
    return row["kind"], row["value_key"], row["program"]


def _place_of(link: IdentityLink) -> Place:
    return link.kind, link.value_key, link.program_id


def _row(place: Place, confirmed: tuple[int | None, str], identified: int | None) -> dict[str, Any]:
    """What is remembered of a value, as `Identification.replaced` keeps it."""
    kind, value, program = place
    person, verdict = confirmed
    return {
        "kind": kind,
        "value_key": value,
        "program": program,
        "person": person,
        "verdict": verdict,
        "identified": identified,
    }


def _confirmed(held: dict[str, Any] | None, said: Identification) -> tuple[int | None, str]:
    """Whose a value is by what was said, where something else is remembered of it or nothing: what was
    confirmed for another person before, or for a guest, or is known as several people's, is nobody's."""
    if held is None:
        return said.person_id, said.verdict
    is_shared = held["person"] is None and held["verdict"] == Verdict.STUDENT
    if is_shared or held["person"] != said.person_id:
        return None, Verdict.STUDENT
    return said.person_id, said.verdict


def _remember(
    said: Identification, clusters: Iterable[Cluster], of: Program, now: datetime
) -> list[dict[str, Any]]:
    """Keep by what they are known again; what was remembered otherwise before, for taking it back.

    What fits a second person belongs to several, and is no mark of anybody's any more.
    """
    replaced = []
    for kind, value in sorted({each for one in clusters for each in who.values_of(one)}):
        key = value if kind == IdentityKind.PHONE else value_key(kind, value)
        # a guest here may be a student elsewhere
        is_anywhere = kind in _ANYWHERE and said.person_id is not None
        program = None if is_anywhere else of
        link = IdentityLink.objects.filter(kind=kind, value_key=key, program=program).first()
        held = _row(_place_of(link), (link.person_id, link.verdict), link.identified_id) if link else None
        if held is not None:
            replaced.append(held)
        person, verdict = _confirmed(held, said)
        IdentityLink.objects.update_or_create(
            kind=kind,
            value_key=key,
            program=program,
            defaults={
                "person_id": person,
                "verdict": verdict,
                "confirmed_by_id": said.by_id,
                "at": now,
                "identified": said,
            },
        )
    return replaced
