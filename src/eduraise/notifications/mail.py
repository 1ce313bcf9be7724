"""The framework's door for mail (`MAILERS["default"]`): what it sends is queued like all other mail."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from eduraise.core import clock
from eduraise.notifications import tasks
from eduraise.notifications.models import QueuedMail
from eduraise.notifications.packing import pack


class QueueingBackend(BaseEmailBackend):
    """Keeps mails as rows in the caller's transaction; the worker sends them. One row for each recipient."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Queue the mails; how many."""
        now = clock.now()
        rows = [
            QueuedMail(
                to=[address], subject=mail.subject[:200], sealed=pack(mail), next_at=now, created_at=now
            )
            for mail in email_messages
            for address in mail.recipients()
        ]
        for row in rows:
            row.save()
        if rows:
            tasks.wake_at(now, now)
        return len(email_messages)
