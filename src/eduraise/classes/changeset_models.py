"""What is done to several classes at once: told once to each person, and taken back as one."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from eduraise.classes.enums import ChangeSetKind
from eduraise.core.codes import new_uid


class ChangeSet(models.Model):
    """Changes of several classes that somebody made as one.

    tell_at: when people may hear of it; until then it can be undone without a word. was: what each of its
    classes was, and with which version it can be that again (`remembering`). undo: what else than the classes
    has to be put back. takes_back: the set that it takes back, of which people had heard. told: what
    they were told of each class (`told_sets`).
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    kind = models.CharField(max_length=10, choices=ChangeSetKind)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    message = models.CharField(max_length=500, blank=True)
    tell_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    was = models.JSONField(default=list)
    undo = models.JSONField(null=True)
    told = models.JSONField(default=list)
    takes_back = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="taken_back_by"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["tell_at"],
                condition=Q(told_at__isnull=True, undone_at__isnull=True),
                name="changeset_untold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%Y-%m-%d %H:%M}"


class KeptOnHoliday(models.Model):
    """Somebody chose that a class stays on a holiday, as long as it stays when it was: not asked again."""

    holiday = models.ForeignKey("programs.Holiday", on_delete=models.CASCADE, related_name="+")
    session = models.ForeignKey("classes.ClassSession", on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["holiday", "session", "starts_at"], name="kept_once"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id} on {self.holiday_id}"
