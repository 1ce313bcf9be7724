from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "eduraise.events"
    label = "events"
