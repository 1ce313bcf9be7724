"""Plans: many classes wanted at once, each a row, until all of them are booked or it is known why not."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q

from eduraise.core.codes import new_uid
from eduraise.core.queue import QueueRow
from eduraise.planner.enums import IN_THE_WAY, OnHoliday, PlanKind, PlanState, RowState, Verdict
from eduraise.zoom.models import ZoomUser


class Plan(QueueRow):
    """Classes of one program that are planned together, and undone together.

    on_holiday: what was chosen for those on holidays. told_at: when people heard of it, once for all.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    program = models.ForeignKey("programs.Program", on_delete=models.PROTECT, related_name="plans")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=PlanKind, default=PlanKind.TIMETABLE)
    state = models.CharField(max_length=10, choices=PlanState, default=PlanState.DRAFT)
    on_holiday = models.CharField(max_length=10, choices=OnHoliday, default=OnHoliday.SKIP)
    reason = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    begun_at = models.DateTimeField(null=True)
    booked_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state__in=["booking", "undoing"]), name="plan_due"),
            models.Index(fields=["program", "-made_at"], name="plan_of_program"),
            models.Index(
                fields=["booked_at"], condition=Q(state="booked", told_at__isnull=True), name="plan_untold"
            ),
        ]

    def __str__(self) -> str:
        return f"Plan {self.uid} of {self.program_id}: {self.state}"


class PastedTable(models.Model):
    """The table that a plan was made of, kept so that its columns can be told otherwise.

    rows: number of the line, cells, what breaks it. columns: what each column holds, "" for nothing;
    has_heading, order: how it is read. teacher, minutes: of rows that name none. unread: rows that can't
    become a class, each with the code of its reason.
    """

    plan = models.OneToOneField(Plan, on_delete=models.CASCADE, related_name="table")
    file_name = models.CharField(max_length=200, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    rows = models.JSONField()
    columns = models.JSONField()
    has_heading = models.BooleanField()
    order = models.CharField(max_length=3)
    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    minutes = models.PositiveIntegerField(null=True)
    unread = models.JSONField(default=list)
    made_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"Table of {self.plan_id}"


class PlannedClass(models.Model):
    """One class of a plan.

    row_number: its line in the table, or its place in the timetable. on: its date by the timetable; held_on:
    the date that it gets; next_free: the one that it would get where its own is a holiday. said_teacher: whom
    a table names, where nobody here is called so. group: those that are booked as one series. verdicts: codes
    of what was found when it was begun, each with what it needs to be said.
    """

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="rows")
    row_number = models.PositiveIntegerField()
    slot_uid = models.UUIDField(null=True)
    on = models.DateField()
    held_on = models.DateField()
    next_free = models.DateField(null=True)
    local_start = models.TimeField()
    minutes = models.PositiveIntegerField()
    every_weeks = models.PositiveSmallIntegerField(default=1)
    zone = models.CharField(max_length=64)
    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    said_teacher = models.CharField(max_length=150, blank=True)
    topic = models.CharField(max_length=150)
    holiday = models.CharField(max_length=100, blank=True)
    starts_at = models.DateTimeField()
    group = models.PositiveIntegerField(default=0)
    verdicts = models.JSONField(default=list)
    is_left_out = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=RowState, default=RowState.WAITING)
    session = models.OneToOneField(
        "classes.ClassSession", null=True, on_delete=models.PROTECT, related_name="plan_row"
    )
    failure = models.CharField(max_length=300, blank=True)

    # No columns: the host that would take it, as `checking` finds it; its topic, as `topics` does; what is in
    # its way since it was booked, and whether the reader can have Zoom asked again, as `attending` does
    host: ZoomUser | None = None
    lesson: str = ""
    trouble: str = ""
    may_ask_again: bool = False

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "row_number"], name="planned_row"),
        ]
        indexes = [
            models.Index(fields=["plan", "group"], condition=Q(state="waiting"), name="planned_waiting"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} on {self.held_on}: {self.state}"

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return self.starts_at + timedelta(minutes=self.minutes)

    @property
    def codes(self) -> set[str]:
        """What was found of it, in codes."""
        return {verdict["code"] for verdict in self.verdicts}

    @property
    def is_booked_already(self) -> bool:
        """Whether its program has this very class, so that there is nothing to do."""
        return Verdict.BOOKED_ALREADY in self.codes

    @property
    def is_hindered(self) -> bool:
        """Whether something keeps it from being scheduled."""
        return bool(self.codes & IN_THE_WAY)
