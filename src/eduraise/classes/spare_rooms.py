"""Rooms that are kept for the day on which Zoom is down: a teacher's own, else the organisation's. One press
leads a class there.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from eduraise.access.roles import is_teacher
from eduraise.accounts.models import User
from eduraise.classes.elsewhere import LinkUnfit, checked, give_other_link, take_back_other_link
from eduraise.classes.models import ClassSession, OtherLink
from eduraise.core import audit
from eduraise.core.hooks import PagePart
from eduraise.programs.models import SpareRoom

# So long one press can be undone, before anybody is told
UNDO_FOR = timedelta(seconds=10)


@transaction.atomic
def keep_spare_room(*, person: User, url: str, now: datetime) -> None:
    """Keep this room for a teacher's classes; "" for none. url: as it was typed. Raises LinkUnfit."""
    typed = url.strip()
    if not typed:
        SpareRoom.objects.filter(person=person).delete()
        host = ""
    else:
        address, host = checked(typed)
        values = {"url": address, "shown_host": host, "changed_at": now}
        SpareRoom.objects.update_or_create(person=person, defaults=values)
    # its host alone: who holds the link may come in
    audit.record("spare_room.kept", by=person, thing=person, at=now, after={"host": host})


def own_spare_room(person: User) -> tuple[str, str]:
    """Address and host of the room that a teacher keeps; "" for none."""
    own = SpareRoom.objects.filter(person=person).first()
    return (own.url, own.shown_host) if own is not None else ("", "")


def settings_part(*, person: User, now: datetime, **_more: object) -> Iterator[PagePart]:
    """In a teacher's own settings: which room she keeps, and the way to change it."""
    if is_teacher(person, now):
        yield PagePart(
            _("When Zoom is down"), "classes/settings_part.html", {"host": own_spare_room(person)[1]}
        )


def spare_room_of(teacher: int) -> tuple[str, str]:
    """Address and host of the room that is kept for a teacher's classes, by her key; "" for none."""
    own = SpareRoom.objects.filter(person=teacher).first()
    return (own.url, own.shown_host) if own is not None else _of_all()


def spare_host_of(session: ClassSession) -> str:
    """The host of the room that is kept for a class, "" for none; no query where that was read along."""
    if session.spare_host is None:
        return spare_room_of(session.teacher_id)[1]
    return session.spare_host or _of_all()[1]


def lead_to_spare_room(*, session: ClassSession, by: User, now: datetime) -> OtherLink | None:
    """Lead a class's people to the room that is kept for it; those enrolled are told in ten seconds, unless
    it is undone. None where no room is kept. Raises LinkUnfit, ClassOver."""
    url, _host = spare_room_of(session.teacher_id)
    if not url:
        return None
    return give_other_link(session=session, url=url, by=by, now=now, tell_at=now + UNDO_FOR)


def undo_spare_room(*, session: ClassSession, by: User, now: datetime) -> None:
    """Lead a class's people into Zoom again as if nothing had been, while nobody was told or went there; else
    as from any other link. Raises Changed."""
    take_back_other_link(session=session, by=by, now=now, given_since=now - UNDO_FOR)


def _of_all() -> tuple[str, str]:
    try:
        return checked(settings.SPARE_ROOM) if settings.SPARE_ROOM else ("", "")
    except LinkUnfit:
        return "", ""
