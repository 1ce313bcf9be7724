"""Feeds: addresses that calendar programs read classes from."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from eduraise.core.codes import new_uid
from eduraise.core.encrypted import EncryptedTextField


class Feed(models.Model):
    """A secret address of one person, that a calendar program reads her classes at, or a program's.

    Always somebody's: what it shows is asked anew with each fetch, for its person. It is found by its hash;
    the secret itself is kept, encrypted, for its owner to copy again.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    program = models.ForeignKey("programs.Program", null=True, on_delete=models.CASCADE, related_name="+")
    secret_hash = models.CharField(max_length=64, unique=True)
    secret = EncryptedTextField()
    made_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)
    # Written a few times a day, however often it is fetched
    fetched_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person"], condition=Q(program__isnull=True), name="feed_own"),
            models.UniqueConstraint(
                fields=["person", "program"], condition=Q(program__isnull=False), name="feed_of_program"
            ),
        ]

    def __str__(self) -> str:
        return f"Feed {self.uid} of {self.person_id}"


class MailedCalendar(models.Model):
    """A person who chose invitations by mail in the place of a feed. looked_at: when it was last seen to that
    what she was sent still holds."""

    person = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    looked_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["looked_at"], name="mailedcalendar_due")]

    def __str__(self) -> str:
        return f"Invitations of {self.person_id}"


class SentEntry(models.Model):
    """The last invitation to a class that a person was sent, in the words that a cancellation needs again.

    version: of the class; sequence: of the invitation, which rises with each, whatever came between. digest:
    of what a calendar shows.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    class_uid = models.UUIDField()
    version = models.IntegerField()
    sequence = models.IntegerField()
    digest = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    is_cancelled = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "class_uid"], name="sententry_once")]
        indexes = [models.Index(fields=["ends_at"], name="sententry_prune")]

    def __str__(self) -> str:
        return f"{self.class_uid} to {self.person_id}"
