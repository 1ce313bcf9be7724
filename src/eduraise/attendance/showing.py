"""Attendance on the pages of other rooms."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core.hooks import Act
from eduraise.programs.enums import Permission


def class_acts(*, session: ClassSession, standing: Standing, now: datetime, **_more: object) -> Iterator[Act]:
    """Beside a class's details, once it has begun: its register."""
    if session.starts_at > now or session.cancelled_at is not None:
        return
    if standing.may(Permission.SEE_ATTENDANCE):
        yield Act(_("Register"), reverse("attendance:register", args=[session.code]), "user-check")
