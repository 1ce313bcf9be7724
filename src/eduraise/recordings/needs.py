"""What of recordings needs somebody: to be looked at, to be copied, to be found at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from django.db.models import Exists, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.accounts.models import User
from eduraise.core.hooks import Problem, Waiting
from eduraise.programs.enums import AutoRecording
from eduraise.programs.models import ClassSettings
from eduraise.recordings import queries
from eduraise.recordings.copying import TRIES
from eduraise.recordings.enums import State, Visible
from eduraise.recordings.models import HostWatch, RecordingFile


def needs(*, person: User, now: datetime, **_more: Any) -> Iterator[Waiting]:
    """To teachers what waits for them to look at it; to admins what can't be copied or found."""
    if person.is_admin:
        yield Waiting(_stuck_copies(), "last_error_at", _not_copied, number="recording")
        yield Waiting(_unseen_hosts(), "last_error_at", _not_found)
        return
    unseen = Q(program__recording_rules__after_review=True, visible=Visible.RULE, reviewed_at__isnull=True)
    rows = queries.managed_by(person, now).filter(unseen, state=State.READY)
    yield Waiting(rows, "ready_at", partial(_to_be_looked_at, person))


def _stuck_copies() -> QuerySet[RecordingFile]:
    stuck = Q(attempts__gte=TRIES) | Q(last_error_code__in=("disk_full", "disk_failed"))
    return RecordingFile.objects.filter(stuck, wants_copy=True, copied_path="", gone_at__isnull=True)


def _unseen_hosts() -> QuerySet[HostWatch]:
    """Hosts whose recordings can't be listed, where some program records."""
    records = ClassSettings.objects.filter(auto_recording=AutoRecording.CLOUD)
    return HostWatch.objects.filter(Exists(records), last_error_code="scope_missing")


def _to_be_looked_at(person: User, number: int, since: datetime) -> Iterator[Problem]:
    yield Problem(
        severity="warn",
        title=ngettext(
            "%(n)d recording waits for you to look at it",
            "%(n)d recordings wait for you to look at them",
            number,
        )
        % {"n": number},
        detail=_("Until then no student sees it."),
        verb=_("See the recordings"),
        url=reverse("recordings:list"),
        since=since,
        owner_uid=person.uid,
    )


def _not_copied(number: int, since: datetime) -> Iterator[Problem]:
    yield Problem(
        severity="bad",
        title=ngettext(
            "%(n)d recording can’t be copied to this server",
            "%(n)d recordings can’t be copied to this server",
            number,
        )
        % {"n": number},
        detail=_(
            "Nothing is deleted at Zoom before its copy was checked. Look at the disk’s room and health."
        ),
        verb=_("See the recordings"),
        url=reverse("recordings:list"),
        since=since,
    )


def _not_found(_number: int, since: datetime) -> Iterator[Problem]:
    yield Problem(
        severity="warn",
        title=_("Recordings can’t be found at Zoom"),
        detail=_("The app at Zoom lacks the scopes for recordings. Add them, and have teachers reconnect."),
        verb=_("See the scopes"),
        url=reverse("zoom:setup"),
        since=since,
    )
