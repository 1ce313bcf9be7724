"""Chips and tags: a state with its icon and word, a program's code in its hue."""

from django.utils.safestring import SafeString

from eduraise.ui.html import filled
from eduraise.ui.hues import hue_of
from eduraise.ui.icons import icon_svg
from eduraise.ui.states import STATES


def chip(state: str, text: str = "", icon: str | None = None) -> SafeString:
    """``{% chip "live" %}``, ``{% chip "checked" _("Checked 18:00") %}``: a state with its icon and word."""
    known = STATES[state]
    name = known.icon if icon is None else icon
    return filled(
        '<span class="chip{}">{}{}</span>',
        f" {known.tone}" if known.tone else "",
        icon_svg(name) if name else "",
        text or known.word,
    )


def tag(code: str, hue: int | None = None) -> SafeString:
    """``{% tag program.code %}``: a program's code in its hue, never a hue alone."""
    return filled('<bdi class="tag hue-{}" dir="ltr">{}</bdi>', hue or hue_of(code), code)
