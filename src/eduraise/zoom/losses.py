"""What a host that can't be called has lost: who can mend it, and whether it can still be started."""

from __future__ import annotations

from enum import StrEnum

from eduraise.zoom.enums import HostKind, HostState
from eduraise.zoom.models import ZoomUser


class Loss(StrEnum):
    """Why nothing can be asked of Zoom for a host.

    GRANT: Zoom ended its teacher's own connection. ENDED: somebody ended it here. ACCOUNT: the organisation's
    account, by which it is called, doesn't work. USER: the Zoom user is deactivated or deleted.
    """

    GRANT = "grant"
    ENDED = "ended"
    ACCOUNT = "account"
    USER = "user"


def loss_of(host: ZoomUser) -> Loss | None:
    """What a host has lost; None for one that can be called."""
    if host.is_usable:
        return None
    if host.state == HostState.GONE:
        return Loss.USER
    if host.state == HostState.LOST:
        return Loss.ACCOUNT if host.by_account else Loss.GRANT
    return Loss.ENDED


def has_owner(host: ZoomUser) -> bool:
    """Whether somebody here signs in to Zoom as this very user, as nobody does as a shared host."""
    return host.kind == HostKind.PERSON and host.teacher_id is not None


def can_sign_in(host: ZoomUser) -> bool:
    """Whether its owner can start its meetings at Zoom herself: nobody signs in as a deactivated user."""
    return has_owner(host) and loss_of(host) is not Loss.USER
