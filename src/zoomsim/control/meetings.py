"""Meetings changed by hand at Zoom, as a host does in Zoom's own pages: no app, no quota."""

from typing import TYPE_CHECKING, Any

from zoomsim import people
from zoomsim.errors import Refusal
from zoomsim.meetings import answers, change, create, fields, schedule, zones
from zoomsim.records import Meeting, Occurrence, User

if TYPE_CHECKING:
    from zoomsim.simulator import Simulator


def listed(sim: "Simulator", asked: dict[str, Any]) -> Any:
    """All that exist, of ?host= (e-mail) or of everybody; with ?deleted=1 the others too."""
    with sim.turn():
        found = []
        for meeting in sim.store.meetings.where(order="number"):
            host = _host(sim, meeting)
            if asked.get("host") not in (None, host.email):
                continue
            if asked.get("deleted") or schedule.exists(sim, meeting):
                found.append(
                    answers.full(sim, meeting, host, past_too=True) | {"deleted": bool(meeting.deleted_at)}
                )
        return {"meetings": found}


def put(sim: "Simulator", asked: dict[str, Any]) -> Any:
    """{"host": e-mail, …} makes one; {"number", "occurrence_id"?, …} changes one. Fields are the API's.

    `webinar`: true turns one into a webinar, false turns it back.
    """
    return _as_api(lambda: _put(sim, asked))


def delete(sim: "Simulator", asked: dict[str, Any]) -> Any:
    """{"number", "occurrence_id"?, "for_good"?: true}."""
    return _as_api(lambda: _delete(sim, asked))


def _put(sim: "Simulator", asked: dict[str, Any]) -> Any:
    with sim.turn():
        if "number" not in asked:
            host = people.find_user(sim, str(asked["host"]))
            if host is None:
                raise LookupError(f"no Zoom user {asked['host']}")
            meeting = create.create_meeting(sim, host, fields.read(asked, zones.TAKEN), host, "")
        else:
            meeting = _meeting(sim, asked)
            host = _host(sim, meeting)
            occurrence = _occurrence(sim, meeting, asked)
            if occurrence is not None:
                change.change_occurrence(sim, meeting, occurrence, fields.read(asked, zones.TAKEN), host)
            else:
                change.change_meeting(sim, meeting, host, fields.read(asked, zones.TAKEN), host)
        if "webinar" in asked:
            meeting.is_webinar = bool(asked["webinar"])
            sim.store.meetings.put(meeting)
        return answers.full(sim, meeting, host, past_too=True)


def _delete(sim: "Simulator", asked: dict[str, Any]) -> Any:
    with sim.turn():
        meeting = _meeting(sim, asked)
        occurrence = _occurrence(sim, meeting, asked)
        if occurrence is not None:
            change.delete_occurrence(sim, meeting, occurrence, _host(sim, meeting))
        else:
            change.delete_meeting(sim, meeting, _host(sim, meeting))
            if asked.get("for_good"):
                change.delete_for_good(sim, meeting, _host(sim, meeting), sim.now())
        return {"deleted": meeting.number}


def _as_api(work: Any) -> Any:
    try:
        return work()
    except Refusal as refusal:
        raise ValueError(str(refusal)) from refusal


def _meeting(sim: "Simulator", asked: dict[str, Any]) -> Meeting:
    meeting = sim.store.meetings.get(int(asked["number"]))
    if meeting is None or not schedule.exists(sim, meeting):
        raise LookupError(f"no meeting {asked['number']}")
    return meeting


def _occurrence(sim: "Simulator", meeting: Meeting, asked: dict[str, Any]) -> Occurrence | None:
    if not asked.get("occurrence_id"):
        return None
    found = sim.store.occurrences.get(f"{meeting.number}:{asked['occurrence_id']}")
    if found is None:
        raise LookupError(f"no date {asked['occurrence_id']}")
    return found


def _host(sim: "Simulator", meeting: Meeting) -> User:
    host = sim.store.users.get(meeting.host_id)
    assert host is not None
    return host
