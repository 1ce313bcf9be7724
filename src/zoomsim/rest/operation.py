"""One operation of the API: its address, what it needs, and the function that does it."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from zoomsim.http import Request, Response
from zoomsim.rest.caller import Caller
from zoomsim.world import World

Handler = Callable[[World, Caller, Request], Response]


@dataclass(frozen=True)
class Operation:
    """name: Zoom's operationId. scope: granular, without :admin. label: rate class LIGHT, MEDIUM or HEAVY."""

    method: str
    path: str
    name: str
    scope: str
    classic: tuple[str, ...]
    label: str
    handler: Handler

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        parts = self.path.split("/")
        return re.compile(
            "/".join(f"(?P<{p[1:-1]}>[^/]+)" if p.startswith("{") else re.escape(p) for p in parts)
        )

    def values(self, path: str) -> dict[str, str] | None:
        """The values in a raw path below /v2, percent-decoded once; None when it is another address."""
        found = self.pattern.fullmatch(path)
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None
