from django.apps import AppConfig


class NotificationsConfig(AppConfig):
    name = "eduraise.notifications"
    label = "notifications"
