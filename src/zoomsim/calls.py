"""The log of calls: what was asked, by whom, what was answered. Secrets in it are shown as fingerprints."""

import hashlib
import json

from zoomsim.http import Request, Response
from zoomsim.records import Call
from zoomsim.world import World

_SECRET_FIELDS = ("code", "refresh_token", "token", "client_secret", "code_verifier", "access_token", "sig")
_LONGEST_BODY = 64 * 1024


def note(
    world: World,
    request: Request,
    operation: str,
    client_id: str,
    email: str,
    response: Response | None,
) -> None:
    """Keep one call; `response` None when the connection was dropped."""
    id_ = world.chance.count("call")
    world.store.calls.put(
        Call(
            id=id_,
            at=world.now(),
            method=request.method,
            path=request.path,
            query=_fields_text(request.query),
            operation=operation,
            client_id=client_id,
            email=email,
            request_body=_body_text(request),
            status=response.status if response else 0,
            code=_code(response),
            fault=request.fault,
        )
    )
    world.store.calls.remove("id <= ?", id_ - int(world.switches["calls_kept"]))


def fingerprint(secret: str) -> str:
    """The same for the same secret, and nothing to be learned from it."""
    return f"sha256:{hashlib.sha256(secret.encode()).hexdigest()[:12]}"


def _body_text(request: Request) -> str:
    form = request.form()
    if form:
        return _fields_text(form)
    return request.body[:_LONGEST_BODY].decode("utf-8", "replace")


def _fields_text(fields: dict[str, str]) -> str:
    safe = {name: fingerprint(value) if name in _SECRET_FIELDS else value for name, value in fields.items()}
    return json.dumps(safe, ensure_ascii=False) if safe else ""


def _code(response: Response | None) -> int | None:
    """Zoom's own code in a refusal."""
    if response is None or response.status < 400:
        return None
    try:
        body = json.loads(response.body)
    except ValueError:
        return None
    code = body.get("code") if isinstance(body, dict) else None
    return code if isinstance(code, int) else None
