"""Somebody else's Zoom, connected for a teacher: she and the admins are told, because it may be a mistake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.accounts.models import User
from eduraise.notifications import registry
from eduraise.notifications.actions import tell_all
from eduraise.notifications.models import Message
from eduraise.ui.letters import Letter
from eduraise.zoom.models import ZoomUser

OTHER_ACCOUNT = "zoom.other_account"


def register_kinds() -> None:
    """Name the kind to the room that sends it."""
    registry.register(
        OTHER_ACCOUNT,
        label=gettext_lazy("Another Zoom account was connected"),
        words=words,
        still_true=lambda message, _now: ZoomUser.objects.filter(  # type: ignore[misc]
            uid=message.thing_uid, teacher__isnull=False
        ).exists(),
        allowed=registry.everyone,
    )


def tell_if_other(*, person: User, host: ZoomUser, email: str, now: datetime) -> None:
    """Tell the teacher and the admins of a Zoom account under another address than hers, once."""
    if email.casefold() == person.email.casefold():
        return
    admins = User.objects.filter(is_admin=True, is_active=True).exclude(pk=person.pk)
    tell_all(
        people=[person, *admins],
        kind=OTHER_ACCOUNT,
        fact_key=f"{host.uid}/{person.uid}",
        thing_uid=host.uid,
        now=now,
    )


def words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """Which account, for whom, and the way to end it."""
    rows = ZoomUser.objects.filter(uid__in=[message.thing_uid for message in messages])
    hosts = {host.uid: host for host in rows.select_related("teacher") if host.teacher}
    return {
        message.pk: _letter(message, hosts[message.thing_uid])
        for message in messages
        if message.thing_uid in hosts
    }


def _letter(message: Message, host: ZoomUser) -> Letter:
    assert host.teacher
    own = host.teacher_id == message.person_id
    facts = ((_("Zoom account"), host.email), (_("Here"), host.teacher.email))
    if own:
        return Letter(
            title=_("Another Zoom account was connected for you"),
            sentences=(_("Its e-mail address is not the one that you use here. If it isn’t yours, end it."),),
            facts=facts,
            verb=_("See the connection"),
            path=reverse("zoom:connect"),
        )
    return Letter(
        title=_("%(name)s connected another Zoom account") % {"name": host.teacher.name},
        sentences=(_("Its e-mail address is not the one that is used here. It may be right; it may not."),),
        facts=facts,
        verb=_("See the hosts"),
        path=reverse("zoom:setup"),
    )
