"""Zoom's API with one access token."""

import re
from collections.abc import Generator, Mapping
from typing import Any
from urllib.parse import quote

import httpx

from zoomclient.answers import error_in
from zoomclient.errors import RateLimited
from zoomclient.http import Answer, Clock, Sender, log
from zoomclient.limits import Call, Limiter, Operation
from zoomclient.retry import Retry
from zoomclient.secret import Secret


class Bearer(httpx.Auth):
    """Sets the header at the last moment, so that no local variable holds the token."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response]:
        request.headers["Authorization"] = f"Bearer {self._token.reveal()}"
        yield request


class Api:
    """Carries out operations: asks the limiter, sends, turns what is no success into an error."""

    def __init__(self, sender: Sender, *, clock: Clock, limiter: Limiter, retry: Retry | None = None) -> None:
        self._sender = sender
        self._clock = clock
        self._limiter = limiter
        self._retry = retry

    def call(
        self,
        operation: Operation,
        ids: Mapping[str, str] | None = None,
        *,
        params: Mapping[str, str] | None = None,
        json: Any = None,
    ) -> Answer:
        """A success. Raises ZoomError, or ValueError for an id that is none, before anything is sent."""
        path = _path(operation.path, ids or {})
        asked = Call(operation, dict(ids or {}), self._sender.seconds)

        def once() -> Answer:
            return self._once(asked, path, params, json)

        if self._retry is None or not operation.is_read:
            return once()
        return self._retry.run(once, longest=self._sender.seconds, clock=self._clock)

    def _once(self, asked: Call, path: str, params: Mapping[str, str] | None, json: Any) -> Answer:
        operation = asked.operation
        self._limiter.before(asked)
        answer = self._sender.send(operation.name, operation.method, path, params=params, json=json)
        problem = error_in(answer, self._clock())
        if problem:
            log.info("%s · %s", operation.name, problem.reason)  # Zoom's words may name people
            if isinstance(problem, RateLimited):
                self._limiter.limited(asked, problem)
            raise problem
        return answer


def _path(template: str, ids: Mapping[str, str]) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: _segment(found.group(1), ids[found.group(1)]), template)


def _segment(name: str, value: str) -> str:
    """An id as a part of a path. An empty one would turn a call into another: DELETE /meetings/ for one
    meeting.
    """
    if not value.strip() or value in (".", ".."):
        raise ValueError(f"{name} is empty.")
    encoded = quote(value, safe="@")
    # A UUID of a held meeting that begins with / or holds // must be encoded twice
    # (https://developers.zoom.us/docs/api/using-zoom-apis/, read 2026-11-23).
    return quote(encoded, safe="") if value.startswith("/") or "//" in value else encoded


def occurrence(occurrence_id: str) -> dict[str, str]:
    """The parameter that narrows a call to one sitting. Raises ValueError for an empty one: Zoom would then
    take the whole series.
    """
    if not occurrence_id.strip():
        raise ValueError("occurrence_id is empty.")
    return {"occurrence_id": occurrence_id}


def api_base(url: str) -> str:
    """The API's base for an address with or without its version."""
    url = url.rstrip("/")
    return url if url.endswith("/v2") else f"{url}/v2"
