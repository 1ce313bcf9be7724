"""Forms that are sent twice and must work once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from eduraise.core.errors import DomainError
from eduraise.core.models import Once


class SentBefore(Exception):
    """The same form was sent before; `answer_uid` is what came of it (None while it is still under way)."""

    def __init__(self, answer_uid: UUID | None) -> None:
        super().__init__("sent before")
        self.answer_uid = answer_uid


class OtherContent(DomainError):
    """The same form came again with other content."""

    code = "form_reused"


def claim(*, owner_uid: UUID, purpose: str, key: str, content: Mapping[str, Any], now: datetime) -> Once:
    """Take the one effect of a form, within the caller's transaction.

    Raises SentBefore when this very form had its effect, OtherContent when its content differs now.
    A concurrent twin waits here for the first one's commit (PostgreSQL) or comes after it (SQLite).
    """
    digest = hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()
    try:
        with transaction.atomic():
            return Once.objects.create(
                owner_uid=owner_uid, purpose=purpose, key=key, request_hash=digest, at=now
            )
    except IntegrityError:
        first = Once.objects.get(owner_uid=owner_uid, purpose=purpose, key=key)
    if first.request_hash != digest:
        raise OtherContent(_("This form was already sent with other content. Open it again.")) from None
    raise SentBefore(first.answer_uid)
