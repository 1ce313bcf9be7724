"""What a name may look like: one line of text, since it stands in mails and lists."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from eduraise.core.errors import DomainError

NAME_LONGEST = 150
EMAIL_LONGEST = 254


def clean_name(name: str) -> str:
    """The name without needless blanks. Raises DomainError (field "name")."""
    tidy = " ".join(name.split())
    if not tidy:
        raise DomainError(_("Give a name."), field="name", code="name_missing")
    if len(tidy) > NAME_LONGEST:
        raise DomainError(
            _("A name can have %(most)d characters at most.") % {"most": NAME_LONGEST},
            field="name",
            code="name_too_long",
        )
    if not tidy.isprintable() or "://" in tidy:
        raise DomainError(
            _("A name can't hold an address or invisible characters."), field="name", code="name_unfit"
        )
    return tidy


def clean_email(address: str) -> str:
    """The address without blanks around it. Raises DomainError (field "email")."""
    tidy = address.strip()
    try:
        validate_email(tidy)
    except ValidationError:
        tidy = ""
    if not tidy or len(tidy) > EMAIL_LONGEST:
        raise DomainError(
            _("That is no e-mail address. It should look like name@example.org."),
            field="email",
            code="email_unfit",
        )
    return tidy
