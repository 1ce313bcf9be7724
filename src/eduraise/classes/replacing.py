"""Another meeting for a class, on whichever Zoom may hold it now, while its own link stays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.classes.scheduling import take_host, want_its_meeting
from eduraise.zoom.choosing import hosts_for
from eduraise.zoom.claims import lock_hosts
from eduraise.zoom.models import ZoomUser
from eduraise.zoom.waiting import keep_until
from eduraise.zoom.wanting import want_gone

# The former meeting stays for so long, as it may be wanted again, and until the new one stands at Zoom
FORMER_STAYS = timedelta(seconds=10)


def replace_meeting(
    session: ClassSession,
    *,
    by: User | None,
    now: datetime,
    former_stays: bool = False,
    hosts: Sequence[ZoomUser] = (),
) -> ZoomUser:
    """Want another meeting for a class, on the Zoom that its teacher has now, and the former one gone; its
    host.

    former_stays: until Zoom has the new one. hosts: those to try, where the caller knows better than that.
    Raises HostBusy, PoolBusy, NotConnected.
    """
    former = session.occurrence
    hosts = hosts or hosts_for(session.teacher, starts_at=session.starts_at, length=session.duration)
    locked = {host.pk: host for host in hosts}
    if former is not None:
        not_before = now + FORMER_STAYS if former_stays else now
        want_gone(occurrence=former, not_before=not_before, now=now, by=by)
        locked[former.meeting.host_id] = former.meeting.host
    lock_hosts(locked.values())
    host = take_host(session, hosts, now)
    want_its_meeting(session, host, by=by, now=now)
    if former is not None and former_stays and session.occurrence is not None:
        keep_until(former.meeting, session.occurrence.meeting, of_date=former)
    return host
