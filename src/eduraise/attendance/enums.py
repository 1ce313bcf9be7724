"""The fixed words of attendance."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Source(models.TextChoices):
    """Where a fact of presence comes from, the weakest first."""

    WEBHOOK = "webhook", _("Zoom’s events")
    PAST = "past", _("Zoom’s list of participants")
    REPORT = "report", _("Zoom’s report")


class Room(models.TextChoices):
    """Where in a meeting somebody was. Time in the waiting room is no presence."""

    MAIN = "main", _("Meeting")
    BREAKOUT = "breakout", _("Breakout room")
    WAITING = "waiting", _("Waiting room")


class KnownBy(models.TextChoices):
    """How a participant was taken for a person."""

    NONE = "none", _("Not known")
    REGISTRANT = "registrant", _("By the personal link")
    ZOOM_ID = "zoom_id", _("By the Zoom account")
    REMEMBERED = "remembered", _("Confirmed before")
    TWO_FACTS = "two_facts", _("By the own click and an e-mail or name that fits nobody else")
    HAND = "hand", _("By hand")


class Hint(models.TextChoices):
    """Why a participant may be somebody, who is not credited for it."""

    CLICK = "click", _("pressed Join just before, under another name")
    EMAIL = "email", _("has that e-mail address, and pressed no Join just before")
    NAME = "name", _("has that name, and pressed no Join just before")
    REMEMBERED = "remembered", _("was taken for them before, and they pressed no Join just before")
    LIKE_CLICK = "like_click", _("has a name like that, and pressed Join just before")
    LIKE = "like", _("has a name like that, and pressed no Join just before")
    NAMESAKE = "namesake", _("has that name, and so has somebody else here")
    SEVERAL = "several", _("several of the class have that name, or one like it")
    SECOND = "second", _("fits as well, while somebody else was there under that name")
    CONFLICT = "conflict", _("the e-mail address and the name belong to two people")


class Verdict(models.TextChoices):
    """What a participant is in the class."""

    STUDENT = "student", _("Student")
    TEACHER = "teacher", _("Teacher")
    GUEST = "guest", _("Guest")
    IGNORED = "ignored", _("Ignored")


class IdentityKind(models.TextChoices):
    """By what somebody is known again."""

    ZOOM_ID = "zoom_id", _("Zoom account")
    EMAIL = "email", _("E-mail address")
    NAME = "name", _("Name")
    PHONE = "phone", _("Phone number")


class RegisterState(models.TextChoices):
    """How far a register has come. What was reopened is pending or final again, with `reopened_by_uid`."""

    PENDING = "pending", _("Not final")
    FINAL = "final", _("Final")
    LOCKED = "locked", _("Locked")


class Status(models.TextChoices):
    """What a student's attendance of a class comes to."""

    PRESENT = "present", _("Present")
    LATE = "late", _("Late")
    LEFT_EARLY = "left_early", _("Left early")
    ABSENT = "absent", _("Absent")
    EXCUSED = "excused", _("Excused")


#: What is entered beside a mark of a locked register: another mark, or none, as they didn't attend then
NO_MARK = "no_mark"
ENTRIES = (*Status.choices, (NO_MARK, _("Not enrolled then")))


class Flag(models.TextChoices):
    """What a mark's reader should know of its evidence."""

    SHORTER = "shorter", _("A better source tells of less time; what was seen before stays")
    TWO_PLACES = "two_places", _("The personal link was used from two places at once")


class Cause(models.TextChoices):
    """Why a mark changed."""

    HAND = "hand", _("By hand")
    LATE_FACTS = "late_facts", _("Zoom told more later")
    RULES = "rules", _("The rules changed")
    EXCUSE = "excuse", _("An excuse")
    IDENTITY = "identity", _("A participant was named")
    ENROLMENT = "enrolment", _("The enrolment changed")
    ENTRY = "entry", _("Known after the lock, let count")


class ExcuseState(models.TextChoices):
    """What came of an excuse."""

    SENT = "sent", _("Waits for the teacher")
    ACCEPTED = "accepted", _("Accepted")
    DECLINED = "declined", _("Not accepted")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Of(models.TextChoices):
    """Of which length of a class a share is taken."""

    HELD = "held", _("The time it was held, at least half of the planned")
    PLANNED = "planned", _("The planned time")


class Clip(models.TextChoices):
    """Which minutes of a sitting count."""

    PLANNED = "planned", _("Those within the planned time")
    HELD = "held", _("All while the class was held")
