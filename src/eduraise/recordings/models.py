"""Recordings of classes: what there is, who may watch it, how long it is kept, who watched it.

A row outlives its files: what was deleted says when and why.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from eduraise.core.codes import new_uid
from eduraise.core.encrypted import EncryptedTextField
from eduraise.core.queue import QueueRow
from eduraise.recordings.enums import AT_ZOOM, MEDIA, Audience, GoneBy, Keeps, Kind, State, Visible, Wish

WARNING_DAYS = 7


class RecordingRules(models.Model):
    """A program's rules for its recordings; without a row they are those of a new one."""

    program = models.OneToOneField(
        "programs.Program", on_delete=models.CASCADE, related_name="recording_rules"
    )
    seen_by = models.CharField(max_length=10, choices=Audience, default=Audience.ENROLLED)
    after_review = models.BooleanField(default=False)
    may_download = models.BooleanField(default=False)
    keeps = models.CharField(max_length=10, choices=Keeps, default=Keeps.KEEP)
    keep_days = models.PositiveIntegerField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(keeps=Keeps.KEEP, keep_days__isnull=True)
                | (~Q(keeps=Keeps.KEEP) & Q(keep_days__gte=1, keep_days__lte=3650)),
                name="recording_rules_days",
                violation_error_message=_("Say after how many days: 1 to 3650."),
            ),
        ]

    def __str__(self) -> str:
        return f"Rules of {self.program_id}"


class RecordingQuerySet(models.QuerySet["Recording"]):
    """Recordings with what their program's rule makes of them."""

    def with_audience(self) -> Self:
        """`audience`: who watches it, besides those who manage it: by hand, else by the program's rule."""
        by_rule = Coalesce(F("program__recording_rules__seen_by"), Value(Audience.ENROLLED.value))
        unseen = Q(program__recording_rules__after_review=True, reviewed_at__isnull=True)
        return self.annotate(
            audience=Case(
                When(~Q(visible=Visible.RULE), then=F("visible")),
                When(unseen, then=Value(Audience.NOBODY.value)),
                default=by_rule,
                output_field=models.CharField(),
            )
        )

    def with_media(self) -> Self:
        """`has_media`: whether something can be watched or heard."""
        return self.annotate(
            has_media=Exists(playable(RecordingFile.objects.filter(recording=OuterRef("pk"))))
        )

    def latest_first(self) -> Self:
        """That of the latest class first."""
        return self.order_by("-started_at", "-pk")


class Recording(QueueRow):
    """What was recorded of one sitting of a class, or was added to it by hand.

    `next_at`: when Zoom is asked again. wish: what Zoom is to do; hides_at_zoom: whether Zoom may share it
    with nobody, hidden_at_zoom: whether it does not; share_before: with whom Zoom shared it until then.
    has_copy: all its media are here, verified. is_kept: the program's rule deletes it not. expires_on: when
    that rule does; zoom_expires_on: when Zoom does by itself. missing_reads: how often in a row Zoom said
    that there is none. told_at: who could watch it by what held then was told so.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    program = models.ForeignKey("programs.Program", on_delete=models.PROTECT, related_name="recordings")
    session = models.ForeignKey("classes.ClassSession", on_delete=models.PROTECT, related_name="recordings")
    instance = models.ForeignKey(
        "zoom.ZoomInstance", null=True, on_delete=models.SET_NULL, related_name="recordings"
    )
    host = models.ForeignKey("zoom.ZoomUser", null=True, on_delete=models.PROTECT, related_name="recordings")
    zoom_uuid = models.CharField(max_length=64, null=True, unique=True)
    state = models.CharField(max_length=12, choices=State, default=State.PROCESSING)
    started_at = models.DateTimeField()
    minutes = models.PositiveIntegerField(null=True)
    found_at = models.DateTimeField()
    ready_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    missing_reads = models.PositiveSmallIntegerField(default=0)
    # What was added by hand
    title = models.CharField(max_length=150, blank=True)
    link = models.URLField(max_length=500, blank=True)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    removed_at = models.DateTimeField(null=True)
    # Who watches
    visible = models.CharField(max_length=10, choices=Visible, default=Visible.RULE)
    visible_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    visible_at = models.DateTimeField(null=True)
    reviewed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    # At Zoom
    wish = models.CharField(max_length=10, choices=Wish, blank=True, default=Wish.NONE)
    wish_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    hides_at_zoom = models.BooleanField(default=False)
    hidden_at_zoom = models.BooleanField(default=False)
    share_before = models.CharField(max_length=16, blank=True)
    gone_at = models.DateTimeField(null=True)
    gone_by = models.CharField(max_length=10, choices=GoneBy, blank=True, default=GoneBy.UNKNOWN)
    # How long
    is_kept = models.BooleanField(default=False)
    expires_on = models.DateField(null=True)
    zoom_expires_on = models.DateField(null=True)
    warned_on = models.DateField(null=True)
    has_copy = models.BooleanField(default=False)

    objects = RecordingQuerySet.as_manager()

    # No columns: what `with_audience`, `with_media` and queries add to rows
    audience: str
    has_media: bool
    lacks_watchers: bool
    register_state: str | None

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(zoom_uuid__isnull=False, host__isnull=False) | Q(state=State.ATTACHED),
                name="recording_of_zoom",
            ),
        ]
        indexes = [
            models.Index(fields=["program", "-started_at"], name="recording_program"),
            models.Index(fields=["session"], name="recording_session"),
            models.Index(fields=["-started_at"], name="recording_order"),
            models.Index(fields=["next_at"], condition=Q(state__in=AT_ZOOM), name="recording_due"),
            models.Index(
                fields=["expires_on"],
                condition=Q(expires_on__isnull=False, state=State.READY),
                name="recording_expires",
            ),
            models.Index(fields=["found_at"], name="recording_news"),
        ]

    def __str__(self) -> str:
        return f"{self.uid} {self.state}"

    @property
    def goes_on(self) -> date | None:
        """On which day it is deleted, whoever does it first; None for none that is known."""
        if self.state != State.READY:
            return None
        return min((on for on in (self.expires_on, self.zoom_expires_on) if on), default=None)


class RecordingFile(QueueRow):
    """One file of a recording. `next_at`: when copying goes on.

    key: Zoom's id of it, or what tells it from the others where it has none. bytes: as Zoom says; url: where
    it is fetched, a secret. takes_parts: whether Zoom gives parts of it. copied_path: where it lies here;
    copied_bytes, sha256: what was written and read back; spoilt: how often something else lay here later.
    cues: a transcript's lines.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="files")
    key = models.CharField(max_length=100)
    zoom_file_id = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    file_type = models.CharField(max_length=20, blank=True)
    recording_type = models.CharField(max_length=60, blank=True)
    extension = models.CharField(max_length=10, blank=True)
    name = models.CharField(max_length=200, blank=True)
    bytes = models.PositiveBigIntegerField(null=True)
    begins_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    is_ready = models.BooleanField(default=False)
    url = EncryptedTextField(null=True)
    takes_parts = models.BooleanField(null=True)
    gone_at = models.DateTimeField(null=True)
    wants_copy = models.BooleanField(default=False)
    copied_path = models.CharField(max_length=200, blank=True)
    copied_bytes = models.PositiveBigIntegerField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    copied_at = models.DateTimeField(null=True)
    spoilt = models.PositiveSmallIntegerField(default=0)
    cues = models.JSONField(null=True)

    # No column: which part it belongs to, that a page of its recording adds
    part: int

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["recording", "key"], name="recording_file_once"),
            models.CheckConstraint(
                condition=Q(copied_path="") | Q(copied_bytes__isnull=False, copied_at__isnull=False),
                name="recording_file_verified",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=Q(wants_copy=True, copied_path=""),
                name="recording_file_copy",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.uid}"

    @property
    def is_here(self) -> bool:
        """Whether it lies on this server."""
        return bool(self.copied_path)

    @property
    def is_medium(self) -> bool:
        """Whether it is watched or heard."""
        return self.kind in MEDIA


def playable(files: models.QuerySet[RecordingFile]) -> models.QuerySet[RecordingFile]:
    """Those that can be watched or heard now: here, or ready at Zoom."""
    at_zoom = Q(recording__state=State.READY, is_ready=True, gone_at__isnull=True)
    return files.filter(at_zoom | ~Q(copied_path=""), kind__in=MEDIA)


class HostWatch(QueueRow):
    """A host whose recordings are listed at Zoom, because a class of hers was held lately."""

    host = models.OneToOneField("zoom.ZoomUser", on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="recording_watch_due")]

    def __str__(self) -> str:
        return f"recordings of {self.host_id}"


class Viewing(models.Model):
    """Somebody watched a recording: from when, until when, and how many seconds of it ran."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    recording = models.ForeignKey(Recording, on_delete=models.CASCADE, related_name="viewings")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()
    last_at = models.DateTimeField()
    seconds = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["recording", "-at"], name="viewing_recording"),
            models.Index(fields=["at"], name="viewing_prune"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} watched {self.recording_id}"
