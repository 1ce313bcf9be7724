"""Lists, page by page: numbers and tokens of pages.

A token is good for fifteen minutes and for the list that gave it; it remembers what was asked for, so that it
is enough alone.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from zoomsim import errors
from zoomsim.records import Json
from zoomsim.world import World

_LARGEST = 300
_TOKEN_LIFE = timedelta(minutes=15)


@dataclass(frozen=True)
class Page:
    """Which rows of a list are wanted. `list` names the list; `query` is what was asked for at its start."""

    list: str
    size: int
    offset: int
    query: dict[str, str]


def asked(world: World, list_: str, query: Mapping[str, str], *, largest: int = _LARGEST) -> Page:
    """The page that a query asks for. Raises 400/300 for a wrong number or a token that is no good."""
    token = query.get("next_page_token", "")
    if token:
        return _read_token(world, list_, token)
    size = min(_number(query, "page_size", 30), largest)
    return Page(list_, size, (_number(query, "page_number", 1) - 1) * size, dict(query))


def cut[R](world: World, page: Page, rows: Sequence[R]) -> tuple[Sequence[R], Json]:
    """The rows of the page, and what stands around them in every list; not all lists have a page_number."""
    end = page.offset + page.size
    around = {
        "page_count": max(1, -(-len(rows) // page.size)),
        "page_size": page.size,
        "total_records": len(rows),
        "next_page_token": _make_token(world, page, end) if end < len(rows) else "",
    }
    return rows[page.offset : end], around


def number(page: Page) -> int:
    """Which page it is, from 1."""
    return page.offset // page.size + 1


def _number(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name, "")
    if text and not text.isdigit():
        raise errors.ValidationFailed((name, "Invalid field."))
    return max(1, int(text)) if text else default


def _make_token(world: World, page: Page, offset: int) -> str:
    until = (world.now() + _TOKEN_LIFE).timestamp()
    claims = {"list": page.list, "size": page.size, "offset": offset, "query": page.query, "until": until}
    text = base64.urlsafe_b64encode(json.dumps(claims).encode()).rstrip(b"=").decode()
    return f"{text}.{_signature(world, text)}"


def _read_token(world: World, list_: str, token: str) -> Page:
    text, _, signature = token.partition(".")
    if not hmac.compare_digest(_signature(world, text).encode(), signature.encode()):
        raise errors.invalid("The next page token is invalid or expired.")
    claims: Json = json.loads(base64.urlsafe_b64decode(text + "=="))
    if claims["list"] != list_ or world.now().timestamp() >= claims["until"]:
        raise errors.invalid("The next page token is invalid or expired.")
    return Page(list_, claims["size"], claims["offset"], claims["query"])


def _signature(world: World, text: str) -> str:
    key = hashlib.sha256(f"page|{world.options.seed}".encode()).digest()
    return hmac.digest(key, text.encode(), "sha256").hex()[:24]
