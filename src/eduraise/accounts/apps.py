from __future__ import annotations

from django.apps import AppConfig
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from eduraise.ui import nav, shell


class AccountsConfig(AppConfig):
    """People, how they come in and what they say about themselves."""

    name = "eduraise.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Listen to sign-ins; give the shell its ways in and out."""
        from eduraise.accounts import signals  # noqa: F401 registers its receivers

        shell.wire(
            sign_in="account_login",
            sign_out="account_logout",
            theme="accounts:theme",
            zone="accounts:zone",
            asks_zone=asks_zone,
        )
        nav.register("admin", _("People"), url="accounts:people", icon="users", order=30, covers=PEOPLE_PAGES)
        for role in nav.ROLES:
            nav.register(
                role,
                _("Settings"),
                url="accounts:settings",
                icon="settings",
                order=90,
                place="person",
                covers=("account_", "mfa_", "usersessions_"),
            )


PEOPLE_PAGES = (
    "accounts:person",
    "accounts:invite",
    "accounts:correction",
    "accounts:closing",
    "accounts:admin_right",
    "imports:",
)


def asks_zone(request: HttpRequest) -> bool:
    """Whether this person was never asked if her browser's zone is hers."""
    return getattr(request.user, "zone_asked_at", None) is None
