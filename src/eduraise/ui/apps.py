from django.apps import AppConfig


class UiConfig(AppConfig):
    """Shell, components, icons and times: what every page is made of. Knows no room."""

    name = "eduraise.ui"
    label = "ui"
