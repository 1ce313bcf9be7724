"""Visits and the places they pass through: the simulator's own truth about who was where, and when."""

from datetime import datetime
from typing import TYPE_CHECKING

from zoomsim.records import Instance, Meeting, Stay, User, Visit
from zoomsim.world import World

if TYPE_CHECKING:
    from zoomsim.rooms.door import Person

BEFORE_HOST, WAITING, ROOM, LEFT = "before_host", "waiting", "room", "left"
BREAKOUT = "breakout"


def new_visit(
    world: World, meeting: Meeting, person: "Person", place: str, instance_uuid: str, at: datetime
) -> Visit:
    """Somebody arrives. Each arrival has a new join id; participant_uuid is one for a person in a sitting."""
    user = person.user
    host = world.store.users.get(meeting.host_id)
    known = user is not None and host is not None and user.account_id == host.account_id
    visit = Visit(
        id=world.chance.urlsafe("visit", 12),
        meeting_number=meeting.number,
        instance_uuid=instance_uuid,
        visitor=person.visitor,
        name=person.name,
        email=_told_email(person, known=known),
        zoom_user_id=user.id if user is not None and known else "",
        is_host=user is not None and may_start(meeting, user),
        place=place,
        join_id=str(16_777_216 + 1_024 * world.chance.count("join")),
        participant_uuid=_participant_uuid(world, person.visitor, instance_uuid),
        came_at=at,
        registrant_id=person.registrant.id if person.registrant else "",
        phone=person.phone,
    )
    world.store.visits.put(visit)
    _begin(world, visit, place, at)
    return visit


def may_start(meeting: Meeting, user: User) -> bool:
    """Whether this user opens the meeting by coming, and holds it: its host, and its alternative hosts."""
    others = str(meeting.settings["alternative_hosts"]).split(";")
    return user.id == meeting.host_id or user.email in others


def move(world: World, visit: Visit, place: str, instance_uuid: str, at: datetime) -> None:
    """From one place to another, or out."""
    for stay in world.store.stays.where("visit_id = ? AND until_at IS NULL", visit.id):
        stay.until_at = at
        world.store.stays.put(stay)
    visit.place, visit.instance_uuid = place, instance_uuid
    world.store.visits.put(visit)
    if place != LEFT:
        _begin(world, visit, place, at)


def go_aside(world: World, visit: Visit, at: datetime) -> None:
    """Into a breakout room, and still in the meeting."""
    number = world.chance.count("stay")
    stay = Stay(number, visit.id, visit.instance_uuid, BREAKOUT, at, breakout_uuid=visit.breakout_uuid)
    world.store.stays.put(stay)


def come_back(world: World, visit: Visit, at: datetime) -> None:
    """Out of the breakout room."""
    open_ones = "visit_id = ? AND place = ? AND until_at IS NULL"
    for stay in world.store.stays.where(open_ones, visit.id, BREAKOUT):
        stay.until_at = at
        world.store.stays.put(stay)


def identify(world: World, visit: Visit, instance: Instance) -> None:
    """Somebody who waited for the host gets an identity in the sitting that began."""
    visit.participant_uuid = _participant_uuid(world, visit.visitor, instance.uuid)


def present(world: World, meeting: Meeting, place: str) -> list[Visit]:
    """Who is in a place of a meeting now: the host, then the others in the order of coming."""
    condition = "meeting_number = ? AND place = ?"
    return world.store.visits.where(condition, meeting.number, place, order="is_host DESC, came_at, rowid")


def first_company(world: World, instance: Instance) -> datetime | None:
    """When the first person besides the host came into the room."""
    found = world.store.stays.where("instance_uuid = ? AND place = ?", instance.uuid, ROOM, order="from_at")
    for stay in found:
        visit = world.store.visits.get(stay.visit_id)
        if visit is not None and not visit.is_host:
            return stay.from_at
    return None


def _told_email(person: "Person", *, known: bool) -> str:
    """Zoom tells the e-mail that somebody registered with, and those of the host's own account."""
    if person.registrant is not None:
        return person.registrant.email
    return person.user.email if person.user is not None and known else ""


def _begin(world: World, visit: Visit, place: str, at: datetime) -> None:
    number = world.chance.count("stay")
    world.store.stays.put(Stay(number, visit.id, visit.instance_uuid, place, at))


def _participant_uuid(world: World, visitor: str, instance_uuid: str) -> str:
    earlier = world.store.visits.where(
        "visitor = ? AND instance_uuid = ? AND instance_uuid <> ''", visitor, instance_uuid, limit=1
    )
    return earlier[0].participant_uuid if earlier else world.chance.bytes("participant", 16).hex().upper()
