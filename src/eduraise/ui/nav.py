"""The main navigation as data. Rooms register their entries in ``AppConfig.ready``; the shell draws them.

    nav.register("teacher", _("Classes"), url="classes:list", icon="list-video", order=20)

Five entries at most have the place "main" for a role: they are the bottom bar on phones. "more" stands at the
foot of the sidebar and, on phones, in the person's menu; "person" stands in the person's menu only.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise

Place = Literal["main", "more", "person"]
Badge = Callable[[HttpRequest], int]
ROLES = ("admin", "teacher", "student")
MAIN_ENTRIES = 5


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One place to go. ``badge`` counts what waits for this person, and for nothing else."""

    role: str
    name: str | Promise
    url: str
    icon: str
    order: int
    place: Place
    covers: tuple[str, ...]
    badge: Badge | None


@dataclass(frozen=True, kw_only=True)
class Link:
    """An entry as it stands on one page."""

    name: str | Promise
    href: str
    icon: str
    current: bool
    count: int


_entries: list[Entry] = []
_covered: list[tuple[str, str, str]] = []


def register(
    role: str,
    name: str | Promise,
    *,
    url: str,
    icon: str,
    order: int,
    place: Place = "main",
    covers: tuple[str, ...] = (),
    badge: Badge | None = None,
) -> None:
    """Add an entry for one of ROLES.

    url: a URL name without arguments. covers: beginnings of view names ("classes:", "zoom:connect") on whose
    pages this entry is the current one, besides its own. badge: a count, in constant queries.
    Raises ValueError for a sixth entry at "main".
    """
    entry = Entry(
        role=role, name=name, url=url, icon=icon, order=order, place=place, covers=covers, badge=badge
    )
    if entry in _entries:
        return
    if place == "main" and sum(other.place == place for other in _entries_of(role)) == MAIN_ENTRIES:
        raise ValueError(f"the bottom bar of a phone has room for {MAIN_ENTRIES}; {url!r} belongs under more")
    _entries.append(entry)


def cover(role: str, url: str, views: str) -> None:
    """Let a room below's entry `url` be the current one on the pages whose view names begin with `views`."""
    if (role, url, views) not in _covered:
        _covered.append((role, url, views))


def links(request: HttpRequest, role: str | None, place: Place) -> list[Link]:
    """The entries of a role at a place, in order, with the one marked on whose pages the reader is."""
    here = current_entry(request, role)
    return [
        Link(
            name=entry.name,
            href=reverse(entry.url),
            icon=entry.icon,
            current=entry is here,
            count=entry.badge(request) if entry.badge else 0,
        )
        for entry in _entries_of(role)
        if entry.place == place
    ]


def above(request: HttpRequest, role: str | None) -> Link | None:
    """The entry on whose pages the reader is: the way up from a page below it."""
    entry = current_entry(request, role)
    if entry is None:
        return None
    return Link(name=entry.name, href=reverse(entry.url), icon=entry.icon, current=True, count=0)


def current_entry(request: HttpRequest, role: str | None) -> Entry | None:
    """The entry that fits the request's view best: the longest match wins."""
    match = request.resolver_match
    if match is None:
        return None
    scored = ((_fit(entry, match.view_name), entry) for entry in _entries_of(role))
    best = max(scored, key=lambda pair: pair[0], default=(0, None))
    return best[1] if best[0] else None


def _entries_of(role: str | None) -> list[Entry]:
    return sorted((entry for entry in _entries if entry.role == role), key=lambda entry: entry.order)


def _fit(entry: Entry, view_name: str) -> int:
    if view_name == entry.url:
        return len(view_name) + 1
    added = [views for role, url, views in _covered if (role, url) == (entry.role, entry.url)]
    starts = (*entry.covers, *added)
    return max((len(start) for start in starts if view_name.startswith(start)), default=0)
