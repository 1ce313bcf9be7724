"""An answer of Zoom's that is long on its way: something happens after it was given, before it is here."""

from __future__ import annotations

from collections.abc import Callable

import httpx

from eduraise.zoom import api
from tests.linked import LinkedZoom


def before_the_answer_is_here(linked: LinkedZoom, path: str, happening: Callable[[], object]) -> None:
    """Let Zoom answer the next GET of `path`, and let `happening` happen before we have the answer."""
    waiting = [happening]

    def travel(request: httpx.Request) -> httpx.Response:
        answer = linked.sim.transport.handle_request(request)
        if waiting and request.method == "GET" and request.url.path == path:
            answer.read()
            waiting.pop()()
        return answer

    api.install(httpx.MockTransport(travel))
