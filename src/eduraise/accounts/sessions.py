"""Where a person is signed in, and ending it."""

from __future__ import annotations

from allauth.usersessions.models import UserSession

from eduraise.accounts.models import User


def end_all(person: User, *, but: str | None = None) -> int:
    """Sign a person out everywhere, but in the session with this key; how many ended, at once."""
    ended = 0
    for session in UserSession.objects.filter(user_id=person.pk).exclude(session_key=but or ""):
        session.end()
        ended += 1
    return ended
