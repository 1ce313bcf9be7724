"""The sign-in library's forms with our labels: sentence case, no placeholders that stand for labels."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as second_step
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as passkeys
from django.forms import ValidationError
from django.utils.translation import gettext_lazy as _

LABELS = {
    "login": _("E-mail"),
    "email": _("E-mail"),
    "password": _("Password"),
    "oldpassword": _("Your present password"),
    "password1": _("New password"),
    "password2": _("The same password again"),
    "code": _("Code"),
    "name": _("Name"),
    "passwordless": _("Sign in by this passkey alone, without a password"),
}


class Ours:
    """Mixed into a form of the library's."""

    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = LABELS.get(name, field.label)
            if name == "password1":
                field.help_text = _("At least 12 characters. Four words in a row are good.")
            elif name in ("password", "oldpassword"):
                field.help_text = ""  # the way to a new one stands below the form


class LoginForm(Ours, account.LoginForm):
    """What doesn't match is said at the password."""

    def clean(self) -> dict[str, Any]:
        """Which of the two is wrong is said to nobody."""
        try:
            super().clean()
        except ValidationError as problem:
            self.add_error("password", problem)
            self.fields["password"].widget.attrs["autofocus"] = True
        return dict(self.cleaned_data)


class ChangePasswordForm(Ours, account.ChangePasswordForm):
    """The present password and a new one."""


class SetPasswordForm(Ours, account.SetPasswordForm):
    """A first password."""


class ResetPasswordForm(Ours, account.ResetPasswordForm):
    """The address to which a link is sent."""


class ResetPasswordKeyForm(Ours, account.ResetPasswordKeyForm):
    """A new password by a link."""


class ReauthenticateForm(Ours, account.ReauthenticateForm):
    """The password once more."""


class ChangeEmailForm(Ours, account.ChangeEmailForm):
    """A new address."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("New e-mail address")


class AuthenticateForm(Ours, second_step.AuthenticateForm):
    """The second step when signing in."""


class ReauthenticateByCodeForm(Ours, second_step.ReauthenticateForm):
    """The second step once more."""


class ActivateForm(Ours, totp.ActivateTOTPForm):
    """The first code of an authenticator app."""


class AddPasskeyForm(Ours, passkeys.AddWebAuthnForm):
    """A passkey and its name."""


class RenamePasskeyForm(Ours, passkeys.EditWebAuthnForm):
    """A passkey's name."""
