"""Which scopes a grant needs, and which of them it lacks. Zoom takes a token of either style:
granular (new applications) or classic (old ones), for oneself or, with ":admin", for the whole account.
"""

from collections.abc import Iterable

from zoomclient import operations
from zoomclient.limits import Operation

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


def missing_scopes(granted: Iterable[str], required: Iterable[Operation] = REQUIRED) -> tuple[str, ...]:
    """The granular scopes of those required operations that a token with these scopes may not call."""
    granted = set(granted)
    return tuple(scope_of(operation) for operation in required if not _may(granted, operation))


def scope_of(operation: Operation) -> str:
    """The granular scope by which the marketplace lists it."""
    return f"{operation.granular}:admin" if operation.for_account else operation.granular


def _may(granted: set[str], operation: Operation) -> bool:
    widths = (":admin", ":master") if operation.for_account else ("", ":admin", ":master")
    return any(f"{scope}{width}" in granted for scope in operation.scopes for width in widths)
