"""The living page of components, in every state and with awkward data: /components/?theme=dark&dir=rtl.

Each example is a template in ``ui/examples/``; the page shows what it gives and how it was written.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from eduraise.ui.icons import icon_names
from eduraise.ui.samples import SampleForm
from eduraise.ui.shell import THEMES
from eduraise.ui.states import STATES

#: A moment at which the sample class is about to start.
NOW = datetime(2025, 11, 27, 16, 48, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Madrid")
EXAMPLES = {
    "layout": _("A page"),
    "button": _("Buttons"),
    "board": _("Board"),
    "rail": _("Rail"),
    "chip": _("Chips and tags"),
    "time": _("Times"),
    "notice": _("Notices"),
    "needs": _("Needs you"),
    "card": _("Card, numbers and facts"),
    "field": _("Fields"),
    "fold": _("Folds, locks and the sentence"),
    "list": _("Tabs, filters, pages, selection"),
    "table": _("Table"),
    "dialog": _("Dialog, menu and toast"),
    "empty": _("Empty, waiting, progress"),
    "small": _("Small parts"),
    "icon": _("Icons"),
}


@login_not_required
def components(request: HttpRequest) -> HttpResponse:
    """Every component, for those who build pages; elsewhere there is no such page."""
    if not (settings.DEBUG or settings.DEMO or getattr(request.user, "is_admin", False)):
        raise Http404
    theme, direction = request.GET.get("theme", ""), request.GET.get("dir", "")
    if theme in THEMES:
        request.theme = theme  # type: ignore[attr-defined]
    if direction in {"ltr", "rtl"}:
        request.direction = direction  # type: ignore[attr-defined]
    with timezone.override(ZONE):
        return render(request, "ui/components.html", {"examples": _examples(), "now": NOW, **sample_values()})


def _examples() -> list[dict[str, Any]]:
    return [
        {"name": name, "title": title, "template": f"ui/examples/{name}.html", "source": _source(name)}
        for name, title in EXAMPLES.items()
    ]


def _source(name: str) -> str:
    template: Any = get_template(f"ui/examples/{name}.html")
    return str(template.template.source).strip()


def sample_values() -> dict[str, Any]:
    start = NOW + timedelta(minutes=12)
    return {
        "doors_at": start - timedelta(minutes=15),
        "starts_at": start,
        "ends_at": start + timedelta(minutes=90),
        "later_at": start + timedelta(hours=16),
        "later_end": start + timedelta(hours=18),
        "hour": timedelta(minutes=90),
        "long_hour": timedelta(minutes=150),
        "before_at": NOW - timedelta(minutes=24),
        "after_at": NOW + timedelta(minutes=66),
        "tuesday": date(2025, 11, 25),
        "thursday": date(2025, 12, 4),
        "holiday": date(2025, 12, 23),
        "far_off": date(2026, 11, 26),
        "states": [name for name, state in STATES.items() if state.word],
        "codes": ["ALG-2", "PHY-B", "ESL-3", "NUR-1", "ARB-1", "HIS-4", "BIO-2", "ART-0"],
        "empty_form": SampleForm(),
        "wrong_form": SampleForm({"topic": "", "passcode": "12", "length": "90", "starts_on": "2025-11-27"}),
        "page": Paginator(range(1240), 20).page(7),
        "colleagues": ["Ben Okafor", "مريم الحدّاد", "अनन्या कुलकर्णी"],
        "step_titles": [
            _("Choose"),
            _("Copy to Zoom"),
            _("Paste the keys"),
            _("Validate the webhook"),
            _("Try it"),
        ],
        "icons": icon_names(),
        "script": "<script>alert(1)</script>",
        "long_name": "Maximiliana Featherstonehaugh-Vandenberghe de la Fuente y Castilla-La Mancha",
        "endless": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft",
    }
