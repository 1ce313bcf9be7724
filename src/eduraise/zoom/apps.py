from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from eduraise.core import hooks
from eduraise.ui import nav


class ZoomConfig(AppConfig):
    """The link with Zoom: accounts, hosts, meetings, and what is wanted there."""

    name = "eduraise.zoom"
    label = "zoom"

    def ready(self) -> None:
        """Answer the rooms below, name the messages, stand in the navigation."""
        # push too, which `wanting` can only import late: never first within a request, when an upgrade may
        # have changed the files under a running server
        from eduraise.zoom import (  # noqa: F401
            accountlinks,
            hosts,
            licences,
            losing,
            needs,
            otheraccount,
            push,
        )

        accountlinks.register_kinds()
        licences.register_kinds()
        losing.register_kinds()
        otheraccount.register_kinds()
        hooks.teacher_facts.register(hosts.teacher_zoom_facts)
        hooks.needs_of.register(needs.needs)
        nav.register("teacher", _("Zoom connection"), url="zoom:connect", icon="plug", order=60, place="more")
        covers = ("zoom:operations", "zoom:account", "zoom:shared_host", "zoom:guide_step")
        nav.register("admin", _("Zoom"), url="zoom:setup", icon="plug", order=60, place="more", covers=covers)
