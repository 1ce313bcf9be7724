from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "eduraise.core"
    label = "core"
