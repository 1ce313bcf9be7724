"""Random names for things: uids for machines, short codes that people can read aloud."""

from __future__ import annotations

import secrets
import uuid

# Digits and capitals without those that look or sound alike (0 O, 1 I L, U V).
ALPHABET = "23456789ABCDEFGHJKMNPQRSTWXYZ"
CODE_LENGTH = 6


def new_uid() -> uuid.UUID:
    """A random identifier (122 bits)."""
    return uuid.uuid4()


def new_code() -> str:
    """A short code such as `7F3K-2Q`: an address, not a secret."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))
    return f"{letters[:4]}-{letters[4:]}"


def read_code(typed: str) -> str | None:
    """The code that somebody typed, in its written form; None if it can't be one."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    if len(letters) != CODE_LENGTH or any(letter not in ALPHABET for letter in letters):
        return None
    return f"{letters[:4]}-{letters[4:]}"


def new_token() -> str:
    """A secret for an address: 256 bits, safe in a URL."""
    return secrets.token_urlsafe(32)
