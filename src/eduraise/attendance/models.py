"""Facts of presence as told, registers and marks as folded from them, and what people say to both."""

from __future__ import annotations

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, NullIf

from eduraise.attendance.companion_models import Companion as Companion
from eduraise.attendance.enums import (
    ENTRIES,
    Cause,
    Clip,
    ExcuseState,
    Hint,
    IdentityKind,
    KnownBy,
    Of,
    RegisterState,
    Room,
    Source,
    Status,
    Verdict,
)
from eduraise.core.codes import new_uid
from eduraise.core.encrypted import EncryptedTextField
from eduraise.core.queue import QueueRow


class AttendanceRules(models.Model):
    """When a student counts as present in a program. A program without a row has the defaults.

    present_share: percent of the length that `of` names; present_minutes: instead of it, where set.
    late_minutes: later than that is late; early_minutes: away that long before the end is left early;
    grace_minutes: gaps up to that count as presence. lock_days: after which a final register is locked, 0:
    never; excuse_days: how long after a class a student may send an excuse. version: rises with each change.
    """

    program = models.OneToOneField(
        "programs.Program", on_delete=models.PROTECT, related_name="attendance_rules"
    )
    present_share = models.PositiveSmallIntegerField(
        default=50, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    present_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    late_minutes = models.PositiveSmallIntegerField(default=10)
    early_minutes = models.PositiveSmallIntegerField(default=10)
    grace_minutes = models.PositiveSmallIntegerField(default=2)
    of = models.CharField(max_length=8, choices=Of, default=Of.HELD)
    clip = models.CharField(max_length=8, choices=Clip, default=Clip.PLANNED)
    lock_days = models.PositiveSmallIntegerField(default=14)
    excuse_days = models.PositiveSmallIntegerField(default=7)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(present_share__gte=1, present_share__lte=100), name="attendance_share_in_percent"
            ),
        ]

    def __str__(self) -> str:
        return f"Attendance rules of {self.program_id}"


class Reading(models.Model):
    """What a source's list of a sitting said. The newest complete one counts.

    read_at: when it first said so, seen_at: when it last did. digest: sha256 of its rows, in an order of
    their own. is_complete: it tells of somebody, and Zoom had counted by then.
    """

    instance = models.ForeignKey("zoom.ZoomInstance", on_delete=models.CASCADE, related_name="readings")
    source = models.CharField(max_length=8, choices=Source)
    read_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    rows = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    is_complete = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["instance", "source", "-read_at"], name="reading_newest")]

    def __str__(self) -> str:
        return f"{self.source} of {self.instance_id} at {self.read_at:%H:%M}"


class Participant(models.Model):
    """Somebody in a sitting, as one source names them; no addresses of machines are kept.

    key: of events the participant's UUID, else the id of their stay; of lists the registrant's id, else the
    id of that person at Zoom or of the stay. named_at: when the fact was that gave the name, the earliest
    one's stays. zoom_registrant_id: whose personal link was used; phone_key: of a caller, the keyed digest
    of the number. person: who that is, `known_by` says how sure; suggested: who it may be, which credits
    nobody. link_shared: the personal link was in use at two places at once.
    """

    instance = models.ForeignKey("zoom.ZoomInstance", on_delete=models.CASCADE, related_name="participants")
    source = models.CharField(max_length=8, choices=Source)
    key = models.CharField(max_length=100)
    name = models.CharField(max_length=200, blank=True)
    named_at = models.DateTimeField(null=True)
    email = models.CharField(max_length=254, blank=True)
    zoom_user_id = models.CharField(max_length=64, blank=True)
    zoom_registrant_id = models.CharField(max_length=64, blank=True)
    is_phone = models.BooleanField(default=False)
    phone_key = models.CharField(max_length=64, blank=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    known_by = models.CharField(max_length=10, choices=KnownBy, default=KnownBy.NONE)
    verdict = models.CharField(max_length=8, choices=Verdict, blank=True)
    suggested = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    suggested_by = models.CharField(max_length=12, choices=Hint, blank=True)
    link_shared = models.BooleanField(default=False)
    identified = models.ForeignKey(
        "Identification", null=True, on_delete=models.SET_NULL, related_name="participants"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["instance", "source", "key"], name="participant_once"),
        ]
        indexes = [
            models.Index(
                fields=["instance"], condition=Q(person__isnull=True, verdict=""), name="participant_unknown"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.key[:12]} in {self.instance_id}"


class Interval(models.Model):
    """A stay, or of an event its one end, as told; never changed, so that order and repetition mean nothing.

    join_key: what an event's join and leave have in common. fact_key: digest of what the fact says.
    """

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="intervals")
    reading = models.ForeignKey(Reading, null=True, on_delete=models.CASCADE, related_name="intervals")
    fact_key = models.BinaryField(max_length=16)
    room = models.CharField(max_length=8, choices=Room, default=Room.MAIN)
    join_key = models.CharField(max_length=100, blank=True)
    joined_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    held_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participant", "fact_key"], name="interval_told_once"),
            models.CheckConstraint(
                condition=Q(joined_at__isnull=False) | Q(left_at__isnull=False), name="interval_has_an_end"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.room} {self.joined_at} to {self.left_at}"


class Register(QueueRow):
    """Who was in one class: folded from the facts whenever `facts_version` is ahead of `folded_version`.

    next_at: when it is to be folded next, new facts or not. named_version: the version of facts at which
    somebody last said who a participant is. ruled_version: the version at which nothing but the program's
    rules was new. held_from, held_until: while the class was held;
    teacher_late_seconds: how long after its start the teacher came, negative for before, None if never.
    matched of expected: how many of the participants are known, how many there were. not_held_at: when
    somebody said that the class was not held, and nobody's attendance counts. running: while there was a
    sitting, as [start, end] of seconds since the class's start. rolled_up_at: when what it was made of was
    deleted; from then on its marks move by hand alone.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    session = models.OneToOneField("classes.ClassSession", on_delete=models.PROTECT, related_name="register")
    state = models.CharField(max_length=8, choices=RegisterState, default=RegisterState.PENDING)
    best_source = models.CharField(max_length=8, choices=Source, blank=True)
    facts_version = models.PositiveIntegerField(default=1)
    folded_version = models.PositiveIntegerField(default=0)
    named_version = models.PositiveIntegerField(default=0)
    ruled_version = models.PositiveIntegerField(default=0)
    folded_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    final_at = models.DateTimeField(null=True)
    locked_at = models.DateTimeField(null=True)
    reopened_at = models.DateTimeField(null=True)
    reopened_by_uid = models.UUIDField(null=True)
    matched = models.PositiveIntegerField(default=0)
    expected = models.PositiveIntegerField(default=0)
    held_from = models.DateTimeField(null=True)
    held_until = models.DateTimeField(null=True)
    teacher_late_seconds = models.IntegerField(null=True)
    running = models.JSONField(default=list)
    not_held_at = models.DateTimeField(null=True)
    not_held_by_uid = models.UUIDField(null=True)
    rolled_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["locked_at"], condition=Q(state=RegisterState.LOCKED), name="register_locked"
            ),
            models.Index(
                fields=["next_at"],
                condition=Q(facts_version__gt=F("folded_version")),
                name="register_ahead",
            ),
            models.Index(
                fields=["next_at"], condition=Q(state=RegisterState.PENDING), name="register_pending"
            ),
            models.Index(
                fields=["final_at"], condition=Q(state=RegisterState.FINAL), name="register_unlocked"
            ),
        ]

    def __str__(self) -> str:
        return f"Register of {self.session_id}: {self.state}"


class ReadingPlan(QueueRow):
    """When the sittings of a class are read at Zoom, who was in them. A row as long as its register.

    listed_at: when Zoom was last asked which sittings there were; asked_at: when somebody last asked for a
    reading by hand, or news came after the last one; settled_at: Zoom need not be asked any more. source: the
    best that this connection has, "" for none; why: the reason where it has none.
    """

    register = models.OneToOneField(Register, on_delete=models.CASCADE, related_name="plan")
    source = models.CharField(max_length=8, choices=Source, blank=True)
    why = models.CharField(max_length=40, blank=True)
    listed_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    read_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["next_at"], condition=Q(settled_at__isnull=True), name="readingplan_due"),
        ]

    def __str__(self) -> str:
        return f"Reading of {self.register_id}"


class Identification(models.Model):
    """What somebody said that a participant is, until they take it back.

    person: None for a guest or somebody to ignore. replaced: what was remembered otherwise before, as rows of
    kind, value_key, program, person, verdict, identified (by which of these), for taking it back.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    register = models.ForeignKey(Register, on_delete=models.CASCADE, related_name="identifications")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    verdict = models.CharField(max_length=8, choices=Verdict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    replaced = models.JSONField(default=list)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.verdict} in {self.register_id}"


class Mark(models.Model):
    """What one student's attendance of one class comes to: by rule, unless somebody said otherwise.

    rule_minutes: whole, never more than the class. spans: merged stays in the meeting, as [start, end] of
    seconds since the class's start, at most forty; waits: the same of the waiting room. terms: by what it was
    measured (`folding.terms_written`). late_status, late_minutes, late_evidence: what the rule says by facts
    that came after the register was locked, `NO_MARK` where that is nothing any more, "" if the same, and by
    what (`entries.entry`). held_on: the class's date in its program's zone. version: rises with every change
    by hand.
    """

    register = models.ForeignKey(Register, on_delete=models.CASCADE, related_name="marks")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="marks")
    enrolment = models.ForeignKey(
        "programs.Enrolment", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    rule_status = models.CharField(max_length=10, choices=Status, blank=True)
    rule_minutes = models.PositiveSmallIntegerField(default=0)
    first_in_at = models.DateTimeField(null=True)
    last_out_at = models.DateTimeField(null=True)
    spans = models.JSONField(default=list)
    waits = models.JSONField(default=list)
    terms = models.JSONField(default=dict)
    is_estimate = models.BooleanField(default=False)
    flags = models.JSONField(default=list)
    rules_version = models.PositiveIntegerField(default=1)
    late_status = models.CharField(max_length=10, choices=ENTRIES, blank=True)
    late_minutes = models.PositiveSmallIntegerField(null=True)
    late_evidence = models.JSONField(default=dict)
    hand_status = models.CharField(max_length=10, choices=Status, blank=True)
    hand_minutes = models.PositiveSmallIntegerField(null=True)
    hand_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    hand_at = models.DateTimeField(null=True)
    hand_why = models.CharField(max_length=300, blank=True)
    status = models.GeneratedField(
        expression=Coalesce(NullIf("hand_status", models.Value("")), "rule_status"),
        output_field=models.CharField(max_length=10, choices=Status),
        db_persist=True,
    )
    held_on = models.DateField()
    version = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["register", "student"], name="mark_once"),
            models.CheckConstraint(
                condition=Q(hand_status="") | Q(hand_at__isnull=False), name="mark_by_hand_has_its_time"
            ),
        ]
        indexes = [
            models.Index(fields=["student", "held_on"], name="mark_of_student"),
            models.Index(fields=["register"], condition=~Q(late_status=""), name="mark_entered"),
        ]

    def __str__(self) -> str:
        return f"{self.student_id}: {self.status} in {self.register_id}"


class MarkChange(models.Model):
    """One change of a mark, kept for good. Minutes: whole. by: None where nobody did it by hand.

    batch_uid: what was changed by hand together; former: what stood by hand before, to be put back; version:
    the mark's after it.
    """

    mark = models.ForeignKey(Mark, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    before = models.CharField(max_length=10, choices=Status, blank=True)
    after = models.CharField(max_length=10, choices=Status, blank=True)
    minutes_before = models.PositiveSmallIntegerField(null=True)
    minutes_after = models.PositiveSmallIntegerField(null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    cause = models.CharField(max_length=10, choices=Cause)
    why = models.CharField(max_length=300, blank=True)
    batch_uid = models.UUIDField(null=True)
    former = models.JSONField(null=True)
    version = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["mark", "at"], name="markchange_history"),
            models.Index(fields=["batch_uid"], condition=Q(batch_uid__isnull=False), name="markchange_batch"),
        ]

    def __str__(self) -> str:
        return f"{self.before} to {self.after}: {self.cause}"


class Excuse(models.Model):
    """What a student says of a class that they missed, or will miss. is_forgotten: its words were deleted."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    session = models.ForeignKey("classes.ClassSession", on_delete=models.PROTECT, related_name="excuses")
    student = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="excuses")
    text = EncryptedTextField()
    sent_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ExcuseState, default=ExcuseState.SENT)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=300, blank=True)
    is_forgotten = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["session", "student"], name="excuse_once")]
        indexes = [
            models.Index(fields=["student", "sent_at"], name="excuse_of_student"),
            models.Index(fields=["session"], condition=Q(state=ExcuseState.SENT), name="excuse_waiting"),
        ]

    def __str__(self) -> str:
        return f"Excuse of {self.student_id} for {self.session_id}: {self.state}"


class IdentityLink(models.Model):
    """By what a person was confirmed to be known. A name is remembered within a program only.

    value_key: keyed digest of the value, in one spelling; program: None for everywhere. person None with a
    verdict: a guest, or somebody to ignore.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="identity_links"
    )
    verdict = models.CharField(max_length=8, choices=Verdict, default=Verdict.STUDENT)
    kind = models.CharField(max_length=8, choices=IdentityKind)
    value_key = models.CharField(max_length=64)
    program = models.ForeignKey("programs.Program", null=True, on_delete=models.CASCADE, related_name="+")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    at = models.DateTimeField()
    identified = models.ForeignKey(Identification, null=True, on_delete=models.SET_NULL, related_name="links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "value_key", "program"], name="identity_once"),
            models.UniqueConstraint(
                fields=["kind", "value_key"], condition=Q(program__isnull=True), name="identity_once_anywhere"
            ),
            models.CheckConstraint(
                condition=~Q(kind="name") | Q(program__isnull=False), name="identity_name_in_a_program"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.person_id}"
