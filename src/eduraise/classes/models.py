"""Classes: what students attend. What a class's meeting knows is read through its occurrence, not copied."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from eduraise.access import rules
from eduraise.accounts.models import User
from eduraise.classes.changeset_models import ChangeSet as ChangeSet
from eduraise.classes.changeset_models import KeptOnHoliday as KeptOnHoliday
from eduraise.classes.enums import DifferenceField, DifferenceState
from eduraise.classes.otherlink_models import OtherLink as OtherLink
from eduraise.classes.texts import lesson_of, titled, topic_key
from eduraise.core.codes import new_code, new_uid
from eduraise.core.constraints import NoOverlap, TsTzRange
from eduraise.core.prepared import Given, Hour, Prepared
from eduraise.programs.models import Assignment, Enrolment

LONGEST_CLASS = timedelta(minutes=1440)


class ClassQuerySet(models.QuerySet["ClassSession"]):
    """Classes by who may know of them, and when they are."""

    def visible_to(self, user: User, now: datetime) -> Self:
        """Every class that `user` may know of: admins all, others those of the programs that they teach in
        or are enrolled in at present, and the single ones that they stand in for.

        Of an archived program they are those that its people may still be told of; a student sees nothing
        of a program that was never opened.
        """
        if not user.is_active:
            return self.none()
        if user.is_admin:
            return self
        enrolments = Enrolment.objects.active(now).filter(person=user, program__opened_at__isnull=False)
        return self.filter(is_taught(user.pk, now) | Q(program__in=enrolments.values("program")))

    def taught_in_programs_of(self, user: User, now: datetime) -> Self:
        """The classes of a teacher's lists: those of her programs, whoever teaches them."""
        if user.is_admin and user.is_active:
            return self
        return self.filter(is_taught(user.pk, now))

    def assigned_to(self, user: User, now: datetime) -> Self:
        """The classes of the programs that `user` is assigned to, and those that she stands in for. Of an
        admin too they are her own alone."""
        return self.filter(is_taught(user.pk, now)) if user.is_active else self.none()

    def attended_by(self, user: User, now: datetime) -> Self:
        """The classes of a student's lists: those of the running programs that she is enrolled in."""
        return self.filter(program__in=rules.attended_programs(user, now).values("pk"))

    def not_cancelled(self) -> Self:
        """Those that are held, or were to be."""
        return self.filter(cancelled_at__isnull=True)

    def coming(self, now: datetime) -> Self:
        """Not cancelled, and not begun by plan."""
        return self.not_cancelled().filter(starts_at__gt=now)

    def overlapping(self, starts_at: datetime, ends_at: datetime) -> Self:
        """Not cancelled, and sharing some time with the span; touching is not sharing."""
        return self.not_cancelled().filter(
            starts_at__lt=ends_at, starts_at__gt=starts_at - LONGEST_CLASS, ends_at__gt=starts_at
        )


class Series(models.Model):
    """Classes that come every so many weeks at one local hour, held in one recurring meeting.

    slot_uid: the slot of the timetable that it was planned from. continues: what it goes on from, where "this
    and following" was changed. A class of it may lie elsewhere: its `original_on` stays.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    program = models.ForeignKey("programs.Program", on_delete=models.PROTECT, related_name="series")
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    meeting = models.OneToOneField("zoom.ZoomMeeting", on_delete=models.PROTECT, related_name="series")
    slot_uid = models.UUIDField(null=True)
    topic = models.CharField(max_length=150)
    zone = models.CharField(max_length=64)
    local_start = models.TimeField()
    minutes = models.PositiveIntegerField()
    every_weeks = models.PositiveSmallIntegerField()
    starts_on = models.DateField()
    ends_on = models.DateField()
    continues = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="continued_by")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["program", "starts_on"], name="series_program")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="series_order"),
            models.CheckConstraint(condition=Q(every_weeks__gte=1, minutes__gte=1), name="series_rule"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} from {self.starts_on}"


class ClassSession(models.Model):
    """One class. `version` rises with every change that people must hear of; `told_version` follows it."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    code = models.CharField(max_length=8, unique=True, default=new_code)
    program = models.ForeignKey("programs.Program", on_delete=models.PROTECT, related_name="classes")
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="classes")
    occurrence = models.OneToOneField(
        "zoom.ZoomOccurrence", null=True, on_delete=models.PROTECT, related_name="class_session"
    )
    series = models.ForeignKey(Series, null=True, on_delete=models.PROTECT, related_name="classes")
    # Its date in the series, wherever it lies now
    original_on = models.DateField(null=True)
    topic = models.CharField(max_length=150)
    topic_key = models.CharField(max_length=300, editable=False)
    description = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    zone = models.CharField(max_length=64)
    # As the teacher typed it, in `zone`: what stays true when a zone's rules change.
    local_start = models.CharField(max_length=16)
    fold = models.PositiveSmallIntegerField(default=0)
    tzdata = models.CharField(max_length=16, blank=True)
    chosen_settings = models.JSONField(default=dict)
    short_notice_reason = models.CharField(max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True)
    cancelled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    cancel_message = models.CharField(max_length=500, blank=True)
    version = models.IntegerField(default=1)
    changed_at = models.DateTimeField()
    # When the people concerned may hear of the last change (until then it can be undone).
    tell_at = models.DateTimeField()
    told_version = models.IntegerField(default=0)
    told_booked = models.BooleanField(default=False)
    # People hear of it together with others: of which batch
    tell_with = models.UUIDField(null=True)
    # The values before the last change, while it can be undone
    undo = models.JSONField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    created_at = models.DateTimeField()

    objects = ClassQuerySet.as_manager()

    # No columns: what tells its topic of the syllabus, where a page asked for that (`lessons`)
    held_before: int = 0
    syllabus: str | None = None

    # No column: "<key>:<name>" of the teacher for whom somebody else takes it, where a list read that along
    taken_for: str | None = None

    # No column: the host of the room that its teacher keeps for it, "" for none, where that was read along
    spare_host: str | None = None

    # No columns: what `states.with_states`, `queries`, `noticing` and calendars add to rows
    shown_state: str
    attention: str
    zoom_said: str
    was_held: bool
    is_at_zoom: bool
    stands_at_zoom: bool
    is_gone: bool
    other_link: int | None
    other_room: int | None
    was_elsewhere: bool
    settled_since: bool
    took_place: bool
    span_before: str | None
    joined: int
    enrolled: int
    continued_at: datetime | None
    may_edit: bool
    differs_at: datetime | None
    refused_at: datetime | None
    lost_at: datetime | None

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="class_order"),
            models.UniqueConstraint(
                fields=["series", "original_on"],
                condition=Q(series__isnull=False, original_on__isnull=False),
                name="class_series_date",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "starts_at"], name="class_program"),
            models.Index(fields=["teacher", "starts_at"], name="class_teacher"),
            models.Index(fields=["starts_at"], name="class_order_of_time"),
            # what is asked of all that is to come stands in it whole
            models.Index(fields=["ends_at", "cancelled_at", "program", "teacher"], name="class_over"),
            models.Index(fields=["tell_at"], condition=Q(told_version__lt=F("version")), name="class_untold"),
            models.Index(fields=["tell_with"], condition=Q(tell_with__isnull=False), name="class_tell_with"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.topic}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the key that titles are searched by."""
        self.topic_key = topic_key(self.topic)
        fields = kwargs.get("update_fields")
        if fields is not None and "topic" in fields:
            kwargs["update_fields"] = {*fields, "topic_key"}
        super().save(*args, **kwargs)

    @property
    def lesson(self) -> str:
        """Its topic of the syllabus, where that was asked for; "" of a cancelled one."""
        return lesson_of(self.syllabus, self.held_before) if self.cancelled_at is None else ""

    @property
    def title(self) -> str:
        """What it is called, with its topic of the syllabus where that was asked for."""
        if not (lesson := self.lesson):
            return self.topic  # and its program isn't needed, which lists may not have read whole
        return titled(self.topic, lesson, self.program.title)

    @property
    def absent(self) -> tuple[int, str] | None:
        """The teacher for whom its own takes it, by key and name, where that was asked for; else None."""
        key, _sep, name = (self.taken_for or "").partition(":")
        return (int(key), name) if key else None

    @property
    def duration(self) -> timedelta:
        """How long it is planned to last."""
        return self.ends_at - self.starts_at

    @property
    def minutes(self) -> int:
        """The same in whole minutes."""
        return int(self.duration.total_seconds() // 60)

    def opens_at(self, join_opens_minutes: int) -> datetime:
        """When Join opens."""
        return self.starts_at - timedelta(minutes=join_opens_minutes)


def _with_is_taught(classes: models.QuerySet[ClassSession]) -> models.QuerySet[ClassSession]:
    """Whether a person is assigned to its program, or to it alone."""
    own = Assignment.objects.active(Hour()).filter(person=Given("person"))
    taught = Q(program__in=own.filter(only_for__isnull=True).values("program")) | Q(
        uid__in=own.filter(only_for__isnull=False).values("only_for")
    )
    return classes.annotate(is_taught=models.ExpressionWrapper(taught, output_field=models.BooleanField()))


WRITTEN = Prepared(ClassSession, _with_is_taught, reads=("program", "uid"))


def is_taught(person: int | Given, now: datetime | Hour) -> Q:
    """Whether the person with this key is assigned to a class's program at present, or to it alone."""
    return Q(WRITTEN.one(now, "is_taught", person=person))


class TeacherClaim(models.Model):
    """A teacher is taken from–until for one class. Written by `classes/claims.py` alone."""

    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    session = models.ForeignKey(ClassSession, on_delete=models.PROTECT, related_name="teacher_claims")
    held_for = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    releases_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="teacherclaim_order"),
            NoOverlap(
                name="teacherclaim_no_overlap",
                expressions=[
                    ("teacher", "="),
                    ("held_for", "<>"),
                    (TsTzRange("starts_at", "ends_at"), "&&"),
                ],
            ),
        ]
        indexes = [models.Index(fields=["teacher", "starts_at"], name="teacherclaim_overlap")]

    def __str__(self) -> str:
        return f"{self.teacher_id} {self.starts_at:%Y-%m-%d %H:%M}"


class Change(models.Model):
    """One field of one change of a class, for its history."""

    session = models.ForeignKey(ClassSession, on_delete=models.PROTECT, related_name="changes")
    version = models.IntegerField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    field = models.CharField(max_length=30)
    before = models.CharField(max_length=500, blank=True)
    after = models.CharField(max_length=500, blank=True)
    message = models.CharField(max_length=500, blank=True)
    undone_at = models.DateTimeField(null=True)
    # What it was made together with
    change_set = models.ForeignKey(ChangeSet, null=True, on_delete=models.PROTECT, related_name="changes")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["session", "version", "field"], name="change_once"),
        ]

    def __str__(self) -> str:
        return f"{self.field} of {self.session_id} at version {self.version}"


class JoinClick(models.Model):
    """A person went through the door to Zoom."""

    class Way(models.TextChoices):
        OWN = "own", "A link of her own"
        COMMON = "common", "The meeting's link"
        HOST = "host", "As its host"
        OTHER = "other_link", "By the link that was given instead"

    session = models.ForeignKey(ClassSession, on_delete=models.PROTECT, related_name="join_clicks")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    way = models.CharField(max_length=12, choices=Way)
    told_of_recording = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["session", "person", "at"], name="joinclick_who")]

    def __str__(self) -> str:
        return f"{self.person_id} to {self.session_id} at {self.at:%H:%M}"


class Difference(models.Model):
    """What differs between Zoom and a class, until somebody chooses.

    by: who chose, null for the program's rule; decided_at: when that rule was tried, once for a difference.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    session = models.ForeignKey(ClassSession, on_delete=models.PROTECT, related_name="differences")
    field = models.CharField(max_length=10, choices=DifferenceField)
    ours = models.JSONField(default=dict)
    zooms = models.JSONField(default=dict)
    seen_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=DifferenceState, default=DifferenceState.OPEN)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["session", "field"], condition=Q(state="open"), name="difference_one_open"
            ),
        ]
        indexes = [models.Index(fields=["state"], condition=Q(state="open"), name="difference_open")]

    def __str__(self) -> str:
        return f"{self.field} of {self.session_id}: {self.state}"

    @property
    def zooms_span(self) -> tuple[datetime, datetime] | None:
        """From when until when Zoom has the class, where its time differs; else None."""
        if self.field != DifferenceField.TIME or not self.zooms:
            return None
        starts_at = datetime.fromisoformat(self.zooms["starts_at"])
        return starts_at, starts_at + timedelta(minutes=self.zooms["minutes"])
