"""Programs, who teaches and who attends them, and the rules that their classes follow."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext_lazy as _

from eduraise.core.codes import new_uid
from eduraise.core.prepared import Hour
from eduraise.core.queue import QueueRow
from eduraise.programs.availability_models import AvailableHours as AvailableHours
from eduraise.programs.availability_models import DayOff as DayOff
from eduraise.programs.enums import (
    Audience,
    AutoRecording,
    Differences,
    Entry,
    MaterialKind,
    Permission,
    Preset,
    Strength,
)
from eduraise.programs.spare_room_models import SpareRoom as SpareRoom
from eduraise.programs.timetable_models import Holiday as Holiday
from eduraise.programs.timetable_models import Slot as Slot
from eduraise.programs.timetable_models import SyllabusTopic as SyllabusTopic

MATERIAL_LIMIT_BYTES = 20 * 1024 * 1024
ALL_WEEKDAYS = 0b1111111


class ProgramQuerySet(models.QuerySet["Program"]):
    """Programs by state at an instant."""

    def draft(self) -> Self:
        """Not opened yet: teachers prepare, students see nothing."""
        return self.filter(opened_at__isnull=True, archived_at__isnull=True)

    def running(self) -> Self:
        """Open to its students."""
        return self.filter(opened_at__isnull=False, archived_at__isnull=True)

    def unarchived(self) -> Self:
        """Draft or running."""
        return self.filter(archived_at__isnull=True)


class Program(models.Model):
    """What is taught. Draft, running or archived follows from two instants."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("Running")
        ARCHIVED = "archived", _("Archived")

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    code = models.CharField(max_length=16)
    code_key = models.CharField(max_length=32, unique=True, editable=False)
    title = models.CharField(max_length=150)
    subject = models.CharField(max_length=80, blank=True)
    needs = models.CharField(max_length=200, blank=True)
    zone = models.CharField(max_length=64)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    guidelines = models.TextField(blank=True)
    software = models.TextField(blank=True)
    support_contact = models.CharField(max_length=200, blank=True)
    alarm_contact = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()
    opened_at = models.DateTimeField(null=True, blank=True)
    archived_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=100, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = ProgramQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(starts_on__lte=F("ends_on")),
                name="program_dates_in_order",
                violation_error_message=_("The last day must not be before the first."),
            ),
        ]
        indexes = [
            models.Index(fields=["archived_at", "code_key"], name="program_list"),
            models.Index(fields=["archived_at"], condition=Q(opened_at__isnull=True), name="program_draft"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key that makes codes unique whatever their case."""
        self.code_key = self.code.strip().casefold()
        super().save(*args, **kwargs)

    @property
    def state(self) -> Program.State:
        """Draft, running or archived."""
        if self.archived_at:
            return Program.State.ARCHIVED
        return Program.State.RUNNING if self.opened_at else Program.State.DRAFT


def _strength(default: Strength = Strength.FREE) -> models.CharField[Any, Any]:
    return models.CharField(max_length=10, choices=Strength, default=default)


class ClassSettings(models.Model):
    """How a program's classes are held, each with its strength: the floor for what Zoom answers."""

    program = models.OneToOneField(Program, on_delete=models.CASCADE, related_name="class_settings")
    entry = models.CharField(max_length=20, choices=Entry, default=Entry.WAITING_ROOM)
    entry_strength = _strength(Strength.SUGGESTED)
    has_passcode = models.BooleanField(default=True)
    has_passcode_strength = _strength(Strength.REQUIRED)
    mutes_on_entry = models.BooleanField(default=True)
    mutes_on_entry_strength = _strength(Strength.SUGGESTED)
    auto_recording = models.CharField(max_length=10, choices=AutoRecording, default=AutoRecording.NONE)
    auto_recording_strength = _strength(Strength.SUGGESTED)
    requires_sign_in = models.BooleanField(default=False)
    requires_sign_in_strength = _strength(Strength.FREE)
    notice_minutes = models.PositiveIntegerField(default=24 * 60)
    notice_is_hard = models.BooleanField(default=False)
    shortest_minutes = models.PositiveIntegerField(default=15)
    longest_minutes = models.PositiveIntegerField(default=240)
    weekdays = models.PositiveSmallIntegerField(default=ALL_WEEKDAYS)
    from_time = models.TimeField(null=True, blank=True)
    to_time = models.TimeField(null=True, blank=True)
    join_opens_minutes = models.PositiveIntegerField(default=10)
    # So long after its start a class without its teacher is told to who can help; 0: never
    alarm_minutes = models.PositiveSmallIntegerField(default=5)
    registers_students = models.BooleanField(default=False)
    differences_by_itself = models.CharField(max_length=10, choices=Differences, default=Differences.ASK)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(shortest_minutes__gte=5)
                & Q(shortest_minutes__lte=F("longest_minutes"))
                & Q(longest_minutes__lte=1440),
                name="settings_lengths",
                violation_error_message=_("The shortest class can't be longer than the longest (24 hours)."),
            ),
            models.CheckConstraint(
                condition=Q(weekdays__gte=1, weekdays__lte=ALL_WEEKDAYS),
                name="settings_weekdays",
                violation_error_message=_("Choose at least one weekday."),
            ),
            models.CheckConstraint(
                condition=Q(join_opens_minutes__lte=120),
                name="settings_join_opens",
                violation_error_message=_("Join can open at most 120 minutes before the start."),
            ),
            models.CheckConstraint(
                condition=Q(alarm_minutes__lte=120),
                name="settings_alarm",
                violation_error_message=_("The alarm can wait for 120 minutes at most."),
            ),
        ]

    def __str__(self) -> str:
        return f"Class settings of {self.program_id}"

    @property
    def notice(self) -> timedelta:
        """How long before its start a class should stand."""
        return timedelta(minutes=self.notice_minutes)

    @property
    def isoweekdays(self) -> frozenset[int]:
        """The weekdays with classes, Monday being 1."""
        return frozenset(day + 1 for day in range(7) if self.weekdays >> day & 1)

    @property
    def days(self) -> list[str]:
        """The weekdays with classes, by name; none where every day is one."""
        if self.weekdays == ALL_WEEKDAYS:
            return []
        return [str(name) for day, name in WEEKDAYS_ABBR.items() if self.weekdays >> day & 1]


class MaterialQuerySet(models.QuerySet["Material"]):
    """Materials that are there, in their order."""

    def present(self) -> Self:
        """Not removed."""
        return self.filter(removed_at__isnull=True)

    def in_order(self) -> Self:
        """As they were put."""
        return self.order_by("position", "pk")


class Material(models.Model):
    """A text, link or file for a program; with an assignment, for that teacher alone.

    What is removed stays as a row. Its file goes later: until then the removal can be undone.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="materials")
    assignment = models.ForeignKey(
        "Assignment", null=True, blank=True, on_delete=models.PROTECT, related_name="resources"
    )
    topic = models.ForeignKey(
        SyllabusTopic, null=True, blank=True, on_delete=models.SET_NULL, related_name="materials"
    )
    kind = models.CharField(max_length=10, choices=MaterialKind)
    title = models.CharField(max_length=150)
    text = models.TextField(blank=True)
    url = models.URLField(max_length=500, blank=True)
    file = models.FileField(max_length=200, blank=True)
    file_name = models.CharField(max_length=200, blank=True)
    bytes = models.PositiveIntegerField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    position = models.PositiveIntegerField(default=0)
    visible_to = models.CharField(max_length=10, choices=Audience, default=Audience.STUDENTS)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = MaterialQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(bytes__isnull=True) | Q(bytes__lte=MATERIAL_LIMIT_BYTES),
                name="material_size",
                violation_error_message=_("A file can have 20 MB at most."),
            ),
        ]
        indexes = [
            models.Index(fields=["program", "position"], name="material_list"),
            models.Index(
                fields=["removed_at"], condition=Q(removed_at__isnull=False), name="material_removed"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class TeacherProfile(models.Model):
    """What a person teaches and how much. Who has one may be assigned."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="teacher_profile"
    )
    weekly_minutes = models.PositiveIntegerField(null=True, blank=True)
    bio = models.TextField(blank=True)
    # Whose clocks her hours and days off are meant by; empty: those of her own zone
    hours_zone = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"Teacher {self.person_id}"

    @property
    def weekly_length(self) -> timedelta | None:
        """How much a week she wants to teach at most; None for no limit."""
        return timedelta(minutes=self.weekly_minutes) if self.weekly_minutes else None


class TeacherSubject(models.Model):
    """A subject that a person can teach."""

    teacher = models.ForeignKey(TeacherProfile, on_delete=models.CASCADE, related_name="subjects")
    subject = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["teacher", "subject"], name="teacher_subject_once"),
        ]
        indexes = [models.Index(fields=["subject"], name="teacher_by_subject")]

    def __str__(self) -> str:
        return self.subject


class SpellQuerySet[Spell: models.Model](models.QuerySet[Spell]):
    """Spells: rights that begin, may lapse, and may be closed."""

    def open(self) -> Self:
        """Not closed (it may have lapsed or not begun)."""
        return self.filter(closed_at__isnull=True)

    def active(self, now: datetime | Hour) -> Self:
        """Begun, not lapsed, not closed."""
        return self.filter(
            Q(until_at__isnull=True) | Q(until_at__gt=now), closed_at__isnull=True, from_at__lte=now
        )

    def inactive(self, now: datetime | Hour) -> Self:
        """All others."""
        return self.filter(Q(closed_at__isnull=False) | Q(until_at__lte=now) | Q(from_at__gt=now))


class Spell(models.Model):
    """A right from–until. Ending sets `until_at`; whoever adds another closes a lapsed one first."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=100, blank=True)

    class Meta:
        abstract = True

    def is_active(self, now: datetime) -> bool:
        """Whether the right holds at `now`."""
        return (
            self.closed_at is None and self.from_at <= now and (self.until_at is None or now < self.until_at)
        )


class Assignment(Spell):
    """A teacher on a program. `only_for`: the uid of the one class that a substitute's right reaches."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="assignments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="assignments")
    preset = models.CharField(max_length=10, choices=Preset)
    only_for = models.UUIDField(null=True, blank=True)
    expectations = models.TextField(blank=True)
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    version = models.PositiveIntegerField(default=1, editable=False)

    # No columns: what `queries.teaching_of` adds
    enrolled: int
    deviating: str

    objects = SpellQuerySet["Assignment"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "person"],
                condition=Q(closed_at__isnull=True, only_for__isnull=True),
                name="assignment_one_open",
            ),
            models.UniqueConstraint(
                fields=["program", "person", "only_for"],
                condition=Q(closed_at__isnull=True, only_for__isnull=False),
                name="assignment_one_open_for_class",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(closed_at__isnull=True), name="assignment_person"),
            models.Index(fields=["program"], condition=Q(closed_at__isnull=True), name="assignment_program"),
            # what is not so at present is found from these
            models.Index(fields=["closed_at"], name="assignment_closed"),
            models.Index(fields=["until_at"], name="assignment_until"),
            models.Index(fields=["from_at"], name="assignment_from"),
            models.Index(
                fields=["only_for"], condition=Q(only_for__isnull=False), name="assignment_for_class"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} on {self.program_id} as {self.preset}"


class AssignmentPermission(models.Model):
    """One permission that differs from the preset."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="deviations")
    permission = models.CharField(max_length=30, choices=Permission)
    is_granted = models.BooleanField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "permission"], name="deviation_once"),
        ]

    def __str__(self) -> str:
        return f"{'+' if self.is_granted else '-'}{self.permission}"


class Enrolment(Spell):
    """A student in a program. Spells are kept: attendance counts by spell."""

    class Source(models.TextChoices):
        HAND = "hand", _("By hand")
        IMPORT = "import", _("Imported")

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="enrolments")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    source = models.CharField(max_length=10, choices=Source, default=Source.HAND)

    objects = SpellQuerySet["Enrolment"].as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["program", "person"],
                condition=Q(closed_at__isnull=True),
                name="enrolment_one_open",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(closed_at__isnull=True), name="enrolment_person"),
            models.Index(fields=["program"], condition=Q(closed_at__isnull=True), name="enrolment_program"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.program_id}"


class ImportRun(models.Model):
    """One table of people that an admin brought, checked before anything is done with it."""

    class State(models.TextChoices):
        CHECKED = "checked", _("Not confirmed")
        IMPORTING = "importing", _("Being imported")
        DONE = "done", _("Imported")

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # for lines that name no program themselves
    program = models.ForeignKey(Program, null=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    file_name = models.CharField(max_length=200, blank=True)
    encoding = models.CharField(max_length=20, blank=True)
    unused = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.CHECKED)
    created_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    confirmed_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["created_at"], name="importrun_prune"),
            models.Index(fields=["digest"], name="importrun_digest"),
            models.Index(fields=["state"], condition=Q(state="importing"), name="importrun_importing"),
        ]

    def __str__(self) -> str:
        return f"Import {self.uid}"


class ImportLine(QueueRow):
    """One line of an import: what it said, whether it can be done and why not, and what came of it.

    raw: `name`, `email`, `role`, `program` as they were written. reason: a code, with its `details`; words
    are made of them when a page shows them. is_new: the person is (or was) invited by this line.
    """

    class Verdict(models.TextChoices):
        GOOD = "good", _("Good")
        KNOWN = "known", _("Already there")
        BAD = "bad", _("Can't be imported")

    run = models.ForeignKey(ImportRun, on_delete=models.CASCADE, related_name="lines")
    line_number = models.PositiveIntegerField()
    raw = models.JSONField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    reason = models.CharField(max_length=40, blank=True)
    details = models.JSONField(default=dict)
    role = models.CharField(max_length=10, blank=True)
    program = models.ForeignKey(Program, null=True, on_delete=models.PROTECT, related_name="+")
    is_new = models.BooleanField(default=False)
    result_uid = models.UUIDField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "line_number"], name="importline_number"),
        ]
        indexes = [
            models.Index(
                fields=["run", "next_at"],
                condition=Q(done_at__isnull=True, verdict="good"),
                name="importline_due",
            ),
        ]

    def __str__(self) -> str:
        return f"Line {self.line_number}: {self.verdict}"
