"""The fixed words of plans."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PlanKind(models.TextChoices):
    """What a plan was made of."""

    TIMETABLE = "timetable", _("Timetable")
    TABLE = "table", _("Pasted table")
    COPY = "copy", _("Another program")


class PlanState(models.TextChoices):
    """Where a plan stands."""

    DRAFT = "draft", _("Not scheduled yet")
    BOOKING = "booking", _("Being scheduled")
    PAUSED = "paused", _("Paused")
    BOOKED = "booked", _("Scheduled")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class RowState(models.TextChoices):
    """What became of one class of a plan."""

    WAITING = "waiting", _("Waiting")
    BOOKED = "booked", _("Scheduled")
    FAILED = "failed", _("Could not be scheduled")
    SKIPPED = "skipped", _("Left out")
    UNDONE = "undone", _("Undone")
    KEPT = "kept", _("Changed since, so kept")
    GONE = "gone", _("Cancelled before the plan was undone")


class OnHoliday(models.TextChoices):
    """What happens to classes that fall on a holiday."""

    SKIP = "skip", _("Skip")
    NEXT_FREE = "next_free", _("Next free day")
    KEEP = "keep", _("Keep")


class Verdict(models.TextChoices):
    """What is to be known of one class before it is scheduled. Those of `IN_THE_WAY` hinder it."""

    TEACHER_BUSY = "teacher_busy", _("The teacher has another class then")
    HOST_BUSY = "host_busy", _("Zoom is taken then")
    NOT_CONNECTED = "not_connected", _("No Zoom can hold it")
    NO_TEACHER = "no_teacher", _("Nobody teaches it yet")
    NOT_ALLOWED = "not_allowed", _("The program doesn’t allow it")
    BOOKED_ALREADY = "booked_already", _("Scheduled already")
    TWICE = "twice", _("Twice in this plan")
    PAST = "past", _("Over")
    NOT_THERE = "not_there", _("The teacher is not available then")
    ZOOM_BUSY = "zoom_busy", _("In Zoom, something else is at that time")
    OUTSIDE = "outside", _("Outside the program’s days")
    STUDENTS_BUSY = "students_busy", _("Students have another class then")
    CUT_SHORT = "cut_short", _("Zoom ends it after 40 minutes")
    SKIPPED_HOUR = "skipped_hour", _("Clocks skip this hour: it begins later")
    REPEATED_HOUR = "repeated_hour", _("Clocks show this hour twice: the first is meant")
    TOO_MANY_HOURS = "too_many_hours", _("More than the teacher’s hours of a week")


IN_THE_WAY = frozenset(
    {
        Verdict.TEACHER_BUSY,
        Verdict.HOST_BUSY,
        Verdict.NOT_CONNECTED,
        Verdict.NO_TEACHER,
        Verdict.NOT_ALLOWED,
        Verdict.BOOKED_ALREADY,
        Verdict.TWICE,
        Verdict.PAST,
    }
)
