"""Which scopes a grant needs, and which of them it lacks. Zoom takes a token of either style:
granular (new applications) or classic (old ones), for oneself or, with ":admin", for the whole account.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from zoomclient import operations
from zoomclient.limits import Operation


class Needs(Protocol):
    """What takes a scope: an operation, or a subscription to events."""

    @property
    def granular(self) -> str: ...

    @property
    def scopes(self) -> frozenset[str]: ...

    @property
    def for_account(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Subscription:
    """What a subscription to some events takes, as an Operation says it of a call."""

    granular: str
    classic: frozenset[str]
    for_account: bool = False

    @property
    def scopes(self) -> frozenset[str]:
        return self.classic | {self.granular}


PARTICIPANT_EVENTS = Subscription("meeting:read:participant", frozenset({"meeting:read"}))
"""All events meeting.participant_…

https://developers.zoom.us/docs/api/meetings/events/, read 2026-11-23."""

RECORDING_EVENTS = Subscription("cloud_recording:read:recording", frozenset({"recording:read"}))
"""All events recording.…

https://developers.zoom.us/docs/api/meetings/events/, read 2026-11-26."""

REQUIRED: tuple[Operation, ...] = (
    operations.GET_USER,
    operations.GET_USER_SETTINGS,
    operations.LIST_MEETINGS,
    operations.CREATE_MEETING,
    operations.GET_MEETING,
    operations.UPDATE_MEETING,
    operations.DELETE_MEETING,
    operations.UPDATE_MEETING_STATUS,
    operations.GET_INVITATION,
)
"""The operations without which classes cannot be booked, changed, started and cancelled."""

REQUIRED_SCOPES: tuple[str, ...] = tuple(operation.granular for operation in REQUIRED)
"""What to add to an application at Zoom's marketplace, by its granular names."""


def missing_scopes(granted: Iterable[str], required: Iterable[Needs] = REQUIRED) -> tuple[str, ...]:
    """The granular scopes of those required operations and subscriptions that a token with these lacks."""
    granted = set(granted)
    return tuple(scope_of(operation) for operation in required if not _may(granted, operation))


def scope_of(operation: Needs) -> str:
    """The granular scope by which the marketplace lists it."""
    return f"{operation.granular}:admin" if operation.for_account else operation.granular


def _may(granted: set[str], operation: Needs) -> bool:
    widths = (":admin", ":master") if operation.for_account else ("", ":admin", ":master")
    return any(f"{scope}{width}" in granted for scope in operation.scopes for width in widths)
