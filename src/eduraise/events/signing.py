"""The secrets with which Zoom may sign: from the environment, or given on the set-up page."""

from __future__ import annotations

from django.conf import settings

from eduraise.core.models import Setting

NAME = "ZOOM_WEBHOOK_SECRET"


def webhook_secrets() -> tuple[str, ...]:
    """All that are valid now, several while one is being replaced; the environment wins. May be empty."""
    from_environment: tuple[str, ...] = tuple(settings.ZOOM_ENVIRONMENT.get(NAME) or ())
    if from_environment:
        return from_environment
    given = Setting.objects.filter(name=NAME).first()
    return tuple(part.strip() for part in given.value.split(",") if part.strip()) if given else ()
