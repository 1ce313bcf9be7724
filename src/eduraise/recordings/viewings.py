"""Who watched what: noted when bytes are given out, with the seconds that the player says it ran."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Greatest

from eduraise.accounts.models import User
from eduraise.recordings.models import Recording, Viewing

#: Who comes back within this watches on; later it is another viewing.
GOES_ON = timedelta(hours=1)
NOTED_EVERY = timedelta(seconds=30)


def note_watching(recording: Recording, person: User, now: datetime) -> Viewing:
    """Note that somebody is given some of a recording. One row for each time that she watches it, even where
    her player asks for several parts at the same moment."""
    latest = _latest(recording, person, now)
    if latest is None:
        return _begin(recording, person, now)
    if now - latest.last_at >= NOTED_EVERY:
        Viewing.objects.filter(pk=latest.pk).update(last_at=Greatest("last_at", now))
    return latest


@transaction.atomic
def _begin(recording: Recording, person: User, now: datetime) -> Viewing:
    Recording.objects.select_for_update(no_key=True).get(pk=recording.pk)
    latest = _latest(recording, person, now)
    return latest or Viewing.objects.create(recording=recording, person=person, at=now, last_at=now)


def note_seconds(recording: Recording, person: User, seconds: int, now: datetime) -> bool:
    """Note how many seconds ran in this viewing: what her player says, and no more than have passed."""
    latest = _latest(recording, person, now)
    if latest is None:
        return False
    passed = int((now - latest.at).total_seconds()) + 1
    ran = max(0, min(seconds, passed))
    Viewing.objects.filter(pk=latest.pk).update(
        seconds=Greatest("seconds", ran), last_at=Greatest("last_at", now)
    )
    return True


def _latest(recording: Recording, person: User, now: datetime) -> Viewing | None:
    rows = Viewing.objects.filter(recording=recording, person=person, last_at__gt=now - GOES_ON)
    return rows.order_by("-at", "-pk").first()
