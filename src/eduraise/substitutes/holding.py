"""What holds a class at Zoom while somebody takes it, and how it comes back."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from eduraise.accounts.models import User
from eduraise.classes.agendas import wishes_of
from eduraise.classes.models import ClassSession
from eduraise.classes.replacing import FORMER_STAYS, replace_meeting
from eduraise.core.errors import Changed
from eduraise.substitutes.enums import State
from eduraise.substitutes.models import Substitution
from eduraise.zoom import claims, handing_on, wanting, ways
from eduraise.zoom.claims import HostBusy, claim_host, lock_hosts
from eduraise.zoom.enums import HostKind, OperationKind, Way
from eduraise.zoom.models import ZoomMeeting, ZoomOccurrence, ZoomUser
from eduraise.zoom.waiting import keep_until
from eduraise.zoom.ways import Holding

# So long after a class its alternative host may still be taken off
TAKEN_OFF_WITHIN = timedelta(days=30)


def move(session: ClassSession, found: Holding, *, by: User | None, now: datetime) -> Way:
    """Let a class's teacher of now hold it as it was found that she can. In which way.

    In a meeting of its own, that is made before the former one goes. A meeting that is handed on stays where
    it is until Zoom has done it, and both hosts' hours are taken till then. Raises HostBusy, PoolBusy.
    """
    match found.way:
        case Way.TRANSFER:
            _hand_on(session, found.hosts[0], by, now)
            return Way.TRANSFER
        case Way.ALTERNATIVE:
            name_alternative(session, found.hosts[0], by, now)
            return Way.ALTERNATIVE
        case _:
            host = replace_meeting(session, by=by, now=now, former_stays=True, hosts=found.hosts)
            return Way.SHARED if host.kind == HostKind.POOL else Way.OWN


def _hand_on(session: ClassSession, to: ZoomUser, by: User | None, now: datetime) -> None:
    assert session.occurrence
    meeting = session.occurrence.meeting
    lock_hosts([to, meeting.host])
    claims.hold_too(
        host=to, starts_at=session.starts_at, ends_at=session.ends_at, held_for=session.uid, now=now
    )
    handing_on.want_transfer(meeting=meeting, to=to, until=session.starts_at, now=now, by=by)


def name_alternative(session: ClassSession, host: ZoomUser, by: User | None, now: datetime) -> None:
    """Let somebody start a class's meeting beside its host."""
    assert session.occurrence
    handing_on.want_alternate(
        meeting=session.occurrence.meeting, host=host, wanted=True, until=session.starts_at, now=now, by=by
    )


def let_go(row: Substitution, *, by: User | None, now: datetime) -> bool:
    """Take back what a substitute was given at a meeting that isn't hers; True where the class is held by
    that very meeting, on its former host. Raises Changed while Zoom is handing it on."""
    former = _former_of(row)
    if former is None:
        return False
    if row.way == Way.ALTERNATIVE:
        _take_off(row, former.meeting, by, now)
        return former == row.session.occurrence
    if row.way == Way.TRANSFER:
        return keep_here(former.meeting, now)
    return False


def keep_here(meeting: ZoomMeeting, now: datetime) -> bool:
    """Keep a meeting that was to be handed on where it is, with its hours; False if it went. Raises Changed
    while Zoom is at it."""
    if handing_on.take_back_transfer(meeting, now):
        return True
    if ZoomMeeting.objects.filter(pk=meeting.pk, wanted_host__isnull=False).exists():
        raise Changed(_("Zoom is handing this meeting on at this moment. Try again in a few seconds."))
    return False


def _take_off(row: Substitution, meeting: ZoomMeeting, by: User | None, now: datetime) -> None:
    """She is alternative host no more, unless she takes another date of the same series so."""
    others = Substitution.objects.filter(
        substitute=row.substitute_id, state=State.ACCEPTED, way=Way.ALTERNATIVE
    ).exclude(pk=row.pk)
    uids = others.values("old_occurrence_uid")
    if ZoomOccurrence.objects.filter(uid__in=uids, meeting=meeting).exists():
        return
    handing_on.overtake_refused(meeting, OperationKind.ALTERNATES, now)
    if (host := user_of(row, meeting)) is not None:
        until = row.session.ends_at + TAKEN_OFF_WITHIN
        handing_on.want_alternate(meeting=meeting, host=host, wanted=False, until=until, now=now, by=by)


def user_of(row: Substitution, meeting: ZoomMeeting) -> ZoomUser | None:
    """The Zoom user as which a substitute is known in a meeting's account."""
    rows = ZoomUser.objects.filter(account=meeting.host.account_id)
    own = rows.filter(teacher=row.substitute_id).first()
    return own or rows.filter(suggested_teacher=row.substitute_id).first()


def bring_back(row: Substitution, *, by: User | None, now: datetime) -> None:
    """Hold a class where it was before it was taken: in its very meeting as long as nothing was removed at
    Zoom, handed back where it was handed on; else in a new one on its teacher's Zoom. Raises NotConnected,
    HostBusy, PoolBusy, Changed."""
    session = row.session
    if let_go(row, by=by, now=now):
        return
    former = _former_of(row)
    if former is None:
        is_back = False
    elif former == session.occurrence:
        is_back = row.way == Way.TRANSFER and _handed_back(row, former.meeting, by, now)
    else:
        is_back = _had_again(session, former, by, now)
    if not is_back:
        replace_meeting(session, by=by, now=now, former_stays=True)


def _handed_back(row: Substitution, meeting: ZoomMeeting, by: User | None, now: datetime) -> bool:
    """Whether the meeting that was handed on may go back the same way, its number and link with it."""
    home = ways.home_of(row.absent, meeting)
    if home is None:
        return False
    try:
        with transaction.atomic():
            _hand_on(row.session, home, by, now)
    except HostBusy:
        return False
    return True


def hold_elsewhere(session: ClassSession, *, now: datetime) -> None:
    """Hold a class in another meeting, since that which it has is, or stays, on a Zoom that can't hold it."""
    assert session.occurrence
    keep_here(session.occurrence.meeting, now)
    replace_meeting(session, by=None, now=now, former_stays=True)


def _former_of(row: Substitution) -> ZoomOccurrence | None:
    if row.old_occurrence_uid is None:
        return None
    rows = ZoomOccurrence.objects.select_related("meeting__host__account", "meeting__program")
    return rows.filter(uid=row.old_occurrence_uid, held_for=row.session.uid).first()


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
    keep_until(present.meeting, former.meeting, of_date=present)
    kept = wanting.undo(
        occurrence=former,
        **wishes_of(session),
        now=now,
        by=by,
    )
    if kept:
        session.occurrence = former
        session.save(update_fields=["occurrence"])
    return kept
