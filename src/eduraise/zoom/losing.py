"""A connection that was lost or taken away: told to its teacher, or to the admins where they can mend it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eduraise.accounts.models import User
from eduraise.core import hooks
from eduraise.notifications import registry
from eduraise.notifications.actions import tell, tell_all
from eduraise.notifications.models import Message
from eduraise.ui.letters import Letter
from eduraise.zoom import pool
from eduraise.zoom.accounttokens import ACCOUNT_LOST
from eduraise.zoom.enums import BROKEN, USABLE, HostState
from eduraise.zoom.hosts import in_use, linked_to
from eduraise.zoom.losses import BY_ZOOM, Loss, happened, helps, loss_of, meanwhile
from eduraise.zoom.models import ZoomAccount, ZoomUser

LOST = "zoom.lost"
RELEASED = "zoom.released"
ACCOUNT = "zoom.account_lost"
OWN_ENDED = "zoom.own_ended"
# Who was served on by the account is told of her own link's end for so long
LATELY = timedelta(days=1)


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
        OWN_ENDED,
        label=gettext_lazy("Your own Zoom connection ended, and the organisation’s serves you"),
        words=own_ended_words,
        still_true=lambda message, _now: ZoomUser.objects.filter(  # type: ignore[misc]
            uid=message.thing_uid, teacher=message.person, by_account=True
        ).exists(),
        allowed=registry.everyone,
        channels=(),
    )
    registry.register(
        RELEASED,
        label=gettext_lazy("An admin ended your Zoom connection"),
        words=released_words,
        still_true=lambda message, _now: linked_to(message.person) is None,
        allowed=registry.everyone,
    )
    registry.register(
        ACCOUNT,
        label=gettext_lazy("The organisation’s Zoom account is lost"),
        words=account_words,
        still_true=lambda message, _now: ZoomAccount.objects.filter(  # type: ignore[misc]
            uid=message.thing_uid, is_whole=True, state=HostState.LOST
        ).exists(),
        allowed=registry.admins,
    )


def account_words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """To admins: the whole account is refused, and how much hangs on it."""
    number = in_use(now).filter(by_account=True, state=HostState.LOST).count()
    letter = Letter(
        title=_("The organisation’s Zoom account doesn’t work"),
        sentences=(
            _("Zoom doesn’t accept its app any more."),
            ngettext("%(n)d host lives by it.", "%(n)d hosts live by it.", number) % {"n": number},
            _("Classes that are booked can be joined; starting, changing and booking here wait."),
        ),
        verb=_("Mend it"),
        path=reverse("zoom:account"),
    )
    return {message.pk: letter for message in messages}


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
    """Tell each teacher whose connection was lost, and the admins of a lost account, once for each loss."""
    return _tell_teachers(now) + _tell_served(now) + _tell_admins(now)


def _tell_admins(now: datetime) -> int:
    """The whole account is lost: its teachers can't mend that, an admin can."""
    account = ZoomAccount.objects.filter(is_whole=True, state=HostState.LOST).first()
    if account is None:
        return 0
    admins = User.objects.filter(is_admin=True, is_active=True)
    fact = f"{account.uid}/{account.token_version}"
    return len(tell_all(people=admins, kind=ACCOUNT, fact_key=fact, thing_uid=account.uid, now=now))


def _tell_teachers(now: datetime) -> int:
    rows = (
        ZoomUser.objects.filter(state__in=BROKEN, teacher__isnull=False)
        .exclude(by_account=True, state_reason=ACCOUNT_LOST)
        .select_related("teacher")
    )
    told = [
        tell(
            person=host.teacher,
            kind=LOST,
            fact_key=_fact(host),
            thing_uid=host.uid,
            now=now,
        )
        for host in rows
        if host.teacher
    ]
    return sum(message is not None for message in told)


def _fact(host: ZoomUser) -> str:
    """A grant ends once; a Zoom user can be deactivated, and reactivated, under the same one."""
    fact = f"{host.uid}/{host.token_version}"
    return f"{fact}/{host.state_since:%Y-%m-%d}" if loss_of(host) is Loss.USER else fact


def _tell_served(now: datetime) -> int:
    """Teachers whose own link ended and whom the account serves on: nothing to do, but theirs to know."""
    rows = ZoomUser.objects.filter(
        by_account=True, teacher__isnull=False, state__in=USABLE, state_reason__in=BY_ZOOM
    ).filter(state_since__gt=now - LATELY)
    told = [
        tell(
            person=host.teacher,
            kind=OWN_ENDED,
            fact_key=f"{host.uid}/{host.token_version}/own",
            thing_uid=host.uid,
            now=now,
        )
        for host in rows.select_related("teacher")
        if host.teacher
    ]
    return sum(message is not None for message in told)


def lost_words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """What happened, which classes are at stake, what goes on working, and what helps."""
    shares = pool.usable().exists()
    return {pk: _lost_letter(host, now, shares) for pk, host in _hosts_of(messages)}


def _lost_letter(host: ZoomUser, now: datetime, shares: bool) -> Letter:
    is_gone = loss_of(host) is Loss.USER
    return _letter(
        host,
        now,
        title=_("Your Zoom user is no longer active") if is_gone else _("Connect Zoom again"),
        why=happened(host),
        then=tuple(filter(None, (meanwhile(host, shares=shares), helps(host)))),
        verb=_("See what helps") if is_gone else _("Connect Zoom"),
    )


def own_ended_words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """That there is nothing to do."""
    return {
        pk: Letter(
            title=_("Your own Zoom connection ended"),
            sentences=(
                _("Your classes run on through the organisation’s Zoom account: there is nothing to do."),
                _("If you connect your own Zoom again, that one is used."),
            ),
            facts=((_("Zoom account"), host.email),),
            verb=_("See the connection"),
            path=reverse("zoom:connect"),
        )
        for pk, host in _hosts_of(messages)
    }


def released_words(messages: Sequence[Message], now: datetime) -> Mapping[int, Letter]:
    """The same for a link that an admin ended."""
    shares = pool.usable().exists()
    return {
        pk: _letter(
            host,
            now,
            title=_("Your Zoom connection was ended"),
            why=_("An admin ended the connection to your Zoom account here."),
            then=(meanwhile(host, shares=shares),),
            verb=_("Connect Zoom"),
        )
        for pk, host in _hosts_of(messages)
    }


def _hosts_of(messages: Sequence[Message]) -> list[tuple[int, ZoomUser]]:
    """Each message's host; none where that is no more."""
    hosts = {host.uid: host for host in ZoomUser.objects.filter(uid__in={m.thing_uid for m in messages})}
    return [(one.pk, hosts[one.thing_uid]) for one in messages if one.thing_uid in hosts]


def _letter(
    host: ZoomUser, now: datetime, *, title: str, why: str, then: tuple[str, ...], verb: str
) -> Letter:
    at_stake = hooks.consequences_of.ask(kind="zoom_connection", thing=host, now=now)
    return Letter(
        title=title,
        sentences=(why, *(consequence.sentence for consequence in at_stake), *then),
        facts=(
            (_("Zoom account"), host.email),
            *((_("Class"), thing) for consequence in at_stake for thing in consequence.things),
        ),
        verb=verb,
        path=reverse("zoom:connect"),
    )
