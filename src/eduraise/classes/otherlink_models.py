"""Where a class is held instead, while its meeting at Zoom can't be used."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from eduraise.core.codes import new_uid
from eduraise.core.encrypted import EncryptedTextField


class OtherLink(models.Model):
    """A link that leads a class's people elsewhere until it is ended; the door gives it out and nobody else.

    shown_host: the host that people are told before they go, in the letters that machines read. Who was in a
    class while one stood, Zoom doesn't know: its register is marked by hand.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    session = models.ForeignKey("classes.ClassSession", on_delete=models.PROTECT, related_name="other_links")
    url = EncryptedTextField()
    shown_host = models.CharField(max_length=253)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session"], condition=Q(ended_at__isnull=True), name="otherlink_one_open"
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True) | Q(ended_at__gte=F("at")), name="otherlink_order"
            ),
        ]
        indexes = [models.Index(fields=["session", "at"], name="otherlink_of_class")]

    def __str__(self) -> str:
        return f"{self.shown_host} instead of {self.session_id}"

    @property
    def is_in_zoom(self) -> bool:
        """Whether it leads to another meeting at Zoom."""
        return f".{self.shown_host}".endswith(".zoom.us")
