from django.apps import AppConfig


class ZoomConfig(AppConfig):
    name = "eduraise.zoom"
    label = "zoom"
