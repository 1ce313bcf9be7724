"""Whose meeting an event is about. What it names are claims: account, host and number must fit together.

Every account that installs the app signs with the same secret, so that a signature says that Zoom sent an
event, not about whom it may speak.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from eduraise.events.meaning import Kind, Told
from eduraise.zoom.enums import OperationKind, OperationState
from eduraise.zoom.models import ZoomAccount, ZoomMeeting, ZoomOperation, ZoomUser

# How long an event waits for the answer that tells us its number.
WAITS = timedelta(minutes=15)


@dataclass(frozen=True)
class Match:
    """Where an event belongs. meeting: None for one that is not ours, of a host whom we know."""

    account: ZoomAccount
    host: ZoomUser | None
    meeting: ZoomMeeting | None = None


@dataclass(frozen=True)
class Misfit:
    """Why an event fits no connection."""

    why: str


@dataclass(frozen=True)
class NotYet:
    """Its number may be the one of a meeting that is being made. until: when to stop waiting."""

    until: datetime


type Verdict = Match | Misfit | NotYet


class Matcher:
    """Matches a batch in four queries, whatever its size."""

    def __init__(self, batch: Iterable[Told]) -> None:
        batch = list(batch)
        self._accounts = {
            account.zoom_account_id: account
            for account in ZoomAccount.objects.filter(
                zoom_account_id__in={one.event.account_id for one in batch}
            )
        }
        self._hosts = {
            (host.account_id, host.zoom_user_id): host
            for host in ZoomUser.objects.filter(
                account__in=self._accounts.values(), zoom_user_id__in={one.host_id for one in batch}
            )
        }
        self._meetings = {
            meeting.meeting_number: meeting
            for meeting in ZoomMeeting.objects.filter(
                meeting_number__in={one.event.meeting_number for one in batch} - {""}
            ).select_related("host")
        }
        self._being_made = self._hosts_with_a_create_out()

    def meeting_of(self, told: Told) -> ZoomMeeting | None:
        """The meeting that has the number an event names, whoever's it is."""
        return self._meetings.get(told.event.meeting_number)

    def match(self, told: Told, now: datetime) -> Verdict:
        """Where one event of the batch belongs."""
        account = self._accounts.get(told.event.account_id)
        if account is None:
            return Misfit("account")
        meeting = self.meeting_of(told)
        if meeting is not None:
            return self._of_ours(told, account, meeting)
        host = self._hosts.get((account.pk, told.host_id))
        if host is None:
            return Misfit("host")
        until = told.row.received_at + WAITS
        if told.kind is not Kind.HOST and host.pk in self._being_made and now < until:
            return NotYet(until)
        return Match(account, host)

    def _of_ours(self, told: Told, account: ZoomAccount, meeting: ZoomMeeting) -> Verdict:
        if meeting.host.account_id != account.pk:
            return Misfit("meeting of another account")
        # a change of a meeting may name its number alone
        if told.host_id and told.host_id != meeting.host.zoom_user_id:
            return Misfit("meeting of another host")
        return Match(account, meeting.host, meeting)

    def _hosts_with_a_create_out(self) -> set[int]:
        hosts = [host.pk for host in self._hosts.values()]
        return set(
            ZoomOperation.objects.filter(
                meeting__host__in=hosts,
                kind=OperationKind.CREATE,
                state__in=[OperationState.CALLING, OperationState.UNKNOWN],
            ).values_list("meeting__host", flat=True)
        )
