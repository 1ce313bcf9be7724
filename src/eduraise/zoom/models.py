"""Zoom accounts, hosts, meetings and their sittings; what is wanted at Zoom; and when hosts are taken.

`wanted_*` is written by wanting, `zoom_*` by Zoom's answers: their difference is the work still to be done.
Zoom's ids are text. Rows here remember a class by its uid only (`held_for`), never by a foreign key.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from eduraise.core.codes import new_uid
from eduraise.core.constraints import NoOverlap, TsTzRange
from eduraise.core.encrypted import EncryptedTextField
from eduraise.core.queue import QueueRow
from eduraise.zoom.enums import (
    SHAPE_KINDS,
    USABLE,
    HostKind,
    HostState,
    Licence,
    OperationKind,
    OperationState,
    Plan,
    RecordingState,
    RecordingWish,
    RegistrantState,
)


class ZoomAccount(models.Model):
    """A Zoom account that we know, and its plan; connected as a whole if the organisation's own app is there.

    is_whole: its server-to-server app answers for those of its hosts who have no healthy link of their own.
    voided_at: when Zoom last ended its token before its time, as another program with the same app would.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    zoom_account_id = models.CharField(max_length=64, unique=True)
    plan = models.CharField(max_length=10, choices=Plan, default=Plan.PRO)
    plan_stated_by_uid = models.UUIDField(null=True)
    webhook_seen_at = models.DateTimeField(null=True)
    is_whole = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=HostState, default=HostState.KNOWN)
    state_since = models.DateTimeField(null=True)
    state_reason = models.CharField(max_length=60, blank=True)
    scopes = models.JSONField(default=list)
    api_url = models.CharField(max_length=200, blank=True)
    access_token = EncryptedTextField(null=True)
    access_expires_at = models.DateTimeField(null=True)
    token_version = models.IntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    fence = models.IntegerField(default=0)
    voided_at = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            # one installation serves one organisation
            models.UniqueConstraint(fields=["is_whole"], condition=Q(is_whole=True), name="account_one_whole")
        ]

    def __str__(self) -> str:
        return self.zoom_account_id

    @property
    def serves(self) -> bool:
        """Whether calls can be made with the account's own token."""
        return self.is_whole and self.state in USABLE


class ZoomUser(models.Model):
    """A host: one real Zoom user, once, with a teacher's link to it and its encrypted tokens.

    by_account: calls for this host go with its account's token, and `state` says how that stands.
    in_account_at: when the account's own app last found this user there and active; null: never, or no more.
    suggested_teacher: whose e-mail is the same; an admin says whether it is hers (not_hers_at: it isn't).
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    account = models.ForeignKey(ZoomAccount, on_delete=models.PROTECT, related_name="hosts")
    zoom_user_id = models.CharField(max_length=64)
    email = models.CharField(max_length=254, blank=True)
    name = models.CharField(max_length=150, blank=True)
    licence = models.CharField(max_length=10, choices=Licence, default=Licence.UNKNOWN)
    kind = models.CharField(max_length=10, choices=HostKind, default=HostKind.PERSON)
    teacher = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="zoom_user"
    )
    suggested_teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    not_hers_at = models.DateTimeField(null=True)
    by_account = models.BooleanField(default=False)
    in_account_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=HostState, default=HostState.KNOWN)
    state_since = models.DateTimeField()
    state_reason = models.CharField(max_length=60, blank=True)
    scopes = models.JSONField(default=list)
    api_url = models.CharField(max_length=200, blank=True)
    zone = models.CharField(max_length=64, blank=True)
    access_token = EncryptedTextField(null=True)
    access_expires_at = models.DateTimeField(null=True)
    refresh_token = EncryptedTextField(null=True)
    previous_refresh_token = EncryptedTextField(null=True)
    previous_until = models.DateTimeField(null=True)
    token_version = models.IntegerField(default=0)
    spends = models.IntegerField(default=0)
    refresh_not_before = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)
    fence = models.IntegerField(default=0)
    wake_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    check_result = models.CharField(max_length=60, blank=True)
    listed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "zoom_user_id"], name="host_once"),
            models.CheckConstraint(
                condition=~Q(kind="pool") | Q(teacher__isnull=True), name="host_pool_has_no_teacher"
            ),
        ]
        indexes = [
            models.Index(
                fields=["wake_at"], condition=Q(state__in=["connected", "doubtful"]), name="host_wake_due"
            ),
            models.Index(fields=["kind", "email"], condition=Q(kind="pool"), name="host_pool"),
        ]

    def __str__(self) -> str:
        return self.email or self.zoom_user_id

    @property
    def state_words(self) -> str:
        """How it stands, for a list: one that is lost with the account has nothing to connect again."""
        if self.state == HostState.LOST and self.by_account:
            return _("The account doesn’t work")
        return str(self.get_state_display())

    @property
    def is_usable(self) -> bool:
        """Whether calls can be made for this host: connected, or connected and Zoom silent."""
        return self.state in USABLE


class Connecting(models.Model):
    """One try to connect: the state that left with the browser, and the pair that came back unconfirmed."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    state_hash = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    session_hash = models.CharField(max_length=64)
    verifier = EncryptedTextField()
    return_path = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)
    zoom_account_id = models.CharField(max_length=64, blank=True)
    zoom_user_id = models.CharField(max_length=64, blank=True)
    shown_name = models.CharField(max_length=300, blank=True)
    shown_email = models.CharField(max_length=254, blank=True)
    licence = models.CharField(max_length=10, choices=Licence, default=Licence.UNKNOWN)
    access_token = EncryptedTextField(null=True)
    refresh_token = EncryptedTextField(null=True)
    access_expires_at = models.DateTimeField(null=True)
    scopes = models.JSONField(default=list)
    api_url = models.CharField(max_length=200, blank=True)
    confirmed_at = models.DateTimeField(null=True)
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["expires_at"], name="connecting_prune")]

    def __str__(self) -> str:
        return f"Connecting {self.person_id}"


class Revocation(QueueRow):
    """A pair that Zoom has still to be told to forget. It revokes by an access token that works alone, so the
    refresh token is kept to fetch one."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    zoom_user_id = models.CharField(max_length=64)
    access_token = EncryptedTextField()
    access_expires_at = models.DateTimeField(null=True)
    refresh_token = EncryptedTextField(null=True)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="revocation_due")]

    def __str__(self) -> str:
        return f"Revocation for {self.zoom_user_id}"


class ZoomMeeting(models.Model):
    """A meeting at Zoom, or one that we want there.

    wanted_rooms: breakout rooms to be prepared, as [{"name", "emails"}], None where none ever were;
    zoom_rooms: those that Zoom holds, which drops them in silence where the account doesn't allow it.
    wanted_recurrence: of a series, its rule (`series.Rule`). wanted_host: to whom it is being handed on.
    alternates: who is to be its alternative host by our wish, and who no more, by e-mail. registers: Zoom
    asks whoever comes to be registered, as it answered. left_open: what keeps strangers out, by the codes of
    `guarding`, that Zoom has it without and somebody chose to leave so, until Zoom has it otherwise.
    """

    class Kind(models.TextChoices):
        MEETING = "meeting", "Meeting"
        WEBINAR = "webinar", "Webinar"

    SCHEDULED = 2
    RECURRING = 8

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    host = models.ForeignKey(ZoomUser, on_delete=models.PROTECT, related_name="meetings")
    program = models.ForeignKey("programs.Program", on_delete=models.PROTECT, related_name="zoom_meetings")
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.MEETING)
    type = models.PositiveSmallIntegerField(default=SCHEDULED)
    ref = models.CharField(max_length=60, unique=True)
    wanted_topic = models.CharField(max_length=200)
    wanted_agenda = models.TextField(blank=True)
    wanted_settings = models.JSONField(default=dict)
    wanted_passcode = EncryptedTextField(null=True)
    wanted_recurrence = models.JSONField(null=True)
    zone = models.CharField(max_length=64)
    wanted_host = models.ForeignKey(ZoomUser, null=True, on_delete=models.PROTECT, related_name="+")
    alternates = models.JSONField(default=dict)
    wanted_rooms = models.JSONField(null=True)
    wanted_recording = models.CharField(max_length=5, choices=RecordingWish, blank=True)
    wanted_gone = models.BooleanField(default=False)
    wanted_version = models.IntegerField(default=1)
    meeting_number = models.CharField(max_length=20, null=True)
    join_url = EncryptedTextField(null=True)
    passcode = EncryptedTextField(null=True)
    zoom_topic = models.CharField(max_length=300, blank=True)
    zoom_agenda = models.TextField(blank=True)
    zoom_settings = models.JSONField(null=True)
    zoom_recurrence = models.JSONField(null=True)
    zoom_rooms = models.JSONField(null=True)
    registers = models.BooleanField(default=False)
    left_open = models.JSONField(default=list)
    read_at = models.DateTimeField(null=True)
    missing_reads = models.PositiveSmallIntegerField(default=0)
    missing_at = models.DateTimeField(null=True)
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["meeting_number"], condition=Q(meeting_number__isnull=False), name="meeting_number"
            ),
        ]
        indexes = [
            models.Index(fields=["host"], condition=Q(gone_at__isnull=True), name="meeting_host"),
            models.Index(
                fields=["program"],
                condition=Q(registers=True, gone_at__isnull=True),
                name="meeting_registers",
            ),
            models.Index(
                fields=["host"],
                condition=Q(meeting_number__isnull=True)
                | Q(gone_at__isnull=False)
                | Q(missing_at__isnull=False),
                name="meeting_absent",
            ),
        ]

    def __str__(self) -> str:
        return self.meeting_number or self.ref

    @property
    def is_series(self) -> bool:
        """Whether it is one recurring meeting for many classes."""
        return self.type == self.RECURRING


class ZoomOccurrence(models.Model):
    """One sitting of a meeting; a single meeting has one. A class has one that is wanted.

    rule_starts_at: in a series, the instant that its rule has for this date; a date without class is a row
    that is not wanted and held for nobody. wanted_settings: where this date's differ from the series'.
    checked_at, check_codes: when it was last looked over before its class, and what wasn't right then.
    seats, seats_short: where too few fit then, how many Zoom lets in, and how many there was no seat for.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    meeting = models.ForeignKey(ZoomMeeting, on_delete=models.PROTECT, related_name="occurrences")
    held_for = models.UUIDField()
    wanted_starts_at = models.DateTimeField()
    wanted_ends_at = models.DateTimeField()
    wanted_gone = models.BooleanField(default=False)
    rule_starts_at = models.DateTimeField(null=True)
    wanted_settings = models.JSONField(null=True)
    replaced = models.BooleanField(default=False)
    zoom_occurrence_id = models.CharField(max_length=40, null=True)
    zoom_starts_at = models.DateTimeField(null=True)
    zoom_minutes = models.PositiveIntegerField(null=True)
    zoom_gone_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    check_codes = models.JSONField(default=list)
    seats = models.PositiveIntegerField(null=True)
    seats_short = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["held_for"],
                condition=Q(wanted_gone=False, replaced=False),
                name="occurrence_one_wanted",
            ),
            models.UniqueConstraint(
                fields=["meeting", "zoom_occurrence_id"],
                condition=Q(zoom_occurrence_id__isnull=False),
                name="occurrence_zoom_id",
            ),
            models.UniqueConstraint(
                fields=["meeting", "rule_starts_at"],
                condition=Q(rule_starts_at__isnull=False, replaced=False),
                name="occurrence_rule_date",
            ),
            models.CheckConstraint(
                condition=Q(wanted_ends_at__gt=F("wanted_starts_at")), name="occurrence_order"
            ),
        ]
        indexes = [
            models.Index(fields=["meeting", "wanted_starts_at"], name="occurrence_by_start"),
            models.Index(fields=["held_for"], name="occurrence_held_for"),
            models.Index(
                fields=["seats_short"], condition=Q(seats_short__gt=0), name="occurrence_short_of_seats"
            ),
            models.Index(
                fields=["meeting"],
                condition=Q(zoom_starts_at__isnull=True) | Q(zoom_gone_at__isnull=False),
                name="occurrence_absent",
            ),
        ]

    def __str__(self) -> str:
        return f"Sitting of {self.meeting_id} at {self.wanted_starts_at:%Y-%m-%d %H:%M}"

    @property
    def is_at_zoom(self) -> bool:
        """Whether Zoom said that it holds this sitting; never what we want."""
        meeting = self.meeting
        return (
            meeting.meeting_number is not None
            and meeting.gone_at is None
            and self.zoom_starts_at is not None
            and self.zoom_gone_at is None
        )


class HostClaim(models.Model):
    """A host is taken from–until for one class, on one of its lanes. Written by `zoom/claims.py` alone."""

    host = models.ForeignKey(ZoomUser, on_delete=models.PROTECT, related_name="claims")
    lane = models.PositiveSmallIntegerField(default=0)
    held_for = models.UUIDField()
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    releases_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(lane__lte=1), name="hostclaim_lane"),
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="hostclaim_order"),
            NoOverlap(
                name="hostclaim_no_overlap",
                expressions=[
                    ("host", "="),
                    ("lane", "="),
                    ("held_for", "<>"),
                    (TsTzRange("starts_at", "ends_at"), "&&"),
                ],
            ),
        ]
        indexes = [
            models.Index(fields=["host", "starts_at"], name="hostclaim_overlap"),
            models.Index(fields=["held_for"], name="hostclaim_held_for"),
            models.Index(fields=["lane", "held_for"], name="hostclaim_lanes"),
        ]

    def __str__(self) -> str:
        return f"{self.host_id} {self.starts_at:%Y-%m-%d %H:%M}"


class BusyTime(models.Model):
    """A meeting at Zoom that is none of ours: warns, never excludes."""

    host = models.ForeignKey(ZoomUser, on_delete=models.CASCADE, related_name="busy_times")
    zoom_key = models.CharField(max_length=80)
    topic = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "zoom_key"], name="busytime_once")]
        indexes = [models.Index(fields=["host", "starts_at"], name="busytime_overlap")]

    def __str__(self) -> str:
        return f"{self.host_id} busy {self.starts_at:%Y-%m-%d %H:%M}"


class ZoomOperation(QueueRow):
    """One change wanted at Zoom, kept until its outcome is known. What is sent is computed from `wanted_*`
    when it is sent.

    waits_for: the meeting that takes this one's place; until Zoom holds that, this one isn't removed.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    meeting = models.ForeignKey(ZoomMeeting, on_delete=models.PROTECT, related_name="operations")
    waits_for = models.ForeignKey(ZoomMeeting, null=True, on_delete=models.PROTECT, related_name="waited_for")
    occurrence = models.ForeignKey(
        ZoomOccurrence, null=True, on_delete=models.PROTECT, related_name="operations"
    )
    kind = models.CharField(max_length=12, choices=OperationKind)
    state = models.CharField(max_length=10, choices=OperationState, default=OperationState.PENDING)
    for_version = models.IntegerField(default=1)
    stray_number = models.CharField(max_length=20, blank=True)
    not_before = models.DateTimeField()
    first_not_before = models.DateTimeField()
    deadline_at = models.DateTimeField()
    by_uid = models.UUIDField(null=True)
    why = models.CharField(max_length=60, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    looks = models.PositiveSmallIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    answer_code = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                "meeting",
                Coalesce("occurrence", 0),
                "kind",
                "stray_number",
                condition=Q(state="pending"),
                name="operation_folds",
            ),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(state__in=["calling", "unknown"], kind__in=SHAPE_KINDS),
                name="operation_one_at_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["next_at"], condition=Q(state="pending"), name="operation_due"),
            models.Index(fields=["state"], name="operation_state"),
            models.Index(fields=["meeting", "id"], name="operation_order"),
            models.Index(fields=["finished_at"], name="operation_prune"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.meeting_id}: {self.state}"


class Registrant(QueueRow):
    """One student registered for one meeting, so that Zoom knows for certain who came.

    join_url: hers alone. reason: why she can't be registered, or got no other link when one was asked for.
    adds_on, adds_count: Zoom takes three additions of one person a day.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    meeting = models.ForeignKey(ZoomMeeting, on_delete=models.PROTECT, related_name="registrants")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    email = models.CharField(max_length=254)
    zoom_registrant_id = models.CharField(max_length=64, null=True)
    join_url = EncryptedTextField(null=True)
    state = models.CharField(max_length=14, choices=RegistrantState, default=RegistrantState.WANTED)
    reason = models.CharField(max_length=60, blank=True)
    adds_on = models.DateField(null=True)
    adds_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "person"], name="registrant_once"),
            models.UniqueConstraint(
                fields=["meeting", "zoom_registrant_id"],
                condition=Q(zoom_registrant_id__isnull=False),
                name="registrant_zoom_id",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(state__in=["wanted", "renew_wanted", "cancel_wanted"]),
                name="registrant_due",
            ),
        ]

    def __str__(self) -> str:
        return f"Registrant {self.person_id} of {self.meeting_id}: {self.state}"


class FormerRegistrant(models.Model):
    """By which id Zoom knew a student before she was registered anew: by it she stays known."""

    registrant = models.ForeignKey(Registrant, on_delete=models.CASCADE, related_name="former")
    zoom_registrant_id = models.CharField(max_length=64)
    until_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["registrant", "zoom_registrant_id"], name="formerregistrant_once")
        ]
        indexes = [models.Index(fields=["zoom_registrant_id"], name="formerregistrant_zoom_id")]

    def __str__(self) -> str:
        return f"{self.registrant_id} until {self.until_at:%Y-%m-%d}"


class ZoomInstance(models.Model):
    """One sitting as Zoom held it; a class may have several (restarts).

    recording, recording_at: what the latest event told of its recording in the cloud, and of when that was.
    """

    class MappedBy(models.TextChoices):
        RULE = "rule", "By rule"
        HAND = "hand", "By hand"
        DISMISSED = "dismissed", "Dismissed"

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    host = models.ForeignKey(ZoomUser, null=True, on_delete=models.PROTECT, related_name="instances")
    meeting = models.ForeignKey(ZoomMeeting, null=True, on_delete=models.PROTECT, related_name="instances")
    meeting_number = models.CharField(max_length=20)
    meeting_uuid = models.CharField(max_length=64, unique=True)
    occurrence = models.ForeignKey(
        ZoomOccurrence, null=True, on_delete=models.SET_NULL, related_name="instances"
    )
    mapped_by = models.CharField(max_length=10, choices=MappedBy, blank=True)
    mapped_by_uid = models.UUIDField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    end_is_estimate = models.BooleanField(default=False)
    seen_running_at = models.DateTimeField(null=True)
    host_joined_at = models.DateTimeField(null=True)
    recording = models.CharField(max_length=8, choices=RecordingState, blank=True)
    recording_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["occurrence"], name="instance_occurrence"),
            models.Index(fields=["meeting"], condition=Q(ended_at__isnull=True), name="instance_live"),
        ]

    def __str__(self) -> str:
        return self.meeting_uuid


class HostDay(models.Model):
    """How many creates and updates a host has used on a UTC day, of the 100 that Zoom allows."""

    host = models.ForeignKey(ZoomUser, on_delete=models.CASCADE, related_name="days")
    utc_on = models.DateField()
    used = models.PositiveIntegerField(default=0)
    blocked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["host", "utc_on"], name="hostday_once")]

    def __str__(self) -> str:
        return f"{self.host_id} {self.utc_on}: {self.used}"


class RateWindow(models.Model):
    """When an account's next call of a rate class may leave."""

    account = models.ForeignKey(ZoomAccount, on_delete=models.CASCADE, related_name="rate_windows")
    label = models.CharField(max_length=10)
    next_free_at = models.DateTimeField()
    day_on = models.DateField()
    day_used = models.PositiveIntegerField(default=0)
    blocked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "label"], name="ratewindow_once")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.label}"
