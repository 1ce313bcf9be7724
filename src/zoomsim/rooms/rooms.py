"""A sitting of a meeting: who starts it, who comes, waits, leaves, and how it ends.

Every step takes the instant at which it happens: what ran out of time earlier is told with its own time.
"""

from datetime import datetime, timedelta

from zoomsim import people
from zoomsim.meetings import schedule
from zoomsim.meetings.create import new_uuid
from zoomsim.recordings import making as recording
from zoomsim.records import Instance, Meeting, User, Visit
from zoomsim.rooms import breakouts, door, stays
from zoomsim.rooms.door import Person as Person
from zoomsim.rooms.door import Refused as Refused
from zoomsim.rooms.stays import BEFORE_HOST, LEFT, ROOM, WAITING
from zoomsim.webhooks import events, participant_events
from zoomsim.world import World

ENDED_BY_HOST = "Host ended the meeting."
HOST_CLOSED = "Host closed the meeting."
HOST_STARTED_ANOTHER = "Host started a new meeting."
TIME_IS_UP = "Exceeded free meeting minutes limit."
REMOVED = "Removed by host."
DISCONNECTED = "Network connection error."
# Browsers let pages in the background ask once a minute.
_PATIENCE = timedelta(seconds=150)


def start(world: World, meeting: Meeting, host: User, visitor: str, at: datetime) -> Visit:
    """The host opens the meeting, or comes back into it. Whoever waited for the host moves on.

    A host who already holds as many as the licence allows: the oldest ends, or the start is refused (switch
    `second_meeting`).
    """
    instance = schedule.running_instance(world, meeting)
    if instance is None:
        if not people.may_host(host):
            raise Refused("Your account has no licence to hold meetings.")
        _end_others(world, meeting, host, at)
        instance = _open(world, meeting, at)
        silent = not people.is_licensed(host) and not world.switches["basic_host_joined"]
    else:
        silent = False
    visit = _come_in(
        world, meeting, instance, Person(visitor, host.display_name, user=host), at, silent=silent
    )
    for waiting in stays.present(world, meeting, BEFORE_HOST):
        _host_is_here(world, meeting, instance, waiting, at)
    return visit


def enter(world: World, meeting: Meeting, person: Person, at: datetime) -> Visit:
    """Somebody comes: into the room, the waiting room, or to wait for the host. Raises Refused."""
    if not schedule.exists(world, meeting):
        raise Refused("This meeting link is invalid.")
    if person.user is not None and stays.may_start(meeting, person.user):
        return start(world, meeting, person.user, person.visitor, at)
    door.check(world, meeting, person)
    instance = schedule.running_instance(world, meeting)
    if instance is None and not door.may_come_before_host(meeting, at):
        return _wait_for_host(world, meeting, person, at)
    if instance is None:
        instance = _open(world, meeting, at)
        visit = _come_in(world, meeting, instance, person, at)
        participant_events.before_host(world, "participant_jbh_joined", meeting, visit, at)
        return visit
    if meeting.settings["waiting_room"]:
        return _wait(world, meeting, instance, person, at)
    return _come_in(world, meeting, instance, person, at)


def admit(world: World, meeting: Meeting, visit: Visit, at: datetime) -> None:
    """Let somebody in from the waiting room."""
    instance = world.store.instances.get(visit.instance_uuid)
    assert instance is not None
    participant_events.participant(world, "participant_admitted", meeting, instance, visit, at)
    participant_events.participant(world, "participant_left_waiting_room", meeting, instance, visit, at)
    stays.move(world, visit, ROOM, instance.uuid, at)
    participant_events.participant(world, "participant_joined", meeting, instance, visit, at)


def put_in_waiting_room(world: World, meeting: Meeting, visit: Visit, at: datetime) -> None:
    """The host sends somebody from the room back to wait."""
    instance = world.store.instances.get(visit.instance_uuid)
    assert instance is not None
    stays.move(world, visit, WAITING, instance.uuid, at)
    participant_events.participant(
        world, "participant_left", meeting, instance, visit, at, leave_reason="Put in waiting room."
    )
    participant_events.participant(world, "participant_put_in_waiting_room", meeting, instance, visit, at)


def leave(world: World, meeting: Meeting, visit: Visit, at: datetime, why: str | None = None) -> None:
    """Somebody goes. The meeting ends when the host goes of own accord, and when the room is empty."""
    place, instance = visit.place, world.store.instances.get(visit.instance_uuid)
    _goes(world, meeting, instance, visit, at, why or f"{visit.name} left the meeting.")
    if instance is None or instance.ended_at is not None or place != ROOM:
        return
    if visit.is_host and why is None:
        end(world, meeting, instance, at, HOST_CLOSED)
    elif not stays.present(world, meeting, ROOM):
        end(world, meeting, instance, at, "Everybody left.")


def end(world: World, meeting: Meeting, instance: Instance, at: datetime, why: str) -> None:
    """The sitting is over: everybody leaves, then it is told."""
    for visit in stays.present(world, meeting, ROOM) + stays.present(world, meeting, WAITING):
        _goes(world, meeting, instance, visit, at, why)
    recording.stop(world, meeting, instance, at)
    instance.ended_at, instance.why_ended = at, why
    world.store.instances.put(instance)
    events.meeting_ended(world, meeting, instance, at)
    recording.process(world, meeting, instance, at)


def settle(world: World, now: datetime) -> None:
    """End what has run out of time by now, each at its own instant, and see off whose browser fell silent."""
    silence = world.options.read_clock() - _PATIENCE.total_seconds()
    silent = world.store.visits.where("place <> 'left' AND heard_at < ?", silence)
    world.each(silent, lambda visit: _miss(world, visit, now))
    running = world.store.instances.where("ended_at IS NULL", order="started_at")
    world.each(running, lambda instance: _end_in_time(world, instance, now))


def _end_in_time(world: World, instance: Instance, now: datetime) -> None:
    meeting = world.store.meetings.get(instance.meeting_number)
    host = world.store.users.get(instance.host_id)
    assert meeting is not None
    assert host is not None
    over = instance.started_at + timedelta(minutes=people.minutes_limit(host))
    company = stays.first_company(world, instance)
    if company is not None and max(over, company) <= now:
        end(world, meeting, instance, max(over, company), TIME_IS_UP)


def _miss(world: World, visit: Visit, now: datetime) -> None:
    """Somebody who closed the page has left when the page was last heard of."""
    meeting = world.store.meetings.get(visit.meeting_number)
    assert meeting is not None
    assert visit.heard_at is not None
    heard = now - timedelta(seconds=world.options.read_clock() - visit.heard_at)
    leave(world, meeting, visit, max(heard, visit.came_at), DISCONNECTED)


def _open(world: World, meeting: Meeting, at: datetime) -> Instance:
    """A new sitting, with a uuid of its own that the meeting shows from now on."""
    instance = Instance(new_uuid(world), meeting.number, meeting.host_id, at)
    world.store.instances.put(instance)
    meeting.uuid, meeting.last_started_at = instance.uuid, at
    world.store.meetings.put(meeting)
    events.meeting_started(world, meeting, instance, at)
    recording.begin_by_itself(world, meeting, instance, at)
    return instance


def _end_others(world: World, meeting: Meeting, host: User, at: datetime) -> None:
    running = world.store.instances.where("host_id = ? AND ended_at IS NULL", host.id, order="started_at")
    too_many = len(running) + 1 - people.concurrent_meetings(world, host)
    if too_many > 0 and world.switches["second_meeting"] == "refused":
        raise Refused("You have a meeting in progress. End it to start another.")
    for instance in running[: max(0, too_many)]:
        other = world.store.meetings.get(instance.meeting_number)
        assert other is not None
        end(world, other, instance, at, HOST_STARTED_ANOTHER)


def _come_in(
    world: World, meeting: Meeting, instance: Instance, person: Person, at: datetime, *, silent: bool = False
) -> Visit:
    visit = stays.new_visit(world, meeting, person, ROOM, instance.uuid, at)
    if not silent:
        participant_events.participant(world, "participant_joined", meeting, instance, visit, at)
    return visit


def _wait(world: World, meeting: Meeting, instance: Instance, person: Person, at: datetime) -> Visit:
    visit = stays.new_visit(world, meeting, person, WAITING, instance.uuid, at)
    participant_events.participant(world, "participant_joined_waiting_room", meeting, instance, visit, at)
    return visit


def _wait_for_host(world: World, meeting: Meeting, person: Person, at: datetime) -> Visit:
    visit = stays.new_visit(world, meeting, person, BEFORE_HOST, "", at)
    participant_events.before_host(world, "participant_jbh_waiting", meeting, visit, at)
    return visit


def _host_is_here(world: World, meeting: Meeting, instance: Instance, visit: Visit, at: datetime) -> None:
    """From waiting for the host into the room, or into the waiting room where there is one."""
    stays.identify(world, visit, instance)
    if meeting.settings["waiting_room"]:
        stays.move(world, visit, WAITING, instance.uuid, at)
        participant_events.participant(world, "participant_joined_waiting_room", meeting, instance, visit, at)
    else:
        stays.move(world, visit, ROOM, instance.uuid, at)
        participant_events.participant(world, "participant_joined", meeting, instance, visit, at)


def _goes(
    world: World, meeting: Meeting, instance: Instance | None, visit: Visit, at: datetime, why: str
) -> None:
    visit = breakouts.back(world, meeting, visit, at, leaves_main=False)
    place = visit.place
    visit.left_at, visit.why_left = at, why
    stays.move(world, visit, LEFT, visit.instance_uuid, at)
    if place == BEFORE_HOST:
        participant_events.before_host(world, "participant_jbh_waiting_left", meeting, visit, at)
    elif instance is not None and place == WAITING:
        participant_events.participant(world, "participant_left_waiting_room", meeting, instance, visit, at)
    elif instance is not None:
        participant_events.participant(
            world, "participant_left", meeting, instance, visit, at, leave_reason=why
        )
