"""People in meetings: one, several or a whole class come, are let in, leave; the host starts and ends."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from zoomsim import people as accounts
from zoomsim.meetings import schedule
from zoomsim.records import Meeting, Registrant, User, Visit
from zoomsim.registrants import registration
from zoomsim.rooms import breakouts, rooms, stays
from zoomsim.rooms.rooms import Person

if TYPE_CHECKING:
    from zoomsim.simulator import Simulator


def present(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """Who is where in ?meeting=."""
    with sim.turn():
        return _describe(sim, _meeting(sim, fields))


def act(sim: "Simulator", fields: dict[str, Any]) -> Any:
    """{"meeting": number, "action": …} with, as the action needs them, `people`, `count`, `why`.

    `people` are names, or {"name", "email"?} where the e-mail is a Zoom user's who is signed in, or
    {"registrant"} for somebody who comes by a personal link: id, e-mail, or the link itself, or {"phone"} for
    a caller, who is called by the number; `count` is a class of so many. Actions: join, leave and admit (all
    without `people`), wait (back to the waiting room),
    breakout (each to a room of their own) and back,
    host_start, host_leave, end.
    """
    action = _ACTIONS.get(str(fields.get("action")))
    if action is None:
        raise ValueError(f"action must be one of {', '.join(_ACTIONS)}")
    with sim.turn():
        rooms.settle(sim, sim.now())
        meeting = _meeting(sim, fields)
        try:
            action(sim, meeting, fields)
        except rooms.Refused as refusal:
            raise ValueError(str(refusal)) from refusal
        return _describe(sim, meeting)


def _join(sim: "Simulator", meeting: Meeting, fields: dict[str, Any]) -> None:
    for person in _persons(sim, meeting, fields):
        rooms.enter(sim, meeting, person, sim.now())


def _leave(sim: "Simulator", meeting: Meeting, fields: dict[str, Any]) -> None:
    for visit in _chosen(sim, meeting, fields, stays.ROOM, stays.WAITING, stays.BEFORE_HOST):
        rooms.leave(sim, meeting, visit, sim.now(), fields.get("why"))


def _admit(sim: "Simulator", meeting: Meeting, fields: dict[str, Any]) -> None:
    for visit in _chosen(sim, meeting, fields, stays.WAITING):
        rooms.admit(sim, meeting, visit, sim.now())


def _wait(sim: "Simulator", meeting: Meeting, fields: dict[str, Any]) -> None:
    for visit in _chosen(sim, meeting, fields, stays.ROOM):
        if not visit.is_host:
            rooms.put_in_waiting_room(sim, meeting, visit, sim.now())


def _breakout(sim: "Simulator", meeting: Meeting, fields: dict[str, Any]) -> None:
    for visit in _chosen(sim, meeting, fields, stays.ROOM):
        breakouts.send(sim, meeting, visit, sim.now())


def _back(sim: "Simulator", meeting: Meeting, fields: dict[str, Any]) -> None:
    for visit in _chosen(sim, meeting, fields, stays.ROOM):
        breakouts.back(sim, meeting, visit, sim.now())


def _host_start(sim: "Simulator", meeting: Meeting, fields: dict[str, Any]) -> None:
    host = _host(sim, meeting)
    rooms.start(sim, meeting, host, _visitor(host.display_name), sim.now())


def _host_leave(sim: "Simulator", meeting: Meeting, fields: dict[str, Any]) -> None:
    """With `why` the host is cut off and the meeting goes on; without, it ends."""
    for visit in stays.present(sim, meeting, stays.ROOM):
        if visit.is_host:
            rooms.leave(sim, meeting, visit, sim.now(), fields.get("why"))


def _end(sim: "Simulator", meeting: Meeting, fields: dict[str, Any]) -> None:
    instance = schedule.running_instance(sim, meeting)
    if instance is None:
        raise ValueError("the meeting is not running")
    rooms.end(sim, meeting, instance, sim.now(), str(fields.get("why", rooms.ENDED_BY_HOST)))


_ACTIONS: dict[str, Callable[["Simulator", Meeting, dict[str, Any]], None]] = {
    "join": _join,
    "leave": _leave,
    "admit": _admit,
    "wait": _wait,
    "breakout": _breakout,
    "back": _back,
    "host_start": _host_start,
    "host_leave": _host_leave,
    "end": _end,
}


def _persons(sim: "Simulator", meeting: Meeting, fields: dict[str, Any]) -> list[Person]:
    named = [one if isinstance(one, dict) else {"name": one} for one in fields.get("people", [])]
    class_ = [{"name": f"Student {number}"} for number in range(1, int(fields.get("count", 0)) + 1)]
    if not named and not class_:
        raise ValueError("who joins? give people or count")
    return [_person(sim, meeting, one) for one in named + class_]


def _person(sim: "Simulator", meeting: Meeting, one: dict[str, Any]) -> Person:
    registrant = _registrant(sim, meeting, str(one["registrant"])) if one.get("registrant") else None
    user = accounts.find_user(sim, str(one["email"])) if one.get("email") else None
    if one.get("email") and user is None:
        raise LookupError(f"no Zoom user {one['email']}")
    known = registrant or user
    phone = str(one.get("phone") or "")
    name = str(one.get("name") or (known.display_name if known else phone))
    # two who registered are two people, however they are called
    own = f"{name} {registrant.id}" if registrant else name
    visitor = _visitor(str(one.get("device") or own))
    return Person(visitor, name, user=user, registrant=registrant, phone=phone)


def _registrant(sim: "Simulator", meeting: Meeting, key: str) -> Registrant:
    """By id, by e-mail, or by the address that the person opens."""
    link = parse_qs(urlsplit(key).query).get("tk", [""])[0]
    found = registration.by_link(sim, meeting, link) if link else registration.find(sim, meeting, key)
    if found is None:
        raise LookupError(f"nobody registered as {key}")
    return found


def _chosen(sim: "Simulator", meeting: Meeting, fields: dict[str, Any], *places: str) -> list[Visit]:
    """Those in these places; only the named ones if some are named. People come before hosts."""
    visits = [visit for place in places for visit in stays.present(sim, meeting, place)]
    names = {str(one["name"] if isinstance(one, dict) else one) for one in fields.get("people", [])}
    missing = names - {visit.name for visit in visits}
    if missing:
        raise LookupError(f"not there: {', '.join(sorted(missing))}")
    return sorted(
        (visit for visit in visits if not names or visit.name in names), key=lambda visit: visit.is_host
    )


def _describe(sim: "Simulator", meeting: Meeting) -> dict[str, Any]:
    instance = schedule.running_instance(sim, meeting)
    return {
        "meeting": meeting.number,
        "running": instance is not None,
        "uuid": instance.uuid if instance else "",
        **{
            place: [visit.name for visit in stays.present(sim, meeting, place)]
            for place in (stays.ROOM, stays.WAITING, stays.BEFORE_HOST)
        },
    }


def _meeting(sim: "Simulator", fields: dict[str, Any]) -> Meeting:
    meeting = sim.store.meetings.get(int(fields["meeting"]))
    if meeting is None:
        raise LookupError(f"no meeting {fields['meeting']}")
    return meeting


def _host(sim: "Simulator", meeting: Meeting) -> User:
    host = sim.store.users.get(meeting.host_id)
    assert host is not None
    return host


def _visitor(name: str) -> str:
    return f"control:{name}"
