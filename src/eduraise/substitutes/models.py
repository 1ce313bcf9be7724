"""Substitutions: who was asked to take a class for whom, and what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from eduraise.core.codes import new_uid
from eduraise.substitutes.enums import State
from eduraise.zoom.enums import Way


class Substitution(models.Model):
    """One person asked to take one class, or put on it, for its teacher.

    absent: whose class it is by plan, and becomes again. way: how Zoom lets the substitute hold it, once she
    takes it. old_occurrence_uid: the sitting that it had before; assignment_uid: her right to this one class.
    reason: hers, where she declines. refused_at: when Zoom refused the last way in which she could hold it.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    session = models.ForeignKey(
        "classes.ClassSession", on_delete=models.PROTECT, related_name="substitutions"
    )
    absent = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    substitute = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State, default=State.ASKED)
    note = models.CharField(max_length=500, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    way = models.CharField(max_length=12, choices=Way, blank=True)
    old_occurrence_uid = models.UUIDField(null=True)
    assignment_uid = models.UUIDField(null=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(state="asked"), name="substitution_one_asked"
            ),
            models.UniqueConstraint(
                fields=["session"], condition=Q(state="accepted"), name="substitution_one_accepted"
            ),
        ]
        indexes = [
            models.Index(fields=["session", "asked_at"], name="substitution_of_class"),
            models.Index(fields=["substitute"], condition=Q(state="asked"), name="substitution_asked_of"),
            models.Index(fields=["absent", "state"], name="substitution_absent"),
        ]

    def __str__(self) -> str:
        return f"{self.substitute_id} for {self.absent_id}: {self.state}"
