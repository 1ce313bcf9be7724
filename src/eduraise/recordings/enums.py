"""The fixed words of recordings."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """Where a recording stands."""

    PROCESSING = "processing", _("Being prepared")
    READY = "ready", _("Ready")
    TRASHED = "trashed", _("In Zoom’s trash")
    DELETED = "deleted", _("Deleted at Zoom")
    ATTACHED = "attached", _("Added by hand")


AT_ZOOM = (State.PROCESSING, State.READY, State.TRASHED)


class Audience(models.TextChoices):
    """Who watches, besides those who manage a program's recordings."""

    NOBODY = "nobody", _("Nobody yet")
    ENROLLED = "enrolled", _("All enrolled students")
    PRESENT = "present", _("Students who were there")
    TEACHERS = "teachers", _("Teachers only")


class Visible(models.TextChoices):
    """Who watches one recording: as the program says, or by hand."""

    RULE = "rule", _("As the program’s rule says")
    NOBODY = "nobody", _("Nobody")
    ENROLLED = "enrolled", _("All enrolled students")
    PRESENT = "present", _("Students who were there")
    TEACHERS = "teachers", _("Teachers only")


STUDENTS_SEE = (Audience.ENROLLED, Audience.PRESENT)


class Keeps(models.TextChoices):
    """What becomes of recordings at Zoom after so many days."""

    KEEP = "keep", _("Keep them at Zoom")
    DELETE = "delete", _("Delete them at Zoom")
    COPY = "copy", _("Copy them to this server, then delete them at Zoom")


class Kind(models.TextChoices):
    """What a file of a recording is."""

    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Sound only")
    TRANSCRIPT = "transcript", _("Transcript")
    CHAT = "chat", _("Chat")
    OTHER = "other", _("Other")


MEDIA = (Kind.VIDEO, Kind.AUDIO)


class Wish(models.TextChoices):
    """What is wanted of Zoom for a recording."""

    NONE = "", _("Nothing")
    TRASH = "trash", _("Put it into Zoom’s trash")
    RECOVER = "recover", _("Take it out of Zoom’s trash")


class GoneBy(models.TextChoices):
    """Why a recording is no longer at Zoom."""

    UNKNOWN = "", _("Deleted at Zoom")
    RULE = "rule", _("Deleted by the program’s rule")
    HAND = "hand", _("Deleted here")
