from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from eduraise.core import hooks
from eduraise.ui import nav


class ClassesConfig(AppConfig):
    """Classes: planned, changed, cancelled, started and joined."""

    name = "eduraise.classes"
    label = "classes"

    def ready(self) -> None:
        """Answer the rooms below, name the messages, stand in the navigation."""
        from eduraise.classes import (
            answering,
            clock_messages,
            differences,
            elsewhere,
            kept_hours,
            messages,
            on_holidays,
            several_messages,
            shared_hosts,
            spare_rooms,
            troubled,
            unheld,
        )

        messages.register_kinds()
        clock_messages.register_kinds()
        several_messages.register_kinds()
        troubled.register_kinds()
        shared_hosts.register_kinds()
        unheld.register_kinds()
        kept_hours.register_kinds()
        elsewhere.register_kinds()
        hooks.meeting_guard_changed.register(differences.note_guard_change)
        hooks.shared_host_failed.register(shared_hosts.on_shared_host_failed)
        hooks.program_archived.register(answering.on_program_archived)
        hooks.booked_on_holidays.register(on_holidays.on_holidays)
        hooks.consequences_of.register(answering.consequences)
        hooks.needs_of.register(answering.needs)
        hooks.teacher_facts.register(answering.facts_of_teachers)
        hooks.program_parts.register(answering.program_part)
        hooks.person_parts.register(answering.person_progress)
        hooks.held_for.register(answering.held_for)
        hooks.settings_parts.register(spare_rooms.settings_part)
        for role in nav.ROLES:
            nav.cover(role, "accounts:settings", "classes:spare_room")
        for role in ("teacher", "admin"):
            nav.register(
                role,
                _("Progress"),
                url="classes:progress",
                icon="chart-column",
                order=30,
                place="more",
                covers=("classes:progress",),
            )
        covers = ("classes:",)
        nav.register("teacher", _("Classes"), url="classes:list", icon="list-video", order=20, covers=covers)
        nav.register("admin", _("Classes"), url="classes:list", icon="list-video", order=40, covers=covers)
        nav.register(
            "student", _("Classes"), url="classes:upcoming", icon="list-video", order=20, covers=covers
        )
