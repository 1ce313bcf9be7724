from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "eduraise.programs"
    label = "programs"
