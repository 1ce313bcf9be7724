"""What holds a class at Zoom while somebody takes it, and how it comes back."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from eduraise.accounts.models import User
from eduraise.classes.agendas import agenda_of
from eduraise.classes.models import ClassSession
from eduraise.classes.replacing import FORMER_STAYS, replace_meeting
from eduraise.zoom import wanting
from eduraise.zoom.claims import HostBusy, claim_host, lock_hosts
from eduraise.zoom.enums import HostKind, Way
from eduraise.zoom.models import ZoomOccurrence
from eduraise.zoom.ways import Holding


def move(session: ClassSession, found: Holding, *, by: User | None, now: datetime) -> Way:
    """Let a class's teacher of now hold it as it was found that she can: in a meeting of its own, made before
    the former one goes. In which way. Raises HostBusy, PoolBusy."""
    host = replace_meeting(session, by=by, now=now, former_stays=FORMER_STAYS, hosts=found.hosts)
    return Way.SHARED if host.kind == HostKind.POOL else Way.OWN


def bring_back(session: ClassSession, former_uid: UUID | None, *, by: User | None, now: datetime) -> None:
    """Hold a class where it was before it was taken: its very meeting as long as nothing was removed at Zoom,
    else a new one on its teacher's Zoom. Raises NotConnected, HostBusy, PoolBusy."""
    rows = ZoomOccurrence.objects.select_related("meeting__host__account", "meeting__program")
    former = rows.filter(uid=former_uid, held_for=session.uid).first() if former_uid else None
    if former is None or former == session.occurrence or not _had_again(session, former, by, now):
        replace_meeting(session, by=by, now=now, former_stays=FORMER_STAYS)


def _had_again(session: ClassSession, former: ZoomOccurrence, by: User | None, now: datetime) -> bool:
    """Whether the former sitting could be had again; then the present one goes."""
    present, host = session.occurrence, former.meeting.host
    is_gone = former.zoom_gone_at is not None or former.meeting.gone_at is not None
    if is_gone or present is None:
        return False
    lock_hosts({row.pk: row for row in (host, present.meeting.host)}.values())
    try:
        claim_host(
            host=host, starts_at=session.starts_at, ends_at=session.ends_at, held_for=session.uid, now=now
        )
    except HostBusy:
        return False
    wanting.want_gone(occurrence=present, not_before=now + FORMER_STAYS, now=now, by=by)
    kept = wanting.undo(
        occurrence=former,
        topic=session.topic,
        agenda=agenda_of(session),
        settings=session.chosen_settings,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        zone=session.zone,
        now=now,
        by=by,
    )
    if kept:
        session.occurrence = former
        session.save(update_fields=["occurrence"])
    return kept
