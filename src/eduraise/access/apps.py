from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "eduraise.access"
    label = "access"
