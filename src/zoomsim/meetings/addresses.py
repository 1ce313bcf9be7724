"""The addresses of a meeting's pages."""

from urllib.parse import urlencode

from zoomsim.meetings import zak
from zoomsim.records import Meeting, Registrant, User
from zoomsim.world import World


def join_url(world: World, meeting: Meeting) -> str:
    """The address for everybody; carries the passcode in its encrypted form."""
    query = f"?pwd={meeting.join_pwd}" if meeting.join_pwd else ""
    return f"{world.base_url}/j/{meeting.number}{query}"


def start_url(world: World, meeting: Meeting, host: User) -> str:
    """The host's own address, good for two hours."""
    return f"{world.base_url}/s/{meeting.number}?zak={zak.make(world, host)}"


def personal_url(world: World, meeting: Meeting, registrant: Registrant) -> str:
    """The address of one registrant: whoever opens it comes as this person."""
    query = {"tk": registrant.key} | ({"pwd": meeting.join_pwd} if meeting.join_pwd else {})
    return f"{world.base_url}/w/{meeting.number}?{urlencode(query)}"


def registration_url(world: World, meeting: Meeting) -> str:
    """Where people register themselves."""
    return f"{world.base_url}/meeting/register/{meeting.number}"
