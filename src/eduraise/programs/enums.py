"""The fixed words of programs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Preset(models.TextChoices):
    """What a teacher may do in a program, by name; single permissions may differ from it."""

    LEAD = "lead", _("Lead teacher")
    TEACHER = "teacher", _("Teacher")
    ASSISTANT = "assistant", _("Assistant")
    OBSERVER = "observer", _("Observer")


class Permission(models.TextChoices):
    """Single permissions in a program; they reach all its classes."""

    CREATE = "class.create", _("Schedule classes")
    EDIT = "class.edit", _("Change and move classes")
    CANCEL = "class.cancel", _("Cancel classes")
    HOST = "class.host", _("See Zoom details")
    RECORD = "class.record", _("Record")
    RECORDINGS = "recording.manage", _("Manage recordings")
    SEE_ATTENDANCE = "attendance.see", _("See attendance")
    CORRECT_ATTENDANCE = "attendance.correct", _("Correct attendance")
    STATISTICS = "statistics.see", _("See statistics")
    TIMETABLE = "timetable.manage", _("Manage the timetable")
    MESSAGE = "students.message", _("Message students")


PRESETS: dict[str, frozenset[str]] = {
    Preset.LEAD: frozenset(Permission.values),
    Preset.TEACHER: frozenset(Permission.values) - {Permission.TIMETABLE.value},
    Preset.ASSISTANT: frozenset(
        {Permission.SEE_ATTENDANCE.value, Permission.CORRECT_ATTENDANCE.value, Permission.MESSAGE.value}
    ),
    Preset.OBSERVER: frozenset({Permission.STATISTICS.value}),
}


class Strength(models.TextChoices):
    """How firmly a program's class setting holds."""

    REQUIRED = "required", _("Required")
    SUGGESTED = "suggested", _("Suggested")
    FREE = "free", _("Free")


class Differences(models.TextChoices):
    """What happens by itself when a class's meeting is changed in Zoom."""

    ASK = "ask", _("Ask the teacher")
    RESTORE = "restore", _("Set back what stands here")
    KEEP = "keep", _("Take Zoom’s time")


class Entry(models.TextChoices):
    """How students get in before the teacher: one choice, since Zoom makes it one."""

    WAITING_ROOM = "waiting_room", _("Waiting room")
    JOIN_BEFORE_HOST = "join_before_host", _("Students may join before the teacher")


class AutoRecording(models.TextChoices):
    """Zoom's automatic recording."""

    NONE = "none", _("No automatic recording")
    LOCAL = "local", _("On the teacher's computer")
    CLOUD = "cloud", _("In Zoom's cloud")


class MaterialKind(models.TextChoices):
    """What a material is."""

    TEXT = "text", _("Text")
    LINK = "link", _("Link")
    FILE = "file", _("File")


class Audience(models.TextChoices):
    """For whom a material is."""

    STUDENTS = "students", _("Students and teachers")
    TEACHERS = "teachers", _("Teachers only")


class Weekday(models.IntegerChoices):
    """Days of the week as ISO 8601 numbers them."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class HolidaySource(models.TextChoices):
    """How a holiday came to us."""

    TYPED = "typed", _("Typed")
    PASTED = "pasted", _("Pasted")
    FILE = "file", _("From a calendar file")
