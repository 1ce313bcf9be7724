"""Who may look at a class's register, and who may change it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http.response import HttpResponseBase

from eduraise.classes.decorators import class_needing
from eduraise.programs.enums import Permission

type View = Callable[..., HttpResponseBase]

seen: Callable[[View], View] = class_needing(Permission.SEE_ATTENDANCE)


def is_partial(request: Any) -> bool:
    """Whether htmx asks for a part of the page."""
    return bool(request.headers.get("HX-Request-Type") == "partial")
