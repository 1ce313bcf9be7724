"""A connection that was lost or taken away: told to its teacher, and shown until it is mended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from eduraise.accounts.models import User
from eduraise.core import hooks
from eduraise.core.hooks import Problem
from eduraise.notifications import registry
from eduraise.notifications.actions import tell, tell_all
from eduraise.notifications.models import Message
from eduraise.ui.letters import Letter
from eduraise.zoom.accounttokens import ACCOUNT_LOST
from eduraise.zoom.enums import HostState
from eduraise.zoom.hosts import linked_to
from eduraise.zoom.models import ZoomAccount, ZoomUser

LOST = "zoom.lost"
RELEASED = "zoom.released"
ACCOUNT = "zoom.account_lost"
BROKEN = (HostState.LOST, HostState.GONE)
SHOWN = 20


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
    number = ZoomUser.objects.filter(by_account=True, state_reason=ACCOUNT_LOST).count()
    letter = Letter(
        title=_("The organisation’s Zoom account doesn’t work"),
        sentences=(
            _("Zoom doesn’t accept its app any more."),
            ngettext("%(n)d host lives by it.", "%(n)d hosts live by it.", number) % {"n": number},
            _("Classes that are booked can be joined; starting, changing and booking wait."),
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
    return _tell_teachers(now) + _tell_admins(now)


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
    """To a teacher her own lost connection; to an admin everybody's, and the account's. One query."""
    if not person.is_admin:
        linked = linked_to(person)
        if linked is not None and linked.state in BROKEN:
            yield _broken(linked, person)
        return
    rows = list(_broken_or_suggested())
    with_account = [host for host in rows if host.by_account and host.state_reason == ACCOUNT_LOST]
    if with_account:
        yield _account_lost(with_account)
    for host in rows:
        if host.state in BROKEN and host.teacher is not None and host not in with_account:
            yield _broken(host, person)
    waiting = [host for host in rows if host.suggested_teacher_id is not None and host.teacher_id is None]
    if waiting:
        yield _suggested(waiting)


def _broken_or_suggested() -> QuerySet[ZoomUser]:
    """Hosts that somebody must mend, and Zoom users whose teacher an admin has still to name."""
    broken = Q(state__in=BROKEN) & (Q(teacher__isnull=False) | Q(by_account=True))
    suggested = Q(suggested_teacher__isnull=False, teacher__isnull=True, not_hers_at__isnull=True)
    rows = ZoomUser.objects.filter(broken | suggested & Q(in_account_at__isnull=False))
    return rows.select_related("teacher").order_by("state_since", "pk")[:SHOWN]


def _broken(host: ZoomUser, person: User) -> Problem:
    assert host.teacher
    own = host.teacher_id == person.pk
    return Problem(
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


def _account_lost(hosts: list[ZoomUser]) -> Problem:
    number = len(hosts)
    return Problem(
        severity="bad",
        title=_("The organisation’s Zoom account doesn’t work"),
        detail=ngettext(
            "%(n)d host lives by it: its classes can be joined, but not started or changed.",
            "%(n)d hosts live by it: their classes can be joined, but not started or changed.",
            number,
        )
        % {"n": number},
        verb=_("Mend it"),
        url=reverse("zoom:account"),
        since=min(host.state_since for host in hosts),
    )


def _suggested(hosts: list[ZoomUser]) -> Problem:
    number = len(hosts)
    return Problem(
        severity="warn",
        title=ngettext("%(n)d Zoom user waits for your word", "%(n)d Zoom users wait for your word", number)
        % {"n": number},
        detail=_("Each has the e-mail address of a teacher. Once you say yes, her classes run on it."),
        verb=_("Say whose they are"),
        url=reverse("zoom:account"),
    )
