"""What a program's teachers leave for whoever teaches its next class. Never for students.

What is removed stays as a row, so that it can be undone; what a note said before stays beside it.
"""

from __future__ import annotations

from typing import Self

from django.conf import settings
from django.db import models

from eduraise.core.codes import new_uid


class NoteQuerySet(models.QuerySet["Note"]):
    """Notes that are there, in the order in which they are read."""

    def present(self) -> Self:
        """Not removed."""
        return self.filter(removed_at__isnull=True)

    def latest_first(self) -> Self:
        """That of the latest class first; of one class the last one written."""
        return self.order_by("-session__starts_at", "-written_at", "-pk")


class Note(models.Model):
    """A hand-over note: written to one class, read by who teaches those that follow it in its program."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    session = models.ForeignKey("classes.ClassSession", on_delete=models.PROTECT, related_name="notes")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    text = models.TextField()
    written_at = models.DateTimeField()
    changed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = NoteQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["session"], condition=models.Q(removed_at__isnull=True), name="note_present"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]


class FormerText(models.Model):
    """What a note said before a change, until when, and who changed it."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="former")
    version = models.PositiveIntegerField()
    text = models.TextField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "version"], name="former_text_once")]

    def __str__(self) -> str:
        return self.text[:40]
