from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.apps import AppConfig
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from eduraise.core import clock, hooks
from eduraise.ui import shell

if TYPE_CHECKING:
    from eduraise.accounts.models import User


class NotificationsConfig(AppConfig):
    """Messages to people: the bell, mails, and what became of them."""

    name = "eduraise.notifications"
    label = "notifications"

    def ready(self) -> None:
        """Put the bell on every page; tell admins of mails that failed."""
        shell.wire(bell="notifications:list", unread=unread, mails="notifications:demo_mails")
        hooks.needs_of.register(failed_mails)
        hooks.settings_parts.register(mail_settings)


def unread(request: HttpRequest) -> int:
    """How many messages wait for this person; asked once in a request."""
    from eduraise.accounts.models import User
    from eduraise.notifications.queries import unread_count

    if not isinstance(request.user, User):
        return 0
    count: int | None = getattr(request, "_unread_messages", None)
    if count is None:
        count = unread_count(request.user, clock.now())
        request._unread_messages = count  # type: ignore[attr-defined]
    return count


def failed_mails(*, person: User, now: datetime, **_more: object) -> Iterator[hooks.Problem]:
    """One line for an admin while mails have failed."""
    from eduraise.notifications.queries import failed_since

    since, count = failed_since() if person.is_admin else (None, 0)
    if since is not None:
        yield hooks.Problem(
            severity="warn",
            title=ngettext("%(n)d mail could not be sent", "%(n)d mails could not be sent", count)
            % {"n": count},
            detail=str(_("Whoever it was for may not know yet what it says.")),
            verb=str(_("See the mails")),
            url=reverse("notifications:failed"),
            since=since,
        )


def mail_settings(*, person: User, **_more: object) -> Iterator[hooks.PagePart]:
    """The way to one's choice of mails, where there is a choice."""
    from eduraise.notifications.registry import optional_kinds

    if optional_kinds():
        yield hooks.PagePart(_("E-mails"), "notifications/settings_part.html", {})
