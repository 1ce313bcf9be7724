"""The app's credentials that an admin gives on the set-up page: tried at Zoom, then kept, encrypted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import Enum

import structlog
from django.conf import settings
from django.db import transaction

from eduraise.accounts.models import User
from eduraise.core import audit
from eduraise.core.models import Setting
from eduraise.zoom import api
from zoomclient import ConnectionLost, CredentialsRefused, Refused, Secret, ZoomError

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


def fixed(names: Sequence[str] = NAMES) -> list[str]:
    """Of these names, those whose value the environment gives; no page can change them."""
    return [name for name in names if settings.ZOOM_ENVIRONMENT.get(name)]


def whole_with(given: Mapping[str, str], names: Sequence[str] = CLIENT) -> list[str]:
    """The values of these names as they would be with what is given; "" where there is none."""
    return [given.get(name) or api.configured(name) for name in names]


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


def try_account(account_id: str, client_id: str, client_secret: str) -> Trial:
    """Ask Zoom whether it knows this server-to-server app of this account: it gives a token if so.

    The token is not kept. Call it outside a transaction.
    """
    with api.oauth_with(client_id, client_secret) as oauth:
        try:
            oauth.account_credentials(account_id)
        except Refused as problem:
            return Trial.WRONG_KIND if problem.reason == "grant_type_refused" else Trial.REFUSED
        except ZoomError as problem:
            log.warning("the account could not be tried", reason=problem.reason)
            return Trial.UNTRIED
    return Trial.ACCEPTED


@transaction.atomic
def forget(*, names: Sequence[str], by: User, now: datetime) -> None:
    """Forget what an admin gave before."""
    Setting.objects.filter(name__in=names).delete()
    audit.record("zoom.credentials_forgotten", by=by, at=now, after={"names": sorted(names)})


@transaction.atomic
def keep(*, values: Mapping[str, str], by: User, now: datetime) -> None:
    """Keep what an admin gave, encrypted; the audit holds the names only."""
    for name, value in values.items():
        row = Setting.objects.filter(name=name).first() or Setting(name=name)
        row.value, row.set_by_uid, row.set_at = value, by.uid, now
        row.save()
    audit.record("zoom.credentials_set", by=by, at=now, after={"names": sorted(values)})
