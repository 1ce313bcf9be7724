"""Rows past their term."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from eduraise.attendance.models import Participant
from eduraise.calendars.models import SentEntry
from eduraise.core.models import Once
from eduraise.events.models import ZoomEvent
from eduraise.notifications.models import Message, QueuedMail
from eduraise.ops import engine
from eduraise.planner.enums import PlanState
from eduraise.planner.models import PastedTable, Plan
from eduraise.programs.models import ImportRun
from eduraise.zoom.enums import OperationState
from eduraise.zoom.models import BusyTime, Connecting, HostDay, ZoomOperation

TURN = 5000
FINISHED = (
    OperationState.DONE,
    OperationState.WITHDRAWN,
    OperationState.OVERTAKEN,
    OperationState.GIVEN_UP,
)


def prune(now: datetime) -> dict[str, int]:
    """Delete at most 5,000 rows of each kind whose term is over; how many of each went."""
    engine.prune_jobs()
    return {name: _delete(rows) for name, rows in past_their_term(now).items()}


def past_their_term(now: datetime) -> dict[str, QuerySet]:  # type: ignore[type-arg]
    """Each kind of row that is kept for a term, and which of it is over."""

    def ago(days: int) -> datetime:
        return now - timedelta(days=days)

    return {
        "events": ZoomEvent.objects.filter(received_at__lt=ago(30)).exclude(state=ZoomEvent.State.DEAD),
        "dead events": ZoomEvent.objects.filter(received_at__lt=ago(90), state=ZoomEvent.State.DEAD),
        "operations": ZoomOperation.objects.filter(state__in=FINISHED, finished_at__lt=ago(90)),
        "messages": Message.objects.filter(created_at__lt=ago(180)),
        "mails": QueuedMail.objects.filter(created_at__lt=ago(30)),
        "connections tried": Connecting.objects.filter(expires_at__lt=ago(1)),
        "plans never scheduled": Plan.objects.filter(state=PlanState.DRAFT, made_at__lt=ago(30)),
        "tables of plans": PastedTable.objects.filter(made_at__lt=ago(90)),
        "imports": ImportRun.objects.filter(created_at__lt=ago(90)),
        "invitations": SentEntry.objects.filter(ends_at__lt=ago(30)),
        "forms": Once.objects.filter(at__lt=ago(7)),
        "people in meetings that were no class": Participant.objects.filter(
            instance__occurrence__isnull=True, instance__started_at__lt=ago(30)
        ),
        "host days": HostDay.objects.filter(utc_on__lt=ago(60).date()),
        "busy times": BusyTime.objects.filter(ends_at__lt=ago(30)),
        # sessions live by the real clock
        "sessions": Session.objects.filter(expire_date__lt=timezone.now()),
        "listed sessions": UserSession.objects.filter(last_seen_at__lt=timezone.now() - timedelta(days=60)),
    }


def _delete(rows: QuerySet) -> int:  # type: ignore[type-arg]
    ids = list(rows.values_list("pk", flat=True)[:TURN])
    rows.model._default_manager.filter(pk__in=ids).delete()
    return len(ids)
