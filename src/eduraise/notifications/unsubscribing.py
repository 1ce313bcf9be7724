"""Links in mails that end such mails: bound to one person and one kind, good for nothing else."""

from __future__ import annotations

from uuid import UUID

from django.core import signing

from eduraise.accounts.models import User

SALT = "notifications.unsubscribe"


def token_for(person: User, kind: str) -> str:
    """A token for a link; it doesn't expire, since mails are kept."""
    return signing.dumps([str(person.uid), kind], salt=SALT)


def read_token(token: str) -> tuple[UUID, str] | None:
    """The person's uid and the kind; None where we didn't make the token for this."""
    try:
        uid, kind = signing.loads(token, salt=SALT)
        return UUID(uid), str(kind)
    except (signing.BadSignature, ValueError, TypeError):
        return None
