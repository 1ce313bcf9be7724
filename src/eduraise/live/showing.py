"""What a class's page offers of what is prepared for it."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from eduraise.classes.joining import Standing
from eduraise.classes.models import ClassSession
from eduraise.core.hooks import Act
from eduraise.live.groups import may_group, may_look_back


def act(*, session: ClassSession, standing: Standing, **_more: object) -> Iterator[Act]:
    """The way to its groups, for who may put its people into some, or could."""
    if may_group(standing, session) or may_look_back(standing, session):
        yield Act(_("Breakout groups"), reverse("live:groups", args=[session.code]), "users")
