"""The fixed words of classes that are on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AlarmKind(models.TextChoices):
    """Why somebody is to look after a class."""

    NOT_STARTED = "not_started", _("Nobody has started it")
    HOST_MISSING = "host_missing", _("It is on without its teacher")


class AlarmEnd(models.TextChoices):
    """How an alarm ended."""

    CAME = "came", _("The teacher is there")
    OVER = "over", _("The class is over")
    OFF = "off", _("The class is held otherwise, or not at all")
    UNKNOWN = "unknown", _("Zoom doesn’t say any more whether it is on")
