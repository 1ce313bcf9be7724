from django.apps import AppConfig


class DoorConfig(AppConfig):
    """The one address that people keep of a class, before, during and after it."""

    name = "eduraise.door"
    label = "door"
