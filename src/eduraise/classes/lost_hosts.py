"""A class whose host can't be called: what that means, whose it is to mend, and where else it could go."""

from __future__ import annotations

from django.utils.translation import gettext as _

from eduraise.classes.models import ClassSession
from eduraise.classes.refusals import Mender
from eduraise.zoom import losses
from eduraise.zoom.choosing import others_for
from eduraise.zoom.hosts import linked_to
from eduraise.zoom.losses import DELETED, Loss
from eduraise.zoom.models import ZoomUser

MENDERS = {
    Loss.GRANT: Mender.TEACHER,
    Loss.ENDED: Mender.TEACHER,
    Loss.ACCOUNT: Mender.ADMIN,
    Loss.USER: Mender.ADMIN,
}


def host_of(session: ClassSession) -> ZoomUser:
    """The Zoom user that holds a class's meeting."""
    assert session.occurrence is not None
    return session.occurrence.meeting.host


def loss_of(session: ClassSession) -> Loss:
    """What the host of a class with `Attention.HOST_LOST` has lost."""
    return losses.loss_of(host_of(session)) or Loss.ENDED


def other_host(session: ClassSession) -> ZoomUser | None:
    """The Zoom user that a class's teacher has connected meanwhile, which is not the one that holds it."""
    present = linked_to(session.teacher)
    holds_it = session.occurrence is not None and host_of(session) == present
    return present if present is not None and present.is_usable and not holds_it else None


def others_of(session: ClassSession) -> list[ZoomUser]:
    """The Zoom users, her own or shared, that could hold a class in its whole length instead of its host."""
    if session.occurrence is None:
        return []
    return others_for(session.teacher, host_of(session), starts_at=session.starts_at, length=session.duration)


def title(session: ClassSession) -> str:
    """What is wrong."""
    return {
        Loss.GRANT: _("The Zoom connection is gone"),
        Loss.ENDED: _("The Zoom connection is gone"),
        Loss.ACCOUNT: _("The organisation’s Zoom account doesn’t work"),
        Loss.USER: _("Its Zoom user is no longer active"),
    }[loss_of(session)]


def label(session: ClassSession) -> str:
    """The same of several classes, after their number."""
    return {
        Loss.GRANT: _("Zoom must be connected again"),
        Loss.ENDED: _("Zoom must be connected again"),
        Loss.ACCOUNT: _("The organisation’s Zoom account doesn’t work"),
        Loss.USER: _("Their Zoom user is no longer active"),
    }[loss_of(session)]


def detail(session: ClassSession) -> str:
    """What still works, what doesn't, and until when."""
    host, loss = host_of(session), loss_of(session)
    if loss is Loss.USER:
        return _of_user(host)
    if loss is not Loss.ACCOUNT:
        return _(
            "Students can still join, and whoever is signed in at Zoom as its host can start it."
            " Changes wait until the connection is back."
        )
    if losses.has_owner(host):
        return _(
            "Students can still join, and whoever is signed in at Zoom as its host can start it."
            " Changes wait until an admin has mended the account."
        )
    return _(
        "It is held on a shared host, which nobody can start or change until an admin has mended the"
        " organisation’s Zoom account. The class and its link stay."
    )


def _of_user(host: ZoomUser) -> str:
    words = {"email": host.email}
    if host.state_reason == DELETED:
        return (
            _(
                "%(email)s was deleted at Zoom, so nobody can start it. It needs another teacher, or a shared"
                " host; its link stays the same."
            )
            % words
        )
    return (
        _(
            "%(email)s was deactivated at Zoom, so nobody can start it. The Zoom admin can reactivate it; or"
            " another teacher or a shared host holds the class, whose link stays the same."
        )
        % words
    )
