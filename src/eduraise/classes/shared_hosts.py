"""A shared host that can't hold its classes as planned: their teachers are told, once for each loss."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.classes.words import when_words
from eduraise.notifications import registry
from eduraise.notifications.actions import tell_all
from eduraise.notifications.models import Message
from eduraise.ui.letters import Letter
from eduraise.zoom.enums import HostState, Licence
from eduraise.zoom.hosts import FREE_MINUTES
from eduraise.zoom.models import ZoomUser

FAILED = "class.shared_host"
LISTED = 30


def register_kinds() -> None:
    """Name the kind to the room that sends it."""
    registry.register(
        FAILED,
        label=gettext_lazy("A shared Zoom host can’t hold your classes"),
        words=words,
        still_true=is_still_so,
        allowed=registry.everyone,
    )


def on_shared_host_failed(*, host: ZoomUser, licence: str, state: str, now: datetime, **_more: Any) -> None:
    """Tell the teachers whose coming classes are on a shared host that lost its licence, or is gone.

    licence, state: as they are stored in this transaction.
    """
    held = _affected(host, licence, state, now)
    people = User.objects.filter(pk__in=held.order_by().values("teacher"), is_active=True)
    fact = f"{host.uid}/{state if state == HostState.GONE else licence}/{now:%Y-%m-%d}"
    tell_all(people=people, kind=FAILED, fact_key=fact, thing_uid=host.uid, now=now)


def is_still_so(message: Message, now: datetime) -> bool:
    """Whether classes of hers are on it still, and it still can't hold them."""
    host = ZoomUser.objects.filter(uid__in=[message.thing_uid]).first()
    return host is not None and _of(message, host, now).exists()


def words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """Which classes, what is wrong, and what helps."""
    hosts = {host.uid: host for host in ZoomUser.objects.filter(uid__in={one.thing_uid for one in messages})}
    return {one.pk: _letter(one, hosts[one.thing_uid], now) for one in messages if one.thing_uid in hosts}


def _letter(message: Message, host: ZoomUser, now: datetime) -> Letter:
    rows = _of(message, host, now)
    number = rows.count()
    return Letter(
        title=_("A shared Zoom host can’t hold your classes"),
        sentences=(
            _what(host) % {"email": host.email, "minutes": FREE_MINUTES},
            ngettext(
                "%(n)d coming class of yours is on it.", "%(n)d coming classes of yours are on it.", number
            )
            % {"n": number},
            _("Each class’s page says whether another host can take it. Its link stays the same."),
        ),
        facts=tuple((_("Class"), f"{row.topic}, {when_words(row, now)}") for row in rows[:LISTED]),
        verb=_("See them"),
        path=f"{reverse('classes:list')}?tab=attention",
    )


def _what(host: ZoomUser) -> str:
    if host.state == HostState.GONE:
        return _("%(email)s is no longer active at Zoom, so nobody can start what is held on it.")
    if host.licence == Licence.NONE:
        return _("%(email)s has no meetings licence any more.")
    return _("%(email)s has lost its licence: Zoom ends each class on it after %(minutes)d minutes.")


def _of(message: Message, host: ZoomUser, now: datetime) -> QuerySet[ClassSession]:
    """The classes of whoever a message is for."""
    held = _affected(host, host.licence, host.state, now).filter(teacher=message.person_id)
    return held.select_related("program").order_by("starts_at", "pk")


def _affected(host: ZoomUser, licence: str, state: str, now: datetime) -> QuerySet[ClassSession]:
    held = ClassSession.objects.coming(now).filter(occurrence__meeting__host=host)
    if state == HostState.GONE or licence == Licence.NONE:
        return held
    if licence != Licence.BASIC:
        return held.none()
    return held.filter(ends_at__gt=F("starts_at") + timedelta(minutes=FREE_MINUTES))
