"""The timetable of a program: weekly slots, days without classes, and the topics in their order.

What is removed stays as a row, so that it can be undone and that classes planned from it keep their origin.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from eduraise.core.codes import new_uid
from eduraise.core.hooks import OnHoliday
from eduraise.programs.enums import HolidaySource, Weekday

SHORTEST_MINUTES, LONGEST_MINUTES = 5, 1440
MOST_WEEKS = 52


class PresentQuerySet[Row: models.Model](models.QuerySet[Row]):
    """Rows that were not removed."""

    def present(self) -> Self:
        """Not removed."""
        return self.filter(removed_at__isnull=True)


class SlotQuerySet(PresentQuerySet["Slot"]):
    """Slots in the order of a week."""

    def in_order(self) -> Self:
        """From Monday on, by their hour."""
        return self.order_by("weekday", "local_start", "pk")


class HolidayQuerySet(PresentQuerySet["Holiday"]):
    """Holidays by date."""

    def in_order(self) -> Self:
        """Those that begin first come first."""
        return self.order_by("starts_on", "ends_on", "pk")

    def touching(self, first_on: date | None, last_on: date | None) -> Self:
        """Those of which a day lies between these, both included; None: no limit on that side."""
        found = self if first_on is None else self.filter(ends_on__gte=first_on)
        return found if last_on is None else found.filter(starts_on__lte=last_on)


class TopicQuerySet(PresentQuerySet["SyllabusTopic"]):
    """Topics as they are taught."""

    def in_order(self) -> Self:
        """As they were put."""
        return self.order_by("position", "pk")


class Slot(models.Model):
    """An hour of the week in a program's own zone, on which classes are held while its term lasts.

    anchor_on: a day on which it is held; where it is held less often than each week, its weeks are counted
    from there. minutes may run past midnight: the class belongs to the day on which it starts.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="slots")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    local_start = models.TimeField()
    minutes = models.PositiveIntegerField()
    every_weeks = models.PositiveSmallIntegerField(default=1)
    anchor_on = models.DateField()
    teacher = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    from_on = models.DateField(null=True, blank=True)
    until_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = SlotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__gte=1, weekday__lte=7),
                name="slot_weekday",
                violation_error_message=_("Choose one weekday."),
            ),
            models.CheckConstraint(
                condition=Q(minutes__gte=SHORTEST_MINUTES, minutes__lte=LONGEST_MINUTES),
                name="slot_length",
                violation_error_message=_("A class lasts 5 minutes at least and 24 hours at most."),
            ),
            models.CheckConstraint(
                condition=Q(every_weeks__gte=1, every_weeks__lte=MOST_WEEKS),
                name="slot_weeks",
                violation_error_message=_("Every 1 to 52 weeks."),
            ),
            models.CheckConstraint(
                condition=Q(from_on__isnull=True) | Q(until_on__isnull=True) | Q(from_on__lte=F("until_on")),
                name="slot_dates_in_order",
                violation_error_message=_("The last day must not be before the first."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "weekday", "local_start"],
                condition=Q(removed_at__isnull=True),
                name="slot_list",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.local_start:%H:%M}"


class Holiday(models.Model):
    """Days without classes, first and last included: of one program or, without one, of the organisation."""

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    program = models.ForeignKey(
        "programs.Program", null=True, blank=True, on_delete=models.CASCADE, related_name="holidays"
    )
    starts_on = models.DateField()
    ends_on = models.DateField()
    name = models.CharField(max_length=100)
    source = models.CharField(max_length=10, choices=HolidaySource, default=HolidaySource.TYPED)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = HolidayQuerySet.as_manager()

    # No column: what pages note of the booked classes that fall on it
    booked: OnHoliday | None

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")),
                name="holiday_dates_in_order",
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.UniqueConstraint(
                fields=["program", "starts_on", "ends_on", "name"],
                condition=Q(removed_at__isnull=True, program__isnull=False),
                name="holiday_once",
                violation_error_message=_("This holiday is there already."),
            ),
            models.UniqueConstraint(
                fields=["starts_on", "ends_on", "name"],
                condition=Q(removed_at__isnull=True, program__isnull=True),
                name="holiday_of_all_once",
                violation_error_message=_("This holiday is there already."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["program", "starts_on", "ends_on"],
                condition=Q(removed_at__isnull=True),
                name="holiday_list",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_one_day(self) -> bool:
        """Whether it is a single day."""
        return self.starts_on == self.ends_on


class SyllabusTopic(models.Model):
    """What is taught, in its order: the first class that is not cancelled takes the first topic, and so on.

    position has gaps, so that a topic is put between two others in one update; pages number topics afresh.
    """

    uid = models.UUIDField(default=new_uid, unique=True, editable=False)
    program = models.ForeignKey("programs.Program", on_delete=models.CASCADE, related_name="topics")
    position = models.PositiveIntegerField()
    title = models.CharField(max_length=150)
    notes = models.TextField(blank=True)
    created_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = TopicQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["program", "position"], condition=Q(removed_at__isnull=True), name="topic_list"
            ),
        ]

    def __str__(self) -> str:
        return self.title
