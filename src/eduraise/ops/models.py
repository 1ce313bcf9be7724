"""Which processes are alive, and when regular work last ran."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """A process that was alive at `seen_at` (the database's own time)."""

    process = models.CharField(max_length=100, unique=True)
    kind = models.CharField(max_length=20)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.process


class RegularRun(models.Model):
    """One run of a piece of regular work, and what came of it."""

    name = models.CharField(max_length=60)
    began_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    result = models.CharField(max_length=200, blank=True)
    counts = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["name", "-began_at"], name="regularrun_last")]

    def __str__(self) -> str:
        return f"{self.name} {self.began_at:%H:%M}"
