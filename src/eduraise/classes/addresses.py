"""The one address of a class that people are given and keep."""

from __future__ import annotations

from django.conf import settings

from eduraise.classes.models import ClassSession


def door_path(session: ClassSession) -> str:
    """The class's door, for links within the product."""
    return f"/j/{session.code}"


def door_url(session: ClassSession) -> str:
    """The same with our own origin, to be copied, printed or mailed."""
    return f"{settings.BASE_URL}{door_path(session)}"
