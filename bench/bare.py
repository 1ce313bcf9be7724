"""The yardstick: the list's rows as the framework alone would give them.

Fair is: the very rows that our page shows a teacher, down to their HTML (a test compares them), written by
hand in one plain template and fetched by one plain query, behind the framework's sessions, sign-in and CSRF
check. What stands around the rows is bare: no navigation, tabs or filters, no roles; and nothing is derived,
as each of these classes is simply booked. For all that a list of ours may cost half as much again.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path
from django.utils import timezone
from django.utils.translation import gettext as _

from eduraise.classes.models import ClassSession
from eduraise.core import clock
from eduraise.programs.models import Program
from eduraise.ui.hues import hue_of

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
PER_PAGE = 25


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """The coming classes of the reader's programs, 25 of them, by day."""
    now = clock.now()
    programs = Program.objects.filter(assignments__person=request.user)
    sessions = (
        ClassSession.objects.filter(program__in=programs, cancelled_at__isnull=True, ends_at__gt=now)
        .select_related("program", "teacher")
        .order_by("starts_at", "pk")[:PER_PAGE]
    )
    enrolled = dict(
        programs.annotate(n=Count("enrolments", filter=Q(enrolments__until_at__isnull=True))).values_list(
            "pk", "n"
        )
    )
    for session in sessions:
        session.enrolled = enrolled[session.program_id]  # type: ignore[attr-defined]
        session.city = session.zone.rpartition("/")[2].replace("_", " ")  # type: ignore[attr-defined]
        session.hue = hue_of(session.program.code)  # type: ignore[attr-defined]
    days = list(by_day(sessions, timezone.localdate(now)))
    return HttpResponse(TEMPLATE.render({"days": days, "origin": settings.BASE_URL}, request))


def by_day(sessions: Iterable[ClassSession], today: date) -> Iterable[dict[str, Any]]:
    """The classes of each day, with the day's name where it is near."""
    names = {today: _("Today"), today + timedelta(days=1): _("Tomorrow")}
    for on, rows in groupby(sessions, key=lambda session: timezone.localtime(session.starts_at).date()):
        yield {"on": on, "near": names.get(on, ""), "sessions": list(rows)}


TEMPLATE = engines["django"].from_string(Path(__file__).with_suffix(".html").read_text(encoding="utf-8"))
urlpatterns = [path("bare/", page), path("", include("eduraise.config.urls"))]
