"""Hosts: whose Zoom a teacher's classes run on, what its licence allows, and how it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.accounts.models import User
from eduraise.core.errors import DomainError
from eduraise.zoom.enums import HostKind, HostState, Licence, Plan
from eduraise.zoom.losses import Loss, loss_of
from eduraise.zoom.models import HostClaim, HostDay, ZoomAccount, ZoomUser

FREE_MINUTES = 40
DAILY_CALLS = 100
KEPT_FOR_REPAIRS = 15
# Of an account's Zoom users so many are named
NAMED = 3


class NotConnected(DomainError):
    """The teacher has no Zoom that could hold a class."""

    code = "not_connected"


def capacity(host: ZoomUser) -> int:
    """How many meetings a host may hold at once: one on Basic and Pro, two on Business and Education.

    Source: Zoom support KB0068522, read 2026-11-23.
    """
    licensed = host.licence == Licence.LICENSED
    return 2 if licensed and host.account.plan in (Plan.BUSINESS, Plan.EDUCATION) else 1


def connection_of(teacher: User) -> ZoomUser | None:
    """The Zoom user that a teacher has linked, however it stands."""
    return ZoomUser.objects.filter(teacher=teacher).select_related("account").first()


def connections_of(teachers: Iterable[User]) -> dict[int, ZoomUser]:
    """The same of several teachers, by their keys; one query."""
    linked = ZoomUser.objects.filter(teacher__in=[teacher.pk for teacher in teachers])
    return {host.teacher_id: host for host in linked.select_related("account") if host.teacher_id}


def linked_to(person: User) -> ZoomUser | None:
    """The same for a page about this person: read once, kept on `person` for as long as it is in hand."""
    linked: ZoomUser | None = getattr(person, "zoom_user", None)
    return linked


def known_by(accounts: Iterable[ZoomAccount]) -> dict[int, str]:
    """By which Zoom users in use an account can be told, since Zoom gives no name for it; one query for all.

    GET /users/{userId} has its `account_id` alone (https://developers.zoom.us/docs/api/users/, read
    2026-11-23).
    """
    emails: dict[int, list[str]] = defaultdict(list)
    used = ZoomUser.objects.filter(Q(teacher__isnull=False) | Q(kind=HostKind.POOL), account__in=accounts)
    rows = used.exclude(email="").order_by("email", "pk")
    for account_id, email in rows.values_list("account", "email"):
        emails[account_id].append(email)
    return {account_id: _some_of(known) for account_id, known in emails.items()}


def _some_of(emails: list[str]) -> str:
    first, more = ", ".join(emails[:NAMED]), len(emails) - NAMED
    if more <= 0:
        return first
    words = ngettext("%(emails)s and %(n)d more", "%(emails)s and %(n)d more", more)
    return words % {"emails": first, "n": more}


def in_use(now: datetime) -> QuerySet[ZoomUser]:
    """The hosts on which something hangs: teachers' own, shared ones, and those that still hold a class."""
    return ZoomUser.objects.filter(is_in_use(now))


def is_in_use(now: datetime) -> Q:
    """The same as a condition."""
    coming = HostClaim.objects.filter(host=OuterRef("pk"), ends_at__gt=now).exclude(releases_at__lte=now)
    return Q(teacher__isnull=False) | Q(kind=HostKind.POOL) | Q(Exists(coming))


def problem_of(host: ZoomUser | None, name: str) -> str:
    """Why a teacher's own Zoom, or the lack of one, holds no class; "" where it does. name: the teacher's."""
    if host is None or not host.is_usable:
        return _unconnected(loss_of(host) if host else None) % {"name": name}
    if host.licence == Licence.NONE:
        return _("%(name)s’s Zoom user has no meetings licence. The Zoom admin can give one.") % {
            "name": name
        }
    return ""


def _unconnected(loss: Loss | None) -> str:
    if loss is Loss.USER:
        return _("%(name)s’s Zoom user is no longer active. The Zoom admin can reactivate it.")
    if loss is Loss.ACCOUNT:
        return _("The organisation’s Zoom account doesn’t work. An admin must mend it first.")
    return _("%(name)s must connect Zoom first.")


@dataclass(frozen=True)
class Limits:
    """What a host's licence means for a class, in words; empty where nothing is in the way."""

    cut_after_minutes: int | None
    has_cloud_recording: bool
    sentences: tuple[str, ...]


def limits_of(host: ZoomUser) -> Limits:
    """What a host's licence means: 40 minutes and no cloud recording on Basic (Zoom KB0067966)."""
    if host.licence == Licence.NONE:
        said = _("No classes can be booked: the Zoom admin must give this Zoom user a meetings licence.")
        return Limits(None, has_cloud_recording=False, sentences=(said,))
    if host.licence != Licence.BASIC:
        return Limits(None, has_cloud_recording=True, sentences=())
    return Limits(
        FREE_MINUTES,
        has_cloud_recording=False,
        sentences=(
            _("Zoom ends each class after %(minutes)d minutes.") % {"minutes": FREE_MINUTES},
            _("Zoom’s cloud recording is not available."),
        ),
    )


def calls_left_today(host: ZoomUser, now: datetime) -> int:
    """How many bookings and changes of a host Zoom takes until midnight UTC, less those for repairs."""
    return calls_left_of([host], now)[host.pk]


def calls_left_of(hosts: Iterable[ZoomUser], now: datetime) -> dict[int, int]:
    """The same for several hosts, by key; one query."""
    keys = [host.pk for host in hosts]
    used = dict(HostDay.objects.filter(host__in=keys, utc_on=now.date()).values_list("host", "used"))
    return {key: max(0, DAILY_CALLS - KEPT_FOR_REPAIRS - used.get(key, 0)) for key in keys}


def teacher_zoom_facts(*, people: Sequence[User], now: datetime, **_more: Any) -> list[tuple[int, str, Any]]:
    """For the list to choose a teacher from: how each one's Zoom stands. One query."""
    rows = ZoomUser.objects.filter(teacher__in=people)
    state = {row.teacher_id: row for row in rows}
    return [(person.pk, "zoom", zoom_words(state.get(person.pk))) for person in people]


def zoom_words(host: ZoomUser | None) -> str:
    """How a link stands, in two or three words."""
    if host is None or host.state in (HostState.KNOWN, HostState.CLOSED):
        return _("Zoom not connected")
    if host.state == HostState.GONE:
        return _("Zoom user no longer active")
    if host.state == HostState.LOST:
        return _("Organisation’s Zoom doesn’t work") if host.by_account else _("Zoom must be reconnected")
    if host.licence == Licence.BASIC:
        return _("Zoom connected, 40 minutes at most")
    return _("Zoom connected")
