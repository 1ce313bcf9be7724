"""Mail that doesn't leave: a file for each, for the demo and for developers."""

from __future__ import annotations

from collections.abc import Sequence
from email import message_from_bytes, policy
from email.message import EmailMessage as ParsedMail
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from eduraise.core import clock
from eduraise.core.codes import new_uid

#: How many mails the folder keeps.
KEEPS = 200


class FolderBackend(BaseEmailBackend):
    """Writes each mail to a file of its own and keeps the newest: `EMAIL_URL=file:///folder`."""

    def __init__(self, *, file_path: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.folder = Path(file_path)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the mails; how many."""
        self.folder.mkdir(parents=True, exist_ok=True)
        for mail in email_messages:
            # by time, so that names sort as the mails came
            name = f"{clock.now():%Y%m%dT%H%M%S%f}-{new_uid().hex[:8]}.eml"
            (self.folder / name).write_bytes(mail.message(policy=policy.SMTP).as_bytes())
        for old in sorted(self.folder.glob("*.eml"))[:-KEEPS]:
            old.unlink(missing_ok=True)
        return len(email_messages)


def folder() -> Path | None:
    """Where mails are written instead of sent, if they are."""
    path = settings.MAILERS["outgoing"].get("OPTIONS", {}).get("file_path")
    return Path(path) if path else None


def mails_in(place: Path) -> list[tuple[str, ParsedMail]]:
    """The mails in a folder, newest first, each with its name."""
    found = []
    for file in sorted(place.glob("*.eml"), reverse=True)[:KEEPS]:
        try:
            found.append((file.stem, message_from_bytes(file.read_bytes(), policy=policy.default)))
        except FileNotFoundError:
            continue  # made room for a newer one just now
    return found
