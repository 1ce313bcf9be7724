"""Which classes of a series are meant by a choice that is made at one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from eduraise.classes.models import ClassSession, Series
from eduraise.core.errors import DomainError
from eduraise.zoom.models import ZoomUser
from eduraise.zoom.series import coming


class Scope(models.TextChoices):
    """Which classes of a series are meant."""

    FOLLOWING = "following", gettext_lazy("This and all that follow")
    ALL = "all", gettext_lazy("All that are to come")


class NotASeries(DomainError):
    """The class is one by itself, or the only one that is left."""

    code = "not_a_series"


@dataclass(frozen=True)
class Part:
    """Classes of a series that are meant. moving: those on its rule; kept: those that somebody had put
    elsewhere, whose hours stay. is_whole: no other class that is to come is in the same meeting."""

    series: Series
    moving: list[ClassSession]
    kept: list[ClassSession]
    is_whole: bool

    @property
    def classes(self) -> list[ClassSession]:
        """All of them, by date."""
        return sorted([*self.moving, *self.kept], key=lambda session: session.starts_at)

    @property
    def host(self) -> ZoomUser:
        """Whose Zoom holds them."""
        return self.series.meeting.host


def parts_of(session: ClassSession, now: datetime) -> dict[Scope, Part]:
    """What each choice of scope would mean; none where it would be this class alone, or what another choice
    means too."""
    if session.series_id is None or session.original_on is None:
        return {}
    parts = {scope: part_of(session, scope, now) for scope in Scope}
    if len(parts[Scope.FOLLOWING].classes) in (1, len(parts[Scope.ALL].classes)):
        del parts[Scope.FOLLOWING]
    every = parts[Scope.ALL].classes
    # one that is held in another meeting is no part of them any more
    return parts if len(every) > 1 and session in every else {}


def part_of(session: ClassSession, scope: Scope, now: datetime) -> Part:
    """The classes that a choice of scope means, as they are now. Raises NotASeries."""
    series = session.series
    if series is None or session.original_on is None:
        raise NotASeries(_("This class is no part of a series."))
    rows = ClassSession.objects.coming(now).filter(series=series, occurrence__meeting=series.meeting_id)
    if scope is Scope.FOLLOWING:
        rows = rows.filter(original_on__gte=session.original_on)
    found = list(
        rows.select_related(
            "teacher", "program__class_settings", "occurrence__meeting__host__account", "series"
        ).order_by("original_on")
    )
    on_rule = [one for one in found if one.occurrence and one.starts_at == one.occurrence.rule_starts_at]
    others = coming(series.meeting, now).exclude(held_for__in=[one.uid for one in found])
    elsewhere = [one for one in found if one not in on_rule]
    return Part(series, on_rule, elsewhere, is_whole=not others.exists())


def part_meant(session: ClassSession, scope: Scope, now: datetime) -> Part:
    """Those that a choice of scope means, if they are several and the class is one of them. Raises
    NotASeries."""
    part = part_of(session, scope, now)
    if session not in part.classes:
        raise NotASeries(_("This class is held apart from its series. Change it alone."))
    if len(part.classes) == 1:
        raise NotASeries(_("Only this class is meant by that. Change it alone."))
    return part
