"""The guided set-up: five steps, each with its own test, to leave and resume.

Which are done follows from what is there; only the choice of the first is kept.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core import signing
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from eduraise.accounts.models import User
from eduraise.core.models import Setting
from eduraise.zoom import api, checks, features, wholeaccount
from eduraise.zoom.models import ZoomAccount

KIND_KEPT_AS = "zoom_kind"
COPIED_KEPT_AS = "zoom_copied"
# Whoever administers Zoom gets the addresses and scopes by a link, without an account here
HANDED_FOR = timedelta(days=7)
_SALT = "zoom-for-its-admin"


class Kind(StrEnum):
    """How classes get their Zoom."""

    TEACHERS = "teachers"
    ACCOUNT = "account"
    BOTH = "both"

    @property
    def teachers_connect(self) -> bool:
        """Whether each teacher connects her own."""
        return self is not Kind.ACCOUNT

    @property
    def account_connects(self) -> bool:
        """Whether the organisation's account is connected as a whole."""
        return self is not Kind.TEACHERS


KINDS: tuple[tuple[Kind, str | Promise, str | Promise], ...] = (
    (
        Kind.ACCOUNT,
        _("The organisation’s account, once"),
        _("For an organisation that pays for Zoom. Teachers need not do anything."),
    ),
    (
        Kind.TEACHERS,
        _("Each teacher connects her own"),
        _("For teachers who have Zoom accounts of their own. It takes each of them a minute."),
    ),
    (Kind.BOTH, _("Both"), _("A teacher’s own connection is used first, else the organisation’s.")),
)
# What is worth hearing, by Zoom's names; those of people's accounts reach an account's own app alone
MEETING_EVENTS = (
    "meeting.started",
    "meeting.ended",
    "meeting.created",
    "meeting.updated",
    "meeting.deleted",
    "meeting.participant_joined",
    "meeting.participant_left",
    "meeting.participant_joined_waiting_room",
    "meeting.participant_left_waiting_room",
    "meeting.participant_admitted",
    "meeting.participant_put_in_waiting_room",
    "meeting.participant_joined_breakout_room",
    "meeting.participant_left_breakout_room",
    "recording.started",
    "recording.paused",
    "recording.resumed",
    "recording.stopped",
    "recording.completed",
    "recording.transcript_completed",
    "recording.trashed",
    "recording.deleted",
    "recording.recovered",
)
USER_EVENTS = (
    "user.activated",
    "user.updated",
    "user.deactivated",
    "user.deleted",
    "user.disassociated",
)
# Zoom sends it for published apps alone
# (https://developers.zoom.us/docs/integrations/end-user-auth/, read 2026-11-22)
APP_EVENTS = ("app_deauthorized",)
TITLES: tuple[str | Promise, ...] = (
    _("How classes get Zoom"),
    _("Copy to Zoom"),
    _("Paste from Zoom"),
    _("Hear from Zoom"),
    _("Try a class"),
)


def kind() -> Kind | None:
    """What was chosen; what is configured speaks for itself."""
    row = Setting.objects.filter(name=KIND_KEPT_AS).first()
    if row is not None and str(row.value) in Kind:
        return Kind(str(row.value))
    if api.is_configured():
        return Kind.BOTH if api.account_is_configured() else Kind.TEACHERS
    return Kind.ACCOUNT if api.account_is_configured() else None


def choose(chosen: Kind, *, by: User, now: datetime) -> None:
    """Keep the choice."""
    _keep(KIND_KEPT_AS, chosen, by, now)


def note_copied(chosen: Kind, *, by: User, now: datetime) -> None:
    """Somebody says that all of this kind was copied to Zoom."""
    _keep(COPIED_KEPT_AS, chosen, by, now)


def _keep(name: str, chosen: Kind, by: User, now: datetime) -> None:
    row = Setting.objects.filter(name=name).first() or Setting(name=name)
    row.value, row.set_by_uid, row.set_at = str(chosen), by.uid, now
    row.save()


def done() -> list[bool]:
    """Which of the five steps are done. Copying is so when somebody said it, or once what it gave works."""
    chosen = kind()
    pasted = chosen is not None and _is_pasted(chosen)
    tested = checks.last()
    meeting = next((one for one in tested[1] if one.name == "meeting"), None) if tested else None
    return [
        chosen is not None,
        pasted or (chosen is not None and _is_copied(chosen)),
        pasted,
        pasted and (heard_at() is not None or not is_public()),
        meeting is not None and meeting.state == checks.OK,
    ]


def first_open() -> int:
    """The step to go on with, from 1; the last if all are done."""
    return next((number for number, is_done in enumerate(done(), start=1) if not is_done), len(TITLES))


def _is_copied(chosen: Kind) -> bool:
    row = Setting.objects.filter(name=COPIED_KEPT_AS).first()
    return row is not None and str(row.value) == chosen


def _is_pasted(chosen: Kind) -> bool:
    account = wholeaccount.whole()
    has_account = account is not None and account.serves
    return (api.is_configured() or not chosen.teachers_connect) and (
        has_account or not chosen.account_connects
    )


def heard_at() -> datetime | None:
    """When the last event arrived."""
    at: datetime | None = ZoomAccount.objects.aggregate(at=Max("webhook_seen_at"))["at"]
    return at


def is_public() -> bool:
    """Whether Zoom could reach this installation: https, and neither this machine nor a private network."""
    parts = urlsplit(settings.BASE_URL)
    host = parts.hostname or ""
    try:
        return parts.scheme == "https" and ip_address(host).is_global
    except ValueError:
        return parts.scheme == "https" and "." in host and not host.endswith((".local", ".internal", ".test"))


def scopes(chosen: Kind) -> list[str]:
    """The scopes to add, in Zoom's words; the account's app takes them for everybody."""
    if chosen is Kind.ACCOUNT:
        return [*(f"{scope}:admin" for scope in features.ALL_SCOPES), *features.REPORTS.scopes]
    return list(features.ALL_SCOPES)


def handed_link(chosen: Kind) -> str:
    """The part of an address by which whoever administers Zoom sees what to copy, for seven days."""
    return signing.dumps(str(chosen), salt=_SALT)


def of_handed_link(token: str) -> Kind | None:
    """What was handed over; None for a link that is broken or has run out."""
    try:
        return Kind(signing.loads(token, salt=_SALT, max_age=HANDED_FOR))
    except (signing.BadSignature, ValueError):
        return None
