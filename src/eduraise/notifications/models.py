"""Messages that wait to be sent: the fact, to whom, and each channel's delivery."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from eduraise.core.codes import new_uid
from eduraise.core.encrypted import EncryptedTextField
from eduraise.core.queue import QueueRow


class Message(models.Model):
    """One fact told to one person once; in the app as it is, elsewhere by its deliveries.

    data holds the facts that it was made with: keys, numbers, instants, names and titles, but no sentences.
    Words are made of them when it is shown or sent, in the reader's language and zone, and say the same
    whatever becomes of the thing.
    fact_key names the thing and its version, so that a fact is told once and a later version replaces it.
    Shown from not_before on; not mailed from stale_at on. caused_by_uid: whose act it tells of, if one's.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=60)
    fact_key = models.CharField(max_length=120)
    thing_uid = models.UUIDField(null=True)
    program_uid = models.UUIDField(null=True)
    data = models.JSONField(default=dict)
    not_before = models.DateTimeField()
    stale_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    caused_by_uid = models.UUIDField(null=True)
    read_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)
    why_dropped = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "fact_key"], name="message_told_once"),
        ]
        indexes = [
            models.Index(fields=["person", "-created_at"], name="message_bell"),
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="message_unread"),
            models.Index(fields=["thing_uid"], name="message_thing"),
            models.Index(fields=["created_at"], name="message_prune"),
            models.Index(
                fields=["caused_by_uid", "created_at"],
                condition=Q(caused_by_uid__isnull=False),
                name="message_caused",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to {self.person_id}"


class Delivery(QueueRow):
    """A message on its way by one channel. `provider_id` is fixed before the first try."""

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        DROPPED = "dropped", "Not needed any more"
        FAILED = "failed", "Failed"

    class Channel(models.TextChoices):
        MAIL = "mail", "E-mail"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="deliveries")
    channel = models.CharField(max_length=10, choices=Channel)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    provider_id = models.CharField(max_length=200)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "channel"], name="delivery_once"),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["state", "-last_error_at"], name="delivery_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} of message {self.message_id}: {self.state}"


class QueuedMail(QueueRow):
    """A mail that the framework wants to send (password reset, verification): queued like all others.

    `sealed` holds the mail, which may hold a link that lets somebody in: encrypted, and gone once it is sent.
    """

    class State(models.TextChoices):
        WAITING = "waiting", "Waiting"
        SENDING = "sending", "Being sent"
        SENT = "sent", "Sent"
        FAILED = "failed", "Failed"

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    to = models.JSONField()
    subject = models.CharField(max_length=200)
    sealed = EncryptedTextField(null=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="waiting"), name="queuedmail_due"),
            models.Index(fields=["state", "-last_error_at"], name="queuedmail_failed"),
            models.Index(fields=["created_at"], name="queuedmail_prune"),
        ]

    def __str__(self) -> str:
        return f"Mail {self.uid}: {self.state}"


class Preference(models.Model):
    """Whether a person wants a kind of message by a channel; a program's wish overrules the general one."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=60)
    channel = models.CharField(max_length=10, choices=Delivery.Channel)
    program_uid = models.UUIDField(null=True)
    wanted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "channel"],
                condition=Q(program_uid__isnull=True),
                name="preference_general",
            ),
            models.UniqueConstraint(
                fields=["person", "kind", "channel", "program_uid"],
                condition=Q(program_uid__isnull=False),
                name="preference_program",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.kind} {self.channel}"
