"""/_sim/: the strings behind the stage, as JSON. For this machine alone, or with the control token."""

import ipaddress
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from zoomsim.control import faults, history, meetings, people, people_at_zoom, recordings, world
from zoomsim.http import Request, Response, json_response

if TYPE_CHECKING:
    from zoomsim.simulator import Simulator
    from zoomsim.world import World

# (method, first part of the path): what answers, given the simulator and the fields of body and query.
_ROUTES: dict[tuple[str, str], Callable[["Simulator", dict[str, Any]], Any]] = {
    ("GET", "clock"): world.read_clock,
    ("POST", "clock"): world.move_clock,
    ("GET", "switches"): world.read_switches,
    ("POST", "switches"): world.set_switches,
    ("GET", "limits"): world.read_limits,
    ("POST", "limits"): world.set_limits,
    ("POST", "reset"): world.reset,
    ("GET", "faults"): faults.listed,
    ("POST", "faults"): faults.add,
    ("DELETE", "faults"): faults.clear,
    ("GET", "people"): people.present,
    ("POST", "people"): people.act,
    ("GET", "users"): people_at_zoom.users,
    ("POST", "users"): people_at_zoom.put_user,
    ("GET", "accounts"): people_at_zoom.accounts,
    ("POST", "accounts"): people_at_zoom.change_account,
    ("POST", "grants"): people_at_zoom.grant,
    ("GET", "meetings"): meetings.listed,
    ("POST", "meetings"): meetings.put,
    ("DELETE", "meetings"): meetings.delete,
    ("GET", "recordings"): recordings.listed,
    ("POST", "recordings"): recordings.act,
    ("GET", "log"): history.log,
    ("GET", "truth"): history.truth,
    ("GET", "webhooks"): history.webhooks,
    ("POST", "webhooks"): history.pump,
}


def answer(sim: "Simulator", request: Request) -> Response:
    """Errors are {"error": text}: 403 from elsewhere, 404, 400 for what can't be done."""
    if not is_allowed(sim, request):
        return json_response(403, {"error": "only from this machine, or with the control token"})
    route = _ROUTES.get((request.method, request.path.removeprefix("/_sim/").strip("/")))
    if route is None:
        known = sorted({f"{method} /_sim/{name}" for method, name in _ROUTES})
        return json_response(404, {"error": "no such control", "known": known})
    try:
        return json_response(200, route(sim, _fields(request)))
    except (ValueError, LookupError, TypeError) as problem:
        return json_response(400, {"error": str(problem)})


def is_allowed(sim: "World", request: Request) -> bool:
    """Callers on this machine; others need the token. No web page can forge a call: bodies must be JSON."""
    expected = sim.options.control_token
    if expected and request.headers.get("authorization") == f"Bearer {expected}":
        return True
    return ipaddress.ip_address(request.remote_addr).is_loopback


def _fields(request: Request) -> dict[str, Any]:
    if request.method == "GET":
        return dict(request.query)
    if not request.headers["content-type"].startswith("application/json"):
        raise ValueError("send application/json")
    body = json.loads(request.body or b"{}")
    if not isinstance(body, dict):
        raise TypeError("send a JSON object")
    return body
