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
    """name: Zoom's operationId. scope: granular, without :admin unless for admins alone. label: rate class
    LIGHT, MEDIUM or HEAVY. by_uuid: {meetingId} may be a uuid, which may have slashes as they are.
    """

    method: str
    path: str
    name: str
    scope: str
    classic: tuple[str, ...]
    label: str
    handler: Handler
    by_uuid: bool = False

    @property
    def scopes(self) -> list[str]:
        """Those that a refusal names."""
        return [self.scope] if self.scope.endswith(":admin") else [self.scope, f"{self.scope}:admin"]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        parts = self.path.split("/")
        return re.compile(
            "/".join(self._part(part) if part.startswith("{") else re.escape(part) for part in parts)
        )

    def _part(self, part: str) -> str:
        wide = self.by_uuid and part in ("{meetingId}", "{meetingUUID}")
        return f"(?P<{part[1:-1]}>{'.+?' if wide else '[^/]+'})"

    def values(self, path: str) -> dict[str, str] | None:
        """The values in a raw path below /v2, percent-decoded once; None when it is another address."""
        found = self.pattern.fullmatch(path)
        return {name: unquote(value) for name, value in found.groupdict().items()} if found else None
