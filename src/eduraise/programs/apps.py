from django.apps import AppConfig

from eduraise.core import hooks


class ProgramsConfig(AppConfig):
    """What is taught, by whom and to whom."""

    name = "eduraise.programs"
    label = "programs"

    def ready(self) -> None:
        """Answer what the rooms below ask about people."""
        from eduraise.programs import people

        hooks.person_invited.register(people.give_profile)
        hooks.roles_of_people.register(people.roles_of_people)
        hooks.people_with_role.register(people.people_with_role)
