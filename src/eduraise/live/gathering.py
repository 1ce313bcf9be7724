"""What the database holds of classes that are near, gathered in a few queries for any number of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from eduraise.attendance.enums import Room, Verdict
from eduraise.attendance.excuses import number_excused
from eduraise.attendance.here import InRoom, in_rooms
from eduraise.attendance.models import Register
from eduraise.classes.enums import ClassState
from eduraise.classes.lessons import with_lessons
from eduraise.classes.models import ClassSession
from eduraise.classes.queries import ATTENDED
from eduraise.classes.spare_hosts import SPARE_HOSTS
from eduraise.classes.states import RUNS_ON, with_states
from eduraise.core import hooks
from eduraise.live.enums import Stand
from eduraise.live.models import Alarm
from eduraise.live.standing import Facts
from eduraise.programs.models import Enrolment
from eduraise.zoom import features
from eduraise.zoom.models import ZoomInstance

# So far before its start, and so long after its end, a class is near
AHEAD, AFTER = timedelta(hours=1), timedelta(hours=1)


@dataclass(frozen=True)
class Here:
    """Who is in a class at present: of those enrolled so many, of whom nobody knows so many; how many are in
    its waiting room; whether its teacher has come. led_until: when the last of those who teach or help in it
    left, None while one is there; has_others: whether somebody else is in it, or waits."""

    here: int = 0
    unknown: int = 0
    waiting: int = 0
    teacher: bool = False
    led_until: datetime | None = None
    has_others: bool = False


@dataclass(frozen=True)
class Near:
    """One class that is near. here: None until Zoom told of anybody in it; alarms: those of its hour."""

    session: ClassSession
    facts: Facts
    here: Here | None
    alarms: tuple[Alarm, ...] = ()

    @property
    def alarm(self) -> Alarm | None:
        """The one that stands."""
        return next((one for one in self.alarms if one.ended_at is None), None)

    def stand(self, now: datetime) -> tuple[Stand, datetime | None]:
        """How it stands, and since when."""
        return self.facts.stand(now)


def near_classes(now: datetime) -> list[Near]:
    """The classes that are on, were on or are to come within the hour, by start; not the cancelled ones.
    Seven queries at most."""
    window = ClassSession.objects.not_cancelled().filter(
        starts_at__lte=now + AHEAD, ends_at__gt=now - AFTER - RUNS_ON, program__archived_at__isnull=True
    )
    columns = {"excused": number_excused(now), **ATTENDED.at(now, "enrolled")}
    columns |= SPARE_HOSTS.at(now, "spare_host")
    columns |= dict(hooks.class_columns.ask(now=now))
    rows = with_lessons(with_states(window, now), now).annotate(**columns)
    related = ("program__class_settings", "teacher", "occurrence__meeting__host__account")
    sessions = [
        session
        for session in rows.select_related(*related).order_by("starts_at", "pk")
        if session.ends_at > now - AFTER or session.shown_state == ClassState.LIVE
    ]
    return gather(sessions, now)


def gather(sessions: Sequence[ClassSession], now: datetime) -> list[Near]:
    """The same of classes of `with_states` at hand."""
    sittings = _sittings(sessions)
    here = _here(sessions, sittings, now)
    alarms: dict[tuple[int, datetime], tuple[Alarm, ...]] = defaultdict(tuple)
    for one in Alarm.objects.filter(session__in=[session.pk for session in sessions]):
        alarms[one.session_id, one.starts_at] += (one,)
    return [
        Near(
            session,
            _facts(session, sittings[session.uid], here.get(session.uid)),
            here.get(session.uid),
            alarms[session.pk, session.starts_at],
        )
        for session in sessions
    ]


def _sittings(sessions: Iterable[ClassSession]) -> dict[UUID, list[ZoomInstance]]:
    found: dict[UUID, list[ZoomInstance]] = defaultdict(list)
    rows = ZoomInstance.objects.filter(
        occurrence__held_for__in=[session.uid for session in sessions], started_at__isnull=False
    ).select_related("occurrence")
    for row in rows.order_by("started_at", "pk"):
        if row.occurrence is not None:
            found[row.occurrence.held_for].append(row)
    return found


def _facts(session: ClassSession, sittings: list[ZoomInstance], here: Here | None) -> Facts:
    running = [one for one in sittings if one.ended_at is None]
    of_now = running or sittings[:1]
    ends = [one.ended_at for one in sittings if one.ended_at is not None]
    meeting = session.occurrence.meeting if session.occurrence else None
    host = meeting.host if meeting else None
    held = (meeting.zoom_settings or {}) if meeting else {}
    return Facts(
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        state=session.shown_state,
        attention=session.attention,
        was_held=session.was_held,
        is_elsewhere=bool(session.other_link) and session.other_room is None,
        was_elsewhere=session.was_elsewhere,
        began_at=min((one.started_at for one in of_now if one.started_at), default=None),
        host_came_at=min((one.host_joined_at for one in of_now if one.host_joined_at), default=None),
        left_at=max(ends) if ends and not running else None,
        read_at=meeting.read_at if meeting else None,
        heard_at=host.account.webhook_seen_at if host else None,
        opens_alone=bool(held.get("join_before_host")),
        hears_people=here is not None or (host is not None and features.may(host, features.PRESENCE)),
        teacher_has_come=here is not None and here.teacher,
        led_until=here.led_until if here else None,
        has_others=here is not None and here.has_others,
    )


def _here(
    sessions: Sequence[ClassSession], sittings: dict[UUID, list[ZoomInstance]], now: datetime
) -> dict[UUID, Here]:
    """Who is in each class that is on, by its open sittings: whoever came into a room by a stay that has not
    ended. Breakout rooms count, the waiting room only apart."""
    live = [session for session in sessions if session.shown_state == ClassState.LIVE]
    uids = {one.pk: session.uid for session in live for one in sittings[session.uid] if one.ended_at is None}
    if not uids:
        return {}
    not_looked_at = _not_looked_at(uids.values())
    rooms: dict[UUID, People] = {}
    teachers = {session.uid: session.teacher_id for session in live}
    for one in in_rooms(uids):
        uid = uids[one.instance]
        rooms.setdefault(uid, People(teachers[uid])).add(one)
    # of whom Zoom has just told for the first time, it wasn't looked at yet who they are: nobody is missing
    found = {uid: one for uid, one in rooms.items() if one.known or uid not in not_looked_at}
    return _counted(live, found, now)


def _not_looked_at(uids: Iterable[UUID]) -> set[UUID]:
    """The classes whose register was never worked out."""
    rows = Register.objects.filter(session__uid__in=set(uids), folded_at__isnull=True)
    return set(rows.values_list("session__uid", flat=True))


@dataclass
class People:
    """Who is in one class: the persons whom we know, the participants whom we don't, those who wait; who of
    them leads it, and when such a one left. teacher: whose class it is."""

    teacher: int
    has_come: bool = False
    known: set[int] = field(default_factory=set)
    unknown: set[int] = field(default_factory=set)
    waiting: set[int] = field(default_factory=set)
    inside: set[int] = field(default_factory=set)
    leading: set[int] = field(default_factory=set)
    led_until: datetime | None = None

    def add(self, one: InRoom) -> None:
        """One stay in one room, of somebody of whom Zoom told."""
        is_leader = one.verdict == Verdict.TEACHER or one.person == self.teacher
        if one.person == self.teacher and one.room != Room.WAITING:
            self.has_come = True
        if not one.is_in:
            if is_leader and one.room != Room.WAITING and one.left_at is not None:
                self.led_until = max(self.led_until or one.left_at, one.left_at)
            return
        if one.room == Room.WAITING:
            self.waiting.add(one.participant)
            return
        if is_leader:
            self.leading.add(one.participant)
        self.inside.add(one.participant)
        if one.person is not None:
            self.known.add(one.person)
        elif one.is_unknown:
            self.unknown.add(one.participant)


def _counted(live: Iterable[ClassSession], rooms: dict[UUID, People], now: datetime) -> dict[UUID, Here]:
    people = set[int]().union(*(one.known for one in rooms.values()))
    enrolled = set(
        Enrolment.objects.active(now).filter(person__in=people).values_list("program_id", "person_id")
        if people
        else ()
    )
    return {
        session.uid: Here(
            here=sum((session.program_id, person) in enrolled for person in found.known),
            unknown=len(found.unknown),
            waiting=len(found.waiting - found.inside),
            teacher=found.has_come,
            led_until=None if found.leading else found.led_until,
            has_others=bool((found.inside | found.waiting) - found.leading),
        )
        for session in live
        if (found := rooms.get(session.uid)) is not None
    }
