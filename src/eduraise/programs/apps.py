from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from eduraise.core import hooks
from eduraise.ui import nav


class ProgramsConfig(AppConfig):
    """What is taught, by whom and to whom."""

    name = "eduraise.programs"
    label = "programs"

    def ready(self) -> None:
        """Answer what the rooms below ask about people."""
        from eduraise.programs import messages, people, teaching

        messages.register_kinds()
        hooks.person_invited.register(people.give_profile)
        hooks.roles_of_people.register(people.roles_of_people)
        hooks.people_with_role.register(people.people_with_role)
        hooks.person_parts.register(teaching.person_part)
        hooks.settings_parts.register(teaching.settings_part)
        hooks.people_acts.register(import_act)
        nav.cover("admin", "accounts:people", "programs:import")
        for role, order in (("admin", 20), ("teacher", 50), ("student", 40)):
            nav.register(
                role, _("Programs"), url="programs:list", icon="book-open", order=order, covers=("programs:",)
            )


def import_act(**_question: Any) -> list[hooks.Act]:
    """The way to the importer, beside the list of people."""
    return [hooks.Act(_("Import people"), reverse("programs:import"), "clipboard-paste")]
