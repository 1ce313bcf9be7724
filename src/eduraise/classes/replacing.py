"""Another meeting for a class, on whichever Zoom may hold it now, while its own link stays."""

from __future__ import annotations

from datetime import datetime, timedelta

from eduraise.accounts.models import User
from eduraise.classes.models import ClassSession
from eduraise.classes.scheduling import take_host, want_its_meeting
from eduraise.zoom.choosing import hosts_for
from eduraise.zoom.claims import lock_hosts
from eduraise.zoom.wanting import want_gone

# The former meeting stays for so long, so that the new one is made first
FORMER_STAYS = timedelta(minutes=10)


def replace_meeting(
    session: ClassSession, *, by: User | None, now: datetime, former_stays: timedelta = timedelta()
) -> None:
    """Want another meeting for a class, on the Zoom that its teacher has now, and the former one gone.

    former_stays: for so long, so that the new one is made first. Raises HostBusy, PoolBusy, NotConnected.
    """
    former = session.occurrence
    hosts = hosts_for(session.teacher, starts_at=session.starts_at, length=session.duration)
    locked = {host.pk: host for host in hosts}
    if former is not None:
        want_gone(occurrence=former, not_before=now + former_stays, now=now, by=by)
        locked[former.meeting.host_id] = former.meeting.host
    lock_hosts(locked.values())
    want_its_meeting(session, take_host(session, hosts, now), by=by, now=now)
