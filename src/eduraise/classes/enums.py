"""The fixed words of classes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClassState(models.TextChoices):
    """How a class stands, as people are shown it. Derived, never stored."""

    NOT_BOOKED = "not_booked", _("Not booked")
    BEING_BOOKED = "being_booked", _("Being booked")
    SILENT = "silent", _("Zoom is not answering")
    BOOKED = "booked", _("Booked")
    LIVE = "live", _("Live")
    ENDED = "ended", _("Ended")
    CANCELLED = "cancelled", _("Cancelled")


class ChangeSetKind(models.TextChoices):
    """What was done to several classes at once."""

    MOVED = "moved", _("Moved")
    CANCELLED = "cancelled", _("Cancelled")
    GIVEN = "given", _("Given to another teacher")
    CHANGED = "changed", _("Changed")
    RESTORED = "restored", _("Held after all")


class DifferenceField(models.TextChoices):
    """In what Zoom and a class differ."""

    TIME = "time", _("Time")
    GONE = "gone", _("Deleted in Zoom")
    UNSAFE = "unsafe", _("Less guarded in Zoom")
    WEBINAR = "webinar", _("Turned into a webinar")
    PASSCODE = "passcode", _("New passcode in Zoom, taken over here")


class DifferenceState(models.TextChoices):
    """What became of a difference."""

    OPEN = "open", _("Open")
    KEPT = "kept", _("Zoom's was kept")
    RESTORED = "restored", _("Ours was restored")
    GONE = "gone", _("It went away by itself")


class Attention(models.TextChoices):
    """Why a class can't be held as it stands, worst first. Derived, never stored."""

    STILL_AT_ZOOM = "still_at_zoom", _("Cancelled here, still at Zoom")
    NO_TEACHER = "no_teacher", _("Without a teacher")
    HOST_LOST = "host_lost", _("Not connected with Zoom")
    NOT_BOOKED = "not_booked", _("Not booked at Zoom")
    REFUSED = "refused", _("Refused by Zoom")
    GONE = "gone", _("Deleted in Zoom")
    WEBINAR = "webinar", _("Turned into a webinar")
    TIME_DIFFERS = "time_differs", _("Moved in Zoom")
    UNSAFE = "unsafe", _("Less guarded in Zoom")
    HOST_FULL = "host_full", _("Too many meetings at once")
    TOO_FEW_SEATS = "too_few_seats", _("Too few seats at Zoom")
    CUT_SHORT = "cut_short", _("Ended early by Zoom")
