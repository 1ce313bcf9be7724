"""Home, by the role that is worn, find, and help."""

from __future__ import annotations

import re
from hashlib import blake2b

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_POST, require_safe

from eduraise.access.roles import SESSION_KEY, Role, RoleRequest
from eduraise.access.rules import visible_programs
from eduraise.accounts.models import User
from eduraise.core import clock
from eduraise.today import admin, teacher
from eduraise.today.admin import admin_page
from eduraise.today.common import title_of
from eduraise.today.finding import find
from eduraise.today.student import student_page
from eduraise.today.teacher import teacher_page

PAGES = {Role.ADMIN: admin_page, Role.TEACHER: teacher_page, Role.STUDENT: student_page}
# What differs from one rendering to the next without anything having changed: form tokens, salts of ids
VOLATILE = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|(?<=-)[0-9a-f]{6}-(?=\d+")')


@require_safe
def home(request: RoleRequest) -> HttpResponse:
    """What is next, what needs me, one obvious button.

    The page looks again by itself, and is answered 304 if nothing that it shows has changed.
    """
    now = clock.now()
    shown = PAGES[request.role](request.user, now)
    context = shown.context | {"now": now, "board": shown.board, "needs": shown.needs}
    part = render_to_string(f"today/{request.role}.html", context, request)
    mark = mark_of(part)
    is_part = request.headers.get("HX-Request-Type") == "partial"
    if is_part and request.headers.get("HX-PTag") == mark:
        return HttpResponse(status=304)
    context = {"now": now, "home": shown, "title": title_of(shown, now), "part": part}
    template = "today/home.html#whole" if is_part else "today/home.html"
    response = render(request, template, context | {"mark": mark, "is_part": is_part})
    response["HX-PTag"] = mark
    return response


@require_safe
def live(request: RoleRequest) -> HttpResponse:
    """The live board alone, which looks again every few seconds; 304 if nothing that it shows has changed.

    It costs one reading of what was made for all, and one of what this person may see. Whoever opens its
    address is sent to the page of which it is a part.
    """
    if request.role == Role.STUDENT:
        raise Http404
    if not request.headers.get("HX-Request"):
        return redirect("today:home")
    now = clock.now()
    if request.role == Role.ADMIN:
        watch = admin.watch_of(request.user, now)
    else:
        watch = teacher.watch_of(request.user, now, but=(request.GET.get("but") or "")[:20])
    seen = (request.headers.get("HX-PTag"), request.headers.get("If-None-Match", "").strip('"'))
    if watch.mark in seen:
        response = HttpResponse(status=304)
    else:
        response = render(request, "today/live.html", {"now": now, "watch": watch})
    response["HX-PTag"], response["ETag"] = watch.mark, f'"{watch.mark}"'
    return response


def mark_of(part: str) -> str:
    """Changes when what is shown changes."""
    return blake2b(VOLATILE.sub("", part).encode(), digest_size=12).hexdigest()


@require_POST
def role(request: RoleRequest) -> HttpResponse:
    """Wear another of one's roles, until the session ends."""
    chosen = request.POST.get("role", "")
    if chosen not in request.roles:
        raise Http404
    request.session[SESSION_KEY] = chosen
    return redirect("today:home")


@require_safe
def find_page(request: RoleRequest) -> HttpResponse:
    """Programs, classes and people by a word; the words stand in the address."""
    now = clock.now()
    found = find(request.user, request.GET.get("q", ""), now)
    is_part = request.headers.get("HX-Request-Type") == "partial"
    template = "today/find.html#found" if is_part else "today/find.html"
    return render(request, template, {"now": now, "found": found, "is_admin": request.user.is_admin})


@require_safe
def help_page(request: RoleRequest) -> HttpResponse:
    """How things are done here, for the role that is worn, and whom to ask."""
    now = clock.now()
    programs = visible_programs(request.user, now).exclude(support_contact="").order_by("code_key")[:20]
    admins = User.objects.filter(is_admin=True, is_active=True).order_by("name")[:5]
    context = {"programs": programs, "admins": admins, "now": now}
    return render(request, f"today/help_{request.role}.html", context)
