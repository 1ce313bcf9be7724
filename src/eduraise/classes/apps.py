from django.apps import AppConfig


class ClassesConfig(AppConfig):
    name = "eduraise.classes"
    label = "classes"
