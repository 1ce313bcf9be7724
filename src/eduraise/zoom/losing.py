"""A connection that was lost or taken away: told to its teacher, and shown until it is mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.core import hooks
from eduraise.core.hooks import Problem
from eduraise.notifications import registry
from eduraise.notifications.actions import tell
from eduraise.notifications.models import Message
from eduraise.ui.letters import Letter
from eduraise.zoom.enums import HostState
from eduraise.zoom.hosts import linked_to
from eduraise.zoom.models import ZoomUser

LOST = "zoom.lost"
RELEASED = "zoom.released"
BROKEN = (HostState.LOST, HostState.GONE)


def register_kinds() -> None:
    """Name the kind to the room that sends it."""
    registry.register(
        LOST,
        label=gettext_lazy("Your Zoom connection is lost"),
        words=lost_words,
        still_true=lambda message, _now: ZoomUser.objects.filter(  # type: ignore[misc]
            uid=message.thing_uid, teacher=message.person, state__in=BROKEN
        ).exists(),
        allowed=registry.everyone,
    )
    registry.register(
        RELEASED,
        label=gettext_lazy("An admin ended your Zoom connection"),
        words=released_words,
        still_true=lambda message, _now: linked_to(message.person) is None,
        allowed=registry.everyone,
    )


def tell_released(*, teacher: User, host: ZoomUser, now: datetime) -> None:
    """Tell a teacher whose link somebody else ended, in the transaction that ends it."""
    tell(
        person=teacher,
        kind=RELEASED,
        fact_key=f"{host.uid}/{host.token_version}/released",
        thing_uid=host.uid,
        now=now,
    )


def tell_due(now: datetime) -> int:
    """Tell each teacher whose connection was lost, once for each loss."""
    rows = ZoomUser.objects.filter(state__in=BROKEN, teacher__isnull=False).select_related("teacher")
    told = [
        tell(
            person=host.teacher,
            kind=LOST,
            fact_key=f"{host.uid}/{host.token_version}",
            thing_uid=host.uid,
            now=now,
        )
        for host in rows
        if host.teacher
    ]
    return sum(message is not None for message in told)


def lost_words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """What happened, which classes are at stake, what goes on working, and the one step."""
    return _letters(
        messages, now, title=_("Connect Zoom again"), why=_("Zoom ended the connection to your account.")
    )


def released_words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """The same for a link that an admin ended."""
    return _letters(
        messages,
        now,
        title=_("Your Zoom connection was ended"),
        why=_("An admin ended the connection to your Zoom account here."),
    )


def _letters(messages: Sequence[Message], now: datetime, *, title: str, why: str) -> Mapping[int, Letter]:
    hosts = {host.uid: host for host in ZoomUser.objects.filter(uid__in={m.thing_uid for m in messages})}
    letters = {uid: _letter(host, now, title, why) for uid, host in hosts.items()}
    return {message.pk: letters[message.thing_uid] for message in messages if message.thing_uid in letters}


def _letter(host: ZoomUser, now: datetime, title: str, why: str) -> Letter:
    at_stake = hooks.consequences_of.ask(kind="zoom_connection", thing=host, now=now)
    return Letter(
        title=title,
        sentences=(
            why,
            *(consequence.sentence for consequence in at_stake),
            _("Classes that are booked can be joined; new ones and changes wait until you connect."),
        ),
        facts=(
            (_("Zoom account"), host.email),
            *((_("Class"), thing) for consequence in at_stake for thing in consequence.things),
        ),
        verb=_("Connect Zoom"),
        path=reverse("zoom:connect"),
    )


def needs(*, person: User, now: datetime, **_more: Any) -> Iterator[Problem]:
    """To a teacher her own lost connection, to an admin everybody's."""
    if person.is_admin:
        rows = ZoomUser.objects.filter(state__in=BROKEN, teacher__isnull=False).select_related("teacher")
        broken = list(rows.order_by("state_since", "pk")[:20])
    else:
        linked = linked_to(person)
        broken = [linked] if linked is not None and linked.state in BROKEN else []
    for host in broken:
        assert host.teacher
        own = host.teacher_id == person.pk
        yield Problem(
            severity="bad",
            title=_("Zoom must be connected again")
            if own
            else _("%(name)s must connect Zoom again") % {"name": host.teacher.name},
            detail=_("Booked classes can be joined; new ones and changes wait."),
            verb=_("Connect Zoom") if own else _("See the hosts"),
            url=reverse("zoom:connect") if own else reverse("zoom:setup"),
            since=host.state_since,
            owner_uid=host.teacher.uid,
        )
