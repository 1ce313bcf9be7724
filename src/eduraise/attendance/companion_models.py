"""Who sits with another student at one device."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from eduraise.core.codes import new_uid


class Companion(models.Model):
    """Somebody said that a student was at another's device: wherever that one was, this one was too.

    register: of the class of which it was said. lasts: it holds for the program's classes from that one on,
    until before the class that begins at until_at.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    register = models.ForeignKey("attendance.Register", on_delete=models.CASCADE, related_name="companions")
    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="+")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    beside = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    lasts = models.BooleanField(default=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["register", "student"], condition=Q(undone_at=None), name="companion_once"
            ),
        ]
        indexes = [
            models.Index(fields=["program"], condition=Q(undone_at=None), name="companion_of_program"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id} beside {self.beside_id}"
