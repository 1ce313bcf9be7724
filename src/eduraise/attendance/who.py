"""Taking those who were in a class for people: read, named by the rule, and what changed written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from eduraise.accounts.models import User, email_key
from eduraise.attendance.enums import IdentityKind, KnownBy, RegisterState, Room, Source
from eduraise.attendance.keys import name_form, value_key
from eduraise.attendance.models import (
    Identification,
    IdentityLink,
    Interval,
    Participant,
    Reading,
    Register,
)
from eduraise.attendance.naming import Class, Named, Said, Someone, name_all, shared_links
from eduraise.classes.joining import opens_at
from eduraise.classes.models import ClassSession, JoinClick
from eduraise.programs.models import Assignment, Enrolment
from eduraise.zoom.models import Registrant, ZoomInstance, ZoomUser

# A press of Join long before a class opens can't stand for coming to it
_CLICKS_FROM = timedelta(hours=3)


@dataclass
class Cluster:
    """All rows that are one somebody: what several sources call by one stay is one."""

    sitting: ZoomInstance
    rows: list[Participant]
    stays: list[tuple[str, str, datetime, datetime | None]]

    @property
    def key(self) -> int:
        """The same as long as its first row is there."""
        return min(row.pk for row in self.rows)

    @property
    def title(self) -> str:
        """As they are called in the sitting, by whoever told of it first."""
        named = sorted((row.named_at, row.name) for row in self.rows if row.name and row.named_at)
        return named[0][1] if named else ""

    @property
    def told_as(self) -> dict[str, set[str]]:
        """What Zoom gives to nobody else: the keys of a sitting's participants, accounts. What is of one stay
        alone is none: who comes again has another."""
        stays = {stay for _room, stay, _began, _ended in self.stays}
        events = {row.key for row in self.rows if row.source == Source.WEBHOOK}
        return {"key": events - stays, "account": {row.zoom_user_id for row in self.rows} - {""}}


def are_two(one: Cluster, other: Cluster) -> bool:
    """Whether Zoom tells two of a name apart: by what it calls them, or because they were there at once."""
    if one.sitting.pk != other.sitting.pk:
        return False
    theirs = other.told_as
    if any(keys and theirs[kind] and keys.isdisjoint(theirs[kind]) for kind, keys in one.told_as.items()):
        return True
    if not {row.source for row in one.rows} & {row.source for row in other.rows}:
        # two sources of one stay
        return False
    return any(
        (ended is None or ended > began_too) and (ended_too is None or ended_too > began)
        for _room, _stay, began, ended in one.stays
        for _room_too, _stay_too, began_too, ended_too in other.stays
    )


def name_register(register_id: int, now: datetime) -> int:
    """Take those who were in a class for people, as far as the rule goes; how many rows changed.

    What somebody said by hand stays, and holds for all that tells of the same stay. Constant queries.
    """
    session = ClassSession.objects.select_related("program__class_settings").get(register=register_id)
    clusters = clusters_of(session)
    if not clusters:
        return 0
    registrants = _registrants(clusters)
    known = _class_of(session, clusters)
    shut = _shut(session, {one.sitting.pk: one.sitting for one in clusters}.values())
    named = name_all((_someone(one, registrants, shut.get(one.sitting.pk)) for one in clusters), known)
    shared = _shared(clusters, registrants, now)
    before = {row.pk: row.identified_id for one in clusters for row in one.rows}
    # whom somebody had looked at, as one of the class or as perhaps one
    looked_at = {
        row.pk: row.person_id for one in clusters for row in one.rows if row.person_id or row.suggested_by
    }
    changed = [row for one in clusters for row in _changes(one, named[one.key], registrants, shared)]
    _write(changed, before)
    if any(row.pk in looked_at and looked_at[row.pk] != row.person_id for row, _names in changed):
        # a mark of a final register that moves by that says so
        final = Register.objects.filter(pk=register_id).exclude(state=RegisterState.PENDING)
        final.update(named_version=F("facts_version"))
    return len(changed)


type _Change = tuple[Participant, set[str]]


def _write(changed: Iterable[_Change], before: Mapping[int, int | None]) -> None:
    """What somebody said meanwhile is not written over. Columns in which nothing changed are left out: each
    lists all rows anew."""
    by_what_was_said: dict[int | None, list[_Change]] = defaultdict(list)
    for row, columns in changed:
        by_what_was_said[before[row.pk]].append((row, columns))
    for said, changes in by_what_was_said.items():
        columns = set[str]().union(*(columns for _row, columns in changes))
        rows = [row for row, _columns in changes]
        Participant.objects.filter(identified=said).bulk_update(rows, sorted(columns))


def clusters_of(session: ClassSession) -> list[Cluster]:
    """Everybody who was in a class's sittings, waited or came by a breakout room; three queries."""
    sittings = {
        one.pk: one
        for one in ZoomInstance.objects.filter(occurrence__held_for=session.uid).select_related(
            "host", "meeting"
        )
    }
    rows = {
        row.pk: row for row in Participant.objects.filter(instance__in=sittings).select_related("identified")
    }
    newest = _newest_readings(sittings)
    told = Interval.objects.filter(
        Q(reading__isnull=True) | Q(reading__in=newest), participant__in=rows
    ).values_list("participant", "room", "join_key", "joined_at", "left_at")
    return [
        Cluster(sittings[rows[members[0]].instance_id], [rows[pk] for pk in members], stays)
        for members, stays in _united(rows, list(told))
    ]


def _newest_readings(sittings: Iterable[int]) -> list[int]:
    newest = {}
    readings = Reading.objects.filter(instance__in=list(sittings), is_complete=True)
    for pk, instance, source in readings.order_by("read_at", "pk").values_list("pk", "instance", "source"):
        newest[instance, source] = pk
    return list(newest.values())


type _Told = tuple[int, str, str, datetime | None, datetime | None]
type _Stays = list[tuple[str, str, datetime, datetime | None]]


def _united(rows: Mapping[int, Participant], told: Sequence[_Told]) -> list[tuple[list[int], _Stays]]:
    """Rows that share the id of a stay in one sitting, together with their stays: (room, id, from, until)."""
    root = {pk: pk for pk in rows}

    def find(pk: int) -> int:
        while root[pk] != pk:
            root[pk] = root[root[pk]]
            pk = root[pk]
        return pk

    first: dict[tuple[int, str], int] = {}
    for pk, room, stay, _joined, _left in told:
        if stay and room != Room.BREAKOUT:
            other = find(first.setdefault((rows[pk].instance_id, stay), pk))
            mine = find(pk)
            root[max(mine, other)] = min(mine, other)
    members: dict[int, list[int]] = defaultdict(list)
    for pk in sorted({pk for pk, *_rest in told}):
        members[find(pk)].append(pk)
    stays: dict[int, _Stays] = defaultdict(list)
    paired = _paired(told)
    # a leaving that is told of another row than the coming was
    gone = {(find(pk), room, stay): left for (pk, room, stay), (joined, left) in paired.items() if not joined}
    for (pk, room, stay), (joined, left) in paired.items():
        if joined is not None:
            stays[find(pk)].append((room, stay, joined, left or gone.get((find(pk), room, stay))))
    return [(some, stays[pk]) for pk, some in sorted(members.items())]


def _paired(
    told: Sequence[_Told],
) -> dict[tuple[int, str, str], tuple[datetime | None, datetime | None]]:
    """Of each stay its first coming and its last going, as far as they are told."""
    ends: dict[tuple[int, str, str], tuple[datetime | None, datetime | None]] = {}
    for number, (pk, room, stay, joined, left) in enumerate(told):
        key = (pk, room, stay or f"#{number}")
        began, ended = ends.get(key, (None, None))
        ends[key] = (
            min((at for at in (began, joined) if at is not None), default=None),
            max((at for at in (ended, left) if at is not None), default=None),
        )
    return ends


def _registrants(clusters: Iterable[Cluster]) -> dict[tuple[int | None, str], tuple[int, int]]:
    """Whose personal link an id is or was, by meeting and id: (registration, person)."""
    keys = {row.zoom_registrant_id for one in clusters for row in one.rows if row.zoom_registrant_id}
    meetings = {one.sitting.meeting_id for one in clusters if one.sitting.meeting_id}
    here = Registrant.objects.filter(meeting__in=meetings)
    told = ("zoom_registrant_id", "former__zoom_registrant_id")
    found = here.filter(zoom_registrant_id__in=keys).values_list("meeting", told[0], "pk", "person")
    before = here.filter(former__zoom_registrant_id__in=keys).values_list("meeting", told[1], "pk", "person")
    return {(meeting, str(key)): (pk, person) for meeting, key, pk, person in (*before, *found)}


def _shut(session: ClassSession, sittings: Iterable[ZoomInstance]) -> dict[int, tuple[int, int]]:
    """From when until when people stood before each sitting that waits for its host: since the class's door
    opened, or the sitting before it ended, until she came."""
    found: dict[int, tuple[int, int]] = {}
    since: datetime | None = opens_at(session)
    told = [(one.started_at, one.pk, one) for one in sittings if one.started_at is not None]
    for began, pk, one in sorted(told):
        settings = one.meeting.zoom_settings if one.meeting else {"join_before_host": True}
        waits_for_host = not (settings or {}).get("join_before_host")
        if waits_for_host and since is not None and since <= began:
            found[pk] = int(since.timestamp()), int(began.timestamp())
        since = one.ended_at
    return found


def _someone(
    one: Cluster,
    registrants: Mapping[tuple[int | None, str], tuple[int, int]],
    shut: tuple[int, int] | None,
) -> Someone:
    links = [
        registrants[at]
        for row in one.rows
        if (at := (one.sitting.meeting_id, row.zoom_registrant_id)) in registrants
    ]
    return Someone(
        key=one.key,
        registered=frozenset(person for _pk, person in links),
        zoom_ids=frozenset(row.zoom_user_id for row in one.rows if row.zoom_user_id),
        emails=frozenset(email_key(row.email) for row in one.rows if row.email),
        names=frozenset(name_form(row.name) for row in one.rows if row.name),
        phones=frozenset(row.phone_key for row in one.rows if row.phone_key),
        spans=tuple(
            (int(began.timestamp()), int(ended.timestamp()) if ended else None)
            for room, _stay, began, ended in one.stays
            if room != Room.BREAKOUT
        ),
        shut=shut,
        said=Said(said.person_id, said.verdict) if (said := _last_said(one)) is not None else None,
    )


def _last_said(one: Cluster) -> Identification | None:
    """What somebody last said by hand of any of its rows."""
    said = [row.identified for row in one.rows if row.known_by == KnownBy.HAND and row.identified]
    return max(said, key=lambda each: (each.at, each.pk), default=None)


def _changes(
    one: Cluster,
    named: Named,
    registrants: Mapping[tuple[int | None, str], tuple[int, int]],
    shared: set[int],
) -> Iterable[_Change]:
    """The rows that say otherwise by now, each with the columns that changed."""
    said = _last_said(one)
    for row in one.rows:
        link = registrants.get((one.sitting.meeting_id, row.zoom_registrant_id))
        values = {
            "person_id": named.person,
            "verdict": named.verdict,
            "known_by": str(named.known_by),
            "suggested_id": named.suggested,
            "suggested_by": str(named.hint),
            "link_shared": link is not None and link[0] in shared,
            "identified_id": said.pk if said is not None else None,
        }
        changed = {name for name, value in values.items() if getattr(row, name) != value}
        for name in changed:
            setattr(row, name, values[name])
        if changed:
            yield row, changed


def _shared(
    clusters: Iterable[Cluster], registrants: Mapping[tuple[int | None, str], tuple[int, int]], now: datetime
) -> set[int]:
    """Registrations whose link two used at once. While a sitting goes on, who has not left it is in it."""
    return shared_links(
        (registrants[at][0], stay, int(began.timestamp()), int(until.timestamp()) if until else None)
        for one in clusters
        for at in {
            (one.sitting.meeting_id, row.zoom_registrant_id)
            for row in one.rows
            if (one.sitting.meeting_id, row.zoom_registrant_id) in registrants
        }
        for room, stay, began, ended in one.stays
        for until in [ended or (now if one.sitting.ended_at is None else None)]
        if room == Room.MAIN
    )


def _class_of(session: ClassSession, clusters: Sequence[Cluster]) -> Class:
    """Who may be in a class, and by what they are known; seven queries."""
    students = students_of(session)
    staff = staff_of(session)
    people = list(User.objects.filter(pk__in=students | staff).values_list("pk", "name", "email"))
    emails = {email_key(row.email) for one in clusters for row in one.rows if row.email}
    registered = Registrant.objects.filter(
        person__in=students, meeting__in={one.sitting.meeting_id for one in clusters}
    ).values_list("person", "email")
    by_email = _by((email_key(email), pk) for pk, _name, email in people)
    for person, email in registered:
        by_email[email_key(email)] = by_email.get(email_key(email), frozenset()) | {person}
    elsewhere = User.objects.filter(email_key__in=emails - by_email.keys()).values_list(
        "email_key", flat=True
    )
    remembered = _remembered(session, clusters)
    return Class(
        students=frozenset(students),
        staff=frozenset(staff),
        zoom_ids=_zoom_ids(session, clusters),
        emails=by_email,
        names=_by((name_form(name), pk) for pk, name, _email in people if name),
        elsewhere=frozenset(elsewhere),
        clicks=_clicks(session),
        remembered_zoom_ids=remembered[IdentityKind.ZOOM_ID],
        remembered_emails=remembered[IdentityKind.EMAIL],
        remembered_names=remembered[IdentityKind.NAME],
        remembered_phones=remembered[IdentityKind.PHONE],
    )


def students_of(session: ClassSession) -> set[int]:
    """Who was enrolled at some time of the class."""
    spells = Enrolment.objects.filter(
        Q(until_at__isnull=True) | Q(until_at__gt=session.starts_at),
        program=session.program_id,
        from_at__lt=session.ends_at,
    )
    return set(spells.values_list("person", flat=True))


def staff_of(session: ClassSession) -> set[int]:
    """Who taught or assisted there then."""
    spells = Assignment.objects.filter(
        Q(until_at__isnull=True) | Q(until_at__gt=session.starts_at),
        Q(only_for__isnull=True) | Q(only_for=session.uid),
        program=session.program_id,
        from_at__lt=session.ends_at,
    )
    return {session.teacher_id, *spells.values_list("person", flat=True)}


def _by(pairs: Iterable[tuple[str, int]]) -> dict[str, frozenset[int]]:
    found: dict[str, set[int]] = defaultdict(set)
    for value, person in pairs:
        found[value].add(person)
    return {value: frozenset(persons) for value, persons in found.items()}


def _zoom_ids(session: ClassSession, clusters: Sequence[Cluster]) -> dict[str, int]:
    """Zoom accounts that are connected here, and whose. A shared host is started by the class's teacher."""
    ids = {row.zoom_user_id for one in clusters for row in one.rows if row.zoom_user_id}
    hosts = ZoomUser.objects.filter(zoom_user_id__in=ids)
    found = {host.zoom_user_id: host.teacher_id for host in hosts if host.teacher_id is not None}
    shared = {
        one.sitting.host.zoom_user_id
        for one in clusters
        if one.sitting.host and not one.sitting.host.teacher_id
    }
    return dict.fromkeys(shared, session.teacher_id) | found


def _clicks(session: ClassSession) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    clicks = JoinClick.objects.filter(session=session, at__gte=session.starts_at - _CLICKS_FROM)
    for person, at in clicks.values_list("person", "at"):
        found[person].append(int(at.timestamp()))
    return dict(found)


def _remembered(session: ClassSession, clusters: Sequence[Cluster]) -> dict[str, dict[str, Said]]:
    """What was confirmed before of these accounts, addresses, names and numbers, by the form compared."""
    forms = {
        (kind, value_key(kind, value)): value
        for one in clusters
        for kind, value in values_of(one)
        if kind != IdentityKind.PHONE
    }
    forms |= {
        (IdentityKind.PHONE, row.phone_key): row.phone_key
        for one in clusters
        for row in one.rows
        if row.phone_key
    }
    found: dict[str, dict[str, Said]] = {str(kind): {} for kind in IdentityKind}
    links = IdentityLink.objects.filter(
        Q(program__isnull=True) | Q(program=session.program_id),
        value_key__in=[key for _kind, key in forms],
    )
    # what is known in the program goes before what is known anywhere
    for link in sorted(links, key=lambda link: link.program_id is not None):
        value = forms.get((link.kind, link.value_key))
        if value is not None:
            found[link.kind][value] = Said(link.person_id, link.verdict)
    return found


def values_of(one: Cluster) -> set[tuple[str, str]]:
    """By what a somebody may be known again: (kind, value in the form compared; of a number its digest)."""
    found: set[tuple[str, str]] = set()
    for row in one.rows:
        if row.zoom_user_id:
            found.add((str(IdentityKind.ZOOM_ID), row.zoom_user_id))
        if row.email:
            found.add((str(IdentityKind.EMAIL), email_key(row.email)))
        if row.phone_key:
            found.add((str(IdentityKind.PHONE), row.phone_key))
        elif row.name:
            found.add((str(IdentityKind.NAME), name_form(row.name)))
    return found
