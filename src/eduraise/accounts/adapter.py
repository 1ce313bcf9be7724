"""What we want otherwise than the sign-in library: nobody signs up, who hasn't joined stays out."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.core import context as library
from allauth.mfa.adapter import DefaultMFAAdapter
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from eduraise.accounts.actions import resend_invitation
from eduraise.accounts.mails import letter_for
from eduraise.accounts.models import User
from eduraise.accounts.queries import find_by_email, last_invitation
from eduraise.accounts.reading import as_read_by
from eduraise.accounts.redirects import is_ours
from eduraise.core import clock, encrypted
from eduraise.core.errors import DomainError
from eduraise.ui.letters import compose

SECOND_STEP = "second step"


class Backend(AuthenticationBackend):
    """E-mail and password. Sessions of closed accounts end with their next request."""

    def user_can_authenticate(self, user: User | None) -> bool:
        """Whoever has joined and is not closed."""
        return user is not None and user.is_active and not user.is_invited


class Adapter(DefaultAccountAdapter):
    """The library's hooks."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": _("That e-mail and password don't match. Check for capitals."),
        "too_many_login_attempts": _("Too many wrong tries. Wait five minutes, or choose a new password."),
        "incorrect_password": _("That is not your password."),
        "email_taken": _("Somebody else has this address."),
        "duplicate_email": _("This is your address already."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts come by invitation only."""
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whether a `next` stays with us."""
        return bool(url) and is_ours(library.request, str(url))

    def pre_login(self, request: HttpRequest, user: User, **more: Any) -> HttpResponse | None:
        """Every way of signing in passes here: password, passkey, link."""
        answer: HttpResponse | None
        if user.is_active and user.is_invited:
            answer = self.respond_user_inactive(request, user)
        else:
            answer = super().pre_login(request, user, **more)
        return answer

    def clean_email(self, email: str) -> str:
        """Refuse a new address that belongs to somebody else in any spelling: it could never be stored."""
        user = library.request.user
        if isinstance(user, User):
            holder = find_by_email(email)
            if holder is not None and holder.pk != user.pk:
                raise ValidationError(self.error_messages["email_taken"], code="email_taken")
        return email

    def send_password_reset_mail(self, user: User, email: str, context: dict[str, Any]) -> None:
        """Who hasn't joined yet gets the invitation again instead, if it is still open."""
        if not user.is_invited:
            # to the stored address, not to the typed one: they may differ by letters that look alike
            self.send_mail("account/email/password_reset_key", user.email, context)
            return
        now, last = clock.now(), last_invitation(user)
        if last is not None and last.withdrawn_at is None and last.expires_at > now:
            try:
                resend_invitation(person=user, by=last.invited_by, now=now)
            except DomainError:
                return  # one went out a moment ago; saying so would tell strangers who is invited

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In our words, in the reader's language and zone."""
        reader = context.get("user") or find_by_email(email) or library.request.user
        with as_read_by(reader) if isinstance(reader, User) else nullcontext():
            compose(letter_for(template_prefix, context), to=email).send()


class SecondStepAdapter(DefaultMFAAdapter):
    """The library's words about the second step, whose secrets rest encrypted."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That code is not right. Each one works once, for half a minute."),
    }

    def encrypt(self, text: str) -> str:
        """What an app or a list of recovery codes is made from, as it is kept."""
        return encrypted.seal_for(SECOND_STEP, text)

    def decrypt(self, encrypted_text: str) -> str:
        """And as it is used. Raises Unreadable."""
        return encrypted.unseal_for(SECOND_STEP, encrypted_text)
