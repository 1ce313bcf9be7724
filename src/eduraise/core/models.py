"""Rows that belong to no room: what was done by whom, settings, the breaker, forms sent once."""

from __future__ import annotations

from django.db import models

from eduraise.core.codes import new_uid
from eduraise.core.encrypted import EncryptedTextField


class AuditEntry(models.Model):
    """Who did what to another's data. Append only, written in the act's own transaction."""

    at = models.DateTimeField()
    actor_uid = models.UUIDField(null=True)
    on_behalf_of_uid = models.UUIDField(null=True)
    actor_label = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    thing_kind = models.CharField(max_length=40)
    thing_uid = models.UUIDField(null=True)
    program_uid = models.UUIDField(null=True)
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    request_id = models.CharField(max_length=40, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["thing_uid", "-at"], name="audit_thing"),
            models.Index(fields=["program_uid", "-at"], name="audit_program"),
            models.Index(fields=["actor_uid", "-at"], name="audit_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor_label} {self.verb}"


class Setting(models.Model):
    """A value that an admin gave on a page instead of by environment; encrypted, since some are secrets."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    name = models.CharField(max_length=60, unique=True)
    value = EncryptedTextField()
    set_by_uid = models.UUIDField(null=True)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Breaker(models.Model):
    """Whether a service that doesn't answer is left alone for a while, for all processes."""

    name = models.CharField(max_length=40, unique=True)
    failed_at_1 = models.DateTimeField(null=True)
    failed_at_2 = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    probe_until = models.DateTimeField(null=True)
    fence = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name}: {'open' if self.opened_at else 'closed'}"


class Once(models.Model):
    """A form or request that must have one effect however often it is sent."""

    owner_uid = models.UUIDField()
    purpose = models.CharField(max_length=60)
    key = models.CharField(max_length=64)
    request_hash = models.CharField(max_length=64)
    answer_uid = models.UUIDField(null=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner_uid", "purpose", "key"], name="once_key"),
        ]
        indexes = [models.Index(fields=["at"], name="once_prune")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.key}"
