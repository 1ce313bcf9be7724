"""What follows from signing in and from changing how one signs in."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.signals import authenticator_added, authenticator_removed, authenticator_reset
from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from eduraise.accounts.middleware import SEEN_AT, SIGNED_IN_AT
from eduraise.accounts.models import User
from eduraise.accounts.sessions import end_all


@receiver(user_logged_in)
def note_sign_in(request: HttpRequest, **_more: Any) -> None:
    """From when a session counts; and it is listed, by whatever way somebody came in."""
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = time.time()
    if request.META.get("REMOTE_ADDR"):  # not where a test makes a session without a request
        UserSession.objects.create_from_request(request)


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def end_other_sessions(request: HttpRequest, user: User, **_more: Any) -> None:
    """A second factor that came or went: whoever is signed in elsewhere must sign in anew."""
    end_all(user, but=request.session.session_key)
