"""Things that go wrong on purpose: which calls or events they strike, how often, and what they do.

`match` names what is struck, every key of it must fit: `operation` (Zoom's operationId, or oauthToken,
oauthRevoke), `route` ("POST /v2/users/*/meetings"), `grant_type`, `email` (who calls), `event` ("meeting.*").
`effect` is {"do": …} with its own fields; see `_EFFECTS` for calls, and webhooks.outbox for events.
"""

import gzip
import json
from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from zoomsim.http import ConnectionDropped, Response, json_response
from zoomsim.records import Fault, Json
from zoomsim.world import World

CALL_EFFECTS = ("status", "delay", "drop_before", "do_then_drop", "mangle")
EVENT_EFFECTS = ("lose", "repeat", "reorder", "delay")
_MATCHERS = ("operation", "route", "grant_type", "email", "event")
Work = Callable[[], Response]
_BOMB_BYTES = 64 * 1024 * 1024


class UnknownFault(ValueError):
    """A fault that the simulator could not do."""


@dataclass(frozen=True)
class Struck:
    """What a call is known by when faults look for their victim."""

    operation: str
    route: str
    grant_type: str = ""
    email: str = ""


def add(world: World, spec: Json) -> Fault:
    """{"match", "effect", "times"?, "probability"?, "skip"?}. Raises UnknownFault."""
    match, effect = spec.get("match", {}), spec.get("effect", {})
    unknown = [name for name in match if name not in _MATCHERS]
    known = EVENT_EFFECTS if "event" in match else CALL_EFFECTS
    if unknown or not match:
        raise UnknownFault(
            f"match needs some of {', '.join(_MATCHERS)}, not {', '.join(unknown) or 'nothing'}"
        )
    if effect.get("do") not in known:
        raise UnknownFault(f"effect.do must be one of {', '.join(known)}")
    return world.store.faults.put(
        Fault(
            id=world.chance.count("fault"),
            match=match,
            effect=effect,
            remaining=spec.get("times", None if "probability" in spec else 1),
            probability=spec.get("probability"),
            skip=spec.get("skip", 0),
        )
    )


def strike_call(world: World, call: Struck) -> Json:
    """The effect of the first fault that strikes this call, used up by it; empty if none does."""
    return _strike(world, lambda match: "event" not in match and _fits(match, vars(call)))


def strike_event(world: World, event: str) -> Json:
    """The same for an event that is about to be queued."""
    return _strike(world, lambda match: "event" in match and _fits(match, {"event": event}))


def suffer(world: World, effect: Json, work: Work) -> Response:
    """Answer a call as the effect wants it. Raises ConnectionDropped."""
    return _EFFECTS[effect["do"]](world, effect, work) if effect else work()


def _strike(world: World, fits: Callable[[Json], bool]) -> Json:
    for fault in world.store.faults.where("remaining IS NULL OR remaining > 0", order="id"):
        if fits(fault.match) and _is_its_turn(world, fault):
            return {**fault.effect, "fault": fault.id}
    return {}


def _is_its_turn(world: World, fault: Fault) -> bool:
    if fault.skip > 0:
        fault.skip -= 1
        world.store.faults.put(fault)
        return False
    if fault.probability is not None and world.chance.share(f"fault {fault.id}") >= fault.probability:
        return False
    fault.struck += 1
    fault.remaining = fault.remaining - 1 if fault.remaining is not None else None
    world.store.faults.put(fault)
    return True


def _fits(match: Json, facts: dict[str, str]) -> bool:
    return all(fnmatchcase(facts.get(name, ""), str(pattern)) for name, pattern in match.items())


def _status(world: World, effect: Json, work: Work) -> Response:
    """Answer with a status; `work` true: after having done what was asked."""
    if effect.get("work"):
        work()
    status = int(effect.get("status", 503))
    body = effect["body"] if "body" in effect else _usual_body(status)
    answer = json_response(status, body) if not isinstance(body, str) else _html(status, body)
    headers = effect.get("headers", {})
    return answer.with_headers(*((name, str(value)) for name, value in headers.items()))


def _delay(world: World, effect: Json, work: Work) -> Response:
    """Answer late: the work is done at once, or with `when` "before" at the end."""
    seconds = float(effect.get("seconds", 5))
    if effect.get("when") == "before":
        world.options.sleep(seconds)
        return work()
    answer = work()
    world.options.sleep(seconds)
    return answer


def _drop_before(world: World, effect: Json, work: Work) -> Response:
    raise ConnectionDropped


def _do_then_drop(world: World, effect: Json, work: Work) -> Response:
    work()
    raise ConnectionDropped


def _mangle(world: World, effect: Json, work: Work) -> Response:
    """`how`: html (a page with 200), truncated, empty, extra, wrong_types, huge (2 MB) or bomb (gzip)."""
    answer = work()
    how = effect.get("how", "html")
    if how == "html":
        return _html(200, "<!doctype html><title>Zoom</title><p>Please sign in.</p>")
    if how in ("truncated", "empty"):
        kept = len(answer.body) // 2 if how == "truncated" else 0
        return Response(answer.status, answer.body[:kept], answer.headers)
    if how == "bomb":
        bomb = gzip.compress(bytes(_BOMB_BYTES))
        return Response(answer.status, bomb, [*answer.headers, ("Content-Encoding", "gzip")])
    body = json.loads(answer.body) if answer.body else {}
    return Response(answer.status, json.dumps(body | _additions(how, body)).encode(), answer.headers)


def _additions(how: str, body: Json) -> Json:
    if how == "huge":
        return {"padding": "x" * 2_000_000}
    if how == "wrong_types":
        return {"id": str(body.get("id", "")), "duration": -1, "settings": None, "start_time": 0}
    return {"unheard_of": {"secret_looking": "eyJhbGciOi", "list": [1, None]}}


_EFFECTS: dict[str, Callable[[World, Json, Work], Response]] = {
    "status": _status,
    "delay": _delay,
    "drop_before": _drop_before,
    "do_then_drop": _do_then_drop,
    "mangle": _mangle,
}


def _usual_body(status: int) -> Json | str:
    if status == 401:
        return {"code": 124, "message": "Invalid access token."}
    if status == 429:
        return {
            "code": 429,
            "message": "You have reached the maximum per-second rate limit for this API. Try again later.",
        }
    if status >= 500:
        return f"<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>"
    return {"code": 300, "message": "Request failed."}


def _html(status: int, text: str) -> Response:
    return Response(status, text.encode(), [("Content-Type", "text/html;charset=UTF-8")])
