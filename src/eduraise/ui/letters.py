"""Mails as every room writes them: a title, sentences, facts, a quotation, one button.

Rooms give words; text and HTML are made from them by one pair of templates, so that no mail differs from
another, and nothing that a person typed becomes a link or a header.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils.translation import get_language, get_language_bidi

# Mail programs make links of what looks like an address; a space of no width keeps them from it.
_LINKABLE = re.compile(r"(?<=\w)[.@](?=[^\W\d])|:(?=//)")
_NOTHING_WIDE = "\u200b"


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What one message says, in the language and zone that are active.

    title: one line, the subject too. sentences: plain text. facts: label and value. quote: what a person
    wrote, quote_by their name. verb and path: the one button, to an address of ours that begins with "/".
    why: why it is sent, in small print. unsubscribe: a path that ends such mails.
    """

    title: str
    sentences: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()
    quote: str = ""
    quote_by: str = ""
    verb: str = ""
    path: str = ""
    why: str = ""
    unsubscribe: str = ""


def one_line(text: str, *, longest: int = 180) -> str:
    """Text for a header: one line without control characters, cut at `longest`."""
    printable = "".join(letter if letter.isprintable() else " " for letter in text)
    line = " ".join(printable.split())
    return line if len(line) <= longest else line[: longest - 1].rstrip() + "…"


def unlinked(text: str) -> str:
    """The same words, of which no mail program makes a link."""
    return _LINKABLE.sub(lambda found: f"{found[0]}{_NOTHING_WIDE}", text)


def absolute(path: str) -> str:
    """The whole address of one of our pages: by BASE_URL, never by what a request says its host is."""
    return f"{settings.BASE_URL}{path}"


def compose(letter: Letter, *, to: str, headers: Mapping[str, str] | None = None) -> EmailMultiAlternatives:
    """The mail to one address, as text and as HTML, in the active language."""
    context = {
        "letter": letter,
        "title": one_line(letter.title),
        "sentences": [unlinked(sentence) for sentence in letter.sentences],
        "facts": [(label, unlinked(value)) for label, value in letter.facts],
        "quote": unlinked(letter.quote),
        "url": absolute(letter.path) if letter.path else "",
        "unsubscribe_url": absolute(letter.unsubscribe) if letter.unsubscribe else "",
        "organisation": settings.ORGANISATION or "EduRaise",
        "language": get_language() or settings.LANGUAGE_CODE,
        "direction": "rtl" if get_language_bidi() else "ltr",
    }
    mail = EmailMultiAlternatives(
        subject=one_line(letter.title),
        body=render_to_string("ui/letter.txt", context).strip() + "\n",
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers={"Auto-Submitted": "auto-generated", **(headers or {}), **_unsubscribe_headers(letter)},
    )
    mail.attach_alternative(render_to_string("ui/letter.html", context), "text/html")
    return mail


def _unsubscribe_headers(letter: Letter) -> dict[str, str]:
    if not letter.unsubscribe:
        return {}
    # one click in the mail program, RFC 8058
    return {
        "List-Unsubscribe": f"<{absolute(letter.unsubscribe)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
