from django.apps import AppConfig


class OpsConfig(AppConfig):
    name = "eduraise.ops"
    label = "ops"
