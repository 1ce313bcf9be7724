"""The yardstick: the same rows by the framework alone, one query, one plain template, sessions, sign-in."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from eduraise.classes.models import ClassSession

MIDDLEWARE = [
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
]
PER_PAGE = 25
PAGE = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Classes</title></head><body><main>
<h1>Classes</h1>
{% for session in sessions %}
{% ifchanged session.starts_at.date %}<h2>{{ session.starts_at|date:"l j F" }}</h2>{% endifchanged %}
<article class="row">
<time>{{ session.starts_at|time }}–{{ session.ends_at|time }}</time>
<h3><a href="{% url "classes:detail" session.code %}">{{ session.topic }}</a></h3>
<p><span class="tag">{{ session.program.code }}</span> <span>{{ session.teacher.name }}</span> Booked</p>
</article>
{% endfor %}</main></body></html>"""


@login_required
def page(request: HttpRequest) -> HttpResponse:
    """The coming classes of the reader's programs, 25 of them."""
    sessions = (
        ClassSession.objects.filter(program__assignments__person=request.user, cancelled_at__isnull=True)
        .select_related("program", "teacher")
        .order_by("starts_at", "pk")[:PER_PAGE]
    )
    return HttpResponse(TEMPLATE.render({"sessions": sessions}, request))


TEMPLATE = engines["django"].from_string(PAGE)
urlpatterns = [path("bare/", page), path("", include("eduraise.config.urls"))]
