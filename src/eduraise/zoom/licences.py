"""A licence that was taken away at Zoom: its teacher is told which of her classes Zoom ends early, or may not
begin at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.core import hooks
from eduraise.notifications import registry
from eduraise.notifications.actions import tell
from eduraise.notifications.models import Message
from eduraise.ui.letters import Letter
from eduraise.zoom.enums import HostKind, HostState, Licence
from eduraise.zoom.hosts import FREE_MINUTES
from eduraise.zoom.models import ZoomUser

LOWERED = "zoom.licence_lowered"
# What hangs on a licence that was taken away: on Basic the longer classes, without one all
AT_STAKE = {Licence.BASIC: "zoom_licence", Licence.NONE: "zoom_connection"}


def register_kinds() -> None:
    """Name the kind to the room that sends it."""
    registry.register(
        LOWERED,
        label=gettext_lazy("Your Zoom licence was taken away"),
        words=words,
        still_true=lambda message, _now: ZoomUser.objects.filter(  # type: ignore[misc]
            uid=message.thing_uid, teacher=message.person, licence__in=AT_STAKE
        ).exists(),
        allowed=registry.everyone,
    )


def tell_if_lowered(host: ZoomUser, licence: str, now: datetime) -> None:
    """Tell a teacher whose licence was Licensed and is less now, if that concerns a class of hers; of a
    shared host whoever teaches on it.

    host: as it stood before; within the transaction that stores the new licence.
    """
    if host.licence != Licence.LICENSED or licence not in AT_STAKE:
        return
    if host.kind == HostKind.POOL:
        hooks.shared_host_failed.tell(host=host, licence=licence, state=host.state, now=now)
    if host.teacher and hooks.consequences_of.ask(kind=AT_STAKE[Licence(licence)], thing=host, now=now):
        fact = f"{host.uid}/{now:%Y-%m-%d}"
        tell(person=host.teacher, kind=LOWERED, fact_key=fact, thing_uid=host.uid, now=now)


def tell_if_gone(host: ZoomUser, now: datetime) -> None:
    """Of a shared host that Zoom has no more, or not active: tell whoever teaches on it."""
    if host.kind == HostKind.POOL:
        hooks.shared_host_failed.tell(host=host, licence=host.licence, state=HostState.GONE, now=now)


def words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """Which classes, and what helps."""
    rows = {host.uid: host for host in ZoomUser.objects.filter(uid__in={one.thing_uid for one in messages})}
    letters = {uid: _letter(host, now) for uid, host in rows.items()}
    return {one.pk: letters[one.thing_uid] for one in messages if one.thing_uid in letters}


def _letter(host: ZoomUser, now: datetime) -> Letter:
    kind = AT_STAKE.get(Licence(host.licence), "zoom_licence")
    cut = hooks.consequences_of.ask(kind=kind, thing=host, now=now)
    return Letter(
        title=_("Your Zoom licence was taken away"),
        sentences=_what(host, cut),
        facts=(
            (_("Zoom account"), host.email),
            *((_("Class"), thing) for each in cut for thing in each.things),
        ),
        verb=_("See the connection"),
        path=reverse("zoom:connect"),
    )


def _what(host: ZoomUser, cut: Sequence[hooks.Consequence]) -> tuple[str, ...]:
    if host.licence == Licence.NONE:
        return (
            _("Your Zoom user may hold no meetings any more: Zoom won’t begin your classes."),
            _("Ask the Zoom admin for a licence."),
        )
    return (
        _("Your Zoom user is Basic now: Zoom ends each class after %(minutes)d minutes.")
        % {"minutes": FREE_MINUTES},
        *(each.sentence for each in cut),
        _("Shorten them, or ask the Zoom admin for a licence."),
    )
