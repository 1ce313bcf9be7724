"""What of recordings needs somebody: to be looked at, to be copied, to be found at all."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from eduraise.accounts.models import User
from eduraise.core.hooks import Problem
from eduraise.programs.enums import AutoRecording
from eduraise.programs.models import ClassSettings
from eduraise.recordings import queries
from eduraise.recordings.copying import TRIES
from eduraise.recordings.enums import State, Visible
from eduraise.recordings.models import HostWatch, RecordingFile


def needs(*, person: User, now: datetime, **_more: Any) -> Iterator[Problem]:
    """To teachers what waits for them to look at it; to admins what can't be copied or found. Constant
    queries."""
    if person.is_admin:
        yield from _of_admins()
    else:
        yield from _to_be_looked_at(person, now)


def _to_be_looked_at(person: User, now: datetime) -> Iterator[Problem]:
    waits = Q(program__recording_rules__after_review=True, visible=Visible.RULE, reviewed_at__isnull=True)
    rows = queries.managed_by(person, now).filter(waits, state=State.READY)
    found = rows.aggregate(n=Count("pk"), since=Min("ready_at"))
    if not found["n"]:
        return
    yield Problem(
        severity="warn",
        title=ngettext(
            "%(n)d recording waits for you to look at it",
            "%(n)d recordings wait for you to look at them",
            found["n"],
        )
        % {"n": found["n"]},
        detail=_("Until then no student sees it."),
        verb=_("See the recordings"),
        url=reverse("recordings:list"),
        since=found["since"],
        owner_uid=person.uid,
    )


def _of_admins() -> Iterator[Problem]:
    failed = RecordingFile.objects.filter(wants_copy=True, copied_path="", gone_at__isnull=True)
    stuck = Q(attempts__gte=TRIES) | Q(last_error_code__in=("disk_full", "disk_failed"))
    copies = failed.aggregate(
        n=Count("recording", filter=stuck, distinct=True), since=Min("last_error_at", filter=stuck)
    )
    if copies["n"]:
        yield Problem(
            severity="bad",
            title=ngettext(
                "%(n)d recording can’t be copied to this server",
                "%(n)d recordings can’t be copied to this server",
                copies["n"],
            )
            % {"n": copies["n"]},
            detail=_(
                "Nothing is deleted at Zoom before its copy was checked. Look whether the disk has room."
            ),
            verb=_("See the recordings"),
            url=reverse("recordings:list"),
            since=copies["since"],
        )
    lacking = HostWatch.objects.filter(last_error_code="scope_missing")
    unseen = lacking.aggregate(n=Count("pk"), since=Min("last_error_at"))
    if unseen["n"] and ClassSettings.objects.filter(auto_recording=AutoRecording.CLOUD).exists():
        yield Problem(
            severity="warn",
            title=_("Recordings can’t be found at Zoom"),
            detail=_(
                "The app at Zoom lacks the scopes for recordings. Add them, and have teachers reconnect."
            ),
            verb=_("See the scopes"),
            url=reverse("zoom:setup"),
            since=unseen["since"],
        )
