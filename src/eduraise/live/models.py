"""What is kept of classes while they are on: the board's snapshot, alarms, groups for breakout rooms."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from eduraise.core.codes import new_uid
from eduraise.live.enums import AlarmEnd, AlarmKind

LONGEST_NAME = 32
LONGEST_HANDOUT = 2000


class Snapshot(models.Model):
    """What all watchers of the board are shown, made for all of them at once.

    made_at: as of when it tells; whoever makes the next one holds the lease, by the fence that it found.
    """

    name = models.CharField(max_length=20, unique=True)
    payload = models.JSONField(default=list)
    made_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.PositiveBigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} as of {self.made_at}"


class Alarm(models.Model):
    """A class without its teacher for some minutes: raised once for each absence of hers.

    starts_at: the class's start of then, so that a class that is moved may need another. since: when she left
    in the middle of it, None where she was missing from its start.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    session = models.ForeignKey("classes.ClassSession", on_delete=models.PROTECT, related_name="alarms")
    starts_at = models.DateTimeField()
    since = models.DateTimeField(null=True)
    kind = models.CharField(max_length=12, choices=AlarmKind)
    raised_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    end = models.CharField(max_length=8, choices=AlarmEnd, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint("session", "starts_at", Coalesce("since", "starts_at"), name="alarm_once")
        ]
        indexes = [models.Index(fields=["raised_at"], condition=Q(ended_at__isnull=True), name="alarm_open")]

    def __str__(self) -> str:
        return f"{self.kind} of {self.session_id}"


class BreakoutPlan(models.Model):
    """The groups of a class as a whole: version rises with each change of any of them. is_shown: students see
    their own on the class's page."""

    session = models.OneToOneField(
        "classes.ClassSession", on_delete=models.PROTECT, related_name="breakout_plan"
    )
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    is_shown = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"Groups of {self.session_id}, version {self.version}"


class BreakoutGroup(models.Model):
    """A group of a class, for a breakout room of its name."""

    plan = models.ForeignKey(BreakoutPlan, on_delete=models.CASCADE, related_name="groups")
    name = models.CharField(max_length=LONGEST_NAME)
    position = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "position"], name="breakoutgroup_place")]

    def __str__(self) -> str:
        return self.name


class BreakoutMember(models.Model):
    """Who is in which group; nobody in two of one class. sent_as: by which address Zoom was last to know
    them, "" for none."""

    plan = models.ForeignKey(BreakoutPlan, on_delete=models.CASCADE, related_name="members")
    group = models.ForeignKey(BreakoutGroup, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="breakout_members"
    )
    sent_as = models.EmailField(blank=True, db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "person"], name="breakoutmember_once")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.group_id}"


class Handout(models.Model):
    """What a class's teacher says to its students: what to bring before it, what to do after it. One of each;
    "" says nothing any more."""

    class Place(models.TextChoices):
        BEFORE = "before", _("Before the class")
        AFTER = "after", _("After the class")

    session = models.ForeignKey("classes.ClassSession", on_delete=models.PROTECT, related_name="handouts")
    place = models.CharField(max_length=8, choices=Place)
    text = models.TextField(blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    changed_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "place"], name="handout_once")]

    def __str__(self) -> str:
        return f"{self.place} {self.session_id}"
