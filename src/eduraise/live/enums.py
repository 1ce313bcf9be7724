"""The fixed words of classes that are on."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stand(models.TextChoices):
    """How a class that is near stands. Derived, never stored but in a snapshot of seconds."""

    NEXT = "next", _("To come")
    TROUBLE = "trouble", _("Needs attention")
    NOT_STARTED = "not_started", _("Not started")
    ALONE = "alone", _("On without its teacher")
    LEFT = "left", _("Its teacher has left")
    ON = "on", _("On")
    OVER_TIME = "over_time", _("Over time")
    ELSEWHERE = "elsewhere", _("Held elsewhere")
    UNKNOWN = "unknown", _("Not known")
    PAUSED = "paused", _("Ended in Zoom")
    ENDED = "ended", _("Ended")
    ENDED_EARLY = "ended_early", _("Ended early")
    MISSED = "missed", _("Nobody started it")


class AlarmKind(models.TextChoices):
    """Why somebody is to look after a class."""

    NOT_STARTED = "not_started", _("Nobody has started it")
    ALONE = "alone", _("It is on without its teacher")
    LEFT = "left", _("Its teacher has left it")


class AlarmEnd(models.TextChoices):
    """How an alarm ended."""

    CAME = "came", _("The teacher is there")
    OVER = "over", _("The class is over")
    OFF = "off", _("The class is held otherwise, or not at all")
