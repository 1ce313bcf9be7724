"""The sign-in library's mails in our words: each by the name that the library gives it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eduraise.ui.letters import Letter

type Context = Mapping[str, Any]


def letter_for(name: str, context: Context) -> Letter:
    """The letter for one of the library's mails ("account/email/password_changed"). Raises KeyError."""
    return LETTERS[name](context)


def _reset(context: Context) -> Letter:
    return Letter(
        title=_("Choose a new password"),
        sentences=(
            _("Somebody, we hope you, asked for a new password for your account."),
            _("The link works once, for an hour."),
        ),
        verb=_("Choose a new password"),
        path=_path(context["password_reset_url"]),
        why=_("If it wasn't you, do nothing: your password stays as it is."),
    )


def _confirm(context: Context) -> Letter:
    return Letter(
        title=_("Confirm your e-mail address"),
        sentences=(_("This address was given for your account. Confirm that it is yours to have it used."),),
        verb=_("Confirm this address"),
        path=_path(context["activate_url"]),
        why=_("If you asked for no such thing, do nothing: nothing changes."),
    )


def _address_changed(context: Context) -> Letter:
    facts = ((_("Before"), context["from_email"]), (_("From now on"), context["to_email"]))
    return _notice(_("The e-mail address of your account was changed"), context, facts)


def _address_removed(context: Context) -> Letter:
    facts = ((_("Address"), context["deleted_email"]),)
    return _notice(_("An e-mail address was removed from your account"), context, facts)


def _noticing(title: Callable[[], str]) -> Callable[[Context], Letter]:
    return lambda context: _notice(title(), context)


def _notice(title: str, context: Context, facts: tuple[tuple[str, str], ...] = ()) -> Letter:
    """Something about how one signs in has changed: when, from where, and what to do if it wasn't you."""
    at: datetime = timezone.localtime(context["timestamp"])
    return Letter(
        title=title,
        sentences=(
            _("If it was you, there is nothing to do."),
            _("If it wasn't, choose a new password now: it signs out everybody who is signed in as you."),
        ),
        facts=(
            *facts,
            (_("When"), f"{date_format(at, 'l j F')} {date_format(at, 'H:i')} ({at.tzname()})"),
            (_("From"), str(context["ip"])),
            (_("Browser"), str(context["user_agent"])),
        ),
        verb=_("Choose a new password"),
        path=reverse("account_reset_password"),
    )


def _path(address: str) -> str:
    """The library's addresses begin with the request's host, ours with BASE_URL: only the path counts."""
    return urlsplit(address).path


LETTERS: dict[str, Callable[[Context], Letter]] = {
    "account/email/password_reset_key": _reset,
    "account/email/email_confirmation": _confirm,
    "account/email/email_confirmation_signup": _confirm,
    "account/email/email_changed": _address_changed,
    "account/email/email_deleted": _address_removed,
    "account/email/email_confirm": _noticing(lambda: _("Your e-mail address is confirmed")),
    "account/email/password_changed": _noticing(lambda: _("Your password was changed")),
    "account/email/password_set": _noticing(lambda: _("Your password was set")),
    "account/email/password_reset": _noticing(lambda: _("Your password was changed by a link in a mail")),
    "mfa/email/totp_activated": _noticing(lambda: _("An authenticator app was added to your account")),
    "mfa/email/totp_deactivated": _noticing(lambda: _("The authenticator app was removed from your account")),
    "mfa/email/recovery_codes_generated": _noticing(lambda: _("You have new recovery codes")),
    "mfa/email/webauthn_added": _noticing(lambda: _("A passkey was added to your account")),
    "mfa/email/webauthn_removed": _noticing(lambda: _("A passkey was removed from your account")),
}
