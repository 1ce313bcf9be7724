from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from eduraise.core import hooks
from eduraise.ui import nav

if TYPE_CHECKING:
    from eduraise.programs.models import Program


class AttendanceConfig(AppConfig):
    """Who was in a class, how long, and what that comes to."""

    name = "eduraise.attendance"
    label = "attendance"

    def ready(self) -> None:
        """Hear of sittings, name the messages, stand on the pages of classes and programs."""
        from eduraise.attendance import elsewhere, messages, moments, nudging, records, showing

        hooks.sittings_changed.register(note_sittings)
        hooks.enrolments_changed.register(note_enrolments)
        messages.register_kinds()
        nudging.register_kinds()
        hooks.class_acts.register(showing.class_acts)
        hooks.class_board.register(showing.on_board)
        hooks.class_said.register(records.said_of_classes)
        hooks.class_sections.register(showing.class_section)
        hooks.class_open_sections.register(showing.own_section)
        hooks.program_parts.register(showing.program_part)
        hooks.needs_of.register(showing.needs)
        hooks.class_moments.register(moments.moments)
        hooks.class_parts.register(elsewhere.part)
        hooks.needs_of.register(elsewhere.needs)
        covers = ("attendance:",)
        places: tuple[tuple[str, int, nav.Place], ...] = (("teacher", 35, "main"), ("admin", 45, "more"))
        for role, order, place in places:
            nav.register(
                role,
                _("Attendance"),
                url="attendance:registers",
                icon="user-check",
                order=order,
                place=place,
                covers=covers,
            )
        nav.register(
            "student",
            _("Attendance"),
            url="attendance:own",
            icon="user-check",
            order=45,
            place="more",
            covers=covers,
        )


def note_sittings(*, occurrence_ids: Collection[int]) -> None:
    """More is known of sittings: their classes' registers are behind."""
    from eduraise.attendance.registers import note_sittings

    note_sittings(occurrence_ids=occurrence_ids)


def note_enrolments(*, program: Program, since: datetime, until: datetime | None, now: datetime) -> None:
    """Others were enrolled at some time: the registers of classes of then are behind."""
    from eduraise.attendance.registers import note_enrolments

    note_enrolments(program, since, until)
