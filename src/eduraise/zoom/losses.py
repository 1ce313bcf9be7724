"""What a host that can't be called has lost: who can mend it, what still works, and how that is said."""

from __future__ import annotations

from enum import StrEnum

from django.utils.translation import gettext as _

from eduraise.zoom.enums import HostKind, HostState
from eduraise.zoom.models import ZoomUser

# Why a host is gone, as Zoom says it
DELETED, DEACTIVATED = "deleted", "deactivated"
# Why a teacher's own link ended, other than by her word
BY_ZOOM = ("invalid_grant", "removed_at_zoom")


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
    """Whether somebody here may sign in to Zoom as this very user, as nobody does as a shared host."""
    return host.kind == HostKind.PERSON and host.teacher_id is not None


def can_sign_in(host: ZoomUser) -> bool:
    """Whether its owner can start its meetings at Zoom herself: nobody signs in as a deactivated user."""
    return has_owner(host) and loss_of(host) is not Loss.USER


def happened(host: ZoomUser) -> str:
    """What happened to a teacher's own host, to her."""
    match loss_of(host):
        case Loss.USER if host.state_reason == DELETED:
            return _("%(email)s was deleted at Zoom.") % {"email": host.email}
        case Loss.USER:
            return _("%(email)s was deactivated at Zoom.") % {"email": host.email}
        case Loss.ACCOUNT:
            return _("Zoom doesn’t accept the organisation’s app at the moment. The admins were told.")
        case _:
            return _("Zoom ended the connection to your account.")


def meanwhile(host: ZoomUser, *, shares: bool) -> str:
    """What still works and what waits. shares: whether shared hosts take new classes."""
    match loss_of(host):
        case Loss.USER if shares:
            return _(
                "Nobody can start the classes that are booked on it. New ones are held on the organisation’s"
                " shared hosts."
            )
        case Loss.USER:
            return _("Nobody can start the classes that are booked on it, and no new ones can be booked.")
        case Loss.ACCOUNT:
            return _(
                "Classes that are booked can be joined, and whoever is signed in at Zoom as their host can"
                " start them. Changing and booking wait."
            )
        case _ if shares:
            return _(
                "Classes that are booked can be joined; changes of them wait until you connect. New ones are"
                " held on the organisation’s shared hosts."
            )
        case _:
            return _("Classes that are booked can be joined; new ones and changes wait until you connect.")


def helps(host: ZoomUser) -> str:
    """What others can do about a Zoom user that is no longer active; "" where its teacher mends it."""
    if loss_of(host) is not Loss.USER:
        return ""
    if host.state_reason == DELETED:
        return _("Its classes need another teacher, or a shared host: see each class.")
    return _(
        "The Zoom admin can reactivate it and see to its licence. Or its classes go to another teacher or a"
        " shared host: see each class."
    )
