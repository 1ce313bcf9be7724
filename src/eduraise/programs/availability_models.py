"""When a teacher is there to teach, by what she says herself: hours of the week, and days off."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from eduraise.core.codes import new_uid
from eduraise.programs.enums import Weekday
from eduraise.programs.timetable_models import PresentQuerySet

LONGEST_NOTE = 200


class AvailableHours(models.Model):
    """A span of the week in which a teacher is there, on the clocks of her profile's `hours_zone`.

    to_time at or before from_time is one of the next day: 22:00 to 02:00, or 00:00 to 00:00 for a whole day.
    """

    profile = models.ForeignKey("programs.TeacherProfile", on_delete=models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    from_time = models.TimeField()
    to_time = models.TimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__gte=1, weekday__lte=7),
                name="available_weekday",
                violation_error_message=_("Choose one weekday."),
            ),
            models.UniqueConstraint(fields=["profile", "weekday", "from_time"], name="available_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.from_time:%H:%M}–{self.to_time:%H:%M}"


class DayOffQuerySet(PresentQuerySet["DayOff"]):
    """Days off by date."""

    def in_order(self) -> Self:
        """Those that begin first come first."""
        return self.order_by("starts_on", "ends_on", "pk")

    def not_over(self, today: date) -> Self:
        """Those of which today or a later day is one."""
        return self.filter(ends_on__gte=today)


class DayOff(models.Model):
    """Days on which a teacher is not there, first and last included, by her own clocks.

    note: for herself and for whoever plans for her; nobody else reads it.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    profile = models.ForeignKey("programs.TeacherProfile", on_delete=models.CASCADE, related_name="days_off")
    starts_on = models.DateField()
    ends_on = models.DateField()
    note = models.CharField(max_length=LONGEST_NOTE, blank=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = DayOffQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="dayoff_dates_in_order",
                violation_error_message=_("The last day must not be before the first."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["profile", "ends_on"], condition=Q(removed_at__isnull=True), name="dayoff_list"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_on}–{self.ends_on}"

    @property
    def is_one_day(self) -> bool:
        """Whether it is a single day."""
        return self.starts_on == self.ends_on
