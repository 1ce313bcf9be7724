"""A mail as text that can be kept, and back; and its name in the world, fixed before the first try."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives

from eduraise.core.codes import new_uid
from eduraise.notifications.models import QueuedMail


def message_id(uid: UUID | None = None) -> str:
    """A Message-ID of this installation: fixed before the first try, so that copies are known."""
    return f"<{uid or new_uid()}@{urlsplit(settings.BASE_URL).hostname}>"


def pack(mail: EmailMessage) -> str:
    """A mail as text, with attachments that are text; what can't be packed is refused."""
    return json.dumps(
        {
            "subject": str(mail.subject),
            "body": str(mail.body),
            "from_email": mail.from_email,
            "headers": {name: str(value) for name, value in mail.extra_headers.items()},
            "alternatives": [
                [str(content), kind] for content, kind in getattr(mail, "alternatives", None) or []
            ],
            "attachments": [_packed(attachment) for attachment in mail.attachments],
        }
    )


def _packed(attachment: Any) -> list[str]:
    """Name, text and kind."""
    if not isinstance(attachment, tuple):
        raise ValueError("a queued mail can't have attachments that are messages of their own")
    name, content, kind = attachment
    if not isinstance(content, str):
        raise ValueError("a queued mail can't have attachments that are no text")
    return [str(name), content, str(kind)]


def unpack(row: QueuedMail) -> EmailMultiAlternatives:
    """The mail of a row, with the Message-ID that is its own for ever."""
    packed: dict[str, Any] = json.loads(row.sealed)
    mail = EmailMultiAlternatives(
        subject=packed["subject"],
        body=packed["body"],
        from_email=packed["from_email"],
        to=row.to,
        headers={
            "Auto-Submitted": "auto-generated",
            **packed["headers"],
            "Message-ID": message_id(row.uid),
        },
    )
    for content, kind in packed["alternatives"]:
        mail.attach_alternative(content, kind)
    for name, content, kind in packed.get("attachments", []):
        mail.attach(name, content, kind)
    return mail
