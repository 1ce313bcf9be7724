from django.apps import AppConfig


class UiConfig(AppConfig):
    """Shell, components, icons and times: what every page is made of. Knows no room."""

    name = "eduraise.ui"
    label = "ui"

    def ready(self) -> None:
        """Have forms speak our words, before any room reads in its own."""
        from eduraise.ui import wording

        wording.speak_plainly()
