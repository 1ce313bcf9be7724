"""The WSGI application: finds what a request is for, lets faults have their way, and keeps the log."""

from collections.abc import Callable, Iterable
from email.utils import format_datetime
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from zoomsim import calls, control, errors, faults, limits
from zoomsim.errors import Refusal
from zoomsim.faults import Struck
from zoomsim.http import Request, Response
from zoomsim.oauth import authorize, token
from zoomsim.oauth.scopes import allows
from zoomsim.pages import recordings, site
from zoomsim.rest.caller import Caller, identify
from zoomsim.rest.operation import Operation
from zoomsim.rest.operations import OPERATIONS
from zoomsim.simulator import Simulator
from zoomsim.world import Options

_CONSENT = {"GET": authorize.ask, "POST": authorize.decide}


def create_app(state_path: str | None = None, seed: int = 0, **options: Any) -> "App":
    """A simulated Zoom as a WSGI callable, with its `Simulator` as `.sim`.

    state_path: the file that keeps its state; in memory without one. Other options are those of `Options`.
    """
    return App(Simulator(Options(state_path=state_path, seed=seed, **options)))


class App:
    """Serves the API, OAuth, the meeting rooms' pages and `/_sim/`."""

    def __init__(self, sim: Simulator) -> None:
        self.sim = sim

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        request = Request.read(environ)
        answer = self._answer(request)
        environ["zoomsim.fault"] = request.fault
        with self.sim.turn():
            date = format_datetime(self.sim.now(), usegmt=True)
        return answer.with_headers(("Date", date), ("Server", "zoomsim")).send(start_response)

    def _answer(self, request: Request) -> Response:
        if request.path.startswith("/_sim/"):
            return control.answer(self.sim, request)
        self.sim.settle()
        if request.path.startswith("/v2/"):
            return self._api(request)
        if request.path in ("/oauth/token", "/oauth/revoke"):
            return self._token_endpoint(request)
        if request.path.startswith(recordings.DOWNLOAD) and request.method == "GET":
            return self._download(request)
        with self.sim.turn():
            if request.path == "/oauth/authorize" and request.method in _CONSENT:
                return _CONSENT[request.method](self.sim, request)
            return site.answer(self.sim, request)

    def _api(self, request: Request) -> Response:
        operation = _find_operation(request)
        name = operation.name if operation else ""
        with self.sim.turn():
            self.sim.heard_origin = request.origin
            caller = _caller_or_none(self.sim, request)
        email = caller.user.email if caller else ""
        client_id = caller.app.client_id if caller else ""
        call = Struck(name, f"{request.method} {request.path}", email=email)
        return self._carried_out(request, call, client_id, lambda: _perform(self.sim, request, operation))

    def _token_endpoint(self, request: Request) -> Response:
        self.sim.heard_origin = request.origin
        fields = request.query | request.form()
        name = "oauthToken" if request.path == "/oauth/token" else "oauthRevoke"
        call = Struck(name, f"{request.method} {request.path}", grant_type=fields.get("grant_type", ""))
        work = token.exchange if name == "oauthToken" else token.revoke
        return self._carried_out(request, call, fields.get("client_id", ""), lambda: work(self.sim, request))

    def _download(self, request: Request) -> Response:
        """Logged, and open to faults, as the API's calls are."""
        self.sim.heard_origin = request.origin
        call = Struck("recordingDownload", f"{request.method} {request.path}")
        return self._carried_out(request, call, "", lambda: recordings.download(self.sim, request))

    def _carried_out(
        self, request: Request, call: Struck, client_id: str, work: Callable[[], Response]
    ) -> Response:
        """Do the work in one turn, as a fault lets it; the log is written whatever happens."""
        with self.sim.turn():
            effect = faults.strike_call(self.sim, call)
        answer: Response | None = None
        try:
            answer = faults.suffer(self.sim, effect, lambda: self._in_a_turn(work))
        finally:
            with self.sim.turn():
                request.fault = f"{effect['fault']}: {effect['do']}" if effect else ""
                calls.note(self.sim, request, call.operation, client_id, call.email, answer)
                tracking = (
                    "x-zm-trackingid",
                    f"v=2.0;clid=sim;rid=WEB_{self.sim.chance.bytes('rid', 8).hex()}",
                )
        return answer.with_headers(tracking)

    def _in_a_turn(self, work: Callable[[], Response]) -> Response:
        try:
            with self.sim.turn():
                return work()
        except Refusal as refusal:
            return refusal.response()


def _find_operation(request: Request) -> Operation | None:
    path = request.raw_path.removeprefix("/v2")
    for operation in OPERATIONS:
        values = operation.values(path) if operation.method == request.method else None
        if values is not None:
            request.path_values = values
            return operation
    return None


def _perform(sim: Simulator, request: Request, operation: Operation | None) -> Response:
    """Who is it, may it, may it now, and then what was asked for."""
    caller = identify(sim, request)
    if operation is None:
        raise errors.not_recognised(sim.switches["unknown_address"])
    if not allows(caller.scopes, granular=operation.scope, classic=operation.classic):
        raise errors.lacks_scopes(operation.scopes, sim.switches["scope_refusal"])
    headers = limits.take_call(sim, caller.account, operation.label)
    return operation.handler(sim, caller, request).with_headers(*headers)


def _caller_or_none(sim: Simulator, request: Request) -> Caller | None:
    try:
        return identify(sim, request)
    except Refusal:
        return None
