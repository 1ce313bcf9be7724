"""The token that an invitation travels by, and the mail that carries it."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from eduraise.accounts.models import Invitation
from eduraise.accounts.reading import as_read_by
from eduraise.ui.letters import Letter, compose

LASTS = timedelta(days=7)


def hash_of(token: str) -> str:
    """What is kept of a token. It is random and long: a plain hash can't be turned back."""
    return hashlib.sha256(token.encode()).hexdigest()


def path_of(token: str) -> str:
    """The address that an invitation leads to."""
    return reverse("accounts:invited", args=[token])


def mail_invitation(invitation: Invitation, token: str) -> None:
    """Queue the mail, in the caller's transaction, in the language of the person invited."""
    person = invitation.person
    with as_read_by(person):
        compose(_letter(invitation, token), to=person.email).send()


def _letter(invitation: Invitation, token: str) -> Letter:
    organisation = settings.ORGANISATION or "EduRaise"
    by = invitation.invited_by
    until = date_format(timezone.localtime(invitation.expires_at), "l j F")
    return Letter(
        title=_("Your account at %(organisation)s") % {"organisation": organisation},
        sentences=(
            _("Hello %(name)s.") % {"name": invitation.person.name},
            _("%(by)s has made an account for you, for classes online.") % {"by": by.name}
            if by
            else _("An account has been made for you, for classes online."),
            _("Choose your own password and it is yours. The link works once, until %(day)s.")
            % {"day": until},
        ),
        verb=_("Set up my account"),
        path=path_of(token),
        why=_("If you expected no such account, do nothing: nobody can use it without this link."),
    )
