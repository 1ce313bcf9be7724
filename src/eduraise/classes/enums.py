"""The fixed words of classes."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ClassState(models.TextChoices):
    """How a class stands, as people are shown it. Derived, never stored."""

    BEING_BOOKED = "being_booked", _("Being booked")
    BOOKED = "booked", _("Booked")
    LIVE = "live", _("Live")
    ENDED = "ended", _("Ended")
    CANCELLED = "cancelled", _("Cancelled")


class DifferenceField(models.TextChoices):
    """In what Zoom and a class differ."""

    TIME = "time", _("Time")
    GONE = "gone", _("Deleted in Zoom")


class DifferenceState(models.TextChoices):
    """What became of a difference."""

    OPEN = "open", _("Open")
    KEPT = "kept", _("Zoom's was kept")
    RESTORED = "restored", _("Ours was restored")
    GONE = "gone", _("It went away by itself")
