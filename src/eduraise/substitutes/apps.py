from __future__ import annotations

from django.apps import AppConfig

from eduraise.core import hooks


class SubstitutesConfig(AppConfig):
    """Who takes a class for a while: asked, assigned, and given back."""

    name = "eduraise.substitutes"
    label = "substitutes"

    def ready(self) -> None:
        """Name the messages, stand on a class's page."""
        from eduraise.substitutes import days_off, messages, queries, showing

        messages.register_kinds()
        hooks.class_acts.register(showing.act)
        hooks.class_parts.register(showing.part)
        hooks.class_moments.register(showing.moments)
        hooks.needs_of.register(showing.needs)
        hooks.class_columns.register(queries.class_columns)
        hooks.booked_on_days_off.register(days_off.booked)
