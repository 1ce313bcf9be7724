from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "eduraise.core"
    label = "core"

    def ready(self) -> None:
        """Make no rights of the framework's, four a table, after migrations: `access` alone knows rights."""
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
