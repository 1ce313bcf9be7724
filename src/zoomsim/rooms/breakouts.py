"""Breakout rooms: people go aside and come back, and stay in the meeting all the while.

Whether the main room is told that they left it and came again is not documented (switch `breakout_leaves`).
"""

from dataclasses import replace
from datetime import datetime

from zoomsim.records import Instance, Meeting, Visit
from zoomsim.rooms import stays
from zoomsim.webhooks import participant_events as events
from zoomsim.world import World


def send(world: World, meeting: Meeting, visit: Visit, at: datetime) -> None:
    """From the main room aside; who is aside already changes rooms."""
    instance = _instance(world, visit)
    if visit.breakout_uuid:
        visit = back(world, meeting, visit, at, leaves_main=False)
    elif world.switches["breakout_leaves"]:
        why = f"{visit.name} left the meeting to join a breakout room."
        events.participant(world, "participant_left", meeting, instance, visit, at, leave_reason=why)
    visit = replace(visit, breakout_uuid=world.chance.uuid("breakout room"))
    world.store.visits.put(visit)
    stays.go_aside(world, visit, at)
    events.breakout(world, "participant_joined_breakout_room", meeting, instance, visit, at)


def back(world: World, meeting: Meeting, visit: Visit, at: datetime, *, leaves_main: bool = True) -> Visit:
    """From a breakout room into the main room. Nothing happens to who is there."""
    if not visit.breakout_uuid:
        return visit
    instance = _instance(world, visit)
    stays.come_back(world, visit, at)
    events.breakout(world, "participant_left_breakout_room", meeting, instance, visit, at)
    visit = world.store.visits.put(replace(visit, breakout_uuid=""))
    if leaves_main and world.switches["breakout_leaves"]:
        events.participant(world, "participant_joined", meeting, instance, visit, at)
    return visit


def _instance(world: World, visit: Visit) -> Instance:
    instance = world.store.instances.get(visit.instance_uuid)
    assert instance is not None
    return instance
