"""Zoom's events as they were received, until they are applied; and the meetings that are to be read."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from eduraise.core.codes import new_uid
from eduraise.core.queue import QueueRow


class ZoomEvent(QueueRow):
    """One webhook delivery, kept as received. Copies of one are one row."""

    class State(models.TextChoices):
        RECEIVED = "received", "Received"
        WAITING = "waiting", "Waiting for its meeting"
        APPLIED = "applied", "Applied"
        DUPLICATE = "duplicate", "Told before"
        QUARANTINED = "quarantined", "Fits no connection"
        IGNORED = "ignored", "Not needed"
        HINT = "hint", "Too old: Zoom is read instead"
        DEAD = "dead", "Failed"
        DISMISSED = "dismissed", "Put away"

    class Age(models.TextChoices):
        FRESH = "fresh", "Fresh"
        LATE = "late", "Late"
        HINT = "hint", "A hint"

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    received_at = models.DateTimeField()
    signed_at = models.DateTimeField()
    age = models.CharField(max_length=6, choices=Age)
    body = models.BinaryField()
    digest = models.CharField(max_length=64, unique=True)
    copies = models.PositiveIntegerField(default=1)
    event = models.CharField(max_length=80, blank=True)
    account_id = models.CharField(max_length=64, blank=True)
    semantic_key = models.CharField(max_length=64, null=True)
    state = models.CharField(max_length=12, choices=State, default=State.RECEIVED)
    same_as = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="+")
    skipped_why = models.CharField(max_length=80, blank=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["semantic_key"], condition=Q(semantic_key__isnull=False), name="event_semantic"
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state__in=["received", "waiting"]), name="event_due"
            ),
            models.Index(fields=["received_at"], name="event_prune"),
            models.Index(fields=["state", "-received_at"], name="event_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.event or 'event'} {self.state}"


class MeetingWatch(QueueRow):
    """A meeting that is to be read at Zoom at `next_at`: around its classes, or because something changed.

    asked_at: when an event last asked for it; a reading that was begun before does not count as its answer.
    """

    meeting = models.OneToOneField("zoom.ZoomMeeting", on_delete=models.CASCADE, related_name="watch")
    asked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="watch_due")]

    def __str__(self) -> str:
        return f"Watch of {self.meeting_id}"
