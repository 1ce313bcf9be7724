"""Where a teacher's classes are led while Zoom is down."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from eduraise.core.codes import new_uid
from eduraise.core.encrypted import EncryptedTextField


class SpareRoom(models.Model):
    """The room outside Zoom that a teacher keeps for her classes. shown_host: the
    host that people are told before they go, in the letters that machines read."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    url = EncryptedTextField()
    shown_host = models.CharField(max_length=253)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.shown_host} of {self.person_id}"
