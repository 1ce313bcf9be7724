"""Lucide's icons, inlined: one picture never costs a request, and takes the colour of the words beside it."""

import re
from functools import cache
from pathlib import Path

from django.utils.safestring import SafeString, mark_safe

FOLDER = Path(__file__).parent / "icons"
#: Pictures that point along the line of reading; they are mirrored where the page is.
POINTING = frozenset({"chevron-left", "chevron-right", "send", "log-out"})


class UnknownIcon(LookupError):
    """No icon of that name is vendored. Names: ui/icons/*.svg."""


@cache
def icon_svg(name: str) -> SafeString:
    """The icon as an inline ``<svg>``, hidden from assistive technology: the word beside it speaks.

    Raises UnknownIcon, so that a misspelt name fails in the first test that renders it.
    """
    path = FOLDER / f"{name}.svg"
    if not re.fullmatch(r"[a-z-]+", name) or not path.exists():
        raise UnknownIcon(name)
    source = path.read_text()
    body = re.sub(r"<!--.*?-->|</?svg[^>]*>", "", source, flags=re.DOTALL)
    body = re.sub(r"\s+", " ", body).replace(" />", "/>").replace("> <", "><").strip()
    flip = " flip" if name in POINTING else ""
    return mark_safe(f'<svg class="i{flip}" viewBox="0 0 24 24" aria-hidden="true">{body}</svg>')  # noqa: S308


def icon_names() -> list[str]:
    """Every icon there is, sorted."""
    return sorted(path.stem for path in FOLDER.glob("*.svg"))
