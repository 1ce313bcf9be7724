"""HTML made in Python, for what a page has very often.

Django's `format_html` takes lazy values too and asks each for that; a list of classes fills some four hundred
shapes, and spent a tenth of its time on asking.
"""

from __future__ import annotations

from html import escape

from django.utils.safestring import SafeString


def filled(shape: str, *values: object) -> SafeString:
    """A shape as `str.format` has it with values in its places, escaped unless they are HTML already."""
    return SafeString(shape.format(*[_escaped(value) for value in values]))


def _escaped(value: object) -> str:
    if value.__class__ is SafeString:
        return value
    made: str = value.__html__() if hasattr(value, "__html__") else escape(str(value))
    return made
