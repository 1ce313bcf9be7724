"""What of the link with Zoom needs somebody: to a teacher her connection, to an admin all that is broken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Max, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.accounts.models import User
from eduraise.core.hooks import Problem
from eduraise.zoom import pool, wholeaccount
from eduraise.zoom.atstake import AtStake, at_stake_by_host, at_stake_with
from eduraise.zoom.enums import BROKEN, HostKind, HostState, Licence
from eduraise.zoom.hosts import in_use, is_in_use, linked_to
from eduraise.zoom.losses import Loss, happened, helps, loss_of, meanwhile
from eduraise.zoom.models import ZoomAccount, ZoomUser

SHOWN = 20
# For so long after it was last noticed, another program with our app is in somebody's way
VOIDED_LATELY = timedelta(days=7)
# Lost with the account, which is mended once for all of them
BY_ACCOUNT = Q(by_account=True, state=HostState.LOST)
LOWERED = Q(kind=HostKind.POOL, licence__in=(Licence.BASIC, Licence.NONE))


def needs(*, person: User, now: datetime, **_more: Any) -> Iterator[Problem]:
    """To a teacher her own lost connection; to an admin everybody's, and the account's. Constant queries."""
    if not person.is_admin:
        linked = linked_to(person)
        if linked is not None and linked.state in BROKEN:
            yield _own(linked, pool.usable().exists(), at_stake_with([linked], now))
        return
    signs = _signs(now)
    yield from _of_account(signs, now)
    if signs["broken"]:
        yield from _broken_ones(person, now)
    if signs["lowered"]:
        yield from _unlicensed()
    if signs["suggested"]:
        yield _suggested(signs["suggested"])


def _signs(now: datetime) -> dict[str, Any]:
    """How much there is of each thing that needs an admin; one query, for most often there is nothing."""
    lost = BY_ACCOUNT & is_in_use(now)
    return ZoomUser.objects.aggregate(
        lost=Count("pk", filter=lost),
        lost_since=Min("state_since", filter=lost),
        broken=Count("pk", filter=Q(state__in=BROKEN) & ~BY_ACCOUNT & is_in_use(now)),
        lowered=Count("pk", filter=LOWERED),
        suggested=Count("pk", filter=wholeaccount.IS_SUGGESTED & Q(in_account_at__isnull=False)),
        voided_at=Max("account__voided_at", filter=Q(account__is_whole=True)),
    )


def _broken_ones(person: User, now: datetime) -> Iterator[Problem]:
    """Those that somebody must mend one by one, with what is at stake."""
    shares, broken = pool.usable().exists(), list(_broken(now))
    at_stake = at_stake_by_host(broken, now)
    for host in broken:
        own = host.teacher_id == person.pk
        lost = at_stake.get(host.pk, AtStake())
        yield _own(host, shares, lost) if own else _of_another(host, shares, lost)


def _broken(now: datetime) -> QuerySet[ZoomUser]:
    """Hosts that somebody must mend one by one: not those that are lost with the account."""
    rows = in_use(now).filter(~BY_ACCOUNT, state__in=BROKEN)
    return rows.select_related("teacher").order_by("state_since", "pk")[:SHOWN]


def _own(host: ZoomUser, shares: bool, at_stake: AtStake) -> Problem:
    assert host.teacher
    loss = loss_of(host)
    title, verb = {
        Loss.USER: (_("Your Zoom user is no longer active"), _("See what helps")),
        Loss.ACCOUNT: (_("The organisation’s Zoom account doesn’t work"), _("See your connection")),
    }.get(loss or Loss.GRANT, (_("Zoom must be connected again"), _("Connect Zoom")))
    return Problem(
        severity="bad",
        title=title,
        detail=f"{meanwhile(host, shares=shares)} {at_stake.sentence}".strip(),
        verb=verb,
        url=reverse("zoom:connect"),
        since=host.state_since,
        owner_uid=host.teacher.uid if loss is Loss.GRANT else None,
        **at_stake.named,
    )


def _of_another(host: ZoomUser, shares: bool, at_stake: AtStake) -> Problem:
    if loss_of(host) is Loss.USER:
        return _inactive(host, at_stake)
    name = host.teacher.name if host.teacher else host.email
    return Problem(
        severity="bad",
        title=_("%(name)s must connect Zoom again") % {"name": name},
        detail=f"{_goes_on(shares)} {at_stake.sentence}".strip(),
        verb=_("See the hosts"),
        url=reverse("zoom:setup"),
        since=host.state_since,
        owner_uid=host.teacher.uid if host.teacher else None,
        **at_stake.named,
    )


def _goes_on(shares: bool) -> str:
    if shares:
        return _("Booked classes can be joined; changes wait. New ones are held on shared hosts.")
    return _("Booked classes can be joined; new ones and changes wait.")


def _inactive(host: ZoomUser, at_stake: AtStake) -> Problem:
    is_shared = host.kind == HostKind.POOL
    words = {"name": host.teacher.name if host.teacher else "", "email": host.email}
    return Problem(
        severity="bad",
        title=(
            _("%(name)s’s Zoom user is no longer active")
            if host.teacher
            else _("%(email)s is no longer active")
        )
        % words,
        detail=f"{happened(host)} {helps(host)} {at_stake.sentence}".strip(),
        verb=_("See the shared hosts") if is_shared else _("See the hosts"),
        url=reverse("zoom:account") if is_shared else reverse("zoom:setup"),
        since=host.state_since,
        **at_stake.named,
    )


def _of_account(signs: dict[str, Any], now: datetime) -> Iterator[Problem]:
    """The organisation's account, once, with how much hangs on it. With nothing on it, it is no trouble."""
    if signs["lost"]:
        is_connected = ZoomAccount.objects.filter(is_whole=True).exists()
        at_stake = at_stake_with(in_use(now).filter(BY_ACCOUNT), now)
        yield _account_lost(signs["lost"], signs["lost_since"], at_stake, is_connected=is_connected)
    elif signs["voided_at"] and signs["voided_at"] > now - VOIDED_LATELY:
        yield Problem(
            severity="warn",
            title=_("Another program uses the organisation’s Zoom app"),
            detail=_("Each of the two ends the other’s access. Make an app at Zoom that only EduRaise uses."),
            verb=_("See the account"),
            url=reverse("zoom:account"),
            since=signs["voided_at"],
        )


def _account_lost(number: int, since: datetime, at_stake: AtStake, *, is_connected: bool) -> Problem:
    return Problem(
        severity="bad",
        title=_("The organisation’s Zoom account doesn’t work")
        if is_connected
        else _("The organisation’s Zoom account is disconnected"),
        detail=f"{_lives_by_it(number)} {at_stake.sentence}".strip(),
        verb=_("Mend it") if is_connected else _("Connect it"),
        url=reverse("zoom:account"),
        since=since,
        **at_stake.named,
    )


def _lives_by_it(number: int) -> str:
    words = ngettext(
        "%(n)d host lives by it: its classes can be joined, but not started or changed here.",
        "%(n)d hosts live by it: their classes can be joined, but not started or changed here.",
        number,
    )
    return words % {"n": number}


def _unlicensed() -> Iterator[Problem]:
    """Shared hosts whose licence was taken away: they are shared because they had one."""
    emails = list(pool.shared().filter(LOWERED).values_list("email", flat=True)[:SHOWN])
    if emails:
        yield Problem(
            severity="warn",
            title=ngettext(
                "A shared host has lost its licence",
                "%(n)d shared hosts have lost their licence",
                len(emails),
            )
            % {"n": len(emails)},
            detail=_("%(emails)s: longer classes are booked on others. The Zoom admin can give a licence.")
            % {"emails": ", ".join(emails)},
            verb=_("See the shared hosts"),
            url=reverse("zoom:account"),
        )


def _suggested(number: int) -> Problem:
    return Problem(
        severity="warn",
        title=ngettext("%(n)d Zoom user waits for your word", "%(n)d Zoom users wait for your word", number)
        % {"n": number},
        detail=_("Each has the e-mail address of a teacher. Once you say yes, her classes run on it."),
        verb=_("Say whose they are"),
        url=reverse("zoom:account"),
    )
