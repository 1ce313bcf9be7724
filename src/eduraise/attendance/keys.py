"""The forms in which what people are known by is compared, and kept: a name as Unicode has it, a number as
dialled; of what is remembered only a digest that tells nothing without the installation's key.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from django.utils.crypto import salted_hmac

from eduraise.accounts.models import email_key
from eduraise.attendance.enums import IdentityKind

_NUMBER = re.compile(r"\+?[0-9(][0-9 ()./-]{5,24}")
_PLAIN_KEY = re.compile(r"[!-~]{1,100}")


def clean(text: object, most: int) -> str:
    """Text as Zoom gave it, without what no database or page takes, cut to `most` characters."""
    if not isinstance(text, str):
        return ""
    printable = (letter for letter in text if unicodedata.category(letter) not in ("Cc", "Cs"))
    return "".join(printable).strip()[:most]


def plain_key(text: object) -> str:
    """A key of Zoom's; what is not of its kind or too long stands as a digest. "" where there is none."""
    if not isinstance(text, str) or not text:
        return ""
    return text if _PLAIN_KEY.fullmatch(text) else digest(text).hex()


def digest(*parts: object) -> bytes:
    """Sixteen bytes that stand for these values."""
    written = "\x1f".join(str(part) for part in parts)
    return hashlib.blake2b(written.encode("utf-8", "replace"), digest_size=16).digest()


def name_form(name: str) -> str:
    """A name as it is compared: one of Unicode's spellings, whatever its case and blanks."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def phone_form(text: str) -> str:
    """A phone number's digits, where a name is one: callers are named by theirs. "" for anything else."""
    if not _NUMBER.fullmatch(text.strip()):
        return ""
    digits = re.sub(r"\D", "", text)
    return digits if 7 <= len(digits) <= 15 else ""


def value_key(kind: str, value: str) -> str:
    """What is kept of a value by which somebody is known."""
    forms = {IdentityKind.EMAIL: email_key, IdentityKind.NAME: name_form}
    form = forms[IdentityKind(kind)](value) if kind in forms else value
    return salted_hmac(f"eduraise.attendance.{kind}", form, algorithm="sha256").hexdigest()
