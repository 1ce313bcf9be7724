"""The app's credentials that an admin gives on the set-up page: tried at Zoom, then kept, encrypted."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import Enum

import structlog
from django.conf import settings
from django.db import transaction

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.core.models import Setting
from eduraise.zoom import api
from zoomclient import ConnectionLost, CredentialsRefused, Secret, ZoomError

NAMES = ("ZOOM_CLIENT_ID", "ZOOM_CLIENT_SECRET", "ZOOM_WEBHOOK_SECRET")
CLIENT = NAMES[:2]
NO_TOKEN = Secret("no-such-token")
log = structlog.get_logger(__name__)


class Trial(Enum):
    """What Zoom said to a client id and secret."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    WRONG_KIND = "wrong_kind"
    UNTRIED = "untried"


def fixed() -> list[str]:
    """The names whose value the environment gives; no page can change them."""
    return [name for name in NAMES if settings.ZOOM_ENVIRONMENT.get(name)]


def client_with(given: Mapping[str, str]) -> tuple[str, str]:
    """The client id and secret as they would be with what is given; "" where there is none."""
    client_id, client_secret = (given.get(name) or api.configured(name) for name in CLIENT)
    return client_id, client_secret


def try_at_zoom(client_id: str, client_secret: str) -> Trial:
    """Ask Zoom whether it knows this client. Call it outside a transaction.

    It asks to renew a token that doesn't exist: Zoom looks at the client first, and an answer about the token
    means that the client was accepted. Nothing changes at Zoom. UNTRIED: Zoom gave no answer that tells.
    """
    with api.oauth_with(client_id, client_secret) as oauth:
        try:
            oauth.refresh(NO_TOKEN)
        except ConnectionLost:
            return Trial.ACCEPTED
        except CredentialsRefused as problem:
            return Trial.WRONG_KIND if problem.reason == "grant_type_refused" else Trial.REFUSED
        except ZoomError as problem:
            log.warning("credentials could not be tried", reason=problem.reason)
            return Trial.UNTRIED
    return Trial.ACCEPTED


@transaction.atomic
def keep(*, values: Mapping[str, str], by: User, now: datetime) -> None:
    """Keep what an admin gave, encrypted; the audit holds the names only."""
    for name, value in values.items():
        row = Setting.objects.filter(name=name).first() or Setting(name=name)
        row.value, row.set_by_uid, row.set_at = value, by.uid, now
        row.save()
    audit.record("zoom.credentials_set", by=by, at=now, after={"names": sorted(values)})
