from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "eduraise.ui"
    label = "ui"
