"""The addresses of a class: the one that people are given and keep, and its pages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from eduraise.classes.models import ClassSession


def door_path(session: ClassSession) -> str:
    """The class's door, for links within the product."""
    return f"/j/{session.code}"


def door_url(session: ClassSession) -> str:
    """The same with our own origin, to be copied, printed or mailed."""
    return f"{settings.BASE_URL}{door_path(session)}"


def page_of(session: ClassSession, name: str = "detail") -> str:
    """One of its pages, by the name of its route."""
    before, after = _around_code(name)
    return f"{before}{session.code}{after}"


def restore_address(sessions: Iterable[ClassSession], back: str) -> str:
    """Where cancelled classes are restored; back: the page to return to."""
    query = urlencode([*(("pick", one.code) for one in sessions), ("back", back)])
    return f"{reverse('classes:restore_several')}?{query}"


@cache
def _around_code(name: str) -> tuple[str, str]:
    """What stands before and after the code in a route; the same for all classes, and lists ask often."""
    before, code, after = reverse(f"classes:{name}", args=[_ANY]).partition(_ANY)
    assert code
    return before, after


_ANY = "ANY-CLASS"
