"""Who comes to a meeting's door, and whether it opens."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from zoomsim import people
from zoomsim.records import Meeting, Registrant, User
from zoomsim.registrants import registration
from zoomsim.rooms import stays
from zoomsim.world import World


@dataclass(frozen=True)
class Person:
    """Who comes to a meeting. visitor: one for a person's repeated visits. user: if signed in to Zoom.

    registrant: who opened a personal link. phone: the number of who calls.
    """

    visitor: str
    name: str
    email: str = ""
    user: User | None = None
    registrant: Registrant | None = None
    phone: str = ""


class Refused(Exception):
    """The door stays shut; the text is for the person."""


def check(world: World, meeting: Meeting, person: Person) -> None:
    """Raises Refused for who is not signed in or registered where that is needed, and when it is full."""
    if meeting.settings["meeting_authentication"] and person.user is None:
        raise Refused("Sign in to Zoom to join this meeting.")
    _check_registration(world, meeting, person)
    host = world.store.users.get(meeting.host_id)
    assert host is not None
    inside = len(stays.present(world, meeting, stays.ROOM)) + len(
        stays.present(world, meeting, stays.WAITING)
    )
    if inside >= int(people.setting(world, host, "feature", "meeting_capacity")):
        raise Refused("This meeting has reached its capacity.")


def _check_registration(world: World, meeting: Meeting, person: Person) -> None:
    """Where people register, they come by their personal link, once approved. Raises Refused."""
    if not registration.is_needed(meeting) or registration.is_exempt(world, meeting, person.user):
        return
    if person.registrant is None:
        raise Refused("Register for this meeting to join it.")
    if person.registrant.status != registration.APPROVED:
        raise Refused("The host has not approved this registration.")


def may_come_before_host(meeting: Meeting, at: datetime) -> bool:
    """join_before_host, and not earlier than jbh_time minutes before the start (0: at any time)."""
    if not meeting.settings["join_before_host"]:
        return False
    minutes = meeting.settings["jbh_time"]
    return not minutes or meeting.starts_at is None or at >= meeting.starts_at - timedelta(minutes=minutes)
